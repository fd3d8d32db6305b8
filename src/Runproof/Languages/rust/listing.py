"""Which tests a program has, and in which file each stands."""
import os
import re
import subprocess
from functools import cache

LIST_SECONDS = 30


class Test:
    """One test. Its id is that of cargo-nextest: the program's, a space, the path of the function."""

    def __init__(self, target, program, name, ignored):
        self.target = target
        self.program = program
        self.name = name
        self.ignored = ignored
        self.id = f"{target.id} {name}"
        self.file = file_of(target.source, tuple(name.split("::")[:-1]))


def tests_of(target, program, variables):
    ignored = names(target, program, variables, "--ignored")
    return [Test(target, program, name, name in ignored) for name in names(target, program, variables)]


def names(target, program, variables, *options):
    try:
        listed = subprocess.run(
            [program, "--list", "--format", "terse", *options], cwd=target.folder, env=variables, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            encoding="utf-8", errors="replace", timeout=LIST_SECONDS, check=False)
    except (subprocess.TimeoutExpired, OSError):
        return []
    return [line[: -len(": test")] for line in listed.stdout.splitlines() if line.endswith(": test")]


@cache
def file_of(root, modules):
    """The file of a module: as the compiler looks for it, by the declarations that the files on the way hold. Where a macro declares one, the file that is known so far."""
    file = root
    folder = os.path.dirname(root)
    for module in modules:
        declared = re.search(rf"((?:#\[[^\]]*\]\s*)*)(?:pub(?:\([^)]*\))?\s+)?\bmod\s+(?:r#)?{re.escape(module)}\s*([;{{])", text_of(file))
        if declared is None:
            return relative(file)
        if declared.group(2) == "{":
            folder = os.path.join(folder, module)
            continue
        named = re.search(r'#\[path\s*=\s*"([^"]+)"\]', declared.group(1))
        at_path = os.path.join(os.path.dirname(file), named.group(1)) if named else None
        found = next((path for path in (at_path, os.path.join(folder, module + ".rs"), os.path.join(folder, module, "mod.rs")) if path and os.path.isfile(path)), None)
        if found is None:
            return relative(file)
        file = found
        folder = os.path.dirname(file) if file.endswith("/mod.rs") or at_path else os.path.join(folder, module)
    return relative(file)


@cache
def text_of(file):
    with open(file, encoding="utf-8", errors="replace") as source:
        return source.read()


def relative(file):
    return os.path.relpath(file, os.getcwd())
