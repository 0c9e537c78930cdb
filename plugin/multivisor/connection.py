"""One client: its socket, its greeting and TLS, its channels. Everything is bounded, and it works only when the plug-in lets it."""

import socket

from multivisor import framing, tls, zerorpc
from multivisor.compat import is_again, ticks
from multivisor.entry import Entry
from multivisor.errors import ProtocolError, RemoteError, describe
from multivisor.packing import Binary, pack

#: Octets that may wait for a client. Above that nothing is read from it and nothing is made for it.
HIGH_WATER = 256 * 1024

#: Octets read, octets sent and requests answered before it is somebody else's turn.
READ_LENGTH = 16 * 1024
SEND_LENGTH = 64 * 1024
SENDS = 4
REQUESTS = 8

MAX_CHANNELS = 200

#: Seconds for greeting and TLS; for the token; without taking an octet; after a farewell.
HANDSHAKE_LIMIT = 5.0
TOKEN_LIMIT = 10.0
STUCK_LIMIT = 15.0
FAREWELL_LIMIT = 1.0

AUTHENTICATE = "multivisor_authenticate"


class Client(Entry):
    __slots__ = ("peer", "reader", "out", "channels", "is_queued", "may_call", "has_failed", "since", "progress", "used", "awaits_room", "_stage", "_wants_write", "_leaves_at", "_has_backlog")

    _FIRST_OCTET, _TLS, _TALK, _LEAVE = range(4)

    def __init__(self, plug_in, connected, peer):
        Entry.__init__(self, plug_in, connected)
        self.peer = peer
        self.reader = framing.Reader()
        self.out = bytearray()
        self.channels = {}
        #: The plug-in has it among those that are to work.
        self.is_queued = False
        #: Has said the token, if one is wanted.
        self.may_call = plug_in.security is None or not plug_in.security.wants_token
        self.has_failed = False
        self.since = self.progress = self.used = ticks()
        #: The loop was told, in its last turn, that we wait for room to send.
        self.awaits_room = False
        self._wants_write = False
        self._leaves_at = None
        #: What has come was not looked at, because too much waits for this client.
        self._has_backlog = False
        self._stage = self._TALK if plug_in.security is None else self._FIRST_OCTET
        if plug_in.security is None:
            self.out += framing.GREETING
            self.flush()

    # What supervisord's loop asks.

    def wants_read(self):
        return not self.is_queued and (len(self.out) < HIGH_WATER or self._stage == self._LEAVE)

    def wants_write(self):
        self.awaits_room = self._wants_write or bool(self.out) and self._stage >= self._TALK
        return self.awaits_room

    def on_read(self):
        self.plug_in.enqueue(self)
        self.plug_in.work()

    on_write = on_read

    # What the plug-in lets it do.

    def work(self):
        """Does a bounded piece; True if there is more that can be done at once."""
        if self.is_closed:
            return False
        self._wants_write = False
        try:
            return self._work()
        except ProtocolError as error:
            self.plug_in.refusals.note(self.peer, str(error))
        except (socket.error, OSError, IOError):
            pass  # reset, or gone
        except Exception as error:
            self.plug_in.failed("unexpected %s: %s" % (type(error).__name__, error), self)
        self.close()
        return False

    def reply(self, channel_id, name, packed_args):
        """Queues an event; what is sent is up to flush."""
        if not self.is_closed and self._stage == self._TALK:
            self.out += framing.message(zerorpc.reply(self.plug_in.message_ids.take(), channel_id, name, packed_args))

    def fail(self, channel_id, error):
        name, text = describe(error)
        self.reply(channel_id, "ERR", zerorpc.failure(name, text))

    @property
    def has_room(self):
        return len(self.out) < HIGH_WATER and not self.is_closed

    @property
    def is_idle(self):
        return not self.channels

    def flush(self):
        """Sends what the system takes at once. Closes when the peer is gone."""
        if self.is_closed or not self.out:
            return
        try:
            for _ in range(SENDS):
                sent = self._send(bytes(self.out[:SEND_LENGTH]))
                if sent == 0:
                    return
                del self.out[:sent]
                self.progress = ticks()
                if self._has_backlog and self.has_room:
                    self._has_backlog = False
                    self.plug_in.enqueue(self)
                if not self.out:
                    return
        except (socket.error, OSError, IOError):
            self.close()

    def sweep(self, now):
        """Time limits and heartbeats."""
        if self._leaves_at is not None:
            if now > self._leaves_at:
                self.close()
            return
        if not self.reader.is_ready and now - self.since > HANDSHAKE_LIMIT:
            self.plug_in.refusals.note(self.peer, "it has not said what it wants within %d s" % HANDSHAKE_LIMIT)
            self.close()
        elif not self.may_call and now - self.since > TOKEN_LIMIT:
            self.plug_in.refusals.note(self.peer, "it sent no token")
            self.close()
        elif self.out and now - self.progress > STUCK_LIMIT:
            self.close()
        else:
            if not self.out:
                self.progress = now
            self._beat(now)

    def leave(self, channel):
        """The channel has ended."""
        if channel.is_open:
            channel.is_open = False
            self.channels.pop(channel.id, None)
            self.used = ticks()
            if channel.source is not None:
                channel.source.close()
                channel.source = None
            channel.deferred = None

    def close(self):
        if not self.is_closed:
            for channel in list(self.channels.values()):
                self.leave(channel)
            self.plug_in.forget(self)
            Entry.close(self)
            self.out = bytearray()
            self.reader = None

    def close_softly(self):
        """At the end of supervisord's life: what is queued still goes out, as far as the system takes it."""
        self.flush()
        if not self.is_closed:
            try:
                self.socket.shutdown(socket.SHUT_WR)
                # A socket that is closed with octets unread makes the peer drop what we wrote.
                for _ in range(SENDS):
                    if not self._receive(SEND_LENGTH):
                        break
            except (socket.error, OSError, IOError):
                pass
            self.close()

    # Reading.

    def _work(self):
        if self._stage == self._FIRST_OCTET and not self._look_at_first_octet():
            return False
        if self._stage == self._TLS and not self._shake_hands():
            return False
        self.flush()
        if self.is_closed:
            return False
        if self._stage == self._LEAVE:
            return self._drain()
        handled = 0
        has_received = False
        while self.has_room:
            payload, more = self.reader.read()
            if self.reader.answers:
                self.out += b"".join(self.reader.answers)
                self.reader.answers = []
            if payload is not None:
                handled += 1
                self._take(payload)
            if self.is_closed or self._stage == self._LEAVE:
                return False
            if more:
                if handled >= REQUESTS or payload is None or self.plug_in.budget.is_spent:
                    self.flush()
                    return True
                continue
            if has_received:
                self.flush()
                # TLS keeps what it has decrypted; the poller knows nothing of it.
                return self._pending() > 0
            octets = self._receive(READ_LENGTH)
            if octets is None:
                break
            if not octets:
                self.close()
                return False
            has_received = True
            self.reader.feed(octets)
        self._has_backlog = not self.has_room
        self.flush()
        return False

    def _take(self, payload):
        try:
            event = zerorpc.Event(payload)
        except ProtocolError:
            return  # as the field does: dropped, its sender has a time limit
        if event.channel is not None:
            channel = self.channels.get(event.channel)
            if channel is not None and event.name == "_zpc_hb":
                channel.last_beat = ticks()
            elif channel is not None and event.name == "_zpc_more":
                channel.grant(event.args)
                self.plug_in.look_again()
        elif event.id is not None and event.name not in ("_zpc_hb", "_zpc_more") and event.id not in self.channels:
            self.used = ticks()
            self._open(event)

    def _open(self, event):
        try:
            if event.name == AUTHENTICATE:
                self._authenticate(event)
            elif not self.may_call:
                self._refuse("it sent no token", "this agent wants a token: write token_file= into the configuration of the server")
            elif len(self.channels) >= MAX_CHANNELS:
                raise RemoteError("OverloadError", "more than %d calls at a time on one connection" % MAX_CHANNELS)
            else:
                self.plug_in.calls.open(self, event)
        except Exception as error:
            self.fail(event.id, error)

    def _authenticate(self, event):
        security = self.plug_in.security
        args = event.args if isinstance(event.args, list) else []
        text = args[0].octets if len(args) == 1 and isinstance(args[0], Binary) else args[0] if len(args) == 1 else None
        # Who asks for no token is content with any.
        wanted = security is not None and security.wants_token
        if not wanted or not self.has_failed and isinstance(text, (str, bytes)) and security.admits(text):
            self.may_call = True
            self.reply(event.id, "OK", zerorpc.result(pack(True)))
        else:
            self._refuse("its token is wrong", "the token is wrong: the server's token_file and the agent's must hold the same")

    def _refuse(self, why, answer):
        if not self.has_failed:
            self.plug_in.refusals.note(self.peer, why)
        self.has_failed = True
        raise RemoteError("AuthenticationError", answer)

    def _beat(self, now):
        for channel in list(self.channels.values()):
            if now < channel.next_tick:
                continue
            if channel.is_lost(now):
                self.leave(channel)
            else:
                # supervisord's loop may be late; the next one is not later for that.
                channel.next_tick = max(channel.next_tick + zerorpc.HEARTBEAT, now + zerorpc.HEARTBEAT / 2)
                if self.has_room:
                    self.reply(channel.id, "_zpc_hb", b"\x91\x00")
        self.flush()

    # The socket.

    def _receive(self, length):
        """None when nothing is there now, nothing when the peer has ended."""
        try:
            return self.socket.recv(length)
        except (socket.error, OSError) as error:
            if self._must_wait(error):
                return None
            raise

    def _send(self, octets):
        try:
            return self.socket.send(octets)
        except (socket.error, OSError) as error:
            if self._must_wait(error):
                return 0
            raise

    def _must_wait(self, error):
        if tls.ssl is not None and isinstance(error, getattr(tls.ssl, "SSLWantReadError", ())):
            return True
        if tls.ssl is not None and isinstance(error, getattr(tls.ssl, "SSLWantWriteError", ())):
            self._wants_write = True
            return True
        return is_again(error) and not _is_tls_error(error)

    def _pending(self):
        pending = getattr(self.socket, "pending", None)
        return pending() if pending is not None else 0

    def _look_at_first_octet(self):
        try:
            first = self.socket.recv(1, socket.MSG_PEEK)
        except (socket.error, OSError) as error:
            if is_again(error):
                return False
            raise
        if not first:
            self.close()
            return False
        if first != tls.HANDSHAKE:
            self.plug_in.refusals.note(self.peer, "it does not begin with TLS; write tls:// before the address of this agent in the server's url")
            self._say_farewell("this agent wants TLS: write tls:// before its address in url")
            return False
        self.socket = self.plug_in.security.wrap(self.socket)
        self._stage = self._TLS
        return True

    def _shake_hands(self):
        try:
            self.socket.do_handshake()
        except (socket.error, OSError, ValueError) as error:
            if self._must_wait(error):
                return False
            if _is_tls_error(error):
                raise ProtocolError("no TLS connection came about (%s)" % error)
            raise
        if self.plug_in.security.wants_certificate and not self.socket.getpeercert():
            self.plug_in.refusals.note(self.peer, "its certificate is missing")
            self._say_farewell("the certificate of the client is missing: this agent wants one (tls_cert and tls_key of the server)")
            return False
        self._stage = self._TALK
        self.out += framing.GREETING
        return True

    def _say_farewell(self, reason):
        self._stage = self._LEAVE
        self._leaves_at = ticks() + FAREWELL_LIMIT
        self.out += framing.GREETING + framing.error(reason)
        self.flush()

    def _drain(self):
        if not self.out and not self._wants_write:
            try:
                self.socket.shutdown(socket.SHUT_WR)
            except (socket.error, OSError):
                pass
        octets = self._receive(READ_LENGTH)
        if octets is not None and not octets:
            self.close()
        return False


def _is_tls_error(error):
    return tls.ssl is not None and isinstance(error, tls.ssl.SSLError)
