import os
import signal
import subprocess
import sys
import time
import unittest

from host import Host, Process, eventually
from multivisor import wake
from supervisor import events

HAS_PIDFD = hasattr(os, "pidfd_open")
HAS_TIMER = hasattr(os, "timerfd_create")


class Starting(events.ProcessStateEvent):
    name = "PROCESS_STATE_STARTING"


class Child(Process):
    """A process of supervisord that sleeps."""

    startsecs = 0
    laststart = 0

    def __init__(self, name):
        Process.__init__(self, "g", name)
        self.pid = 0

    def spawn(self):
        """As supervisord does: the event first, then the process."""
        events.notify(Starting(self, "processname:%s groupname:g from_state:STOPPED tries:0" % self.name))
        self.running = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(100)"])
        self.pid = self.running.pid

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)

    def reap(self):
        self.running.wait()
        self.pid = 0


def watched(host):
    return [entry for entry in list(host.options.socket_map.values()) if isinstance(entry, wake.Child)]


@unittest.skipUnless(HAS_PIDFD, "this Python has no pidfd_open")
class WakeTests(unittest.TestCase):
    def test_a_child_is_watched_until_supervisord_has_taken_notice(self):
        with Host() as host:
            children = [Child(name) for name in ("a", "b")]
            for child in children:
                host.do(child.spawn)
            self.assertTrue(eventually(lambda: len(watched(host)) == 2))
            for left, child in ((1, children[0]), (0, children[1])):
                child.kill()
                host.do(child.reap)
                self.assertTrue(eventually(lambda: len(watched(host)) == left))

    def test_a_child_that_is_not_waited_for_does_not_keep_the_loop_awake(self):
        with Host() as host:
            child = Child("a")
            host.do(child.spawn)
            self.assertTrue(eventually(lambda: watched(host)))
            turns = host.turns
            child.kill()
            self.assertTrue(eventually(lambda: not watched(host)))
            self.assertGreaterEqual(host.turns - turns, wake.MAX_TURNS)
            host.do(child.reap)

    def test_the_end_of_supervisord_closes_everything(self):
        host = Host().start()
        child = Child("a")
        child.startsecs = 1000
        child.laststart = 4e9
        host.do(child.spawn)
        self.assertTrue(eventually(lambda: watched(host)))
        host.stop()
        self.assertEqual(host.options.socket_map, {})
        child.kill()
        child.reap()

    def test_not_wanted(self):
        with Host(wake="false") as host:
            child = Child("a")
            host.do(child.spawn)
            turns = host.turns
            self.assertTrue(eventually(lambda: host.turns > turns + 2))
            self.assertEqual(watched(host), [])
            child.kill()
            host.do(child.reap)


@unittest.skipUnless(HAS_TIMER, "this Python has no timerfd_create")
class TimerTests(unittest.TestCase):
    def test_the_loop_turns_when_a_process_is_due(self):
        with Host() as host:
            child = Child("a")
            child.startsecs = 1
            child.laststart = time.time() - 0.7
            host.do(child.spawn)
            timer = eventually(lambda: [entry for entry in list(host.options.socket_map.values()) if isinstance(entry, wake.Timer)])[0]
            due = []
            timer.plug_in.wake.note_due = lambda: due.append(time.time())
            self.assertTrue(eventually(lambda: due))
            self.assertGreater(due[0], child.laststart + 1)
            child.kill()
            host.do(child.reap)


if __name__ == "__main__":
    unittest.main()
