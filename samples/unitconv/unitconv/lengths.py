"""Lengths."""

METRES = {"mm": 0.001, "cm": 0.01, "m": 1.0, "km": 1000.0, "in": 0.0254, "ft": 0.3048}


def convert(value, source, target):
    """Converts a length; an unknown unit is a ``KeyError``."""
    if source == target:
        return value
    return value * METRES[source] / METRES[target]


def parse(text):
    """``"12 cm"`` → ``(12.0, "cm")``."""
    number = ""
    for position, c in enumerate(text.strip()):
        if c.isdigit() or c in ".-":
            number += c
        else:
            unit = text.strip()[position:].strip()
            break
    else:
        raise ValueError("a unit is missing")
    if not number:
        raise ValueError("a number is missing")
    if unit not in METRES:
        raise ValueError("unknown unit: " + unit)
    return float(number), unit


def best_unit(metres):
    """The largest metric unit in which the length is at least 1."""
    best = "mm"
    for unit in ("mm", "cm", "m", "km"):
        if abs(metres) >= METRES[unit]:
            best = unit
    return best
