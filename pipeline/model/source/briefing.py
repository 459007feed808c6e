"""A briefing as its author writes it: front matter and body."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, SerializerFunctionWrapHandler, StringConstraints, model_serializer

from pipeline.model.body import Body
from pipeline.model.source.evidence import Evidence, Practice
from pipeline.model.source.record import Day, Doi, FieldLocations, Isbns, Line, Markdown, Record, Role, Slug, Version

Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
"""A BCP 47 language tag."""

WebAddress = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$")]
"""A web address in full."""


class Status(StrEnum):
    """Stage in the life of a briefing."""

    DRAFT = "draft"
    IN_REVIEW = "in-review"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"

    @property
    def is_retired(self) -> bool:
        """Whether a text of this status is no longer in force."""
        return self in (Status.SUPERSEDED, Status.WITHDRAWN)


class Tier(StrEnum):
    """The security classification. Only OFFICIAL may be published here."""

    OFFICIAL = "OFFICIAL"
    SECRET = "SECRET"
    TOP_SECRET = "TOP SECRET"


class Marking(Record):
    """A protective marking (Government Security Classifications Policy)."""

    tier: Tier = Tier.OFFICIAL
    """The classification; above OFFICIAL nothing may be published here."""
    sensitive: bool = False
    """Whether OFFICIAL is OFFICIAL-SENSITIVE: such packs go out in numbered copies only."""
    instruction: Line | None = None
    """How the text may be handled, such as For police use only; printed after the marking."""
    descriptor: Line | None = None
    """Who or what is sensitive in it, such as OPERATIONAL; printed after the marking."""


class Licence(Record):
    """The terms under which readers may use the text."""

    id: Line
    """A short name of the licence, such as CC-BY-4.0."""
    name: Line
    """The name in full, such as Creative Commons Attribution."""
    version: Line | None = None
    """The licence's own version, such as 4.0."""
    url: WebAddress | None = None
    """Where its terms can be read."""
    attribution: Line | None = None
    """How readers should name the source."""
    conditions: Line | None = None
    """Any other terms that readers must heed, in a sentence."""


class Copyright(Record):
    """Holder of the rights, and the year since when."""

    holder: Line
    """Who holds the rights."""
    year: int
    """The year since which they do, such as 2022."""


WordingDigest = Annotated[str, StringConstraints(pattern=r"^words/1:[0-9a-f]{64}$")]
"""The digest of a wording: the name of its form and a SHA-256 in hexadecimal."""


class Amendment(Record):
    """One entry of a briefing's history."""

    version: Version
    """The version that the entry is about."""
    date: Day
    """The day of the change or the review."""
    kind: Literal["first", "substantive", "correction", "review-no-change"]
    """The kind of change: `substantive` changes the meaning, `correction` puts a mistake right, `review-no-change` only
    sets the day of the last review."""
    summary: Line
    """The change in a sentence; printed where packs say what has changed."""
    approved_by: Line | None = None
    """The role that approved it; needed to publish the version."""
    approved_on: Day | None = None
    """The day of the approval; `briefings approve` enters it."""
    approved_code: Line | None = None
    """The code of the words that were approved, such as `5ZK8D-R00YC`; `briefings approve` enters it."""
    approved_words: WordingDigest | None = None
    """The digest of those words: `words/1:` and their SHA-256. `briefings approve` enters it. Without it only the code
    is compared, which two texts can share."""


class Contributor(Record):
    """Somebody with a part in a text. `file_as` is how the name is sorted, where the name alone does not show it."""

    name: Line
    """The name as it is printed, such as Aisha Rahman."""
    file_as: Annotated[Line | None, Role.UNPRINTED] = None
    """How the name is sorted, such as Rahman, Aisha, where the name alone does not show it."""

    @model_serializer(mode="wrap")
    def _as_written(self, whole: SerializerFunctionWrapHandler) -> Any:
        return whole(self) if self.file_as else self.name


