"""What a failing test called, what came out, and what it expected, as JSON lines.

Read from the failing statement and from values that exist already: nothing of the test runs again, but the repr of its values
does, once, cut off after a second. Never changes an outcome. Values that stand in C frames or were thrown away are not found:
then the source stands for the value, or the field is missing.
"""

import ast
import json
import os
import re
import sys

import runproof_common as common
from runproof_setup import SetUp
from runproof_source import SourceFile, names_in, wants_error
from runproof_values import CALLED, LONGEST, OPERATORS, narrowed, phrase, score, shown, text_of

_open, _frame = open, sys._getframe
_NOT_THE_TEST = re.compile(r"[/\\](_pytest|pluggy)[/\\]|[/\\]runproof_\w+\.py$")
_SUPPORT = re.compile(r"(^|/)(tests?|testing)/|(^|/)(test_[^/]*|[^/]*_test|tests|conftest)\.py$")
_PAIRS = (
    ("first", "second"), ("member", "container"), ("expr1", "expr2"), ("obj", "cls"), ("list1", "list2"), ("d1", "d2"), ("a", "b"), ("text", "expected_regex"),
    ("text", "unexpected_regex"), ("tuple1", "tuple2"), ("set1", "set2"), ("seq1", "seq2"),
)
_OPS = {
    "assertNotEqual": "!=", "assertIn": "in", "assertNotIn": "not in", "assertIs": "is", "assertIsNot": "is not", "assertLess": "<", "assertLessEqual": "<=",
    "assertGreater": ">", "assertGreaterEqual": ">=", "assertIsInstance": "isinstance", "assertNotIsInstance": "not isinstance", "assertRegex": "~",
    "assertNotRegex": "!~", "assertAlmostEqual": "~=", "assertNotAlmostEqual": "!=",
}
_SINGLE = {"assertTrue": "a true value", "assertFalse": "a false value", "assertIsNone": "None", "assertIsNotNone": "anything but None"}


