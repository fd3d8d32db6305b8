"""Builds a CMake project outside of the repository, and never takes an object that was made from another text.

A build that goes on from an earlier one trusts times; layers of files can bring an old text with any time. So the build keeps the hash of
each file that it was made from, and what was compiled from a file with another hash is deleted first.
"""

import glob
import hashlib
import json
import os
import re
import shutil
import subprocess

from program import Program
from toolchain import FLAGS, inside, is_test

LARGEST = 8 << 20
_STEERING = re.compile(r"(^|/)(CMakeLists\.txt|CMakePresets\.json|[^/]*\.cmake|[^/]*\.in)$")
_OPTION = re.compile(r"(?im)^\s*(?:cmake_dependent_)?option\s*\(\s*\"?(\w+)\"?\s+(?:\"(?:[^\"\\]|\\.)*\"\s*|[^\s()\"]+\s*)?(\$?[^\s()]*)")
_WANTED = re.compile(r"(?i)(^|_)(build_?)?(unit_?)?tests?(ing)?(_?enabled?|_build|_programs?)?$|(enable|build)_\w*tests?(ing)?$")
_UNWANTED = re.compile(r"(?i)bench|fuzz|doc(s|umentation)?$|sanit|valgrind|coverage|examples?$|clang|cppcheck|install|pch|precompile|werror|warnings_as_errors|module|single_?file|single_?include|boost|perf|cuda|locale")


