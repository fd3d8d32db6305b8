"""What a failing test called, what came out, and what it expected, as JSON lines.

Read from the failing statement and from values that exist already: nothing of the test runs again. Never changes an outcome.
"""

import ast
import json
import linecache
import os
import reprlib
import textwrap

_open, _getpid = open, os.getpid
_pid = os.getpid()
_repr = reprlib.Repr()
_repr.maxstring = _repr.maxother = 400
_repr.maxlist = _repr.maxtuple = _repr.maxdict = _repr.maxset = 30
_repr.maxlevel = 5
LONGEST = 600


def shown(value):
    try:
        text = _repr.repr(value)
    except BaseException as error:  # noqa: B902 - a repr of code under test may do anything
        return "<%s>" % type(error).__name__
    return text if len(text) <= LONGEST else text[:LONGEST] + "..."


class Recorder:
    def __init__(self, path):
        self.path = path
        self.comparisons = []

    def begin(self, test):
        self.comparisons = []

    def compared(self, op, left, right):
        self.comparisons.append((op, shown(left), shown(right)))

    def failed(self, test, test_file, error, traceback):
        if _getpid() != _pid:
            return
        try:
            record = self._describe(test_file, error, traceback)
            record["test"] = test
            with _open(self.path, "a", encoding="utf-8", errors="replace") as out:
                out.write(json.dumps(record) + "\n")
        except BaseException:  # noqa: B902 - describing must never change what the test did
            pass

    def _describe(self, test_file, error, traceback):
        frames = []
        while traceback is not None:
            frames.append((traceback.tb_frame, traceback.tb_lineno))
            traceback = traceback.tb_next
        own = [i for i, (frame, _) in enumerate(frames) if os.path.realpath(frame.f_code.co_filename) == os.path.realpath(test_file)]
        record = {"exception": type(error).__name__, "message": _text(error), "kind": "other"}
        if not own:
            return record
        frame, line = frames[own[-1]]
        record["where_depth"] = len(frames) - 1 - own[-1]
        node, source = _statement(test_file, line)
        if node is None:
            return record
        record["statement"] = textwrap.dedent(ast.get_source_segment(source, node) or "")[:1000]
        inner = [(f.f_code.co_name, f) for f, _ in frames[own[-1] + 1 :]]
        if isinstance(node, ast.Assert) and isinstance(error, AssertionError) and not inner:
            self._assertion(record, node.test, source)
        elif inner and _is_unittest(inner[0][1]):
            _unittest(record, node, inner, source)
        elif type(error).__name__ == "Failed" and "DID NOT RAISE" in str(error):
            _not_raised(record, node, source, str(error))
        elif inner or not isinstance(error, AssertionError):
            record["kind"] = "raises" if inner else "error"
            call = _call_in(node)
            record["call"] = _source(source, call) if call is not None else record["statement"]
            record["actual"] = "%s: %s" % (type(error).__name__, _text(error)[:300])
            expected = _expected_of(node, call)
            if expected is not None:
                record["expected"] = _source(source, expected)
        made = _set_up(record, test_file, frame.f_code.co_name, line)
        _inputs(record, frame, made)
        return record

    def _assertion(self, record, test, source):
        record["kind"] = "value"
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            left, right = test.left, test.comparators[0]
            op = _OPERATORS.get(type(test.ops[0]), "?")
            values = next(((a, b) for known, a, b in reversed(self.comparisons) if known == op), None)
            swap = not _has_call(left) and _has_call(right)
            call, other = (right, left) if swap else (left, right)
            record["call"] = _source(source, call)
            if values is not None:
                record["actual"] = values[1] if swap else values[0]
                record["expected"] = values[0] if swap else values[1]
            else:
                record["expected"] = _source(source, other)
            if op not in ("==", "is"):
                record["expected"] = _WORDS.get(op, op) + " " + record["expected"]
        elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            record.update(call=_source(source, test.operand), expected="a false value", actual="a true value")
        else:
            record.update(call=_source(source, test), expected="a true value", actual="a false value")


_OPERATORS = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.In: "in", ast.NotIn: "not in", ast.Is: "is", ast.IsNot: "is not",
}
_WORDS = {
    "!=": "anything but", "<": "less than", "<=": "at most", ">": "more than", ">=": "at least", "in": "one of", "not in": "none of", "is not": "anything but",
}


def _text(error):
    try:
        return str(error)[:2000]
    except BaseException:  # noqa: B902
        return ""


def _statement(path, line):
    lines = linecache.getlines(path)
    source = "".join(lines)
    best = None
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or node.lineno):
            if best is None or node.lineno >= best.lineno:
                best = node
    return best, source


def _source(source, node):
    return " ".join((ast.get_source_segment(source, node) or "").split())[:LONGEST]


