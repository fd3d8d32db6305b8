"""Asks test frameworks which tests pass, by their own commands. For bench/check_tasks: no code of Runproof."""

import glob
import json
import os
import re
import shlex
import subprocess
import tempfile
import xml.etree.ElementTree as xml

GO_TEST = re.compile(r"^(.+?)\.((?:Test|Example|Fuzz)[^./]*)((?:/.*)?)$")
UNITTEST = """
import sys, unittest
for name in sys.argv[1:]:
    if unittest.defaultTestLoader.loadTestsFromName(name).run(unittest.TestResult()).wasSuccessful():
        print("PASSED", name, flush=True)
"""


def run(arguments, folder, stdin=None, timeout=30, **variables):
    env = dict(os.environ, PYTHONDONTWRITEBYTECODE="1", PYTHONPATH=os.pathsep.join(os.path.join(folder, *part) for part in (["src"], [], ["tests"], ["test"])), GOFLAGS="-buildvcs=false", GOPROXY="off", CGO_ENABLED="0", TZ="UTC", LC_ALL="C.UTF-8", **variables)
    try:
        return subprocess.run(arguments, cwd=folder, input=stdin, capture_output=True, text=True, env=env, timeout=timeout, errors="replace")
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(arguments, 124, "", "")


def passing(tests, checkout, arguments):
    """Those of the tests that pass; a repository may have several frameworks."""
    found = set()
    for framework, group in grouped(tests, lambda test: framework_of(test, checkout)).items():
        found |= framework(group, checkout, arguments)
    return found


def grouped(items, key):
    groups = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups


def framework_of(test, checkout):
    if "::" in test.split(" ")[0]:
        return pytest
    if " > " in test:
        return ruby if ".rb > " in test else javascript
    if any(glob.glob(os.path.join(checkout, *["*"] * depth, "*.csproj")) for depth in range(5)) and not os.path.exists(os.path.join(checkout, "setup.py")):
        return dotnet
    return go if GO_TEST.match(test) else unittest


def project_of(path, checkout, *names):
    """The nearest folder above a file that has a project file, and the file's path from there."""
    folder = os.path.dirname(path)
    while folder and not any(os.path.exists(os.path.join(checkout, folder, name)) for name in names):
        folder = os.path.dirname(folder)
    return folder


def pytest(tests, checkout, arguments):
    found = set()
    for folder, group in grouped(tests, lambda test: project_of(test.split("::")[0], checkout, "pyproject.toml", "setup.py", "setup.cfg", "tox.ini")).items():
        start = len(folder) + 1 if folder else 0
        files = sorted({test.split("::")[0][start:] for test in group})
        command = ["/usr/bin/python3", "-m", "pytest", "-p", "no:cacheprovider", "-q", "-rA", "--tb=no", *arguments]
        result = run([*command, *files], os.path.join(checkout, folder))
        if result.returncode == 4:  # options of plugins that are not installed here
            result = run([*command, "-o", "addopts=", *files], os.path.join(checkout, folder))
        passed = set(re.findall(r"(?m)^PASSED (.+?)$", result.stdout))
        found.update(test for test in group if test[start:] in passed)
    return found


def unittest(tests, checkout, arguments):
    passed = set(re.findall(r"(?m)^PASSED (.+?)$", run(["/usr/bin/python3", "-c", UNITTEST, *tests], checkout).stdout))
    return {test for test in tests if test in passed}


def go(tests, checkout, arguments):
    """All of a package at once; those that a panic of another took with it are asked alone."""
    modules = {}
    for path in glob.glob(os.path.join(checkout, "**", "go.mod"), recursive=True):
        with open(path, encoding="utf-8") as file:
            modules[re.search(r"(?m)^module\s+\"?([^\s\"]+)", file.read()).group(1)] = os.path.dirname(path)
    found = set()
    variables, place = {}, checkout
    if not modules:
        # From before modules: below GOPATH, under the import path, which is that of a package without its own folder.
        packages = sorted({GO_TEST.match(test).group(1) for test in tests}, key=len)
        folders = sorted({os.path.relpath(os.path.dirname(path), checkout) for path in glob.glob(os.path.join(checkout, "**", "*_test.go"), recursive=True)} - {"."}, key=len)
        root = next((packages[0][: -len(folder) - 1] for folder in reversed(folders) if packages[0].endswith("/" + folder)), packages[0])
        gopath = os.path.join(checkout, ".git", "gopath")
        place = os.path.join(gopath, "src", root)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        if not os.path.islink(place):
            os.symlink(checkout, place)
        variables = {"GO111MODULE": "off", "GOPATH": gopath, "PWD": place}
    for package, names in grouped(tests, lambda test: GO_TEST.match(test).group(1)).items():
        folder = place if variables else modules.get(max((module for module in modules if (package + "/").startswith(module + "/")), key=len, default=None), checkout)
        by_name = grouped(names, lambda test: GO_TEST.match(test).group(2))
        groups = [sorted(by_name)]
        while groups:
            group = groups.pop()
            result = run(["go", "test", "-vet=off", "-count=1", "-timeout=60s", "-v", *arguments, "-run", "^(%s)$" % "|".join(group), package], folder, timeout=120, **variables)
            outcomes = dict((name, outcome) for outcome, name in re.findall(r"(?m)^\s*--- (PASS|FAIL|SKIP): (.+) \(", result.stdout))
            found.update(test for name in group for test in by_name[name] if outcomes.get(test[len(package) + 1 :]) == "PASS")
            if len(group) > 1:
                groups += [[name] for name in group if name not in outcomes]
    return found


