#!/usr/bin/python3
"""An independent zerorpc v3 peer over libzmq, for tests of ours against another implementation.

Written from the protocol's description: its own headers, heartbeats and credits; only ZMTP and msgpack are borrowed
(Debian: python3-zmq, python3-msgpack).

    zerorpc_peer.py server [--heartbeat S]
        binds a free port, prints {"port": N}, serves until stdin closes.
    zerorpc_peer.py client --port N [--heartbeat S] [--id bin|str|int] SCENARIO [ARG]
        runs one scenario and prints its outcome as one line of JSON.
        call METHOD JSON-ARGS | stream COUNT | hold SECONDS
"""
import argparse
import json
import os
import sys
import time

import msgpack
import zmq

WINDOW = 100


def pack(event):
    return msgpack.packb(event, use_bin_type=True)


def unpack(payload):
    return msgpack.unpackb(payload, raw=False, strict_map_key=True)


class Ids:
    """Message ids of one msgpack type; peers must echo them with that type."""

    def __init__(self, kind="bin"):
        self.kind = kind
        self.count = int.from_bytes(os.urandom(2), "big")
        self.base = os.urandom(12).hex()

    def next(self):
        self.count += 1
        if self.kind == "int":
            return self.count
        text = "%08x%s" % (self.count, self.base)
        return text.encode() if self.kind == "bin" else text


class Beat:
    """The heartbeat loop of one channel, both directions."""

    def __init__(self, period):
        self.period = period
        self.due = time.monotonic() + period
        self.last = None
        self.received = 0

    def heard(self):
        self.last = time.monotonic()
        self.received += 1

    def tick(self):
        """None while nothing is due, True to send a heartbeat, False when the peer is lost."""
        now = time.monotonic()
        if now < self.due:
            return None
        self.due += self.period
        if self.last is None:
            self.last = now
        return now <= self.last + 2 * self.period


# --- server -----------------------------------------------------------------------------------------------------------


class Failure(Exception):
    def __init__(self, name, message):
        super().__init__(message)
        self.name = name


class Serving:
    def __init__(self, identity, ident, period):
        self.identity, self.ident = identity, ident
        self.beat = Beat(period)
        self.credit = 1
        self.items = None
        self.mores = []


class Server:
    def __init__(self, heartbeat):
        self.heartbeat = heartbeat
        self.ids = Ids()
        self.channels = {}
        self.closed = []
        self.socket = zmq.Context.instance().socket(zmq.ROUTER)
        self.port = self.socket.bind_to_random_port("tcp://127.0.0.1")

    def send(self, channel, name, args):
        header = {"message_id": self.ids.next(), "v": 3, "response_to": channel.ident}
        self.socket.send_multipart([channel.identity, b"", pack([header, name, args])])

    def end(self, channel, how):
        self.channels.pop((type(channel.ident), channel.ident), None)
        self.closed.append({"how": how, "mores": channel.mores, "heartbeats": channel.beat.received})

    def run(self):
        poller = zmq.Poller()
        poller.register(self.socket, zmq.POLLIN)
        poller.register(sys.stdin.fileno(), zmq.POLLIN)
        while True:
            ready = dict(poller.poll(20))
            if sys.stdin.fileno() in ready and not os.read(sys.stdin.fileno(), 100):
                return
            while self.socket.poll(0):
                self.receive(self.socket.recv_multipart())
            for channel in list(self.channels.values()):
                self.work(channel)

    def receive(self, frames):
        identity, payload = frames[0], frames[-1]
        header, name, args = unpack(payload)
        answered = header.get("response_to")
        if answered is None:
            self.open(identity, header["message_id"], name, args)
            return
        channel = self.channels.get((type(answered), answered))
        if channel is None:
            return
        if name == "_zpc_hb":
            channel.beat.heard()
        elif name == "_zpc_more":
            channel.mores.append(args[0])
            channel.credit += args[0]

    def open(self, identity, ident, name, args):
        channel = Serving(identity, ident, self.heartbeat)
        self.channels[(type(ident), ident)] = channel
        try:
            method = getattr(self, "do_" + name, None)
            if method is None:
                raise Failure("NameError", name)
            result = method(channel, *args)
        except Exception as e:
            self.send(channel, "ERR", [getattr(e, "name", None) or type(e).__name__, str(e), "Traceback (of python)"])
            self.end(channel, "ERR")
            return
        if result is not Ellipsis:
            self.send(channel, "OK", [result])
            self.end(channel, "OK")

    def work(self, channel):
        while channel.items is not None and channel.credit > 0:
            channel.credit -= 1
            try:
                self.send(channel, "STREAM", next(channel.items))
            except StopIteration:
                self.send(channel, "STREAM_DONE", None)
                self.end(channel, "STREAM_DONE")
                return
        state = channel.beat.tick()
        if state:
            self.send(channel, "_zpc_hb", [0])
        elif state is False:
            self.end(channel, "LOST")

    def do_add(self, channel, a, b):
        return a + b

    def do_echo(self, channel, *args):
        return list(args)

    def do_fail(self, channel, message):
        raise ValueError(message)

    def do_hang(self, channel):
        return ...

    def do_count(self, channel, count):
        channel.items = iter(range(count))
        return ...

    def do_closed(self, channel):
        """How the channels before this one ended."""
        return list(self.closed)


