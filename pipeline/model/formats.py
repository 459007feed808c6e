"""Variants of the PDF, formats, stamp slots, layouts, build order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from pipeline.core.text.wrapping import TITLE_ROOM

ASSET = "asset:"
"""Prefix of a file's digest where a text names the file."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file used by a text: its media type, its bytes and their SHA-256."""

    path: str
    """Relative to the project with `/`; of a made asset its name."""
    media_type: str
    sha256: str
    content: bytes = field(repr=False)


Attached = Literal["source", "references"]
"""Kind of file attached to a PDF: the Markdown it is made of, the works it cites as CSL-JSON."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file put into a PDF."""

    name: str
    media_type: str
    relationship: Literal["Source", "Data", "Supplement"]
    """Relationship to the document (ISO 32000-2, 7.11.3, AFRelationship)."""
    description: str
    modified: str
    """ISO date of its last change, or empty. Never the clock."""
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Claim:
    """The claim of PDF/UA-1 (ISO 14289-1) and PDF/A-2a (ISO 19005-2), with attachments PDF/A-3a (ISO 19005-3)."""

    attachments: tuple[Attachment, ...] = ()

    @property
    def part(self) -> int:
        """The part of ISO 19005."""
        return 3 if self.attachments else 2

    @property
    def standards(self) -> tuple[str, ...]:
        """Their names: 'PDF/UA-1', 'PDF/A-2a'."""
        return "PDF/UA-1", f"PDF/A-{self.part}a"


USUAL = Claim()
"""PDF/UA-1 and PDF/A-2a."""


@dataclass(frozen=True, slots=True)
class FileContents:
    """Claims and contents of a file. What bears no tags has no numbers."""

    claims: tuple[str, ...] = ()
    """The standards that it says it keeps to."""
    pictures: int = 0
    told: int = 0
    """Pictures with words in their place."""
    tables: int = 0
    notes: int = 0


# The tables of variants and formats. `build/formats.py` says how the files of each kind are made and checked.

PdfVariant = Literal["screen", "print", "large-print", "booklet"]
"""A variant of the PDF: each has its own page size, layout and page numbers."""

Format = Literal[PdfVariant, "epub", "html", "text"]

StampSheet = Literal["usual", "large-print", "booklet"]
"""Layout of the running lines on a page; two variants may share one."""

Need = Literal["large letters", "reflow", "speech"]
"""Needs of a reader that a format may meet."""

# Variants of the PDF


@dataclass(frozen=True, slots=True)
class StampSpace:
    """Points that lines have in their slots, as `layouts/stamp` places them, and their type size."""

    title: float = TITLE_ROOM
    status: float = 300
    head: float = 437
    """Points that title and status share: the title has what the status leaves of them."""
    line: float = 498
    """From margin to margin: the marking stands there, and the foot with the folio."""
    foot: float = 470
    size: float = 12
    status_size: float = 12.25
    """Of bold type, measured as if it were so much larger."""
    copy: float = 496


