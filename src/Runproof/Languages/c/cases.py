"""Runs test programs, and what they hold case by case where one takes the others with it."""

import json
import os
import re
import signal
import tempfile

from frameworks import FRAMEWORKS
from junit import ERRORED, FAILED, PASSED, SKIPPED, TIMED_OUT, Result
from process import run
from program import OTHER, PLAIN
from split import Splits
from toolchain import Binary, inside, is_test

MOST_CASES = 400
ROUNDS = 8


class Runner:
    def __init__(self, root, home, tools, programs):
        self.root, self.home, self.tools = root, home, tools
        self.programs, self.splits = _distinct(programs), Splits(home, root)
        self.fail_fast = "RUNPROOF_FAIL_FAST" in os.environ
        self.suite_seconds = float(os.environ.get("RUNPROOF_SUITE_SECONDS", "600"))
        self.test_seconds = float(os.environ.get("RUNPROOF_TEST_SECONDS") or self.suite_seconds)
        self.scratch = tempfile.mkdtemp(prefix="runproof-")
        self.results, self._limits, self._taken = [], {}, _load(os.path.join(home, "seconds.json"))
        self._sources = None

    def programs_of(self, names):
        names = set(names)
        return [program for program in self.programs if program.name in names or program.target in names]

    def run(self, wanted, order, broken):
        self._limits = wanted or {}
        chosen = None if wanted is None else {}
        for test in wanted or ():
            name, _, case = test.partition("::")
            chosen.setdefault(name, []).append(case)
        programs = list(self.programs)
        if chosen is not None:
            # In the order that was asked for: the tests that say the most come first.
            places = {name: place for place, name in enumerate(chosen)}
            programs = sorted((program for program in programs if program.name in places), key=lambda program: places[program.name])
        if order:
            order.shuffle(programs)
        for program in programs:
            if program.target in broken:
                continue
            if not program.is_built():
                broken.setdefault(program.target or program.name, "it was not built")
                continue
            self.run_program(program, None if chosen is None else chosen[program.name], order)
            if self.stops():
                break
        if chosen is None:
            self.splits.save()
            if not os.path.exists(os.path.join(self.home, "seconds.json")):
                with open(os.path.join(self.home, "seconds.json"), "w") as file:
                    json.dump(self._taken, file)
        return self.results

    def stops(self):
        """Of a first look: one test fails, or two are cut."""
        outcomes = [result.outcome for result in self.results]
        return self.fail_fast and (FAILED in outcomes or outcomes.count(TIMED_OUT) > 1)

    def run_program(self, program, cases, order):
        if program.kind in FRAMEWORKS:
            self._run_cases(program, cases, order)
            return
        split = self.split(program)
        if split is None:
            self.results.append(self.run_plain(program, None, None))
            return
        names = sorted(split.functions) if not cases or cases == [""] else [case for case in cases if case in split.functions]
        if order:
            order.shuffle(names)
        for name in names:
            self.results.append(self.run_plain(program, split, name))
            if self.stops():
                return

    def split(self, program):
        if program.kind != PLAIN or not program.source(self.root) or not program.binary.header()[0] or {"WILL_FAIL", "PASS_REGULAR_EXPRESSION"} & set(program.properties):
            return None
        return self.splits.of(program, lambda skipped: self._plain(program, skipped, "")[0] == PASSED)

    # Plain programs.

    def run_plain(self, program, split, name, variables=None):
        test = program.name if split is None else "%s::%s" % (program.name, name)
        outcome, message, ended = self._plain(program, "" if split is None else split.leaving_out_others(name), test, variables)
        file = split.files[name] if split else program.source(self.root) if program.kind == PLAIN else None
        result = Result(test, outcome, ended.seconds, message, ended.output, file)
        if outcome == FAILED and ended.code < 0 and program.kind == PLAIN:
            result.died_at = self._died_at(program, file)
        return result

    def _died_at(self, program, file):
        """Line of the test file that a signal came up to; 0 where that is not known."""
        try:
            with open(os.path.join(self.scratch, "end"), errors="replace") as notes:
                frames = [line.split(" ")[3].split(",")[1:] for line in notes if " signal " in line][-1]
        except (OSError, IndexError):
            return 0
        # A return address stands behind the call.
        places = [program.main()[0] + int(frame) - 1 for frame in frames]
        lines = program.binary.lines(place for place in places if place > 0)
        return next((lines[place][1] for place in places if place in lines and file and inside(lines[place][0], self.root) == file), 0)

    def _plain(self, program, skipped, test, more=None):
        variables, end = dict(_environment(), **program.variables), os.path.join(self.scratch, "end")
        guarded = program.kind == PLAIN and program.binary.header()[0]
        if os.path.exists(end):
            os.remove(end)
        if guarded:
            variables.update(LD_PRELOAD=self.tools.guard, RUNPROOF_END=end, RUNPROOF_SKIP=skipped)
        variables.update(more or {})
        ended = run(program.command, program.folder, variables, self._limit(test))
        outcome, message = self._judged(program, ended)
        if outcome == PASSED and guarded and "WILL_FAIL" not in program.properties:
            problem = self._how_it_ended(program, ended, end)
            if problem:
                outcome, message = ERRORED, problem
        return outcome, message, ended

    @staticmethod
    def _judged(program, ended):
        properties = program.properties
        if ended.timed_out:
            return TIMED_OUT, ""
        if "SKIP_RETURN_CODE" in properties and ended.code == int(properties["SKIP_RETURN_CODE"]):
            return SKIPPED, "exit code %d" % ended.code
        good = ended.code == 0
        if properties.get("PASS_REGULAR_EXPRESSION"):
            good = any(_search(one, ended.output) for one in _list(properties["PASS_REGULAR_EXPRESSION"]))
        elif _is_on(properties.get("WILL_FAIL")):
            good = ended.code > 0
        if any(_search(one, ended.output) for one in _list(properties.get("FAIL_REGULAR_EXPRESSION", []))):
            good = False
        said = re.search(r"(?m)^\s*not ok\b(?!.*#\s*(?:TODO|SKIP)).*", ended.output)
        if good and not said:
            return PASSED, ""
        return FAILED, said.group(0).strip() if said else ending(ended.code)

    def _how_it_ended(self, program, ended, end):
        """What is wrong with a program that ended with 0 although its main did not say so; empty where nothing is."""
        brought = program.binary.replaces_endings()
        if brought:
            return "the program brings its own %s" % brought[0]
        try:
            with open(end, errors="replace") as file:
                notes = [line.split(" ", 4) for line in file.read().splitlines()]
        except OSError:
            return "the program ended before its main did"
        notes = [note for note in notes if len(note) == 5 and note[0] == str(ended.pid)]
        if not notes or notes[0][2] != "0" or any(note[2] != "0" for note in notes):
            return "the program ended before its main did" if not notes else "the program ended with another code than its main did"
        if notes[0][1] == "exit":
            module, offset = notes[0][4], int(notes[0][3], 16)
            if module.startswith(("/usr/", "/lib")):
                return ""
            binary = Binary(module if module.startswith("/") else program.path)
            dynamic, first = binary.header()
            place = offset + (first if first else 0) - 1
            source = binary.lines([place]).get(place)
            name = inside(source[0], self.root) if source else None
            if name is None or not (is_test(name) or source[0] == program.main()[1]):
                return "the code under test ended the program"
        return ""

    # Programs of a framework.

    def _run_cases(self, program, cases, order):
        framework = FRAMEWORKS[program.kind]
        seed = order.randrange(1, 99999) if order else 0
        found, left = {}, None
        if cases is None:
            ended = self._batch(program, framework, None, seed, found)
            if ended.code in (0, 1) and found and not ended.timed_out or (found and program.kind != "googletest" and ended.code >= 0 and not ended.timed_out):
                self._taken[program.name] = ended.seconds
            else:
                left = [name for name in self.listed(program) if name not in found]
                self._one_by_one(program, framework, left, framework.begun(ended.output), ended.timed_out, found)
        else:
            for start in range(0, len(cases), MOST_CASES):
                part = cases[start:start + MOST_CASES]
                ended = self._batch(program, framework, part, 0, found)
                left = [name for name in part if name not in found]
                if left and not self._has_failed(found) and not (self.fail_fast and ended.code == 1):
                    self._one_by_one(program, framework, left, framework.begun(ended.output), ended.timed_out, found)
                if self._has_failed(found):
                    break
        self.results += [self._result(program, case, output) for case, output in found.values()]

    def _has_failed(self, found):
        return self.fail_fast and (any(case.outcome == FAILED for case, _ in found.values()) or sum(case.outcome == TIMED_OUT for case, _ in found.values()) > 1)

    def listed(self, program):
        framework = FRAMEWORKS[program.kind]
        ended = run(program.command[:1] + framework.listing(), program.folder, dict(_environment(), **program.variables), 60)
        return list(dict.fromkeys(framework.listed(ended.output)))

    def _batch(self, program, framework, cases, seed, found, limit=None, variables=None):
        """Runs cases in one process; ``found`` gets what its report says of them."""
        report = os.path.join(self.scratch, "cases.xml")
        for path in (report,):
            if os.path.exists(path):
                os.remove(path)
        words = framework.command(cases, report, seed, os.path.join(self.scratch, "chosen")) + (framework.fail_fast if self.fail_fast else [])
        limit = limit or max(self.test_seconds, 2 + 10 * self._taken[program.name] if program.name in self._taken else self.suite_seconds / 2)
        ended = run(program.command[:1] + words, program.folder, dict(_environment(), **dict(program.variables, **(variables or {}))), limit)
        try:
            with open(report, "rb") as file:
                data = file.read()
        except OSError:
            data = b""
        for case in framework.read(data):
            known = found.get(case.name)
            if case.outcome != ERRORED and (known is None or known[0].outcome in (PASSED, SKIPPED)):
                found[case.name] = (case, ended.output)
        return ended

    def _one_by_one(self, program, framework, left, culprit, hangs, found):
        """What a process that died or was cut has not told: the one it died in alone, the others together; after some rounds each alone."""
        left = [name for name in left if name not in found]
        for turn in range(ROUNDS if not hangs else 0):
            if not left or self._has_failed(found):
                return
            first = culprit if culprit in left else left[0]
            self._alone(program, framework, first, found)
            left = [name for name in left if name not in found]
            if left and not self._has_failed(found):
                ended = self._batch(program, framework, left, 0, found)
                culprit, hangs = framework.begun(ended.output), ended.timed_out
                left = [name for name in left if name not in found]
                if hangs:
                    break
        for name in left:
            if self._has_failed(found):
                return
            self._alone(program, framework, name, found)

    def _alone(self, program, framework, name, found):
        one = {}
        ended = self._batch(program, framework, [name], 0, one, limit=self._limit("%s::%s" % (program.name, name)))
        if name in one and one[name][0].outcome == FAILED:
            found[name] = one[name]
            return
        outcome, message = (PASSED, "") if name in one and ended.code == 0 else (TIMED_OUT, "") if ended.timed_out else \
            (FAILED, ending(ended.code)) if ended.code != 0 else (ERRORED, "the program ended before the test did")
        from frameworks import Case, Failure
        path = one[name][0].path if name in one else None
        found[name] = one[name] if outcome == PASSED else (Case(name, outcome, ended.seconds, path, [Failure(message)] if message else []), ended.output)

    def _result(self, program, case, output):
        message = " ".join(case.failures[0].text.split())[:500] if case.failures else ""
        details = "\n".join(failure.text for failure in case.failures) or (output[-2000:] if case.outcome != PASSED else "")
        result = Result("%s::%s" % (program.name, case.name), case.outcome, case.seconds, message, details, self._file(program, case))
        result.failures, result.output = case.failures, output if case.outcome != PASSED else ""
        return result

    def _file(self, program, case):
        for folder in ("", self.root, program.folder, os.path.dirname(program.path)):
            path = os.path.normpath(os.path.join(folder, case.path or "-"))
            if inside(path, self.root) and os.path.isfile(path):
                return inside(path, self.root)
        if self._sources is None:
            self._sources = _test_heads(self.root)
        suite, _, name = re.sub(r"/\w+(?=\.)|/\w+$", "", case.name).rpartition(".")
        return self._sources.get((suite.split("/")[-1], name)) or self._sources.get(case.name)

    def _limit(self, test):
        return max(self._limits.get(test, 0), 2) if test in self._limits else self.test_seconds


