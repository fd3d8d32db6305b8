"""Wrapping and indenting paragraphs."""


def wrap(text, width=72):
    """Lines of at most ``width`` characters; a longer word gets a line of its own."""
    if width < 1:
        raise ValueError("width must be at least 1")
    lines = []
    line = ""
    for word in text.split():
        if not line:
            line = word
        elif len(line) + 1 + len(word) <= width:
            line += " " + word
        else:
            lines.append(line)
            line = word
    if line:
        lines.append(line)
    return lines


def indent(text, prefix="    ", first=True):
    """Puts a prefix before each line that is not empty; ``first=False`` leaves the first line alone."""
    result = []
    for number, line in enumerate(text.split("\n")):
        if line.strip() and (first or number > 0):
            result.append(prefix + line)
        else:
            result.append(line)
    return "\n".join(result)


def dedent(text):
    """Removes the white space that all lines begin with."""
    lines = text.split("\n")
    margins = [len(line) - len(line.lstrip(" ")) for line in lines if line.strip()]
    margin = min(margins) if margins else 0
    return "\n".join(line[margin:] if line.strip() else "" for line in lines)
