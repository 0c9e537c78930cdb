"""Reads a log as it grows, each octet once and in order, through rotation, clearing, truncation, deletion and what comes after."""

from multivisor.logfiles import CHECK_LENGTH, LogFamily, check_of

STEP_LENGTH = 64 * 1024

#: How far back lines are counted, and how much of it in one go.
MAX_LINES_LENGTH = 8 * 1024 * 1024
_BLOCK = 64 * 1024
_BLOCKS_AT_ONCE = 8


class LogStart(object):
    """Where to begin: at a position where somebody left, or so far before the end."""

    __slots__ = ("identity", "offset", "check", "octets", "lines")

    def __init__(self, identity=None, offset=0, check=None, octets=0, lines=0):
        self.identity = identity
        self.offset = offset
        self.check = check
        self.octets = octets
        self.lines = lines


class Data(object):
    """The next octets of the current file."""

    __slots__ = ("offset", "octets")

    def __init__(self, offset, octets):
        self.offset = offset
        self.octets = octets


class Moved(object):
    """
    What follows is read from this file, beginning at this offset; lost is the number of octets between the last ones told and these,
    None when nobody can know; before are the octets that a check of the position looks at.
    """

    __slots__ = ("reason", "identity", "offset", "before", "lost")

    def __init__(self, reason, identity, offset, before, lost):
        self.reason = reason
        self.identity = identity
        self.offset = offset
        self.before = before
        self.lost = lost


class LogCursor(object):
    """max_lag: octets that may wait to be read; beyond that, some are skipped and counted."""

    def __init__(self, family, max_lag):
        self._family = family
        self._max_lag = max_lag
        self._file = None
        self._position = 0
        self._trail = b""
        self._older = None
        self._was_newest = False
        self._is_superseded = False
        self._next_reason = "begun"

    @property
    def has_file(self):
        return self._file is not None

    @property
    def path(self):
        return self._family.path

    def begin(self, start):
        """Generates None while it looks for the place, and at last what it has found."""
        found = None
        for found in _find(self._family, start):
            if found is None:
                yield None
        file = self._family.open(found[0]) if found else None
        if file is None:
            yield Moved("begun", None, 0, b"", 0 if start.identity is None else None)
            return
        _, offset, reason, lost = found
        self._enter(file, offset)
        moved = self._described(reason, lost)
        # Who was away for long, or asks for more than fits, gets the end and the number of what is left out.
        skipped = self._skip_if_far_behind()
        yield _after(skipped, lost) if skipped is not None else moved

    def move(self, path, may_have):
        """supervisord names another file from now on; the old one is left."""
        self._family = LogFamily(path, may_have)
        self._leave("rotated")

    def next(self):
        """Data or Moved; None when there is nothing new."""
        while True:
            if self._file is None:
                return self._enter_newest()
            size = self._file.size
            if size < self._position:
                return self._restart()
            if size > self._position:
                return self._read(size)
            if self._family.identity_at(0) == self._file.identity:
                self._is_superseded = False
                return None
            # Something may have been written between the look at the size and the renaming: only the next end is the end.
            if self._is_superseded:
                return self._follow()
            self._is_superseded = True

    def close(self):
        if self._file is not None:
            self._file.close()
            self._file = None

    def _read(self, size):
        if size - self._position > self._max_lag:
            skipped = self._skip_if_far_behind()
            if skipped is not None:
                return skipped
        if self._file.read(len(self._trail), self._position - len(self._trail)) != self._trail:
            return self._restart()
        octets = self._file.read(min(STEP_LENGTH, size - self._position), self._position)
        if not octets:
            return None
        data = Data(self._position, octets)
        self._trail = (self._trail + octets)[-CHECK_LENGTH:]
        self._position += len(octets)
        return data

    def _restart(self):
        """Truncated in its place: what it holds now is new, and what it held at last nobody can tell."""
        self._position = 0
        self._trail = b""
        return self._described("cleared", None)

    def _follow(self):
        """Our file has another name, or none, and is read to its end."""
        identity = self._file.identity
        index = self._family.index_of(identity)
        if index > 0:
            younger = self._family.open_at(index - 1)
            return self._enter_told(younger, "rotated", 0) if younger is not None else None
        if index == 0:
            return None
        try:
            links = self._file.stat().st_nlink
        except OSError:
            links = 0
        if links > 0:
            return self._replace(self._family.open_at(0), "rotated", 0)  # renamed by somebody else's rule
        if self._was_newest and self._family.identity_at(1) == self._older:
            return self._replace(self._family.open_at(0), "cleared", 0)
        # Rotated out of what is kept. All that there is was begun later; what came between, if anything, is lost.
        entries = self._family.entries()
        return self._replace(self._family.open(entries[-1][0]) if entries else None, "rotated", None)

    def _replace(self, file, reason, lost):
        if file is not None:
            return self._enter_told(file, reason, lost)
        # A deleted file must not take disk space because somebody looks at it.
        self._leave(reason)
        return None

    def _leave(self, reason):
        self.close()
        self._next_reason = reason

    def _enter_newest(self):
        file = self._family.open_at(0)
        return self._enter_told(file, self._next_reason, 0) if file is not None else None

    def _enter_told(self, file, reason, lost):
        self._enter(file, 0)
        skipped = self._skip_if_far_behind()
        return _after(skipped, lost) if skipped is not None else self._described(reason, lost)

    def _enter(self, file, offset):
        self.close()
        self._file = file
        self._position = offset
        self._trail = file.before(offset)
        self._older = self._family.identity_at(1)
        self._was_newest = self._family.identity_at(0) == file.identity
        self._is_superseded = not self._was_newest

    def _described(self, reason, lost):
        return Moved(reason, self._file.identity, self._position, self._trail, lost)

    def _skip_if_far_behind(self):
        """Goes on in the middle of what may wait, if more than that waits."""
        entries = self._family.entries()
        target = [identity for identity, _ in entries].index(self._file.identity) if any(e[0] == self._file.identity for e in entries) else -1
        if target < 0:
            return None
        waiting = sum(size for _, size in entries[:target + 1]) - self._position
        if waiting <= self._max_lag:
            return None
        skip = left = waiting - self._max_lag // 2
        offset = self._position
        while target > 0 and left > entries[target][1] - offset:
            left -= entries[target][1] - offset
            target -= 1
            offset = 0
        file = self._family.open(entries[target][0])
        if file is None:
            return None
        self._enter(file, offset + left)
        return self._described("skipped", skip)


