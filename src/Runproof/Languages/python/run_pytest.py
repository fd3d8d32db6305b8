"""Starts pytest for Runproof: ``python3 run_pytest.py [PYTEST ARGUMENT ...]`` in the root of the repository.

Everything that judges is imported before a file of the repository can be: a ``pytest.py`` or ``xml/`` that the repository
(or an agent) puts in its root shadows nothing. It does not protect from code that runs inside the test process later.
"""

import os
import sys

here = os.path.dirname(os.path.abspath(__file__))
root = os.getcwd()
sys.path[:] = [place for place in sys.path if place not in ("", ".", root)]
if here not in sys.path:
    sys.path.insert(0, here)

import pytest  # noqa: E402

import runproof_common  # noqa: E402
import runproof_plugin  # noqa: E402


def main():
    reach = runproof_common.Reach.from_environment(root)
    sys.path.remove(here)
    runproof_common.open_repository(root)
    options = [
        "--junitxml=" + os.environ["RUNPROOF_REPORT"],
        "-o", "junit_family=xunit1",
        "-o", "junit_logging=no",
        "-o", "cache_dir=/tmp/.pytest_cache",
        "--continue-on-collection-errors",
        "--tb=short",
        "-q",
    ]
    code = pytest.main(options + sys.argv[1:], plugins=[runproof_plugin.Plugin(root, reach)])
    if reach is not None:
        reach.write()
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
