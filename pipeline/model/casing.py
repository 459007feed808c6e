"""Assets of an EPUB for screens: its cover, its fonts, and the licences of those."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.core.diagnostics import Diagnostic
from pipeline.model.manuscript import FontFace


@dataclass(frozen=True, slots=True)
class Drawn:
    """A cover as a JPEG, and what was remarked while it was drawn."""

    picture: bytes = field(repr=False)
    remarks: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Cut:
    """A face as a book needs it: cut to the fixed repertoire and what else its text uses."""

    face: FontFace
    family: str
    """Family name in the book's style sheet: a subset font may not have the name of the whole one."""
    extra: str = ""
    """Characters beyond the repertoire that the face has, in order."""
    small_caps: bool = False
    alone: bool = False
    """Whether these characters are all that it is cut to, and not the repertoire too."""


@dataclass(frozen=True, slots=True)
class BookFont:
    """A cut face as a book encloses it."""

    family: str
    weight: int
    italic: bool
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class FontLicence:
    """The terms of a font package, which go wherever its fonts go."""

    package: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Casing:
    """Assets of an EPUB: the bindery only puts them in their places."""

    large = True
    """Its digest is made once."""

    cover: bytes = field(default=b"", repr=False)
    """A JPEG, or nothing."""
    fonts: tuple[BookFont, ...] = ()
    licences: tuple[FontLicence, ...] = ()


UNCASED = Casing()
"""Of a book without a cover, read in the reader's own type."""
