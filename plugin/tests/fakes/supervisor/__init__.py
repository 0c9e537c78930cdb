"""Stands for supervisor where a test needs no real one, so that it runs under every Python."""
