import pytest

from textkit.table import parse_row, parse_table, render_table


@pytest.mark.parametrize(
    "line, cells",
    [
        ("a,b,c", ["a", "b", "c"]),
        ("", [""]),
        ('"a,b",c', ["a,b", "c"]),
        ('"say ""hi""",x', ['say "hi"', "x"]),
        ("a,,", ["a", "", ""]),
    ],
)
def test_rows(line, cells):
    assert parse_row(line) == cells


def test_an_open_quote_is_an_error():
    with pytest.raises(ValueError, match="not closed"):
        parse_row('"a')


def test_header():
    assert parse_table("name,age\nAda,36\n\nAlan,41\n") == [{"name": "Ada", "age": "36"}, {"name": "Alan", "age": "41"}]
    assert parse_table("") == []


def test_without_header():
    assert parse_table("a;b\nc;d", delimiter=";", header=False) == [["a", "b"], ["c", "d"]]


def test_short_rows_are_errors():
    with pytest.raises(ValueError, match="expected 2 cells, got 1"):
        parse_table("a,b\nc")


def test_render():
    assert render_table([["name", "n"], ["apples", 12], ["figs", 3]], right=(1,)) == "name     n\napples  12\nfigs     3"
    assert render_table([]) == ""
