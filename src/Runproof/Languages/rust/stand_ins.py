"""
Empty packages in the place of those that cannot be had. They lie where Debian's packages of Rust sources are unpacked: a real one there has a higher version, or takes the same folder.
"""
import json
import os
import re
import tomllib

FOLDER = "/opt/env/debian/usr/share/cargo/registry"
MARK = ".stand-in"
CONFIGURATION = f"""[source.crates-io]
replace-with = "unpacked"

[source.unpacked]
directory = "{FOLDER}"
"""


def make(packages):
    """Makes what the packages of a workspace ask of a registry. Returns the names."""
    wanted = [(package, dependency) for package in packages for dependency in package["dependencies"] if dependency.get("source") and not dependency.get("path")]
    locked = lock_file()
    features = {}
    versions = {}
    for package, dependency in wanted:
        name = dependency["name"]
        features.setdefault(name, set()).update(dependency["features"], asked_by_features(package, dependency))
        comparators = parse(dependency["req"])
        known = versions.setdefault(name, {})
        if any(matches(version, comparators) for version in known):
            continue
        pinned = next((entry for entry in locked if entry["name"] == name and matches(entry["version"], comparators)), None)
        if pinned:
            known[pinned["version"]] = pinned.get("checksum")
        else:
            known[lowest(comparators)] = None
    for name, known in versions.items():
        for version, checksum in known.items():
            write(name, version, checksum, features[name])
    os.makedirs(os.environ["CARGO_HOME"], exist_ok=True)
    with open(os.path.join(os.environ["CARGO_HOME"], "config.toml"), "w", encoding="utf-8") as file:
        file.write(CONFIGURATION + other_sources(wanted))
    return sorted(versions)


def other_sources(wanted):
    """Packages from Git repositories are looked for in the same folder."""
    text = ""
    for source in sorted({dependency["source"] for _, dependency in wanted if dependency["source"].startswith("git+")}):
        address, _, options = source[len("git+"):].partition("#")[0].partition("?")
        chosen = "".join(f'{key} = "{value}"\n' for key, value in (option.split("=", 1) for option in options.split("&") if "=" in option))
        text += f'\n[source."{address}{options}"]\ngit = "{address}"\n{chosen}replace-with = "unpacked"\n'
    return text


def asked_by_features(package, dependency):
    """Features that the package's own ones turn on: "name/feature" and "name?/feature"."""
    key = dependency.get("rename") or dependency["name"]
    for items in package["features"].values():
        for item in items:
            name, slash, feature = item.partition("/")
            if slash and name.rstrip("?") == key:
                yield feature


def write(name, version, checksum, features):
    folder = os.path.join(FOLDER, f"{name}-{version}")
    if os.path.exists(folder):
        return
    os.makedirs(folder)
    lines = "".join(f'"{feature}" = []\n' for feature in sorted(features))
    contents = {
        "Cargo.toml": f'[package]\nname = "{name}"\nversion = "{version}"\nedition = "2021"\n\n[lib]\npath = "lib.rs"\n\n[features]\n{lines}',
        "lib.rs": "",
        ".cargo-checksum.json": json.dumps({"files": {}, "package": checksum}),
        MARK: "",
    }
    for file, text in contents.items():
        with open(os.path.join(folder, file), "w", encoding="utf-8") as target:
            target.write(text)


def missing():
    """The names of packages that only have a stand-in."""
    if not os.path.isdir(FOLDER):
        return set()
    is_real = {}
    for entry in os.listdir(FOLDER):
        name = re.sub(r"-\d[\w.+-]*$", "", entry)
        # A real package that was unpacked over a stand-in has sources of its own.
        is_real[name] = is_real.get(name, False) or not os.path.exists(os.path.join(FOLDER, entry, MARK)) or os.path.isdir(os.path.join(FOLDER, entry, "src"))
    return {name for name, real in is_real.items() if not real}


def lock_file():
    try:
        with open("Cargo.lock", "rb") as file:
            return tomllib.load(file).get("package", [])
    except (OSError, tomllib.TOMLDecodeError):
        return []


def parse(requirement):
    """Comparators as (operator, numbers, text): https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html"""
    comparators = []
    for part in requirement.split(","):
        match = re.fullmatch(r"\s*(\^|~|=|>=|<=|>|<)?\s*v?([\d.]*\d)?(?:\.?[*x])*(-[\w.-]+)?(?:\+[\w.-]+)?\s*", part)
        if match and match.group(2):
            wild = "*" in part
            comparators.append(("~" if wild else match.group(1) or "^", [int(number) for number in match.group(2).split(".")], match.group(3) or ""))
    return comparators


def matches(version, comparators):
    core, _, _ = version.partition("+")
    core, dash, tag = core.partition("-")
    numbers = [int(number) for number in core.split(".")]
    for operator, wanted, wanted_tag in comparators:
        full = wanted + [0] * (3 - len(wanted))
        # A version before a release belongs to that release alone.
        if dash and (numbers != full or not wanted_tag):
            return False
        at_least = numbers >= full if not dash else tag >= wanted_tag[1:]
        if operator == "=" and numbers[: len(wanted)] != wanted:
            return False
        if operator == "=" and wanted_tag and dash + tag != wanted_tag:
            return False
        if operator in (">=", "^", "~") and not at_least:
            return False
        if operator == ">" and not numbers > (full if len(wanted) == 3 else wanted + [1 << 30]):
            return False
        if operator == "<" and not numbers < full:
            return False
        if operator == "<=" and not numbers[: len(wanted)] <= wanted:
            return False
        if operator == "~" and numbers[: min(2, len(wanted))] != wanted[:2]:
            return False
        if operator == "^":
            fixed = next((place for place, number in enumerate(wanted) if number), len(wanted) - 1)
            if numbers[: fixed + 1] != wanted[: fixed + 1]:
                return False
    return True


def lowest(comparators):
    """The lowest version that is certain to match."""
    candidates = ["0.0.1", "1.0.0"]
    for operator, numbers, tag in comparators:
        full = numbers + [0] * (3 - len(numbers))
        candidates.insert(0, ".".join(map(str, full)) + tag)
        candidates += [".".join(map(str, [*full[:place], full[place] + 1, *[0] * (2 - place)])) for place in (2, 1, 0)]
        candidates += [".".join(map(str, [*full[:place], full[place] - 1, *[0] * (2 - place)])) for place in (2, 1, 0) if full[place] > 0]
    return next((version for version in candidates if matches(version, comparators)), candidates[0])