class CmakeBuild:
    def __init__(self, root, home, tools, arguments):
        self.root, self.tools, self.arguments = root, tools, arguments
        self.folder, self.kept = os.path.join(home, "build"), os.path.join(home, "made-from.json")
        self.broken = {}

    def prepare(self):
        """Configures where needed; a failure is told in ``broken``."""
        now, before = self._hashes(), self._known()
        if before is not None and not self._bring_up_to_date(now, before):
            shutil.rmtree(self.folder, ignore_errors=True)
            before = None
        configured = os.path.isfile(os.path.join(self.folder, "build.ninja"))
        steering = lambda files: {name: text for name, text in files.items() if _STEERING.search(name)}  # noqa: E731
        if not configured or before is None or set(before) != set(now) or steering(before) != steering(now):
            if not self._configure():
                return False
        with open(self.kept, "w") as file:
            json.dump(now, file)
        return True

    def _hashes(self):
        found = {}
        for folder, inner, names in os.walk(self.root):
            inner[:] = sorted(one for one in inner if one != ".git")
            for name in names:
                path = os.path.join(folder, name)
                if os.path.isfile(path) and not os.path.islink(path) and os.path.getsize(path) <= LARGEST:
                    with open(path, "rb") as file:
                        found[path[len(self.root) + 1:]] = hashlib.sha256(file.read()).hexdigest()
        return found

    def _known(self):
        try:
            with open(self.kept) as file:
                return json.load(file)
        except (OSError, ValueError):
            return None

    def _bring_up_to_date(self, now, before):
        """Deletes what was compiled from other texts. False: something else was made from one whose time says that it is older."""
        changed = {name for name in set(now) | set(before) if now.get(name) != before.get(name)}
        if not changed:
            return True
        said = subprocess.run(["ninja", "-C", self.folder, "-t", "deps"], capture_output=True, text=True, errors="replace", stdin=subprocess.DEVNULL).stdout
        known, made = set(), None
        for line in said.splitlines():
            if line and not line[0].isspace():
                made = line.split(": #deps")[0]
            elif made and line.strip():
                source = inside(os.path.join(self.folder, line.strip()), self.root)
                if source in changed:
                    known.add(source)
                    path = os.path.join(self.folder, made)
                    if os.path.exists(path):
                        os.remove(path)
        kept = os.path.getmtime(self.kept)
        return all(name in known or name not in now or os.path.getmtime(os.path.join(self.root, name)) > kept or _STEERING.search(name) for name in changed)

    def _options(self):
        """Tests are switched on, what costs time and is no test is switched off."""
        found = {}
        for path in [os.path.join(self.root, "CMakeLists.txt")] + glob.glob(os.path.join(self.root, "cmake", "*.cmake")):
            try:
                with open(path, errors="replace") as file:
                    text = file.read()
            except OSError:
                continue
            for name, default in _OPTION.findall(re.sub(r"(?m)#[^\n\"]*$", "", text)):
                if _UNWANTED.search(name):
                    if re.search(r"(?i)bench|fuzz|doc|examples?$|sanit|werror|warnings_as_errors", name):
                        found[name] = "OFF"
                elif _WANTED.search(name):
                    found[name] = "ON"
        return found

    def _configure(self):
        query = os.path.join(self.folder, ".cmake", "api", "v1", "query")
        os.makedirs(query, exist_ok=True)
        open(os.path.join(query, "codemodel-v2"), "w").close()
        given = {
            "CMAKE_BUILD_TYPE": "Debug", "BUILD_TESTING": "ON", "CMAKE_C_COMPILER": os.path.join(self.tools.bin, "gcc"), "CMAKE_CXX_COMPILER": os.path.join(self.tools.bin, "g++"),
            "CMAKE_PROJECT_INCLUDE": os.path.join(os.path.dirname(os.path.abspath(__file__)), "plant.cmake"), "CMAKE_PREFIX_PATH": "/opt/env/debian/usr",
            "FETCHCONTENT_FULLY_DISCONNECTED": "OFF", "FETCHCONTENT_TRY_FIND_PACKAGE_MODE": "ALWAYS", "FETCHCONTENT_SOURCE_DIR_GOOGLETEST": "/usr/src/googletest",
            "FETCHCONTENT_SOURCE_DIR_GTEST": "/usr/src/googletest", "CPM_USE_LOCAL_PACKAGES": "ON", "CMAKE_COMPILE_WARNING_AS_ERROR": "OFF", "CMAKE_SKIP_INSTALL_RULES": "OFF",
            "CMAKE_GTEST_DISCOVER_TESTS_DISCOVERY_MODE": "PRE_TEST", "CMAKE_CATCH_DISCOVER_TESTS_DISCOVERY_MODE": "PRE_TEST", "CMAKE_INTERPROCEDURAL_OPTIMIZATION": "OFF",
        }
        given.update(self._options())
        command = ["cmake", "-S", self.root, "-B", self.folder, "-G", "Ninja", "-Wno-dev", "-Wno-deprecated"] + ["-D%s=%s" % pair for pair in given.items()] + self.arguments
        # What CMake asks of the compiler it reads from plain programs.
        variables = self.tools.variables(RUNPROOF_FLAGS=FLAGS, RUNPROOF_LINKED="")
        done = subprocess.run(command, env=variables, capture_output=True, text=True, errors="replace", stdin=subprocess.DEVNULL)
        print(done.stdout[-4000:], done.stderr[-4000:], flush=True)
        if done.returncode != 0:
            errors = re.search(r"CMake Error[\s\S]{0,1500}", done.stderr)
            self.broken["CMakeLists.txt"] = " ".join((errors.group(0) if errors else done.stderr[-1500:]).split())
        return done.returncode == 0

    def plan(self):
        """The test programs: what CTest runs, and programs made of test files that it does not know."""
        targets = self._targets()
        said = subprocess.run(["ctest", "--show-only=json-v1"], cwd=self.folder, env=self.tools.variables(), capture_output=True, text=True, errors="replace", stdin=subprocess.DEVNULL).stdout
        try:
            tests = json.loads(said[said.index("{"):])["tests"]
        except (ValueError, KeyError):
            tests = []
        programs, seen = [], set()
        for test in tests:
            command = test.get("command")
            properties = {one["name"]: one["value"] for one in test.get("properties", [])}
            if not command or properties.get("DISABLED") in (True, "1", "ON"):
                continue
            target = targets.get(os.path.normpath(command[0]))
            folder = properties.get("WORKING_DIRECTORY") or self.folder
            variables = dict(one.split("=", 1) for one in properties.get("ENVIRONMENT", []) if "=" in one)
            if target is None:
                if not (command[0].startswith(self.folder) or re.search(r"cmake|/ctest$", command[0])):
                    programs.append(Program(test["name"], None, command, folder, variables, properties))
                continue
            programs.append(Program(test["name"], target[1], command, folder, variables, properties, target[0]))
            seen.add(target[0])
        known = {path for path in targets}
        for path in sorted(known):
            name, artifact, sources, home = targets[path]
            if name not in seen and any(is_test(source) for source in sources):
                programs.append(Program(name, artifact, [artifact], home, target=name))
        return programs

    def _targets(self):
        reply = os.path.join(self.folder, ".cmake", "api", "v1", "reply")
        indexes = sorted(glob.glob(os.path.join(reply, "codemodel-v2-*.json")))
        if not indexes:
            return {}
        found = {}
        with open(indexes[-1]) as file:
            model = json.load(file)
        for one in model["configurations"][0]["targets"]:
            with open(os.path.join(reply, one["jsonFile"])) as file:
                target = json.load(file)
            if target["type"] != "EXECUTABLE" or not target.get("artifacts"):
                continue
            sources = [inside(os.path.join(self.root, source["path"]), self.root) for source in target.get("sources", [])]
            path = os.path.normpath(os.path.join(self.folder, target["artifacts"][0]["path"]))
            home = os.path.normpath(os.path.join(self.folder, target.get("paths", {}).get("build", ".")))
            found[path] = (target["name"], path, [source for source in sources if source], home)
        return found

    def build(self, targets):
        """Builds targets (None: all). Those that do not compile are told in ``broken``."""
        names = sorted(set(targets)) if targets is not None else []
        if targets is not None and not names:
            return
        done = self._ninja(["-k", "0"] + names)
        if done.returncode == 0:
            return
        print(done.stdout[-8000:], flush=True)
        for name in names or sorted({target[0] for target in self._targets().values()}):
            alone = self._ninja([name])
            if alone.returncode != 0:
                self.broken[name] = _error(alone.stdout)

    def _ninja(self, words):
        return subprocess.run(["ninja", "-C", self.folder, "-j", str(os.cpu_count() or 1)] + words, env=self.tools.variables(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, errors="replace", stdin=subprocess.DEVNULL)


def _error(text):
    """What is wrong, in the last line."""
    lines = [line for line in text.splitlines() if re.search(r"\berror\b|undefined reference", line, re.I)]
    return "\n".join(lines[:5][::-1]) if lines else text[-1000:]
