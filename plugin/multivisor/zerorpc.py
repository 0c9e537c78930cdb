"""zerorpc's events and channels. Knows no socket and no method."""

import binascii
import os

from multivisor.compat import integer_types
from multivisor.errors import ProtocolError
from multivisor.packing import Unpacker, pack, pack_array

#: Seconds; the same on both ends, it is not negotiated.
HEARTBEAT = 5.0

MAX_CREDIT = 1000000
_TAIL = b"\xa1v\x03\xabresponse_to"


class Event(object):
    """What a peer sent: method or reply, its arguments, and the ids as their sender wrote them."""

    __slots__ = ("name", "args", "id", "channel")

    def __init__(self, payload):
        reader = Unpacker(payload)
        if reader.count(0x90, 0xDC) != 3:
            raise ProtocolError("an event has not three parts")
        self.id = self.channel = None
        members = reader.count(0x80, 0xDE)
        if members is None:
            raise ProtocolError("an event has no header")
        for _ in range(members):
            key = reader.key(reader.value(1))
            _, raw = reader.raw()
            if key == "message_id":
                self.id = raw
            elif key == "response_to":
                self.channel = raw
        self.name = reader.key(reader.value(1))
        self.args = reader.value(1)


class MessageIds(object):
    """Ids that nobody else uses: a random base, and a counter."""

    __slots__ = ("_base", "_next")

    def __init__(self):
        random = binascii.hexlify(os.urandom(16))
        self._base = random[8:]
        self._next = int(random[:8], 16)

    def take(self):
        self._next = (self._next + 1) & 0xFFFFFFFF
        return ("%08x" % self._next).encode("ascii") + self._base


class Channel(object):
    """One call or stream that a peer has opened."""

    __slots__ = ("id", "connection", "source", "deferred", "credit", "next_tick", "last_beat", "is_open")

    def __init__(self, connection, raw_id, now):
        self.id = raw_id
        self.connection = connection
        #: An iterator of packed items, NOTHING when there is none yet; of a stream.
        self.source = None
        #: Is called until it answers something else than NOT_DONE_YET; of a call that waits.
        self.deferred = None
        #: Data events that may still be sent.
        self.credit = 1
        self.next_tick = now + HEARTBEAT
        self.last_beat = None
        self.is_open = True

    def grant(self, args):
        amount = args[0] if isinstance(args, list) and args else None
        if isinstance(amount, integer_types) and amount is not True and amount > 0:
            self.credit = min(MAX_CREDIT, self.credit + amount)

    def is_lost(self, now):
        """To be asked at each tick: a peer gets one period of grace, then two without a heartbeat."""
        if self.last_beat is None:
            self.last_beat = now
        return now > self.last_beat + 2 * HEARTBEAT


def reply(message_id, channel_id, name, packed_args):
    """The payload of an event of ours."""
    return b"".join((b"\x93\x83\xaamessage_id\xc4\x20", message_id, _TAIL, channel_id, pack(name), packed_args))


def result(packed):
    return pack_array([packed])


def failure(name, message):
    """Always three texts; the third is for a traceback, which is nobody's business."""
    return pack([name, message, ""])
