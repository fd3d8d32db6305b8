"""Reads what test frameworks report, by the rules of Runproof's own parsers: JUnit XML, TRX and ``go test -json``.

Outcomes are ordered from best to worst: a test that is reported twice takes the worst. A test that is not listed did not pass.
"""

import json
import re
from xml.parsers import expat

PASSED, SKIPPED, TIMED_OUT, ERRORED, FAILED = 0, 1, 3, 4, 5
ID_CHARACTERS = 4000
TIME_LIMIT = "runproof: time limit"
GO_TEST = re.compile(r"^(?P<package>.+?)\.(?P<test>(?:Test|Example|Fuzz)[^./]*)(?:/|$)")


class Report:
    def __init__(self):
        self.tests, self.collection, self.complete = {}, set(), False
        self._overflowed = False

    def add(self, test, outcome):
        if not test or len(test) > ID_CHARACTERS:
            self._overflowed = True
        elif outcome >= self.tests.get(test, PASSED):
            self.tests[test] = outcome

    def passed(self, test):
        return self.tests.get(test) == PASSED

    def merge(self, other):
        for test, outcome in other.tests.items():
            self.add(test, outcome)
        self.collection |= other.collection
        self.complete = self.complete and other.complete

    def end(self, complete, prefix):
        self.complete = complete and not self._overflowed
        if prefix:
            self.tests = {prefix + test: outcome for test, outcome in self.tests.items()}
            self.collection = {prefix + where for where in self.collection}
        return self


def parse(form, data, prefix):
    if data is None:
        return Report()
    return {"junit": junit, "trx": trx, "go-test-json": go_test_json}[form](data, prefix)


def junit(data, prefix=""):
    report, state = Report(), {"depth": 0, "closed": False, "case": None, "at": 0}

    def start(name, attributes):
        state["depth"] += 1
        name, case = name.rpartition(":")[2], state["case"]
        if case is None:
            if name == "testcase":
                state["case"], state["at"] = {"attributes": attributes, "id": None, "outcome": PASSED, "collection": False}, state["depth"]
        elif name == "property" and attributes.get("name") == "nodeid":
            case["id"] = attributes.get("value")
        elif name in ("failure", "error", "skipped"):
            outcome = {"failure": FAILED, "error": ERRORED, "skipped": SKIPPED}[name]
            if name != "skipped" and (TIME_LIMIT in attributes.get("message", "") or TIME_LIMIT in attributes.get("type", "")):
                outcome = TIMED_OUT
            case["collection"] |= name == "error" and attributes.get("message") == "collection failure"
            case["outcome"] = max(case["outcome"], outcome)

    def end(_):
        if state["case"] is not None and state["at"] == state["depth"]:
            add_case(report, state["case"])
            state["case"] = None
        state["depth"] -= 1
        state["closed"] |= state["depth"] == 0

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.StartDoctypeDeclHandler = start, end, refuse
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError):
        pass  # What stands before is what was reported; junk after the root does not undo it.
    return report.end(state["closed"], prefix)


def add_case(report, case):
    attributes = case["attributes"]
    class_name, name, file = attributes.get("classname", ""), attributes.get("name", ""), attributes.get("file")
    if case["collection"]:
        report.collection.add("%s.%s" % (class_name, name) if class_name else name)
    elif case["id"] is not None or class_name or case["outcome"] != SKIPPED:
        report.add(case["id"] if case["id"] is not None else id_of(class_name, name, file), case["outcome"])


def id_of(class_name, name, file):
    """pytest's xunit1 form: class ``tests.test_a.TestB`` in file ``tests/test_a.py`` is ``tests/test_a.py::TestB::name``."""
    if not class_name:
        return name
    if not file or not file.endswith(".py"):
        return "%s.%s" % (class_name, name)
    module = file[:-3].replace("/", ".")
    if class_name == module:
        return "%s::%s" % (file, name)
    if class_name.startswith(module + "."):
        return "%s::%s::%s" % (file, class_name[len(module) + 1:].replace(".", "::"), name)
    return "%s.%s" % (class_name, name)


TRX_OUTCOMES = {"Passed": PASSED, "NotExecuted": SKIPPED, "Inconclusive": SKIPPED, "Warning": SKIPPED, "Timeout": TIMED_OUT, "Failed": FAILED}
TRX_BUILD = "runproof: build of "
# Words of a frame that failed before or after the test itself: NUnit, MSTest, xUnit.
TRX_SET_UP = (
    "OneTimeSetUp: ", "SetUp : ", "TearDown : ", "OneTimeTearDown: ", "Initialization method ", "Class Initialization method ", "Assembly Initialization method ", "TestCleanup method ",
    "Class Cleanup method ", "[Test Class Cleanup Failure", "[Test Collection Cleanup Failure", "[Test Assembly Cleanup Failure", "Class fixture type ", "Collection fixture type ",
)


