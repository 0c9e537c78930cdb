"""What the original's agent and server said to each other."""

import binascii
import io
import json
import os
import unittest

from host import Host, Namespace, RPCError
from multivisor import framing, zerorpc
from multivisor.packing import Packed, Unpacker, pack
from peer import Peer

RECORDINGS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "recordings")


def recorded(name):
    with io.open(os.path.join(RECORDINGS, name + ".jsonl"), encoding="utf-8") as file:
        return [json.loads(line) for line in file]


class Recorded(Namespace):
    """Answers what was recorded, in order."""

    def __init__(self, lines):
        self.answers = {}
        calls = {}
        for line in lines:
            if line["type"] == "message" and line["dir"] == "c2s":
                calls[line["channel"]] = line["name"]
            elif line["type"] == "message" and line["name"] in ("OK", "ERR"):
                self.answers.setdefault(calls[line["channel"]], []).append((line["name"], line["args"]))

    def _answer(self, name):
        kind, args = self.answers[name].pop(0)
        if kind == "OK":
            return args[0]
        code, text = args[1].split(", ", 1)
        raise RPCError(int(code[5:]), text[6:-1])


def _answers(name):
    def method(self, *_):
        return self._answer(name)

    return method


for _name in ("getPID", "getIdentification", "getAPIVersion", "getSupervisorVersion", "getAllProcessInfo", "getProcessInfo", "stopProcess", "startProcess",
              "tailProcessStdoutLog", "reloadConfig", "restart"):
    setattr(Recorded, _name, _answers(_name))


class RecordingTests(unittest.TestCase):
    NAMES = ("refresh_and_infos", "remote_errors", "stop_start_process", "supervisor_restart")

    def test_events_of_the_original_are_written_octet_by_octet_the_same(self):
        compared = 0
        for name in self.NAMES:
            for line in recorded(name):
                if line["dir"] == "s2c" and line["type"] == "message" and "hex" in line and line["name"] != "_zpc_hb":
                    octets = binascii.unhexlify(line["hex"])
                    event = _Sent(octets)
                    self.assertEqual(octets, framing.message(zerorpc.reply(event.id, event.channel, line["name"], event.args)))
                    self.assertEqual(event.args, pack(Packed(event.args)))
                    compared += 1
        self.assertGreater(compared, 30)

    def test_calls_of_the_originals_server_get_the_recorded_answers(self):
        for name in self.NAMES:
            lines = [line for line in recorded(name) if line.get("name") not in ("_zpc_hb", "_zpc_more")]
            with Host(Recorded(lines)) as host:
                self._replay(host, name, lines)

    def _replay(self, host, name, lines):
        peer = Peer(host.port)
        peer.socket.sendall(b"".join(binascii.unhexlify(line["hex"]) for line in lines if line["dir"] == "c2s" and line["type"] != "message"))
        peer._exactly(64)
        self.assertEqual(peer.frame(), (4, framing.READY[2:]))
        answers = dict((line["channel"], line) for line in lines if line["type"] == "message" and line["dir"] == "s2c" and line["name"] in ("OK", "ERR"))
        for line in lines:
            if line["type"] != "message" or line["dir"] != "c2s" or line["channel"] not in answers:
                continue
            expected = answers[line["channel"]]
            if expected["args"][0] == "TypeError":
                continue  # its text is Python's, and names a class of supervisor
            peer.socket.sendall(binascii.unhexlify(line["hex"]))
            answer, args, channel = peer.receive()
            self.assertEqual((name, answer, channel.decode("ascii")), (name, expected["name"], line["channel"]))
            self.assertEqual(args[:2] if answer == "ERR" else args, expected["args"])
        peer.close()


class _Sent(object):
    """An event of the original's agent, with its arguments as they were packed."""

    def __init__(self, message):
        reader = framing.Reader()
        reader.feed(framing.GREETING + framing.command(b"READY") + message)
        payload, _ = reader.read()
        values = Unpacker(payload)
        values.count(0x90, 0xDC)
        header = values.value()
        self.id = header["message_id"].octets
        self.channel = pack(header["response_to"])
        values.value()
        self.args = bytes(payload[values.position:])


if __name__ == "__main__":
    unittest.main()
