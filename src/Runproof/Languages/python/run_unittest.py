"""Runs plain unittest for Runproof and writes JUnit XML: ``python3 run_unittest.py [-s START] [-p PATTERN] [-t TOP]``.

Test ids are unittest's own (``module.Class.method``), as property ``nodeid`` too. A failed subtest fails its test. See
runproof_common for the variables. The report is written at the end only: a test that ends the process leaves none. A
``setUpClass`` or ``setUpModule`` that hangs is not cut by the limit of a test.
"""

from runproof_path import here, hidden, root  # noqa: I001 - first, before anything that the repository could stand in for

import argparse  # noqa: E402
import asyncio  # noqa: E402, F401 - unittest imports it late
import os  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
import traceback  # noqa: E402
import unittest  # noqa: E402
from xml.sax.saxutils import escape, quoteattr  # noqa: E402

import runproof_behaviour  # noqa: E402
import runproof_witness  # noqa: E402
import runproof_common as common  # noqa: E402
import runproof_warm  # noqa: E402

_clock, _open, _replace, _format = time.perf_counter, open, os.replace, traceback.format_exception
_WORST = ["passed", "skipped", "error", "failure"]
_NOT_LOADED = ("_FailedTest", "ModuleImportFailure", "LoadTestsFailure")
_PARTS = ("_callSetUp", "_callTestMethod", "_callTearDown", "_callCleanup")


def phases():
    """The code in which unittest runs the parts of a test: what is raised in there is booked on the test."""
    kinds = [unittest.TestCase, getattr(unittest, "IsolatedAsyncioTestCase", unittest.TestCase)]
    return [getattr(kind, part).__code__ for kind in kinds for part in _PARTS if hasattr(kind, part)]


def relative_file(test):
    name = getattr(sys.modules.get(type(test).__module__), "__file__", None)
    return os.path.relpath(os.path.realpath(name), root).replace(os.sep, "/") if name else ""


class Result(unittest.TestResult):
    def __init__(self, reach, tests):
        super().__init__()
        self.reach = reach
        self.tests = tests
        self.limit = common.TimeLimit(phases())
        path = common.path("BEHAVIOUR")
        self.recorder = runproof_behaviour.Recorder(path, root) if path else None
        self.cases, self.collection, self.last, self.running, self.started = {}, [], None, None, 0.0

    def startTest(self, test):
        super().startTest(test)
        if type(test).__name__ in _NOT_LOADED:
            return
        if self.reach is not None:
            self.reach.begin(test.id())
        self.last = self.running = test
        self._note(test, "passed")
        self.started = _clock()
        self.limit.start(test.id())

    def stopTest(self, test):
        common.end_stray_child()
        super().stopTest(test)
        if self.running is not test:  # Python 3.12.1 skips without a start
            return
        self.running = None
        self.limit.stop()
        if self.limit.expired:  # also where the code swallowed it and went on to pass
            self._note(test, "failure", self.limit.message)
            if self.limit.timeouts >= common.TIMEOUTS_TO_STOP:
                self._failed(test)
        self.cases[test.id()]["time"] += _clock() - self.started
        if self.reach is not None:
            self.reach.end()

    def addError(self, test, err):
        self._problem(test, err)

    def addFailure(self, test, err):
        self._problem(test, err)

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self._problem(test, err)

    def addSkip(self, test, reason):
        for one in [test] if isinstance(test, unittest.TestCase) else self._of_fixture(test):
            self._note(one, "skipped", str(reason))

    def addExpectedFailure(self, test, err):
        pass

    def addUnexpectedSuccess(self, test):
        self._note(test, "failure", "unexpected success")
        self._failed(test)

    def _problem(self, test, err):
        common.end_stray_child()
        kind, error, tb = err
        details = "".join(_format(kind, error, tb))
        if type(test).__name__ in _NOT_LOADED:
            self.collection.append((test.id().split("._FailedTest.")[-1].replace("unittest.loader.", ""), str(error) or details))
            return
        message = "%s: %s" % (kind.__name__, runproof_behaviour.text_of(error, 2000))
        if not isinstance(test, unittest.TestCase):
            for one in self._of_fixture(test):
                self._note(one, "error", "%s: %s" % (test.id(), message), details)
            return
        test = getattr(test, "test_case", test)
        if self.limit.expired or kind is common.RunproofTimeout:
            self._note(test, "failure", self.limit.message, details)
            return
        # unittest calls a failed assertion a failure and any other exception an error; both are the test's own.
        self._note(test, "failure", message, details)
        if self.recorder is not None:
            self.recorder.failed(test.id(), os.path.join(root, relative_file(test)), error, tb)
        self._failed(test)

    def _failed(self, test):
        if self.limit.fail_fast:
            self.shouldStop = True

    def _of_fixture(self, holder):
        """The tests that ``setUpClass (module.Class)`` or ``setUpModule (module)`` is for; a tear-down counts on the last one."""
        what, _, owner = holder.id().partition(" (")
        if what.startswith("tearDown") and self.last is not None:
            return [self.last]
        owner = owner.rstrip(")")
        names = [(type(test).__module__, "%s.%s" % (type(test).__module__, type(test).__qualname__), test) for test in self.tests if test is not None]
        return [test for module, kind, test in names if owner in (module, kind)]

    def _note(self, test, outcome, message="", details=""):
        if type(test).__name__ in _NOT_LOADED:
            return
        known = self.cases.setdefault(test.id(), {"outcome": "passed", "message": "", "details": "", "time": 0.0, "file": relative_file(test)})
        if _WORST.index(outcome) > _WORST.index(known["outcome"]) or message == self.limit.message:
            known.update(outcome=outcome, message=message, details=details)

    def write(self, path):
        lines = ['<?xml version="1.0" encoding="utf-8"?>', '<testsuites><testsuite name="unittest" tests="%d">' % len(self.cases)]
        for name, details in self.collection:
            lines.append('<testcase classname="" name=%s><error message="collection failure">%s</error></testcase>' % (attribute(name), content(details)))
        for test, case in self.cases.items():
            classname, _, name = test.rpartition(".")
            lines.append("<testcase classname=%s name=%s file=%s time=\"%.6f\"><properties><property name=\"nodeid\" value=%s/></properties>" % (
                attribute(classname), attribute(name), attribute(case["file"]), case["time"], attribute(test)))
            if case["outcome"] != "passed":
                kind = case["message"].partition(":")[0] if case["outcome"] == "failure" else case["outcome"]
                lines.append("<%s type=%s message=%s>%s</%s>" % (case["outcome"], attribute(kind), attribute(case["message"][:2000]), content(case["details"]), case["outcome"]))
            lines.append("</testcase>")
        lines.append("</testsuite></testsuites>")
        with _open(path + ".partial", "w", encoding="utf-8", errors="replace") as out:
            out.write("\n".join(lines))
        _replace(path + ".partial", path)


