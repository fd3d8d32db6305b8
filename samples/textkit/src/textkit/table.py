"""Plain text tables, and delimited text with quotes."""


def parse_row(line, delimiter=","):
    """Splits a line at delimiters outside of double quotes; a doubled quote stands for one."""
    cells = []
    cell = []
    quoted = False
    i = 0
    while i < len(line):
        c = line[i]
        if quoted:
            if c == '"' and i + 1 < len(line) and line[i + 1] == '"':
                cell.append('"')
                i += 1
            elif c == '"':
                quoted = False
            else:
                cell.append(c)
        elif c == '"':
            quoted = True
        elif c == delimiter:
            cells.append("".join(cell))
            cell = []
        else:
            cell.append(c)
        i += 1
    if quoted:
        raise ValueError("a quote is not closed")
    cells.append("".join(cell))
    return cells


def parse_table(text, delimiter=",", header=True):
    """Rows as dictionaries when there is a header, as lists otherwise."""
    rows = [parse_row(line, delimiter) for line in text.splitlines() if line.strip()]
    if not header:
        return rows
    if not rows:
        return []
    names = rows[0]
    result = []
    for row in rows[1:]:
        if len(row) != len(names):
            raise ValueError(f"expected {len(names)} cells, got {len(row)}")
        result.append(dict(zip(names, row)))
    return result


def render_table(rows, right=()):
    """Pads cells so that columns line up; columns named in ``right`` are aligned right."""
    if not rows:
        return ""
    columns = len(rows[0])
    widths = [max(len(str(row[i])) for row in rows) for i in range(columns)]
    lines = []
    for row in rows:
        cells = []
        for i in range(columns):
            text = str(row[i])
            cells.append(text.rjust(widths[i]) if i in right else text.ljust(widths[i]))
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)
