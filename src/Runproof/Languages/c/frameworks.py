"""GoogleTest, Catch2 and doctest: how cases are listed and chosen, and what their XML reports say."""

import re
import xml.etree.ElementTree as tree

from junit import ERRORED, FAILED, PASSED, SKIPPED
from program import CATCH, DOCTEST, GTEST


class Case:
    """One test case of a report: ``name``, ``outcome``, ``seconds``, ``path`` of its source, and what it says of each failure."""

    def __init__(self, name, outcome, seconds, path, failures):
        self.name, self.outcome, self.seconds, self.path, self.failures = name, outcome, seconds, path, failures


class Failure:
    """``text`` for people; ``checked`` and ``values``: the expression as it stands there and with its values; ``line``: where."""

    def __init__(self, text, checked=None, values=None, line=0, macro=""):
        self.text, self.checked, self.values, self.line, self.macro = text, checked, values, line, macro


class GoogleTest:
    fail_fast = ["--gtest_fail_fast"]

    def listing(self):
        return ["--gtest_list_tests"]

    def listed(self, text):
        names, suite = [], None
        for line in text.splitlines():
            bare = line.split("#")[0].rstrip()
            if bare and not line[0].isspace() and bare.endswith("."):
                suite = bare
            elif suite and bare.startswith("  "):
                if not re.search(r"(^|/)DISABLED_", suite) and not bare.strip().startswith("DISABLED_"):
                    names.append(suite + bare.strip())
        return names

    def command(self, cases, report, seed, scratch):
        words = ["--gtest_output=xml:" + report, "--gtest_color=no", "--gtest_catch_exceptions=1", "--gtest_break_on_failure=0"]
        if cases is not None:
            with open(scratch, "w") as file:
                file.write("--gtest_filter=%s\n" % ":".join(cases))
            words.append("--gtest_flagfile=" + scratch)
        if seed:
            words += ["--gtest_shuffle", "--gtest_random_seed=%d" % (seed % 99999 + 1)]
        return words

    def read(self, data):
        found = []
        for case in _elements(data, "testcase"):
            if case.get("status") == "notrun" or case.get("result") == "suppressed":
                continue
            failures = [Failure(one.get("message") or one.text or "", line=_number((re.match(r"\S+?:(\d+)", one.get("message") or "") or [0, 0])[1])) for one in case if one.tag == "failure"]
            skipped = any(one.tag == "skipped" for one in case) or case.get("result") == "skipped"
            outcome = FAILED if failures else SKIPPED if skipped else PASSED
            found.append(Case("%s.%s" % (case.get("classname"), case.get("name")), outcome, _seconds(case.get("time")), case.get("file"), failures))
        return found

    def begun(self, output):
        names = re.findall(r"(?m)^\[ RUN      \] (\S+)", output)
        return names[-1] if names else None


class Catch2:
    fail_fast = ["--abort"]

    def listing(self):
        return ["--list-test-names-only"]

    def listed(self, text):
        # Version 3 has another name for it, and says so.
        return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("Error(s) in input")]

    def command(self, cases, report, seed, scratch):
        words = ["--reporter", "xml", "--out", report, "--durations", "yes"]
        if cases is not None:
            with open(scratch, "w", encoding="utf-8") as file:
                file.write("".join("\"%s\"\n" % re.sub(r"([\\\",\[\]])", r"\\\1", case) for case in cases))
            words += ["--input-file", scratch]
        if seed:
            words += ["--order", "rand", "--rng-seed", str(seed % 99999 + 1)]
        return words

    def read(self, data):
        found = []
        for case in _elements(data, "TestCase"):
            result = case.find("OverallResult")
            if result is None:
                found.append(Case(case.get("name"), ERRORED, 0, case.get("filename"), _catch_failures(case)))
                continue
            outcome = PASSED if result.get("success") == "true" else FAILED
            if outcome == PASSED and result.get("skips", "0") != "0":
                outcome = SKIPPED
            found.append(Case(case.get("name"), outcome, _seconds(result.get("durationInSeconds")), case.get("filename"), _catch_failures(case)))
        return found

    def begun(self, output):
        return None


class Doctest:
    fail_fast = ["--abort-after=1"]

    def listing(self):
        return ["--list-test-cases", "--no-intro=true", "--reporters=xml"]

    def listed(self, text):
        return [case.get("name") for case in _elements(text.encode(), "TestCase") if case.get("skipped") != "true"]

    def command(self, cases, report, seed, scratch):
        words = ["--reporters=xml", "--out=" + report, "--duration=true", "--no-colors=true"]
        if cases is not None:
            words.append("--test-case=" + ",".join(re.sub(r"[,\"\\]", "?", case) for case in cases))
        if seed:
            words += ["--order-by=rand", "--rand-seed=%d" % (seed % 99999 + 1)]
        return words

    def read(self, data):
        found = []
        for case in _elements(data, "TestCase"):
            if case.get("skipped") == "true":
                continue
            result = case.find("OverallResultsAsserts")
            if result is None:
                found.append(Case(case.get("name"), ERRORED, 0, case.get("filename"), _catch_failures(case)))
                continue
            good = result.get("test_case_success", "true" if result.get("failures") == "0" and case.find(".//Exception") is None else "false") == "true"
            found.append(Case(case.get("name"), PASSED if good else FAILED, _seconds(result.get("duration")), case.get("filename"), _catch_failures(case)))
        return found

    def begun(self, output):
        return None


FRAMEWORKS = {GTEST: GoogleTest(), CATCH: Catch2(), DOCTEST: Doctest()}


def _catch_failures(case):
    found = []
    for one in case.iter():
        if one.tag == "Expression" and one.get("success") == "false":
            original, expanded = (one.findtext("Original") or "").strip(), (one.findtext("Expanded") or "").strip()
            raised = " ".join((one.findtext("Exception") or one.findtext("FatalErrorCondition") or "").split())
            text = "%s( %s )%s" % (one.get("type"), original, " raised " + raised if raised else " with " + expanded if expanded and expanded != original else "")
            found.append(Failure(text, original, None if raised else expanded, _number(one.get("line")), one.get("type") or ""))
            found[-1].raised = raised
        elif one.tag == "Exception" and one.get("line") or one.tag == "Exception" and one.get("crash") or one.tag == "FatalErrorCondition" and one.get("line"):
            failure = Failure(" ".join((one.text or "").split()), line=_number(one.get("line")), macro=one.tag)
            failure.raised = failure.text
            found.append(failure)
        elif one.tag in ("Failure", "Message"):
            found.append(Failure(" ".join("".join(one.itertext()).split()), line=_number(one.get("line"))))
    return found


def _elements(data, name):
    """The elements of a report, also of one that was cut off."""
    parser, found = tree.XMLPullParser(["end"]), []
    try:
        parser.feed(data)
        parser.close()
    except tree.ParseError:
        pass
    try:
        for _, element in parser.read_events():
            if element.tag == name:
                found.append(element)
    except tree.ParseError:
        pass
    return found


def _seconds(text):
    try:
        return max(0.0, float(text))
    except (TypeError, ValueError):
        return 0.0


def _number(text):
    try:
        return int(text)
    except (TypeError, ValueError):
        return 0
