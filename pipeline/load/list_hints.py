"""What to write where words stand in the place of a list: nothing that would be refused in its turn."""

from __future__ import annotations

import re

from pydantic import BaseModel

from pipeline.load.known_keys import choices_at, fits
from pipeline.load.value_words import as_id
from pipeline.model.record import Step

_LINES = "one entry to a line after '- '"
_BETWEEN = re.compile(r"[ \t]*[,;][ \t]*")


def list_hint(model: type[BaseModel], way: tuple[Step, ...], words: str) -> str:
    """The words as a list in brackets where its entries may stand there; else what may."""
    entry = (*way, 0)
    parts = [part for part in _BETWEEN.split(" ".join(words.split())) if part]
    for entries in (parts, [as_id(part) for part in parts]):
        if entries and all(fits(model, entry, one) for one in entries):
            return f"Write [{', '.join(entries)}], or {_LINES}."
    if choices := choices_at(model, entry):
        return f"Write one or more of {', '.join(choices)} in square brackets: [{choices[0]}]."
    return f"Write {_LINES}."
