"""The packages of a workspace, their test programs, and how these are built."""
import json
import os
import re
import subprocess
import sys
import tomllib

import stand_ins

SUPPORT = os.path.dirname(os.path.abspath(__file__))


class Target:
    """Something that cargo makes a test program of. Its id is that of cargo-nextest: PACKAGE for the library, PACKAGE::NAME for a file of tests, PACKAGE::KIND/NAME otherwise."""

    def __init__(self, package, target):
        kind = target["kind"][0]
        self.name = target["name"]
        self.source = target["src_path"]
        self.folder = os.path.dirname(package["manifest_path"])
        self.package = package["name"]
        self.is_library = kind not in ("test", "bin", "example", "bench")
        self.id = self.package if self.is_library else f"{self.package}::{self.name}" if kind == "test" else f"{self.package}::{kind}/{self.name}"
        self.option = ["--lib"] if self.is_library else [f"--{kind}", self.name]
        self.key = (package["manifest_path"], kind if not self.is_library else "lib", self.name)
        self.program = None
        self.package_variables = {
            "CARGO_MANIFEST_DIR": self.folder, "CARGO_MANIFEST_PATH": package["manifest_path"], "CARGO_PKG_NAME": package["name"], "CARGO_PKG_VERSION": package["version"],
        }


def cargo(*words, **options):
    return subprocess.run(["cargo", *words], stdout=subprocess.PIPE, encoding="utf-8", errors="replace", check=False, **options)


def packages():
    """Of the workspace, without what they depend on."""
    listed = cargo("metadata", "--format-version", "1", "--no-deps", "--offline", stderr=subprocess.PIPE)
    if listed.returncode != 0:
        sys.exit(f"cargo cannot read the workspace: {last_line(listed.stderr)}")
    return json.loads(listed.stdout)["packages"]


def last_line(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return next((line for line in lines if line.startswith("error")), lines[-1] if lines else "no message")


def has_harness(package, target):
    """Whether the standard library's test program runs the tests; one of its own may print and count as it likes."""
    with open(package["manifest_path"], "rb") as file:
        manifest = tomllib.load(file)
    kind = target["kind"][0]
    entries = manifest.get(kind, []) if kind in ("test", "bin", "example", "bench") else [manifest.get("lib", {})]
    return all(entry.get("harness", True) for entry in entries if kind not in ("test", "bin", "example", "bench") or entry.get("name") == target["name"])


def targets():
    return [
        Target(package, target) for package in packages() for target in package["targets"]
        if target["test"] and target["kind"][0] not in ("bench", "custom-build") and has_harness(package, target)
    ]


class Built:
    """What a build made: programs by target, programs of the product itself, and errors by the id of what does not compile."""

    def __init__(self):
        self.programs = {}
        self.products = []
        self.errors = {}


def build(wanted, arguments, everything):
    """Compiles test programs, and tells what could not be; the others go on."""
    built = Built()
    known = {target.key: target for target in wanted}
    libraries = set()
    errors = []
    by_package = {}
    for target in wanted:
        by_package.setdefault(target.package, []).extend(target.option)
    calls = [["--workspace", "--tests"]] if everything else [["--package", package, *options] for package, options in by_package.items()]
    variables = {**os.environ, "RUSTC_WORKSPACE_WRAPPER": os.path.join(SUPPORT, "rustc.sh")}
    for call in calls:
        output = cargo("test", "--no-run", "--no-fail-fast", "--offline", "--message-format=json", *call, *arguments, stderr=subprocess.PIPE, env=variables)
        messages = [json.loads(line) for line in output.stdout.splitlines() if line.startswith("{")]
        for message in messages:
            if message["reason"] == "compiler-artifact":
                read_artifact(message, known, built, libraries)
            elif message["reason"] == "compiler-message" and message["message"]["level"].startswith("error"):
                errors.append(message)
        sys.stderr.write(output.stderr)
        if output.returncode != 0 and not any(message["reason"] in ("compiler-artifact", "compiler-message") for message in messages):
            built.errors.setdefault(call[1] if not everything else "workspace", last_line(output.stderr))
    for message in errors:
        kind, name = message["target"]["kind"][0], message["target"]["name"]
        key = (message["manifest_path"], kind if kind in ("test", "bin", "example", "bench") else "lib", name)
        target = known.get(key)
        # The library as such is told from the program of its own tests, which may lack what only tests use.
        where = f"{name} ({kind})" if target is None or (target.is_library and message["manifest_path"] not in libraries) else target.id
        built.errors.setdefault(where, said(message["message"]))
        for name in sorted(stand_ins.missing()):
            hint = f"; no package '{name}'"
            if re.search(rf"\b{re.escape(name.replace('-', '_'))}\b", message["message"]["rendered"]) and hint not in built.errors[where]:
                built.errors[where] += hint
    return built


def read_artifact(message, known, built, libraries):
    kind = message["target"]["kind"][0]
    program = message.get("executable")
    if message["profile"]["test"] and program:
        target = known.get((message["manifest_path"], kind if kind in ("test", "bin", "example", "bench") else "lib", message["target"]["name"]))
        if target is not None:
            built.programs[target] = program
    elif kind == "bin" and program:
        built.products.append(program)
    elif kind not in ("test", "bin", "example", "bench", "custom-build"):
        libraries.add(message["manifest_path"])


def said(message):
    """One line: what is wrong, and where."""
    code = f"[{message['code']['code']}]" if message.get("code") else ""
    place = next((span for span in message["spans"] if span["is_primary"]), None)
    where = f" ({place['file_name']}:{place['line_start']})" if place else ""
    return f"error{code}: {' '.join(message['message'].split())}{where}"
