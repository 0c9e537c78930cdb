"""Runs a program in a pseudo-terminal: in_terminal.py COLUMNS ROWS PROGRAM [ARGUMENT...]

What comes on stdin is typed, what the program shows goes to stdout. A line "\\x00COLUMNS ROWS\\n" on stdin resizes the terminal instead. Ends with
the program's exit code.
"""
import fcntl
import os
import pty
import select
import struct
import sys
import termios


def resize(terminal, columns, rows):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def main():
    columns, rows = int(sys.argv[1]), int(sys.argv[2])
    child, terminal = pty.fork()
    if child == 0:
        # The size is there before the program looks.
        resize(0, columns, rows)
        os.execv(sys.argv[3], sys.argv[3:])
    sources = [0, terminal]
    while True:
        for source in select.select(sources, [], [])[0]:
            try:
                octets = os.read(source, 65536)
            except OSError:
                octets = b""
            if source == terminal:
                if not octets:
                    status = os.waitpid(child, 0)[1]
                    sys.exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
                os.write(1, octets)
            elif octets.startswith(b"\x00"):
                resize(terminal, *map(int, octets[1:].split()))
            elif octets:
                os.write(terminal, octets)
            else:
                sources.remove(0)


main()