@dataclass(frozen=True, slots=True)
class PdfVariantRow:
    """How the pages of a variant are set, bound and printed."""

    name: PdfVariant
    stamps: StampSheet = "usual"
    """The layout of the running lines of its pages."""
    styles: tuple[str, ...] = ()
    """Style sheets that it adds to those of a layout."""
    stamp_space: StampSpace = StampSpace()
    insert_room: tuple[float, float] | None = (46, 48)
    """Points at the head and foot of an insert's page that are for running lines, as `layouts/stamp` places them.
    None where a page of the pack's own is set in its place."""
    insert_head_of_copies: float = 58
    """Points at the head where there is a line below the others that says which copy it is."""
    tagged: bool = False
    """Whether it is kept and read on a screen, and aloud; the others are for a printer's eyes, and claim nothing."""
    margin: bool = False
    """Whether there is a margin beside its column, in which a table is a table: others set many as blocks."""
    across: bool = False
    """Whether its page is wide enough for the direction of findings beside them."""
    cover: Literal["A4", "A5", ""] = ""
    """The page of its cover, if that has room for the map of a pack's evidence."""
    large: bool = False
    """Whether it is set in large letters."""
    both_sides: bool = False
    """Whether it is printed on both sides: what starts on a right-hand page has a blank one before it."""
    gutter: int = 0
    """Millimetres by which its pages move away from where they are bound."""
    inked: bool = False
    """Whether it is bound in the printer's inks, with marks."""
    moves_figures: bool = False
    """Whether a figure that leaves a hole may stand after the paragraph that follows it: no other format has its pages,
    and nobody hears them."""
    imposed: bool = False
    """Whether two pages stand on each side of its sheets."""

    def sides(self, pages: int) -> int:
        """The pages of its file: a sheet of four pages has two sides."""
        return -(-pages // 4) * 2 if self.imposed else pages


_COLUMN = "briefing/column.css"

_VARIANTS = (
    PdfVariantRow(name="screen", tagged=True, margin=True, across=True, cover="A4"),
    PdfVariantRow(
        name="print",
        styles=("print/print.css",),
        margin=True,
        across=True,
        cover="A4",
        both_sides=True,
        gutter=3,
        inked=True,
    ),
    PdfVariantRow(
        name="large-print",
        stamps="large-print",
        styles=(_COLUMN, "large-print/large-print.css"),
        stamp_space=StampSpace(380, 299, 380, 498, 470, 18, 18, 490),
        insert_room=None,
        tagged=True,
        large=True,
    ),
    PdfVariantRow(
        name="booklet",
        stamps="booklet",
        styles=(_COLUMN, "booklet/booklet.css"),
        stamp_space=StampSpace(280, 209, 280, 345, 335, copy=340),
        insert_room=(42, 44),
        insert_head_of_copies=54,
        cover="A5",
        both_sides=True,
        moves_figures=True,
        imposed=True,
    ),
)
PDF_VARIANTS: Mapping[PdfVariant, PdfVariantRow] = {row.name: row for row in _VARIANTS}

USUAL_VARIANT: PdfVariant = "screen"
"""The default. The page numbers in an EPUB and on a web page are those of its pages."""

USUAL_STAMPS: StampSheet = PDF_VARIANTS[USUAL_VARIANT].stamps

BY_STAMPS: Mapping[StampSheet, PdfVariantRow] = {row.stamps: row for row in reversed(_VARIANTS)}
"""The first variant of each layout of running lines: the others have the same space and typeface."""

STAMP_STYLES: Mapping[StampSheet, tuple[str, ...]] = {
    "usual": ("stamp/stamp.css",),
    "large-print": ("stamp/stamp.css", "stamp/large-print.css"),
    "booklet": ("stamp/stamp.css", "stamp/booklet.css"),
}
"""The style sheets of each."""

# Kinds of files


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file: what a reader calls it, how its name ends, its media type."""

    name: str
    end: str
    media_type: str
    packed: bool = False
    """Whether its bytes are compressed already."""
    marks_pages: bool = False
    """Whether it marks where the pages of the PDF begin."""


PDF = FileKind("PDF", ".pdf", "application/pdf", packed=True)
EPUB = FileKind("EPUB", ".epub", "application/epub+zip", packed=True, marks_pages=True)
PAGE = FileKind("web page", ".html", "text/html", marks_pages=True)
TEXT = FileKind("plain text", ".txt", "text/plain")

# Formats


@dataclass(frozen=True, slots=True)
class FormatRow:
    """A format: its kind of file, the variant whose pages it has, and its name for readers."""

    name: Format
    kind: FileKind
    words: str
    """Name for a reader: 'PDF in large print'."""
    variant: PdfVariant = USUAL_VARIANT
    mark: str = ""
    """Part of the names of its files before their end: '-print'."""
    meets: frozenset[Need] = frozenset()
    printed: bool = False
    """Whether its files go to the printer, and what the colleges get is paper."""
    of_series: bool = False
    """Whether the landing page of a series is made in it."""

    @property
    def end(self) -> str:
        """End of the names of its files: '-print.pdf'."""
        return f"{self.mark}{self.kind.end}"

    @property
    def paged(self) -> bool:
        """Whether it is a PDF, whose pages are those of its variant."""
        return self.kind == PDF

    @property
    def heard(self) -> bool:
        """Whether it is a PDF that is kept and read, also aloud: it is tagged, and validators are asked about it."""
        return self.paged and PDF_VARIANTS[self.variant].tagged

    def page(self, page: int) -> int:
        """The page of the file that a remark on a page of its variant names: of a booklet the first."""
        return 1 if PDF_VARIANTS[self.variant].imposed else page


_FORMATS = (
    FormatRow(name="screen", kind=PDF, words="PDF", meets=frozenset({"speech"})),
    FormatRow(name="print", kind=PDF, words="PDF for the printer", variant="print", mark="-print", printed=True),
    FormatRow(
        name="large-print",
        kind=PDF,
        words="PDF in large print",
        variant="large-print",
        mark="-large-print",
        meets=frozenset({"large letters"}),
    ),
    FormatRow(name="booklet", kind=PDF, words="PDF as a booklet", variant="booklet", mark="-booklet"),
    FormatRow(name="epub", kind=EPUB, words="EPUB", meets=frozenset({"reflow", "speech"})),
    FormatRow(name="html", kind=PAGE, words="web page", meets=frozenset({"reflow", "speech"}), of_series=True),
    FormatRow(name="text", kind=TEXT, words="plain text", meets=frozenset({"speech"})),
)
FORMATS: Mapping[Format, FormatRow] = {row.name: row for row in _FORMATS}
"""The formats, in the order in which they are listed."""

KINDS: tuple[FileKind, ...] = tuple(dict.fromkeys(row.kind for row in FORMATS.values()))
"""The kinds of files, in the same order."""

PRINTED: tuple[Format, ...] = tuple(row.name for row in FORMATS.values() if row.printed)
"""The formats whose files go to the printer."""

OF_SERIES: tuple[Format, ...] = tuple(row.name for row in FORMATS.values() if row.of_series)
"""The formats of the landing page of a series."""

BRIEFINGS_HAVE: tuple[Format, ...] = ("screen", "epub", "html")
PACKS_HAVE: tuple[Format, ...] = ("screen", "epub")
"""The formats of briefings and of packs where none are listed."""

EVERY_PDF = "pdf"
EVERYTHING = "all"
"""The words for every PDF, and for every format, where formats are asked for."""


def meeting(need: Need) -> tuple[Format, ...]:
    """The formats that meet a need."""
    return tuple(row.name for row in FORMATS.values() if need in row.meets)


def any_printed(formats: Iterable[Format]) -> bool:
    """Whether some of these formats go to the printer."""
    return any(FORMATS[format].printed for format in formats)


def format_row(format: str) -> FormatRow:
    """The row of a format that a record has as a word."""
    return FORMATS[format]  # type: ignore[index]


def path_of(owner: str, format: str) -> str:
    """Path of the file of a briefing, pack or series in a format, under `output/`."""
    return f"{owner}/{owner.partition('/')[2]}{format_row(format).end}"


def kind_of(path: str) -> FileKind | None:
    """The kind of a file by its name."""
    return next((kind for kind in KINDS if path.lower().endswith(kind.end)), None)


def plain_format(kind: FileKind) -> FormatRow:
    """The format that a file of a kind is taken for where nothing is known of it: the first one."""
    return next(row for row in FORMATS.values() if row.kind == kind)


FLAWED = "It stands in this line: "
"""The beginning of the hint on a flaw of a style sheet, as long as its file is not known."""


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Layouts:
    """Every text file of `layouts/`: the project's own where it has one, else the one that ships."""

    large = True
    """Its digest is computed once and kept."""

    files: Mapping[str, str] = field(default_factory=dict, hash=False)
    """By path under `layouts/`, such as `briefing/briefing.html.j2`; without the citation styles."""
    styles: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Citation styles (CSL) by name, such as `house`."""

    english: str = ""
    """The table of English words that ships: what a library's own leaves out is said as it says."""

    strange: tuple[str, ...] = ()
    """Paths of the project's own files that stand in for no shipped one."""


def flawed_line(rule: str) -> str:
    """The hint that shows the line of a flaw."""
    return f"{FLAWED}{' '.join(rule.split())[:300]}"


@dataclass(frozen=True, slots=True)
class Order:
    """The order of a build: names (none: everything), formats, and the date produced."""

    names: tuple[str, ...] = ()
    formats: tuple[Format, ...] = ()
    """None given: every format that the thing lists."""
    produced: date = date(1970, 1, 1)
    only_packs: bool = False
    """Without names: packs alone."""


# The table of running lines: every slot that a page has for one, and all that holds of it. Press, bindery and proof,
# web pages on paper and the style sheets in `layouts/stamp` go by it.


@dataclass(frozen=True, slots=True)
class StampSlot:
    """A place for a line that is laid over a finished page. Its name is the class of the line in `layouts/stamp`."""

    name: str
    head: bool = False
    """Whether it stands at the head of a page; the others stand at its foot."""
    in_text: bool = False
    """Whether it fills a place that the text keeps: set where the first line of a page begins, and moved."""
    on_cover: bool = False
    """Whether a cover carries it: what it is, not where in the pack it stands. Which copy it is its own text says."""
    dated: bool = False
    """Whether it bears the date produced."""
    of_copy: bool = False
    """Whether it says which numbered copy a file is."""
    never_cut: bool = False
    """Whether its words are never shortened: half a date is none."""
    margin_box: str = ""
    """The margin box that says it on a web page on paper; none says the folio, which is the browser's own."""


SLOTS: Mapping[str, StampSlot] = {
    slot.name: slot
    for slot in (
        StampSlot("marking-top", head=True, on_cover=True, margin_box="top-center"),
        StampSlot("head-date", head=True, dated=True, never_cut=True, margin_box="top-left"),
        StampSlot("head-title", head=True, margin_box="top-left"),
        StampSlot("copy", head=True, of_copy=True, margin_box="top-right"),
        StampSlot("status", head=True, on_cover=True, margin_box="top-right"),
        StampSlot("foot-id", on_cover=True, margin_box="bottom-left"),
        StampSlot("folio"),
        StampSlot("code", of_copy=True, on_cover=True, never_cut=True, margin_box="bottom-left"),
        StampSlot("marking-bottom", on_cover=True, margin_box="bottom-center"),
        StampSlot("marking-beside", on_cover=True, margin_box="bottom-center"),
        StampSlot("marking-beside-long", on_cover=True, margin_box="bottom-center"),
        StampSlot("produced", in_text=True, dated=True, never_cut=True),
        StampSlot("produced-copy", in_text=True, dated=True, of_copy=True),
    )
}
"""By name, in the order in which the lines of a page are laid over it."""

RUNNING: tuple[StampSlot, ...] = tuple(slot for slot in SLOTS.values() if not slot.in_text)
"""The slots of running lines, which every page may have."""
