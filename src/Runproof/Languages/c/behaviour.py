"""What failing tests called, got and expected, as JSON lines: from what the frameworks and ``assert`` say, and the source around it."""

import json
import os
import re

from junit import FAILED, TIMED_OUT

_LITERAL = re.compile(r"^(-?[\d.][\w.'+-]*|(u8|[uUL]|std::string\()?R?\"[\s\S]*\"[)\w]*|'.*'|true|false|NULL|nullptr|\{.*\}|[A-Z][A-Z_\d]*|(\w+::)*[A-Za-z]\w*)$")
_ASSERTION = re.compile(r"^\s*(?:[A-Z][A-Z_\d]*|(?:ck_|cr_|mu_|munit_|t_)?assert\w*)\s*\(|^\s*(?:TEST|SECTION|SUBCASE|RUN|BOOST)\w*\b")
_UNITY = re.compile(r"^([^\s:]+):(\d+):([^:\n]+):FAIL(?::\s*(.*))?$", re.M)
_ASSERT = re.compile(r"^(?:\S+: )?(\S+?):(\d+): .*?Assertion [`'](.+)' failed\.", re.M)


def write(path, results, root):
    with open(path, "w", encoding="utf-8", errors="replace") as file:
        for result in results:
            if result.outcome in (FAILED, TIMED_OUT):
                for record in records(result, Sources(root)):
                    file.write(json.dumps(dict(record, test=result.test)) + "\n")


class Sources:
    def __init__(self, root):
        self.root, self._texts = root, {}

    def lines(self, name):
        if name not in self._texts:
            self._texts[name] = []
            path = os.path.join(self.root, name or "-")
            if os.path.isfile(path):
                with open(path, encoding="utf-8", errors="replace") as file:
                    self._texts[name] = file.read().splitlines()
        return self._texts[name]


def records(result, sources):
    if result.outcome == TIMED_OUT:
        return [{"kind": "other", "message": "It does not end."}]
    failures = getattr(result, "failures", None)
    if failures:
        return [one for one in (_of_case(failure, result, sources) for failure in failures[:3]) if one]
    return [_of_output(result, sources)]


def _of_case(failure, result, sources):
    text = failure.text
    if failure.checked is not None or getattr(failure, "raised", ""):
        return _of_expression(failure, result, sources)
    lines = re.sub(r"^\S+:\d+\n", "", text).strip()
    equal = re.search(r"Expected equality of these values:\n  ([\s\S]+?)\n(?:    Which is: ([\s\S]+?)\n)?  (?! )([\s\S]+?)(?:\n    Which is: ([\s\S]+?))?(?:\n[A-Z][\s\S]*)?$", lines)
    if equal:
        left, left_is, right, right_is = equal.groups()
        if left_is is None or (right_is is not None and not re.search(r"\(", right) and re.search(r"\(", left) is None):
            call, actual, expected = right, right_is, left if left_is is None else left_is
        else:
            call, actual, expected = left, left_is, right if right_is is None else right_is
        if left_is is not None and right_is is not None and "(" in left:
            call, actual, expected = left, left_is, right_is
        return _value(call, actual, expected, lines, failure.line, result, sources)
    truth = re.search(r"Value of: ([\s\S]+?)\n\s*Actual: ([\s\S]+?)\nExpected: ([\s\S]+)", lines)
    if truth:
        return _value(truth.group(1), truth.group(2).split(" (")[0], truth.group(3), lines, failure.line, result, sources)
    order = re.search(r"Expected: \(([\s\S]+?)\) (<|>|<=|>=|!=) \(([\s\S]+?)\), actual: ([\s\S]+) vs ([\s\S]+)", lines)
    if order:
        left, sign, right, value, other = order.groups()
        call, actual, expected = (left, value, "%s %s" % (sign, other)) if not _LITERAL.match(left) else (right, other, "%s %s it" % (value, sign))
        return _value(call, actual, expected, lines, failure.line, result, sources)
    throws = re.search(r"Expected: ([\s\S]+?) throws an exception of type ([^\n]+?)\.\n\s*Actual: it (throws nothing|[^\n]+)", lines)
    if throws:
        kind = "not-raised" if throws.group(3) == "throws nothing" else "raises"
        return _with_source(dict({"kind": kind, "call": _clean(throws.group(1)), "expected": throws.group(2), "message": throws.group(3)}, **({"actual": throws.group(3)} if kind == "raises" else {})), failure.line, result, sources)
    raises = re.search(r"C\+\+ exception with description \"([\s\S]*?)\" thrown|doesn't throw an exception\.\n\s*Actual: it throws ([^\n]+)", lines)
    if raises:
        call = re.search(r"Expected: ([\s\S]+?) doesn't throw", lines)
        record = {"kind": "raises", "actual": raises.group(1) or raises.group(2), "message": raises.group(0)}
        return _with_source(dict(record, **({"call": _clean(call.group(1))} if call else {})), failure.line, result, sources)
    return _with_source({"kind": "other", "message": lines[:600]}, failure.line, result, sources)


