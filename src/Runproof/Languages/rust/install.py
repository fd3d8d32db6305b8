"""
Brings the packages that a workspace depends on: as cargo fetches them, where a registry answers. Where none does, each package that cannot be had gets an empty stand-in, so that cargo can
resolve the workspace and compile whatever does not need it: a benchmark's or an optional feature's packages keep nobody from running tests.
"""
import os
import sys

import project
import stand_ins

ROUNDS = 12


def main():
    resolved = resolve("--offline")
    if resolved.returncode == 0:
        return 0
    fetched = project.cargo("fetch", stderr=-1, env={name: value for name, value in os.environ.items() if name != "CARGO_NET_OFFLINE"})
    if fetched.returncode == 0 and resolve("--offline").returncode == 0:
        return 0
    made = stand_ins.make(project.packages())
    resolved = resolve("--offline")
    if resolved.returncode != 0:
        print(f"the dependencies cannot be had: {project.last_line(fetched.stderr)}; {project.last_line(resolved.stderr)}", file=sys.stderr)
        return 1
    print(f"note: no registry answers: what needs {', '.join(made)} is not compiled", file=sys.stderr)
    return 0


def resolve(*options):
    return project.cargo("metadata", "--format-version", "1", *options, stderr=-1)


if __name__ == "__main__":
    sys.exit(main())
