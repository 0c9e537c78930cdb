"""What [rpcinterface:multivisor] names: supervisor.rpcinterface_factory = multivisor.rpc:make_rpc_interface"""

import sys

from multivisor.plugin import PlugIn
from multivisor.settings import Settings, SettingsError

_plug_ins = []


class Namespace(object):
    """What supervisord lists under the name of our section. It has no methods: ours are called over our own port."""


def make_rpc_interface(supervisord, **config):
    """Called by supervisord once for each of its HTTP servers, at each start and restart."""
    try:
        settings = Settings(config)
    except SettingsError as error:
        # supervisord itself only says that it could not make the interface.
        sys.stderr.write("multivisor: %s\n" % error)
        raise
    _forget_others(supervisord)
    for plug_in in _plug_ins:
        if plug_in.settings == settings:
            return plug_in.namespace
    plug_in = PlugIn(supervisord, settings, Namespace())
    _plug_ins.append(plug_in)
    plug_in.start()
    return plug_in.namespace


def _forget_others(supervisord):
    """A restarted supervisord is another object in the same process; those of its former life end when that ends."""
    for plug_in in list(_plug_ins):
        if plug_in.supervisord is not supervisord:
            plug_in.abandon()
            _plug_ins.remove(plug_in)
