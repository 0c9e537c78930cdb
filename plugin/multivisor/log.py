"""Lines for supervisord's own log."""


class Log(object):
    """supervisord's own log. Looked up each time: supervisord replaces it."""

    def __init__(self, options):
        self._options = options

    def info(self, text):
        self._write("info", text)

    def warn(self, text):
        self._write("warn", text)

    def error(self, text):
        self._write("error", text)

    def _write(self, level, text):
        try:
            getattr(self._options.logger, level)("multivisor: " + "".join(c if c >= " " and c != "\x7f" else "?" for c in text))
        except Exception:
            pass
