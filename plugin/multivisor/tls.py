"""TLS, certificates and the token, from files that are looked at for each connection."""

import hashlib
import hmac
import os

try:
    import ssl
except ImportError:
    ssl = None

from multivisor.compat import utf8

MIN_TOKEN = 16
MAX_TOKEN = 4096

#: First octet of what a TLS client says.
HANDSHAKE = b"\x16"


class SecurityFileError(Exception):
    """One of the files cannot be used."""


class Security(object):
    """What is asked of those who connect. Files that are replaced are used by the next connection; broken ones change nothing."""

    def __init__(self, settings, log):
        self._settings = settings
        self._log = log
        self._stamp = None
        self._broken = None
        self._context = None
        self._token = None

    @property
    def wants_certificate(self):
        return self._settings.tls_client_ca is not None

    @property
    def wants_token(self):
        return self._settings.token_file is not None

    def load(self):
        """Reads the files if they are others than before. SecurityFileError only while there is nothing that could be used."""
        settings = self._settings
        stamp = [_stamp(path) for path in (settings.tls_cert, settings.tls_key, settings.tls_client_ca, settings.token_file)]
        if stamp == self._stamp:
            return
        try:
            self._context, self._token = self._read()
            self._stamp = stamp
            self._broken = None
        except SecurityFileError as error:
            if self._context is None:
                raise
            if self._broken != str(error):
                self._broken = str(error)
                self._log.error("%s; the one read before stays in use" % error)

    def wrap(self, connected):
        """The protected side of a connected socket; the handshake is still to be done."""
        self.load()
        return self._context.wrap_socket(connected, server_side=True, do_handshake_on_connect=False, suppress_ragged_eofs=True)

    def admits(self, text):
        """Takes as long for a wrong token as for the right one, wherever it is wrong."""
        return hmac.compare_digest(_digest(text), self._token)

    def _read(self):
        settings = self._settings
        if ssl is None or not hasattr(ssl, "SSLContext"):
            raise SecurityFileError("the ssl module of this Python is missing or too old for TLS; use Python 2.7.9 or newer")
        for path, what in ((settings.tls_cert, "the certificate"), (settings.tls_key, "the key"), (settings.tls_client_ca, "the CA of clients")):
            if path is not None:
                _read_text(path, what)
        context = ssl.SSLContext(getattr(ssl, "PROTOCOL_TLS_SERVER", getattr(ssl, "PROTOCOL_SSLv23", None)))
        for old in ("OP_NO_SSLv2", "OP_NO_SSLv3", "OP_NO_TLSv1", "OP_NO_TLSv1_1"):
            context.options |= getattr(ssl, old, 0)
        # Tickets and renegotiation let a client make us compute at will.
        for less in ("OP_NO_COMPRESSION", "OP_NO_TICKET", "OP_NO_RENEGOTIATION", "OP_SINGLE_ECDH_USE"):
            context.options |= getattr(ssl, less, 0)
        if hasattr(context, "num_tickets"):
            context.num_tickets = 0
        try:
            # With a passphrase it would ask at a terminal, and supervisord would wait.
            context.load_cert_chain(settings.tls_cert, settings.tls_key, password=_no_passphrase)
        except (ssl.SSLError, ValueError, OSError, IOError) as error:
            raise SecurityFileError("the key %s is no PEM key without a passphrase, or does not belong to the certificate %s (%s)"
                                    % (settings.tls_key, settings.tls_cert, error))
        if settings.tls_client_ca is not None:
            # Not required in the handshake, so that a client that has none can be told so in words; see Connection.
            context.verify_mode = ssl.CERT_OPTIONAL
            try:
                context.load_verify_locations(settings.tls_client_ca)
            except (ssl.SSLError, ValueError, OSError, IOError) as error:
                raise SecurityFileError("the CA of clients %s is no PEM certificate (%s)" % (settings.tls_client_ca, error))
        token = None
        if settings.token_file is not None:
            text = _read_text(settings.token_file, "the token").strip()
            if not MIN_TOKEN <= len(text) <= MAX_TOKEN:
                raise SecurityFileError("the token in %s has %d characters; use %d to %d" % (settings.token_file, len(text), MIN_TOKEN, MAX_TOKEN))
            token = _digest(text)
        return context, token


def _no_passphrase():
    raise ValueError("it has a passphrase")


def _digest(text):
    return hashlib.sha256(utf8(text)).hexdigest()


def _stamp(path):
    if path is None:
        return None
    try:
        found = os.stat(path)
        return found.st_ino, found.st_mtime, found.st_size
    except OSError:
        return ()


def _read_text(path, what):
    try:
        with open(path, "rb") as file:
            octets = file.read(1024 * 1024 + 1)
    except (OSError, IOError) as error:
        raise SecurityFileError("cannot read %s %s: %s" % (what, path, error.strerror or error))
    if len(octets) > 1024 * 1024:
        raise SecurityFileError("%s %s is larger than 1 MiB" % (what, path))
    return octets.decode("utf-8", "replace")
