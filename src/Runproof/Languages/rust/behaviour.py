"""Tells what a failing test called, what came out, and what was expected: from the message of its panic and the line of the test that it names."""
import json
import os
import re

from execution import PANIC

MOST_SETUP = 6
LONGEST = 600
EQUAL = re.compile(r"assertion `left (==|!=) right` failed(?:: (.*?))?\n  left: (.*)\n right: (.*)\Z", re.S)
HOLDS = re.compile(r"assertion failed: (.*)\Z", re.S)
UNWRAPPED = re.compile(r"called `(?:Result|Option)::\w+\(\)` on an? `(?:Err|None)` value(?:: (.*))?\Z", re.S)
CALL = re.compile(r"\w[\w:]*!?(?:::<[^>]*>)?\(|\.\w+\(")


def write(path, outcomes):
    with open(path, "w", encoding="utf-8") as file:
        for outcome in outcomes:
            if outcome.kind in ("failed", "errored"):
                file.write(json.dumps(of(outcome)) + "\n")


def of(outcome):
    panics = list(PANIC.finditer(outcome.output))
    record = {"test": outcome.test.id, "kind": "other", "message": outcome.message}
    if not panics:
        return {**record, "kind": "raises", "actual": outcome.message} if outcome.kind == "failed" else record
    source = lines_of(outcome.test.target.folder, outcome.test.file)
    place, message = panics[0], panics[0].group(3).strip()
    in_test = is_same(place.group(1), outcome.test.file)
    code = statement(source, int(place.group(2))) if in_test else None
    code = code and (expanded("\n".join(source), code) or code)
    setup = setup_of(source, int(place.group(2)), code or "") if in_test else []
    if equal := EQUAL.match(message):
        return {**record, **compared(equal, code, setup)}
    if unwrapped := UNWRAPPED.match(message):
        actual = f"Err({unwrapped.group(1)})" if unwrapped.group(1) else "None"
        return {**record, "kind": "raises", "call": call_of(code), "actual": actual, "setup": setup}
    if (holds := HOLDS.match(message)) and in_test:
        return {**record, "kind": "other", "call": code, "expected": tidy(holds.group(1)), "setup": setup, "message": "the assertion does not hold"}
    return {**record, "kind": "raises" if not in_test else "other", "call": call_of(code), "actual": f"panic: {first_line(message)}", "setup": setup}


def compared(equal, code, setup):
    operator, _, left, right = equal.groups()
    arguments = split(macro_arguments(code)) if code else []
    if operator == "!=":
        return {"kind": "other", "call": code, "expected": f"{tidy(arguments[0])} != {tidy(arguments[1])}" if len(arguments) > 1 else None, "setup": setup, "message": f"both are {first_line(left)}"}
    if len(arguments) < 2:
        return {"kind": "value", "actual": left, "expected": right}
    # What is computed is the side that calls something; by custom the left one.
    swapped = not calls(arguments[0]) and calls(arguments[1])
    call, actual, expected = (arguments[1], right, left) if swapped else (arguments[0], left, right)
    return {"kind": "value", "call": tidy(call), "actual": actual, "expected": expected, "setup": setup}


def expanded(text, code):
    """The assertion that a macro of the test file stands for; None where the code is no such macro, or one of several kinds."""
    used = re.match(r"(\w+)!\s*[({\[](.*)[)}\]]\s*;?\Z", code, re.S)
    rules = used and re.search(rf"macro_rules!\s*{used.group(1)}\s*\{{(.*)", text, re.S)
    arm = rules and re.match(r"\s*\((.*?)\)\s*=>\s*[{(]+(.*)", rules.group(1), re.S)
    check = arm and re.search(r"\bassert_eq!\s*\(", arm.group(2))
    if not check:
        return None
    parts = re.split(r"\$(\w+)\s*:\s*\w+", arm.group(1).strip())
    pattern = "".join(rf"\s*(?P<{part}>.+?)\s*" if place % 2 else r"\s*".join(map(re.escape, part.split())) for place, part in enumerate(parts))
    values = re.fullmatch(pattern, used.group(2).strip(), re.S)
    if values is None:
        return None
    depth, body = 1, arm.group(2)[check.end() :]
    for end, one in enumerate(body):
        depth += (one == "(") - (one == ")")
        if depth == 0:
            return re.sub(r"\$(\w+)", lambda name: values.groupdict().get(name.group(1), name.group()), f"assert_eq!({body[:end]});")
    return None


