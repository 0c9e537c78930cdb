"""Reads a JSON array of configuration texts on stdin and writes what Python's configparser makes of each.

For every text: null when it is refused, else {section: [[key, value or null when it cannot be interpolated], ...]}.
"""
import configparser
import io
import json
import sys


def read(text):
    parser = configparser.ConfigParser()
    # Through bytes, so that line ends are treated as in a file.
    with io.TextIOWrapper(io.BytesIO(text.encode("utf-8")), encoding="utf-8") as stream:
        try:
            parser.read_file(stream)
        except configparser.Error:
            return None
    return {name: [[key, value(parser, name, key)] for key in parser[name]] for name in parser}


def value(parser, section, key):
    try:
        return parser.get(section, key)
    except configparser.Error:
        return None


json.dump([read(text) for text in json.load(sys.stdin)], sys.stdout)
