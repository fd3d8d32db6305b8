"""Runs one test as a process of its own, and tells how it ended."""
import os
import re
import signal
import subprocess
import tempfile
import time

MOST_OUTPUT = 64 << 10

# What the test program says when a test has returned: a process that merely ends with 0 does not.
PASSED = re.compile(r"\ntest result: ok\. 1 passed; 0 failed; 0 ignored; 0 measured; \d+ filtered out; finished in [\d.]+s\s*\Z")
PANIC = re.compile(r"^(?:thread '[^\n]*' (?:\(\d+\) )?)panicked at ([^\n:]+):(\d+):\d+:\n(.*?)(?=\nnote: run with|\n\n\nfailures:|\nstack backtrace:|\n(?=thread ')|\Z)", re.S | re.M)
OVERFLOW = re.compile(r"has overflowed its stack")


class Outcome:
    """How a test ended: "passed", "failed", "errored", "skipped" or "timed out"."""

    def __init__(self, test, kind, seconds=0.0, message="", output=""):
        self.test, self.kind, self.seconds, self.message, self.output = test, kind, seconds, message, output


def run(test, variables, seconds):
    if test.ignored:
        return Outcome(test, "skipped")
    started = time.monotonic()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            [test.program, "--exact", test.name, "--test-threads=1"], cwd=test.target.folder, env=variables, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            code = process.wait(seconds or None)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            # What it started goes with it, whether it ended by itself or not.
            kill_session(process)
        text = read(output)
    return judged(test, code, time.monotonic() - started, text)


def judged(test, code, seconds, text):
    if code is None:
        return Outcome(test, "timed out", seconds, "runproof: time limit", text)
    if code == 0:
        return Outcome(test, "passed", seconds) if PASSED.search(text) else Outcome(test, "errored", seconds, "the process ended before the test did", text)
    panics = list(PANIC.finditer(text))
    if panics and code == 101:
        return Outcome(test, "failed", seconds, panics[-1].group(3).strip() or "panicked", text)
    if code == 101:
        return Outcome(test, "failed", seconds, own_words(text), text)
    if code < 0:
        name = "stack overflow" if OVERFLOW.search(text) else signal.Signals(-code).name
        return Outcome(test, "failed", seconds, panics[-1].group(3).strip() if panics else f"the process died: {name}", text)
    return Outcome(test, "errored", seconds, f"the process ended with {code}", text)


def own_words(text):
    """Of a test that returned an error, or did not panic although it should."""
    lines = [line for line in text.splitlines() if line.startswith(("Error: ", "note: test did not panic", "note: panic did not contain"))]
    return lines[0] if lines else "the test failed"


def read(output):
    output.seek(0, os.SEEK_END)
    size = output.tell()
    output.seek(max(0, size - MOST_OUTPUT))
    return output.read().decode("utf-8", "replace")


def kill_session(process):
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    process.wait()


def end_all_others():
    """Kills what tests left running: nothing writes after that but this process."""
    kept = {os.getpid()}
    parent = os.getpid()
    while parent > 1:
        with open(f"/proc/{parent}/stat", "rb") as stat:
            parent = int(stat.read().rpartition(b")")[2].split()[1])
        kept.add(parent)
    for _ in range(100):
        others = [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) not in kept and int(name) != 1 and is_alive(name)]
        if not others:
            return
        for pid in others:
            try:
                os.kill(pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                pass
        time.sleep(0.002)


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat", "rb") as stat:
            return stat.read().rpartition(b")")[2].split()[0] not in (b"Z", b"X")
    except OSError:
        return False