class Recorder:
    def __init__(self, path, root):
        self.path, self.root = path, root
        self.comparisons, self.sources = [], {}

    def begin(self):
        self.comparisons = []

    def compared(self, op, left, right):
        """A comparison of an assertion that pytest rewrote has failed."""
        try:
            frame = _frame(1)
            while frame is not None and _NOT_THE_TEST.search(frame.f_code.co_filename):
                frame = frame.f_back
            if frame is not None and common.is_main_process():
                del self.comparisons[:-20]
                self.comparisons.append((frame.f_code, frame.f_lineno, op, shown(left), shown(right), narrowed(op, left, right)))
        except Exception:
            pass

    def failed(self, test, test_file, error, traceback):
        if not common.is_main_process():
            return
        try:
            record = {"test": test, "exception": type(error).__name__, "message": text_of(error, 2000), "kind": "other", "inputs": {}}
            try:
                self._describe(record, os.path.realpath(test_file), error, traceback)
            except common.RunproofTimeout:
                raise
            except Exception as problem:
                record["undescribed"] = type(problem).__name__
            with _open(self.path, "a", encoding="utf-8", errors="replace") as out:
                out.write(json.dumps(record) + "\n")
        except BaseException:  # noqa: B902 - describing must never change what the test did
            pass

    def _source(self, path):
        if path not in self.sources:
            self.sources[path] = SourceFile(path)
        return self.sources[path]

    def _test_source(self, path):
        """The source of a file of the tests; None of any other."""
        return self._source(path) if self._in_support(path) else None

    def _in_support(self, path):
        return path.startswith(self.root + os.sep) and _SUPPORT.search(path[len(self.root) :].replace(os.sep, "/")) is not None

    def _describe(self, record, test_file, error, traceback):
        frames = []
        while traceback is not None:
            frames.append((traceback.tb_frame, traceback.tb_lineno, os.path.realpath(traceback.tb_frame.f_code.co_filename)))
            traceback = traceback.tb_next
        # A test that a class inherits stands in another file than the class.
        own = [i for i, one in enumerate(frames) if one[2] == test_file] or [i for i, one in enumerate(frames) if self._in_support(one[2])]
        if not own:
            return
        home, last = own[-1], frames[-1]
        frame, line, path = frames[home]
        record["where_depth"] = len(frames) - 1 - home
        source = self._source(path)
        node = source.statement(line)
        if node is None:
            return
        record["statement"] = source.text(node)[:1000]
        inner = [(one[0].f_code.co_name, one[0]) for one in frames[home + 1 :]]
        first_module = inner[0][1].f_globals.get("__name__", "") if inner else ""
        body = source.body(node)
        if "DID NOT RAISE" in record["message"] and type(error).__name__ == "Failed":
            types = re.findall(r"'([^']+)'", record["message"]) or [record["message"].rpartition(" ")[2]]
            record.update(kind="not-raised", actual="no exception", call=body, expected=" or ".join(one.rpartition(".")[2] for one in types))
        elif "DID NOT WARN" in record["message"] and type(error).__name__ == "Failed":
            types = re.findall(r"<class '(?:\w+\.)*(\w+)'>", record["message"].partition("Emitted")[0])
            record.update(kind="value", actual="no such warning", call=body, expected="a " + " or ".join(types or ["warning"]))
        elif first_module.startswith("unittest.case"):
            _unittest(record, node, inner, source, frame, body)
        elif first_module.startswith(("unittest.", "_pytest.outcomes")):
            pass  # mocks and pytest.fail: only the message tells
        elif inner and inner[0][0] == "__exit__" and hasattr(inner[0][1].f_locals.get("self"), "match_expr"):
            context = inner[0][1].f_locals["self"]
            _wrong_message(record, getattr(context.excinfo, "value", None), context.match_expr, body)
        elif isinstance(error, AssertionError) and not inner:
            if isinstance(node, ast.Assert):
                self._assertion(record, node, source, frame, error)
        elif isinstance(error, AssertionError) and self._in_support(last[2]):
            # A helper of the tests asserts: what the test called, and the values that the helper compared.
            helper = self._source(last[2])
            asserted = helper.statement(last[1])
            if isinstance(asserted, ast.Assert):
                self._assertion(record, asserted, helper, last[0], error)
                record["call"] = source.line(_call_in(node, frame) or node)
        elif not isinstance(error, AssertionError) or last[2].startswith(self.root + os.sep):
            call = _call_in(node, frame)
            text = body if wants_error(getattr(node, "value", None)) else source.line(call) if call is not None else record["statement"]
            record.update(kind="raises" if inner else "error", call=text)
            record["actual"] = "%s: %s" % (type(error).__name__, record["message"][:300])
            expected = source.expected_error(line) or _expected_of(node, call, source)
            if expected:
                record["expected"] = expected
        made = SetUp(record, source, frame, line, self._test_source).tell()
        given = frame.f_code.co_varnames[: frame.f_code.co_argcount] if len(own) > 1 else ()
        _inputs(record, frame, made, given)

    def _assertion(self, record, node, source, frame, error):
        record["kind"], test = "value", node.test
        pairs = []
        for compare in ast.walk(test):
            if isinstance(compare, ast.Compare):
                sides = [compare.left] + compare.comparators
                pairs.extend((OPERATORS.get(type(op)), sides[i], sides[i + 1]) for i, op in enumerate(compare.ops))
        seen = [one[2:] for one in self.comparisons if one[0] is frame.f_code and node.lineno <= one[1] <= (node.end_lineno or one[1])]
        values = seen[-1] if seen else None
        if values is not None:
            pairs = [pair for pair in pairs if pair[0] == values[0] and _agrees(pair, values, frame)] or pairs
        elif not isinstance(test, ast.Compare):
            pairs = []
        if pairs:
            op, left, right = pairs[0]
            swap = score(right, frame) > score(left, frame)
            call, other = (right, left) if swap else (left, right)
            call = call.value if isinstance(call, ast.NamedExpr) else call
            if op == "==" and _both_called(left, right, frame) and values is not None:
                return record.update(call="%s == %s" % (source.line(left), source.line(right)), actual="%s == %s" % values[1:3], expected="a true value")
            place, *shown_values = values[3] if values is not None else ("", _known(left, frame), _known(right, frame))
            actual, expected = reversed(shown_values) if swap else shown_values
            record.update(call=_at(source.line(call), place, call), expected=phrase(op, expected or source.line(other), swap))
            if actual:
                record["actual"] = actual
        else:
            negated = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
            call = test.operand if negated else test
            # pytest's explanation: "assert None" or "assert not 3", then "+ where ...".
            said = re.search(r"^assert (not )?(.*)$", text_of(error, 4000), re.MULTILINE)
            actual = _known(call, frame) or (said.group(2) if said and bool(said.group(1)) == negated and not isinstance(call, ast.BoolOp) else None)
            record.update(call=source.line(call), expected="a false value" if negated else "a true value", actual=actual or ("a true value" if negated else "a false value"))


def _both_called(left, right, frame):
    """Both sides come from calls that may be of the code under test: nobody can tell which of them is wrong."""
    return score(left, frame) == score(right, frame) == CALLED


def _at(text, place, node):
    """The part of an expression's value at a place in it."""
    return text if not place else "%s%s" % (text if isinstance(node, (ast.Name, ast.Attribute, ast.Call, ast.Subscript)) else "(%s)" % text, place)


def _agrees(pair, values, frame):
    return all(_known(node, frame) in (None, value) for node, value in zip(pair[1:], values[1:3]))


