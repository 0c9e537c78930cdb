import os
import random
import shutil
import tempfile
import unittest

from multivisor.logcursor import Data, LogCursor, LogStart, Moved
from multivisor.logfiles import LogFamily, check_of

LAG = 64 * 1024 * 1024


class LogCursorTests(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.path = os.path.join(self.folder, "x.log")
        self.open = []

    def tearDown(self):
        for cursor in self.open:
            cursor.close()
        shutil.rmtree(self.folder)

    def write(self, octets, path=None):
        with open(path or self.path, "ab") as file:
            file.write(octets)

    def rotate(self, backups=3):
        last = "%s.%d" % (self.path, backups)
        if os.path.exists(last):
            os.remove(last)
        for index in range(backups - 1, 0, -1):
            if os.path.exists("%s.%d" % (self.path, index)):
                os.rename("%s.%d" % (self.path, index), "%s.%d" % (self.path, index + 1))
        os.rename(self.path, self.path + ".1")
        self.write(b"")

    def cursor(self, lag=LAG):
        cursor = LogCursor(LogFamily(self.path, lambda fd: True), lag)
        self.open.append(cursor)
        return cursor

    def begin(self, start, lag=LAG):
        cursor = self.cursor(lag)
        return cursor, [moved for moved in cursor.begin(start) if moved is not None][0]

    def all(self, cursor):
        """(octets, [(reason, lost)])"""
        octets, moves = b"", []
        while True:
            step = cursor.next()
            if step is None:
                return octets, moves
            if isinstance(step, Data):
                octets += step.octets
            else:
                moves.append((step.reason, step.lost))

    def test_begins_so_many_octets_or_lines_before_the_end(self):
        self.write(b"one\ntwo\n", self.path + ".1")
        self.write(b"three\nfour\nfive\n")
        for start, expected in ((LogStart(octets=5), b"five\n"), (LogStart(octets=0), b""), (LogStart(lines=1), b"five\n"), (LogStart(lines=3), b"three\nfour\nfive\n"),
                                (LogStart(lines=4), b"two\nthree\nfour\nfive\n"), (LogStart(lines=99), b"one\ntwo\nthree\nfour\nfive\n"),
                                (LogStart(octets=1 << 40), b"one\ntwo\nthree\nfour\nfive\n")):
            cursor, moved = self.begin(start)
            self.assertEqual((moved.reason, moved.lost), ("begun", 0))
            self.assertEqual(self.all(cursor)[0], expected)

    def test_counts_lines_over_blocks(self):
        self.write(b"".join(b"%d\n" % n if str is not bytes else str(n) + "\n" for n in range(200000)))
        cursor, _ = self.begin(LogStart(lines=150000))
        self.assertTrue(self.all(cursor)[0].startswith(b"50000\n"))

    def test_follows_through_rotations_without_a_gap(self):
        self.write(b"")
        cursor, _ = self.begin(LogStart())
        source = random.Random(3)
        written, read = b"", b""
        for number in range(400):
            line = ("line %d\n" % number).encode("ascii")
            self.write(line)
            written += line
            if source.random() < 0.1:
                self.rotate(backups=20)
            if source.random() < 0.3:
                octets, moves = self.all(cursor)
                read += octets
                self.assertTrue(all(move == ("rotated", 0) for move in moves), moves)
        read += self.all(cursor)[0]
        self.assertEqual(read, written)

    def test_cleared_truncated_and_deleted_files_are_told(self):
        self.write(b"before\n")
        cursor, _ = self.begin(LogStart(octets=100))
        self.assertEqual(self.all(cursor)[0], b"before\n")
        os.remove(self.path)
        self.write(b"after\n")
        self.assertEqual(self.all(cursor), (b"after\n", [("cleared", 0)]))
        with open(self.path, "r+b") as file:
            file.truncate(0)
        self.write(b"short")
        self.assertEqual(self.all(cursor), (b"short", [("cleared", None)]))
        with open(self.path, "r+b") as file:
            file.truncate(0)
        self.write(b"as long, and other")
        self.assertEqual(self.all(cursor), (b"as long, and other", [("cleared", None)]))
        os.remove(self.path)
        self.assertEqual(self.all(cursor), (b"", []))
        self.assertFalse(cursor.has_file)
        self.write(b"again")
        self.assertEqual(self.all(cursor), (b"again", [("cleared", 0)]))

    def test_rotated_out_of_what_is_kept_is_told(self):
        self.write(b"old\n")
        cursor, _ = self.begin(LogStart(octets=100))
        self.all(cursor)
        for number in range(5):
            self.rotate(backups=2)
            self.write(b"new %d\n" % number if str is not bytes else "new %d\n" % number)
        octets, moves = self.all(cursor)
        self.assertEqual(moves[0], ("rotated", None))
        self.assertEqual(octets, b"new 2\nnew 3\nnew 4\n")

    def test_resumes_exactly_where_somebody_left(self):
        self.write(b"0123456789")
        identity = os.stat(self.path).st_ino
        self.rotate()
        self.write(b"abc")
        for start, reason, expected in (
                (LogStart(identity, 4, check_of(b"0123")), "resumed", b"456789abc"), (LogStart(identity, 4, check_of(b"0124")), "cleared", b"0123456789abc"),
                (LogStart(identity, 4), "resumed", b"456789abc"), (LogStart(identity, 12), "resumed", b"c"), (LogStart(identity, 99), "cleared", b"abc"),
                (LogStart(12345, 4, 1), "cleared", b"abc"), (LogStart(None, 2, check_of(b"ab")), "resumed", b"c"), (LogStart(None, 2, 99), "cleared", b"abc")):
            cursor, moved = self.begin(start)
            self.assertEqual((moved.reason, self.all(cursor)[0]), (reason, expected))

    def test_more_than_may_wait_is_skipped_with_the_exact_number(self):
        self.write(b"a" * 1000)
        self.rotate()
        self.write(b"b" * 1000)
        cursor, moved = self.begin(LogStart(octets=5000), lag=500)
        self.assertEqual((moved.reason, moved.lost), ("skipped", 1750))
        self.assertEqual(self.all(cursor)[0], b"b" * 250)
        self.write(b"c" * 600)
        self.assertEqual(self.all(cursor), (b"c" * 250, [("skipped", 350)]))

    def test_what_is_no_regular_file_is_no_log(self):
        os.mkdir(self.path)
        cursor, moved = self.begin(LogStart(lines=5))
        self.assertIsInstance(moved, Moved)
        self.assertIsNone(moved.identity)
        self.assertEqual(self.all(cursor), (b"", []))

    def test_no_descriptor_is_left_open(self):
        before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
        for _ in range(20):
            self.write(b"x\n" * 10)
            self.rotate()
            cursor, _ = self.begin(LogStart(lines=100), lag=30)
            self.all(cursor)
            cursor.close()
        self.assertEqual(len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0, before)

    def test_check_is_the_same_number_as_in_the_other_programs(self):
        self.assertEqual(check_of(b""), -3750763034362895579)
        self.assertEqual(check_of(b"a"), -5808556873153909620)
        self.assertEqual(check_of(b"y" * 36 + b"x" * 64), check_of(b"x" * 64))


if __name__ == "__main__":
    unittest.main()