def trx(data, prefix=""):
    """TRX documents, one for each test project, one after the other."""
    reader = Trx()
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = reader.start, reader.end, reader.take, refuse
    whole = True
    try:
        # One root around all; a declaration may stand nowhere in it, and a mark of byte order is white space.
        parser.Parse(b"<documents>", False)
        parser.Parse(CONTROL.sub(stand_in, data.replace(b"<?xml", b"<?xm_").replace(b"\xef\xbb\xbf", b"   ")), False)
        parser.Parse(b"</documents>", True)
    except (expat.ExpatError, ValueError):
        whole = False  # Documents that were closed before hold.
    return reader.report.end(whole and reader.documents > 0 and not reader.in_run and not reader.aborted, prefix)


def refuse(*_):
    raise ValueError("a document type declaration")


# Control characters, as they are or as references: XML has none, the names of tests may.
CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|&#(?:x0*([0-8bcBC]|0?[eEfF]|1[0-9a-fA-F])|0*([0-8]|1[124-9]|2[0-9]|3[01]));")
STAND_INS = {0x10FF00 + code: code for code in range(32)}


def stand_in(match):
    code = int(match.group(1), 16) if match.group(1) else int(match.group(2)) if match.group(2) else match.group()[0]
    return chr(0x10FF00 + code).encode()


class Trx:
    def __init__(self):
        self.report, self.documents, self.depth, self.aborted = Report(), 0, 0, False
        self.clear()

    def clear(self):
        self.in_run, self.run, self.definition, self.failures, self.results, self.classes, self.open, self.text = False, "", "", "", [], {}, [], None

    def start(self, name, attributes):
        self.depth += 1
        name = name.rpartition(":")[2]
        if name == "TestRun" and self.depth == 2:
            self.in_run, self.run = True, attributes.get("name", "")
        elif name == "UnitTestResult":
            result = {"test": attributes.get("testId", ""), "name": attributes.get("testName", "").translate(STAND_INS), "outcome": TRX_OUTCOMES.get(attributes.get("outcome"), ERRORED), "message": ""}
            self.results.append(result)
            self.open.append(result)
        elif name == "Message" and self.open or name == "Text" and not self.open:
            self.text = (self.depth, [])
        elif name == "UnitTest":
            self.definition = attributes.get("id", "")
        elif name == "TestMethod" and self.definition:
            # MSTest may name the assembly behind the class.
            self.classes.setdefault(self.definition, attributes.get("className", "").split(",")[0])
        elif name == "ResultSummary":
            self.aborted |= attributes.get("outcome") == "Aborted"

    def take(self, text):
        if self.text is not None:
            self.text[1].append(text)

    def end(self, name):
        if self.text is not None and self.depth == self.text[0]:
            text, self.text = "".join(self.text[1]), None
            if self.open:
                self.open[-1]["message"] = text
            else:
                # xUnit's adapter says each failing test as an error of the run; only this one means that tests are lost.
                self.aborted |= "test run was aborted" in text.lower() or "Test host process crashed" in text
        elif name.rpartition(":")[2] == "UnitTestResult" and self.open:
            self.open.pop()
        if self.depth == 2:
            self.close()
        self.depth -= 1

    def close(self):
        if not self.in_run:
            return
        if self.run.startswith(TRX_BUILD):
            self.report.collection.add(self.run[len(TRX_BUILD):])
        for result in self.results:
            # Without its definition nothing says which class it belongs to.
            if result["test"] in self.classes:
                self.add(self.classes[result["test"]], result)
            else:
                self.aborted = True
        self.clear()
        self.documents += 1

    def add(self, type_name, result):
        name, outcome, message = result["name"], result["outcome"], result["message"].strip()
        if outcome not in (PASSED, SKIPPED):
            if message.startswith(TIME_LIMIT):
                outcome = TIMED_OUT
            elif outcome == FAILED and message.startswith(TRX_SET_UP):
                outcome = ERRORED
        self.report.add(name if not type_name or name.startswith(type_name + ".") else "%s.%s" % (type_name, name), outcome)


NOT_BUILT = re.compile(r"^FAIL\s+(\S+) \[(?:build|setup) failed\]")


