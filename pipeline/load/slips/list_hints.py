"""The form to write where words stand in the place of a list: nothing that would be refused in its turn."""

import re

from pydantic import BaseModel

from pipeline.load.yaml.known_keys import choices_at, fits, is_for_readers
from pipeline.model.source.record import KeyPath

_LINES = "one entry to a line after '- '"
_BETWEEN = re.compile(r"[ \t]*[,;][ \t]*")
_WORKS = frozenset({"references", "sources"})
"""Lists of keys of works: whether there is such a work only the whole library knows, as it is with every id."""


def list_hint(model: type[BaseModel], way: KeyPath, words: str) -> str:
    """The words as a list in brackets where they are sure to be known as its entries; else what may, or the form."""
    entry = (*way, 0)
    choices = choices_at(model, entry)
    entries = [part for part in _BETWEEN.split(" ".join(words.split())) if part]
    is_sure = choices or (is_for_readers(model, entry) and way[-1] not in _WORKS)
    if is_sure and entries and all(fits(model, entry, one) for one in entries):
        return f"Write [{', '.join(entries)}], or {_LINES}."
    if choices:
        return f"Write one or more of {', '.join(choices)} in square brackets: [{choices[0]}]."
    return f"Write […, …], or {_LINES}."
