"""Turns examples of behaviour into a script that fails as they tell: reproduce.py FOLDER < EXAMPLES (JSON).

Names that an example does not define are looked up in the modules of the repository; what has no such name is guessed. A guess counts when the example then behaves as it is told: the same value, or the same error.
"""
import ast, builtins, importlib, io, itertools, json, os, re, signal, subprocess, sys

MOST, SECONDS = 500, 2
folder, root = sys.argv[1], os.getcwd()
examples = json.load(sys.stdin)
real, sys.stdout = sys.stdout, io.StringIO()


class Late(BaseException):
    pass


def late(*_):
    raise Late()


signal.signal(signal.SIGALRM, late)
files = [name for name in subprocess.run(["git", "ls-files", "*.py"], capture_output=True, text=True).stdout.split("\n") if name and not re.search(r"(^|/)(docs?|examples?|bench\w*)/|(^|/)(setup|conftest|test_\w+|\w+_test)\.py$", name)]
roots = [place for place in os.environ.get("RUNPROOF_SOURCE_ROOTS", "").split(":") if place] + [root]
sys.path[:0] = roots
modules = {}
for name in files[:400]:
    path = os.path.join(root, name)
    for place in roots:
        if path.startswith(place.rstrip("/") + "/"):
            parts = path[len(place.rstrip("/")) + 1 : -3].split("/")
            parts = parts[:-1] if parts[-1] == "__init__" else parts
            if parts and all(part.isidentifier() and part != "__main__" for part in parts):
                signal.alarm(SECONDS * 2)
                try:
                    modules[".".join(parts)] = importlib.import_module(".".join(parts))
                except (Exception, SystemExit, Late):
                    pass
                signal.alarm(0)
            break

ways = {}  # name -> [(import line, object)]
for name, module in sorted(modules.items(), key=lambda one: (one[0].startswith("test"), one[0].count("."), len(one[0]))):
    for own in {name.rpartition(".")[2]}:
        ways.setdefault(own, []).append(("import %s as %s" % (name, own) if "." in name else "import %s" % name, module))
    for attribute, value in list(vars(module).items()):
        if not attribute.startswith("__"):
            if all(value is not known for _, known in ways.get(attribute, ())):
                ways.setdefault(attribute, []).append(("from %s import %s" % (name, attribute), value))


def renamed(line, name):
    head, _, own = line.rpartition(" ")
    if own == name:
        return line
    return "%s as %s" % (line, name) if " as " not in line else "%s %s" % (head, name)


def guesses(name, tree, example):
    """Ways to have a name: import lines, or literals."""
    found = [(renamed(line, name), value) for line, value in ways.get(name, ())][:6]
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name}
    called = any(isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name for node in ast.walk(tree))
    if attributes:
        found += [("import %s as %s" % (known, name), module) for known, module in sorted(modules.items(), key=lambda one: one[0].count(".")) if all(hasattr(module, one) for one in attributes)]
        if not found:
            for line, value in [one for own in ways.values() for one in own]:
                if isinstance(value, type) and all(hasattr(value, one) for one in attributes):
                    try:
                        found.append((line + "\n%s = %s()" % (name, value.__name__), value()))
                    except (Exception, Late):
                        pass
    elif called and not found:
        low = name.lower()
        found += [(renamed(line, name), value) for own, lines in ways.items() if callable(lines[0][1]) and len(low) > 2 and (low in own.lower() or own.lower() in low) for line, value in lines[:1]]
    if not found and (called or attributes):
        try:
            found.append(("import " + name, importlib.import_module(name)))
        except (Exception, Late):
            pass
    if not called and not attributes:
        pool = [literal(example.get(key)) for key in ("expected", "actual")] + [example.get("expected"), example.get("actual")]
        found += [("%s = %r" % (name, value), value) for value in pool + texts() if value is not None]
    return found


known_texts = []


def texts():
    """Texts that tests and documents of the repository use, the short ones first: what is given to its functions looks like them."""
    if not known_texts:
        seen = set()
        for name in subprocess.run(["git", "ls-files", "*.py", "*.md", "*.rst", "*.txt"], capture_output=True, text=True).stdout.split("\n")[:300]:
            try:
                with open(os.path.join(root, name), encoding="utf-8", errors="ignore") as source:
                    text = source.read(200_000)
                if name.endswith(".py"):
                    seen.update(node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant) and isinstance(node.value, str) and 2 < len(node.value) < 400)
                else:
                    seen.update(re.findall(r"[\"'`]([^\"'`\n]{3,80})[\"'`]", text))
            except (OSError, SyntaxError, ValueError, RecursionError):
                pass
        known_texts.extend(sorted(seen, key=lambda one: (len(one) > 120, " " not in one, len(one), one))[:400] or [None])
    return known_texts


def literal(text):
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError):
        return None


def free(tree):
    bound = set(dir(builtins))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            bound.add(node.name)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            bound.update((alias.asname or alias.name).split(".")[0] for alias in node.names)
    return sorted({node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id not in bound})


def outcome(code, call, names):
    signal.alarm(SECONDS)
    try:
        exec(compile(code, "<example>", "exec"), names)
        try:
            last = compile(call, "<example>", "eval")
        except SyntaxError:
            last = compile(call, "<example>", "exec")
        value = eval(last, names)
        return "value", repr(value), str(value)
    except Late:
        return "late", "", ""
    except BaseException as error:
        return "raises", "%s: %s" % (type(error).__name__, error), type(error).__name__
    finally:
        signal.alarm(0)


