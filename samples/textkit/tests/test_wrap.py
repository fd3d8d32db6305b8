import pytest

from textkit.wrap import dedent, indent, wrap


def test_lines_fill_up_to_the_width():
    assert wrap("aa bb cc", 5) == ["aa bb", "cc"]
    assert wrap("aa bb cc", 4) == ["aa", "bb", "cc"]


def test_a_long_word_stands_alone():
    assert wrap("a longword b", 4) == ["a", "longword", "b"]


def test_nothing():
    assert wrap("") == []
    assert wrap("   ") == []


def test_width_must_be_positive():
    with pytest.raises(ValueError):
        wrap("a", 0)
    assert wrap("a b", 1) == ["a", "b"]


def test_indent_leaves_empty_lines():
    assert indent("a\n\nb") == "    a\n\n    b"


def test_indent_can_leave_the_first_line():
    assert indent("a\nb", "> ", first=False) == "a\n> b"


def test_dedent():
    assert dedent("    a\n      b\n\n    c") == "a\n  b\n\nc"
    assert dedent("a\n  b") == "a\n  b"
    assert dedent("\n") == "\n"
