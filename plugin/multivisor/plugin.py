"""The plug-in of one supervisord: what it has in the loop, when it works, and how it begins and ends."""

import os
import socket
from collections import deque

from multivisor import tls
from multivisor.budget import Budget
from multivisor.calls import Calls
from multivisor.compat import close_on_exec, is_again, ticks
from multivisor.connection import Client
from multivisor.entry import Entry
from multivisor.events import Events
from multivisor.log import Log
from multivisor.logservice import LogService
from multivisor.refusals import Refusals
from multivisor.wake import Wake
from multivisor.zerorpc import MessageIds

MAX_CLIENTS = 64
ACCEPTS = 16

#: Seconds without accepting after it has failed, as it does without descriptors.
ACCEPT_PAUSE = 1.0
BACKLOG = 64

#: Seconds of one turn of supervisord's loop that are ours: for streams and calls that wait, and for what clients send. What is left
#: waits for the next turn, which then follows at once.
PUMP_TIME = 0.003
WORK_TIME = 0.003

SWEEP_PERIOD = 0.25
BIND_PERIOD = 5.0

#: Unexpected failures that are logged in full; after that supervisord's log is worth more.
MAX_FAILURES_TOLD = 20


class Pulse(Entry):
    """Is asked at each turn of the loop; and makes the next turn follow at once while there is work. A socket that can always be written to."""

    __slots__ = ()

    def __init__(self, plug_in):
        Entry.__init__(self, plug_in, _prepared(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)))

    def wants_read(self):
        self.plug_in.turn()
        return False

    def wants_write(self):
        return self.plug_in.is_armed

    def on_write(self):
        self.plug_in.has_followed()
        self.plug_in.work()


class Listener(Entry):
    __slots__ = ("has_more", "_resumes_at")

    def __init__(self, plug_in, listening):
        Entry.__init__(self, plug_in, listening)
        self.has_more = False
        self._resumes_at = None

    def wants_read(self):
        if self._resumes_at is not None and ticks() >= self._resumes_at:
            self._resumes_at = None
        return not self.has_more and self._resumes_at is None

    def pause(self):
        self._resumes_at = ticks() + ACCEPT_PAUSE

    def on_read(self):
        self.has_more = True
        self.plug_in.work()

    def close(self):
        if not self.is_closed:
            try:
                # A child that supervisord is just starting may have it too, until it closes what it does not need.
                self.socket.shutdown(socket.SHUT_RDWR)
            except (socket.error, OSError):
                pass  # only some systems do this to a socket that listens
        Entry.close(self)


