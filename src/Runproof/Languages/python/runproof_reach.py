"""Which lines of the repository each test runs, by coverage.py's contexts, and what each test file imports; as JSON lines.

Only this process is measured, and only its main context: lines that a thread runs on after its test belong to a later one. Lines
run on import (whoever is first to import), at collection, and in fixtures that tests share stand under "shared". Imports are
read from the sources of what is loaded; what is only imported by a computed name is not seen.
"""

import ast
import json
import os
import sys

import coverage

import runproof_common as common

SHARED = "shared:"
_open, _gettrace, _settrace = open, sys.gettrace, sys.settrace


class Reach:
    def __init__(self, root, path):
        self.root, self.path = root, path
        # A folder name may hold characters that mean something in a pattern.
        pattern = "".join("[%s]" % one if one in "*?[" else one for one in root) + "/*"
        self.coverage = coverage.Coverage(data_file=None, config_file=False, branch=False, include=[pattern], concurrency="thread")
        self.coverage.start()
        self.tracer = _gettrace()
        self.context = SHARED
        self.coverage.switch_context(SHARED)
        self.tests, self.test_files, self.modules, self.places, self.trees = [], set(), {}, {}, {}

    def switch(self, context):
        """Later lines belong to this test; returns what they belonged to before."""
        before, self.context = self.context, context
        if common.is_main_process() and context != before:
            try:
                self.coverage.switch_context(context)
            except Exception:  # a test of coverage itself may have stopped it
                pass
        return before

    def begin(self, test):
        self.tests.append(test)
        if self.tracer is not None and _gettrace() is not self.tracer:
            _settrace(self.tracer)
        self.switch(test)

    def end(self):
        self.switch(SHARED)

    def collected(self, test_files):
        self.test_files.update(test_files)
        self._note_modules()

    def write(self):
        if not common.is_main_process():
            return
        self.coverage.stop()
        data = self.coverage.get_data()
        found = {}
        for name in data.measured_files():
            path = self._relative(name)
            if path is None:
                continue
            in_functions = self._lines_in_functions(path)
            for line, contexts in data.contexts_by_lineno(name).items():
                if line < 1:  # an empty file
                    continue
                for context in contexts if line in in_functions else set(contexts) | {SHARED}:
                    found.setdefault(context or SHARED, {}).setdefault(path, []).append(line)
        self._note_modules()
        with _open(self.path, "w", encoding="utf-8", errors="replace") as out:
            for test in dict.fromkeys(self.tests):
                out.write(json.dumps({"test": test, "lines": _ranges(found.get(test, {}))}) + "\n")
            out.write(json.dumps({"shared": True, "lines": _ranges(found.get(SHARED, {}))}) + "\n")
            out.write(json.dumps({"imports": self._imports()}) + "\n")

    def _note_modules(self):
        """Noted after collection and at the end: tests load more, and some unload."""
        for name, module in list(sys.modules.items()):
            path = getattr(module, "__file__", None)
            path = self._relative(path) if isinstance(path, str) else None
            if path is not None and path.endswith(".py"):
                self.modules.setdefault(name, path)

    def _lines_in_functions(self, path):
        """The others run once, on import: in the test that is first to need them, but for all."""
        lines = set()
        for node in ast.walk(self._parsed(path)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                lines.update(range(node.body[0].lineno, (node.end_lineno or node.body[-1].lineno) + 1))
        return lines

    def _parsed(self, path):
        if path not in self.trees:
            try:
                with _open(os.path.join(self.root, path), "rb") as source:
                    self.trees[path] = ast.parse(source.read())
            except (OSError, SyntaxError, ValueError, RecursionError):
                self.trees[path] = ast.parse("")
        return self.trees[path]

    def _imports(self):
        """For each test file the files of the repository that it imports, directly or not, with the conftest.py that apply."""
        by_path = {}
        for name, path in self.modules.items():
            by_path.setdefault(path, name)
        direct = {path: self._imported(name, path) for path, name in by_path.items()}
        imports = {}
        for test in sorted(self.test_files):
            folder, todo, seen = os.path.dirname(test), [test], set()
            while True:
                conftest = folder + "/conftest.py" if folder else "conftest.py"
                if conftest in direct:
                    todo.append(conftest)
                if not folder:
                    break
                folder = os.path.dirname(folder)
            while todo:
                path = todo.pop()
                if path not in seen:
                    seen.add(path)
                    todo.extend(direct.get(path, ()))
            imports[test] = sorted(seen)
        return imports

    def _imported(self, name, path):
        tree = self._parsed(path)
        package = name if path.endswith("__init__.py") else name.rpartition(".")[0]
        names = {package}
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
            elif isinstance(node, ast.Call) and _last_name(node.func) in ("import_module", "__import__", "importorskip"):
                names.update(_strings(node))
            elif isinstance(node, ast.Assign) and any(_last_name(target) == "pytest_plugins" for target in node.targets):
                names.update(_strings(node.value))
        found = set()
        for imported in names:
            while imported:
                if imported in self.modules:
                    found.add(self.modules[imported])
                imported = imported.rpartition(".")[0]
        return found

    def _relative(self, name):
        if name not in self.places:
            path = os.path.realpath(name)
            self.places[name] = path[len(self.root) + 1 :].replace(os.sep, "/") if path.startswith(self.root + os.sep) else None
        return self.places[name]


def _last_name(node):
    return getattr(node, "attr", getattr(node, "id", None))


def _strings(node):
    return [inner.value for inner in ast.walk(node) if isinstance(inner, ast.Constant) and isinstance(inner.value, str)]


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
