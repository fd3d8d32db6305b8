"""Small text tools."""

from .cache import LruCache
from .intervals import Interval, merge
from .slug import slugify
from .table import parse_table, render_table
from .template import TemplateError, render
from .wrap import indent, wrap

__all__ = ["Interval", "LruCache", "TemplateError", "indent", "merge", "parse_table", "render", "render_table", "slugify", "wrap"]
