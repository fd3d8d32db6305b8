"""Describes a Python project without running it: ``python3 dist_info.py ROOT OUT``.

Writes OUT/NAME-VERSION.dist-info, so that ``importlib.metadata`` finds the project and its entry points although it is not
installed, and prints one JSON line: name, version, import_roots, dependencies, test_dependencies, entry_points (how many),
requires_python, has_extensions. Reads pyproject.toml, setup.cfg and setup.py (parsed, never executed): what a build computes at
run time (a version from Git tags, dependencies read from a file by code) is guessed or missing.
"""

import json
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from project_files import VERSION_NAMES, changelog_version, config_file, literal_of, packages, read, setup_arguments, toml_file  # noqa: E402

TEST_WORDS = ("test", "tests", "testing", "dev", "develop", "development", "ci", "check")
# Brought by Runproof itself, or of no use to a test.
NOT_WANTED = {
    "pytest", "coverage", "pip", "setuptools", "wheel", "tox", "nox", "black", "ruff", "mypy", "flake8", "pre-commit", "build", "twine", "sphinx", "isort", "pylint",
    "uv", "pytest-cov", "furo", "hatch", "tox-uv", "sphinx-rtd-theme", "bump2version", "bumpversion", "pyright", "towncrier",
    "pytest-randomly", "pytest-random-order", "pytest-reverse",  # they would change the order of tests, or their seeds, from run to run
}
_REQUIREMENTS = re.compile(r"(?i)^(.*(test|dev).*requirements.*|requirements.*(test|dev).*|requirements/(test|dev)[^/]*)\.(txt|in)$")


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def requirement_name(text):
    text = text.split(" #")[0].strip()
    match = re.match(r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*($|[\[(<>=!~;@,])", text)
    if not match:
        return None
    try:
        from packaging.requirements import Requirement

        marker = Requirement(text).marker
        if marker is not None and not marker.evaluate({"extra": ""}):
            return None
    except Exception:
        pass
    return normal(match.group(1))


def names(texts):
    found = {requirement_name(text) for text in texts if isinstance(text, str)}
    return found - NOT_WANTED - {None}


def lines_of(value):
    """A list of requirements as setup.cfg or setup.py may write it."""
    if isinstance(value, str):
        return [line.strip() for line in value.splitlines() if line.strip()]
    return [one for one in value if isinstance(one, str)] if isinstance(value, (list, tuple, set)) else []


def table(value):
    return value if isinstance(value, dict) else {}


def expand(values, groups, depth=0):
    """A dependency group with what it includes."""
    found = []
    for value in values if isinstance(values, list) else []:
        if isinstance(value, dict) and depth < 8:
            wanted = normal(str(value.get("include-group")))
            found += expand(next((one for key, one in groups.items() if normal(key) == wanted), []), groups, depth + 1)
        elif isinstance(value, str):
            found.append(value)
    return found


def requirements_file(root, name, seen):
    """The requirements in a file and in those it names by ``-r``."""
    path = os.path.normpath(name)
    if path in seen or path.startswith(("..", "/")):
        return []
    seen.add(path)
    found = []
    for line in read(root, path).splitlines():
        included = re.match(r"\s*(?:-r|--requirement)[\s=]*(\S+)", line)
        if included:
            found += requirements_file(root, os.path.join(os.path.dirname(path), included.group(1)), seen)
        elif not line.lstrip().startswith(("-", "#")):
            found.append(line)
    return found


def tox_requirements(root):
    found, config = [], config_file(root, "tox.ini")
    for section in config.sections():
        if section == "testenv" or re.match(r"testenv:(py|test|unit|core)", section):
            for line in lines_of(config.get(section, "deps", fallback="")):
                line = re.sub(r"^[\w{},!.-]+:\s+", "", line)
                included = re.match(r"-r\s*(?:\{toxinidir\}/)?(\S+)", line)
                found += requirements_file(root, included.group(1), set()) if included else [line]
    return [line for line in found if not line.startswith(("-", ".", "{"))]


class Project:
    def __init__(self, root):
        self.root = root
        data = toml_file(root, "pyproject.toml")
        self.project, tool = table(data.get("project")), table(data.get("tool"))
        self.groups, self.backend = table(data.get("dependency-groups")), table(data.get("build-system"))
        self.poetry, self.tool = table(tool.get("poetry")), tool
        self.config = config_file(root, "setup.cfg")
        self.setup = setup_arguments(root)
        self.name = self._first(self.project.get("name"), self.poetry.get("name"), self._cfg("metadata", "name"), self.setup.get("name"), os.path.basename(os.path.abspath(root)))
        self.roots = self._import_roots()
        self.version = self._version()

    @staticmethod
    def _first(*values):
        return next((value.strip() for value in values if isinstance(value, str) and value.strip()), "")

    def _cfg(self, section, key):
        return self.config.get(section, key, fallback="")

    def _import_roots(self):
        tool = table(self.tool.get("setuptools"))
        given = lines_of(table(table(tool.get("packages")).get("find")).get("where")) + [table(tool.get("package-dir")).get("")]
        given += [self._cfg("options.packages.find", "where")] + re.findall(r"(?m)^\s*=\s*(\S+)", self._cfg("options", "package_dir"))
        given += [table(self.setup.get("package_dir")).get("")] + [one.get("from") for one in self.poetry.get("packages", []) if isinstance(one, dict)]
        given = [os.path.normpath(one) for one in given if isinstance(one, str) and one.strip() and os.path.isdir(os.path.join(self.root, one))]
        given = [one for one in dict.fromkeys(given) if not one.startswith(("..", "/"))]
        if given:
            return given
        src = os.path.join(self.root, "src")
        if not os.path.isfile(os.path.join(src, "__init__.py")) and os.path.isdir(src) and (packages(self.root, "src") or [one for one in os.listdir(src) if one.endswith(".py")]):
            return ["src"]
        return ["."]

    def _version(self):
        plain = self._first(self.project.get("version"), self.poetry.get("version"), self.setup.get("version"), self._cfg("metadata", "version"))
        dynamic = table(table(table(self.tool.get("setuptools")).get("dynamic")).get("version"))
        attribute = dynamic.get("attr") or (plain[5:].strip() if plain.startswith("attr:") else None)
        files = lines_of(dynamic.get("file")) or ([plain[5:].strip()] if plain.startswith("file:") else [])
        if isinstance(dynamic.get("file"), list):
            files = dynamic["file"]
        for tool in ("hatch", "pdm", "flit"):
            files += lines_of(table(table(self.tool.get(tool)).get("version")).get("path"))
        found = None if plain.startswith(("attr:", "file:")) or not re.match(r"v?\d", plain) or plain in ("0", "0.0.0") else plain
        if not found and isinstance(attribute, str):
            module, _, wanted = attribute.rpartition(".")
            places = [os.path.join(base, *module.split(".")) for base in self.roots + ["."]]
            found = next(filter(None, (literal_of(self.root, place + end, (wanted,)) for place in places for end in ("/__init__.py", ".py"))), None)
        for file in [] if found else files:
            found = found or literal_of(self.root, file, VERSION_NAMES) or self._first(*(re.findall(r"^\s*v?(\d[\w.+!-]*)\s*$", read(self.root, file))))
        for base in [] if found else self.roots:
            found = found or self._version_in(base)
        return re.sub(r"[^A-Za-z0-9.+!_]+", "_", found or changelog_version(self.root, self.name) or (plain if re.match(r"\d", plain) else "0.0.0"))

    def _version_in(self, base):
        """A literal in the package that is named as the project, else in another that is no test."""
        wanted = normal(self.name)
        folders = sorted(packages(self.root, base), key=lambda folder: normal(os.path.basename(folder)) != wanted)
        modules = [os.path.join(folder, name) for folder in folders if not re.search(r"(^|/)(tests?|docs?|examples?)$", folder)
                   for name in ("__init__.py", "_version.py", "version.py", "__about__.py", "__version__.py", "about.py")]
        modules += [os.path.join(base, self.name.replace("-", "_") + ".py"), os.path.join(base, self.name + ".py")]
        return next(filter(None, (literal_of(self.root, module, VERSION_NAMES) for module in modules)), None)

    def dependencies(self):
        found = lines_of(self.project.get("dependencies")) + lines_of(self._cfg("options", "install_requires")) + lines_of(self.setup.get("install_requires"))
        return found + [name for name in table(self.poetry.get("dependencies")) if name.lower() != "python"]

    def test_dependencies(self):
        extras = {key: lines_of(value) for source in (self.project.get("optional-dependencies"), self.setup.get("extras_require"), self.poetry.get("extras")) for key, value in table(source).items()}
        if self.config.has_section("options.extras_require"):
            extras.update({key: lines_of(value) for key, value in self.config.items("options.extras_require")})
        groups = dict(self.groups, **{"dev": expand(self.groups.get("dev"), self.groups) + lines_of(table(self.tool.get("uv")).get("dev-dependencies"))})
        for key, group in table(self.poetry.get("group")).items():
            extras[key] = extras.get(key, []) + list(table(table(group).get("dependencies")))
        found = list(table(self.poetry.get("dev-dependencies")))
        for source in (extras, groups):
            for key, values in source.items():
                if normal(key.split(":")[0]) in TEST_WORDS or re.match(r"tests?[-_]|.*[-_]tests?$", key):
                    found += expand(values, groups)
        # An extra of the project itself: name[other].
        for own, inner in re.findall(r"([\w.-]+)\s*\[([\w,\s.-]+)\]", "\n".join(found)):
            if normal(own) == normal(self.name):
                found += [one for key, values in extras.items() if normal(key) in map(normal, re.split(r"[\s,]+", inner)) for one in values]
        found += lines_of(self.setup.get("tests_require")) + lines_of(self._cfg("options", "tests_require")) + tox_requirements(self.root)
        folder = os.path.join(self.root, "requirements")
        files = os.listdir(self.root) + (["requirements/" + name for name in os.listdir(folder)] if os.path.isdir(folder) else [])
        for file in sorted(filter(_REQUIREMENTS.match, files)):
            found += requirements_file(self.root, file, set())
        return found

    def entry_points(self):
        found = {}

        def add(group, pairs):
            for key, value in table(pairs).items():
                value = table(value).get("reference", table(value).get("callable")) if isinstance(value, dict) else value
                if isinstance(value, str):
                    found.setdefault(group, {})[key] = value

        for source in (self.project, self.poetry):
            add("console_scripts", source.get("scripts"))
        add("gui_scripts", self.project.get("gui-scripts"))
        for group, pairs in list(table(self.project.get("entry-points")).items()) + list(table(self.poetry.get("plugins")).items()):
            add(group, pairs)
        points = self.setup.get("entry_points")
        points = dict(points) if isinstance(points, dict) else _sections(points) if isinstance(points, str) else {}
        if self.config.has_section("options.entry_points"):
            points.update(self.config.items("options.entry_points"))
        for group, lines in points.items():
            add(group, dict([part.strip() for part in line.split("=", 1)] for line in lines_of(lines) if "=" in line))
        return found

    def has_extensions(self):
        backend = str(self.backend.get("build-backend", "")) + " ".join(map(str, self.backend.get("requires", []) or []))
        return bool({"ext_modules", "rust_extensions", "cffi_modules"} & set(self.setup)) or "ext-modules" in table(self.tool.get("setuptools")) \
            or re.search(r"maturin|scikit.build|mesonpy|meson-python|setuptools.rust", backend) is not None


def _sections(text):
    """The text form of entry points, as in entry_points.txt."""
    found, group = {}, None
    for line in lines_of(text):
        if line.startswith("["):
            group = found.setdefault(line.strip("[] "), [])
        elif group is not None:
            group.append(line)
    return found


def write(project, points, out):
    plain = re.sub(r"[^A-Za-z0-9]+", "_", project.name).strip("_") or "project"
    folder = "%s-%s.dist-info" % (plain, project.version)
    os.makedirs(os.path.join(out, folder), exist_ok=True)
    one_line = lambda text: " ".join(str(text).split())  # noqa: E731
    metadata = ["Metadata-Version: 2.1", "Name: " + one_line(project.name), "Version: " + project.version]
    if project.requires_python:
        metadata.append("Requires-Python: " + one_line(project.requires_python))
    metadata += ["Requires-Dist: " + one_line(text) for text in project.dependencies() if requirement_name(text)]
    files = {"METADATA": "\n".join(metadata) + "\n\n", "INSTALLER": "runproof\n"}
    files["entry_points.txt"] = "".join(
        "[%s]\n%s\n\n" % (one_line(group), "\n".join("%s = %s" % (one_line(key), one_line(value)) for key, value in pairs.items())) for group, pairs in points.items())
    files["RECORD"] = "".join("%s/%s,,\n" % (folder, name) for name in sorted(list(files) + ["RECORD"]))
    for name, text in files.items():
        with open(os.path.join(out, folder, name), "w", encoding="utf-8", errors="replace") as file:
            file.write(text)


def main(root, out):
    project = Project(root)
    poetry = table(project.poetry.get("dependencies")).get("python")
    project.requires_python = project._first(project.project.get("requires-python"), project._cfg("options", "python_requires"), project.setup.get("python_requires"), poetry)
    points = project.entry_points()
    write(project, points, out)
    dependencies = names(project.dependencies())
    print(json.dumps({
        "name": project.name,
        "version": project.version,
        "import_roots": project.roots,
        "dependencies": sorted(dependencies),
        "test_dependencies": sorted(names(project.test_dependencies()) - dependencies - {normal(project.name)}),
        "entry_points": sum(map(len, points.values())),
        "requires_python": project.requires_python,
        "has_extensions": bool(project.has_extensions()),
    }))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
