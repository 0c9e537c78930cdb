"""Runs a program at a terminal of its own, as a person does: waits for each question, types, and looks at the terminal afterwards.

    terminal.py PROGRAM ARGUMENT... < ["QUESTION", "TYPED", "QUESTION", "TYPED", ...] in JSON

Prints, in JSON: what stood on the terminal, the exit code (negative: the signal), and whether the terminal is as it was.
"""

import json
import os
import pty
import subprocess
import sys
import termios

LIMIT = 60

dialogue = json.load(sys.stdin)
main, terminal = pty.openpty()
before = termios.tcgetattr(terminal)


def own_terminal():
    os.setsid()
    # The first terminal that the leader of a session opens becomes its own: Ctrl-C goes to it.
    os.close(os.open(os.ttyname(terminal), os.O_RDWR))


program = subprocess.Popen(
    sys.argv[1:], stdin=terminal, stdout=terminal, stderr=terminal, preexec_fn=own_terminal)
shown = b""
for question, typed in zip(dialogue[::2], dialogue[1::2]):
    seen = len(shown)
    while question.encode() not in shown[seen:]:
        shown += os.read(main, 4096)
    os.write(main, typed.encode())
code = program.wait(LIMIT)
after = termios.tcgetattr(terminal)
os.set_blocking(main, False)
try:
    while rest := os.read(main, 4096):
        shown += rest
except BlockingIOError:
    pass
print(json.dumps({"shown": shown.decode(), "code": code, "restored": before == after}))
