"""Writes a JUnit XML report."""
import os
import re
from xml.sax.saxutils import escape, quoteattr

FORBIDDEN = re.compile("[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
MOST_DETAILS = 16 << 10


def write(path, outcomes, errors):
    parts = ["<testsuites><testsuite>"]
    for outcome in outcomes:
        parts.append(f'<testcase classname={attribute(outcome.test.target.id)} name={attribute(outcome.test.name)} file={attribute(outcome.test.file)} time="{outcome.seconds:.4f}">')
        parts.append(f'<properties><property name="nodeid" value={attribute(outcome.test.id)}/></properties>{body(outcome)}</testcase>')
    for where, message in errors.items():
        parts.append(f'<testcase classname="" name={attribute(where)}><error message="collection failure">{text(message)}</error></testcase>')
    parts.append("</testsuite></testsuites>")
    made = path + ".made"
    with open(made, "w", encoding="utf-8") as file:
        file.write("".join(parts))
    os.replace(made, path)


def body(outcome):
    if outcome.kind == "passed":
        return ""
    if outcome.kind == "skipped":
        return "<skipped/>"
    kind = "failure" if outcome.kind == "failed" else "error"
    return f"<{kind} message={attribute(outcome.message[:2000])}>{text(outcome.output[-MOST_DETAILS:])}</{kind}>"


def attribute(value):
    return quoteattr(FORBIDDEN.sub("\uFFFD", value), {"\n": "&#10;"})


def text(value):
    return escape(FORBIDDEN.sub("\uFFFD", value))
