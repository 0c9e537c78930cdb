"""A stand-in for supervisord: its loop in a thread, a socket map, a logger, and methods that a test gives it."""

import os
import select
import socket
import sys
import threading
import time

FAKES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fakes")
if FAKES not in sys.path:
    sys.path.insert(0, FAKES)

from multivisor import rpc  # noqa: E402
from supervisor import events  # noqa: E402


class RPCError(Exception):
    def __init__(self, code, text):
        Exception.__init__(self, text)
        self.code = code
        self.text = text


class Logger(object):
    def __init__(self):
        self.lines = []

    def _add(self, text):
        self.lines.append(text)

    info = warn = error = critical = _add


class Poller(object):
    """Keeps what it was told, as supervisord's does; who does not leave it wakes the loop for ever."""

    def __init__(self):
        self.readable = set()
        self.writable = set()

    def unregister_readable(self, fd):
        self.readable.remove(fd)

    def unregister_writable(self, fd):
        self.writable.remove(fd)


class Root(object):
    pass


class Handler(object):
    def __init__(self, root):
        self.rpcinterface = root


class Server(object):
    def __init__(self, root):
        self.handlers = [object(), Handler(root)]


class Options(object):
    def __init__(self):
        self.socket_map = {}
        self.logger = Logger()
        self.poller = Poller()
        self.identifier = "lid002"
        self.logfile = None
        self.httpservers = []

    def get_socket_map(self):
        return self.socket_map


class Supervisord(object):
    def __init__(self):
        self.options = Options()
        self.process_groups = {}


class Namespace(object):
    """supervisord's methods that most tests need."""

    def getPID(self):
        """Asks for the pid."""
        return 4711

    def getProcessInfo(self, name):
        return {"name": name.partition(":")[2], "group": name.partition(":")[0], "state": 20, "statename": "RUNNING"}


class Named(object):
    def __init__(self, name):
        self.name = name
        self.config = self


class Process(Named):
    def __init__(self, group, name):
        Named.__init__(self, name)
        self.group = Named(group)


class Host(object):
    """with Host(Namespace()) as host: ... host.port"""

    def __init__(self, namespace=None, **config):
        self.supervisord = Supervisord()
        self.options = self.supervisord.options
        self.port = free_port()
        self.config = dict({"bind": "127.0.0.1:%d" % self.port}, **config)
        root = Root()
        root.supervisor = namespace or Namespace()
        self.options.httpservers = [(None, Server(root))]
        self.longest = 0.0
        self.turns = 0
        self.troubles = []
        self._todo = []
        self._ended = False
        self._thread = threading.Thread(target=self._run)

    @property
    def log(self):
        return "\n".join(self.options.logger.lines)

    def start(self):
        events.clear()
        self.namespace = rpc.make_rpc_interface(self.supervisord, **self.config)
        self._thread.start()
        return self

    def stop(self):
        """As supervisord ends: it tells so, and then says no more."""
        self.do(lambda: events.notify(events.SupervisorStoppingEvent()))
        self._ended = True
        self._thread.join(20)

    def do(self, action):
        """Does something in the loop's thread, and waits for it."""
        done = threading.Event()
        self._todo.append((action, done))
        assert done.wait(20), "the loop does not turn"

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()
        assert not self.troubles, self.troubles

    def _run(self):
        while not self._ended:
            try:
                self._turn()
            except Exception as error:  # supervisord would have ended
                self.troubles.append(repr(error))
                return

    def _turn(self):
        from multivisor.compat import stopwatch

        begun = stopwatch()
        self.turns += 1
        combined = dict(self.options.socket_map)
        poller = self.options.poller
        for fd, entry in combined.items():
            if entry.readable():
                poller.readable.add(fd)
            if entry.writable():
                poller.writable.add(fd)
        waited = stopwatch()
        read, write, _ = select.select(list(poller.readable), list(poller.writable), [], 0.05)
        waited = stopwatch() - waited
        for found, handle, wants, registered in ((read, "handle_read_event", "readable", poller.readable), (write, "handle_write_event", "writable", poller.writable)):
            for fd in found:
                if fd in combined:
                    try:
                        getattr(combined[fd], handle)()
                        if not getattr(combined[fd], wants)():
                            registered.remove(fd)
                    except Exception:
                        combined[fd].handle_error()
        while self._todo:
            action, done = self._todo.pop(0)
            action()
            done.set()
        self.longest = max(self.longest, stopwatch() - begun - waited)


def free_port():
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.bind(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    listening.close()
    return port


def eventually(look, limit=20.0):
    until = time.time() + limit
    while True:
        try:
            found = look()
            if found or time.time() > until:
                return found
        except (socket.error, OSError):
            if time.time() > until:
                raise
        time.sleep(0.05)
