"""What may be called: supervisord's methods under their bare names, our own, and those that zerorpc itself has."""

import os

from multivisor import __version__, zerorpc
from multivisor.compat import integer_types, text_type, ticks
from multivisor.errors import RemoteError
from multivisor.events import NOTHING
from multivisor.packing import Binary, Packed, pack, pack_array

#: The name under which the original serves.
SERVICE = "Supervisor"

#: Octets of a log that one call may read: supervisord does nothing else meanwhile.
MAX_READ = 1024 * 1024

#: Processes above which getAllProcessInfo is answered in pieces.
MANY_PROCESSES = 50

#: Items of one stream before it is another's turn.
ITEMS = 8

#: What zerorpc keeps for itself, and ours.
_RESERVED = frozenset((
    "bind", "close", "connect", "debug", "disconnect", "run", "stop", "event_stream", "multivisor_agent", "multivisor_authenticate",
    "log_follow", "log_stop", "log_read", "log_search",
))


class Calls(object):
    def __init__(self, plug_in, logs):
        self._plug_in = plug_in
        self.logs = logs
        self._methods = None
        self._supervisor = None
        self._streams = {"event_stream": plug_in.events.stream}
        self._own = {"multivisor_agent": self._describe}
        if logs.is_supported:
            self._streams.update({"log_follow": logs.follow, "log_read": logs.read})
            self._own["log_stop"] = logs.stop
        self._own.update({
            "_zerorpc_ping": self._ping, "_zerorpc_name": self._name, "_zerorpc_list": self._list, "_zerorpc_help": self._help,
            "_zerorpc_args": self._args, "_zerorpc_inspect": self._inspect,
        })

    def supervisor(self):
        """supervisord's own namespace."""
        if self._supervisor is None:
            self.methods()
        return self._supervisor

    def methods(self):
        """(namespace, method) by bare name: of supervisord itself before its system methods, those before other plug-ins."""
        if self._methods is None:
            namespaces = _namespaces(self._plug_in.supervisord)
            self._supervisor = namespaces["supervisor"]
            methods = {}
            for title in sorted(namespaces, key=lambda t: (t != "supervisor", t != "system", t)):
                for name in dir(namespaces[title].__class__):
                    method = getattr(namespaces[title], name, None)
                    if not name.startswith("_") and name not in _RESERVED and name not in methods and _is_method(method):
                        methods[name] = (title, method)
            self._methods = methods
            for name in self._plug_in.settings.access.unknown(methods):
                self._plug_in.log.warn("allow=%s: this supervisord has no such method" % name)
        return self._methods

    def open(self, client, event):
        """Begins what a client asks for. What it raises is told to the client."""
        name = event.name
        is_stream = name in self._streams
        method = None if is_stream else self._own.get(name) or self._find(name)
        if not isinstance(event.args, list):
            raise RemoteError("TypeError", "the arguments are no array")
        if is_stream:
            self._add(client, event.id).source = self._streams[name](event.args)
            return
        result = method(*[_argument(a) for a in event.args])
        if callable(result):
            self._add(client, event.id).deferred = result
            return
        packed = pack(result)
        # What it has done is told first, as far as there is time.
        self._plug_in.events.flush()
        client.reply(event.id, "OK", zerorpc.result(packed))

    def advance(self, channel):
        """Takes what a stream or a call that waits has meanwhile; True if it may have more at once."""
        client = channel.connection
        try:
            if channel.deferred is not None:
                return self._poll(channel, client)
            return self._send_items(channel, client)
        except StopIteration:
            client.leave(channel)
            client.reply(channel.id, "STREAM_DONE", b"\xc0")
        except Exception as error:
            client.leave(channel)
            client.fail(channel.id, error)
        client.flush()
        return False

    def end_streams(self):
        """Tells subscribers what they have not been told, as far as they let us, and that it was all."""
        for client in list(self._plug_in.clients):
            for channel in list(client.channels.values()):
                while channel.is_open and channel.source is not None and channel.credit > 0 and client.has_room and self.advance(channel):
                    pass

    def close(self):
        self._methods = self._supervisor = None

    def _add(self, client, channel_id):
        channel = zerorpc.Channel(client, channel_id, ticks())
        client.channels[channel_id] = channel
        self._plug_in.activate(channel)
        return channel

    def _find(self, name):
        title, method = self.methods().get(name) or (None, None)
        if method is None:
            raise RemoteError("NameError", name if isinstance(name, (str, text_type)) else str(name))
        if not self._plug_in.settings.access.allows(name, title):
            raise RemoteError("NotAllowed", "%s is not allowed: the plug-in in supervisord has read_only, or an allow that does not name it" % name)
        if title == "supervisor":
            if name == "getAllProcessInfo":
                return self._all_processes
            if name.startswith(("read", "tail")) and name.endswith("Log"):
                return lambda *args: method(*self._limited(name, args))
        return method

    def _poll(self, channel, client):
        result = channel.deferred()
        if result is _not_done_yet():
            return False
        packed = pack(result)
        self._plug_in.events.flush()
        client.leave(channel)
        client.reply(channel.id, "OK", zerorpc.result(packed))
        client.flush()
        return False

    def _send_items(self, channel, client):
        sent = 0
        while channel.credit > 0 and sent < ITEMS and client.has_room:
            # Nothing is taken that could not be sent; the credit also covers the end, or the error, that may come instead.
            item = channel.source.take()
            if item is NOTHING:
                break
            client.reply(channel.id, "STREAM", item)
            channel.credit -= 1
            sent += 1
        if sent:
            client.flush()
        return sent == ITEMS

    def _all_processes(self, *args):
        """As supervisord answers it, but in pieces when there are many processes: each costs some time."""
        supervisor = self.supervisor()
        groups = getattr(self._plug_in.supervisord, "process_groups", {})
        names = [(group, process) for group in sorted(groups) for process in sorted(groups[group].processes)]
        if args or len(names) <= MANY_PROCESSES:
            return supervisor.getAllProcessInfo(*args)
        return _AllProcesses(self._plug_in, supervisor, names)

    def _limited(self, name, args):
        """supervisord reads as much as it is asked for, in one go."""
        numbers = [a for a in args if isinstance(a, integer_types) and not isinstance(a, bool)]
        if len(numbers) != 2:
            return args
        offset, length = numbers
        if name.startswith("read") and length == 0:
            length = -offset if offset < 0 else self._size(name, args) - offset
        if length > MAX_READ:
            raise RemoteError("ValueError", "%s: ask for at most %d octets at a time; log_follow and log_read have no such limit" % (name, MAX_READ))
        return args

    def _size(self, name, args):
        if len(args) == 2:
            path = getattr(self._plug_in.options, "logfile", None)
        else:
            path = self.supervisor().getProcessInfo(args[0])["stderr_logfile" if "Stderr" in name else "stdout_logfile"]
        try:
            return os.stat(path).st_size
        except (OSError, TypeError):
            return 0

    # Our own.

    def _describe(self):
        """What this agent is and can."""
        # "watch": a supervisord that answers nothing is noticed without asking it. Here its own loop sends the heartbeats.
        features = ["reconcile", "groups", "watch"] + ([self.logs.FEATURE] if self.logs.is_supported else [])
        return {"program": "multivisor-plugin", "version": __version__, "protocol": 1, "features": features}

    def _ping(self):
        return ["pong", SERVICE]

    def _name(self):
        return SERVICE

    def _served(self):
        served = dict((name, method.__doc__) for name, (_, method) in self.methods().items())
        for own in (self._streams, self._own):
            served.update((name, method.__doc__) for name, method in own.items() if not name.startswith("_"))
        return served

    def _list(self):
        return sorted(self._served())

    def _help(self, name):
        return self._doc(name)

    def _args(self, name):
        self._doc(name)
        return None

    def _inspect(self):
        return {"name": SERVICE, "methods": dict((name, {"args": None, "doc": doc}) for name, doc in self._served().items())}

    def _doc(self, name):
        served = self._served()
        if name not in served:
            raise RemoteError("KeyError", str(name))
        return served[name]