def _known(node, frame):
    """The value of a literal or of a variable of the frame; None for what would have to run again."""
    if isinstance(node, ast.Name) and node.id in frame.f_locals:
        return shown(frame.f_locals[node.id])
    try:
        return shown(ast.literal_eval(node))
    except Exception:
        return None


def _call_in(node, frame):
    """The call of the code under test: the left side of an assertion, the value of an assignment, else the first call."""
    if isinstance(node, ast.Assert):
        test = node.test
        if isinstance(test, ast.Compare):
            return max([test.left] + test.comparators, key=lambda one: score(one, frame))
        return test.operand if isinstance(test, ast.UnaryOp) else test
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
    if any(not isinstance(one, (ast.Name, ast.Tuple, ast.List)) for one in targets) and score(node.value, frame) < CALLED:
        return node  # storing itself runs code
    if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return, ast.Expr)) and node.value is not None:
        call = node.value.value if isinstance(node.value, ast.Await) else node.value
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr.startswith("assert") and call.args:
            return max(call.args[:2], key=lambda one: score(one, frame))
        return call
    if isinstance(node, (ast.For, ast.AsyncFor)):
        return node.iter
    if isinstance(node, (ast.With, ast.AsyncWith)):
        return node.items[0].context_expr
    return next((inner for inner in ast.walk(node) if isinstance(inner, ast.Call)), None)


def _expected_of(node, call, source):
    if isinstance(node, ast.Assert) and isinstance(node.test, ast.Compare) and len(node.test.ops) == 1 and isinstance(node.test.ops[0], ast.Eq):
        return source.line(node.test.comparators[0] if call is node.test.left else node.test.left)
    return None


def _wrong_message(record, error, pattern, body):
    pattern = getattr(pattern, "pattern", pattern)
    record.update(kind="raises", call=body, actual="%s: %s" % (type(error).__name__, text_of(error, 300)), expected="a message that matches %r" % (pattern,))


def _unittest(record, node, inner, source, home, body):
    """Values of ``self.assertEqual(first, second)`` and its siblings, from the frame of the assertion."""
    name, frame = inner[0]
    values = frame.f_locals
    call = node.value if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) else None
    arguments = call.args if call is not None else []
    context = values.get("self") if name == "__exit__" else values.get("context")
    kind = getattr(context, "expected", None) or values.get("expected_exception")
    if kind is not None:
        raised = values.get("exc_value")
        if raised is not None:
            return _wrong_message(record, raised, getattr(context, "expected_regex", None), body)
        kinds = kind if isinstance(kind, tuple) else (kind,)
        return record.update(kind="not-raised", call=body, actual="no exception", expected=" or ".join(getattr(one, "__name__", str(one)) for one in kinds))
    pair = next((pair for pair in _PAIRS if pair[0] in values and pair[1] in values), None)
    if pair is not None:
        left, right = (source.line(one) for one in arguments[:2]) if len(arguments) > 1 else ("", "")
        swap = len(arguments) > 1 and score(arguments[1], home) > score(arguments[0], home)
        expected, op = values[pair[not swap]], _OPS.get(name, "==")
        place, actual, other = narrowed(op, values[pair[swap]], getattr(expected, "pattern", expected))
        expected = getattr(expected, "__name__", None) if isinstance(expected, type) else other
        call = right if swap else left
        if op == "==" and len(arguments) > 1 and _both_called(*arguments[:2], home):
            return record.update(kind="value", call="%s == %s" % (left, right), actual="%s == %s" % (shown(values[pair[0]]), shown(values[pair[1]])), expected="a true value")
        if op in ("in", "not in") and len(arguments) > 1 and not swap and isinstance(arguments[1], (ast.Name, ast.Attribute)):
            return record.update(kind="value", call="%s %s %s" % (left, op, right), actual="False", expected="True")
        record.update(kind="value", actual=actual, expected=phrase(op, expected, swap), call=_at(call, place, arguments[swap]) if call else record["statement"])
    elif name in _SINGLE and ("expr" in values or "obj" in values):
        record.update(kind="value", actual=shown(values.get("expr", values.get("obj"))), expected=_SINGLE[name])
        record["call"] = source.line(arguments[0]) if arguments else record["statement"]


def _inputs(record, frame, made, given):
    """Values of the names that the call and its set-up use, and of what a helper of the tests was given."""
    names = names_in(record.get("call", "")) | names_in("\n".join(record.get("setup", ()))) | set(given)
    for name in sorted(names - made - {record.get("call")})[:20]:
        value = frame.f_locals.get(name, frame)
        if value is frame or callable(value) or type(value).__name__ == "module":
            continue
        text = shown(value)
        if not text.startswith("<") and " at 0x" not in text and "/tmp/" not in text and len(text) <= 200 and len(text) < LONGEST:
            record["inputs"][name] = text
