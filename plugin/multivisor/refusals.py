"""Logs who was refused and why: the same of the same address once in ten minutes, with how often it happened meanwhile."""

from multivisor.compat import ticks

_SILENCE = 600.0
_MAX_KEPT = 256


class Refusals(object):
    def __init__(self, log):
        self._log = log
        self._told = {}

    def note(self, peer, why):
        """peer: (host, port)."""
        now = ticks()
        key = (peer[0], why)
        told, repeated = self._told.get(key, (None, 0))
        if told is not None and now - told < _SILENCE:
            self._told[key] = (told, repeated + 1)
            return
        if len(self._told) >= _MAX_KEPT:
            self._told = dict((k, v) for k, v in self._told.items() if now - v[0] < _SILENCE)
            if len(self._told) >= _MAX_KEPT:
                self._told.clear()
        self._told[key] = (now, 0)
        more = " (%d more times since it was last told)" % repeated if repeated else ""
        self._log.warn("refused %s:%s: %s%s" % (peer[0], peer[1], why, more))
