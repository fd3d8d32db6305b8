"""The source of a test file as the description of a failure needs it: parsed once, statements found by line.

Reads the file as it stands when the first of its tests fails; a test that rewrites its own file is described wrongly.
"""

import ast
import textwrap
import tokenize

_open_source = tokenize.open
LONGEST_LINE = 600


def names_in(text):
    """The names that a piece of source reads or makes."""
    try:
        return {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    except (SyntaxError, ValueError, RecursionError):
        return set()


def _spans_lines(node):
    literal = isinstance(node, (ast.JoinedStr, ast.Constant)) and not isinstance(getattr(node, "value", ""), (int, float, complex))
    return literal and (node.end_lineno or node.lineno) > node.lineno


def wants_error(call, least=2):
    """A call of ``pytest.raises`` or ``assertRaises``; with two arguments it names what it runs."""
    name = getattr(getattr(call, "func", None), "attr", getattr(getattr(call, "func", None), "id", ""))
    return isinstance(call, ast.Call) and name in ("raises", "assertRaises", "assertRaisesRegex") and len(call.args) >= least


class SourceFile:
    def __init__(self, path):
        try:
            with _open_source(path) as file:
                text = file.read()
            self.tree = ast.parse(text)
        except (OSError, SyntaxError, ValueError, RecursionError):
            text, self.tree = "", ast.parse("")
        self.lines = text.split("\n")
        self.nodes = list(ast.walk(self.tree))

    def statement(self, line):
        """The innermost statement that this line belongs to."""
        best = None
        for node in self.nodes:
            if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or node.lineno) and (best is None or node.lineno >= best.lineno):
                best = node
        return best

    def function(self, name, line):
        for node in self.nodes:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == name and node.lineno <= line <= (node.end_lineno or line):
                return node
        return None

    def defined(self, name, first):
        """The function of this name that begins on this line, with its decorators."""
        for node in self.nodes:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == name and first in [node.lineno] + [one.lineno for one in node.decorator_list]:
                return node
        return None

    def text(self, node):
        """The source of a node, dedented; of a statement with a body other than ``with`` only its head."""
        first, last, begin, end = node.lineno, node.end_lineno or node.lineno, node.col_offset, node.end_col_offset
        body = getattr(node, "body", None)
        if isinstance(node, ast.stmt) and isinstance(body, list) and body and not isinstance(node, (ast.With, ast.AsyncWith)) and body[0].lineno > first:
            last, end = body[0].lineno - 1, None
        if last > first and hasattr(ast, "unparse") and any(_spans_lines(inner) for inner in ast.walk(node)) and end is not None:
            return ast.unparse(node)  # dedenting would change its strings
        lines = [line.encode("utf-8") for line in self.lines[first - 1 : last]]
        if not lines:
            return ""
        lines[-1] = lines[-1][:end]
        lines[0] = b" " * begin + lines[0][begin:]
        return textwrap.dedent("\n".join(line.decode("utf-8", "replace") for line in lines)).strip()

    def line(self, node):
        """The source of an expression on one line. Spaces within strings stay."""
        text = self.text(node)
        if "\n" in text and hasattr(ast, "unparse"):
            text = ast.unparse(node)
        return " ".join(line.strip() for line in text.split("\n"))[:LONGEST_LINE]

    def body(self, node):
        """What an assertion that wants an error runs: the body of its ``with``, or the call that its arguments describe."""
        if isinstance(node, (ast.With, ast.AsyncWith)):
            return "; ".join(self.line(one) for one in node.body[:3])
        call = getattr(node, "value", None)
        if isinstance(call, ast.Call) and len(call.args) > 1:
            if isinstance(call.args[1], ast.Lambda):
                return self.line(call.args[1].body)
            rest = [self.line(one) for one in call.args[2:]] + ["%s=%s" % (one.arg, self.line(one.value)) for one in call.keywords if one.arg]
            return "%s(%s)" % (self.line(call.args[1]), ", ".join(rest))
        return self.line(node)

    def expected_error(self, line):
        """The type of error that a ``with pytest.raises(...)`` around this line, or ``assertRaises(..., call)`` on it, waits for."""
        for node in self.nodes:
            if isinstance(node, (ast.With, ast.AsyncWith)) and node.body[0].lineno <= line <= (node.end_lineno or line):
                calls = [item.context_expr for item in node.items if wants_error(item.context_expr, 1)]
            elif isinstance(node, ast.Expr) and node.lineno <= line <= (node.end_lineno or line):
                calls = [node.value] if wants_error(node.value) else []
            else:
                continue
            if calls:
                return self.line(calls[0].args[0])
        return None
