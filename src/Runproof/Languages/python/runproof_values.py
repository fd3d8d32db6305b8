"""Values of a failing test as text: short, within a second, whatever their repr does; and which side of a comparison is the result.

A repr that computes in C, on something huge inside an object of the code under test, is not cut off.
"""

import ast
import builtins
import reprlib
import sys
import types

import runproof_common as common

LONGEST = 600
LONG = 160
CALLED = 5
_EXPECTED = {"expected", "expect", "exp", "want", "wanted", "answer", "reference", "ref", "correct", "should_be", "desired", "truth"}
_BUILTINS = frozenset(dir(builtins))
_STANDARD = getattr(sys, "stdlib_module_names", frozenset()) - {"builtins"}
_len, _hasattr = len, hasattr

OPERATORS = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.In: "in", ast.NotIn: "not in", ast.Is: "is", ast.IsNot: "is not",
}
_WORDS = {
    "!=": "anything but", "<": "less than", "<=": "at most", ">": "more than", ">=": "at least", "in": "one of", "not in": "none of", "is not": "anything but",
    "isinstance": "an instance of", "not isinstance": "not an instance of", "~": "a match of", "!~": "no match of", "~=": "about",
}
# The same where the result stands on the right.
_TURNED = {"<": "more than", "<=": "at least", ">": "less than", ">=": "at most", "in": "a value containing", "not in": "a value without"}


def phrase(op, expected, swapped=False):
    word = (swapped and _TURNED.get(op)) or _WORDS.get(op)
    return "%s %s" % (word, expected) if word else expected


class _Repr(reprlib.Repr):
    def __init__(self):
        super().__init__()
        self.maxstring = self.maxother = self.maxlong = LONGEST
        self.maxlist = self.maxtuple = self.maxset = self.maxfrozenset = self.maxdeque = self.maxarray = self.maxdict = 40
        self.maxlevel = 6

    def repr_dict(self, value, level):
        """In the order of the dictionary, which reprlib does not keep."""
        if not value or level <= 0:
            return "{...}" if value else "{}"
        parts = ["%s: %s" % (self.repr1(key, level - 1), self.repr1(one, level - 1)) for key, one in list(value.items())[: self.maxdict]]
        return "{%s}" % ", ".join(parts + ["..."] * (_len(value) > self.maxdict))

    def repr_bytes(self, value, level):
        return builtins.repr(value[:LONGEST]) + "..." * (_len(value) > LONGEST)

    repr_bytearray = repr_bytes

    def repr_instance(self, value, level):
        size = _len(value) if _hasattr(type(value), "__len__") else 0
        if size > 10000:
            return "<%s of %d>" % (type(value).__name__, size)
        return super().repr_instance(value, level)


_repr = _Repr()


def shown(value):
    try:
        text = common.briefly(1.0, _repr.repr, value)
    except BaseException as error:  # noqa: B902 - a repr of code under test may do anything
        return "<%s>" % type(error).__name__
    return text if _len(text) <= LONGEST else text[: LONGEST - 3] + "..."


def narrowed(op, left, right):
    """Two values as text, and where they first differ if they are long: ``[3]`` says that the texts show their fourth items."""
    place, texts = "", (shown(left), shown(right))
    for _ in range(4):
        if op != "==" or texts[0] != texts[1] and max(map(_len, texts)) <= LONG:
            break
        try:
            step = common.briefly(1.0, _first_difference, left, right)
        except BaseException:  # noqa: B902 - comparing may run code under test
            step = None
        if step is None:
            break
        place, left, right = place + step[0], step[1], step[2]
        texts = (shown(left), shown(right))
    return (place,) + texts


def _first_difference(left, right):
    kind = type(left)
    if kind is not type(right):
        return None
    if kind is str:
        left, right = left.splitlines(), right.splitlines()
    if kind in (str, list, tuple):
        form = ".splitlines()[%d]" if kind is str else "[%d]"
        return next(((form % i, one, other) for i, (one, other) in enumerate(zip(left, right)) if one is not other and one != other), None) if max(_len(left), _len(right)) > 1 else None
    if kind is dict:
        keys = [key for key in right if key in left and left[key] is not right[key] and left[key] != right[key]]
        return ("[%s]" % shown(keys[0]), left[keys[0]], right[keys[0]]) if keys and type(keys[0]) in (str, int) else None
    return None


def text_of(error, length):
    try:
        return common.briefly(1.0, str, error)[:length]
    except BaseException:  # noqa: B902
        return ""


def _is_standard(name, frame):
    """Of Python's own library: what it gives is expected, not tested."""
    value = None if frame is None else frame.f_locals.get(name, frame.f_globals.get(name))
    if isinstance(value, types.ModuleType):
        return value.__name__.partition(".")[0] in _STANDARD
    owner = value if isinstance(value, (type, types.FunctionType, types.BuiltinFunctionType)) else type(value)
    return value is not None and str(owner.__module__).partition(".")[0] in _STANDARD


def score(node, frame=None):
    """How much an expression looks like what the code under test gave: calls before names, names before literals."""
    best = 0
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call):
            first = inner.func
            while isinstance(first, (ast.Attribute, ast.Subscript, ast.Call)):
                first = first.func if isinstance(first, ast.Call) else first.value
            builtin = not isinstance(first, ast.Name) or first.id in _BUILTINS and (frame is None or first.id not in frame.f_globals) or _is_standard(first.id, frame)
            best = max(best, 2 if builtin else CALLED)
        elif isinstance(inner, (ast.Name, ast.Attribute)):
            name = getattr(inner, "attr", getattr(inner, "id", "")).lower()
            if name in _BUILTINS or name in ("self", "cls") or isinstance(getattr(inner, "value", None), ast.Constant):
                continue
            given = isinstance(inner, ast.Name) and frame is not None and inner.id in frame.f_code.co_varnames[: frame.f_code.co_argcount]
            expected = given or name in _EXPECTED or name.startswith(("expected", "want")) or name.endswith("expected")
            best = max(best, 1 if expected else 4 if isinstance(inner, ast.Attribute) else 3)
    return best
