"""A program that writes the time, in nanoseconds since 1970, some thirty times a second, in no rhythm with anything else."""
import random
import time

while True:
    print(time.time_ns(), flush=True)
    time.sleep(random.uniform(0.02, 0.05))
