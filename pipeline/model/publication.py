"""Publications: what resolve hands to compose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from pipeline.core.sentences import WordMeasure
from pipeline.model.bibliography import WorkState
from pipeline.model.body import Body, Inline
from pipeline.model.formats import Asset, Format
from pipeline.model.manuscript import Credit, Subject
from pipeline.model.result import Result, Strength
from pipeline.model.sheets import Identity
from pipeline.model.source.briefing import Amendment, Briefing, Copyright, Licence, Marking
from pipeline.model.source.evidence import Evidence, Finding, Practice
from pipeline.model.source.library_file import Area, LibrarySettings, Series, Term
from pipeline.model.source.pack import Pack
from pipeline.model.source.versions import version_ref


@dataclass(frozen=True, slots=True)
class LabelledDate:
    """A date with its label."""

    label: str
    on: date
    words: str
    """'19 October 2022'."""


@dataclass(frozen=True, slots=True)
class ReferenceEntry:
    """One entry of a reference list."""

    key: str
    children: tuple[Inline, ...]
    short: str
    """Citation in short: 'Eggins and others, 2020'."""
    unresolved: bool = False
    """True if it is not confirmed that this is the cited work: printed with a note."""
    state: WorkState | None = None
    """A retraction or an expression of concern: printed, and read out with each citation."""
    state_year: int | None = None
    cited_by: tuple[str, ...] = ()
    """In a pack's merged list: ids of the briefings that cite it, in order of the pack."""
    title: str = ""
    """In a pack's merged list: its title, to tell it from another work with the same short form."""


@dataclass(frozen=True, slots=True)
class SourceLink:
    """A work named in the evidence figure: a link to its entry, or plain words if it is not listed."""

    key: str
    short: str


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding with its sources as the figure prints them."""

    finding: Finding
    sources: tuple[SourceLink, ...] = ()
    via: SourceLink | None = None


@dataclass(frozen=True, slots=True)
class PracticeExample:
    """A practice example's record with its caveat and its force's name filled in."""

    record: Practice
    force: str
    caveat: Body
    label: str = "force"
    """The key of the word for the organisation: 'force', or 'organisation' for a hospital or a charity."""


@dataclass(frozen=True, slots=True)
class EvidenceBase:
    """Evidence behind the findings, in words for the reader."""

    evidence: Evidence
    rows: tuple[FindingRow, ...] = ()
    strength: Strength | None = None
    overall: Result | None = None


@dataclass(frozen=True, slots=True)
class RelatedTitle:
    """Another briefing to read: id, title, and its address if it has one."""

    id: str
    title: str
    address: str = ""


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Publication:
    """A resolved briefing. Mistakes are replaced by a `Placeholder`, and `statuses` then has DRAFT."""

    large = True
    """Its digest is computed once and kept."""

    identity: Identity
    briefing: Briefing
    imprint: LibrarySettings
    series: Series | None
    body: Body
    key_finding: Body = Body()
    recommendation: Body = Body()
    method_note: Body = Body()
    evidence: EvidenceBase | None = None
    practice: tuple[PracticeExample, ...] = ()
    references: tuple[ReferenceEntry, ...] = ()
    dates: tuple[LabelledDate, ...] = ()
    """First published, Updated, Last reviewed, Evidence to: each only if set, in this order."""
    review_by: LabelledDate | None = None
    words: int = 0
    read_minutes: int = 1
    subjects: tuple[Subject, ...] = ()
    """Subjects that its tags denote."""
    credits: tuple[Credit, ...] = ()
    """Authors and reviewers, if the imprint names them to readers."""
    audience: tuple[str, ...] = ()
    """Labels of its audience."""
    descriptions: tuple[tuple[str, Body], ...] = ()
    """Long descriptions of figures, by the id of the figure's record."""
    abbreviations: tuple[tuple[str, str], ...] = ()
    """Short forms used, with their meanings, in alphabetical order."""
    glossary: tuple[tuple[str, Term], ...] = ()
    related: tuple[RelatedTitle, ...] = ()
    successor: RelatedTitle | None = None
    """The briefing to read instead of one that is superseded or withdrawn."""
    licence: Licence | None = None
    copyright: Copyright | None = None
    marking: Marking = Marking()
    assets: tuple[Asset, ...] = ()
    formats: tuple[Format, ...] = ()
    kept: str = ""
    """The number of a kept version; nothing for the present text."""
    listed_in: str = ""
    """The pack that has its references, if it has no list of its own."""
    told_in: str = ""
    """The pack whose works give its own other letters after their years than it has by itself."""

    @property
    def id(self) -> str:
        """The briefing's id."""
        return self.identity.id

    @property
    def owner(self) -> str:
        """The owner of its files, such as 'briefings/street-lighting'."""
        return f"briefings/{self.id}"

    @property
    def key(self) -> str:
        """Name of the publication in a run: its id, of a kept version 'id@version', as a part of a pack 'id+pack'."""
        own = version_ref(self.id, self.kept) if self.kept else self.id
        return f"{own}+{self.set_for}" if self.set_for else own

    @property
    def set_for(self) -> str:
        """The pack that it is typeset for separately, because its citations differ there."""
        return self.listed_in or self.told_in

    @property
    def tags(self) -> tuple[str, ...]:
        """The labels of its tags."""
        return tuple(subject.label for subject in self.subjects)

    @property
    def manual(self) -> bool:
        """Whether this is a page of the handbook."""
        return self.briefing.manual

    @property
    def retired(self) -> str:
        """The status of a text that is no longer in force: 'superseded', 'withdrawn'; nothing of one that is."""
        status = self.briefing.fields.status
        return str(status) if status.is_retired else ""