def javascript(tests, checkout, arguments):
    found = set()
    for folder, group in grouped(tests, lambda test: project_of(test.split(" > ")[0], checkout, "package.json")).items():
        start = len(folder) + 1 if folder else 0
        passed = javascript_passed(group, os.path.join(checkout, folder), start, arguments)
        # A project of Vitest (|name|) is not in its report: of a test that several have, all must pass.
        found.update(test for test in group if re.sub(r" > (\|[^|>]+\| > )?", " ", test[start:]) in passed)
    return found


def javascript_passed(tests, folder, start, arguments):
    """The passing ones, each as its file and its titles with blanks between."""
    with open(os.path.join(folder, "package.json"), encoding="utf-8") as file:
        package = json.load(file)
    script = " ".join(str(text) for text in package.get("scripts", {}).values())
    files = sorted({test.split(" > ")[0][start:] for test in tests})
    loaders = [word for option, name in re.findall(r"(--require|-r|--import)[ =](\S+)", script) for word in (option, name)]
    with tempfile.TemporaryDirectory() as out:
        report = os.path.join(out, "report")
        bin = os.path.join(folder, "node_modules", ".bin")
        if os.path.exists(os.path.join(bin, "vitest")):
            run([os.path.join(bin, "vitest"), "run", "--reporter=json", "--outputFile=" + report, *arguments, *files], folder, timeout=180)
        elif os.path.exists(os.path.join(bin, "jest")):
            run([os.path.join(bin, "jest"), "--json", "--outputFile=" + report, *arguments, "--runTestsByPath", *files], folder, timeout=180)
        elif os.path.exists(os.path.join(bin, "mocha")):
            run([os.path.join(bin, "mocha"), "--reporter=json", "--reporter-option=output=" + report, *loaders, *arguments, *files], folder, timeout=180)
        else:
            run(["node", *loaders, "--test", "--test-reporter=junit", "--test-reporter-destination=" + report, *arguments, *files], folder, timeout=180)
            return node_passed(report, folder)
        with open(report, encoding="utf-8") if os.path.exists(report) else open(os.devnull) as file:
            result = json.loads(file.read() or "{}")
    outcomes = [(os.path.relpath(test["file"], folder) + " " + test["fullTitle"], test in result["passes"]) for kind in ("passes", "failures") for test in result.get(kind, [])]
    for suite in result.get("testResults", []):
        outcomes += [(" ".join([os.path.relpath(suite["name"], folder), *test["ancestorTitles"], test["title"]]), test["status"] == "passed") for test in suite["assertionResults"]]
    return passed_always(outcomes)


def passed_always(outcomes):
    """Of (name, whether it passed): several tests of one name pass when all of them do."""
    return {name for name, passed in outcomes if passed} - {name for name, passed in outcomes if not passed}


def node_passed(report, folder):
    if not os.path.exists(report):
        return set()
    outcomes = []

    def walk(element, titles):
        for child in element:
            if child.tag == "testsuite":
                walk(child, [*titles, child.get("name")])
            elif child.tag == "testcase":
                outcomes.append((" ".join([os.path.relpath(child.get("file"), folder), *titles, child.get("name")]), not len(child)))

    walk(xml.parse(report).getroot(), [])
    return passed_always(outcomes)


def install_javascript(checkout):
    """Packages of every project with a lock file, or without any: of the root alone."""
    locks = {"pnpm-lock.yaml": ["npx", "-y", "pnpm@9", "install", "--frozen-lockfile", "--ignore-scripts"], "yarn.lock": ["npx", "-y", "yarn@1", "install", "--ignore-scripts"], "package-lock.json": ["npm", "ci", "--ignore-scripts"]}
    projects = [path for path in glob.glob(os.path.join(checkout, "**", "package.json"), recursive=True) if "node_modules" not in path]
    for folder in sorted({os.path.dirname(path) for path in projects}, key=len):
        command = next((locks[lock] for lock in locks if os.path.exists(os.path.join(folder, lock))), None)
        if command == locks["yarn.lock"]:
            with open(os.path.join(folder, "yarn.lock"), encoding="utf-8") as file:
                command = ["npx", "-y", "@yarnpkg/cli-dist@4", "install", "--immutable"] if "__metadata:" in file.read() else command
        if command or folder == checkout:
            command = command or ["npm", "install", "--ignore-scripts", "--no-package-lock"]
            yarn = {"YARN_NODE_LINKER": "node-modules", "YARN_ENABLE_SCRIPTS": "0", "YARN_IGNORE_PATH": "1"}
            if run(command, folder, timeout=900, **yarn).returncode and "--immutable" in command:  # the lock file is not the one that this yarn would write
                run([word.replace("--immutable", "--no-immutable") for word in command], folder, timeout=900, **yarn)


