"""What the runners for pytest and unittest share: the environment contract, the path, selection, order, time limits.

Variables: RUNPROOF_REPORT (JUnit XML to write), RUNPROOF_SELECT (file of tests to run, in order, each a line ``SECONDS ID`` with its
limit), RUNPROOF_SHUFFLE (seed), RUNPROOF_FAIL_FAST, RUNPROOF_TEST_SECONDS (limit of each test without one of its own), RUNPROOF_REACH
(JSON lines to write), RUNPROOF_BEHAVIOUR (JSON lines to write), RUNPROOF_SOURCE_ROOTS (folders to import the repository from),
RUNPROOF_WARM (answer requests, see runproof_warm), RUNPROOF_FILTER (of system calls, for what a
warm process runs). They are read once, before the repository is imported.

Time limits work by SIGALRM in the main thread. They do not stop a test that blocks that signal, takes over its handler, or sits
in C code that never returns to the interpreter; the limit of the whole run must.
"""

import os
import random
import re
import signal
import sys
import threading
import time

TIME_LIMIT = "runproof: time limit"
# A run that stops at the first failure also stops at this many tests cut by their limit: the others most likely hang as well.
TIMEOUTS_TO_STOP = 2
STRAY_CHILD = 70
_open, _getpid, _exit, _now, _cpu = open, os.getpid, os._exit, time.monotonic, time.process_time
_setitimer, _getitimer = getattr(signal, "setitimer", None), getattr(signal, "getitimer", None)
_signal, _getsignal = signal.signal, signal.getsignal
_thread, _main_thread = threading.get_ident, threading.get_ident()
_ALARM = getattr(signal, "SIGALRM", None)
_FRAMEWORK = re.compile(r"[/\\](_pytest|pluggy|unittest)[/\\]|[/\\]contextlib\.py$|[/\\]runproof_\w+\.py$")
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_pid = os.getpid()
_start = os.getcwd()
_variables = {name[9:]: value for name, value in os.environ.items() if name.startswith("RUNPROOF_") and value}
# What judges. Other packages that were imported on the way are forgotten again where the repository brings its own.
_JUDGES = {"pytest", "_pytest", "pluggy", "coverage", "py", "runproof_common"}
_selection = None


def variable(name):
    return _variables.get(name)


def path(name):
    """An absolute path, for tests change the folder."""
    value = variable(name)
    return os.path.join(_start, value) if value else None


def take_over(variables, selection):
    """This process, a forked one, is the one that runs tests from now on: with further variables and the lines of a selection."""
    global _pid, _selection
    _pid, _selection = _getpid(), selection
    _variables.update(variables)


def is_main_process():
    return _getpid() == _pid


def end_stray_child():
    """A child that a test forked and that ran on past the end of the test: it must not run the others, nor report."""
    if _getpid() != _pid:
        _exit(STRAY_CHILD)


def leave(code):
    """Ends the process now: threads that a test left running and exit handlers cannot hold up a run that is reported."""
    end_stray_child()
    for stream in (sys.__stdout__, sys.__stderr__):
        try:
            stream.flush()
        except Exception:
            pass
    _exit(code)


def open_repository(root, others=()):
    """Makes the repository importable here and in the processes that tests start."""
    roots = [place for place in (variable("SOURCE_ROOTS") or "").split(os.pathsep) if place]
    places = roots + ([root] if root not in roots else [])
    for name in [name for name in sys.modules if _is_repositorys(name.partition(".")[0], places)]:
        del sys.modules[name]
    sys.path[:0] = places + [place for place in others if place not in places]
    inherited = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(places + ([inherited] if inherited else []))


def _is_repositorys(name, places):
    """A package that pytest or coverage use and that is what this repository is about, such as attrs or packaging."""
    origin = getattr(sys.modules.get(name), "__file__", None) or ""
    if name in _JUDGES or not re.search(r"[/\\](site|dist)-packages[/\\]|^/opt/env/", origin):
        return False
    return any(os.path.isfile(os.path.join(place, *end)) for place in places for end in ((name + ".py",), (name, "__init__.py")))


def legal(text):
    """As pytest writes characters that XML 1.0 has no place for."""
    return _ILLEGAL.sub(lambda match: ("#x%02X" if ord(match.group()) <= 0xFF else "#x%04X") % ord(match.group()), text)


def _lines_of_selection():
    name = path("SELECT")
    if _selection is not None or name is None:
        return _selection
    with _open(name, encoding="utf-8") as lines:
        return lines.read().split("\n")


def _selected():
    """Test id → its limit in seconds, in order; None where all tests are to run."""
    lines = _lines_of_selection()
    return None if lines is None else {line.partition(" ")[2]: float(line.partition(" ")[0]) for line in lines if line}


