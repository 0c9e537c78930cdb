import random
import struct
import unittest

from multivisor import framing
from multivisor.errors import ProtocolError


def ready(kind=b"DEALER"):
    return framing.command(b"READY", b"\x0bSocket-Type" + struct.pack(">I", len(kind)) + kind)


def payloads(reader):
    found = []
    more = True
    while more:
        payload, more = reader.read()
        if payload is not None:
            found.append(bytes(payload))
    return found


class FramingTests(unittest.TestCase):
    def connected(self):
        reader = framing.Reader()
        reader.feed(framing.GREETING + ready())
        self.assertEqual(payloads(reader), [])
        self.assertTrue(reader.is_ready)
        reader.answers = []
        return reader

    def test_octets_one_by_one_are_read_as_all_at_once(self):
        octets = framing.GREETING + ready() + framing.message(b"a") + framing.message(b"b" * 300) + framing.command(b"PING", b"\0\0ctx") + framing.message(b"")
        reader = framing.Reader()
        found = []
        for index in range(len(octets)):
            reader.feed(octets[index:index + 1])
            found += payloads(reader)
        self.assertEqual(found, [b"a", b"b" * 300, b""])
        self.assertEqual(reader.answers, [framing.READY, framing.command(b"PONG", b"ctx")])

    def test_peers_of_other_versions_of_libzmq_are_accepted(self):
        for octets in (b"\xff" + b"\0" * 8 + b"\x7f\x04\x00" + framing.GREETING[12:], b"\xff" + b"\x55" * 8 + b"\x7f\x03\x01" + framing.GREETING[12:]):
            reader = framing.Reader()
            reader.feed(octets + framing.command(b"READY") + b"\x00\x01a")
            self.assertEqual(payloads(reader), [b"a"])

    def test_who_does_not_begin_like_zeromq_is_refused_in_words(self):
        for octets, words in ((b"\x16\x03\x01", "begins with TLS"), (b"GET / HTTP/1.1\r\n", "does not begin like"), (b"\xff" + b"\0" * 8 + b"\x01", "older"),
                              (b"\xff" + b"\0" * 8 + b"\x7f\x01", "older"),
                              (framing.GREETING[:12] + b"PLAIN".ljust(20, b"\0") + b"\0" * 32, "mechanism"),
                              (framing.GREETING + ready(b"SUB"), "does not ask"), (framing.GREETING + b"\x00\x01a", "before READY"),
                              (framing.GREETING + framing.error("no"), "refuses us")):
            reader = framing.Reader()
            reader.feed(octets)
            with self.assertRaises(ProtocolError) as caught:
                payloads(reader)
            self.assertIn(words, str(caught.exception))

    def test_sizes_are_checked_before_they_are_waited_for(self):
        for octets in (b"\x02" + struct.pack(">Q", framing.MAX_MESSAGE + 1), b"\x02" + b"\xff" * 8, b"\x06" + struct.pack(">Q", framing.MAX_COMMAND + 1),
                       b"\x08\x00", b"\x05\x00", b"\x04\x00", b"\x04\x01\x05", b"\x01\x00" * (framing.MAX_FRAMES + 1)):
            reader = self.connected()
            reader.feed(octets)
            self.assertRaises(ProtocolError, payloads, reader)

    def test_frames_of_one_message_together_are_limited(self):
        reader = self.connected()
        for _ in range(3):
            reader.feed(b"\x03" + struct.pack(">Q", framing.MAX_MESSAGE // 2) + b"x" * (framing.MAX_MESSAGE // 2))
        self.assertRaises(ProtocolError, payloads, reader)

    def test_very_small_frames_are_read_in_pieces(self):
        reader = self.connected()
        reader.feed(framing.command(b"FOO") * 1000)
        self.assertEqual(reader.read(), (None, True))
        self.assertGreater(len(reader.buffer), 0)

    def test_rubbish_is_read_or_refused(self):
        source = random.Random(11)
        for _ in range(500):
            reader = self.connected()
            reader.feed(bytearray(source.choice((0, 1, 2, 4, 6, source.randrange(256))) for _ in range(60)))
            try:
                payloads(reader)
            except ProtocolError:
                pass


if __name__ == "__main__":
    unittest.main()
