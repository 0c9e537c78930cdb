"""How much of a turn of supervisord's loop may be ours."""

from multivisor.compat import stopwatch


class Budget(object):
    """Measures what we take of one turn, in one piece or several."""

    __slots__ = ("_left", "_since")

    def __init__(self):
        self._left = 0.0
        self._since = 0.0

    def fill(self, seconds):
        self._left = seconds

    def enter(self):
        self._since = stopwatch()

    def leave(self):
        # A clock that was set back must not give us more.
        self._left -= max(0.0, stopwatch() - self._since)

    @property
    def is_spent(self):
        return stopwatch() - self._since > self._left
