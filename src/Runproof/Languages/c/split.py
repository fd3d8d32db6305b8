"""The test functions of a plain test program, so that each can be run without the others.

What main calls, or hands to something like RUN_TEST, and a test file defines. The others are made to return at once when the program starts
(guard.c), so main still sets up, counts, and ends as it does.
"""

import json
import os
import re

from toolchain import inside, is_test

MOST = 400
_DEFINITION = re.compile(r"(?m)^(?:\w+[ \t*\n]+)+(\w+)[ \t]*\(([^(){};]*)\)\s*\{")
_RUNNER = re.compile(r"\b\w*(?:RUN|run|Run|ADD|add|unit)_?\w*(?:TEST|test|Test|CASE|case)\w*\s*\(([^()]*)")
_WORD = re.compile(r"[A-Za-z_]\w*")
_LIKE_TEST = re.compile(r"(?i)test|check|suite|spec|case|should|verify")
_COMMENT = re.compile(r"//[^\n]*|/\*[\s\S]*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'")


class Split:
    """``functions``: name → distance from main; ``value``: what those that are left out return; ``files``: name → file."""

    def __init__(self, functions, value, files):
        self.functions, self.value, self.files = functions, value, files

    def leaving_out_others(self, name):
        return " ".join([str(self.value)] + [str(distance) for other, distance in self.functions.items() if other != name])


def candidates(program, root):
    """Test functions by name: their distance from main and their file; empty where there are none."""
    main, path = program.main()
    if main is None or not inside(path, root):
        return {}
    symbols = {}
    for name, address, _ in program.binary.symbols():
        symbols.setdefault(name, []).append(address)
    lines = program.binary.lines(address for places in symbols.values() for address in places)
    lines = {address: inside(file, root) for address, (file, _) in lines.items() if inside(file, root) and is_test(inside(file, root))}
    text = _COMMENT.sub(" ", "\n".join(_read(os.path.join(root, name)) for name in sorted(set(lines.values()))))
    # A macro may stand between: START(name). So what is defined is what the binary says is defined in a test file.
    bodies = {match.group(1): _body(text, match.end() - 1) for match in _DEFINITION.finditer(text)}
    parameters = {match.group(1): match.group(2).strip() for match in _DEFINITION.finditer(text)}
    known = {name for name in set(_WORD.findall(text)) if name in symbols and name != "main"}
    handed = {word for match in _RUNNER.finditer(text) for word in _WORD.findall(match.group(1)) if word in known}
    chosen = handed if len(handed) > 1 else _called(bodies.get("main", ""), known, parameters)
    if len(chosen) < 2:
        inner = "".join(bodies.get(name, "") for name in set(_WORD.findall(bodies.get("main", ""))) & set(bodies) if parameters.get(name) in ("", "void"))
        chosen = _called(inner, known, parameters)
    if len(chosen) < 2:
        outside = text
        for body in bodies.values():
            outside = outside.replace(body, " ")
        chosen = {word for word in _WORD.findall(" ".join(re.findall(r"\[\s*\w*\s*\]\s*=\s*\{([\s\S]*?)\}\s*;", outside))) if word in known}
    found = {}
    for name in sorted(chosen):
        places = [address for address in symbols[name] if address in lines]
        if len(places) == 1:
            found[name] = (places[0] - main, lines[places[0]])
    return found if 2 <= len(found) <= MOST else {}


def _called(body, known, parameters):
    """Functions without parameters that a body calls and whose names say that they are tests, and any that it hands on."""
    calls = {name for name in re.findall(r"\b([A-Za-z_]\w*)\s*\(\s*\)", body) if name in known and _LIKE_TEST.search(name) and parameters.get(name, "") in ("", "void")}
    handed = {name for name in re.findall(r"[(,]\s*&?([A-Za-z_]\w*)\s*[,)]", body) if name in known and name in parameters and _LIKE_TEST.search(name)}
    return calls | handed


def _body(text, start):
    depth = 0
    for place in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return text[start:place + 1]
    return text[start:]


def _read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(4 << 20)
    except OSError:
        return ""


class Splits:
    """Known splits of programs, kept with the build: the ids of tests must be those of the baseline, whatever a bug does to a program."""

    def __init__(self, home, root):
        self.path, self.root, self.known, self._changed = os.path.join(home, "splits.json"), root, {}, False
        try:
            with open(self.path) as file:
                self.known = json.load(file)
        except (OSError, ValueError):
            pass

    def of(self, program, runs):
        """``runs``: whether the program passes with this text for RUNPROOF_SKIP."""
        found = candidates(program, self.root)
        if not found:
            return None
        distances = {name: distance for name, (distance, _) in found.items()}
        kept = self.known.get(program.name)
        if kept is None or kept["functions"] != sorted(found):
            everything = " ".join(str(distance) for distance in distances.values())
            value = next((value for value in (0, 1) if runs("%d %s" % (value, everything))), None)
            kept = self.known[program.name] = {"functions": sorted(found), "value": value}
            self._changed = True
        return None if kept["value"] is None else Split(distances, kept["value"], {name: file for name, (_, file) in found.items()})

    def save(self):
        if self._changed:
            with open(self.path, "w") as file:
                json.dump(self.known, file)
