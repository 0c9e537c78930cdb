"""The settings of our section in supervisord's configuration."""

import os

from multivisor.access import Access

DEFAULT_PORT = 9002

_KNOWN = ("bind", "tls_cert", "tls_key", "tls_client_ca", "token_file", "read_only", "allow", "wake")
_TRUE = ("true", "yes", "on", "1", "t", "y")
_FALSE = ("false", "no", "off", "0", "f", "n")


class SettingsError(ValueError):
    """What is wrong with our section, and what to write instead."""


class Settings(object):
    """All settings, checked. SettingsError for what cannot be meant."""

    def __init__(self, config):
        unknown = sorted(set(config) - set(_KNOWN))
        if unknown:
            raise SettingsError("[rpcinterface:...] has no setting %s; there are %s" % (", ".join(unknown), ", ".join(_KNOWN)))
        self._config = dict((key, str(config[key]).strip()) for key in config)
        self.host, self.port = _address(self._config.get("bind") or "*:%d" % DEFAULT_PORT)
        self.tls_cert = self._path("tls_cert")
        self.tls_key = self._path("tls_key")
        self.tls_client_ca = self._path("tls_client_ca")
        self.token_file = self._path("token_file")
        if (self.tls_cert is None) != (self.tls_key is None):
            raise SettingsError("tls_cert and tls_key belong together: give both")
        if self.tls_cert is None and self.tls_client_ca is not None:
            raise SettingsError("tls_client_ca needs TLS: give tls_cert and tls_key too")
        if self.tls_cert is None and self.token_file is not None:
            raise SettingsError("token_file needs TLS, or everybody on the way could read the token: give tls_cert and tls_key too")
        self.wake = self._flag("wake", True)
        try:
            self.access = Access(self._flag("read_only"), self._config.get("allow"))
        except ValueError as error:
            raise SettingsError(str(error))

    def __eq__(self, other):
        return isinstance(other, Settings) and self._config == other._config

    def __ne__(self, other):
        return not self == other

    __hash__ = None

    @property
    def address(self):
        """As it is written."""
        host = "*" if self.is_everywhere else "[%s]" % self.host if ":" in self.host else self.host
        return "%s:%d" % (host, self.port)

    @property
    def is_everywhere(self):
        return self.host in ("", "*", "0")

    def _path(self, key):
        """Made absolute now: supervisord may change its folder when it becomes a daemon."""
        path = self._config.get(key)
        return os.path.abspath(os.path.expanduser(path)) if path else None

    def _flag(self, key, default=False):
        text = self._config.get(key, "").lower()
        if not text:
            return default
        if text in _TRUE:
            return True
        if text in _FALSE:
            return False
        raise SettingsError("%s=%s is neither true nor false" % (key, self._config[key]))


def _address(text):
    rest = text[6:] if text.lower().startswith("tcp://") else text
    host, port = rest, str(DEFAULT_PORT)
    if rest.startswith("["):
        host, bracket, tail = rest[1:].partition("]")
        if not bracket or tail and not tail.startswith(":"):
            raise _no_address(text)
        port = tail[1:] if tail else port
    elif rest.count(":") == 1:
        host, _, port = rest.partition(":")
    elif ":" in rest:
        raise _no_address(text)
    if not port.isdigit() or int(port) > 65535 or any(letter in host for letter in " /[]"):
        raise _no_address(text)
    return host, int(port)


def _no_address(text):
    return SettingsError("bind=%s is no address: write host:port, for example *:9002 or [::1]:9002" % text)
