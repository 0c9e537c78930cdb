"""The methods that read logs where they lie: log_follow, log_read, log_stop. They stream, so that a reader who takes nothing costs nothing."""

import os

from multivisor.compat import integer_types, text_type, ticks
from multivisor.errors import RemoteError
from multivisor.events import NOTHING
from multivisor.logcursor import STEP_LENGTH, Data, LogCursor, LogStart
from multivisor.logfiles import LogFamily, LogFile
from multivisor.packing import Binary, pack

MAX_FOLLOWERS = 256
MAX_LINES = 1000000
DEFAULT_LAG = 64 * 1024 * 1024
LEAST_LAG = 4 * STEP_LENGTH

#: Seconds. supervisord may be told to write to another file; one that is missing may come.
PLACE_LOOK = 10.0
PLACE_LOOK_WITHOUT_FILE = 2.0

#: Of the descriptors that supervisord may have: what is above is left to its processes.
_OUR_SHARE = 0.75


class LogService(object):
    FEATURE = "logs"

    def __init__(self, plug_in):
        self._plug_in = plug_in
        self._followers = 0
        self._running = {}
        self._limit = None
        self.is_supported = os.name == "posix"

    def may_have_descriptor(self, fd):
        """A system gives the lowest number that is free: a high one says that there are few left, and they belong to supervisord."""
        if self._limit is None:
            try:
                import resource

                soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
                self._limit = int(soft * _OUR_SHARE) if soft > 0 else 1 << 30
            except (ImportError, ValueError, OSError):
                self._limit = 1 << 30
        return fd < self._limit

    def follow(self, args):
        """log_follow(name, channel, options): a log as it grows; see docs/logs.md"""
        request = _Request("log_follow", args)
        if self._followers >= MAX_FOLLOWERS:
            raise RemoteError("OverloadError", "log_follow: %d logs are being followed already" % MAX_FOLLOWERS)
        path = self._find(request.name, request.channel)
        self._check_readable(path)
        follower = _Follower(self, request, path)
        self._followers += 1
        if request.id:
            self._running.setdefault(request.id, follower)
        return follower

    def stop(self, stream_id):
        """log_stop(id): ends the log_follow whose options have that id."""
        follower = self._running.pop(stream_id, None) if isinstance(stream_id, (str, text_type)) else None
        if follower is not None:
            follower.stop()
        return follower is not None

    def read(self, args):
        """log_read(name, channel, options): a part of a log; see docs/logs.md"""
        request = _Request("log_read", args)
        path = self._find(request.name, request.channel)
        self._check_readable(path)
        family = LogFamily(path, self.may_have_descriptor)
        entries = list(reversed(family.entries()))
        anchor = request.start.identity if request.start.identity is not None else entries[-1][0] if entries else None
        indices = [i for i, entry in enumerate(entries) if entry[0] == anchor]
        if not indices:
            if request.start.identity is None:
                raise RemoteError("NoLogFile", "there is no file %s yet: the process has not been started, or its log was deleted" % path)
            raise RemoteError("LogGone", "the file that the offsets count from is no longer kept")
        return _Part(family, entries, indices[0], request, os.path.basename(path))

    def left(self, follower, stream_id):
        """A follower has ended."""
        self._followers -= 1
        if self._running.get(stream_id) is follower:
            del self._running[stream_id]

    def place(self, name, channel):
        """The path that supervisord writes to now, None while it cannot tell. RemoteError when there is none any more."""
        if channel == "main":
            return None
        try:
            return self._find(name, channel)
        except RemoteError:
            raise
        except Exception as error:
            if getattr(error, "code", None) == 10:  # BAD_NAME
                raise RemoteError("NoLogFile", "supervisord no longer has the process %s" % name)
            return None

    def _find(self, name, channel):
        """Which file a log is: what supervisord itself writes to, and never a path from anybody else."""
        if channel == "main":
            path = getattr(self._plug_in.options, "logfile", None)
            if not path or path == "syslog":
                raise RemoteError("LogUnreadable", "supervisord keeps no log of its own in a file")
        elif channel in ("stdout", "stderr"):
            path = self._plug_in.calls.supervisor().getProcessInfo(name)["%s_logfile" % channel]
            if not path:
                raise RemoteError(
                    "NoLogFile", "supervisord keeps no log of %s of %s: see %s_logfile and redirect_stderr in its configuration" % (channel, name, channel))
        else:
            raise RemoteError("ValueError", "there is no log '%s': stdout, stderr or main" % channel)
        return os.path.abspath(path)

    def _check_readable(self, path):
        if not os.path.exists(path):
            return  # not there yet
        file = LogFile.open(path, self.may_have_descriptor)
        if file is None:
            raise RemoteError("LogUnreadable", "%s is no regular file, or supervisord may not read it, or has few descriptors left" % path)
        file.close()


