"""One source for Python 2.7 and 3.4 to 3.14: what one of them lacks must not come in, whichever Python runs this test."""

import ast
import io
import os
import re
import sys
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

#: In the standard library of both, under the same name; and supervisor, which is there when we are.
ALLOWED = frozenset((
    "ast", "binascii", "collections", "errno", "fcntl", "hashlib", "hmac", "os", "resource", "socket", "ssl", "stat", "struct", "sys", "time", "traceback",
    "supervisor", "multivisor",
))

#: Syntax that 2.7, or 3.4, does not know.
LATE = ("AnnAssign", "AsyncFor", "AsyncFunctionDef", "AsyncWith", "Await", "FormattedValue", "JoinedStr", "Match", "NamedExpr", "Nonlocal", "TemplateStr", "TryStar",
        "TypeAlias", "YieldFrom", "MatMult")

#: Names and attributes of later versions, where the code might use them without noticing.
LATE_NAMES = frozenset((
    "BlockingIOError", "ConnectionError", "ConnectionResetError", "BrokenPipeError", "FileNotFoundError", "PermissionError", "TimeoutError", "ModuleNotFoundError",
    "RecursionError", "nonlocal", "print",
))
LATE_ATTRIBUTES = frozenset((
    "from_bytes", "to_bytes", "bit_length_", "removeprefix", "removesuffix", "pread", "pwrite", "scandir", "get_terminal_size", "casefold", "isascii", "hex", "fromhex_",
    "create_server", "clear_", "copy_", "from_exception", "set_inheritable", "timerfd_create",
))


def sources():
    folder = os.path.join(ROOT, "multivisor")
    return [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith(".py")]


class SourceTests(unittest.TestCase):
    def test_nothing_is_used_that_a_supported_python_lacks(self):
        self.assertGreater(len(sources()), 10)
        problems = []
        for path in sources():
            with io.open(path, encoding="utf-8") as file:
                text = file.read()
            tree = ast.parse(text, path)
            for node in ast.walk(tree):
                problem = self.problem(node)
                if problem:
                    problems.append("%s:%s: %s" % (os.path.basename(path), getattr(node, "lineno", "?"), problem))
            if not all(ord(letter) < 128 for letter in text):
                problems.append("%s: not ASCII, which 2.7 wants declared" % path)
            # "%s" for octets came back with 3.5.
            problems += ["%s: octets are formatted" % path for _ in re.finditer(r"b\"[^\"]*%[sdx][^\"]*\"\s*%", text)]
        self.assertEqual(problems, [])

    def problem(self, node):
        kind = type(node).__name__
        if kind in LATE:
            return kind
        if isinstance(node, (ast.FunctionDef, ast.Lambda)):
            arguments = node.args
            if getattr(arguments, "kwonlyargs", None) or getattr(arguments, "posonlyargs", None):
                return "arguments by keyword or place only"
            if any(getattr(a, "annotation", None) is not None for a in arguments.args if hasattr(a, "annotation")) or getattr(node, "returns", None) is not None:
                return "annotations"
        if isinstance(node, ast.ClassDef) and (getattr(node, "keywords", None) or not node.bases):
            return "a class with keywords, or of the old style"
        if isinstance(node, ast.Raise) and getattr(node, "cause", None) is not None:
            return "raise ... from"
        if isinstance(node, ast.Call) and sys.version_info[0] > 2 and isinstance(node.func, ast.Name) and node.func.id == "super" and not node.args:
            return "super() without arguments"
        if sys.version_info[0] > 2 and kind == "Starred":
            return "* where 2.7 does not take it" if isinstance(getattr(node, "ctx", None), ast.Store) else None
        if isinstance(node, ast.Name) and node.id in LATE_NAMES:
            return node.id
        if isinstance(node, ast.Attribute) and node.attr in LATE_ATTRIBUTES:
            return "." + node.attr
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module] if isinstance(node, ast.ImportFrom) else []
        unknown = [name for name in names if name is None or name.split(".")[0] not in ALLOWED]
        return "import %s" % unknown if unknown else None

    def test_the_test_sees_what_is_late(self):
        for text in ("import asyncio", "TimeoutError", "x.to_bytes", "class A: pass", "socket.create_server"):
            self.assertTrue(any(self.problem(node) for node in ast.walk(ast.parse(text))), text)
        if sys.version_info >= (3, 8):
            for text in ("f'{a}'", "x: int = 1", "def f(*, a): pass", "def f(a: int): pass", "raise A from b", "super().f()", "def f():\n  yield from a", "(a := 1)",
                         "first, *rest = a", "async def f(): pass", "def f():\n  nonlocal a"):
                self.assertTrue(any(self.problem(node) for node in ast.walk(ast.parse(text if "nonlocal" not in text else "def g():\n a=1\n def f():\n  nonlocal a"))), text)


if __name__ == "__main__":
    unittest.main()