def calls(expression):
    return bool(CALL.search(re.sub(r"\b(?:Some|Ok|Err|vec!|String::from|\w+\.to_string|\w+\.to_owned|Vec::new|String::new)\(", "", expression)))


def is_same(reported, file):
    """Panics name files relative to the workspace, or to the package."""
    return reported == file or file.endswith("/" + reported) or reported.endswith("/" + file)


def lines_of(folder, file):
    for path in (file, os.path.join(folder, file)):
        if os.path.isfile(path):
            with open(path, encoding="utf-8", errors="replace") as source:
                return source.read().splitlines()
    return []


def statement(lines, number):
    """The source of the statement that begins on a line; None where it is too long."""
    text, depth = "", 0
    for line in lines[number - 1 : number + 14]:
        text += line.strip() + " "
        bare = without_strings(line)
        depth += sum(bare.count(one) for one in "([{") - sum(bare.count(one) for one in ")]}")
        if depth <= 0 and bare.rstrip().endswith((";", "}", ",")) or depth < 0:
            text = text.strip()
            return text if len(text) <= LONGEST else None
    return None


def without_strings(text):
    return re.sub(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])\'|//.*', '""', text)


def macro_arguments(code):
    match = re.search(r"\w+!\s*[(\[{]", code)
    return code[match.end() : code.rstrip("; ").rfind(")")] if match else ""


def split(arguments):
    """At the commas outside of brackets and strings."""
    parts, depth, start, quoted, place = [], 0, 0, False, 0
    while place < len(arguments):
        one = arguments[place]
        if quoted and one == "\\":
            place += 1
        elif one == '"':
            quoted = not quoted
        elif one == "'" and not quoted and (char := re.match(r"'(?:\\.[^']*|[^'\\])'", arguments[place:])):
            place += len(char.group()) - 1
        elif not quoted and one in "([{":
            depth += 1
        elif not quoted and one in ")]}":
            depth -= 1
        elif not quoted and one == "," and depth == 0:
            parts.append(arguments[start:place])
            start = place + 1
        place += 1
    parts.append(arguments[start:])
    return [part for part in parts if part.strip()]


def call_of(code):
    """A statement without what takes its value out."""
    return re.sub(r"\.(?:unwrap|expect|unwrap_err|expect_err)\([^()]*\)(?=[;,)?]|$)", "", code).rstrip("; ") if code else None


def setup_of(lines, number, code):
    """The bindings before a line, in its function, of what the line names; and of what these name in turn."""
    found = []
    wanted = set(re.findall(r"\b[a-z_]\w*\b", code))
    for place in range(number - 2, max(-1, number - 60), -1):
        line = lines[place].strip() if place < len(lines) else ""
        if re.match(r"(?:pub )?(?:async )?fn \w+", line) or line.startswith("#[test]"):
            break
        bound = re.match(r"let (?:mut |ref )?(\w+)\b[^=]*= ", line)
        changed = re.match(r"(\w+)\.\w+\(.*\);$", line)
        name = (bound or changed).group(1) if bound or changed else None
        if name in wanted and (whole := statement(lines, place + 1)):
            found.append(whole)
            wanted |= set(re.findall(r"\b[a-z_]\w*\b", whole))
            if len(found) == MOST_SETUP:
                break
    return found[::-1]


def tidy(text):
    return " ".join(text.split())


def first_line(text):
    return text.strip().split("\n")[0]
