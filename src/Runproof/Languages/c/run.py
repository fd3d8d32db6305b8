"""Builds and tests a C or C++ project for Runproof: ``python3 run.py [ARGUMENT of cmake or make ...]`` where the project lies.

Variables: RUNPROOF_REPORT, RUNPROOF_SELECT (lines "SECONDS ID"), RUNPROOF_FAIL_FAST, RUNPROOF_SHUFFLE, RUNPROOF_TEST_SECONDS,
RUNPROOF_SUITE_SECONDS, RUNPROOF_REACH, RUNPROOF_BEHAVIOUR. Ids are PROGRAM::CASE; of a test program that is one test, PROGRAM.
"""

import os
import random
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import behaviour  # noqa: E402
import junit  # noqa: E402
import process  # noqa: E402
import reach  # noqa: E402
from cases import Runner  # noqa: E402
from cmake_build import CmakeBuild  # noqa: E402
from make_build import MAKEFILES, MakeBuild  # noqa: E402
from toolchain import Toolchain  # noqa: E402

ENVIRONMENT = "/opt/env/c"


def selection():
    """Test id → limit in seconds, in order; None for all."""
    if "RUNPROOF_SELECT" not in os.environ:
        return None
    with open(os.environ["RUNPROOF_SELECT"], encoding="utf-8", errors="replace") as file:
        lines = [line.rstrip("\n").split(" ", 1) for line in file if " " in line]
    return {test: float(seconds) for seconds, test in lines}


def owner(test):
    return test.split("::", 1)[0]


def main(arguments):
    process.adopt_orphans()
    root, wanted, measures = os.getcwd(), selection(), os.environ.get("RUNPROOF_REACH")
    home = os.path.join(ENVIRONMENT, os.path.relpath(root, "/").replace("/", "-") + ("-reach" if measures else ""))
    os.makedirs(home, exist_ok=True)
    tools = Toolchain(home, bool(measures))
    fresh = not os.path.isdir(os.path.join(home, "build"))
    build, results = build_of(root, home, tools, arguments), []
    if build.ready:
        if wanted is None or fresh:
            build.build(None)
        runner = Runner(root, home, tools, build.plan())
        if wanted is not None and not fresh:
            build.build([program.target for program in runner.programs_of(map(owner, wanted)) if program.target])
            runner = Runner(root, home, tools, build.plan())
        if measures:
            reach.measure(runner, measures)
            return 0
        results = runner.run(wanted, order(wanted), build.broken)
    if "RUNPROOF_REPORT" in os.environ:
        junit.write(os.environ["RUNPROOF_REPORT"], results, build.broken)
    if "RUNPROOF_BEHAVIOUR" in os.environ:
        behaviour.write(os.environ["RUNPROOF_BEHAVIOUR"], results, root)
    for result in results:
        if result.outcome not in (junit.PASSED, junit.SKIPPED):
            print("%s: %s: %s" % (result.outcome, result.test, result.message))
    return 2 if build.broken and not results else 1 if build.broken or any(result.outcome not in (junit.PASSED, junit.SKIPPED) for result in results) else 0


def build_of(root, home, tools, arguments):
    """By CMake where its project has tests, else by the Makefile."""
    by_make = os.path.join(home, "by-make")
    if os.path.isfile(os.path.join(root, "CMakeLists.txt")) and not os.path.exists(by_make):
        build = CmakeBuild(root, home, tools, arguments)
        build.ready = build.prepare()
        if build.ready and build.plan() or not any(os.path.isfile(os.path.join(root, name)) for name in MAKEFILES):
            return build
        open(by_make, "w").close()
    build = MakeBuild(root, home, tools, arguments)
    build.ready = build.prepare()
    return build


def order(wanted):
    """What brings programs and cases into another order; None for their own."""
    return random.Random(int(os.environ["RUNPROOF_SHUFFLE"])) if "RUNPROOF_SHUFFLE" in os.environ and wanted is None else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