class _AllProcesses(object):
    """Answers getAllProcessInfo over as many turns as it takes."""

    __slots__ = ("_plug_in", "_supervisor", "_names", "_next", "_packed")

    def __init__(self, plug_in, supervisor, names):
        self._plug_in = plug_in
        self._supervisor = supervisor
        self._names = names
        self._next = 0
        self._packed = []

    def __call__(self):
        while self._next < len(self._names):
            name = self._names[self._next]
            self._next += 1
            try:
                self._packed.append(pack(self._supervisor.getProcessInfo("%s:%s" % name)))
            except Exception as error:
                if getattr(error, "code", None) != 10:  # BAD_NAME: removed meanwhile
                    raise
            if self._plug_in.budget.is_spent:
                self._plug_in.arm()
                return _not_done_yet()
        return Packed(pack_array(self._packed))


def _not_done_yet():
    from supervisor.http import NOT_DONE_YET

    return NOT_DONE_YET


def _argument(value):
    return value.octets if isinstance(value, Binary) else value


def _is_method(candidate):
    """Bound to its namespace; what supervisord itself would call."""
    return callable(candidate) and getattr(candidate, "__self__", None) is not None and not isinstance(candidate.__self__, type)


def _namespaces(supervisord):
    """By their names, as supervisord's HTTP server has them; those of a supervisord that keeps them elsewhere are made anew."""
    try:
        for _, server in supervisord.options.httpservers:
            for handler in server.handlers:
                root = getattr(getattr(handler, "handler", handler), "rpcinterface", None)
                found = dict((name, value) for name, value in vars(root).items()) if root is not None else {}
                if "supervisor" in found:
                    return found
    except (AttributeError, TypeError, ValueError):
        pass
    from supervisor.rpcinterface import SupervisorNamespaceRPCInterface
    from supervisor.xmlrpc import SystemNamespaceRPCInterface

    supervisor = SupervisorNamespaceRPCInterface(supervisord)
    return {"supervisor": supervisor, "system": SystemNamespaceRPCInterface([("supervisor", supervisor)])}