def arranged(tests, id_of, groups_of):
    """Selection and shuffling: the tests to run in their order, and those to leave out."""
    left_out = []
    selected = _selected()
    if selected is not None:
        places = {test: place for place, test in enumerate(selected)}
        chosen, tests = tests, []
        for test in chosen:
            place = places.get(id_of(test), places.get(legal(id_of(test))))
            (left_out if place is None else tests).append((place, test))
        tests = [test for _, test in sorted(tests, key=lambda pair: pair[0])]
    seed = variable("SHUFFLE")
    if seed is not None:
        tests = _shuffled([(tuple(groups_of(test)), test) for test in tests], 0, random.Random(int(seed)))
    return tests, [test for _, test in left_out]


def _shuffled(pairs, depth, rng):
    """Another order: files, then the classes and tests within each, groups kept together."""
    blocks = {}
    for number, pair in enumerate(pairs):
        blocks.setdefault(pair[0][depth] if depth < len(pair[0]) else number, []).append(pair)
    keys = list(blocks)
    rng.shuffle(keys)
    result = []
    for key in keys:
        result.extend([pair[1] for pair in blocks[key]] if isinstance(key, int) else _shuffled(blocks[key], depth + 1, rng))
    return result


class RunproofTimeout(BaseException):
    """Not an Exception: code under test that catches those does not swallow it."""


class TimeLimit:
    """A wall limit per test. Raises in the main thread, every second again, only while one of the given code objects runs.

    Those are the functions whose errors the framework books on the test; anywhere else an error would end the session. From
    the fourth time on it strikes so fast, in the test's own code, that it hits the very handler that swallows it.

    Where the first failure ends the run, a test that does nothing but compute is cut earlier: screening meets many endless loops.
    """

    def __init__(self, codes):
        self.fail_fast, self.common = variable("FAIL_FAST") is not None, float(variable("TEST_SECONDS") or 0)
        self.own = _selected() or {}
        self.seconds = self.busy_seconds = 0
        self.codes = frozenset(codes)
        self.expired, self.running, self.hits, self.end, self.begun, self.previous = False, False, 0, 0.0, 0.0, None
        self.timeouts = 0
        self.message = TIME_LIMIT

    def start(self, test=None):
        """The budget of a test, or of its tear-down when the test has spent it: fixtures of later tests need that too."""
        if test is not None and _setitimer:
            self.seconds = self.own.get(test, self.common)
            self.busy_seconds = self.seconds / 2 - 0.5 if self.fail_fast and self.seconds >= 2 else self.seconds
            self.message = "%s of %g s" % (TIME_LIMIT, self.seconds)
        self.expired, self.hits, self.end, self.begun = False, 0, _now() + self.seconds, _cpu()
        if self.seconds:
            if not self.running:
                self.previous, self.running = _getsignal(_ALARM), True
            _signal(_ALARM, self._strike)
            _setitimer(signal.ITIMER_REAL, self.busy_seconds, 1.0)

    def go_on(self):
        """Between the parts of a test: the code may have switched the timer off. Its own handler is left in place."""
        if self.seconds and self.running and _getsignal(_ALARM) == self._strike and not _getitimer(signal.ITIMER_REAL)[0]:
            _setitimer(signal.ITIMER_REAL, max(self.end - _now(), 0.001), 1.0)

    def stop(self):
        if self.seconds and self.running:
            self.running = False
            _setitimer(signal.ITIMER_REAL, 0)
            if _getsignal(_ALARM) == self._strike:
                _signal(_ALARM, signal.SIG_DFL if self.previous is None else self.previous)

    def _strike(self, number, frame):
        if not self.expired and _now() < self.end - 0.01 and _cpu() - self.begun < 0.8 * self.busy_seconds:
            _setitimer(signal.ITIMER_REAL, self.end - _now(), 1.0)  # it waits: for something that may yet come
            return
        struck = frame
        while frame is not None and frame.f_code not in self.codes:
            frame = frame.f_back
        if frame is None or not self.running:
            if self.hits > 2:
                _setitimer(signal.ITIMER_REAL, 1.0, 1.0)
            return
        self.timeouts += not self.expired
        self.expired = True
        self.hits += 1
        if self.hits > 3:
            if _FRAMEWORK.search(struck.f_code.co_filename):
                return  # it is cleaning up already
            _setitimer(signal.ITIMER_REAL, 0.0001, 0.0001)
        raise RunproofTimeout(self.message)


def briefly(seconds, function, *arguments):
    """Calls a function that may never return; what it is cut with is an exception as any other to the caller."""
    if not _setitimer or _thread() != _main_thread or _getsignal(_ALARM) is None:
        return function(*arguments)
    begun, active = _now(), [True]

    def strike(number, frame):
        if active:
            raise RunproofTimeout("cut")

    handler = _signal(_ALARM, strike)
    left, interval = _setitimer(signal.ITIMER_REAL, seconds, 0.2)
    try:
        return function(*arguments)
    finally:
        active.clear()
        _setitimer(signal.ITIMER_REAL, 0)
        _signal(_ALARM, handler)
        if left:
            _setitimer(signal.ITIMER_REAL, max(left - (_now() - begun), 0.001), interval)
