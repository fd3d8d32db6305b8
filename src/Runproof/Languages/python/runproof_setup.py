"""What a failing test did before the failing statement, as far as it makes what that statement calls: so that the call can be tried.

Statements of the test, and what it or its module defines. A large class is told with the methods that matter alone. Where a test
calls methods of its own class, these stand in a class of a neutral name: ``class Example``, ``self = Example()``.
"""

import ast
import copy
import os
import sys
import textwrap
import types

from runproof_source import names_in

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_LONGEST_STATEMENT, _LONGEST_CLASS, _LONGEST, _MOST = 250, 420, 700, 10
_STAND_IN = "Example"
_can_write = hasattr(ast, "unparse")


class SetUp:
    def __init__(self, record, source, frame, line, source_of):
        self.record, self.source, self.frame, self.line, self.source_of = record, source, frame, line, source_of
        self.home = source.function(frame.f_code.co_name, line)
        arguments = frame.f_code.co_varnames[: frame.f_code.co_argcount]
        self.given = set(arguments)
        self.own = arguments[0] if arguments and arguments[0] in ("self", "cls") else None
        self.lines, self.needed, self.made, self.members = [], set(), set(), set()
        self.found = {}

    def tell(self):
        """Writes the set-up into the record, in order. Returns the names that it makes."""
        if self.home is None or "call" not in self.record:
            return set()
        self._need(self.record["call"])
        before = [one for one in self.home.body if (one.end_lineno or one.lineno) < self.line]
        self._look_through(before[::-1], ())
        for name, value in _defaults(self.home):
            if name in self.needed - self.made:
                self.lines.insert(0, "%s = %s" % (name, self.source.line(value)))
                self.made.add(name)
                self._need(self.lines[0])
        stand_in = self._stand_in() if self.members else None
        if stand_in is None:  # what speaks of the class cannot be told then
            self.lines = [one for one in self.lines if not members_of(one, self.own)]
        else:
            self.lines[:0] = stand_in
            self.made.add(self.own)
            for one in stand_in:
                self.needed |= names_in(one)
        outside = [one for one in self.source.tree.body if one is not self.home and not getattr(one, "name", "").lower().startswith("test")]
        self._look_through(outside[::-1], self.made)
        if self.lines:
            self.record["setup"] = self.lines
        return self.made

    def _need(self, text):
        self.needed |= names_in(text)
        self.members |= members_of(text, self.own)

    def _look_through(self, nodes, known):
        for node in nodes:
            names, text = _made_by(node), None
            if not (names & self.needed - set(known) or _changed_by(node) & self.needed):
                text = self._calls_in(node)
                if text is None:
                    continue
            text = text or self._text(node)
            if text is None or sum(map(len, self.lines)) + len(text) > _LONGEST or len(self.lines) == _MOST:
                continue
            if not all(map(self._definitions, members_of(text, self.own))):
                continue
            self.lines.insert(0, text)
            self.made |= names
            self._need(text)

    def _text(self, node):
        if isinstance(node, ast.ClassDef) and _can_write:
            text = ast.unparse(node)
            if len(text) > _LONGEST_STATEMENT:
                text = ast.unparse(_part_of(node, self._attributes()))
            return text if len(text) <= _LONGEST_CLASS else None
        text = ast.unparse(node) if isinstance(node, _DEFINITIONS) and _can_write else textwrap.dedent(self.source.text(node))
        if len(text) > _LONGEST_STATEMENT or not _can_write and self.own and self.own + "." in text and not isinstance(node, _DEFINITIONS):
            return None
        return text

    def _calls_in(self, node):
        """The calls of an assertion that go to an object which matters: they may have changed it."""
        call = getattr(node, "value", None) if isinstance(node, ast.Expr) else None
        if not isinstance(node, ast.Assert) and not (isinstance(call, ast.Call) and getattr(call.func, "attr", "").startswith("assert")):
            return None
        found, queue = [], list(ast.iter_child_nodes(call if call is not None else node))
        while queue:
            inner = queue.pop(0)
            if isinstance(inner, ast.Call) and _root(inner) in self.needed & set(self.frame.f_locals) - self.given:
                found.append(self.source.line(inner))
            elif not isinstance(inner, (ast.Lambda, ast.GeneratorExp, ast.ListComp)):
                queue.extend(ast.iter_child_nodes(inner))
        return "\n".join(found) or None

    def _attributes(self):
        return {name for text in self.lines + [self.record["call"]] for name in attributes_in(text)}

    def _stand_in(self):
        """The methods and fields of the test's class that the set-up uses; None where they cannot be told."""
        parts, wanted, seen = [], sorted(self.members), set()
        while wanted:
            name = wanted.pop(0)
            if name in seen:
                continue
            seen.add(name)
            found = self._definitions(name)
            if not found:
                if any(name in attributes_stored(one) for one in parts):
                    continue  # a method makes it
                return None
            parts.extend(one for one in found if one not in parts)
            wanted += sorted(set().union(*(members_of(ast.unparse(one), self.own) for one in found)) - seen)
        body = [one for one in parts if isinstance(one, _DEFINITIONS) or isinstance(one.targets[0], ast.Name)]
        methods = [textwrap.indent(ast.unparse(one), "    ") for one in body]
        fields = [ast.unparse(one) for one in parts if one not in body]
        lines = ["\n".join(["class %s:" % _STAND_IN] + (methods or ["    pass"])), "%s = %s()" % (self.own, _STAND_IN)] + fields
        return lines if sum(map(len, lines)) <= _LONGEST_CLASS else None

    def _definitions(self, name):
        """Of a name behind ``self.``: its method, or what sets the field; empty where neither is in the tests."""
        if name not in self.found:
            owner = self.frame.f_locals.get(self.own)
            kind = owner if isinstance(owner, type) else type(owner)
            node = self._method(kind, name) if _can_write else None
            self.found[name] = [node] if node is not None else self._fields(kind, name) if _can_write else []
        return self.found[name]

    def _method(self, kind, name):
        for one in kind.__mro__:
            value = vars(one).get(name)
            # Asking anything else for an attribute could run code of the tests.
            function = value.__func__ if isinstance(value, (staticmethod, classmethod)) else value
            code = function.__code__ if isinstance(function, types.FunctionType) else None
            if code is None:
                if value is not None:
                    return None
                continue
            source = self.source_of(os.path.realpath(code.co_filename))
            node = None if source is None else source.defined(code.co_name, code.co_firstlineno)
            return None if node is None else _bare(node)
        return None

    def _fields(self, kind, name):
        """What the class, setUp or the constructor assigns to a field."""
        for one in kind.__mro__:
            source = self.source_of(os.path.realpath(getattr(sys.modules.get(one.__module__), "__file__", None) or ""))
            body = [node.body for node in source.tree.body if isinstance(node, ast.ClassDef) and node.name == one.__name__] if source is not None else []
            found = [node for node in body[0] if isinstance(node, ast.Assign) and name in [target.id for target in node.targets if isinstance(target, ast.Name)]] if body else []
            if found:
                return found[:1]
        for maker in ("setUp", "setup_method", "__init__", "setUpClass", "setup_class"):
            method = self._method(kind, maker)
            found = [one for one in method.body if isinstance(one, ast.Assign) and name in attributes_stored(one)] if method is not None else []
            if found:
                return found[:1]
        return []


