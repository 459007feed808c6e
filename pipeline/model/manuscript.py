"""Manuscripts: what compose hands to press; claims of a file."""

from dataclasses import dataclass, field
from typing import Literal

from pipeline.core.diagnostics import Diagnostic
from pipeline.model.formats import USUAL_STAMPS, USUAL_VARIANT, Asset, PdfVariant, StampSheet

Role = Literal["author", "reviewer"]
"""Part of a contributor in a text."""


@dataclass(frozen=True, slots=True)
class Credit:
    """A contributor to a text, with the part taken and the form of the name for sorting."""

    name: str
    file_as: str
    role: Role = "author"


@dataclass(frozen=True, slots=True)
class Subject:
    """Subject of a text: a label, and the code of a published scheme of subjects if the library knows one."""

    label: str
    scheme: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class FontFace:
    """A font file of an installed font package, as CSS names it."""

    family: str
    weight: int
    italic: bool
    package: str
    """The importable package, such as `fontpkg_lato`."""
    file: str
    """The file's name in the package's `files/`."""


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A heading of the text, for outlines and navigation. The title is level 1."""

    level: int
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Conformance:
    """Conformance claimed for a text, and the judge of it."""

    level: str
    """'WCAG 2.2 Level AA'."""
    certified_by: str
    on: str = ""
    """ISO date of the evaluation, or empty."""
    report: str = ""
    credential: str = ""


@dataclass(frozen=True, slots=True)
class Metadata:
    """Metadata of a PDF or EPUB."""

    id: str
    title: str
    language: str
    publisher: str
    version: str = ""
    subtitle: str = ""
    credits: tuple[Credit, ...] = ()
    """Contributors to the text."""
    description: str = ""
    subjects: tuple[Subject, ...] = ()
    created: str = ""
    """ISO date of first publication, or empty."""
    modified: str = ""
    """ISO date of the text's last change, or empty. Never the clock."""
    rights: str = ""
    licence_url: str = ""
    address: str = ""
    doi: str = ""
    isbns: tuple[tuple[str, str], ...] = ()
    """The formats that have an ISBN, each with it."""
    series: str = ""
    series_position: int = 0
    conformance: Conformance | None = None

    @property
    def authors(self) -> tuple[str, ...]:
        """The names of those who wrote it."""
        return tuple(credit.name for credit in self.credits if credit.role == "author")

    @property
    def keywords(self) -> tuple[str, ...]:
        """The labels of its subjects."""
        return tuple(subject.label for subject in self.subjects)


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Chapter:
    """One XHTML body. `name` is unique in its manuscript and is the prefix of no other."""

    large = True
    """Its digest is computed once and kept."""

    name: str
    title: str
    body: str
    """The children of `<body>` as well-formed XHTML; every block element has an id, unique in the chapter."""
    bookmarks: tuple[Bookmark, ...] = ()
    matter: str = "bodymatter"
    """EPUB division: frontmatter, bodymatter or backmatter."""
    landmark: str = ""
    """EPUB landmark: cover, toc, bodymatter, bibliography, or none."""
    runs_on: bool = False
    """Whether it begins on the page on which the chapter before it ends."""


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Manuscript:
    """A text ready to be set. A briefing is one chapter; front and back matter of a pack are manuscripts too."""

    large = True
    """Its digest is computed once and kept."""

    layout: str
    chapters: tuple[Chapter, ...]
    metadata: Metadata
    style: str
    """CSS for paged media, complete: tokens, type, page. Fonts are named `font:FILE`, images `asset:SHA256`."""
    epub_style: str
    web_style: str
    fonts: tuple[FontFace, ...] = ()
    images: tuple[Asset, ...] = ()
    variant: PdfVariant = USUAL_VARIANT
    """The variant of the PDF that `style` is for."""
    marked: bool = False
    """Whether it has marked changes, which get bars in the margin."""

    @property
    def chapter(self) -> Chapter:
        """The only chapter of a briefing's manuscript."""
        (only,) = self.chapters
        return only


@dataclass(frozen=True, slots=True)
class StampText:
    """One line to be laid over a page: where (a slot that `layouts/stamp` knows) and what it says."""

    slot: str
    text: str
    sheet: StampSheet = USUAL_STAMPS
    """The kind of page it is laid over."""
    rtl: bool = False
    """Whether that page runs from right to left."""


@dataclass(frozen=True, slots=True)
class StampLayout:
    """Layout of stamps: a page style with one class a slot, and its fonts."""

    style: str
    fonts: tuple[FontFace, ...] = field(default=())
    scripts: tuple[str, ...] = ()
    """Scripts that the library asks for: of what the fonts lack, a line may borrow these too."""


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
