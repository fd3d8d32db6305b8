"""A test program and how it is run: as a whole with the report of its framework, or function by function."""

import os
import re

from toolchain import Binary, inside, is_test

GTEST, CATCH, DOCTEST, PLAIN, OTHER = "googletest", "catch2", "doctest", "plain", "other"


class Program:
    """``name``: what its tests are called after; ``path``: of the executable; ``command``, ``folder``, ``variables``: how it is started."""

    def __init__(self, name, path, command, folder, variables=None, properties=None, target=None):
        self.name, self.path, self.command, self.folder = name, path, command, folder
        self.variables, self.properties, self.target = variables or {}, properties or {}, target
        self._kind = self._file = None
        self.binary = Binary(path) if path else None

    @property
    def kind(self):
        if self._kind is None:
            self._kind = OTHER if self.path is None or not os.path.isfile(self.path) else _kind_of(self.path)
        return self._kind

    def is_built(self):
        return self.path is None or os.path.isfile(self.path)

    def main(self):
        """Address of main, and the file that holds it."""
        if self._file is None:
            places = [address for name, address, _ in self.binary.symbols() if name == "main"] if self.kind != OTHER else []
            lines = self.binary.lines(places[:1])
            self._file = (places[0], lines[places[0]][0]) if lines else (None, None)
        return self._file

    def source(self, root):
        """The test file that holds main, from the root; None where main is no test's."""
        path = self.main()[1]
        name = inside(path, root) if path else None
        return name if name and is_test(name) else None


def _kind_of(path):
    with open(path, "rb") as file:
        data = file.read()
    if data[:4] != b"\x7fELF":
        return OTHER
    if b"gtest_list_tests" in data and (b"gtest_output" in data or b"testing::InitGoogleTest" in data) or b"libgtest.so" in data:
        return GTEST
    if re.search(rb"N5Catch7SessionE|Catch7Session|libCatch2", data):
        return CATCH
    if b"list-test-cases" in data and b"doctest" in data:
        return DOCTEST
    return PLAIN
