"""msgpack, as far as zerorpc needs it."""

import struct

from multivisor.compat import PY2, integer_types, native, text_type, utf8
from multivisor.errors import ProtocolError

MAX_DEPTH = 32

#: Values in one event that is read: what takes longer to read than supervisord can spare is no call.
MAX_ELEMENTS = 4096

_NUMBERS = {
    0xCA: struct.Struct(">f"), 0xCB: struct.Struct(">d"),
    0xCC: struct.Struct(">B"), 0xCD: struct.Struct(">H"), 0xCE: struct.Struct(">I"), 0xCF: struct.Struct(">Q"),
    0xD0: struct.Struct(">b"), 0xD1: struct.Struct(">h"), 0xD2: struct.Struct(">i"), 0xD3: struct.Struct(">q"),
}
_LENGTHS = {1: struct.Struct(">B"), 2: struct.Struct(">H"), 4: struct.Struct(">I")}


class Binary(object):
    """Octets that are no text."""

    __slots__ = ("octets",)

    def __init__(self, octets):
        self.octets = octets

    def __eq__(self, other):
        return isinstance(other, Binary) and self.octets == other.octets

    def __ne__(self, other):
        return not self == other

    __hash__ = None


class Packed(object):
    """A value that is packed already."""

    __slots__ = ("octets",)

    def __init__(self, octets):
        self.octets = octets


def pack(value):
    """The octets of a value. OverflowError or TypeError for what cannot be sent."""
    parts = []
    _pack(value, parts.append, 0)
    return b"".join(parts)


def pack_array(packed):
    """An array of values that are packed already."""
    return b"".join([_head(len(packed), 0x90, 16, 0xDC)] + packed)


def _pack(value, put, depth):
    if depth > MAX_DEPTH:
        raise OverflowError("nested deeper than %d" % MAX_DEPTH)
    if isinstance(value, text_type) or (PY2 and isinstance(value, str)):
        octets = utf8(value)
        length = len(octets)
        put((struct.pack("B", 0xA0 | length) if length < 32 else _long_head(length, 0xD9)) + octets)
    elif value is None:
        put(b"\xc0")
    elif value is True:
        put(b"\xc3")
    elif value is False:
        put(b"\xc2")
    elif isinstance(value, integer_types):
        put(_integer(value))
    elif isinstance(value, (list, tuple)):
        put(_head(len(value), 0x90, 16, 0xDC))
        for item in value:
            _pack(item, put, depth + 1)
    elif isinstance(value, dict):
        put(_head(len(value), 0x80, 16, 0xDE))
        for key in value:
            _pack(key if isinstance(key, (str, text_type)) else str(key), put, depth + 1)
            _pack(value[key], put, depth + 1)
    elif isinstance(value, Packed):
        put(value.octets)
    elif isinstance(value, (Binary, bytes, bytearray)):
        octets = value.octets if isinstance(value, Binary) else bytes(value)
        put(_long_head(len(octets), 0xC4) + octets)
    elif isinstance(value, float):
        put(struct.pack(">Bd", 0xCB, value))
    elif hasattr(value, "value") and type(value).__name__ in ("Boolean", "DateTime"):
        _pack(value.value if type(value).__name__ == "DateTime" else bool(value.value), put, depth + 1)
    else:
        raise TypeError("a %s cannot be sent" % type(value).__name__)


def _head(count, short, limit, code):
    if count < limit:
        return struct.pack("B", short | count)
    return struct.pack(">BH", code, count) if count < 0x10000 else struct.pack(">BI", code + 1, count)


def _long_head(length, code):
    if length < 0x100:
        return struct.pack(">BB", code, length)
    return struct.pack(">BH", code + 1, length) if length < 0x10000 else struct.pack(">BI", code + 2, length)


