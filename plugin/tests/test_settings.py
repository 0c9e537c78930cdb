import os
import unittest

from multivisor.settings import Settings, SettingsError


class SettingsTests(unittest.TestCase):
    def test_addresses_of_the_original_are_understood(self):
        for text, expected in (("*:9002", ("*", 9002)), ("tcp://*:9002", ("*", 9002)), ("0:9003", ("0", 9003)), (":9003", ("", 9003)), ("host1", ("host1", 9002)),
                               ("127.0.0.1:80", ("127.0.0.1", 80)), ("[::1]:9002", ("::1", 9002)), ("[::1]", ("::1", 9002)), ("", ("*", 9002))):
            settings = Settings({"bind": text})
            self.assertEqual((settings.host, settings.port), expected)
        self.assertEqual(Settings({}).address, "*:9002")
        self.assertEqual(Settings({"bind": "[::1]:1"}).address, "[::1]:1")

    def test_what_cannot_be_meant_is_refused_in_words(self):
        for config, words in (
                ({"bind": "what:ever"}, "is no address"), ({"bind": "::1"}, "is no address"), ({"bind": "[::1"}, "is no address"), ({"bind": "a b:1"}, "is no address"),
                ({"bind": "h:65536"}, "is no address"), ({"port": "9002"}, "has no setting port"), ({"read_only": "perhaps"}, "neither true nor false"),
                ({"tls_cert": "a"}, "belong together"), ({"token_file": "t"}, "token_file needs TLS"), ({"tls_client_ca": "c"}, "tls_client_ca needs TLS"),
                ({"allow": "multicall"}, "would allow every method"), ({"allow": " , "}, "names no method"), ({"allow": "a-b"}, "is no name of a method")):
            with self.assertRaises(SettingsError) as caught:
                Settings(config)
            self.assertIn(words, str(caught.exception))

    def test_paths_are_made_absolute_before_supervisord_changes_its_folder(self):
        self.assertEqual(Settings({"tls_cert": "a.pem", "tls_key": "/b.key"}).tls_cert, os.path.join(os.getcwd(), "a.pem"))

    def test_access_is_the_same_as_the_agents(self):
        access = Settings({"allow": "supervisor.startProcess, stopProcess"}).access
        self.assertEqual([access.allows(name, "supervisor") for name in ("startProcess", "stopProcess", "getState", "shutdown", "multicall")], [True, True, True, False, False])
        self.assertFalse(access.allows("getState", "greeter"))
        self.assertTrue(Settings({"read_only": "true"}).access.allows("methodHelp", "system"))
        self.assertTrue(Settings({}).access.allows("shutdown", "supervisor"))
        self.assertEqual(Settings({"allow": "startProces"}).access.unknown(["startProcess"]), ["startProces"])


if __name__ == "__main__":
    unittest.main()
