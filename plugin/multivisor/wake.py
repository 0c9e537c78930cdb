"""
Ends supervisord's sleep when a child has ended, or is due to be RUNNING. Left alone it sleeps up to a second: from 3.5 on Python goes on waiting after SIGCHLD.

A descriptor for each child, and a timer, stand in supervisord's socket map; that they can be read makes the loop turn, and nothing else is done about it. Each is there only
where Python has it: pidfds from 3.9 on, timers from 3.13 on, both on Linux.
"""

import os
import sys
import time

from multivisor.entry import Entry

#: Turns that the end of one child may cause. supervisord waits for a hundred in one turn; one that it does not wait for at all must not keep it awake.
MAX_TURNS = 50

#: Seconds. supervisord wants more than startsecs to have passed.
_MARGIN = 0.001


class Descriptor(object):
    """What an entry needs of a socket, for a descriptor that is none."""

    __slots__ = ("_fd",)

    def __init__(self, fd):
        self._fd = fd

    def fileno(self):
        return self._fd

    def close(self):
        os.close(self._fd)

    def detach(self):
        """It is somebody else's by now."""
        self._fd = -1


class Child(Entry):
    """A pidfd: it can be read once the child has ended, for ever."""

    __slots__ = ("_process", "_pid", "_turns")

    def __init__(self, plug_in, process, fd):
        self._process = process
        self._pid = process.pid
        self._turns = 0
        Entry.__init__(self, plug_in, Descriptor(fd))

    def wants_read(self):
        return True

    def on_read(self):
        # At the end of this turn supervisord waits for it; in the next, which follows because we are still here, it starts it anew and tells its listeners.
        self._turns += 1
        if self._process.pid != self._pid or self._turns > MAX_TURNS:
            self.close()

    def close(self):
        Entry.close(self)
        self.plug_in.wake.forget(self)


class Timer(Entry):
    """Can be read once the time has come that it is set to."""

    __slots__ = ()

    def __init__(self, plug_in, fd):
        Entry.__init__(self, plug_in, Descriptor(fd))

    def wants_read(self):
        return True

    def on_read(self):
        try:
            os.read(self.fd, 8)
        except OSError:
            pass  # it was set anew meanwhile
        self.plug_in.wake.note_due()


class Wake(object):
    def __init__(self, plug_in):
        self._plug_in = plug_in
        self._fresh = []
        self._children = []
        #: Process, its pid, and when it is due.
        self._dues = []
        self._timer = None
        self._is_due = False
        self._is_told = False
        self._open = self._make_timer = None
        if plug_in.settings.wake:
            self._open = self._tried(getattr(os, "pidfd_open", None))
            self._make_timer = getattr(os, "timerfd_create", None)

    @property
    def entries(self):
        return self._children + ([self._timer] if self._timer is not None else [])

    def note_start(self, process):
        """supervisord is about to start it; it has a pid when the loop turns again."""
        if self._open is not None or self._make_timer is not None:
            self._fresh.append(process)

    def turn(self):
        if not self._fresh and not self._is_due:
            return
        # This turn's poll does not know of new ones. After the one in which a process has become RUNNING, supervisord tells its listeners.
        self._plug_in.arm()
        self._is_due = False
        for process in self._fresh:
            if process.pid:
                self._watch(process)
        del self._fresh[:]
        self._set_timer()

    def note_due(self):
        self._is_due = True

    def forget(self, child):
        if child in self._children:
            self._children.remove(child)

    def close(self):
        for entry in self.entries:
            entry.close()
        self._timer = None
        del self._dues[:]

    def _tried(self, opens):
        """Asked by watching ourselves; the kernel may not know it, or a container forbid it."""
        if opens is None:
            # Before 3.5 Python does end the wait, so there supervisord notices by itself.
            if sys.platform.startswith("linux") and sys.version_info >= (3, 5):
                self._plug_in.log.info("the end of a process is noticed by supervisord itself, within a second: this Python has no pidfd_open (3.9 has)")
            return None
        try:
            os.close(opens(os.getpid()))
        except OSError as error:
            self._plug_in.log.info("the end of a process is noticed by supervisord itself, within a second: there is no pidfd here (%s)" % error)
            return None
        return opens

    def _watch(self, process):
        if process.config.startsecs > 0 and self._make_timer is not None:
            self._dues.append((process, process.pid, process.laststart + process.config.startsecs + _MARGIN))
        if self._open is None:
            return
        try:
            # It is a child for which supervisord has not waited yet, so nobody else can have its number.
            fd = self._open(process.pid)
        except OSError as error:
            self._tell(error)
            return
        if not self._plug_in.calls.logs.may_have_descriptor(fd):
            os.close(fd)
            self._tell("supervisord has few descriptors left")
            return
        self._children.append(Child(self._plug_in, process, fd))

    def _tell(self, reason):
        if not self._is_told:
            self._is_told = True
            self._plug_in.log.warn("not every process is watched: %s; the end of the others is noticed by supervisord itself, within a second" % reason)

    def _set_timer(self):
        now = time.time()
        self._dues = [(process, pid, due) for process, pid, due in self._dues if due > now and process.pid == pid]
        if not self._dues:
            return
        try:
            if self._timer is None:
                self._timer = Timer(self._plug_in, self._make_timer(time.CLOCK_MONOTONIC, flags=os.TFD_NONBLOCK | os.TFD_CLOEXEC))
            os.timerfd_settime(self._timer.fd, initial=min(due for _, _, due in self._dues) - now)
        except OSError as error:
            self._make_timer = None
            self._tell(error)
