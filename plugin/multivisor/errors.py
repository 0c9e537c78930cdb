"""What a caller is told when there is no result."""

from multivisor.compat import native, utf8


class RemoteError(Exception):
    """Travels as it is: the name of the error, and its text."""

    def __init__(self, name, message):
        Exception.__init__(self, message)
        self.name = name
        self.message = message


class ProtocolError(Exception):
    """The peer does not speak as agreed; the connection ends. The text completes "refused HOST:PORT: "."""


def describe(error):
    """Name and text of any exception of a method."""
    if isinstance(error, RemoteError):
        return error.name, error.message
    code, text = getattr(error, "code", None), getattr(error, "text", None)
    if type(error).__name__ == "RPCError" and code is not None:
        return "RPCError", "code=%r, text=%r" % (code, native(utf8(text)))
    return type(error).__name__, str(error)
