import unittest

from host import Host, Process
from peer import Peer
from supervisor import events


class EventTests(unittest.TestCase):
    def notify(self, host, text="processname:web groupname:g from_state:STARTING pid:7"):
        host.do(lambda: events.notify(events.ProcessStateEvent(Process("g", "web"), text)))

    def test_items_have_the_keys_of_both_agents_of_the_original(self):
        with Host() as host:
            peer = Peer(host.port).greet()
            stream = peer.stream("event_stream")
            self.assertEqual(stream.next(), "First event to trigger connection. Please ignore me!")
            self.notify(host)
            item = stream.next()
            self.assertEqual(item["eventname"], "PROCESS_STATE_RUNNING")
            self.assertEqual((item["server"], item["pool"], item["ver"], item["len"]), ("lid002", "multivisor", "3.0", "53"))
            self.assertEqual(item["payload"]["pid"], "7")
            self.assertEqual(item["payload"]["process"]["name"], "web")
            self.notify(host)
            self.assertEqual(int(stream.next()["serial"]), int(item["serial"]) + 1)
            peer.close()

    def test_end_of_supervisord_ends_the_stream_and_closes_everything(self):
        host = Host().start()
        peer = Peer(host.port).greet()
        stream = peer.stream("event_stream")
        stream.next()
        self.notify(host)
        stream.next()
        host.stop()
        self.assertEqual(stream.next()["eventname"], "SUPERVISOR_STATE_CHANGE_STOPPING")
        self.assertIsNone(stream.next())
        self.assertTrue(peer.is_closed())
        self.assertEqual(host.options.socket_map, {})
        self.assertEqual((host.options.poller.readable, host.options.poller.writable), (set(), set()))

    def test_who_does_not_read_is_told_and_let_go_and_takes_no_memory(self):
        with Host() as host:
            peer = Peer(host.port).greet()
            channel = peer.send("event_stream", [])
            self.assertEqual(peer.receive()[0], "STREAM")
            host.do(lambda: [events.notify(events.ProcessStateEvent(Process("g", "web"), "x:y")) for _ in range(25000)])
            peer.send("_zpc_more", [100000], channel)
            answer = peer.receive()
            while answer[0] == "STREAM":
                answer = peer.receive()
            self.assertEqual((answer[0], answer[1][0]), ("ERR", "OverflowError"))
            peer.close()

    def test_credit_is_kept(self):
        with Host() as host:
            peer = Peer(host.port).greet()
            channel = peer.send("event_stream", [])
            peer.receive()
            for _ in range(5):
                self.notify(host)
            self.assertFalse(peer.has_more())
            peer.send("_zpc_more", [2], channel)
            self.assertEqual([peer.receive()[0] for _ in range(2)], ["STREAM", "STREAM"])
            self.assertFalse(peer.has_more())
            peer.close()

    def test_exceptions_of_an_event_do_not_reach_supervisord(self):
        with Host() as host:
            peer = Peer(host.port).greet()
            stream = peer.stream("event_stream")
            stream.next()

            class Broken(events.ProcessStateEvent):
                name = property(lambda self: 1 / 0)

                def payload(self):
                    raise RuntimeError("broken")

            host.do(lambda: events.notify(Broken(Process("g", "web"), "")))
            self.notify(host)
            self.assertEqual(stream.next()["eventname"], "PROCESS_STATE_RUNNING")
            self.assertIn("broken", host.log)
            peer.close()


if __name__ == "__main__":
    unittest.main()
