"""Describes a Python project without running it: ``python3 dist_info.py ROOT OUT``.

Writes OUT/NAME-VERSION.dist-info, so that ``importlib.metadata`` finds the project although it is not installed, and prints one
JSON line: name, version, import_roots, dependencies, test_dependencies.
"""

import ast
import configparser
import json
import os
import re
import sys

try:
    import tomllib
except ImportError:
    try:
        import tomli as tomllib
    except ImportError:
        tomllib = None

TEST_WORDS = ("test", "tests", "testing", "dev", "develop", "ci")
# Brought by Runproof itself, or of no use to a test.
NOT_WANTED = {"pytest", "coverage", "pip", "setuptools", "wheel", "tox", "nox", "black", "ruff", "mypy", "flake8", "pre-commit", "build", "twine", "sphinx", "isort", "pylint", "uv", "pytest-cov", "furo", "hatch", "tox-uv", "sphinx-rtd-theme"}


def read(root, name):
    try:
        with open(os.path.join(root, name), encoding="utf-8", errors="replace") as source:
            return source.read()
    except OSError:
        return ""


def requirement_name(text):
    match = re.match(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)", text)
    if not match:
        return None
    try:
        from packaging.requirements import Requirement

        requirement = Requirement(text.split("#")[0].strip())
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            return None
    except Exception:
        pass
    return re.sub(r"[-_.]+", "-", match.group(1)).lower()


def names(texts):
    found = [requirement_name(text) for text in texts if isinstance(text, str)]
    return [name for name in found if name and name not in NOT_WANTED]


def setup_arguments(root):
    """Literal keyword arguments of ``setup()``; setup.py is parsed and never run."""
    try:
        tree = ast.parse(read(root, "setup.py"))
    except (SyntaxError, ValueError):
        return {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "setup":
            found = {}
            for keyword in node.keywords:
                try:
                    found[keyword.arg] = ast.literal_eval(keyword.value)
                except (ValueError, TypeError, SyntaxError):
                    pass
            return found
    return {}


def static_version(root, folders, attribute="__version__"):
    """A version that stands as a literal in the package, else the newest heading of a change log."""
    pattern = re.compile(r"(?m)^(?:__version__|VERSION|version)\s*(?::\s*str\s*)?=\s*['\"]([^'\"]+)['\"]")
    for folder in folders:
        for name in ("__init__.py", "_version.py", "version.py", "__about__.py", "__version__.py"):
            match = pattern.search(read(root, os.path.join(folder, name)))
            if match:
                return match.group(1)
    for name in sorted(os.listdir(root)):
        if re.match(r"(?i)(change|history|news|release)", name) and os.path.isfile(os.path.join(root, name)):
            match = re.search(r"(?m)^\W{0,4}(?:version\s+|v)?(\d+\.\d+(?:\.\d+)*)", read(root, name), re.IGNORECASE)
            if match:
                return match.group(1)
    return "0.0.0"


def packages(root, base):
    folder = os.path.join(root, base)
    if not os.path.isdir(folder):
        return []
    return [os.path.normpath(os.path.join(base, name)) for name in sorted(os.listdir(folder)) if os.path.isfile(os.path.join(folder, name, "__init__.py"))]


def describe(root):
    project, groups, poetry = {}, {}, {}
    if tomllib is not None:
        try:
            data = tomllib.loads(read(root, "pyproject.toml"))
            project, groups, poetry = data.get("project", {}), data.get("dependency-groups", {}), data.get("tool", {}).get("poetry", {})
        except Exception:
            pass
    config = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        config.read_string(read(root, "setup.cfg"))
    except configparser.Error:
        pass
    setup = setup_arguments(root)
    in_config = lambda section, key: config.get(section, key, fallback="")  # noqa: E731

    name = project.get("name") or poetry.get("name") or in_config("metadata", "name") or setup.get("name") or os.path.basename(os.path.abspath(root))
    src = packages(root, "src") or [f for f in os.listdir(os.path.join(root, "src")) if f.endswith(".py")] if os.path.isdir(os.path.join(root, "src")) else []
    roots = ["src"] if src else ["."]
    folders = packages(root, roots[0]) + [roots[0]]
    version = project.get("version") or poetry.get("version") or setup.get("version") or in_config("metadata", "version")
    if not isinstance(version, str) or not re.match(r"\d", version):
        version = static_version(root, folders)

    dependencies = list(project.get("dependencies", [])) + [d for d in poetry.get("dependencies", {}) if d.lower() != "python"]
    dependencies += in_config("options", "install_requires").splitlines() + list(setup.get("install_requires") or [])
    extras = dict(project.get("optional-dependencies", {}))
    extras.update(setup.get("extras_require") or {})
    if config.has_section("options.extras_require"):
        extras.update({key: value.splitlines() for key, value in config.items("options.extras_require")})
    wanted = []
    for source in (extras, groups):
        for key, values in source.items():
            if key.lower() in TEST_WORDS:
                wanted += expand(values, groups)
    wanted += list(setup.get("tests_require") or []) + in_config("options", "tests_require").splitlines()
    for file in sorted(os.listdir(root)):
        if re.match(r"(?i)(.*test.*|dev).*requirements.*\.txt|requirements.*(test|dev).*\.txt", file):
            wanted += [line for line in read(root, file).splitlines() if not line.startswith(("-", "#"))]
    return {
        "name": name,
        "version": version,
        "import_roots": roots,
        "dependencies": sorted(set(names(dependencies))),
        "test_dependencies": sorted(set(names(wanted)) - set(names(dependencies)) - {re.sub(r"[-_.]+", "-", name).lower()}),
        "entry_points": project.get("entry-points", {}) | {"console_scripts": project.get("scripts", {})} if project else {},
    }


def expand(values, groups, depth=0):
    found = []
    for value in values:
        if isinstance(value, dict) and depth < 5:
            found += expand(groups.get(value.get("include-group"), []), groups, depth + 1)
        elif isinstance(value, str):
            found.append(value)
    return found


def write(description, out):
    plain = re.sub(r"[-_.]+", "_", description["name"])
    folder = os.path.join(out, "%s-%s.dist-info" % (plain, description["version"]))
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "METADATA"), "w", encoding="utf-8") as metadata:
        metadata.write("Metadata-Version: 2.1\nName: %s\nVersion: %s\n" % (description["name"], description["version"]))
        metadata.writelines("Requires-Dist: %s\n" % one for one in description["dependencies"])
    with open(os.path.join(folder, "INSTALLER"), "w", encoding="utf-8") as installer:
        installer.write("runproof\n")
    points = {group: entries for group, entries in description["entry_points"].items() if entries}
    if points:
        with open(os.path.join(folder, "entry_points.txt"), "w", encoding="utf-8") as out_file:
            for group, entries in points.items():
                out_file.write("[%s]\n%s\n\n" % (group, "\n".join("%s = %s" % pair for pair in entries.items())))
    open(os.path.join(folder, "RECORD"), "w").close()


if __name__ == "__main__":
    found = describe(sys.argv[1])
    write(found, sys.argv[2])
    del found["entry_points"]
    print(json.dumps(found))
