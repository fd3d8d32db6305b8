"""Called when a program was linked: ``linked.py PROGRAM``. A program whose main stands in a test file becomes a script that tells how it is called."""

import json
import os
import shlex
import stat
import sys

sys.dont_write_bytecode = True

from program import OTHER, Program  # noqa: E402

SCRIPT = "#!/bin/sh\nexec /usr/bin/python3 %s called %s \"$@\"\n"


def main(path):
    path = os.path.abspath(path)
    program = Program(path, path, [path], ".")
    if program.kind == OTHER or not program.source(os.environ["RUNPROOF_ROOT"]):
        return
    real = os.path.join(os.path.dirname(path), ".runproof", os.path.basename(path))
    os.makedirs(os.path.dirname(real), exist_ok=True)
    os.replace(path, real)
    with open(path, "w") as file:
        file.write(SCRIPT % (shlex.quote(os.path.abspath(__file__)), shlex.quote(real)))
    os.chmod(path, os.stat(real).st_mode | stat.S_IXUSR)


def called(program, arguments):
    """In the place of the program: a line that says how it was called."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RUNPROOF_", "CCACHE_", "MAKE", "MFLAGS", "PATH", "_", "PWD", "OLDPWD", "SHLVL"))}
    with open(os.environ["RUNPROOF_CALLS"], "a") as file:
        file.write(json.dumps([os.getcwd(), program, arguments, kept]) + "\n")


if __name__ == "__main__":
    if sys.argv[1] == "called":
        called(sys.argv[2], sys.argv[3:])
    else:
        main(sys.argv[1])