def _integer(value):
    if value >= 0:
        if value < 0x80:
            return struct.pack("B", value)
        for limit, code, form in ((0x100, 0xCC, ">BB"), (0x10000, 0xCD, ">BH"), (1 << 32, 0xCE, ">BI"), (1 << 64, 0xCF, ">BQ")):
            if value < limit:
                return struct.pack(form, code, value)
    elif value >= -32:
        return struct.pack("b", value)
    else:
        for limit, code, form in ((0x80, 0xD0, ">Bb"), (0x8000, 0xD1, ">Bh"), (1 << 31, 0xD2, ">Bi"), (1 << 63, 0xD3, ">Bq")):
            if value >= -limit:
                return struct.pack(form, code, value)
    raise OverflowError("%d has more than 64 bits" % value)


class Unpacker(object):
    """Reads values one after the other. ProtocolError for what is no msgpack, or more than may be."""

    __slots__ = ("octets", "position", "_left")

    def __init__(self, octets):
        self.octets = octets if isinstance(octets, bytearray) else bytearray(octets)
        self.position = 0
        self._left = MAX_ELEMENTS

    def value(self, depth=0):
        """The next value: text as supervisord keeps it, octets as Binary, an extension as None."""
        self._left -= 1
        if self._left < 0 or depth > MAX_DEPTH:
            raise ProtocolError("an event has too many values")
        code = self._number(_LENGTHS[1])
        if code < 0x80:
            return code
        if code >= 0xE0:
            return code - 0x100
        if code >= 0xD9 and code <= 0xDB:
            return native(self._take(self._number(_LENGTHS[1 << (code - 0xD9)])))
        if code >= 0xA0 and code < 0xC0:
            return native(self._take(code & 0x1F))
        if code < 0x90 or code in (0xDE, 0xDF):
            return self._map(code & 0x0F if code < 0x90 else self._number(_LENGTHS[2 << (code - 0xDE)]), depth)
        if code < 0xA0 or code in (0xDC, 0xDD):
            count = code & 0x0F if code < 0xA0 else self._number(_LENGTHS[2 << (code - 0xDC)])
            self._need(count)
            return [self.value(depth + 1) for _ in range(count)]
        if code in _NUMBERS:
            return self._number(_NUMBERS[code])
        if code == 0xC0:
            return None
        if code in (0xC2, 0xC3):
            return code == 0xC3
        if code >= 0xC4 and code <= 0xC6:
            return Binary(bytes(self._take(self._number(_LENGTHS[1 << (code - 0xC4)]))))
        if code >= 0xC7 and code <= 0xC9:
            self._take(self._number(_LENGTHS[1 << (code - 0xC7)]) + 1)
            return None
        if code >= 0xD4 and code <= 0xD8:
            self._take((1 << (code - 0xD4)) + 1)
            return None
        raise ProtocolError("an event is no msgpack")

    def raw(self):
        """The next value, and the octets that it is made of."""
        start = self.position
        value = self.value()
        return value, bytes(self.octets[start:self.position])

    def count(self, short, code):
        """The number of elements of the array, or members of the map, that begins here; None if none does."""
        if self.position >= len(self.octets):
            return None
        first = self.octets[self.position]
        if first & 0xF0 == short:
            self.position += 1
            return first & 0x0F
        if first in (code, code + 1):
            self.position += 1
            return self._number(_LENGTHS[2 << (first - code)])
        return None

    def _map(self, count, depth):
        self._need(2 * count)
        result = {}
        for _ in range(count):
            key = self.value(depth + 1)
            result[self.key(key)] = self.value(depth + 1)
        return result

    @staticmethod
    def key(value):
        """A key as text; peers of old write octets."""
        if isinstance(value, Binary):
            return native(value.octets)
        if isinstance(value, (list, dict)):
            raise ProtocolError("a key of a map is no text")
        return value

    def _need(self, count):
        if count > len(self.octets) - self.position or count > self._left:
            raise ProtocolError("an event has too many values")

    def _take(self, length):
        end = self.position + length
        if end > len(self.octets):
            raise ProtocolError("an event is cut off")
        octets = self.octets[self.position:end]
        self.position = end
        return octets

    def _number(self, form):
        end = self.position + form.size
        if end > len(self.octets):
            raise ProtocolError("an event is cut off")
        number = form.unpack_from(self.octets, self.position)[0]
        self.position = end
        return number
