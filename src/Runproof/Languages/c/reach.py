"""Which tests reach which lines: each test in a process of its own, in a build whose every basic block tells that it runs (trace.c)."""

import json
import os
import re
import shutil
import time

from frameworks import FRAMEWORKS
from toolchain import Binary, inside

SHARE = 0.6
CHUNKS = 24
_SET = re.compile(rb"[^\0]")


def measure(runner, path):
    began, limit = time.monotonic(), runner.suite_seconds
    runner.fail_fast = False
    folder = os.path.join(runner.scratch, "trace")
    variables = {"RUNPROOF_TRACE": folder}
    ran = []
    for program in runner.programs:
        if not program.is_built():
            continue
        if program.kind not in FRAMEWORKS:
            split = runner.split(program)
            for name in sorted(split.functions) if split else [None]:
                _empty(folder)
                ran.append(([runner.run_plain(program, split if name else None, name, variables).test], _blocks(folder)))
            continue
        left, size = runner.listed(program), 1
        while left:
            # When time runs out, several tests are measured as one.
            if time.monotonic() - began > SHARE * limit and size == 1:
                size = max(1, len(left) // CHUNKS)
            part, left = left[:size], left[size:]
            _empty(folder)
            found = {}
            runner._batch(program, FRAMEWORKS[program.kind], part, 0, found, runner.suite_seconds, variables)
            ran.append((["%s::%s" % (program.name, name) for name in part], _blocks(folder)))
    _write(path, ran, runner.root)


def _empty(folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)


def _blocks(folder):
    """Module → offsets of the blocks that ran."""
    found = {}
    for name in os.listdir(folder):
        offsets = set()
        with open(os.path.join(folder, name), "rb") as file:
            size, place = file.seek(0, os.SEEK_END), 0
            while place < size:
                try:
                    place = os.lseek(file.fileno(), place, os.SEEK_DATA)
                    end = os.lseek(file.fileno(), place, os.SEEK_HOLE)
                except OSError:
                    break
                data = os.pread(file.fileno(), end - place, place)
                for match in _SET.finditer(data):
                    byte, first = data[match.start()], (place + match.start()) * 8
                    offsets.update(first + bit for bit in range(8) if byte >> bit & 1)
                place = end
        found[name.replace("\\", "/")] = offsets
    return found


def _write(path, ran, root):
    lines = {}
    for module in {module for _, blocks in ran for module in blocks}:
        binary = Binary(module)
        try:
            first = binary.header()[1]
        except OSError:
            continue
        offsets = set().union(*(blocks.get(module, set()) for _, blocks in ran))
        # The call that tells has the line of whatever the compiler put before it; what it returns to is the block's own first instruction.
        said = binary.lines(offset + first for offset in offsets)
        places = {offset: said.get(offset + first) for offset in offsets}
        lines[module] = {offset: (inside(place[0], root), place[1]) for offset, place in places.items() if place and inside(place[0], root)}
    with open(path, "w") as file:
        for tests, blocks in ran:
            files = {}
            for module, offsets in blocks.items():
                for offset in offsets:
                    place = lines.get(module, {}).get(offset)
                    if place:
                        files.setdefault(place[0], set()).add(place[1])
            ranges = {name: _ranges(sorted(found)) for name, found in files.items()}
            for test in tests:
                file.write(json.dumps({"test": test, "lines": ranges}) + "\n")


def _ranges(lines):
    found = []
    for line in lines:
        if found and found[-1][1] == line - 1:
            found[-1][1] = line
        else:
            found.append([line, line])
    return found
