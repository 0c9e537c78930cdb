"""What differs between Python 2.7 and 3."""

import errno
import os
import sys
import time

PY2 = sys.version_info[0] == 2

if PY2:
    text_type = unicode  # noqa: F821
    integer_types = (int, long)  # noqa: F821

    def native(octets):
        """Text of the wire as supervisord for this Python keeps it."""
        return bytes(octets)

    def ticks():
        """Seconds of a clock that nobody sets; good for 10 ms."""
        return os.times()[4]

    stopwatch = time.time
else:
    text_type = str
    integer_types = (int,)

    def native(octets):
        """Text of the wire as supervisord for this Python keeps it."""
        return bytes(octets).decode("utf-8", "replace")

    ticks = time.monotonic
    stopwatch = time.perf_counter

_AGAIN = frozenset(
    getattr(errno, name) for name in ("EAGAIN", "EWOULDBLOCK", "EINTR", "EINPROGRESS", "WSAEWOULDBLOCK") if hasattr(errno, name)
)


def is_again(error):
    """The operation could not be done without waiting."""
    return bool(error.args) and error.args[0] in _AGAIN


def utf8(text):
    """The octets of a text of supervisord; what is no text is replaced."""
    if isinstance(text, text_type):
        try:
            return text.encode("utf-8")
        except UnicodeError:
            return text.encode("utf-8", "replace")
    try:
        bytes(text).decode("utf-8")
        return bytes(text)
    except UnicodeError:
        return bytes(text).decode("utf-8", "replace").encode("utf-8")


def close_on_exec(fd):
    """Python from 3.4 on does it by itself."""
    if PY2 and os.name == "posix":
        import fcntl

        fcntl.fcntl(fd, fcntl.F_SETFD, fcntl.fcntl(fd, fcntl.F_GETFD) | fcntl.FD_CLOEXEC)
