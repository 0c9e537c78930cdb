"""Which methods of supervisord are passed on."""

#: What changes nothing. Methods of other plug-ins are not among them: nobody knows what they do.
_READING = frozenset((
    "getAPIVersion", "getAllConfigInfo", "getAllProcessInfo", "getIdentification", "getPID", "getProcessInfo", "getState",
    "getSupervisorVersion", "getVersion", "listMethods", "methodHelp", "methodSignature", "readLog", "readMainLog", "readProcessLog",
    "readProcessStderrLog", "readProcessStdoutLog", "tailProcessLog", "tailProcessStderrLog", "tailProcessStdoutLog",
))

#: Calls any other method by its name in the arguments.
_MULTICALL = "multicall"


class Access(object):
    """ValueError for an allow that cannot be meant."""

    def __init__(self, read_only=False, allow=None):
        self.allowed = None
        if not read_only and allow is None:
            return
        names = [name.strip().rpartition(".")[2] for name in (allow or "").split(",") if name.strip()]
        if allow is not None and not names:
            raise ValueError("allow names no method: write for example allow=startProcess,stopProcess, or read_only=true")
        if _MULTICALL in names:
            raise ValueError("allow=multicall would allow every method; name those that are to be allowed")
        for name in names:
            if not name.replace("_", "a").isalnum():
                raise ValueError("allow=%s is no name of a method: write for example allow=startProcess,stopProcess" % name)
        self.allowed = frozenset(names)

    def allows(self, name, namespace):
        if self.allowed is None or name in self.allowed:
            return True
        return name in _READING and namespace in ("supervisor", "system")

    def unknown(self, names):
        """Allowed methods that there are not."""
        return sorted((self.allowed or frozenset()).difference(names))
