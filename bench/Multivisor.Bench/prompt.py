"""Starts a program in a terminal until it shows its prompt: prompt.py PROGRAM [ARGUMENT...]

Prints the milliseconds from the fork to the prompt with its toolbar, and the resident memory in kB one second later.
"""
import fcntl
import os
import pty
import signal
import struct
import sys
import termios
import time

started = time.monotonic()
child, terminal = pty.fork()
if child == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    os.execv(sys.argv[1], sys.argv[1:])
shown = b""
while b"multivisor> " not in shown or b"Supervisors:" not in shown:
    octets = os.read(terminal, 65536)
    if not octets:
        sys.exit("it ended: " + shown.decode(errors="replace"))
    shown += octets
taken = (time.monotonic() - started) * 1000
time.sleep(1)
with open("/proc/%d/status" % child) as status:
    resident = next(line for line in status if line.startswith("VmRSS:")).split()[1]
os.kill(child, signal.SIGKILL)
os.waitpid(child, 0)
print("%.1f %s" % (taken, resident))
