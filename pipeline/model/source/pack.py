"""Packs: briefings chosen, ordered and bound together."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from pipeline.model.formats import PACKS_HAVE, Attached, Format
from pipeline.model.source.briefing import Marking
from pipeline.model.source.library_file import PackPrint
from pipeline.model.source.record import Day, Doi, FieldLocations, Isbns, Line, Record, Slug

Pin = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*(@\d{1,6}\.\d{1,6})?$")]
"""`id` or `id@version`."""

EitherSection = Literal[
    "series", "practice-register", "evidence-map", "evidence-by-outcome", "evidence-gaps", "note-pages"
]
"""Sections that may come before or after the briefings."""
FrontSection = Literal["cover", "imprint", "how-to-use", "contents", "key-findings", EitherSection]
BackSection = Literal["references", "works-in-full", "glossary", "acronyms", "index", "changes", EitherSection]


class Insert(Record):
    """A finished PDF bound in as it is: the file, from `source/packs/` on, and what the contents call it."""

    insert: Line
    """The file, from `source/packs/` on, such as `timetable.pdf`."""
    title: Line
    """The title in contents and bookmarks."""


class Part(Record):
    """A titled part of a pack."""

    title: Line
    """The title of the part in the contents."""
    briefings: tuple[Pin | Insert, ...]
    """Its briefings in order: an id, or an id with the published version such as `foot-patrol@1.0`; inserts may
    come between them."""


class PackFields(Record):
    """`packs/<id>.yaml`: briefings chosen, ordered and bound together."""

    withdrawn = MappingProxyType({"folios": "Delete the line. Page numbers run through every pack."})

    title: Line
    """The title on the cover, such as Drug crimes."""
    subtitle: Line | None = None
    """A line below the title."""
    edition: Line | None = None
    """Which issue of the pack this is, such as Autumn 2026; stamped on every page, and needed for copies."""
    doi: Doi | None = None
    """The DOI of the pack, from `10.` on."""
    isbn: Isbns = Isbns()
    """The ISBN of each format of the pack that has one."""
    parts: tuple[Part, ...] = ()
    """Titled groups of briefings; a pack has either parts or briefings."""
    briefings: tuple[Pin | Insert, ...] = ()
    """Its briefings in order: an id, or an id with the published version such as `foot-patrol@1.0`; inserts may
    come between them."""
    front: tuple[FrontSection, ...] = ("cover", "contents")
    """Sections before the briefings, in the order you like."""
    back: tuple[BackSection, ...] = ("references",)
    """Sections after the briefings, in the order you like; `references` says where each work is listed, and
    `works-in-full` lists them all once more."""
    formats: tuple[Format, ...] = PACKS_HAVE
    """The formats made of the pack."""
    layout: Line = "pack"
    """The folder of `layouts/` that gives the pack its look."""
    cover: Literal["evidence", "plain"] = "evidence"
    """Whether the cover shows a map of the pack's own findings or only words; the EPUB's picture too."""
    marking: Marking | None = None
    """The pack's protective marking: at least as high as that of every briefing and series in it."""
    references: Literal["each", "pack"] = "each"
    """With `each` every briefing has its list and a merged one comes at the end; `pack` makes one list alone."""
    recto: bool = False
    """Whether each briefing starts on a right-hand page, with a blank one before it where that is needed."""
    numbered: bool = False
    """Whether the pack goes out in numbered copies only, as one that is OFFICIAL-SENSITIVE always does."""
    attach: tuple[Attached, ...] = ()
    """The files put into the pack's PDF: `source` is the Markdown, `references` the works cited as CSL-JSON."""
    recipients: tuple[Slug, ...] = ()
    """The colleges that get copies; where none is named, all of `colleges.yaml`."""
    print: PackPrint = PackPrint()
    """The pack's requests to the printer; the ticket of the job repeats them."""
    since: Day | None = None
    """The date of the earlier pack that the section `changes` compares with. Without it, the section compares with the
    last edition issued."""

    @model_validator(mode="before")
    @classmethod
    def _one_way_of_listing(cls, value: Any) -> Any:
        if isinstance(value, dict) and value.get("parts") and value.get("briefings"):
            raise ValueError("a pack lists either parts or briefings, not both")
        return value


class ManualPart(Record):
    """A titled part of the handbook."""

    title: Line
    """The title of the part in the contents."""
    pages: tuple[Line, ...]
    """Its pages in order, by file name without `.md`, such as `start`."""


class ManualPackFields(Record):
    """`handbook/pack.yaml`, or another file there: the pages of a book, by file name without `.md`, in order."""

    title: Line
    """The title on the handbook's cover."""
    subtitle: Line | None = None
    """A line below the title."""
    edition: Line | None = None
    """Which issue of the handbook this is."""
    pages: tuple[Line, ...] = ()
    """Its pages in order, by file name without `.md`, such as `start`; in front of its parts, if it has any."""
    parts: tuple[ManualPart, ...] = ()
    """Titled groups of pages, which the contents and the cover list."""
    formats: tuple[Format, ...] = PACKS_HAVE
    """The formats made of the handbook."""
    index: Mapping[Line, tuple[Line, ...]] = Field(default_factory=dict)
    """Words of the index, each with its places: a page such as `start`, or a heading such as `authors#figures`."""


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack as loaded. A handbook's pack has `manual` true and lists pages by their ids."""

    id: str
    path: str
    fields: PackFields
    marks: FieldLocations
    manual: bool = False
    index: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Words of the handbook's index with their places, such as 'handbook-authors#figures'."""

    @property
    def lines(self) -> tuple[str, ...]:
        """The briefings that it lists, as it lists them: 'id', or 'id@version'."""
        lines = (*self.fields.briefings, *(line for part in self.fields.parts for line in part.briefings))
        return tuple(line for line in lines if not isinstance(line, Insert))
