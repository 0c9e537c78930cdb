"""python tests/main.py [--filter TEXT]: runs all tests whose name contains TEXT; the last line reads "N passed, N failed, N skipped"."""

import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path[:0] = [os.path.dirname(HERE), HERE]


def matching(suite, text):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            for inner in matching(test, text):
                yield inner
        elif text in "plugin." + test.id():
            yield test


def main():
    text = sys.argv[2] if sys.argv[1:2] == ["--filter"] else ""
    suite = unittest.TestSuite(matching(unittest.defaultTestLoader.discover(HERE, top_level_dir=HERE), text))
    result = unittest.TextTestRunner(stream=sys.stderr, verbosity=0).run(suite)
    bad = len(result.failures) + len(result.errors)
    skipped = len(result.skipped)
    print("%d passed, %d failed, %d skipped" % (result.testsRun - bad - skipped, bad, skipped))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