def attribute(value):
    return quoteattr(common.legal(value))


def content(value):
    return escape(common.legal(value[-20000:]))


def flatten(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from flatten(test)
        else:
            yield test


def name_as_bound(tests):
    """A class that a function made has no name by which it can be asked for, and may share its qualified name with others: the
    name that its module has for it stands instead."""
    for kind in {type(test) for test in tests if "<locals>" in type(test).__qualname__}:
        bound = next((name for name, value in vars(sys.modules[kind.__module__]).items() if value is kind), None)
        if bound is not None:
            kind.__qualname__ = bound


def groups(test):
    return [type(test).__module__, type(test).__qualname__]


def discover():
    parser = argparse.ArgumentParser()
    parser.add_argument("-s", "--start-directory", default=None)
    parser.add_argument("-p", "--pattern", default="test*.py")
    parser.add_argument("-t", "--top-level-directory", default=None)
    arguments, _ = parser.parse_known_args()
    start, top = arguments.start_directory, arguments.top_level_directory
    if start is None:
        folders = [name for name in ("tests", "test") if os.path.isdir(os.path.join(root, name))]
        start = next((name for name in folders if os.path.isfile(os.path.join(root, name, "__init__.py"))), folders[0] if folders else ".")
    if top is None:
        top = "." if start == "." or os.path.isfile(os.path.join(root, start, "__init__.py")) else start
    return list(flatten(unittest.TestLoader().discover(start, arguments.pattern, top)))


def main():
    reach, warm = None, runproof_warm.server(root)
    if common.path("REACH"):
        import runproof_reach

        reach = runproof_reach.Reach(root, common.path("REACH"))
    sys.path.remove(here)
    common.open_repository(root, [place for place in hidden if place])
    result = Result(reach, [])
    try:
        found = discover()
        name_as_bound(found)
        if warm is not None:
            warm.serve()
            result = Result(reach, [])
        broken = [test for test in found if type(test).__name__ in _NOT_LOADED]
        tests, _ = common.arranged([test for test in found if test not in broken], lambda test: test.id(), groups)
        result.tests = list(tests)
        if reach is not None:
            reach.collected({relative_file(test) for test in tests} - {""})
        runproof_witness.run({test.id(): sys.modules.get(type(test).__module__) for test in tests})
        for test in broken:
            test(result)
        unittest.TestSuite(tests).run(result)
    except BaseException as error:  # noqa: B902 - also what a test raises to end the run
        if not result.cases:
            result.collection.append(("discovery", "%s: %s" % (type(error).__name__, error)))
    result.limit.stop()
    common.end_stray_child()
    result.write(common.path("REPORT"))
    if reach is not None:
        reach.write()
    return 0 if all(case["outcome"] in ("passed", "skipped") for case in result.cases.values()) and not result.collection else 1


if __name__ == "__main__":
    common.leave(main())
