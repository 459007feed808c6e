"""A briefing as its author writes it: front matter and body."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, SerializerFunctionWrapHandler, StringConstraints, model_serializer

from pipeline.model.body import Body
from pipeline.model.evidence import Evidence, Practice
from pipeline.model.identifiers import Doi, Isbns
from pipeline.model.record import Day, Line, Markdown, Marks, Record, Slug, Version

Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
"""A BCP 47 language tag."""

Address = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$")]
"""A web address in full."""


class Status(StrEnum):
    """Where a briefing stands in its life."""

    DRAFT = "draft"
    IN_REVIEW = "in-review"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class Tier(StrEnum):
    """The security classification. Only OFFICIAL may be published here."""

    OFFICIAL = "OFFICIAL"
    SECRET = "SECRET"
    TOP_SECRET = "TOP SECRET"


class Marking(Record):
    """A protective marking (Government Security Classifications Policy)."""

    tier: Tier = Tier.OFFICIAL
    sensitive: bool = False
    instruction: Line | None = None
    descriptor: Line | None = None


class Licence(Record):
    """The terms under which readers may use the text."""

    id: Line
    name: Line
    version: Line | None = None
    url: Address | None = None
    attribution: Line | None = None
    conditions: Line | None = None


class Copyright(Record):
    """Who holds the rights, and since when."""

    holder: Line
    year: int


class Amendment(Record):
    """One entry of a briefing's history."""

    version: Version
    date: Day
    kind: Literal["first", "substantive", "correction", "review-no-change"]
    summary: Line
    approved_by: Line | None = None


class Contributor(Record):
    """Who has a part in a text. `file_as` is how the name is sorted, where the name alone does not show it."""

    name: Line
    file_as: Line | None = None

    @model_serializer(mode="wrap")
    def _as_written(self, whole: SerializerFunctionWrapHandler) -> Any:
        return whole(self) if self.file_as else self.name


def _named(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


Named = Annotated[Contributor, BeforeValidator(_named, json_schema_input_type=Line | Contributor)]
"""A contributor, who may be written as a name alone."""


class Teaching(Record):
    """What a trainer needs to make a lesson of a briefing."""

    outcomes: tuple[Line, ...] = ()
    questions: tuple[Line, ...] = ()
    minutes: int | None = Field(default=None, gt=0)
    curriculum: tuple[Line, ...] = ()


class Abbreviation(Record):
    """A short form and what it stands for."""

    full: Line
    plural: Line | None = None


class FigureRecord(Record):
    """What is known of a figure beside what the body says."""

    id: Slug
    file: Line
    alt: Line | None = None
    long_description: Markdown | None = None
    credit: Line | None = None
    licence: Line | None = None


class EditorialNote(Record):
    """A note between editors; never printed."""

    kind: Line
    at: Line | None = None
    text: Line
    was: Line | None = None
    now: Line | None = None
    why: Line | None = None


class BriefingFields(Record):
    """The front matter of a briefing. What is None takes its value from the series or the library."""

    schema_: Literal["briefing/1"] = Field(default="briefing/1", alias="schema")
    id: Slug | None = None
    title: Line
    short_title: Line | None = None
    summary: Line
    publisher: Line | None = None
    owner: Line | None = None
    authors: tuple[Named, ...] = ()
    reviewers: tuple[Named, ...] = ()
    first_published: Day | None = None
    updated: Day | None = None
    reviewed: Day | None = None
    evidence_to: Day | None = None
    review_by: Day | None = None
    version: Version = "0.1"
    status: Status = Status.DRAFT
    superseded_by: Slug | None = None
    withdrawn_reason: Line | None = None
    history: tuple[Amendment, ...] = ()
    language: Language | None = None
    canonical_url: Address | None = None
    doi: Doi | None = None
    isbn: Isbns = Isbns()
    tags: tuple[Slug, ...] = ()
    audience: tuple[Slug, ...] = ()
    licence: Licence | None = None
    copyright: Copyright | None = None
    marking: Marking | None = None
    key_finding: Markdown | None = None
    recommendation: Markdown | None = None
    evidence: Evidence = Evidence()
    practice: tuple[Practice, ...] = ()
    teaching: Teaching | None = None
    abbreviations: dict[str, Abbreviation] = Field(default_factory=dict)
    glossary: tuple[Slug, ...] = ()
    figures: tuple[FigureRecord, ...] = ()
    references: tuple[Line, ...] = ()
    """Works to list although the text does not cite them (each uncited one is a warning)."""
    related: tuple[Slug, ...] = ()
    editorial_notes: tuple[EditorialNote, ...] = ()


class ManualPageFields(Record):
    """The front matter of a handbook page: a title, no stamp."""

    title: Line
    summary: Line | None = None


@dataclass(frozen=True, slots=True)
class Texts:
    """The Markdown of a front matter's fields, parsed."""

    key_finding: Body = Body()
    recommendation: Body = Body()
    method_note: Body = Body()
    caveats: tuple[tuple[str, Body], ...] = ()
    """A practice example's own caveat, by the example's id."""
    descriptions: tuple[tuple[str, Body], ...] = ()
    """A figure's long description, by the id of its record."""


@dataclass(frozen=True, slots=True)
class Briefing:
    """A briefing as loaded. A handbook page is one whose `manual` is true."""

    id: str
    path: str
    fields: BriefingFields
    marks: Marks
    body: Body
    texts: Texts = Texts()
    manual: bool = False
