"""The table ``[tool.pytest]`` of pyproject.toml, which pytest reads from version 9 on, as options for an older one."""

import os

import pytest

import project_files

_OTHERS = ("pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml")


def of(root):
    """Empty where this pytest reads the table itself, or would read another file instead."""
    if int(pytest.__version__.partition(".")[0]) >= 9 or any(os.path.isfile(os.path.join(root, name)) for name in _OTHERS):
        return []
    tool = project_files.toml_file(root, "pyproject.toml").get("tool", {})
    table = tool.get("pytest", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict) or "ini_options" in table:
        return []
    return [word for name, value in table.items() for word in ("-o", "%s=%s" % (name, _written(name, value)))]


def _written(name, value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        # Options and paths are separated as words, everything else stands one to a line.
        separator = " " if name in ("addopts", "testpaths", "norecursedirs", "python_files", "python_classes", "python_functions", "required_plugins") else "\n"
        return separator.join(map(str, value))
    return str(value)
