"""An rpcinterface for supervisord that measures what one turn of its loop takes: from the return of one poll to the call of the next.

turnwatch.reset() begins anew; turnwatch.turns() answers how many there were and the longest, their 99.9 and 99 percent and their half, in microseconds:
of the clock, and of the processor.
"""

import time


class TurnWatch(object):
    def __init__(self, supervisord):
        self._poller = supervisord.options.poller
        self._poll = self._poller.poll
        self._poller.poll = self._watched
        self.reset()

    def reset(self):
        self._clock, self._processor = [], []
        self._begun = None
        return True

    def turns(self):
        return [len(self._clock)] + self._summary(self._clock) + self._summary(self._processor)

    @staticmethod
    def _summary(seconds):
        ordered = sorted(seconds) or [0.0]
        return [int(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1e6) for share in (1.0, 0.999, 0.99, 0.5)]

    def _watched(self, timeout):
        if self._begun is not None:
            self._clock.append(time.perf_counter() - self._begun[0])
            self._processor.append(time.process_time() - self._begun[1])
        try:
            return self._poll(timeout)
        finally:
            self._begun = (time.perf_counter(), time.process_time())


def make(supervisord, **config):
    return TurnWatch(supervisord)
