"""Starts pytest for Runproof: ``python3 run_pytest.py [PYTEST ARGUMENT ...]`` in the root of the repository.

Everything that judges is imported before a file of the repository can be: a ``pytest.py`` or ``xml/`` that the repository
(or an agent) puts in its root shadows nothing. Afterwards the path is what ``python -m pytest`` would have, source roots first.
It does not protect from code that runs inside the test process later: that code can patch pytest, write the report, or end the
process (then there is no report at all).
"""

from runproof_path import here, hidden, root  # noqa: I001 - first, before anything that the repository could stand in for

import importlib  # noqa: E402
import sys  # noqa: E402

import pytest  # noqa: E402
from _pytest.config import default_plugins  # noqa: E402

import native_options  # noqa: E402
import runproof_common as common  # noqa: E402
import runproof_plugin  # noqa: E402
import runproof_warm  # noqa: E402

for name in default_plugins:
    importlib.import_module("_pytest." + name)


def main():
    reach, warm = None, runproof_warm.server(root)
    if common.path("REACH"):
        import runproof_reach

        reach = runproof_reach.Reach(root, common.path("REACH"))
    sys.path.remove(here)
    common.open_repository(root, [place for place in hidden if place])
    options = [
        "--rootdir=" + root,
        "--junitxml=" + common.path("REPORT"),
        "-o", "junit_family=xunit1",
        "-o", "junit_logging=no",
        "-o", "cache_dir=/tmp/.pytest_cache",
        "--continue-on-collection-errors",
        "--tb=short",
        "-q",
    ]
    code = pytest.main(options + native_options.of(root) + sys.argv[1:], plugins=[runproof_plugin.Plugin(root, reach, warm)])
    if reach is not None:
        reach.write()
    return int(code)


if __name__ == "__main__":
    common.leave(main())
