"""Runs a full-screen program and presses keys: top.py PROGRAM [ARGUMENT...]

Prints how much of a core it took during 15 s in percent, its resident memory in kB, and for each of 20 keys the milliseconds until its window was there.
"""
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

child, terminal = pty.fork()
if child == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 160, 0, 0))
    os.execv(sys.argv[1], sys.argv[1:])


def read_until(wanted, limit):
    shown, end = b"", time.monotonic() + limit
    while wanted is None or wanted not in shown:
        left = end - time.monotonic()
        if left <= 0:
            if wanted is None:
                return
            sys.exit("it did not show %r: %r" % (wanted, shown[-500:]))
        if select.select([terminal], [], [], left)[0]:
            shown = (shown + os.read(terminal, 65536))[-200000:]


def cpu_seconds():
    with open("/proc/%d/stat" % child) as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


read_until(b"50000", 60)
read_until(None, 3)
before, started = cpu_seconds(), time.monotonic()
read_until(None, 15)
percent = (cpu_seconds() - before) / (time.monotonic() - started) * 100
times = []
for _ in range(20):
    pressed = time.monotonic()
    os.write(terminal, b"?")
    read_until(b"mouse", 30)
    times.append((time.monotonic() - pressed) * 1000)
    os.write(terminal, b"\x1b")
    read_until(None, 1)
with open("/proc/%d/status" % child) as status:
    resident = next(line for line in status if line.startswith("VmRSS:")).split()[1]
os.kill(child, signal.SIGKILL)
os.waitpid(child, 0)
print("%.1f %s %s" % (percent, resident, " ".join("%.1f" % each for each in times)))
