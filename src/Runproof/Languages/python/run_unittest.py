"""Runs plain unittest for Runproof and writes JUnit XML: ``python3 run_unittest.py [-s START] [-p PATTERN] [-t TOP]``.

Test ids are unittest's own (``module.Class.method``). See runproof_common for the variables.
"""

import argparse
import os
import re
import sys

here = os.path.dirname(os.path.abspath(__file__))
root = os.getcwd()
sys.path[:] = [place for place in sys.path if place not in ("", ".", root)]
if here not in sys.path:
    sys.path.insert(0, here)

import random  # noqa: E402
import time  # noqa: E402
import unittest  # noqa: E402
from xml.sax.saxutils import quoteattr  # noqa: E402

import runproof_behaviour  # noqa: E402
import runproof_common as common  # noqa: E402

_clock, _open, _replace = time.perf_counter, open, os.replace
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WORST = ["passed", "skipped", "error", "failure"]


def clean(text):
    return _ILLEGAL.sub(lambda match: "#x%02X" % ord(match.group()), text)


class Result(unittest.TestResult):
    def __init__(self, root, reach):
        super().__init__()
        self.root, self.reach = root, reach
        self.limit = common.TimeLimit()
        self.fail_fast = common.variable("FAIL_FAST") is not None
        path = common.variable("BEHAVIOUR")
        self.recorder = runproof_behaviour.Recorder(path) if path else None
        self.cases = {}
        self.started = 0.0

    def startTest(self, test):
        super().startTest(test)
        if self.reach is not None:
            self.reach.begin(test.id())
        if self.recorder is not None:
            self.recorder.begin(test.id())
        self._note(test, "passed")
        self.started = _clock()
        self.limit.start()

    def stopTest(self, test):
        self.limit.stop()
        self.cases[test.id()]["time"] = _clock() - self.started
        if self.reach is not None:
            self.reach.end()
        super().stopTest(test)

    def addError(self, test, err):
        super().addError(test, err)
        self._problem(test, err)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._problem(test, err)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._problem(test, err)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._note(test, "skipped", reason)

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self._note(test, "failure", "unexpected success")

    def _problem(self, test, err):
        self.limit.stop()
        kind, error, traceback = err
        if self.limit.expired or kind is common.RunproofTimeout:
            self._note(test, "failure", "%s of %g s" % (common.TIME_LIMIT, self.limit.seconds))
            return
        # unittest calls a failed assertion a failure and any other exception an error; both are the test's own.
        outcome = "failure" if isinstance(test, unittest.TestCase) else "error"
        self._note(test, outcome, "%s: %s" % (kind.__name__, error), self._exc_info_to_string(err, test) if isinstance(test, unittest.TestCase) else "")
        if self.recorder is not None and isinstance(test, unittest.TestCase):
            module = sys.modules.get(type(test).__module__)
            self.recorder.failed(test.id(), getattr(module, "__file__", "") or "", error, traceback)
        if self.fail_fast and outcome == "failure":
            self.shouldStop = True

    def _note(self, test, outcome, message="", details=""):
        if type(test).__name__ in ("_FailedTest", "ModuleImportFailure", "LoadTestsFailure"):
            self.cases.setdefault(test.id(), {"collection": test.id().split("._FailedTest.")[-1].replace("unittest.loader.", ""), "time": 0.0, "outcome": "error", "details": ""})
            if details or message:
                self.cases[test.id()]["details"] = message + "\n" + details
            return
        known = self.cases.setdefault(test.id(), {"outcome": "passed", "message": "", "details": "", "time": 0.0, "file": self._file(test)})
        if _WORST.index(outcome) >= _WORST.index(known["outcome"]):
            known.update(outcome=outcome, message=message, details=details)

    def _file(self, test):
        module = sys.modules.get(type(test).__module__)
        name = getattr(module, "__file__", None)
        return os.path.relpath(os.path.realpath(name), self.root).replace(os.sep, "/") if name else ""

    def write(self, path):
        lines = ['<?xml version="1.0" encoding="utf-8"?>', "<testsuites><testsuite name=\"unittest\">"]
        for test, case in self.cases.items():
            if "collection" in case:
                lines.append('<testcase classname="" name=%s><error message="collection failure">%s</error></testcase>' % (attribute(case["collection"]), text(case["details"])))
                continue
            classname, _, name = test.rpartition(".")
            head = "<testcase classname=%s name=%s file=%s time=\"%.6f\"><properties><property name=\"nodeid\" value=%s/></properties>" % (
                attribute(classname), attribute(name), attribute(case["file"]), case["time"], attribute(test))
            if case["outcome"] == "passed":
                lines.append(head + "</testcase>")
            else:
                lines.append("%s<%s message=%s>%s</%s></testcase>" % (head, case["outcome"], attribute(case["message"][:2000]), text(case["details"]), case["outcome"]))
        lines.append("</testsuite></testsuites>")
        with _open(path + ".partial", "w", encoding="utf-8", errors="replace") as out:
            out.write("\n".join(lines))
        _replace(path + ".partial", path)


def attribute(value):
    return quoteattr(clean(value))


def text(value):
    return clean(value[:20000]).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def flatten(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from flatten(test)
        else:
            yield test


def order(tests):
    """The chosen tests in the wanted order, grouped by class so that class and module fixtures run as usual."""
    chosen = common.selection()
    if chosen is not None:
        places = {test: place for place, test in enumerate(chosen)}
        tests = sorted((test for test in tests if test.id() in places), key=lambda test: places[test.id()])
    seed = common.variable("SHUFFLE")
    if seed is not None:
        rng = random.Random(int(seed))
        groups = {}
        for test in tests:
            groups.setdefault((type(test).__module__, type(test).__qualname__), []).append(test)
        keys = list(groups)
        rng.shuffle(keys)
        tests = []
        for key in keys:
            rng.shuffle(groups[key])
            tests.extend(groups[key])
    return tests


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-s", "--start-directory", default=None)
    parser.add_argument("-p", "--pattern", default="test*.py")
    parser.add_argument("-t", "--top-level-directory", default=None)
    arguments, _ = parser.parse_known_args()
    start = arguments.start_directory
    if start is None:
        start = next((name for name in ("tests", "test") if os.path.isfile(os.path.join(root, name, "__init__.py"))), None)
        start = start or next((name for name in ("tests", "test") if os.path.isdir(os.path.join(root, name))), ".")
    top = arguments.top_level_directory
    if top is None:
        top = "." if start == "." or os.path.isfile(os.path.join(root, start, "__init__.py")) else start
    reach = common.Reach.from_environment(root)
    sys.path.remove(here)
    common.open_repository(root)
    tests = list(flatten(unittest.TestLoader().discover(start, arguments.pattern, top)))
    result = Result(root, reach)
    suite = unittest.TestSuite(order(tests))
    if reach is not None:
        reach.record_imports(sorted({result._file(test) for test in tests} - {""}))
    try:
        suite.run(result)
    except (KeyboardInterrupt, common.RunproofTimeout):
        pass
    finally:
        result.limit.stop()
        if common.is_main_process():
            result.write(os.environ["RUNPROOF_REPORT"])
            if reach is not None:
                reach.write()
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