# --- client -----------------------------------------------------------------------------------------------------------


class Client:
    def __init__(self, port, heartbeat, kind):
        self.ids = Ids(kind)
        self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.linger = 0
        self.socket.connect("tcp://127.0.0.1:%d" % port)
        self.heartbeat = heartbeat

    def open(self, method, args):
        self.channel = self.ids.next()
        self.beat = Beat(self.heartbeat)
        self.send({"message_id": self.channel, "v": 3}, method, args)

    def reply(self, name, args):
        self.send({"message_id": self.ids.next(), "v": 3, "response_to": self.channel}, name, args)

    def send(self, header, name, args):
        self.socket.send_multipart([b"", pack([header, name, args])])

    def next(self, seconds=20):
        """The next data event, or (None, reason)."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.socket.poll(10):
                empty, payload = self.socket.recv_multipart()
                header, name, args = unpack(payload)
                assert empty == b"" and header["v"] == 3, header
                to = header["response_to"]
                assert type(to) is type(self.channel) and to == self.channel, (to, self.channel)
                if name == "_zpc_hb":
                    self.beat.heard()
                elif name != "_zpc_more":
                    return name, args
            state = self.beat.tick()
            if state:
                self.reply("_zpc_hb", [0])
            elif state is False:
                return None, "lost"
        return None, "timeout"


def call(client, method, args):
    client.open(method, json.loads(args))
    name, result = client.next()
    return {"event": name, "args": result}


def stream(client, count):
    client.open("count", [int(count)])
    granted, items, mores = 1, [], []
    while True:
        if items and granted < WINDOW // 2:
            mores.append(WINDOW - granted)
            client.reply("_zpc_more", [WINDOW - granted])
            granted = WINDOW
        name, args = client.next()
        if name != "STREAM":
            return {"event": name, "items": items, "mores": mores}
        items.append(args)
        granted -= 1


def hold(client, seconds):
    client.open("hang", [])
    name, reason = client.next(float(seconds))
    return {"event": name, "reason": reason, "heartbeats": client.beat.received}


SCENARIOS = {"call": call, "stream": stream, "hold": hold}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("role", choices=["server", "client"])
    parser.add_argument("scenario", nargs="*")
    parser.add_argument("--port", type=int)
    parser.add_argument("--heartbeat", type=float, default=5.0)
    parser.add_argument("--id", choices=["bin", "str", "int"], default="bin")
    options = parser.parse_intermixed_args()
    if options.role == "server":
        server = Server(options.heartbeat)
        print(json.dumps({"port": server.port}), flush=True)
        server.run()
    else:
        client = Client(options.port, options.heartbeat, options.id)
        name, *args = options.scenario
        if name == "hold":
            print(json.dumps({"started": True}), flush=True)
        print(json.dumps(SCENARIOS[name](client, *args)), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
