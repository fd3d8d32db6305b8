"""Builds a project of a Makefile and finds its test programs.

It is built where it lies, each time from nothing: the sandbox forgets what was written there, and a cache that goes by content answers the
compiler. Each program whose main stands in a test file is replaced by a script that only tells how it was called, so that the target that
runs the tests tells which there are; then they are run one by one.
"""

import json
import os
import re
import subprocess

from program import Program
from toolchain import inside

TARGETS = ("check", "test", "tests", "unittest", "unit-test", "unittests", "run-tests", "runtests", "all-tests")

MAKEFILES = ("Makefile", "makefile", "GNUmakefile")


class MakeBuild:
    def __init__(self, root, home, tools, arguments):
        self.root, self.tools, self.arguments = root, tools, arguments
        self.calls, self.failed = os.path.join(home, "calls"), os.path.join(home, "failed")
        self.broken, self._programs = {}, []

    def prepare(self):
        for path in (self.calls, self.failed):
            if os.path.exists(path):
                os.remove(path)
        variables = self.tools.variables(RUNPROOF_PLANT=os.path.join(os.path.dirname(os.path.abspath(__file__)), "linked.py"), RUNPROOF_CALLS=self.calls, RUNPROOF_FAILED=self.failed,
                                         RUNPROOF_ROOT=self.root)
        if not any(os.path.isfile(os.path.join(self.root, name)) for name in MAKEFILES) and os.path.isfile(os.path.join(self.root, "configure")):
            self._run(["sh", "./configure"], dict(variables, RUNPROOF_PLANT="", RUNPROOF_FAILED=""))
        make = ["make", "-k", "-j1"] + self.arguments
        known = [target for target in TARGETS if self._has(target, variables)]
        self._run(make + known[:1], variables)
        self._programs = self._called()
        if not self._programs:
            self._run(make, variables)
            self._programs = self._called()
        for path in sorted(set(_lines(self.failed))):
            name = inside(path, self.root)
            if name:
                self.broken[name] = self._error(name)
        return True

    def _has(self, target, variables):
        done = subprocess.run(["make", "-n", "-q"] + self.arguments + [target], cwd=self.root, env=variables, capture_output=True, text=True, errors="replace", stdin=subprocess.DEVNULL)
        return "No rule to make target '%s'" % target not in done.stderr and not os.path.isdir(os.path.join(self.root, target)) or self._is_phony(target)

    def _is_phony(self, target):
        for name in MAKEFILES:
            path = os.path.join(self.root, name)
            if os.path.isfile(path):
                with open(path, errors="replace") as file:
                    return re.search(r"(?m)^\.PHONY\s*:.*(?<!\S)%s(?!\S)|^%s\s*:" % (re.escape(target), re.escape(target)), file.read()) is not None
        return False

    def _run(self, command, variables):
        done = subprocess.run(command, cwd=self.root, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", stdin=subprocess.DEVNULL)
        self._said = done.stdout
        print(done.stdout[-6000:], flush=True)

    def _error(self, name):
        lines = [line for line in self._said.splitlines() if re.search(r"\berror:", line) and os.path.basename(name) in line]
        lines = lines or [line for line in self._said.splitlines() if re.search(r"\berror\b|undefined reference", line)]
        return "\n".join(lines[:5][::-1]) or "it does not compile"

    def _called(self):
        programs, seen = [], set()
        for line in _lines(self.calls):
            folder, path, arguments, variables = json.loads(line)
            name = " ".join([inside(path.replace("/.runproof/", "/"), self.root) or os.path.basename(path)] + [argument.replace(self.root + "/", "") for argument in arguments])
            if name not in seen and os.path.isfile(path):
                seen.add(name)
                programs.append(Program(name, path, [path] + arguments, folder, variables))
        return programs

    def plan(self):
        return self._programs

    def build(self, targets):
        """All is built already."""


def _lines(path):
    try:
        with open(path, errors="replace") as file:
            return [line for line in file.read().split("\n") if line]
    except OSError:
        return []
