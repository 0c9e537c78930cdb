import unittest

from host import Host, Named, Namespace, RPCError
from peer import Peer
from supervisor.http import NOT_DONE_YET


class CallTests(unittest.TestCase):
    def test_two_http_servers_get_the_same_plug_in(self):
        from multivisor import rpc

        with Host() as host:
            host.do(lambda: self.assertIs(rpc.make_rpc_interface(host.supervisord, **host.config), host.namespace))

    def test_a_result_that_comes_later_is_waited_for_without_holding_up_others(self):
        class Slow(Namespace):
            def stopProcess(self, name, wait=True):
                done = []

                def deferred():
                    done.append(1)
                    if len(done) < 5:
                        return NOT_DONE_YET
                    if name == "bad":
                        raise RPCError(30, "FAILED: bad")
                    return True

                return deferred

        with Host(Slow()) as host:
            peer = Peer(host.port).greet()
            slow = peer.send("stopProcess", ["a"])
            fast = peer.send("getPID", [])
            self.assertEqual([peer.receive()[2], peer.receive()[2]], [fast, slow])
            self.assertEqual(peer.error("stopProcess", "bad"), ("RPCError", "code=30, text='FAILED: bad'"))
            peer.close()

    def test_many_processes_are_told_in_pieces_and_all(self):
        class Many(Namespace):
            def getAllProcessInfo(self):
                raise AssertionError("not at once")

            def getProcessInfo(self, name):
                if name == "g:7":
                    raise RPCError(10, "BAD_NAME: g:7")
                return {"name": name}

        with Host(Many()) as host:
            group = Named("g")
            group.processes = dict((str(n), None) for n in range(500))
            host.supervisord.process_groups = {"g": group}
            peer = Peer(host.port).greet()
            self.assertEqual([p["name"] for p in peer.call("getAllProcessInfo")], ["g:%s" % n for n in sorted(group.processes) if n != "7"])
            peer.close()

    def test_what_is_not_served_is_refused_as_the_field_does(self):
        class Odd(Namespace):
            def boom(self):
                raise KeyError("x")

        with Host(Odd()) as host:
            peer = Peer(host.port).greet()
            self.assertEqual(peer.error("nosuch"), ("NameError", "nosuch"))
            self.assertEqual(peer.error("__init__"), ("NameError", "__init__"))
            self.assertEqual(peer.error("boom"), ("KeyError", "'x'"))
            self.assertEqual(peer.error("readLog", 0, 1 << 30)[0], "NameError")
            self.assertEqual(peer.call("_zerorpc_ping"), ["pong", "Supervisor"])
            self.assertEqual(peer.call("_zerorpc_help", "getPID"), "Asks for the pid.")
            self.assertIn("event_stream", peer.call("_zerorpc_list"))
            self.assertEqual(sorted(peer.call("_zerorpc_inspect")), ["methods", "name"])
            channel = peer.send("getPID", {"a": 1})
            self.assertEqual(peer.receive()[1][:2], ["TypeError", "the arguments are no array"])
            self.assertNotEqual(channel, None)
            peer.close()

    def test_reads_that_would_hold_up_supervisord_are_refused(self):
        class Logs(Namespace):
            def tailProcessStdoutLog(self, name, offset, length):
                return ["", 0, False]

            def readLog(self, offset, length):
                return "x" * length

        with Host(Logs()) as host:
            peer = Peer(host.port).greet()
            self.assertEqual(peer.call("tailProcessStdoutLog", "a", 0, 4096), ["", 0, False])
            self.assertEqual(peer.error("tailProcessStdoutLog", "a", 0, 1 << 30)[0], "ValueError")
            self.assertEqual(peer.error("readLog", -(1 << 30), 0)[0], "ValueError")
            self.assertEqual(len(peer.call("readLog", 0, 100000)), 100000)
            peer.close()

    def test_access_is_limited_as_the_settings_say(self):
        class Acting(Namespace):
            def startProcess(self, name):
                return True

            def shutdown(self):
                raise AssertionError("called")

        with Host(Acting(), read_only="true", allow="startProcess,nosuch") as host:
            peer = Peer(host.port).greet()
            self.assertEqual(peer.call("startProcess", "a"), True)
            self.assertEqual(peer.error("shutdown")[0], "NotAllowed")
            self.assertEqual(peer.call("getPID"), 4711)
            self.assertIn("allow=nosuch", host.log)
            peer.close()


if __name__ == "__main__":
    unittest.main()
