"""Evaluates the expression on stdin, with the answer loaded where --plain is not given, and prints the value as equal values print it."""
import sys


def canonical(value):
    if isinstance(value, dict):
        return "{" + ", ".join(sorted("%s: %s" % (canonical(k), canonical(v)) for k, v in value.items())) + "}"
    if isinstance(value, (set, frozenset)):
        return "set(" + ", ".join(sorted(map(canonical, value))) + ")"
    if isinstance(value, list):
        return "[" + ", ".join(map(canonical, value)) + "]"
    if type(value) is tuple:
        return "(" + ", ".join(map(canonical, value)) + ")"
    return repr(value)


expression, out = sys.stdin.read(), sys.stdout
names = {"__name__": "answer"}
sys.stdout = sys.stderr
if "--plain" not in sys.argv:
    sys.path.insert(0, ".")
    with open("answer.py") as file:
        exec(compile(file.read(), "answer.py", "exec"), names)
try:
    told = "value " + canonical(eval(expression, names))
except Exception as error:
    told = "error " + type(error).__name__
out.write(told + "\n")
out.flush()
