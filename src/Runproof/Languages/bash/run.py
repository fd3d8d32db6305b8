"""Runs tests of Bats for Runproof, each in a process of its own, and writes JUnit XML: ``python3 run.py [FILE or FOLDER...]``.

A test passed where its own Bats process ended with 0 and said of exactly one test that it is ok: what tests print decides nothing but a skip. Test ids are file and title: "test/a.bats > adds". Variables:
RUNPROOF_REPORT (to write), RUNPROOF_SELECT (file of tests, each a line "SECONDS ID" with its limit), RUNPROOF_SHUFFLE (seed), RUNPROOF_FAIL_FAST, RUNPROOF_TEST_SECONDS, RUNPROOF_REACH and
RUNPROOF_BEHAVIOUR (JSON lines to write).
"""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from xml.sax.saxutils import escape, quoteattr

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.getcwd()
TIME_LIMIT = "runproof: time limit"
TIMEOUTS_TO_STOP = 2
HEAD = re.compile(r"^[ \t]*@test[ \t]+(.*\S)[ \t]+\{[^\n]*$", re.M)
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
TRACED = re.compile(r"^\++RP\x01([^\x01]*)\x01(\d+)\x01")


def variable(name):
    return os.environ.get("RUNPROOF_" + name) or None


def clean(text):
    return ILLEGAL.sub(lambda one: "#x%02X" % ord(one.group()), text)


def title_of(source):
    """As Bats reads the title: without the quotes around it."""
    if len(source) > 1 and source[0] == source[-1] and source[0] in "\"'":
        source = source[1:-1]
    return re.sub(r"\\([\"$`\\])", r"\1", source)


def files(arguments):
    found = []
    for place in [one for one in arguments if not one.startswith("-")] or [one for one in ("test", "tests", "spec") if os.path.isdir(one)] or ["."]:
        if not os.path.isdir(place):
            found.append(place)
            continue
        for folder, folders, names in os.walk(place):
            # What lies among fixtures is there to be run by tests.
            folders[:] = sorted(one for one in folders if one not in ("fixtures", "node_modules", "libs", "test_helper", ".git"))
            found += [os.path.relpath(os.path.join(folder, name)) for name in sorted(names) if name.endswith(".bats")]
    return found


def tests(arguments):
    for path in files(arguments):
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            for head in HEAD.finditer(file.read()):
                title = title_of(head.group(1))
                yield re.sub("[\r\n\t]", " ", clean("%s > %s" % (path, title))), path, title


def selection():
    name = variable("SELECT")
    if name is None:
        return None
    with open(name, encoding="utf-8") as lines:
        return {line.partition(" ")[2]: float(line.partition(" ")[0]) for line in lines.read().split("\n") if line}


def pattern(title):
    return "^" + re.sub(r"([\[\](){}.*+?^$|\\])", r"\\\1", title) + "$"


class Reach:
    """Lines that ran, from a trace that each Bash writes (trace.sh)."""

    def __init__(self):
        self.folder, self.records = tempfile.mkdtemp(), []
        self.file = os.path.join(self.folder, "trace")

    def variables(self):
        return {"BASH_ENV": os.path.join(HERE, "trace.sh"), "RUNPROOF_TRACE": self.file}

    def take(self, test):
        lines = {}
        for name in os.listdir(self.folder):
            path = os.path.join(self.folder, name)
            with open(path, encoding="utf-8", errors="replace") as trace:
                for line in trace:
                    found = TRACED.match(line)
                    if found:
                        source = os.path.relpath(os.path.realpath(os.path.join(ROOT, found.group(1))), ROOT)
                        if found.group(2) != "0" and not source.startswith("..") and not source.endswith(".bats") and os.path.isfile(source):
                            lines.setdefault(source, set()).add(int(found.group(2)))
            os.unlink(path)
        self.records.append({"test": test, "lines": {source: runs(numbers) for source, numbers in lines.items()}})


def runs(numbers):
    result = []
    for number in sorted(numbers):
        if result and result[-1][1] == number - 1:
            result[-1][1] = number
        else:
            result.append([number, number])
    return result


