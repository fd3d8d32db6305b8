"""Reading the files that describe a Python project, without running any: TOML, INI, literals in Python sources, change logs.

Where Python has no TOML parser a small one stands in: tables, strings, numbers, arrays and inline tables; no dates, no arrays of
tables. A file that cannot be read or parsed counts as empty.
"""

import ast
import configparser
import os
import re

try:
    import tomllib
except ImportError:
    try:
        import tomli as tomllib
    except ImportError:
        tomllib = None

LONGEST_FILE = 4000000
VERSION_NAMES = ("__version__", "VERSION", "__VERSION__", "version", "version_info", "__version_info__")


def read(root, name):
    """The text of a file in the repository; a link that leads out of it counts as empty."""
    path = os.path.realpath(os.path.join(root, name))
    if not path.startswith(os.path.realpath(root) + os.sep) or not os.path.isfile(path):
        return ""
    try:
        with open(path, encoding="utf-8-sig", errors="replace") as source:
            return source.read(LONGEST_FILE)
    except OSError:
        return ""


def toml_file(root, name):
    text = read(root, name)
    try:
        return tomllib.loads(text) if tomllib is not None else _small_toml(text)
    except Exception:
        return {}


def _small_toml(text):
    data, place, pending = {}, None, ""
    place = data
    for line in text.splitlines():
        line = _without_comment(line).strip()
        if not pending and re.match(r"\[+[^\[\]=]+\]+$", line):
            place = data
            for part in re.findall(r'"[^"]*"|\'[^\']*\'|[^.\s]+', line.strip("[] ")):
                place = place.setdefault(part.strip("\"'"), {})
            continue
        pending = (pending + "\n" + line).strip()
        key, equals, value = pending.partition("=")
        if not equals:
            pending = ""
        elif _is_whole(value):
            pending = ""
            inner = place
            parts = re.findall(r'"[^"]*"|\'[^\']*\'|[^.\s]+', key)
            for part in parts[:-1]:
                inner = inner.setdefault(part.strip("\"'"), {})
            try:
                inner[parts[-1].strip("\"'")] = ast.literal_eval(_as_python(value).strip())
            except (ValueError, SyntaxError, IndexError):
                pass
    return data


_STRING = r'"""[\s\S]*?"""|\'\'\'[\s\S]*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\''


def _without_comment(line):
    return re.sub("(%s)|#.*" % _STRING, lambda match: match.group(1) or "", line)


def _is_whole(value):
    rest = re.sub(_STRING, "", value)
    return rest.count("[") == rest.count("]") and rest.count("{") == rest.count("}") and '"""' not in rest and "'''" not in rest


def _as_python(value):
    def converted(match):
        string, key, word = match.groups()
        if string:
            return "r" + string if string.startswith("'") else string
        return '"%s":' % key if key else {"true": "True", "false": "False"}[word]

    return re.sub(r"(%s)|([\w-]+)\s*=|\b(true|false)\b" % _STRING, converted, value)


def config_file(root, name):
    config = configparser.RawConfigParser(strict=False)
    config.optionxform = str
    try:
        config.read_string(read(root, name))
    except configparser.Error:
        pass
    return config


def parsed(root, name):
    try:
        return ast.parse(read(root, name))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.parse("")


def _assigned(tree):
    """Name → value node, of the assignments at the top level, also within ``try`` and ``if``."""
    found, todo = {}, list(tree.body)
    while todo:
        node = todo.pop(0)
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name):
                    found.setdefault(target.id, node.value)
        elif isinstance(node, (ast.If, ast.Try)):
            todo += node.body + node.orelse + [one for handler in getattr(node, "handlers", []) for one in handler.body]
    return found


def literal_of(root, name, wanted):
    """A version that stands as a literal in a module: a string, or a tuple of numbers."""
    values = _assigned(parsed(root, name)) if name.endswith(".py") else {}
    for key in wanted:
        try:
            value = ast.literal_eval(values[key])
        except (KeyError, ValueError, TypeError, SyntaxError):
            continue
        if isinstance(value, (tuple, list)) and value and all(isinstance(part, (int, str)) for part in value):
            value = ".".join(str(part) for part in value if isinstance(part, int)) or ".".join(map(str, value))
        if isinstance(value, str) and re.match(r"v?\d", value):
            return value
    return None


def setup_arguments(root):
    """Literal keyword arguments of ``setup()``, also by the name of a literal; others that are given stand as None."""
    tree = parsed(root, "setup.py")
    values = _assigned(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "setup":
            found = {}
            for keyword in node.keywords:
                value = values.get(keyword.value.id) if isinstance(keyword.value, ast.Name) else keyword.value
                try:
                    found[keyword.arg] = ast.literal_eval(value)
                except (ValueError, TypeError, SyntaxError):
                    found[keyword.arg] = None
            return found
    return {}


def packages(root, base):
    """The folders of packages directly in a folder."""
    folder = os.path.join(root, base)
    if not os.path.isdir(folder):
        return []
    return [os.path.normpath(os.path.join(base, name)) for name in sorted(os.listdir(folder)) if os.path.isfile(os.path.join(folder, name, "__init__.py"))]


def changelog_version(root, project):
    """The version in the first heading of a change log that has one."""
    words = "version|release|" + re.escape(project)
    heading = re.compile(r"(?mi)^\W{0,4}(?:(?:%s)\s+)?v?(\d+\.\d+(?:\.\d+)*(?:(?:a|b|rc|\.post|\.dev)\d+)?)(?=[\s\])(,:-]|$)" % words)
    for name in sorted(os.listdir(root)):
        if re.match(r"(?i)(change|history|news|release)[\w-]*(\.\w+)?$", name):
            match = heading.search(read(root, name))
            if match:
                return match.group(1)
    return None
