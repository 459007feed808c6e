"""Editions and formats: what a text is made into."""

from __future__ import annotations

from typing import Literal

Edition = Literal["screen", "print", "large-print", "booklet"]
"""An edition of the PDF: each has its own page, is pressed by itself and has its own page numbers."""

Format = Literal[Edition, "epub", "html"]
PDF_FORMATS: tuple[Edition, ...] = ("screen", "print", "large-print", "booklet")

WITH_INSERTS: frozenset[Edition] = frozenset({"screen", "print", "booklet"})
"""The editions that hold an insert as it is. Large print sets a page of its own in its place."""