def _of_expression(failure, result, sources):
    raised = getattr(failure, "raised", "")
    if raised:
        record = {"kind": "raises", "actual": raised, "message": failure.text}
        return _with_source(dict(record, **({"call": failure.checked} if failure.checked else {})), failure.line, result, sources)
    if "THROWS" in failure.macro:
        return _with_source({"kind": "not-raised", "call": failure.checked, "expected": "an exception", "message": failure.text}, failure.line, result, sources)
    parts, values = _sides(failure.checked), _sides(failure.values or "")
    negated = failure.macro.endswith("FALSE")
    if len(parts) == 3 and len(values) == 3:
        left, right = (0, 2) if not _LITERAL.match(parts[0].strip()) or _LITERAL.match(parts[2].strip()) else (2, 0)
        expected = values[right].strip() if parts[1] == "==" and not negated else ("not %s %s" if negated else "%s %s") % (parts[1], values[right].strip())
        return _value(parts[left], values[left], expected, failure.text, failure.line, result, sources)
    return _value(re.sub(r"^!\s*(?=\w[\w.:>-]*\(.*\)$)", "", failure.checked), "true" if failure.checked.startswith("!") or negated else "false", "false" if failure.checked.startswith("!") or negated else "true",
                  failure.text, failure.line, result, sources)


def _sides(text):
    """Left, operator, right of a comparison at the top level of an expression."""
    depth, quote, place = 0, "", 0
    while place < len(text):
        one = text[place]
        if quote:
            place += one == "\\"
            quote = "" if one == quote else quote
        elif one in "\"'":
            quote = one
        elif one in "([{":
            depth += 1
        elif one in ")]}":
            depth -= 1
        elif depth == 0 and text[place - 1:place] == " ":
            match = re.match(r"(==|!=|<=|>=|<|>) ", text[place:])
            if match:
                return [text[:place].strip(), match.group(1), text[place + len(match.group(0)):].strip()]
        place += 1
    return [text]


def _of_output(result, sources):
    unity = _UNITY.search(result.details)
    if unity:
        line, said = int(unity.group(2)), (unity.group(4) or "").strip()
        checked = _statement(sources.lines(result.file), line)
        values = re.match(r"Expected (.+?) Was (.+?)\.?(?: .*)?$", said)
        call = _argument(checked)
        if values:
            return _value(call, values.group(2), values.group(1), said, line, result, sources)
        return _with_source({"kind": "other", "call": call, "message": said or "the check fails", "expected": _holds(checked)}, line, result, sources)
    asserted = _ASSERT.search(result.details)
    if asserted:
        return _with_source({"kind": "other", "message": "Assertion `%s' failed" % asserted.group(3), "call": _argument("assert(%s)" % asserted.group(3)), "expected": asserted.group(3)}, int(asserted.group(2)), result, sources)
    placed = re.search(r"^[^\n]*?\b([\w./-]+\.(?:c|cc|cpp|cxx|h|hpp)):(\d+)\b[^\n]*(?:\n[^\n]*){0,2}", result.details, re.M)
    if placed and result.file and os.path.basename(placed.group(1)) == os.path.basename(result.file):
        checked = _statement(sources.lines(result.file), int(placed.group(2)))
        if checked:
            return _with_source({"kind": "other", "call": _argument(checked), "message": re.sub(r"\S+\.\w+:\d+:?", "", placed.group(0)).strip() or "the check fails", "expected": _holds(checked)}, int(placed.group(2)), result, sources)
    line = getattr(result, "died_at", 0)
    call = _argument(_statement(sources.lines(result.file), line)) or _call_in(sources.lines(result.file), line)
    if call:
        return _with_source({"kind": "raises", "call": call, "actual": result.message, "message": result.message}, line, result, sources)
    wrong = [line.strip() for line in result.details.splitlines() if re.search(r"(?i)fail|error|expected|not ok|wrong|mismatch", line)]
    said = "\n".join(wrong[:3]) or "\n".join(result.details.strip().splitlines()[-3:])
    return {"kind": "other", "message": (said + "\n" + result.message).strip()[:600]}