def _named(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


Named = Annotated[Contributor, BeforeValidator(_named, json_schema_input_type=Line | Contributor)]
"""A contributor, who may be written as a name alone."""


class Teaching(Record):
    """Material for a trainer who makes a lesson of a briefing."""

    outcomes: tuple[Line, ...] = ()
    """Learning outcomes; printed in place of an empty box `outcomes`."""
    questions: tuple[Line, ...] = ()
    """Questions for discussion; printed in place of an empty box `questions`."""
    minutes: int | None = Field(default=None, gt=0)
    """How long a session takes, in minutes; printed in the box of outcomes."""
    curriculum: tuple[Line, ...] = ()
    """The parts of a curriculum that the briefing serves; printed in the box of outcomes."""


class Abbreviation(Record):
    """A short form and its meaning."""

    full: Line
    """The words in full, such as home-county force."""
    plural: Line | None = None
    """Their plural, where adding an s is not enough."""


class FigureRecord(Record):
    """Facts about a figure that the body does not give."""

    id: Slug
    """The figure's id in the text, such as `fig-wards`."""
    file: Annotated[Line, Role.UNPRINTED]
    """The figure's file, by its path from the briefing, such as `wards.svg`."""
    alt: Annotated[Line | None, Role.UNPRINTED] = None
    """A description of the figure in a sentence, if the text has none."""
    long_description: Annotated[Markdown | None, Role.UNPRINTED] = None
    """A longer description of the figure; printed behind the text, and the caption leads to it."""
    credit: Line | None = None
    """Who made it; printed below the caption."""
    licence: Line | None = None
    """The terms on which it is used; printed below the caption."""


class EditorialNote(Record):
    """A note between editors; never printed."""

    kind: Line
    """The kind of note, such as source-error."""
    at: Line | None = None
    """The place that it is about, such as a heading's id."""
    text: Line
    """The note itself."""
    was: Line | None = None
    """The wording before."""
    now: Line | None = None
    """The wording now."""
    why: Line | None = None
    """Why it was changed."""


class BriefingFields(Record):
    """Front matter of a briefing. Missing values come from the series or the library."""

    schema_: Annotated[Literal["briefing/1"], Role.LIFE] = Field(default="briefing/1", alias="schema")
    """The form of this front matter; may be left out."""
    id: Annotated[Slug | None, Role.APART] = None
    """The briefing's id, if it is to be said: always the file's name without `.md`, or the folder's name."""
    title: Line
    """The title in sentence case, without a full stop."""
    short_title: Line | None = None
    """A shorter title for the head of each page."""
    summary: Line
    """One sentence with a full stop, at most 160 characters; printed under the title."""
    publisher: Annotated[Line | None, Role.APART] = None
    """The publisher of the briefing, if not that of the series or the library."""
    owner: Annotated[Line | None, Role.LIFE] = None
    """The team or role that looks after the text, not a person."""
    authors: Annotated[tuple[Named, ...], Role.APART] = ()
    """Who wrote it; printed where the library has `show_authors`."""
    reviewers: Annotated[tuple[Named, ...], Role.LIFE] = ()
    """Who reviewed it; printed where the library has `show_authors`."""
    first_published: Day | None = None
    """The day of its first publication; needed once it is published."""
    updated: Day | None = None
    """The day on which the text last changed."""
    reviewed: Annotated[Day | None, Role.LIFE] = None
    """The day on which somebody last checked it."""
    evidence_to: Day | None = None
    """The day of the last search of the literature."""
    review_by: Annotated[Day | None, Role.LIFE] = None
    """The day by which it must be reviewed; after that it is stamped DUE FOR REVIEW."""
    version: Annotated[Version, Role.APART] = "0.1"
    """The version: the first number changes with the meaning, the second with the wording."""
    status: Annotated[Status, Role.LIFE] = Status.DRAFT
    """The stage of the briefing; `draft` and `in-review` are stamped DRAFT."""
    superseded_by: Annotated[Slug | None, Role.LIFE] = None
    """The briefing that replaces it: required if superseded, optional if withdrawn."""
    withdrawn_reason: Annotated[Line | None, Role.LIFE] = None
    """Why it was withdrawn; printed on it, and needed where it is withdrawn."""
    history: Annotated[tuple[Amendment, ...], Role.LIFE, Role.UNPRINTED] = ()
    """The changes so far, the first entry first."""
    language: Annotated[Language | None, Role.APART] = None
    """The language of the text, if not the library's, such as `cy`."""
    canonical_url: WebAddress | None = None
    """Where it is published, if not at the library's address and its id."""
    doi: Doi | None = None
    """The DOI of the briefing, from `10.` on."""
    isbn: Isbns = Isbns()
    """The ISBN of each format of the briefing that has one."""
    tags: Annotated[tuple[Slug, ...], Role.APART] = ()
    """Its subjects, for the metadata of its files and the index of a pack."""
    audience: Annotated[tuple[Slug, ...], Role.APART] = ()
    """Who it is for, as tags; printed in the colophon."""
    licence: Annotated[Licence | None, Role.APART] = None
    """The terms of use, if not the series' or the library's."""
    copyright: Annotated[Copyright | None, Role.APART] = None
    """Who holds the rights, if not who holds those of the library."""
    marking: Annotated[Marking | None, Role.LIFE] = None
    """The protective marking, if not the series' or the library's."""
    key_finding: Annotated[Markdown | None, Role.APART, Role.UNPRINTED] = None
    """The main finding in one or two sentences; printed before the text."""
    recommendation: Annotated[Markdown | None, Role.APART, Role.UNPRINTED] = None
    """Advice on what to do, if you have any; printed with the key finding."""
    evidence: Evidence = Evidence()
    """The findings, and the review that they rest on."""
    practice: tuple[Practice, ...] = ()
    """The records of the practice examples in the text."""
    teaching: Teaching | None = None
    """Material for a trainer who makes a lesson of it."""
    abbreviations: dict[str, Abbreviation] = Field(default_factory=dict)
    """Short forms with their meanings."""
    glossary: Annotated[tuple[Slug, ...], Role.APART] = ()
    """The terms of `glossary.yaml` that it uses."""
    figures: Annotated[tuple[FigureRecord, ...], Role.APART] = ()
    """Facts about its figures that the text does not give."""
    references: Annotated[tuple[Line, ...], Role.APART] = ()
    """Works to list although the text does not cite them; a warning names each."""
    related: Annotated[tuple[Slug, ...], Role.APART] = ()
    """Other briefings that its reader may want."""
    editorial_notes: Annotated[tuple[EditorialNote, ...], Role.LIFE, Role.UNPRINTED] = ()
    """Notes between editors; never printed."""


class ManualPageFields(Record):
    """The front matter of a handbook page: a title, no stamp."""

    title: Line
    """The title of the handbook page."""
    summary: Line | None = None
    """One sentence under the title."""


@dataclass(frozen=True, slots=True)
class FieldTexts:
    """The Markdown of a front matter's fields, parsed."""

    key_finding: Body = Body()
    recommendation: Body = Body()
    method_note: Body = Body()
    caveats: tuple[tuple[str, Body], ...] = ()
    """A practice example's own caveat, by the example's id."""
    descriptions: tuple[tuple[str, Body], ...] = ()
    """A figure's long description, by the id of its record."""


@dataclass(frozen=True, slots=True)
class BriefingHead:
    """A briefing without its text: what others know of it. A handbook page is one whose `manual` is true."""

    id: str
    path: str
    fields: BriefingFields
    marks: FieldLocations
    manual: bool = False


@dataclass(frozen=True, slots=True)
class Briefing(BriefingHead):
    """A briefing as loaded."""

    body: Body = Body()
    texts: FieldTexts = FieldTexts()

    @property
    def head(self) -> BriefingHead:
        """The same without its text."""
        return BriefingHead(self.id, self.path, self.fields, self.marks, self.manual)
