"""Packs: briefings chosen, ordered and bound together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from pipeline.model.briefing import Marking
from pipeline.model.claim import Attached
from pipeline.model.edition import Format
from pipeline.model.identifiers import Doi, Isbns
from pipeline.model.record import Day, Line, Marks, Record, Slug

Pin = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*(@\d{1,6}\.\d{1,6})?$")]
"""`id` or `id@version`."""

EitherSection = Literal["series", "practice-register", "evidence-by-outcome", "evidence-gaps", "note-pages"]
"""Sections that may stand at either end of a pack."""
FrontSection = Literal["cover", "imprint", "how-to-use", "contents", "key-findings", EitherSection]
BackSection = Literal["references", "glossary", "acronyms", "index", "changes", EitherSection]


class Insert(Record):
    """A finished PDF bound in as it is: the file, from `source/packs/` on, and what the contents call it."""

    insert: Line
    title: Line


class Part(Record):
    """A titled part of a pack."""

    title: Line
    briefings: tuple[Pin | Insert, ...]


class PackFields(Record):
    """`packs/<id>.yaml`."""

    title: Line
    subtitle: Line | None = None
    edition: Line | None = None
    doi: Doi | None = None
    isbn: Isbns = Isbns()
    parts: tuple[Part, ...] = ()
    briefings: tuple[Pin | Insert, ...] = ()
    front: tuple[FrontSection, ...] = ("cover", "contents")
    back: tuple[BackSection, ...] = ("references",)
    formats: tuple[Format, ...] = ("screen", "epub")
    layout: Line = "pack"
    cover: Literal["evidence", "plain"] = "plain"
    marking: Marking | None = None
    references: Literal["each", "pack"] = "each"
    numbered: bool = False
    attach: tuple[Attached, ...] = ()
    recipients: tuple[Slug, ...] = ()
    since: Day | None = None
    """From when the section 'changes' tells what has changed: the day of an earlier pack."""

    @model_validator(mode="before")
    @classmethod
    def _one_way_of_listing(cls, value: Any) -> Any:
        if isinstance(value, dict) and value.get("parts") and value.get("briefings"):
            raise ValueError("a pack lists either parts or briefings, not both")
        return value


class ManualPackFields(Record):
    """`handbook/pack.yaml`: the pages of the handbook, by file name without `.md`, in order."""

    title: Line
    subtitle: Line | None = None
    edition: Line | None = None
    pages: tuple[Line, ...] = Field(min_length=1)
    formats: tuple[Format, ...] = ("screen", "epub")


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack as loaded. A handbook's pack has `manual` true and lists pages by their ids."""

    id: str
    path: str
    fields: PackFields
    marks: Marks
    manual: bool = False

    @property
    def lines(self) -> tuple[str, ...]:
        """The briefings that it lists, as it lists them: 'id', or 'id@version'."""
        lines = (*self.fields.briefings, *(line for part in self.fields.parts for line in part.briefings))
        return tuple(line for line in lines if not isinstance(line, Insert))