def _has_call(node):
    return any(isinstance(inner, (ast.Call, ast.Subscript, ast.Attribute)) for inner in ast.walk(node))


def _call_in(node):
    """The call of the code under test: the left side of an assertion, the value of an assignment, else the first call."""
    if isinstance(node, ast.Assert):
        test = node.test
        if isinstance(test, ast.Compare):
            return test.left if _has_call(test.left) else test.comparators[0]
        return test.operand if isinstance(test, ast.UnaryOp) else test
    if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return, ast.Expr)) and node.value is not None:
        call = node.value
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr.startswith("assert") and call.args:
            return call.args[0]
        return call
    if isinstance(node, (ast.For, ast.With)):
        return node.iter if isinstance(node, ast.For) else node.items[0].context_expr
    return next((inner for inner in ast.walk(node) if isinstance(inner, ast.Call)), None)


def _expected_of(node, call):
    if isinstance(node, ast.Assert) and isinstance(node.test, ast.Compare) and len(node.test.ops) == 1 and isinstance(node.test.ops[0], ast.Eq):
        return node.test.comparators[0] if call is node.test.left else node.test.left
    return None


def _is_unittest(frame):
    return (frame.f_globals.get("__name__") or "").startswith("unittest.")


def _unittest(record, node, inner, source):
    """Values of ``self.assertEqual(first, second)`` and its siblings, from the frame of the assertion."""
    name, frame = inner[0]
    values = frame.f_locals
    call = node.value if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) else None
    arguments = call.args if call is not None else []
    if name in ("__exit__", "assertRaises", "assertRaisesRegex"):
        kind = getattr(values.get("self"), "expected", None) or values.get("expected_exception")
        record.update(kind="not-raised", expected=getattr(kind, "__name__", str(kind)), actual="no exception")
        body = node.body if isinstance(node, ast.With) else arguments[1:]
        record["call"] = "; ".join(_source(source, one) for one in body[:2]) or record.get("statement", "")
        return
    record["kind"] = "value"
    pairs = (("first", "second"), ("member", "container"), ("expr1", "expr2"), ("obj", "cls"), ("list1", "list2"), ("d1", "d2"), ("tuple1", "tuple2"), ("set1", "set2"))
    for left, right in pairs:
        if left in values and right in values:
            swap = len(arguments) > 1 and not _has_call(arguments[0]) and _has_call(arguments[1])
            record["actual"], record["expected"] = shown(values[right if swap else left]), shown(values[left if swap else right])
            if len(arguments) > 1:
                record["call"] = _source(source, arguments[1 if swap else 0])
            if "Not" in name:
                record["expected"] = "anything but " + record["expected"]
            elif name == "assertIn":
                record["expected"] = "one of " + record["expected"]
            return
    if arguments:
        record["call"] = _source(source, arguments[0])
    if "expr" in values or "obj" in values:
        record["actual"] = shown(values.get("expr", values.get("obj")))
        record["expected"] = {"assertTrue": "a true value", "assertFalse": "a false value", "assertIsNone": "None", "assertIsNotNone": "anything but None"}.get(name, name)


def _not_raised(record, node, source, message):
    record.update(kind="not-raised", actual="no exception", expected=message.rpartition("DID NOT RAISE ")[2].replace("<class '", "").replace("'>", ""))
    body = node.body if isinstance(node, ast.With) else [node]
    record["call"] = "; ".join(_source(source, one) for one in body[:3])


def _names(text):
    try:
        return {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    except SyntaxError:
        return set()


def _set_up(record, path, function, line):
    """The statements of the test before the failing one that make the names its call uses, in order; returns the names they make."""
    source = "".join(linecache.getlines(path))
    home = None
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == function and node.lineno <= line <= (node.end_lineno or line):
            home = node
    if home is None:
        return set()
    needed, made, lines = _names(record.get("call", "")), set(), []
    for node in reversed([one for one in home.body if (one.end_lineno or one.lineno) < line]):
        if not isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = {inner.id for target in targets for inner in ast.walk(target) if isinstance(inner, ast.Name)}
        if names & needed:
            lines.insert(0, textwrap.dedent(ast.get_source_segment(source, node) or ""))
            made |= names
            needed |= _names(lines[0])
    if lines and len(lines) <= 8 and sum(map(len, lines)) <= 500 and "self." not in "".join(lines):
        record["setup"] = lines
        return made
    return set()


def _inputs(record, frame, made):
    names = _names(record.get("call", "")) | _names("\n".join(record.get("setup", ())))
    inputs = {}
    for name in sorted(names - made):
        value = frame.f_locals.get(name, frame)
        if value is frame or callable(value) or type(value).__name__ == "module":
            continue
        text = shown(value)
        if " at 0x" not in text and len(text) <= 200:
            inputs[name] = text
    if inputs:
        record["inputs"] = inputs
