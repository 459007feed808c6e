"""What is read and kept, but does nothing today: told, so that nobody waits for it."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.codes import build as codes
from pipeline.diagnostics import Diagnostic
from pipeline.model.imprint import PDF_FORMATS, Format
from pipeline.resolve.reading import Binding

MADE_OF_PACKS: tuple[Format, ...] = (*PDF_FORMATS, "epub")
"""The formats of a pack that can be made."""


def formats_of_packs_are_made(binding: Binding) -> Iterator[Diagnostic]:
    """The formats that a pack lists can be made."""
    for index, wanted in enumerate(binding.pack.fields.formats):
        if wanted not in MADE_OF_PACKS:
            yield codes.FORMAT_LATER.at(binding.pack.marks.at("formats", index), format=wanted)
