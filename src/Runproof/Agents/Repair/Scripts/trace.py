"""Adds the lines that a script runs to a measurement: trace.py SCRIPT REACH."""
import json, os, sys

script, reach = sys.argv[1:]
root, lines = os.getcwd() + os.sep, {}
sys.path[:0] = [place for place in os.environ.get("RUNPROOF_SOURCE_ROOTS", "").split(":") if place] + [os.getcwd()]


def trace(frame, event, argument):
    name = frame.f_code.co_filename
    if not name.startswith(root):
        return None
    if event == "line":
        lines.setdefault(name[len(root) :], set()).add(frame.f_lineno)
    return trace


with open(script) as source:
    code = compile(source.read(), script, "exec")


def run():
    try:
        exec(code, {"__name__": "__main__"})
    except BaseException as error:
        print("%s: %s" % (type(error).__name__, error))


# What only loads modules is over the second time.
run()
sys.settrace(trace)
run()
sys.settrace(None)
with open(reach, "a") as out:
    out.write("\n" + json.dumps({"test": "reproduction", "lines": {name: [[line, line] for line in sorted(found)] for name, found in lines.items()}}) + "\n")