def members_of(text, own):
    """Names behind ``self.`` in a piece of source; not where ``self`` is another one."""
    return {node.attr for node in _attributes(text, own) if isinstance(node.value, ast.Name) and node.value.id == own} if own else set()


def attributes_in(text):
    return {node.attr for node in _attributes(text, None)}


def attributes_stored(node):
    return {one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Store)}


def _attributes(text, own):
    try:
        queue = list(ast.parse(textwrap.dedent(text)).body)
        if len(queue) == 1 and isinstance(queue[0], _DEFINITIONS[:2]):
            queue = list(queue[0].body)  # a method itself
    except (SyntaxError, ValueError, RecursionError):
        return
    while queue:
        node = queue.pop()
        if own and (isinstance(node, ast.ClassDef) or own in [one.arg for one in getattr(getattr(node, "args", None), "args", ())]):
            continue
        if isinstance(node, ast.Attribute):
            yield node
        queue.extend(ast.iter_child_nodes(node))


def _root(node):
    """The name that an expression begins with; None where it begins with something else."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def _defaults(function):
    """Its parameters that have a value by default, with it."""
    given = function.args.args[len(function.args.args) - len(function.args.defaults) :]
    return [(one.arg, value) for one, value in list(zip(given, function.args.defaults)) + list(zip(function.args.kwonlyargs, function.args.kw_defaults)) if value is not None]


def _bare(node):
    """A function without its documentation."""
    node = copy.copy(node)
    if ast.get_docstring(node, clean=False) is not None:
        node.body = node.body[1:] or [ast.Pass()]
    return node


def _part_of(node, wanted):
    """A class with its constructor, and with the methods that are wanted or that those use."""
    methods = {one.name: one for one in node.body if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))}
    kept, queue = set(), [name for name in methods if name in wanted or name in ("__init__", "__new__")]
    while queue:
        name = queue.pop()
        if name in kept:
            continue
        kept.add(name)
        for inner in ast.walk(methods[name]):
            if isinstance(inner, ast.Attribute) and inner.attr in methods:
                queue.append(inner.attr)
    part = copy.copy(node)
    part.body = [_bare(methods[one.name]) if getattr(one, "name", None) in methods else one for one in node.body if getattr(one, "name", None) in kept or isinstance(one, (ast.Assign, ast.AnnAssign))] or [ast.Pass()]
    return part


def _made_by(node):
    """The names that a statement binds."""
    if isinstance(node, _DEFINITIONS):
        return {node.name}
    if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return {inner.id for target in targets for inner in ast.walk(target) if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)}
    if isinstance(node, (ast.With, ast.AsyncWith)):
        named = [inner.id for item in node.items if item.optional_vars is not None for inner in ast.walk(item.optional_vars) if isinstance(inner, ast.Name)]
        return set(named).union(*map(_made_by, node.body))
    return set()


def _changed_by(node):
    """The names whose objects a statement changes: by a method, by storing into them, by deleting from them."""
    if isinstance(node, (ast.Assign, ast.AugAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return {_root(target) for target in targets if isinstance(target, (ast.Attribute, ast.Subscript))} - {None}
    if isinstance(node, ast.Delete):
        return set(map(_root, node.targets)) - {None}
    if isinstance(node, (ast.With, ast.AsyncWith)):
        return set().union(*map(_changed_by, node.body))
    call = node.value if isinstance(node, ast.Expr) else None
    changes = isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and not call.func.attr.startswith("assert")
    return {_root(call)} - {None} if changes else set()