class PlugIn(object):
    def __init__(self, supervisord, settings, namespace):
        self.supervisord = supervisord
        self.settings = settings
        self.namespace = namespace
        self.options = supervisord.options
        self.socket_map = self.options.get_socket_map()
        self.log = Log(self.options)
        self.refusals = Refusals(self.log)
        self.security = tls.Security(settings, self.log) if settings.tls_cert else None
        self.message_ids = MessageIds()
        self.budget = Budget()
        self.events = Events(self)
        self.calls = Calls(self, LogService(self))
        self.wake = Wake(self)
        self.clients = []
        self.is_closed = False
        #: The next turn is to follow at once: wanted by this turn, and by what was done after its poll.
        self._turn_wants = False
        self._work_wants = False
        self._is_turning = False
        self._queue = deque()
        self._active = deque()
        #: How many of them are still to be looked at before the loop may sleep.
        self._round = 0
        self._has_more = False
        self._pulse = None
        self._listener = None
        self._address = None
        self._bind_at = 0.0
        self._bind_trouble = None
        self._swept = 0.0
        self._failures = 0

    # Beginning and end.

    def start(self):
        """Called while supervisord starts, before it becomes a daemon."""
        self._pulse = Pulse(self)
        try:
            self._address = self._resolve()
        except (socket.error, OSError, UnicodeError) as error:
            self.log.error("the name %s of bind is not known: %s; the port stays closed until supervisord is restarted" % (self.settings.host, error))
        self._listen()
        self.events.subscribe()

    def close(self):
        """supervisord ends this life: what it does not close itself must be gone before the next."""
        if self.is_closed:
            return
        self.is_closed = True
        # The port first: whoever sees that we have left may come back at once, and is not to reach what is leaving.
        for entry in (self._listener, self._pulse):
            if entry is not None:
                entry.close()
        for client in list(self.clients):
            client.close_softly()
        self.wake.close()
        self.calls.close()
        self._queue.clear()
        self._active.clear()

    def abandon(self):
        """
        Called at the next start, in case close was not. supervisord has closed descriptors without telling, and may have given their
        numbers away since: nothing is closed here, only forgotten.
        """
        if self.is_closed:
            return
        self.is_closed = True
        for entry in self.clients + self.wake.entries + [self._listener, self._pulse]:
            if entry is None or entry.is_closed:
                continue
            entry.is_closed = True
            if self.socket_map.get(entry.fd) is entry:
                del self.socket_map[entry.fd]
            _forget_descriptor(entry.socket)

    def failed(self, text, entry):
        """Something that must not happen has happened; supervisord does not hear of it."""
        self._failures += 1
        if self._failures <= MAX_FAILURES_TOLD:
            import traceback

            self.log.error("%s; please report this: %s" % (text, " | ".join(traceback.format_exc().split("\n")[-6:])))
        if isinstance(entry, Client):
            try:
                entry.close()
            except Exception:
                entry.is_closed = True

    def unregister(self, fd):
        """Pollers of supervisord keep a descriptor until told; one that is used again would wake the loop for nobody."""
        poller = getattr(self.options, "poller", None)
        for name in ("unregister_readable", "unregister_writable"):
            try:
                getattr(poller, name)(fd)
            except Exception:
                pass

    # Work.

    @property
    def is_armed(self):
        return self._turn_wants or self._work_wants

    def arm(self):
        """Lets the next turn follow at once."""
        if self._is_turning:
            self._turn_wants = True
        else:
            self._work_wants = True

    def has_followed(self):
        """The turn that this one wanted is about to come; the poller may forget us, unless there is more."""
        self._turn_wants = False

    def enqueue(self, client):
        """The client has something to do; it is done soon."""
        if not client.is_queued:
            client.is_queued = True
            self._queue.append(client)
        self.arm()

    def forget(self, client):
        if client in self.clients:
            self.clients.remove(client)

    def activate(self, channel):
        """A channel that is to be looked at in each turn."""
        self._active.append(channel)
        self.look_again()

    def look_again(self):
        """A stream may have something, or somebody may take more of it."""
        self._round = len(self._active)
        self.arm()

    def turn(self):
        """At the beginning of each turn of the loop: what time and supervisord's own doings have brought."""
        if self.is_closed:
            return
        self._turn_wants = self._work_wants = False
        self._is_turning = True
        try:
            self._turn()
        finally:
            self._is_turning = False

    def _turn(self):
        self.wake.turn()
        self.budget.fill(PUMP_TIME)
        self.budget.enter()
        if self.events.has_waiting and not self.events.flush():
            self.arm()
        self._pump()
        self.budget.fill(WORK_TIME)
        now = ticks()
        if now - self._swept >= SWEEP_PERIOD:
            self._swept = now
            for client in list(self.clients):
                self._sweep(client, now)
            if self._listener is None and now >= self._bind_at:
                self._listen()
        if self._queue or self._listener is not None and self._listener.has_more:
            self.arm()

    def work(self):
        """When the loop has found something to be read or written: in the order of arrival, each a piece, until our time is up."""
        if self.is_closed:
            return
        self.budget.enter()
        if self._listener is not None and self._listener.has_more:
            self._accept()
        for _ in range(len(self._queue)):
            if self.budget.is_spent:
                break
            client = self._queue.popleft()
            client.is_queued = False
            if client.work():
                self.enqueue(client)
        self.budget.leave()
        if self._queue:
            self.arm()

    def _sweep(self, client, now):
        try:
            client.sweep(now)
        except Exception as error:
            self.failed("unexpected %s: %s" % (type(error).__name__, error), client)

    def _pump(self):
        """Calls that wait and streams, each in its turn. A round that one turn has no time for is ended in the next ones, which follow at once."""
        if self._round == 0:
            self._round = len(self._active)
        while self._round > 0 and self._active:
            if self.budget.is_spent:
                self.arm()
                return
            self._round -= 1
            channel = self._active.popleft()
            client = channel.connection
            if not channel.is_open:
                continue
            try:
                more = self.calls.advance(channel)
            except Exception as error:
                self.failed("unexpected %s: %s" % (type(error).__name__, error), client)
                continue
            if channel.is_open:
                self._active.append(channel)
                self._has_more = self._has_more or more
            # The loop may have asked before us what this client wants.
            if client.out and not client.awaits_room:
                self.arm()
        self._round = 0
        if self._has_more:
            self._has_more = False
            self.arm()

    # The port.

    def _resolve(self):
        settings = self.settings
        if settings.is_everywhere:
            return socket.AF_INET, ("0.0.0.0", settings.port)
        # localhost may be ::1 first; the original listens on IPv4, and that is where its servers connect.
        host = "127.0.0.1" if settings.host.lower() == "localhost" else settings.host
        found = socket.getaddrinfo(host, settings.port, socket.AF_UNSPEC, socket.SOCK_STREAM, 0, socket.AI_PASSIVE)
        found.sort(key=lambda entry: entry[0] != socket.AF_INET)
        return found[0][0], found[0][4]

    def _listen(self):
        """Opens the port; when it cannot be opened says so once, and tries again."""
        if self._address is None:
            return
        self._bind_at = ticks() + BIND_PERIOD
        listening = None
        try:
            if self.security is not None:
                self.security.load()
            family, address = self._address
            listening = _prepared(socket.socket(family, socket.SOCK_STREAM))
            if os.name == "posix":
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            listening.listen(BACKLOG)
            self._listener = Listener(self, listening)
        except (tls.SecurityFileError, socket.error, OSError) as error:
            if listening is not None:
                listening.close()
            if str(error) != self._bind_trouble:
                self._bind_trouble = str(error)
                self.log.error("cannot listen on %s: %s; supervisord runs without this port, it is tried again every %d s" % (self.settings.address, error, BIND_PERIOD))
            return
        self._bind_trouble = None
        if self.security is None:
            self.log.info("listens on %s without TLS" % self.settings.address)
        else:
            self.log.info("listens on %s with TLS" % self.settings.address)
            if not self.security.wants_token and not self.security.wants_certificate:
                self.log.warn("TLS without token_file and tls_client_ca hides what is said, and lets in everybody who can reach the port")

    def _accept(self):
        for _ in range(ACCEPTS):
            if self.budget.is_spent:
                return
            try:
                connected, peer = self._listener.socket.accept()
            except (socket.error, OSError) as error:
                self._listener.has_more = False
                if not is_again(error):
                    # Who waits stays where it is, and the loop would be woken for it at once, again and again.
                    self._listener.pause()
                    self.refusals.note(("a client", ""), "it could not be accepted: %s" % error)
                return
            if not self._make_room(connected):
                self.refusals.note(peer, "there are %d connections already, or supervisord has few descriptors left" % len(self.clients))
                connected.close()
                continue
            try:
                _prepared(connected)
                connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            except (socket.error, OSError):
                connected.close()
                continue
            client = Client(self, connected, peer)
            # It may be gone before it was greeted.
            if not client.is_closed:
                self.clients.append(client)

    def _make_room(self, connected):
        """Who has nothing open gives way to who comes, the longest unused first."""
        if not self.calls.logs.may_have_descriptor(connected.fileno()):
            return False
        if len(self.clients) < MAX_CLIENTS:
            return True
        idle = [client for client in self.clients if client.is_idle]
        if not idle:
            return False
        oldest = min(idle, key=lambda client: client.used)
        # Among many who come at once nobody would have the time to say a word.
        if ticks() - oldest.used < 1.0:
            return False
        oldest.close()
        return True


def _prepared(own):
    own.setblocking(False)
    close_on_exec(own.fileno())
    return own


def _forget_descriptor(own):
    detach = getattr(own, "detach", None)
    if detach is not None:
        try:
            detach()
        except (socket.error, OSError):
            pass
    else:
        _forgotten.append(own)


#: Sockets that Python 2 would close when nobody has them any more.
_forgotten = []