def shows(example, seen):
    kind, text, other = seen
    if example["kind"] == "not-raised":
        return kind == "value"
    actual = example.get("actual")
    if actual is None or kind != ("raises" if example["kind"] == "raises" else "value"):
        return False
    flat = lambda one: re.sub(r"\s+", " ", one).strip()
    return flat(actual) in (flat(text), flat(other)) if kind == "value" else flat(actual) == flat(text) or flat(actual) == other


def check(example):
    expected = example.get("expected")
    if example["kind"] == "not-raised":
        kind = re.match(r"\w+", expected or "Exception")
        return "try:\n    {call}\nexcept BaseException as error:\n    assert type(error).__name__ == %r or %r == 'an', error\nelse:\n    raise AssertionError('raises nothing')" % (kind and kind.group(0), (expected or "an").split(" ")[0])
    if expected is None:
        return "{call}"
    if expected.startswith("anything but "):
        return "assert repr({call}) != %r" % expected[len("anything but ") :]
    if expected.startswith("a value without "):
        return "assert %s not in {call}" % expected[len("a value without ") :]
    if expected.startswith("a value with "):
        return "assert %s in {call}" % expected[len("a value with ") :]
    if expected.startswith(("a ", "an ")):
        return "{call}"
    if re.fullmatch(r"\w+(Error|Exception|Warning|Exit|Interrupt|Iteration)", expected):
        return "try:\n    {call}\nexcept BaseException as error:\n    assert type(error).__name__ == %r, error\nelse:\n    raise AssertionError('raises nothing')" % expected
    try:
        ast.literal_eval(expected)
        return "value = {call}\nassert value == %s or repr(value) == %r, value" % (expected, expected)
    except (ValueError, SyntaxError, TypeError, MemoryError):
        return "value = {call}\nassert %r in (repr(value), str(value)), value" % expected


made = []
for example in examples:
    if not example["code"]:
        continue
    try:
        tree = ast.parse("\n".join(example["code"]))
        if not tree.body or not isinstance(tree.body[-1], (ast.Expr, ast.Assign, ast.AugAssign, ast.Delete)):
            continue
        call = ast.unparse(tree.body[-1].value if isinstance(tree.body[-1], ast.Expr) else tree.body[-1])
        code = "\n".join(ast.unparse(node) for node in tree.body[:-1])
    except (SyntaxError, ValueError):
        continue
    names = free(tree)
    options = [guesses(name, tree, example) for name in names]
    for chosen in itertools.islice(itertools.product(*options), MOST):
        lines = "\n".join(line for line, _ in chosen)
        scope = {}
        if not re.search(r"(?m)^(from|import) (%s)\b" % "|".join(sorted({re.escape(name.split(".")[0]) for name in modules}) or ["_"]), lines):
            continue
        try:
            exec(compile(lines, "<imports>", "exec"), scope)
        except BaseException:
            continue
        if shows(example, outcome(code, call, scope)):
            made.append("\n".join(part for part in (lines, code, check(example).replace("{call}", call)) if part))
            break

ARGUMENTS = ["", "1", "'a'", "1, 2", "[1, 2, 3]", "{}", "None", "lambda n: n", "'a', 'b'", "[], 1", "{}, 'a'", "{}, lambda n: n", "2", "'a b'", "1, x=0", "object()"]
ENDS = ["{0}", "hash({0})", "list({0})", "len({0})", "repr({0})", "next(iter({0}))"]


def searched(wanted):
    """A call of the repository that fails with just this error."""
    begun = []
    for name, module in sorted(modules.items(), key=lambda one: (one[0].count("."), len(one[0]))):
        for attribute, value in sorted(vars(module).items()):
            if callable(value) and getattr(value, "__module__", "").partition(".")[0] == name.partition(".")[0] and not attribute.startswith("__"):
                begun.append(("from %s import %s" % (name, attribute), attribute))
    calls = [(line, attribute, 0) for line, attribute in dict.fromkeys(begun)]
    signal.alarm(12)
    try:
        while calls:
            line, text, depth = calls.pop(0)
            scope = {}
            exec(line, scope)
            for arguments in ARGUMENTS:
                call = "%s(%s)" % (text, arguments)
                for end in ENDS:
                    try:
                        value = eval(end.format(call), scope)
                    except Exception as error:
                        if "%s: %s" % (type(error).__name__, error) == wanted:
                            return line, end.format(call)
                        if end == "{0}":
                            break
                    else:
                        if end == "{0}" and callable(value) and depth < 2 and len(calls) < 4000 and (depth == 0 or arguments.startswith("lambda")):
                            calls.append((line, call, depth + 1))
    except (Late, Exception):
        pass
    finally:
        signal.alarm(0)
    return None


if not made:
    for wanted in dict.fromkeys(example["actual"] for example in examples if example["kind"] == "raises" and example.get("actual")):
        found = searched(wanted)
        if found:
            made.append("# Another call that fails in the same way.\n%s\n%s" % found)
            break

sys.stdout = real
if not made:
    print("no example could be reproduced (%d modules, names: %s)" % (len(modules), ", ".join(sorted({name for example in examples if example["code"] for name in example["code"][-1:]}))[:200]))
    sys.exit(1)
text = "\n\n".join(made)
with open(os.path.join(folder, "reproduction.py"), "w") as out:
    out.write(text + "\n")
print("%d of %d examples reproduced:\n\n%s" % (len(made), len(examples), text[:6000]))