def _after(skipped, lost):
    """Skipped right after something else was lost."""
    return Moved(skipped.reason, skipped.identity, skipped.offset, skipped.before, None if lost is None else lost + skipped.lost)


def _find(family, start):
    """Generates None while it looks, at last (identity, offset, reason, lost); nothing when there is no file."""
    entries = family.entries()
    if not entries:
        return
    # A position of somebody who could not tell the files apart can only be in the newest.
    identity = start.identity if start.identity is not None else entries[0][0] if start.check is not None else None
    if identity is not None:
        yield _resume(family, entries, identity, start)
    elif start.lines > 0:
        for step in _back_lines(family, entries, start.lines):
            yield step
    else:
        octets = start.octets
        for identity, size in entries:
            if size >= octets:
                yield identity, size - octets, "begun", 0
                return
            octets -= size
        yield entries[-1][0], 0, "begun", 0


def _resume(family, entries, identity, start):
    indices = [i for i, entry in enumerate(entries) if entry[0] == identity]
    if not indices:
        return entries[0][0], 0, "cleared", None
    index = indices[0]
    size = entries[index][1]
    offset = start.offset
    if start.check is None and offset > size and index > 0:
        # Offsets of a range go on through the files that were begun later, and who has read one comes back with such.
        while index > 0 and offset > entries[index][1]:
            offset -= entries[index][1]
            index -= 1
        if offset <= entries[index][1]:
            return entries[index][0], offset, "resumed", 0
        return entries[index][0], 0, "cleared", None
    if size >= offset and start.check is None:
        return identity, offset, "resumed", 0
    if size >= offset:
        file = family.open(identity)
        if file is not None:
            try:
                if check_of(file.before(offset)) == start.check:
                    return identity, offset, "resumed", 0
            finally:
                file.close()
    return identity, 0, "cleared", None


def _back_lines(family, entries, lines):
    left = MAX_LINES_LENGTH
    is_end = True
    blocks = 0
    for identity, size in entries:
        file = family.open(identity)
        if file is None:
            continue
        try:
            end = size
            while end > 0:
                begin = max(0, end - _BLOCK)
                block = file.read(end - begin, begin)
                up_to = len(block)
                if is_end and block:
                    # The line end that ends the log ends its last line; it begins no further one.
                    up_to -= block.endswith(b"\n")
                    is_end = False
                ends = block.count(b"\n", 0, up_to)
                if ends >= lines:
                    for _ in range(lines):
                        up_to = block.rfind(b"\n", 0, up_to)
                    yield identity, begin + up_to + 1, "begun", 0
                    return
                lines -= ends
                left -= end - begin
                end = begin
                if left <= 0:
                    yield identity, begin, "begun", 0
                    return
                blocks += 1
                if blocks % _BLOCKS_AT_ONCE == 0:
                    yield None
        finally:
            file.close()
    yield entries[-1][0], 0, "begun", 0
