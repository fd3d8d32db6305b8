"""Runs a command with a limit and leaves nothing behind: what a test started ends before its result is read."""

import ctypes
import os
import signal
import subprocess
import tempfile
import time

SHOWN = 64 * 1024
_PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans():
    """Processes that outlive their parents become ours, so that they can be ended."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


class Ended:
    """``code``: exit code, negative for a signal; ``timed_out``; ``output``: head and tail of what was printed; ``seconds``; ``pid``."""

    def __init__(self, code, timed_out, output, seconds, pid):
        self.code, self.timed_out, self.output, self.seconds, self.pid = code, timed_out, output, seconds, pid


def run(command, folder, variables, limit):
    began = time.monotonic()
    with tempfile.TemporaryFile() as printed:
        try:
            process = subprocess.Popen(command, cwd=folder, env=variables, stdin=subprocess.DEVNULL, stdout=printed, stderr=subprocess.STDOUT, start_new_session=True)
        except OSError as error:
            return Ended(127, False, str(error), 0, 0)
        timed_out = False
        try:
            process.wait(max(0.1, limit))
        except subprocess.TimeoutExpired:
            timed_out = True
        seconds = time.monotonic() - began
        _end_all(process)
        return Ended(process.returncode, timed_out, _shown(printed), seconds, process.pid)


def _end_all(process):
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    process.wait()
    for _ in range(50):
        left = _children()
        if not left:
            return
        for child in left:
            try:
                os.kill(child, signal.SIGKILL)
            except ProcessLookupError:
                pass
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.002)


def _children():
    try:
        with open("/proc/self/task/%d/children" % os.getpid()) as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        return []


def _shown(printed):
    size = printed.seek(0, os.SEEK_END)
    printed.seek(0)
    data = printed.read(SHOWN)
    if size > 2 * SHOWN:
        printed.seek(size - SHOWN)
        data += b"\n...\n" + printed.read(SHOWN)
    else:
        data += printed.read(SHOWN)
    return data.decode("utf-8", "replace")
