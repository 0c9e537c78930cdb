#!/usr/bin/env python3
"""The program that all processes of the example run: it counts, and does nothing else."""
import argparse
import sys
import time


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", help="what to call itself in its output")
    parser.add_argument("--every", type=float, default=1.0, metavar="SECONDS", help="time between two lines; default 1")
    parser.add_argument("--exit-after", type=float, metavar="SECONDS", help="end with exit code 0 after this time")
    parser.add_argument("--width", type=int, default=0, metavar="N", help="fill each line up to N characters")
    parser.add_argument("--errors", action="store_true", help="write every fifth line to stderr as well")
    options = parser.parse_args()

    started = time.monotonic()
    end = started + options.exit_after if options.exit_after is not None else float("inf")
    count = 0
    while time.monotonic() < end:
        count += 1
        line = f"{time.strftime('%H:%M:%S')} {options.name} count {count} "
        print(line.ljust(options.width, "."), flush=True)
        if options.errors and count % 5 == 0:
            print(f"{options.name}: {count} is a multiple of five", file=sys.stderr, flush=True)

        # Measured from the start, so that a slow machine does not make the counter lag for ever.
        time.sleep(max(0.0, min(started + count * options.every, end) - time.monotonic()))


if __name__ == "__main__":
    main()
