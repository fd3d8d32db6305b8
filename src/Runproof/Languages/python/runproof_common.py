"""What the runners for pytest and unittest share: the environment contract, time limits, reach.

Variables: RUNPROOF_REPORT (JUnit XML to write), RUNPROOF_SELECT (file of test ids to run, in order), RUNPROOF_SHUFFLE (seed),
RUNPROOF_FAIL_FAST, RUNPROOF_TEST_SECONDS, RUNPROOF_REACH (JSON lines to write), RUNPROOF_BEHAVIOUR (JSON lines to write),
RUNPROOF_SOURCE_ROOTS (folders to import the repository from).
"""

import ast
import json
import os
import signal
import sys

SHARED = "shared:"
TIME_LIMIT = "runproof: time limit"
_open, _setitimer, _getpid = open, getattr(signal, "setitimer", None), os.getpid
_pid = os.getpid()


def variable(name):
    return os.environ.get("RUNPROOF_" + name) or None


def is_main_process():
    return _getpid() == _pid


def open_repository(root):
    """Makes the repository importable here and in the processes that tests start."""
    roots = [place for place in (variable("SOURCE_ROOTS") or "").split(os.pathsep) if place]
    places = roots + ([root] if root not in roots else [])
    sys.path[:0] = places
    inherited = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(places + ([inherited] if inherited else []))


def selection():
    """The test ids to run, in order; None for all."""
    name = variable("SELECT")
    if name is None:
        return None
    with _open(name, encoding="utf-8") as lines:
        return [line for line in lines.read().split("\n") if line]


class RunproofTimeout(BaseException):
    """Not an Exception: code under test that catches those does not swallow it."""


class TimeLimit:
    """A wall limit per test; raised in the main thread, again every second until it gets through."""

    def __init__(self):
        seconds = variable("TEST_SECONDS")
        self.seconds = float(seconds) if seconds and _setitimer else 0
        self.expired = False

    def start(self):
        self.expired = False
        if self.seconds:
            signal.signal(signal.SIGALRM, self._raise)
            _setitimer(signal.ITIMER_REAL, self.seconds, 1.0)

    def stop(self):
        if self.seconds:
            _setitimer(signal.ITIMER_REAL, 0)

    def _raise(self, number, frame):
        self.expired = True
        raise RunproofTimeout("%s of %g s" % (TIME_LIMIT, self.seconds))


class Reach:
    """Which lines each test runs, by coverage.py's contexts. Only lines of the repository are recorded, and only of this process."""

    def __init__(self, root, path):
        import coverage

        self.root, self.path = root, path
        self.coverage = coverage.Coverage(data_file=None, config_file=False, branch=False, source=[root])
        self.coverage.start()
        self.coverage.switch_context(SHARED)
        self.context = SHARED
        self.tests = []
        self.imports = {}

    @classmethod
    def from_environment(cls, root):
        path = variable("REACH")
        return cls(root, path) if path else None

    def switch(self, context):
        """Later lines belong to this test; returns what they belonged to before."""
        before, self.context = self.context, context
        self.coverage.switch_context(context)
        return before

    def begin(self, test):
        self.tests.append(test)
        self.switch(test)

    def end(self):
        self.switch(SHARED)

    def write(self):
        if not is_main_process():
            return
        self.coverage.stop()
        data = self.coverage.get_data()
        found = {}
        for name in data.measured_files():
            path = self._relative(name)
            if path is None:
                continue
            for line, contexts in data.contexts_by_lineno(name).items():
                for context in contexts:
                    found.setdefault(context or SHARED, {}).setdefault(path, []).append(line)
        with _open(self.path, "w", encoding="utf-8") as out:
            for test in self.tests:
                out.write(json.dumps({"test": test, "lines": _ranges(found.get(test, {}))}) + "\n")
            out.write(json.dumps({"shared": True, "lines": _ranges(found.get(SHARED, {}))}) + "\n")
            if self.imports:
                out.write(json.dumps({"imports": self.imports}) + "\n")

    def record_imports(self, test_files):
        """For each test file the files of the repository that it imports, directly or not: read from the sources of what is loaded."""
        modules = {}
        for name, module in list(sys.modules.items()):
            path = self._relative(getattr(module, "__file__", None) or "")
            if path is not None and path.endswith(".py"):
                modules[name] = path
        by_path = {}
        for name, path in modules.items():
            by_path.setdefault(path, name)
        direct = {path: self._imported(name, path, modules) for path, name in by_path.items()}
        for test in test_files:
            folder, todo = os.path.dirname(test), [test]
            while True:
                conftest = os.path.join(folder, "conftest.py")
                if conftest in direct:
                    todo.append(conftest)
                if not folder:
                    break
                folder = os.path.dirname(folder)
            seen = set()
            while todo:
                path = todo.pop()
                if path not in seen:
                    seen.add(path)
                    todo.extend(direct.get(path, ()))
            self.imports[test] = sorted(seen)

    def _imported(self, name, path, modules):
        try:
            with _open(os.path.join(self.root, path), encoding="utf-8", errors="replace") as source:
                tree = ast.parse(source.read())
        except (OSError, SyntaxError, ValueError):
            return set()
        package = name if path.endswith("__init__.py") else name.rpartition(".")[0]
        names = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                names.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = node.module or ""
                if node.level:
                    parts = package.split(".")
                    base = ".".join(parts[: len(parts) - node.level + 1] + ([node.module] if node.module else []))
                names.add(base)
                names.update(base + "." + alias.name for alias in node.names)
        found = set()
        for imported in names:
            while imported:
                if imported in modules:
                    found.add(modules[imported])
                imported = imported.rpartition(".")[0]
        return found

    def _relative(self, name):
        if not name:
            return None
        path = os.path.relpath(os.path.realpath(name), self.root)
        return None if path.startswith("..") else path.replace(os.sep, "/")


def _ranges(files):
    result = {}
    for path, lines in files.items():
        ranges = []
        for line in sorted(set(lines)):
            if ranges and ranges[-1][1] == line - 1:
                ranges[-1][1] = line
            else:
                ranges.append([line, line])
        result[path] = ranges
    return result
