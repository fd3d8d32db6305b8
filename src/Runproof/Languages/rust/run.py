"""
Builds the test programs of a workspace and runs each test as a process of its own: how it ended is known from outside of the code under test.
"""
import ctypes
import os
import random
import sys
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

import behaviour
import execution
import listing
import project
import reach
import report

PROGRAMS_AT_ONCE = 2


PR_SET_DUMPABLE = 4


def main():
    # Tests run as the same user: this keeps them out of this process's memory.
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    arguments = sys.argv[1:]
    targets = project.targets()
    limits = selection()
    if limits is not None:
        chosen = {test_id.split(" ")[0] for test_id in limits}
        targets = [target for target in targets if target.id in chosen]
    measured = os.environ.get("RUNPROOF_REACH")
    if measured:
        reach.prepare()
    built = project.build(targets, arguments, everything=limits is None)
    variables = {**os.environ, "LD_LIBRARY_PATH": library_path(built)}
    with ThreadPoolExecutor(PROGRAMS_AT_ONCE) as pool:
        lists = list(pool.map(lambda pair: listing.tests_of(pair[0], pair[1], {**variables, **pair[0].package_variables}), built.programs.items()))
    tests = [test for found in lists for test in found if limits is None or test.id in limits]
    if "RUNPROOF_SHUFFLE" in os.environ:
        random.Random(int(os.environ["RUNPROOF_SHUFFLE"])).shuffle(tests)
    if measured:
        reach.measure(tests, built, variables, measured)
        return 0
    outcomes = run_all(tests, variables, limits or {})
    execution.end_all_others()
    if "RUNPROOF_BEHAVIOUR" in os.environ:
        behaviour.write(os.environ["RUNPROOF_BEHAVIOUR"], outcomes)
    report.write(os.environ["RUNPROOF_REPORT"], outcomes, built.errors)
    return 1 if built.errors or any(outcome.kind not in ("passed", "skipped") for outcome in outcomes) else 0


def selection():
    """Chosen tests with their limits in seconds; None for all."""
    path = os.environ.get("RUNPROOF_SELECT")
    if not path:
        return None
    with open(path, encoding="utf-8") as file:
        lines = [line.rstrip("\n").split(" ", 1) for line in file]
    return {line[1]: float(line[0]) for line in lines if len(line) == 2}


def run_all(tests, variables, limits):
    common = float(os.environ.get("RUNPROOF_TEST_SECONDS", "0"))
    first_failure_ends = "RUNPROOF_FAIL_FAST" in os.environ
    outcomes = []
    left = iter(tests)
    cut = 0
    with ThreadPoolExecutor(PROGRAMS_AT_ONCE) as pool:
        running = set()

        def start():
            test = next(left, None)
            if test is not None:
                running.add(pool.submit(execution.run, test, {**variables, **test.target.package_variables}, limits.get(test.id, common)))

        for _ in range(PROGRAMS_AT_ONCE):
            start()
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                outcome = future.result()
                outcomes.append(outcome)
                cut += outcome.kind == "timed out"
                # Two that were cut are enough to say that a bug makes tests hang.
                if not first_failure_ends or (outcome.kind in ("passed", "skipped", "timed out") and cut < 2):
                    start()
                else:
                    left = iter(())
    return outcomes


def library_path(built):
    """Where programs find what they load: shared libraries of the workspace, and for tests of macros the compiler's."""
    folders = {os.path.dirname(program) for program in built.programs.values()}
    return ":".join([*sorted(folders), *filter(None, [os.environ.get("LD_LIBRARY_PATH")])])


if __name__ == "__main__":
    sys.exit(main())