class _Follower(object):
    """One log_follow."""

    __slots__ = ("_service", "_request", "_cursor", "_items", "_is_stopped", "_is_closed")

    def __init__(self, service, request, path):
        self._service = service
        self._request = request
        self._cursor = LogCursor(LogFamily(path, service.may_have_descriptor), request.max_lag)
        self._items = self._run()
        self._is_stopped = False
        self._is_closed = False

    def take(self):
        if self._is_stopped:
            raise StopIteration
        return next(self._items)

    def stop(self):
        """The next item is the end."""
        self._is_stopped = True
        # A reader that takes nothing would keep the file open.
        self._cursor.close()

    def close(self):
        if not self._is_closed:
            self._is_closed = True
            self._cursor.close()
            self._service.left(self, self._request.id)

    def _run(self):
        request = self._request
        cursor = self._cursor
        for moved in cursor.begin(request.start):
            yield NOTHING if moved is None else _item(moved)
        looked = ticks()
        while True:
            step = cursor.next()
            if step is not None:
                yield _item(step)
                continue
            yield NOTHING
            now = ticks()
            if now - looked < (PLACE_LOOK if cursor.has_file else PLACE_LOOK_WITHOUT_FILE):
                continue
            looked = now
            try:
                path = self._service.place(request.name, request.channel)
            except RemoteError as error:
                yield pack({"item": "end", "reason": error.message})
                return
            if path is not None and path != cursor.path:
                cursor.move(path, self._service.may_have_descriptor)


class _Part(object):
    """
    One log_read: offsets count from the beginning of one file, the anchor; what is before it has negative ones, what was begun later
    goes on after its end.
    """

    __slots__ = ("_family", "_files", "_items", "_open")

    def __init__(self, family, entries, anchor, request, name):
        self._family = family
        self._open = None
        self._files = []
        begin = -sum(size for _, size in entries[:anchor])
        for identity, size in entries:
            self._files.append((identity, begin, begin + size))
            begin += size
        oldest, end = self._files[0][1], self._files[-1][2]
        to = min(max(end if request.to is None else request.to, oldest), end)
        start = to - max(0, request.length) if request.length is not None else request.begin if request.begin is not None else 0
        start = min(max(start, oldest), to)
        head = pack({
            "item": "range", "name": name, "file": _token(entries[anchor][0]), "from": start, "to": to, "oldest": oldest, "end": end,
        })
        self._items = self._run(head, start, to)

    def take(self):
        return next(self._items)

    def close(self):
        if self._open is not None:
            self._open.close()
            self._open = None

    def _run(self, head, start, to):
        yield head
        for identity, begin, end in self._files:
            position, last = max(begin, start), min(end, to)
            if position >= last:
                continue
            self._open = self._family.open(identity)
            if self._open is None:
                return  # rotated out of what is kept meanwhile: what is promised no longer exists
            while position < last and self._open is not None:
                octets = self._open.read(min(STEP_LENGTH, last - position), position - begin)
                if not octets:
                    return  # truncated meanwhile
                yield pack({"item": "data", "offset": position, "data": Binary(octets)})
                position += len(octets)
            self.close()


class _Request(object):
    """The arguments of the log methods. What is missing has a default; what is wrong is refused."""

    def __init__(self, method, args):
        if (len(args) not in (2, 3) or not all(isinstance(a, (str, text_type)) for a in args[:2])
                or len(args) == 3 and not (args[2] is None or isinstance(args[2], dict))):
            raise RemoteError("TypeError", "%s() takes the name of a process, stdout, stderr or main, and a map of options" % method)
        options = args[2] if len(args) == 3 and args[2] is not None else {}
        self.name, self.channel = args[0], args[1]
        self.id = _text(options, "id")
        self.begin = _number(options, "from")
        self.to = _number(options, "to")
        self.length = _number(options, "length")
        lag = _number(options, "max_lag")
        self.max_lag = max(LEAST_LAG, DEFAULT_LAG if lag is None else lag)
        self.start = LogStart(
            _identity(method, _text(options, "file")), max(0, _number(options, "offset") or 0), _number(options, "check"),
            max(0, _number(options, "bytes") or 0), min(max(0, _number(options, "lines") or 0), MAX_LINES))


def _item(step):
    if isinstance(step, Data):
        return pack({"item": "data", "offset": step.offset, "data": Binary(step.octets)})
    return pack({
        "item": "file", "reason": step.reason, "file": "" if step.identity is None else _token(step.identity), "offset": step.offset,
        "before": Binary(step.before), "lost": step.lost,
    })


def _token(identity):
    """As the other programs of Multivisor write it: inode, and time of birth, which Python is not told."""
    return "%x-0" % identity


def _identity(method, token):
    if not token:
        return None
    inode, hyphen, _ = token.partition("-")
    try:
        if hyphen:
            return int(inode, 16)
    except ValueError:
        pass
    raise RemoteError("ValueError", "%s: '%s' is no file that this agent told of" % (method, token))


def _text(options, key):
    value = options.get(key)
    return value if isinstance(value, (str, text_type)) else ""


def _number(options, key):
    value = options.get(key)
    return value if isinstance(value, integer_types) and not isinstance(value, bool) else None
