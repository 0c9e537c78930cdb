"""Writes numbered lines in bursts to standard output: writer.py LINES BURST PAUSE. Then says, again and again, that it is at the end."""
import sys
import time

lines, burst, pause = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
for first in range(0, lines, burst):
    sys.stdout.write("".join("%d %s\n" % (n, "grün€"[: n % 6] + "x" * (n * 7 % 90)) for n in range(first, min(lines, first + burst))))
    sys.stdout.flush()
    time.sleep(pause)
# More than once: what was written right before a rotation may be out of a reader's reach.
end = 0
while True:
    sys.stdout.write("end %d\n" % end)
    sys.stdout.flush()
    end += 1
    time.sleep(0.2)
