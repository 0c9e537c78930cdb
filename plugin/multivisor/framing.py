"""ZMTP 3.0 as a ROUTER with the NULL mechanism: greeting, READY, frames, messages. Knows no socket."""

import struct

from multivisor.errors import ProtocolError

GREETING = b"\xff" + b"\0" * 7 + b"\x01\x7f\x03\x00" + b"NULL".ljust(20, b"\0") + b"\0" * 32
GREETING_LENGTH = 64

#: What is asked of us is small. Checked before it is waited for.
MAX_MESSAGE = 256 * 1024
MAX_FRAMES = 8
MAX_COMMAND = 4096

#: Frames looked at in one go, so that whoever sends very small ones gets no more time than others.
MAX_FRAMES_AT_ONCE = 256

_MORE, _LONG, _COMMAND = 1, 2, 4
_PEERS = (b"DEALER", b"REQ", b"ROUTER")


def _frame(flags, body):
    if len(body) < 256:
        return struct.pack("BB", flags, len(body)) + body
    return struct.pack(">BQ", flags | _LONG, len(body)) + body


def command(name, data=b""):
    return _frame(_COMMAND, struct.pack("B", len(name)) + name + data)


READY = command(b"READY", b"\x0bSocket-Type\x00\x00\x00\x06ROUTER\x08Identity\x00\x00\x00\x00")


def message(payload):
    """One message as zerorpc has it: the empty delimiter, then the payload."""
    return b"\x01\x00" + _frame(0, payload)


def error(reason):
    """ZMTP's own way to say why somebody is refused."""
    octets = reason.encode("utf-8", "replace")[:255]
    return command(b"ERROR", struct.pack("B", len(octets)) + octets)


class Reader(object):
    """Takes octets as they come and gives messages. ProtocolError when the peer is none of ours."""

    __slots__ = ("buffer", "state", "answers", "_frames", "_length")

    _GREET, _HANDSHAKE, _TRAFFIC = range(3)

    def __init__(self):
        self.buffer = bytearray()
        self.state = self._GREET
        #: Octets that the protocol itself wants to be sent, READY and PONG.
        self.answers = []
        self._frames = []
        self._length = 0

    @property
    def is_ready(self):
        return self.state == self._TRAFFIC

    def feed(self, octets):
        self.buffer += octets

    def read(self):
        """(payload or None, whether there may be more to read at once)."""
        if self.state == self._GREET and not self._greet():
            return None, False
        for _ in range(MAX_FRAMES_AT_ONCE):
            frame = self._next()
            if frame is None:
                return None, False
            flags, body = frame
            if flags & _COMMAND:
                self._command(body)
                continue
            if self.state != self._TRAFFIC:
                raise ProtocolError("it sends a message before READY")
            self._frames.append(body)
            self._length += len(body)
            if len(self._frames) > MAX_FRAMES or self._length > MAX_MESSAGE:
                raise ProtocolError("it sends a message of more than %d octets or %d frames" % (MAX_MESSAGE, MAX_FRAMES))
            if not flags & _MORE:
                payload = self._frames[-1]
                self._frames = []
                self._length = 0
                return payload, True
        return None, True

    def _greet(self):
        start = self.buffer
        if start and start[0] != 0xFF:
            raise ProtocolError("it begins with TLS; set tls_cert and tls_key here, or remove tls:// from the server's url" if start[0] == 0x16
                                else "it does not begin like ZeroMQ")
        if len(start) > 9 and start[9] != 0x7F or len(start) > 10 and start[10] < 3:
            raise ProtocolError("it speaks a ZMTP older than 3.0")
        if len(start) < GREETING_LENGTH:
            return False
        if bytes(start[12:32]).rstrip(b"\0") != b"NULL":
            raise ProtocolError("it wants another security mechanism than NULL")
        del start[:GREETING_LENGTH]
        self.answers.append(READY)
        self.state = self._HANDSHAKE
        return True

    def _next(self):
        buffer = self.buffer
        if len(buffer) < 2:
            return None
        flags = buffer[0]
        if flags & ~(_MORE | _LONG | _COMMAND) or flags & _COMMAND and flags & _MORE:
            raise ProtocolError("it sends a frame that ZMTP does not have")
        begin = 2
        length = buffer[1]
        if flags & _LONG:
            if len(buffer) < 9:
                return None
            begin = 9
            length = struct.unpack_from(">Q", buffer, 1)[0]
        if length > (MAX_COMMAND if flags & _COMMAND else MAX_MESSAGE):
            raise ProtocolError("it sends a frame of %d octets" % length)
        end = begin + length
        if len(buffer) < end:
            return None
        body = buffer[begin:end]
        del buffer[:end]
        return flags, body

    def _command(self, body):
        length = body[0] if body else 0
        if length == 0 or len(body) < 1 + length:
            raise ProtocolError("it sends a command without a name")
        name, data = bytes(body[1:1 + length]), body[1 + length:]
        if self.state == self._HANDSHAKE:
            if name == b"ERROR":
                raise ProtocolError("it refuses us")
            if name == b"READY":
                kind = _property(data, b"socket-type")
                if kind is not None and kind not in _PEERS:
                    raise ProtocolError("it is a ZeroMQ socket that does not ask")
                self.state = self._TRAFFIC
        elif name == b"PING" and len(data) >= 2:
            self.answers.append(command(b"PONG", bytes(data[2:18])))


def _property(data, wanted):
    position = 0
    while position < len(data):
        end = position + 1 + data[position]
        if end + 4 > len(data):
            break
        name = bytes(data[position + 1:end]).lower()
        length = struct.unpack_from(">I", data, end)[0]
        position = end + 4 + length
        if position > len(data):
            break
        if name == wanted:
            return bytes(data[end + 4:position])
    return None
