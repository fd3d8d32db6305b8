"""A process that has the framework, the tests and the package loaded, and is forked for each bug.

Requests on stdin, a line ``NONCE LENGTH`` and LENGTH bytes of JSON; answers on stdout, in the form of the wrapper of a plain run, ended
by the nonce. A request has: ``file`` (path of the file to change, or null), ``start``, ``end``, ``replacement`` (bytes of it to replace, and by what),
``select`` (lines as in RUNPROOF_SELECT, or null for all tests), ``seconds`` (limit of the run), ``variables`` (RUNPROOF_ ones, without the prefix).

What runs is alone: an own process namespace, whose end kills all that it left, and an own layer of memory over every writable folder. It
still shares open files and the view of /proc with this process; of namespaces it can make no more. So an answer is good for a first look and no verdict; an answer
without a report says that a plain run must tell.
"""

import ctypes
import gc
import json
import os
import select
import signal
import sys

import runproof_common as common
import runproof_swap

_NEW_NAMESPACES = 0x00020000 | 0x20000000 | 0x10000000 | 0x08000000  # mount, process, user, ipc
_SET_DUMPABLE, _CAPABILITY_VERSION = 4, 0x20080522
_SET_SECCOMP, _MODE_FILTER = 22, 2
_COLD = 71
_LAYERED = ("/testbed", "/opt/env", "/home/runner", "/tmp", "/var/tmp", "/dev/shm")
_SCRATCH = "/runproof/exchange"
_fork, _exit, _wait, _write, _open = os.fork, os._exit, os.waitpid, os.write, open
_libc = ctypes.CDLL(None, use_errno=True)


def _checked(result, what):
    if result != 0:
        error = ctypes.get_errno()
        raise OSError(error, "%s: %s" % (what, os.strerror(error)))


def _mount(source, target, kind, options):
    _checked(_libc.mount(source.encode(), target.encode(), kind.encode(), 0, options.encode()), "mount " + target)


class Server:
    """Made before the framework starts, so that its captures never see the channels."""

    def __init__(self, root):
        self.root = root
        self.requests, self.replies = (os.dup(number) for number in (0, 1))
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        os.dup2(null, 1)
        os.close(null)
        self.dumpable(False)  # a test must not open the channels by way of /proc

    def serve(self):
        """Answers requests; returns only in a forked process, which is to run the tests that it was asked to."""
        gc.collect()
        functions = runproof_swap.Functions(self.root)
        gc.freeze()
        while True:
            nonce, request = self._read()
            try:
                change = self._change(request)
                plan = functions.plan(*change) if change else []
            except (runproof_swap.Refused, SyntaxError, ValueError, OSError, RecursionError, MemoryError):
                pass
            else:
                child = _fork()
                if child == 0:
                    self._isolate(request["seconds"])
                    self._become(request, change, plan)
                    return
                _wait(child, 0)
            self.say(nonce)

    @staticmethod
    def dumpable(value):
        _libc.prctl(_SET_DUMPABLE, int(value), 0, 0, 0)

    def say(self, data):
        data = memoryview(data if isinstance(data, bytes) else data.encode("utf-8"))
        while data:
            data = data[_write(self.replies, data) :]

    def _read(self):
        line = b""
        while not line.endswith(b"\n"):
            line += self._bytes(1)
        nonce, length = line.split()
        return nonce, json.loads(self._bytes(int(length)))

    def _bytes(self, length):
        found = b""
        while len(found) < length:
            part = os.read(self.requests, length - len(found))
            if not part:
                _exit(0)
            found += part
        return found

    def _change(self, request):
        """The path and new content of the file to change."""
        if request["file"] is None:
            return None
        path = os.path.join(self.root, request["file"])
        with _open(path, "rb") as file:
            old = file.read()
        return path, old[: request["start"]] + request["replacement"].encode("utf-8") + old[request["end"] :]

    def _isolate(self, seconds):
        """Returns in the process that runs the tests, third of its line: the first waits with a limit, the second is process 1 of the namespace."""
        try:
            self._enter_namespaces()
            end, alive = os.pipe()
            init = _fork()
            if init != 0:
                os.close(alive)
                if not select.select([end], [], [], seconds)[0]:
                    os.kill(init, signal.SIGKILL)
                _wait(init, 0)
                _exit(0)
            os.close(end)
            self._mount_layers()
            worker = _fork()
            if worker != 0:
                done, status = _wait(-1, 0)
                while done != worker:
                    done, status = _wait(-1, 0)
                self._answer(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
                _exit(0)
            os.close(alive)
            self._drop_capabilities()
        except BaseException:  # noqa: B902 - whatever it is, a plain run will tell
            _exit(_COLD)

    def _enter_namespaces(self):
        user, group = os.getuid(), os.getgid()
        _checked(_libc.unshare(_NEW_NAMESPACES), "unshare")
        self.dumpable(True)
        for name, text in (("setgroups", "deny"), ("uid_map", "%d %d 1" % (user, user)), ("gid_map", "%d %d 1" % (group, group))):
            with _open("/proc/self/" + name, "w") as file:
                file.write(text)
        self.dumpable(False)

    @staticmethod
    def _mount_layers():
        folder = os.getcwd()
        space = os.statvfs("/tmp")
        _mount("runproof", _SCRATCH, "tmpfs", "size=%d" % (space.f_blocks * space.f_frsize))
        for number, place in enumerate(_LAYERED):
            upper, work = "%s/.upper%d" % (_SCRATCH, number), "%s/.work%d" % (_SCRATCH, number)
            os.mkdir(upper)
            os.mkdir(work)
            _mount("overlay", place, "overlay", "userxattr,lowerdir=%s,upperdir=%s,workdir=%s" % (place, upper, work))
        os.chdir(folder)

    def _drop_capabilities(self):
        header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
        _checked(_libc.capset(header, (ctypes.c_uint32 * 6)()), "capset")
        os.close(self.requests)
        os.close(self.replies)
        self._filter_calls()
        self.dumpable(True)

    @staticmethod
    def _filter_calls():
        """The filter of a plain run (SystemCallFilter), which this process has not, since it makes namespaces."""
        program = bytes.fromhex(common.variable("FILTER") or "")
        if program:
            where = ctypes.create_string_buffer(program)
            filter = (ctypes.c_uint64 * 2)(len(program) // 8, ctypes.addressof(where))  # struct sock_fprog
            _checked(_libc.prctl(_SET_SECCOMP, _MODE_FILTER, filter, 0, 0), "seccomp")

    def _answer(self, code):
        try:
            with _open(common.path("REPORT"), "rb") as file:
                report = file.read()
        except OSError:
            return
        self.say(report + b"\nend %d report=%d\n" % (code, len(report)))

    @staticmethod
    def _become(request, change, plan):
        if change:
            with _open(change[0], "wb") as file:
                file.write(change[1])
        common.take_over(request["variables"], request["select"])
        runproof_swap.swap(plan)


def server(root):
    """The server where the environment asks for one."""
    return Server(root) if common.variable("WARM") else None
