"""A program that writes a line a hundred times a second."""
import time

while True:
    print("line", flush=True)
    time.sleep(0.01)