@dataclass(frozen=True, slots=True)
class PackPart:
    """A part of a pack: a title (or none) and what is in it, in order."""

    title: str
    briefings: tuple[str, ...]
    """Ids of briefings, and names of inserts between them."""


@dataclass(frozen=True, slots=True)
class InsertedPages:
    """A finished PDF from outside, bound into a pack: the name that it goes by there, its title, its file."""

    name: str
    title: str
    file: Asset


@dataclass(frozen=True, slots=True)
class TitleChanges:
    """Changes to a briefing of a pack since a day: its version then (empty if it is new) and its present one."""

    id: str
    title: str
    was: str
    now: str
    entries: tuple[Amendment, ...] = ()
    """Entries of its history for the versions in between."""
    older: bool = False
    """Whether the version now is older than that of then."""
    reviewed: date | None = None
    """The last day on which it was reviewed since, and not changed."""
    measure: WordMeasure | None = None
    """The measure of its changes: filled in when the pack is made, if the version of then is kept."""


@dataclass(frozen=True, slots=True)
class GoneTitle:
    """A briefing that was removed from a pack: the reason for its withdrawal, or its replacement."""

    title: str
    withdrawn: bool = False
    reason: str = ""
    superseded: bool = False
    newer: str = ""
    """The title of its replacement."""


@dataclass(frozen=True, slots=True)
class PackChanges:
    """Changes in a pack since a day, in order of the pack."""

    since: date
    new: tuple[TitleChanges, ...] = ()
    changed: tuple[TitleChanges, ...] = ()
    unchanged: tuple[TitleChanges, ...] = ()
    gone: tuple[GoneTitle, ...] = ()
    """The briefings of the edition that was out by then which are not in the pack any more."""
    edition: str = ""
    """The edition that is compared with, or nothing for a day."""


@dataclass(frozen=True, slots=True)
class PackPublication:
    """A pack resolved. `members` are its briefings in order, each whole, with its own reference list."""

    identity: Identity
    pack: Pack
    imprint: LibrarySettings
    parts: tuple[PackPart, ...]
    members: tuple[Publication, ...]
    references: tuple[ReferenceEntry, ...] = ()
    """The merged list: every work once, with the briefings that cite it. A finding aid without suffixes, unless it is
    the only list of its briefings."""
    marking: Marking = Marking()
    formats: tuple[Format, ...] = ()
    read_minutes: int = 0
    glossary: tuple[tuple[str, Term], ...] = ()
    series: tuple[SeriesPublication, ...] = ()
    """The series of its briefings, in order of the pack, if it has a section for them."""
    changes: PackChanges | None = None
    inserts: tuple[InsertedPages, ...] = ()
    areas: tuple[Area, ...] = ()
    """Areas of outcome, in the order of the columns of its map; none where the library lists none."""
    area_of: Mapping[str, str] = field(default_factory=dict)
    """The area that each finding belongs to, by 'briefing#finding'; not of findings that belong to none."""

    @property
    def id(self) -> str:
        """The pack's id."""
        return self.identity.id

    @property
    def owner(self) -> str:
        """The owner of its files, such as 'packs/nights'."""
        return f"packs/{self.id}"

    @property
    def order(self) -> tuple[str, ...]:
        """Parts between front and back matter, in order: ids of briefings and names of inserts."""
        return tuple(name for part in self.parts for name in part.briefings)


@dataclass(frozen=True, slots=True)
class SeriesPublication:
    """A series' landing page, resolved."""

    identity: Identity
    series: Series
    imprint: LibrarySettings
    members: tuple[Publication, ...]
    references: tuple[ReferenceEntry, ...] = ()
    assets: tuple[Asset, ...] = ()

    @property
    def owner(self) -> str:
        """The owner of its page, such as 'series/lighting'."""
        return f"series/{self.identity.id}"


Thing = Publication | PackPublication | SeriesPublication
"""Something that has files of its own."""
