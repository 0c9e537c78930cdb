"""From what supervisord tells its own parts to items of the event streams."""

from collections import deque

from multivisor.errors import RemoteError
from multivisor.packing import Packed, pack

FIRST = "First event to trigger connection. Please ignore me!"

#: Events of supervisord that wait for the next turn; more are lost, and all subscribers are told to read everything again.
MAX_WAITING = 20000

#: Of one subscriber: items, and their octets.
MAX_ITEMS = 10000
MAX_OCTETS = 4 * 1024 * 1024

NOTHING = object()

_POOL = "multivisor"
_STARTING = "PROCESS_STATE_STARTING"
_STOPPING = "SUPERVISOR_STATE_CHANGE_STOPPING"


class Subscriber(object):
    """The items of one event_stream that were not sent yet."""

    __slots__ = ("_events", "_items", "_octets", "_has_overflowed")

    def __init__(self, events):
        self._events = events
        self._items = deque([pack(FIRST)])
        self._octets = 0
        self._has_overflowed = False

    def take(self):
        if self._has_overflowed:
            raise RemoteError("OverflowError", "event_stream: more than %d events are waiting; read faster, or subscribe again and read all states" % MAX_ITEMS)
        if self._items:
            item = self._items.popleft()
            self._octets -= len(item)
            return item
        if self._events.has_ended:
            raise StopIteration
        return NOTHING

    def offer(self, item):
        if self._has_overflowed:
            return
        self._items.append(item)
        self._octets += len(item)
        if len(self._items) > MAX_ITEMS or self._octets > MAX_OCTETS:
            self.overflow()

    def overflow(self):
        self._has_overflowed = True
        self._items.clear()

    def close(self):
        self._events.leave(self)


class Events(object):
    def __init__(self, plug_in):
        self._plug_in = plug_in
        self._subscribers = []
        self._waiting = deque()
        self._serial = 0
        self.has_ended = False

    @property
    def has_waiting(self):
        return bool(self._waiting)

    def subscribe(self):
        """supervisord forgets its subscribers at each start."""
        from supervisor import events

        self._name_of = events.getEventNameByType
        for kind in ("ProcessStateEvent", "ProcessGroupEvent", "SupervisorStateChangeEvent"):
            if hasattr(events, kind):
                events.subscribe(getattr(events, kind), self._on_event)

    def stream(self, args):
        """event_stream(): events of this supervisor; the first item is a text to ignore."""
        if args:
            raise RemoteError("TypeError", "event_stream() takes no arguments, %d given" % len(args))
        subscriber = Subscriber(self)
        self._subscribers.append(subscriber)
        return subscriber

    def leave(self, subscriber):
        if subscriber in self._subscribers:
            self._subscribers.remove(subscriber)

    def flush(self):
        """Gives subscribers what has happened; False if there is more than our time allows."""
        looks = {}
        while self._waiting:
            if self._plug_in.budget.is_spent:
                return False
            self._publish(self._waiting.popleft(), looks)
        return True

    def _on_event(self, event):
        """
        supervisord calls this in the middle of a change of state, which an exception would leave half done; before 4.2.3 the process
        does not show its new state yet. So it is only noted here.
        """
        try:
            if self._plug_in.is_closed:
                return
            self._serial += 1
            name = self._name_of(event.__class__)
            if name == _STARTING:
                self._plug_in.wake.note_start(event.process)
            if self._subscribers or name == _STOPPING:
                self._note(name, event)
            if name == _STOPPING:
                self._end()
        except Exception as error:
            self._plug_in.failed("an event was lost, %s: %s" % (type(error).__name__, error), None)

    def _note(self, name, event):
        process = getattr(event, "process", None)
        group = getattr(process, "group", None)
        namespec = None if group is None else (group.config.name, process.config.name)
        self._waiting.append((self._serial, name, str(_text(event)), namespec))
        if len(self._waiting) > MAX_WAITING:
            self._waiting.clear()
            for subscriber in self._subscribers:
                subscriber.overflow()

    def _publish(self, noted, looks):
        serial, name, text, namespec = noted
        payload = {}
        for token in text.split():
            key, colon, value = token.partition(":")
            if colon:
                payload[key] = value
        if namespec is not None:
            if namespec not in looks:
                looks[namespec] = self._look(namespec)
            if looks[namespec] is None:
                return  # as with the original: it is no longer there, or nothing can be read any more
            payload["process"] = looks[namespec]
        number = str(serial)
        item = pack({
            "ver": "3.0", "server": self._plug_in.options.identifier, "serial": number, "pool": _POOL, "poolserial": number,
            "eventname": name, "len": str(len(text)), "payload": payload,
        })
        for subscriber in self._subscribers:
            subscriber.offer(item)

    def _look(self, namespec):
        try:
            return Packed(pack(self._plug_in.calls.supervisor().getProcessInfo("%s:%s" % namespec)))
        except Exception:
            return None

    def _end(self):
        """What follows cannot be told: supervisord closes descriptors at the end of its life without a word."""
        looks = {}
        while self._waiting:
            self._publish(self._waiting.popleft(), looks)
        self.has_ended = True
        self._plug_in.calls.end_streams()
        self._plug_in.close()


def _text(event):
    """4.x has payload(), 3.x writes it as the text of the event."""
    payload = getattr(event, "payload", None)
    return payload() if callable(payload) else str(event)
