"""Conversions between units."""

from .lengths import convert, parse

__version__ = "0.3.1"
__all__ = ["convert", "parse"]
