"""What calls like that of a failing test give, with the code as it is: JSON lines ``{"test", "call", "value" or "error"}``.

A statement that tells what the test itself calls and expects can be answered by heart. So each literal of that call is varied, and
what the variants give with the bug and without it is compared elsewhere. A variant is evaluated twice, the second time in the other
order; what does not give the same both times is left out. RUNPROOF_CALLS is a JSON list of ``{"test", "call"}``; a call that uses names other
than those of the test's module is passed over.
"""

import ast
import builtins
import copy
import json
import os

import runproof_common as common
from runproof_values import shown, text_of

MOST_VARIANTS = 24
SECONDS = 0.5
_SIMPLE = (
    ast.Expression, ast.Call, ast.Attribute, ast.Name, ast.Load, ast.Constant, ast.keyword, ast.List, ast.Tuple, ast.Dict, ast.Set, ast.Subscript, ast.Slice, ast.UnaryOp, ast.USub, ast.BinOp, ast.operator,
)


def run(modules):
    """``modules``: test id → its module."""
    wanted, out = os.environ.get("RUNPROOF_CALLS"), common.path("WITNESS")
    if not wanted or not out:
        return
    lines = []
    for one in json.loads(wanted):
        module = modules.get(one["test"])
        calls = [] if module is None else variants(one["call"], vars(module))
        first = [_outcome(call, vars(module)) for call in calls]
        again = [_outcome(call, vars(module)) for call in calls[::-1]][::-1]
        lines += [json.dumps(dict(given, test=one["test"], call=call)) for call, given, same in zip(calls, first, again) if given and given == same]
    with open(out, "a", encoding="utf-8", errors="replace") as file:
        file.write("".join(line + "\n" for line in lines))


def variants(text, names):
    """The call with one literal changed, in all ways, the nearest first."""
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError):
        return []
    nodes = list(ast.walk(tree))
    if not any(isinstance(node, ast.Call) for node in nodes) or not all(isinstance(node, _SIMPLE) for node in nodes):
        return []
    if any(isinstance(node, ast.Name) and node.id not in names and not hasattr(builtins, node.id) for node in nodes):
        return []
    places = [place for place, node in enumerate(nodes) if isinstance(node, ast.Constant)]
    changed = [(place, _others(nodes[place].value)) for place in places]
    made = []
    for step in range(max((len(others) for _, others in changed), default=0)):
        for place, others in changed:
            if step < len(others):
                other = copy.deepcopy(tree)
                list(ast.walk(other))[place].value = others[step]
                made.append(ast.unparse(other))
    return [one for one in dict.fromkeys(made) if one != ast.unparse(tree)][:MOST_VARIANTS]


def _others(value):
    if isinstance(value, bool) or value is None:
        return [not value]
    if isinstance(value, int):
        return [value + 1, value - 1, value + 2, value * 2, value + 10, -value]
    if isinstance(value, float):
        return [value + 1, value - 1, value * 2, -value]
    if isinstance(value, str):
        return [value + value[-1:], value[1:], value[:-1], value.swapcase(), value + " " + value, value[::-1], value.upper(), "x" + value]
    if isinstance(value, bytes):
        return [value + value[-1:], value[1:], value[:-1], value[::-1]]
    return []


def _outcome(call, names):
    try:
        return {"value": common.briefly(SECONDS, lambda: shown(eval(call, dict(names))))}  # noqa: S307 - in a sandbox that is thrown away
    except common.RunproofTimeout:
        return {}
    except Exception as error:
        return {"error": "%s: %s" % (type(error).__name__, text_of(error, 300))}
    except BaseException:  # noqa: B902 - a call may do anything
        return {}