def run(path, title, limit, reach):
    """Outcome, message and output of one test."""
    place = tempfile.mkdtemp()
    variables = dict(os.environ, BATS_TMPDIR=place, TMPDIR=place)
    for name in [name for name in variables if name.startswith("RUNPROOF_")]:
        del variables[name]
    if reach is not None:
        variables.update(reach.variables())
    process = subprocess.Popen(["/usr/bin/bats", "--tap", "--filter", pattern(title), path], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=variables, start_new_session=True)
    try:
        output = process.communicate(timeout=limit or None)[0]
        late = False
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output = process.communicate()[0]
        late = True
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        shutil.rmtree(place, ignore_errors=True)
    text = output.decode("utf-8", "replace")
    if late:
        return "failure", "%s of %g s" % (TIME_LIMIT, limit), text
    if not re.search(r"^1\.\.1$", text, re.M):
        return ("collection", text.strip() or "Bats found no such test", text) if process.returncode else ("error", "Bats does not find the test", text)
    if process.returncode == 0:
        skipped = re.search(r"^ok 1 .* # skip ?(.*)$", text, re.M)
        return ("skipped", skipped.group(1), "") if skipped else ("passed", "", "")
    comments = [line[2:] for line in text.split("\n") if line.startswith("# ")]
    return "failure", next((line.strip() for line in comments if "failed" in line), "failed"), "\n".join(comments) or text


def behaviour(test, path, details):
    """What was run and what came out, as far as the output of Bats and the test's own text tell."""
    record = {"test": test, "kind": "other", "message": details[:600], "setup": []}
    place = re.search(r"in test file \S+, line (\d+)\)", details)
    said = re.search(r"^\s*`(.*)' failed", details, re.M)
    if said:
        record["expected"] = said.group(1)
        record["message"] = "`%s` does not hold" % said.group(1)
    with open(path, encoding="utf-8", errors="replace") as file:
        lines = file.read().split("\n")
    if place:
        above = lines[:int(place.group(1))]
        for at in range(len(above) - 1, -1, -1):
            if HEAD.match(above[at]):
                break
            call = re.match(r"\s*run\s+(.*)$", above[at])
            if call:
                record["call"] = call.group(1)
                break
    for got, wanted in (("actual", "expected"), ("output", "expected")):
        found = re.search(r"^%s\s*: (.*)$" % got, details, re.M), re.search(r"^%s\s*: (.*)$" % wanted, details, re.M)
        if all(found):
            record.update(kind="value", actual=found[0].group(1), expected=found[1].group(1))
            break
    return record


def main():
    chosen, reach = selection(), Reach() if variable("REACH") else None
    common = float(variable("TEST_SECONDS") or 0)
    wanted = [one for one in tests(sys.argv[1:]) if chosen is None or one[0] in chosen]
    if variable("SHUFFLE"):
        random.Random(int(variable("SHUFFLE"))).shuffle(wanted)
    cases, collection, behaviours, failed, late = [], {}, [], 0, 0
    for test, path, title in wanted:
        begun = time.monotonic()
        outcome, message, details = run(path, title, chosen[test] if chosen else common, reach)
        if outcome not in ("passed", "skipped"):
            print(details)
        if outcome == "collection":
            collection[path] = message
            continue
        cases.append((test, path, time.monotonic() - begun, outcome, message, details))
        if reach is not None:
            reach.take(test)
        if outcome in ("failure", "error"):
            late += TIME_LIMIT in message
            failed += TIME_LIMIT not in message
            if TIME_LIMIT not in message:
                behaviours.append(behaviour(test, path, details))
            if variable("FAIL_FAST") and (failed or late >= TIMEOUTS_TO_STOP):
                break
    lines = ['<?xml version="1.0" encoding="utf-8"?>', "<testsuites><testsuite>"]
    for path, message in collection.items():
        lines.append('<testcase classname="" name=%s><error message="collection failure">%s</error></testcase>' % (quoteattr(clean(path)), escape(clean(message[:8000]))))
    for test, path, seconds, outcome, message, details in cases:
        lines.append('<testcase name=%s file=%s time="%.6f"><properties><property name="nodeid" value=%s/></properties>' % (quoteattr(test), quoteattr(path), seconds, quoteattr(test)))
        if outcome != "passed":
            lines.append("<%s message=%s>%s</%s>" % (outcome, quoteattr(clean(message[:1000])), escape(clean(details[:8000])), outcome))
        lines.append("</testcase>")
    lines.append("</testsuite></testsuites>")
    write(variable("REPORT"), "\n".join(lines))
    if variable("BEHAVIOUR"):
        write(variable("BEHAVIOUR"), "".join(json.dumps(one) + "\n" for one in behaviours))
    if reach is not None:
        write(variable("REACH"), "".join(json.dumps(one) + "\n" for one in reach.records))
    return 1 if collection or any(case[3] not in ("passed", "skipped") for case in cases) else 0


def write(path, text):
    with open(path + ".partial", "w", encoding="utf-8", errors="replace") as out:
        out.write(text)
    os.replace(path + ".partial", path)


if __name__ == "__main__":
    sys.exit(main())
