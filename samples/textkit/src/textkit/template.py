"""A template language of three things: {{ name }}, {% if name %} ... {% else %} ... {% end %}, {% for x in name %} ... {% end %}."""

import re

_TOKEN = re.compile(r"({{.*?}}|{%.*?%})", re.DOTALL)


class TemplateError(Exception):
    """The template is wrong; the message says where."""


def _lookup(name, context):
    value = context
    for part in name.split("."):
        if isinstance(value, dict):
            if part not in value:
                raise TemplateError(f"unknown name: {name}")
            value = value[part]
        else:
            value = getattr(value, part)
    return value


def _parse(tokens, position, inside):
    nodes = []
    while position < len(tokens):
        token = tokens[position]
        position += 1
        if token.startswith("{{"):
            nodes.append(("value", token[2:-2].strip()))
        elif token.startswith("{%"):
            words = token[2:-2].split()
            if not words:
                raise TemplateError("empty tag")
            if words[0] in ("end", "else"):
                if inside is None:
                    raise TemplateError(f"unexpected {words[0]}")
                return nodes, position, words[0]
            if words[0] == "if" and len(words) == 2:
                then, position, stopped = _parse(tokens, position, "if")
                otherwise = []
                if stopped == "else":
                    otherwise, position, stopped = _parse(tokens, position, "if")
                nodes.append(("if", words[1], then, otherwise))
            elif words[0] == "for" and len(words) == 4 and words[2] == "in":
                body, position, stopped = _parse(tokens, position, "for")
                if stopped == "else":
                    raise TemplateError("else belongs to if")
                nodes.append(("for", words[1], words[3], body))
            else:
                raise TemplateError(f"unknown tag: {' '.join(words)}")
        elif token:
            nodes.append(("text", token))
    if inside is not None:
        raise TemplateError(f"{inside} without end")
    return nodes, position, None


def _write(nodes, context, out):
    for node in nodes:
        if node[0] == "text":
            out.append(node[1])
        elif node[0] == "value":
            out.append(str(_lookup(node[1], context)))
        elif node[0] == "if":
            chosen = node[2] if _lookup(node[1], context) else node[3]
            _write(chosen, context, out)
        else:
            for item in _lookup(node[2], context):
                inner = dict(context)
                inner[node[1]] = item
                _write(node[3], inner, out)


def render(template, **context):
    """Fills a template in."""
    nodes, _, _ = _parse(_TOKEN.split(template), 0, None)
    out = []
    _write(nodes, context, out)
    return "".join(out)
