"""Puts a changed source file into a process that has the old one loaded: replaces the code of its functions.

That says the same as a fresh import only where what ran on import is unchanged, so a change is refused when code outside of functions
differs, or a default value, a decorator, a base class: all of those are made by such code. That a function was not called on import
is for the caller to know. What a module computed from its own source text, or keeps as a code object, is not seen.
"""

import gc
import os
import sys
import types

_FUNCTION = 0x1 | 0x2  # CO_OPTIMIZED, CO_NEWLOCALS: class bodies and modules have no such locals
_read_bytes = open


class Refused(Exception):
    """The change cannot be put into a running process."""


class Functions:
    """The functions of the repository that are loaded, by their code. To be made before the garbage collector is frozen."""

    def __init__(self, root):
        self.by_code, self.codes, self.old = {}, {}, {}
        self.places = {}
        for one in gc.get_objects():
            if type(one) is types.FunctionType and self._place(one.__code__.co_filename).startswith(root + os.sep):
                self.by_code.setdefault(one.__code__, []).append(one)
                self.codes.setdefault(self._place(one.__code__.co_filename), set()).add(one.__code__)
        self.loaded = {self._place(name): name for name in (getattr(module, "__file__", None) for module in list(sys.modules.values())) if isinstance(name, str)}

    def plan(self, path, new):
        """What to replace for this content of a file: pairs of a function and its new code."""
        known = self.codes.get(path, set())
        if not known and path not in self.loaded:
            return []  # whoever imports it reads the new file
        name = next(iter(known)).co_filename if known else self.loaded[path]
        if path not in self.old:
            with _read_bytes(path, "rb") as file:
                self.old[path] = compile(file.read(), name, "exec", dont_inherit=True)
        changes = _Changes()
        changes.align(self.old[path], compile(new, name, "exec", dont_inherit=True), outer=None)
        if known - set(changes.codes):
            raise Refused("a function was loaded from other code than its file holds")
        plan = []
        for old, code in changes.codes.items():
            functions = self.by_code.get(old, ())
            if code is None and functions:
                raise Refused("a function that is in use is gone")
            if old in changes.outermost and not functions and _shape(old) != _shape(code):
                raise Refused("a function that changes is not there")
            if old != code:
                plan += [(function, code) for function in functions]
        if any(function.__code__.co_freevars != code.co_freevars for function, code in plan):
            raise Refused("a function uses other variables of the one around it")
        return plan

    def _place(self, name):
        if name not in self.places:
            self.places[name] = os.path.realpath(name)
        return self.places[name]


def swap(plan):
    for function, code in plan:
        function.__code__ = code


def _nested(code):
    return [one for one in code.co_consts if isinstance(one, types.CodeType)]


def _is_function(code):
    return code.co_flags & _FUNCTION == _FUNCTION


class _Changes:
    """The codes of functions in two versions of a file: old to new, or to None where it is gone."""

    def __init__(self):
        self.codes, self.outermost = {}, set()

    def align(self, old, new, outer):
        if _is_function(old) != _is_function(new):
            raise Refused("a class became a function")
        if _is_function(old):
            self._pair(old, new)
            if outer is None:
                self.outermost.add(old)
            outer = old
        elif _outline(old) != _outline(new):
            raise Refused("code that runs on import differs")
        inner, changed = _nested(old), _nested(new)
        if [one.co_name for one in inner] == [one.co_name for one in changed]:
            for one, other in zip(inner, changed):
                self.align(one, other, outer)
        else:
            for one in inner:
                self._gone(one)

    def _gone(self, old):
        self._pair(old, None)
        for one in _nested(old):
            self._gone(one)

    def _pair(self, old, new):
        if self.codes.setdefault(old, new) != new:
            raise Refused("two functions have the same code")


def _shape(code):
    """All that a code does, line numbers apart."""
    return code and (_outline(code), [_shape(one) for one in _nested(code)])


def _outline(code):
    """What a module or class body does, without the functions in it and without line numbers."""
    constants = [(type(one), repr(one)) if not isinstance(one, types.CodeType) else one.co_name for one in code.co_consts]
    return code.co_code, code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars, constants, code.co_flags, getattr(code, "co_exceptiontable", None)
