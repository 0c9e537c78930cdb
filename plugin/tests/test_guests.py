"""Clients that mean no good, and what comes and goes around the plug-in: supervisord's loop must not feel it."""

import gc
import os
import shutil
import socket
import tempfile
import threading
import time
import unittest

from host import Host, Namespace, eventually
from multivisor import framing, zerorpc
from peer import Peer


class GuestTests(unittest.TestCase):
    def test_rubbish_closes_that_connection_alone(self):
        with Host() as host:
            good = Peer(host.port).greet()
            for octets in (b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00", framing.GREETING + b"\xff\xff", framing.GREETING + framing.command(b"READY") + b"\x02" + b"\xff" * 8):
                bad = Peer(host.port)
                bad.socket.sendall(octets)
                self.assertTrue(bad.is_closed())
            odd = Peer(host.port).greet()
            for payload in (b"", b"\xc0", b"\x93\x80\xa1a\x90", b"\x94\x80\xa1a\x90\x90", b"\x93\x81\xaamessage_id\xc4\x01a\xa1a", os.urandom(100)):
                odd.socket.sendall(framing.message(payload))
            self.assertEqual(odd.call("getPID"), 4711)
            self.assertEqual(good.call("getPID"), 4711)
            self.assertIn("does not begin like ZeroMQ", host.log)
            good.close()
            odd.close()

    def test_more_connections_than_there_may_be_are_closed_and_the_idle_give_way(self):
        from multivisor import plugin

        with Host() as host:
            held = [Peer(host.port).greet() for _ in range(plugin.MAX_CLIENTS)]
            busy = held[0].stream("event_stream")
            busy.next()
            more = Peer(host.port)
            self.assertTrue(more.is_closed())
            time.sleep(1.1)
            later = Peer(host.port).greet()
            self.assertEqual(later.call("getPID"), 4711)
            self.assertEqual(held[0].call("getPID"), 4711)
            self.assertTrue(held[1].is_closed())
            for peer in held + [later]:
                peer.close()

    def test_floods_do_not_hold_up_others_nor_the_loop(self):
        with Host() as host:
            good = Peer(host.port).greet()
            stop = threading.Event()
            bad = [Peer(host.port).greet() for _ in range(4)]
            small = framing.command(b"FOO") * 4000
            calls = framing.message(b"\x93\x82\xaamessage_id\xc4\x02ab\xa1v\x03\xa6getPID\x90") * 500

            def flood(peer, octets):
                try:
                    while not stop.is_set():
                        peer.socket.sendall(octets)
                except (socket.error, OSError):
                    pass  # nobody reads the answers: it is closed in time

            threads = [threading.Thread(target=flood, args=(peer, small if n % 2 else calls)) for n, peer in enumerate(bad)]
            for thread in threads:
                thread.start()
            try:
                begun = time.time()
                for _ in range(20):
                    self.assertEqual(good.call("getPID"), 4711)
                self.assertLess(time.time() - begun, 20)
            finally:
                stop.set()
                for peer in bad:
                    peer.socket.shutdown(socket.SHUT_RDWR)
                for thread in threads:
                    thread.join(20)
            for peer in bad + [good]:
                peer.close()

    def test_an_idle_loop_is_not_woken(self):
        with Host() as host:
            peer = Peer(host.port).greet()
            stream = peer.stream("event_stream")
            stream.next()
            time.sleep(0.3)
            before = host.turns
            time.sleep(1.0)
            self.assertLess(host.turns - before, 40)
            peer.close()

    def test_more_streams_than_one_turn_has_time_for_do_not_keep_the_loop_awake(self):
        from multivisor import plugin

        folder = tempfile.mkdtemp()
        path = os.path.join(folder, "x.log")

        class Logs(Namespace):
            def getProcessInfo(self, name):
                return {"stdout_logfile": path}

        with open(path, "w") as file:
            file.write("begin\n")
        pump_time, plugin.PUMP_TIME = plugin.PUMP_TIME, 0.0002
        try:
            with Host(Logs()) as host:
                peer = Peer(host.port).greet()
                streams = [peer.stream("log_follow", "a", "stdout", {"lines": 9}) for _ in range(100)]
                channels = set()
                while len(channels) < len(streams):
                    channels.add(peer.receive()[2])
                for channel in channels:
                    peer.send("_zpc_more", [10], channel)
                time.sleep(0.5)
                before = host.turns
                time.sleep(1.0)
                self.assertLess(host.turns - before, 500)
                peer.close()
        finally:
            plugin.PUMP_TIME = pump_time
            shutil.rmtree(folder)

    def test_port_that_is_taken_is_told_once_and_tried_again(self):
        from multivisor import plugin

        taken = socket.socket()
        taken.bind(("127.0.0.1", 0))
        taken.listen(1)
        port = taken.getsockname()[1]
        period, plugin.BIND_PERIOD = plugin.BIND_PERIOD, 0.2
        try:
            with Host(bind="127.0.0.1:%d" % port) as host:
                time.sleep(1.0)
                self.assertEqual(host.log.count("cannot listen"), 1)
                taken.close()
                self.assertEqual(eventually(lambda: Peer(port)).greet().call("getPID"), 4711)
        finally:
            plugin.BIND_PERIOD = period

    def test_starts_and_ends_leave_no_descriptor(self):
        def count():
            gc.collect()
            return len(os.listdir("/proc/self/fd"))

        if not os.path.isdir("/proc/self/fd"):
            self.skipTest("this system does not tell descriptors")
        before = count()
        for _ in range(10):
            with Host() as host:
                peers = [Peer(host.port).greet() for _ in range(3)]
                peers[0].call("getPID")
                peers[1].stream("event_stream").next()
            for peer in peers:
                peer.close()
        self.assertLessEqual(count(), before)

    def test_heartbeats_come_and_their_loss_ends_a_stream(self):
        period, zerorpc.HEARTBEAT = zerorpc.HEARTBEAT, 0.3
        try:
            with Host() as host:
                peer = Peer(host.port).greet()
                channel = peer.send("event_stream", [])
                # A busy machine may be so late that the second would come after the loss.
                while b"_zpc_hb" not in peer.frame()[1]:
                    pass
                plug_in = [p for p in _plug_ins() if p.supervisord is host.supervisord][0]
                self.assertTrue(eventually(lambda: not plug_in.clients[0].channels))
                self.assertIsNotNone(channel)
                peer.close()
        finally:
            zerorpc.HEARTBEAT = period


def _plug_ins():
    from multivisor import rpc

    return rpc._plug_ins


if __name__ == "__main__":
    unittest.main()
