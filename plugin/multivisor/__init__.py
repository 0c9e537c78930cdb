"""Multivisor inside supervisord: serves zerorpc from supervisord's own event loop."""

__version__ = "0.1.0"
