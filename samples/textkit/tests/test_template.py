import pytest

from textkit import TemplateError, render


def test_values():
    assert render("Hello {{ name }}!", name="World") == "Hello World!"


def test_dotted_names():
    assert render("{{ user.name }}", user={"name": "Ada"}) == "Ada"
    assert render("{{ number.real }}", number=3) == "3"


def test_if():
    template = "{% if on %}yes{% else %}no{% end %}"
    assert render(template, on=True) == "yes"
    assert render(template, on=False) == "no"
    assert render("{% if on %}yes{% end %}.", on=False) == "."


def test_for():
    assert render("{% for x in items %}<{{ x }}>{% end %}", items=[1, 2]) == "<1><2>"


def test_nested():
    template = "{% for row in rows %}{% if row.ok %}{{ row.id }},{% end %}{% end %}"
    assert render(template, rows=[{"ok": True, "id": 1}, {"ok": False, "id": 2}, {"ok": True, "id": 3}]) == "1,3,"


def test_loop_variables_do_not_leak():
    with pytest.raises(TemplateError):
        render("{% for x in items %}{% end %}{{ x }}", items=[1])


@pytest.mark.parametrize(
    "template, message",
    [
        ("{{ missing }}", "unknown name: missing"),
        ("{% if a %}", "if without end"),
        ("{% end %}", "unexpected end"),
        ("{% %}", "empty tag"),
        ("{% while a %}", "unknown tag: while a"),
        ("{% for x in a %}{% else %}{% end %}", "else belongs to if"),
    ],
)
def test_errors(template, message):
    with pytest.raises(TemplateError, match=message):
        render(template, a=[1])