def ending(code):
    if code >= 0:
        return "exit code %d" % code
    try:
        return "ended by %s" % signal.Signals(-code).name
    except ValueError:
        return "ended by signal %d" % -code


def _distinct(programs):
    """A program of a framework once, whatever CTest runs it for; others as often as they are called differently."""
    found, seen = [], set()
    for program in programs:
        if program.kind in FRAMEWORKS:
            program.name = program.target or program.name
            program.command = program.command[:1]
        if program.name not in seen:
            seen.add(program.name)
            found.append(program)
    return found


def _test_heads(root):
    found = {}
    for folder, inner, names in os.walk(root):
        inner[:] = [one for one in inner if one != ".git"]
        for name in names:
            path = os.path.join(folder, name)
            if name.endswith((".cc", ".cpp", ".cxx", ".h", ".hpp")) and is_test(path[len(root) + 1:]) and os.path.getsize(path) < 4 << 20:
                with open(path, errors="replace") as file:
                    text = file.read()
                for suite, test in re.findall(r"\b(?:TYPED_)?TEST(?:_[FP])?\s*\(\s*(\w+)\s*,\s*(\w+)\s*\)", text):
                    found.setdefault((suite, test), path[len(root) + 1:])
                for title in re.findall(r"\b\w*(?:TEST_CASE|SCENARIO)\w*\s*\(\s*(?:\w+\s*,\s*)?\"((?:[^\"\\]|\\.)*)\"", text):
                    found.setdefault(title, path[len(root) + 1:])
    return found


def _environment():
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RUNPROOF_", "CCACHE_", "GTEST_"))}
    return kept


def _load(path):
    try:
        with open(path) as file:
            return json.load(file)
    except (OSError, ValueError):
        return {}


def _list(value):
    return value if isinstance(value, list) else str(value).split(";")


def _search(pattern, text):
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return pattern in text


def _is_on(value):
    return str(value).lower() in ("1", "on", "true", "yes")
