"""Compilers that stand in for the system's, what is linked or loaded into programs, and what binaries tell of themselves."""

import os
import re
import shutil
import struct
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
NAMES = ("cc", "gcc", "clang", "c++", "g++", "clang++")
# -w: what is a warning in the correct code or in a bug must not fail the build. -O0: functions stay where the source has them, and it compiles fastest.
FLAGS = "-w -Wno-error -O0 -g1 -UNDEBUG -fno-sanitize=all -fno-lto"
TRACED = FLAGS + " -fsanitize-coverage=trace-pc"
# What a program must not bring itself: it would end tests, or let them pass, in the place of the C library.
_ENDINGS = {"exit", "_exit", "_Exit", "quick_exit", "abort", "__assert_fail", "__libc_start_main", "raise", "on_exit",
            "strcmp", "strncmp", "strcasecmp", "strncasecmp", "memcmp", "bcmp", "wcscmp", "wcsncmp", "wmemcmp", "strlen"}


class Toolchain:
    def __init__(self, home, reach):
        self.home, self.reach = home, reach
        self.bin, self.guard, self.trace = (os.path.join(home, name) for name in ("bin", "guard.so", "trace.o"))
        os.makedirs(self.bin, exist_ok=True)
        for name in NAMES:
            target = os.path.join(self.bin, name)
            if not os.path.exists(target):
                shutil.copyfile(os.path.join(HERE, "compiler.sh"), target)
                os.chmod(target, 0o755)
        _compiled(["-shared", "-fPIC", "-O1", "-w", "-fno-builtin"], "guard.c", self.guard)
        if reach:
            _compiled(["-c", "-fPIC", "-O1", "-w"], "trace.c", self.trace)

    def variables(self, **more):
        """For a build."""
        made = dict(os.environ, CCACHE_DIR=os.path.join(os.path.dirname(self.home), "ccache"), CCACHE_COMPILERCHECK="none", CCACHE_MAXSIZE="500M", LC_ALL="C",
                    PATH=self.bin + ":" + os.environ.get("PATH", "/usr/bin:/bin"), RUNPROOF_FLAGS=TRACED if self.reach else FLAGS)
        if self.reach:
            made["RUNPROOF_LINKED"] = self.trace
        made.update(more)
        return made


def _compiled(options, source, target):
    if not os.path.exists(target):
        made = "%s.%d" % (target, os.getpid())
        subprocess.run(["/usr/bin/gcc"] + options + ["-o", made, os.path.join(HERE, source)] + (["-ldl"] if "-shared" in options else []), check=True, stdin=subprocess.DEVNULL)
        os.replace(made, target)


class Binary:
    """A linked program: its functions (name → address), and the source lines of addresses."""

    def __init__(self, path):
        self.path, self._symbols = path, None

    def header(self):
        """Whether it takes a loader, and the address of its first loaded byte."""
        with open(self.path, "rb") as file:
            head = file.read(64)
            if head[:5] != b"\x7fELF\x02":
                return False, 0
            start, size, count = struct.unpack_from("<Q", head, 32)[0], *struct.unpack_from("<HH", head, 54)
            file.seek(start)
            table = file.read(size * count)
        dynamic, first = False, None
        for place in range(count):
            kind, _, offset, address = struct.unpack_from("<IIQQ", table, place * size)
            dynamic |= kind == 3
            if kind == 1 and first is None:
                first = address - offset
        return dynamic, first or 0

    def symbols(self):
        """Defined functions: (name, address, global) — a name can be there twice."""
        if self._symbols is None:
            # Not nm, which takes ten times as long to start. Assembly gives a function no type.
            text = subprocess.run(["/usr/bin/readelf", "--symbols", "--wide", "--demangle", self.path], capture_output=True, text=True, errors="replace", stdin=subprocess.DEVNULL).stdout
            found = re.findall(r"(?m)^ +\d+: ([0-9a-f]+) +\S+ (?!FILE|SECTION)\S+ +(LOCAL|GLOBAL|WEAK|UNIQUE) +\S+ +(?:\[[^]]*\] +)?\d+ (.+)$", text[text.find("Symbol table '.symtab'"):])
            self._symbols = [(re.sub(r"\(.*| *@@?.*", "", name), int(address, 16), binding != "LOCAL") for address, binding, name in found]
        return self._symbols

    def replaces_endings(self):
        return sorted(name for name, _, is_global in self.symbols() if is_global and name in _ENDINGS)

    def lines(self, addresses):
        """Address → (absolute path, line), where the debug information knows them."""
        addresses = sorted(set(addresses))
        if not addresses:
            return {}
        text = "".join("%x\n" % one for one in addresses)
        said = subprocess.run(["/usr/bin/addr2line", "-e", self.path], input=text, capture_output=True, text=True, errors="replace").stdout.splitlines()
        found = {}
        for address, line in zip(addresses, said):
            match = re.match(r"(.+):(\d+)(?: \(.*)?$", line)
            if match and not line.startswith("??") and match.group(2) != "0":
                found[address] = (os.path.normpath(match.group(1)), int(match.group(2)))
        return found


_TEST_FOLDER = re.compile(r"(?i)^(unit|functional|regression)?[-_]?(tests?|testing|specs?|t|check|checks|testsuite)([-_]\w+)?$|^\w+[-_]tests?$")
_TEST_NAME = re.compile(r"(?i)(^|[-_.])(tests?|unittests?|specs?|check)([-_.]|\d*$)|^tests?[A-Z_\d]|^\w*(?<![a-z])test$")
_CAMEL_NAME = re.compile(r"[a-z\d](Tests?|Spec)$|^(Test|Spec)[A-Z]")
_OTHERS = re.compile(r"(^|/)(third[-_]?party|vendor|external|extern|deps|extlib|googletest[^/]*|gtest|gmock|Catch2|unity|\.git)(/|$)", re.I)


def is_test(path):
    """Whether a source of the repository, by its path from the root, holds tests."""
    folders, name = os.path.split(path)
    stem = os.path.splitext(name)[0]
    if _OTHERS.search(folders + "/"):
        return False
    return any(_TEST_FOLDER.match(folder) for folder in folders.split("/")) or bool(_TEST_NAME.search(stem)) or bool(_CAMEL_NAME.search(stem)) or stem.lower().endswith(("test", "tests", "unittest"))


def inside(path, root):
    """The path from the root; None where it lies elsewhere."""
    path = os.path.normpath(path)
    return path[len(root) + 1:] if path.startswith(root + "/") else None
