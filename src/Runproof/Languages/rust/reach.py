"""
Which lines each test runs: the compiler counts, one profile for each test, LLVM's tools read it.
Format: a line "test ID", then "FILE:FIRST,LAST" for runs of lines, or "unmeasured".
"""
import glob
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import execution

TEST_SECONDS = 60
FOLDER = os.path.join(tempfile.gettempdir(), "reach")
TOOL_VERSIONS = ("-22", "-21", "-20", "-19", "")


def prepare():
    """A build of its own, in which the packages of the workspace count."""
    os.environ["RUNPROOF_RUSTC"] = "-Cinstrument-coverage"
    os.environ["CARGO_TARGET_DIR"] = os.environ["CARGO_TARGET_DIR"] + "-reach"
    os.environ["CARGO_INCREMENTAL"] = "0"
    # Programs that run while compiling (build scripts, macros) write their profiles here.
    os.makedirs(FOLDER, exist_ok=True)
    os.environ["LLVM_PROFILE_FILE"] = os.path.join(FOLDER, "build-%p.profraw")


def measure(tests, built, variables, path):
    end = time.monotonic() + 0.8 * float(os.environ["RUNPROOF_SUITE_SECONDS"])
    profdata, cov = tool("llvm-profdata"), tool("llvm-cov")

    def one(numbered):
        number, test = numbered
        if test.ignored:
            return ""
        if time.monotonic() > end:
            return f"test {test.id}\nunmeasured\n"
        name = os.path.join(FOLDER, str(number))
        execution.run(test, {**variables, **test.target.package_variables, "LLVM_PROFILE_FILE": f"{name}-%p-%m.profraw"}, TEST_SECONDS)
        lines = lines_of(name, test, built.products, profdata, cov)
        return f"test {test.id}\n{'unmeasured' if lines is None else lines}\n"

    with ThreadPoolExecutor(2) as pool, open(path, "w", encoding="utf-8") as file:
        for record in pool.map(one, enumerate(tests)):
            file.write(record)


def lines_of(name, test, products, profdata, cov):
    profiles = glob.glob(glob.escape(name) + "-*.profraw")
    if not profiles:
        return None
    merged = name + ".profdata"
    try:
        if subprocess.run([profdata, "merge", "-sparse", *profiles, "-o", merged], stderr=subprocess.DEVNULL, check=False).returncode != 0:
            return None
        # Programs of the product count where the test has started some.
        objects = [word for product in (products if len(profiles) > 1 else []) for word in ("-object", product)]
        found = subprocess.run(
            [cov, "export", "--format=lcov", "--skip-branches", "--num-threads=1", f"--instr-profile={merged}", test.program, *objects],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8", errors="replace", check=False)
        return "\n".join(runs_of(found.stdout)) if found.returncode == 0 else None
    finally:
        for file in [*profiles, merged]:
            if os.path.exists(file):
                os.remove(file)


def runs_of(lcov):
    """Runs of lines that were run, of files of the repository."""
    folder = os.getcwd() + "/"
    file, first, last = None, 0, 0
    for line in lcov.splitlines():
        if line.startswith("DA:") and file:
            number, count = line[3:].split(",")[:2]
            if count == "0":
                continue
            if last and int(number) == last + 1:
                last += 1
                continue
            if last:
                yield f"{file}:{first},{last}"
            first = last = int(number)
        elif line.startswith(("SF:", "end_of_record")):
            if last:
                yield f"{file}:{first},{last}"
            path = os.path.normpath(line[3:]) if line.startswith("SF:") else ""
            file, first, last = path[len(folder):] if path.startswith(folder) else None, 0, 0


def tool(name):
    """The tool of the compiler's own LLVM, or of the newest there is."""
    found = next((path for version in TOOL_VERSIONS if (path := shutil.which(name + version))), None)
    return found or sys.exit(f"{name} is missing")
