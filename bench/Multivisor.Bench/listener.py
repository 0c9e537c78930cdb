"""An event listener that writes down when supervisord handed it each event: the yardstick for everything behind it.

One line per event in the file named by the first argument: nanoseconds of the system clock, event name, payload.
"""
import sys
import time

out = open(sys.argv[1], "w", buffering=1)
while True:
    sys.stdout.write("READY\n")
    sys.stdout.flush()
    line = sys.stdin.readline()
    at = time.time_ns()
    if not line:
        break
    header = dict(token.split(":", 1) for token in line.split())
    payload = sys.stdin.read(int(header["len"]))
    out.write("%d %s %s\n" % (at, header["eventname"], payload.replace("\n", " ")))
    sys.stdout.write("RESULT 2\nOK")
    sys.stdout.flush()