class Go:
    """The events of ``go test -json``, mixed with what the go command prints itself."""

    def __init__(self):
        self.report = Report()
        self.running, self.ended, self.panicked = {}, {}, {}
        self.failed, self.paused, self.timed_out, self.text = set(), set(), set(), []

    def take_text(self, line):
        self.text.append(line)
        match = NOT_BUILT.match(line)
        if match:
            self.report.collection.add(match.group(1))
            self.ended[match.group(1)] = True

    def take(self, record):
        def text(name):
            value = record.get(name)
            return value if isinstance(value, str) else ""

        action, package, test, output = text("Action"), text("Package"), text("Test"), text("Output")
        if action == "build-output":
            self.take_text(output.rstrip("\n"))
        if not package:
            return
        self.ended.setdefault(package, False)
        name = "%s.%s" % (package, test) if test else package
        if action == "output":
            if "panic: test timed out after" in output:
                self.timed_out.add(package)
            elif "panic: " in output or output.startswith("fatal error: "):
                self.panicked[name] = package
            if not test and NOT_BUILT.match(output):
                self.take_text(output.rstrip("\n"))
        elif action == "run" and test:
            self.running[name] = package
        elif action == "pause":
            self.paused.add(name)
        elif action == "cont":
            self.paused.discard(name)
        elif action in ("pass", "fail", "skip") and test:
            self.running.pop(name, None)
            self.add(name, {"pass": PASSED, "skip": SKIPPED, "fail": FAILED}[action], package)
        elif action in ("pass", "fail", "skip"):
            self.end_package(package, action == "fail", bool(text("FailedBuild")))

    def add(self, name, outcome, package):
        if outcome not in (PASSED, SKIPPED):
            self.failed.add(package)
        self.report.add(name, outcome)

    def end_package(self, package, failed, failed_build):
        known, self.ended[package] = self.ended[package], True
        unfinished = [name for name, owner in self.running.items() if owner == package]
        for name in unfinished:
            del self.running[name]
        for name in self.guilty(package, unfinished):
            self.add(name, TIMED_OUT if package in self.timed_out else FAILED if is_or_holds(name, self.panicked) else ERRORED, package)
        if failed and not known and (failed_build or package not in self.failed):
            self.report.collection.add(package)

    def guilty(self, package, unfinished):
        """Which of the tests that did not end may have ended the process. Of the others nothing is known."""
        active = [name for name in unfinished if name not in self.paused]
        if package in self.timed_out:
            return active
        if package in self.panicked.values():
            return [name for name in active if is_or_holds(name, self.panicked)]
        return active or unfinished

    def end(self, whole, prefix):
        if not self.ended and any(line.strip() for line in self.text):
            self.report.collection.add("go.mod")
        return self.report.end(whole and bool(self.ended) and all(self.ended.values()), prefix)


def is_or_holds(name, others):
    return any(other == name or other.startswith(name + "/") for other in others)


def go_test_json(data, prefix=""):
    go, lines = Go(), data.decode("utf-8", "replace").split("\n")
    for line in lines:
        record = event_in(line)
        if record is not None:
            go.take(record)
        elif line:
            go.take_text(line.rstrip("\r"))
    return go.end(lines[-1] == "", prefix)


def event_in(line):
    """The event of a line, wherever it begins: text printed without a line feed may stand before it."""
    for beginning in ('{"Time":', '{"ImportPath":', '{"Action":'):
        at = line.find(beginning)
        if at >= 0:
            try:
                record = json.loads(line[at:])
            except ValueError:
                continue
            return record if isinstance(record, dict) else None
    return None


def top_level(test):
    match = GO_TEST.match(test)
    return "%s.%s" % (match.group("package"), match.group("test")) if match else test


def lost_by_crash(report, expected, prefix):
    """Tests of a Go suite that are missing because another one took its process down."""
    if not report.tests:
        return []
    uncompiled = tuple(where + "." for where in report.collection)
    missing = [test for test in expected if test not in report.tests and not (uncompiled and test.startswith(uncompiled))]

    # A subtest that is missing although its parent reported was not started by the code: that is an outcome, not a loss.
    return [test for test in missing if prefix + top_level(test[len(prefix):]) not in report.tests]


def go_selection(tests, prefix):
    matches = [match for match in (GO_TEST.match(test[len(prefix):]) for test in tests) if match]
    names = sorted({match.group("test") for match in matches})
    packages = list(dict.fromkeys(match.group("package") for match in matches))
    return ["-run", "^(%s)$" % "|".join(re.escape(name) for name in names)] + packages
