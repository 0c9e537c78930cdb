"""What stands in supervisord's socket map. supervisord ends if one of these methods raises, so none does."""


class Entry(object):
    """One socket of ours in supervisord's loop."""

    # supervisor-win asks for .socket; supervisord's own clean-up looks for .server, which must not be there.
    __slots__ = ("plug_in", "socket", "fd", "is_closed")

    def __init__(self, plug_in, own):
        self.plug_in = plug_in
        self.socket = own
        self.fd = own.fileno()
        self.is_closed = False
        plug_in.socket_map[self.fd] = self

    def wants_read(self):
        raise NotImplementedError

    def wants_write(self):
        return False

    def on_read(self):
        raise NotImplementedError

    def on_write(self):
        pass

    def readable(self):
        return self._guard(self.wants_read)

    def writable(self):
        return self._guard(self.wants_write)

    def handle_read_event(self):
        self._guard(self.on_read)

    def handle_write_event(self):
        self._guard(self.on_write)

    def handle_error(self):
        """supervisord says so when it could not handle this entry; it has closed nothing."""
        if not self.is_closed:
            self.plug_in.failed("supervisord could not handle a connection", self)

    # Names by which asyncore, and so some tools, call the same.
    handle_expt = handle_close = handle_error

    def close(self):
        """Leaves the map and the poller before the descriptor goes: it may have another owner a moment later."""
        if self.is_closed:
            return
        self.is_closed = True
        if self.plug_in.socket_map.get(self.fd) is self:
            del self.plug_in.socket_map[self.fd]
        self.plug_in.unregister(self.fd)
        try:
            self.socket.close()
        except Exception:
            pass

    def _guard(self, method):
        if self.is_closed:
            return False
        try:
            return method()
        except Exception as error:
            self.plug_in.failed("unexpected %s: %s" % (type(error).__name__, error), self)
            return False
