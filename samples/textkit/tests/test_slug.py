import pytest

from textkit.slug import slugify, unique_slug


@pytest.mark.parametrize(
    "text, expected",
    [("Hello, World!", "hello-world"), ("  many   spaces ", "many-spaces"), ("Crème Brûlée", "creme-brulee"), ("", ""), ("a--b", "a-b")],
)
def test_words_are_joined(text, expected):
    assert slugify(text) == expected


def test_separator():
    assert slugify("one two", separator="_") == "one_two"


def test_cut_at_a_words_end():
    assert slugify("alpha beta gamma", max_length=10) == "alpha-beta"
    assert slugify("alpha beta gamma", max_length=9) == "alpha"


def test_a_single_long_word_is_cut():
    assert slugify("abcdefghij", max_length=4) == "abcd"


def test_unique():
    assert unique_slug("A b", set()) == "a-b"
    assert unique_slug("A b", {"a-b"}) == "a-b-2"
    assert unique_slug("A b", {"a-b", "a-b-2", "a-b-3"}) == "a-b-4"
