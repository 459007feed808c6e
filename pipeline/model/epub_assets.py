"""Assets of an EPUB for screens: its cover, its fonts, and the licences of those."""

from dataclasses import dataclass, field

from pipeline.core.diagnostics import Diagnostic
from pipeline.model.manuscript import FontFace


@dataclass(frozen=True, slots=True)
class DrawnCover:
    """A cover as a JPEG, with the diagnostics of drawing it."""

    picture: bytes = field(repr=False)
    remarks: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class SubsetFont:
    """A subset of a face for a book: the fixed repertoire and the other characters that its text uses."""

    face: FontFace
    family: str
    """Family name in the book's style sheet: a subset font may not have the name of the whole one."""
    extra: str = ""
    """Characters beyond the repertoire that the face has, in order."""
    small_caps: bool = False
    alone: bool = False
    """True if the subset holds the extra characters alone, without the repertoire."""


@dataclass(frozen=True, slots=True)
class BookFont:
    """A subset font as a book encloses it."""

    family: str
    weight: int
    italic: bool
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class FontLicence:
    """The licence of a font package, which must accompany its fonts."""

    package: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, weakref_slot=True)
class EpubAssets:
    """Assets of an EPUB: the bindery only puts them in their places."""

    large = True
    """Its digest is computed once and kept."""

    cover: bytes = field(default=b"", repr=False)
    """A JPEG, or empty."""
    fonts: tuple[BookFont, ...] = ()
    licences: tuple[FontLicence, ...] = ()


NO_ASSETS = EpubAssets()
"""Assets of a book without a cover or fonts, which is read in the reader's own type."""
