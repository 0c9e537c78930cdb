"""A zerorpc client for tests, made of octets: it says what a test lets it say, and tells what comes."""

import binascii
import os
import socket
import struct
import time

from multivisor import framing
from multivisor.packing import Unpacker, pack


class Peer(object):
    def __init__(self, port, limit=20.0):
        self.socket = socket.create_connection(("127.0.0.1", port), limit)
        self._buffer = b""
        self._limit = limit

    def greet(self, kind=b"DEALER"):
        self.socket.sendall(framing.GREETING + framing.command(b"READY", b"\x0bSocket-Type" + struct.pack(">I", len(kind)) + kind))
        assert self._exactly(64)[:1] == b"\xff"
        flags, body = self.frame()
        assert flags == 4 and body.startswith(b"\x05READY"), (flags, body)
        return self

    def send(self, name, args, channel=None):
        """Opens a channel, or goes on in one; its id."""
        new = binascii.hexlify(os.urandom(16))
        header = {"v": 3, "message_id": Raw(new)}
        if channel is not None:
            header["response_to"] = Raw(channel)
        octets = b"\x93" + _map(header) + pack(name) + pack(args)
        self.socket.sendall(framing.message(octets))
        return channel or new

    def receive(self):
        """(name, args, channel) of the next event that is no heartbeat."""
        while True:
            flags, body = self.frame()
            if flags & 4 or flags & 1:
                continue
            reader = Unpacker(body)
            assert reader.count(0x90, 0xDC) == 3
            header = reader.value()
            name, args = reader.value(), reader.value()
            if name != "_zpc_hb":
                return name, args, header["response_to"].octets

    def call(self, name, *args):
        """The result; AssertionError with the error if there is none."""
        channel = self.send(name, list(args))
        while True:
            answer, value, of = self.receive()
            if of == channel:
                assert answer == "OK", (name, value)
                return value[0]

    def error(self, name, *args):
        """(name, text) of the error."""
        channel = self.send(name, list(args))
        while True:
            answer, value, of = self.receive()
            if of == channel:
                assert answer == "ERR", (answer, value)
                return tuple(value[:2])

    def has_more(self, within=0.5):
        """Whether another event comes; to be asked last, or when none is to come."""
        self.socket.settimeout(within)
        try:
            self.receive()
            return True
        except socket.timeout:
            return False
        finally:
            self.socket.settimeout(self._limit)

    def stream(self, name, *args):
        return Stream(self, self.send(name, list(args)))

    def is_closed(self):
        """The other end has closed, now or within the limit."""
        try:
            while self.socket.recv(65536):
                pass
            return True
        except socket.timeout:
            return False
        except (socket.error, OSError):
            return True

    def close(self):
        self.socket.close()

    def frame(self):
        flags, length = struct.unpack("BB", self._exactly(2))
        if flags & 2:
            length = struct.unpack(">Q", struct.pack("B", length) + self._exactly(7))[0]
        return flags, self._exactly(length)

    def _exactly(self, length):
        until = time.time() + self._limit
        while len(self._buffer) < length:
            assert time.time() < until, "nothing came"
            octets = self.socket.recv(65536)
            if not octets:
                raise EOFError(self._buffer)
            self._buffer += octets
        octets, self._buffer = self._buffer[:length], self._buffer[length:]
        return octets


class Raw(object):
    """Octets that are sent as msgpack's bin."""

    def __init__(self, octets):
        self.octets = octets


class Stream(object):
    def __init__(self, peer, channel):
        self._peer = peer
        self.channel = channel
        self._first = True

    def next(self):
        """The next item, None at the end."""
        while True:
            name, args, channel = self._peer.receive()
            if channel != self.channel:
                continue
            if self._first:
                self._first = False
                self._peer.send("_zpc_more", [1000], self.channel)
            assert name in ("STREAM", "STREAM_DONE"), (name, args)
            return args if name == "STREAM" else None

    def until(self, wanted):
        """The first item for which wanted answers true."""
        while True:
            item = self.next()
            assert item is not None, "the stream has ended"
            if wanted(item):
                return item


def _map(header):
    parts = [struct.pack("B", 0x80 | len(header))]
    for key, value in header.items():
        parts.append(pack(key))
        parts.append(b"\xc4" + struct.pack("B", len(value.octets)) + value.octets if isinstance(value, Raw) else pack(value))
    return b"".join(parts)