def ruby(tests, checkout, arguments):
    """RSpec by its JSON, Minitest by its verbose output. The second of one name has (2) at its end."""
    def plain(test):
        return re.sub(r"\s+", " ", test.replace(" > ", " ")).strip()

    found = set()
    for folder, group in grouped(tests, lambda test: project_of(test.split(" > ")[0], checkout, "Gemfile", "Rakefile", ".rspec")).items():
        start = len(folder) + 1 if folder else 0
        outcomes = []
        for file in sorted({test.split(" > ")[0][start:] for test in group}):
            if file.endswith("_spec.rb"):
                result = run(["rspec", "--order", "defined", "--format", "json", *arguments, file], os.path.join(checkout, folder), timeout=120)
                examples = json.loads(re.search(r"(?s)\{\"version.*\}|$", result.stdout).group(0) or "{}").get("examples", [])
                for i, example in enumerate(examples):
                    same = sum(other["full_description"] == example["full_description"] for other in examples[: i + 1])
                    outcomes.append(("%s %s%s" % (file, example["full_description"], " (%d)" % same if same > 1 else ""), example["status"] == "passed"))
            else:
                result = run(["ruby", "-Ilib", "-Itest", file, "-v", *arguments], os.path.join(checkout, folder), timeout=120)
                outcomes += [("%s %s" % (file, name), end == ".") for name, end in re.findall(r"(?m)^(\S+#.+) = [\d.]+ s = (\S)$", result.stdout)]
        passed = {plain(name) for name in passed_always([(plain(name), passed) for name, passed in outcomes])}
        found.update(test for test in group if plain(test[start:]) in passed)
    return found


def dotnet(tests, checkout, arguments):
    """Each test project that declares one of the classes, with a filter for these."""
    classes = {re.split(r"[.+]", re.match(r"[^( \"]+(?=\.)", test).group(0))[-1] for test in tests}
    projects = {}
    for path in glob.glob(os.path.join(checkout, "**", "*.cs"), recursive=True):
        with open(path, encoding="utf-8", errors="replace") as file:
            declared = classes & set(re.findall(r"\b(?:class|record|struct)\s+(\w+)", file.read()))
        folder = os.path.dirname(path)
        while declared and len(folder) >= len(checkout) and not glob.glob(os.path.join(folder, "*.csproj")):
            folder = os.path.dirname(folder)
        if declared and len(folder) >= len(checkout):
            projects.setdefault(glob.glob(os.path.join(folder, "*.csproj"))[0], set()).update(declared)
    found = set()
    for project, names in sorted(projects.items()):
        with tempfile.TemporaryDirectory() as out:
            chosen = ["--results-directory", out, "--filter", "|".join("FullyQualifiedName~" + name for name in sorted(names))]
            with open(project, encoding="utf-8-sig") as file:
                text = file.read()
            if "<EnableMSTestRunner>true" in text:  # tests that are a program of their own
                several = re.search(r"<TargetFrameworks>([^<]*)", text)
                newest = ["--framework", several.group(1).strip(";").split(";")[-1]] if several else []
                command = ["dotnet", "run", "--project", project, *newest, "-p:TreatWarningsAsErrors=false", *arguments, "--", "--report-trx", *chosen]
            else:
                command = ["dotnet", "test", project, "--logger", "trx", "-p:TreatWarningsAsErrors=false", *arguments, *chosen]
            run(command, os.path.dirname(project), timeout=600, DOTNET_ROLL_FORWARD="Major")
            for report in glob.glob(os.path.join(out, "**", "*.trx"), recursive=True):
                found |= trx_passed(report)
    return found & set(tests)


def trx_passed(report):
    space = "{http://microsoft.com/schemas/VisualStudio/TeamTest/2010}"
    root = xml.parse(report).getroot()
    classes = {test.get("id"): test.find(space + "TestMethod").get("className") for test in root.iter(space + "UnitTest")}
    outcomes = []
    for result in root.iter(space + "UnitTestResult"):
        name, owner = result.get("testName"), classes[result.get("testId")]
        outcomes.append((name if name.startswith(owner + ".") else owner + "." + name, result.get("outcome") == "Passed"))
    return passed_always(outcomes)
