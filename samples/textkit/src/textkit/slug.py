"""Slugs for URLs and file names."""

import re
import unicodedata

_SEPARATORS = re.compile(r"[^a-z0-9]+")


def _ascii(text):
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def slugify(text, separator="-", max_length=None):
    """Turns text into lower-case ASCII words joined by a separator; cuts at a word's end."""
    words = [word for word in _SEPARATORS.split(_ascii(text).lower()) if word]
    if max_length is None:
        return separator.join(words)
    slug = ""
    for word in words:
        longer = word if not slug else slug + separator + word
        if len(longer) > max_length:
            break
        slug = longer
    if not slug and words:
        slug = words[0][:max_length]
    return slug


def unique_slug(text, taken, separator="-"):
    """A slug that is not among those taken: a number is added where needed."""
    base = slugify(text, separator)
    if base not in taken:
        return base
    number = 2
    while f"{base}{separator}{number}" in taken:
        number += 1
    return f"{base}{separator}{number}"
