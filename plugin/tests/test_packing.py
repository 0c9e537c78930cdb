import random
import struct
import unittest

from multivisor.compat import PY2
from multivisor.errors import ProtocolError
from multivisor.packing import MAX_ELEMENTS, Binary, Packed, Unpacker, pack, pack_array


def read(octets):
    return Unpacker(octets).value()


class PackingTests(unittest.TestCase):
    def test_every_kind_of_value_comes_back(self):
        values = [None, True, False, 0.5, "", "a" * 31, "a" * 32, "a" * 255, "a" * 256, "a" * 70000, [], list(range(16)), list(range(70)), {"a": [{}]},
                  dict((str(n), n) for n in range(17)), Binary(b""), Binary(b"\x00\xff" * 200), Binary(b"x" * 70000)]
        for bits in range(64):
            values += [1 << bits, (1 << bits) - 1, -(1 << bits) if bits < 64 else 0, -(1 << bits) - 1 if bits < 63 else 0]
        for value in values:
            self.assertEqual(read(pack(value)), value)

    def test_integers_take_the_least_octets(self):
        for value, length in ((127, 1), (-32, 1), (128, 2), (-33, 2), (256, 3), (-129, 3), (65536, 5), (-32769, 5), (1 << 32, 9), (-(1 << 31) - 1, 9)):
            self.assertEqual((value, len(pack(value))), (value, length))

    def test_text_is_utf8_whatever_supervisord_keeps(self):
        self.assertEqual(pack(u"gr\xfcn"), b"\xa5gr\xc3\xbcn")
        if PY2:
            self.assertEqual(pack(u"gr\xfcn".encode("utf-8")), b"\xa5gr\xc3\xbcn")
            self.assertEqual(pack(b"\xff"), b"\xa3\xef\xbf\xbd")
        else:
            self.assertEqual(pack(b"\xff"), b"\xc4\x01\xff")
            self.assertEqual(pack(u"\udcff"), b"\xa1?")

    def test_what_cannot_be_sent_is_refused(self):
        self.assertRaises(OverflowError, pack, 1 << 64)
        self.assertRaises(OverflowError, pack, -(1 << 63) - 1)
        self.assertRaises(TypeError, pack, object())
        deep = []
        for _ in range(100):
            deep = [deep]
        self.assertRaises(OverflowError, pack, deep)

    def test_packed_values_are_taken_as_they_are(self):
        self.assertEqual(pack([Packed(pack("a")), 1]), pack(["a", 1]))
        self.assertEqual(pack_array([pack(n) for n in range(20)]), pack(list(range(20))))

    def test_floats_extensions_and_foreign_integers_are_read(self):
        self.assertEqual(read(b"\xca" + struct.pack(">f", 0.25)), 0.25)
        self.assertEqual(read(b"\xd3" + struct.pack(">q", 5)), 5)
        self.assertEqual(read(b"\x92\xc7\x02\x01ab\xd5\x01ab"), [None, None])

    def test_octets_as_keys_are_text(self):
        self.assertEqual(read(b"\x81\xc4\x01a\x01"), {"a": 1})

    def test_lengths_that_lie_take_no_memory(self):
        for octets in (b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff", b"\xdb\xff\xff\xff\xff", b"\xc6\xff\xff\xff\xff", b"\xc9\xff\xff\xff\xff\x01",
                       b"\xdc\xff\xff" + b"\xc0" * 100, b"", b"\xc1", b"\x81\x90\x01", b"\xcd\x01", b"\x91" * 40 + b"\xc0"):
            self.assertRaises(ProtocolError, read, octets)
        self.assertRaises(ProtocolError, read, b"\xdc" + struct.pack(">H", MAX_ELEMENTS + 1) + b"\xc0" * (MAX_ELEMENTS + 1))

    def test_rubbish_gives_a_value_or_is_refused(self):
        source = random.Random(7)
        for _ in range(3000):
            octets = bytearray(source.randrange(256) for _ in range(source.randrange(1, 40)))
            try:
                read(octets)
            except ProtocolError:
                pass


if __name__ == "__main__":
    unittest.main()
