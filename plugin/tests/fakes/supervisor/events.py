callbacks = []


def subscribe(kind, callback):
    callbacks.append((kind, callback))


def notify(event):
    for kind, callback in callbacks:
        if isinstance(event, kind):
            callback(event)


def clear():
    callbacks[:] = []


class Event(object):
    def payload(self):
        return ""


class ProcessStateEvent(Event):
    name = "PROCESS_STATE_RUNNING"

    def __init__(self, process, text):
        self.process = process
        self._text = text

    def payload(self):
        return self._text


class ProcessGroupEvent(Event):
    pass


class SupervisorStateChangeEvent(Event):
    name = "SUPERVISOR_STATE_CHANGE_RUNNING"


class SupervisorStoppingEvent(SupervisorStateChangeEvent):
    name = "SUPERVISOR_STATE_CHANGE_STOPPING"


def getEventNameByType(kind):
    return kind.name