def _value(call, actual, expected, message, line, result, sources):
    record = {"kind": "value", "call": _clean(call or ""), "actual": (actual or "").strip(), "expected": (expected or "").strip(), "message": message[:600]}
    return _with_source(record, line, result, sources)


def _with_source(record, line, result, sources):
    record = {key: value for key, value in record.items() if value not in ("", None)}
    lines = sources.lines(result.file)
    if not record.get("call") and 0 < line <= len(lines):
        call = _argument(_statement(lines, line))
        if call:
            record["call"] = call
    if record.get("call") and 0 < line <= len(lines):
        record["setup"] = _set_up(lines, line, record["call"])
    return record


def _set_up(lines, line, call):
    """Statements before it, up to the head of the test, that make what the call names."""
    wanted, found = set(re.findall(r"[A-Za-z_]\w*", re.sub(r"\"(?:\\.|[^\"\\])*\"", "", call))), []
    for text in reversed(lines[max(0, line - 40):line - 1]):
        if re.match(r"\S.*[{)]\s*$|^\}", text) and not text.startswith((" ", "\t")):
            break
        bare = text.strip()
        if not bare.endswith(";") or _ASSERTION.match(bare) or re.match(r"return|free|delete|\}|break|continue|if|for|while", bare):
            continue
        made = set(re.findall(r"([A-Za-z_]\w*)\s*(?:=|\(|\{|\[|;|\.|->)", bare))
        if made & wanted and len(found) < 8:
            found.insert(0, bare)
            wanted |= set(re.findall(r"[A-Za-z_]\w*", re.sub(r"\"(?:\\.|[^\"\\])*\"", "", bare)))
    return found


def _statement(lines, line):
    """The statement that ends or stands on a line."""
    if not 0 < line <= len(lines):
        return ""
    for first in range(line - 1, max(-1, line - 8), -1):
        text = " ".join(one.strip() for one in lines[first:line])
        if text.count("(") >= text.count(")") and re.match(r"[\w:.>-]+\s*\(", text):
            after = line
            while text.count("(") > text.count(")") and after < min(len(lines), line + 6):
                text += " " + lines[after].strip()
                after += 1
            return text
    return lines[line - 1].strip()


def _arguments(text):
    match = re.match(r"[\w:.>-]+\s*\(([\s\S]*)\)\s*;?", text or "")
    if not match:
        return []
    parts, depth, quote, current = [], 0, "", ""
    for place, one in enumerate(match.group(1)):
        if quote:
            quote = "" if one == quote and match.group(1)[place - 1] != "\\" else quote
        elif one in "\"'":
            quote = one
        elif one in "([{":
            depth += 1
        elif one in ")]}":
            depth -= 1
        elif one == "," and depth == 0:
            parts.append(current.strip())
            current = ""
            continue
        current += one
    return parts + [current.strip()]


def _argument(text):
    """Of what a check is given, that which calls something."""
    parts = [side for part in _arguments(text) for side in (_sides(part)[::2] if len(_sides(part)) == 3 else [part])]
    return next((re.sub(r"^!\s*", "", part) for part in parts if re.search(r"\w\(", part) and not part.startswith("\"")), None)


def _call_in(lines, line):
    """The call that a line makes, as a whole or behind an assignment."""
    match = re.match(r"(?:[\w\s*>.\[\]-]+=\s*)?([A-Za-z_][\w:.>-]*\(.*\))\s*;", _statement(lines, line) if line else "")
    return match.group(1) if match else None


def _holds(text):
    parts = _arguments(text)
    return " ".join(text.rstrip(";").split())[:300] if parts else None


def _clean(call):
    return " ".join(call.split())
