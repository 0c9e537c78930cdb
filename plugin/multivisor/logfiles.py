"""A log and what supervisord has rotated it into: x.log, x.log.1, x.log.2 and so on, the newest first."""

import os
import stat

from multivisor.compat import close_on_exec

MAX_INDEX = 1000

#: Octets before a position that its check is made of.
CHECK_LENGTH = 64

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_CLOEXEC", 0)


def check_of(before):
    """A number that tells whether a position is still one behind the same octets; the same as in the other programs of Multivisor."""
    number = 14695981039346656037
    for octet in bytearray(before[-CHECK_LENGTH:]):
        number = ((number ^ octet) * 1099511628211) & 0xFFFFFFFFFFFFFFFF
    return number - (1 << 64) if number >> 63 else number


class LogFile(object):
    """One open log file. It stays readable, and the same one, whatever is done to its name."""

    __slots__ = ("identity", "_fd")

    def __init__(self, fd, identity):
        self._fd = fd
        self.identity = identity

    @classmethod
    def open(cls, path, may_have):
        """
        None when there is none, or it is no regular file. Opened without waiting and looked at afterwards: a FIFO or a device in a
        log's place must not hold or disturb anything. OSError when may_have refuses its descriptor, or it may not be read.
        """
        try:
            if not stat.S_ISREG(os.stat(path).st_mode):
                return None
            fd = os.open(path, _FLAGS)
        except OSError:
            return None
        found = os.fstat(fd)
        if not stat.S_ISREG(found.st_mode) or not may_have(fd):
            os.close(fd)
            return None
        close_on_exec(fd)
        return cls(fd, found.st_ino)

    def stat(self):
        return os.fstat(self._fd)

    @property
    def size(self):
        try:
            return os.fstat(self._fd).st_size
        except OSError:
            return 0

    def read(self, length, offset):
        """Nothing at the end, or when the file system has lost it."""
        try:
            os.lseek(self._fd, offset, os.SEEK_SET)
            return os.read(self._fd, length)
        except OSError:
            return b""

    def before(self, offset):
        """The octets that a check of this offset looks at."""
        length = min(CHECK_LENGTH, offset)
        return self.read(length, offset - length) if length else b""

    def close(self):
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


class LogFamily(object):
    """Names of one log. supervisord renames in the same thread in which we look, so that nothing moves while we do."""

    __slots__ = ("path", "_may_have")

    def __init__(self, path, may_have):
        self.path = path
        self._may_have = may_have

    def name(self, index):
        return "%s.%d" % (self.path, index) if index else self.path

    def identity_at(self, index):
        found = self._stat(index)
        return found.st_ino if found is not None else None

    def entries(self):
        """(identity, size) of the newest and of what came before it."""
        found = []
        for index in range(MAX_INDEX):
            entry = self._stat(index)
            if entry is None:
                break
            found.append((entry.st_ino, entry.st_size))
        return found

    def index_of(self, identity):
        """Where a file is now; -1 when it has none of the names."""
        missing = 0
        for index in range(MAX_INDEX):
            found = self.identity_at(index)
            if found == identity:
                return index
            missing = missing + 1 if found is None else 0
            if missing == 3:
                break
        return -1

    def open_at(self, index):
        return LogFile.open(self.name(index), self._may_have)

    def open(self, identity):
        """The file itself, wherever it is; None when it is not kept, or somebody else moves the files at this moment."""
        index = self.index_of(identity)
        file = self.open_at(index) if index >= 0 else None
        if file is not None and file.identity != identity:
            file.close()
            return None
        return file

    def _stat(self, index):
        try:
            found = os.stat(self.name(index))
        except OSError:
            return None
        return found if stat.S_ISREG(found.st_mode) else None
