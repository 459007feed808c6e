"""The library: everything load has read, immutable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from pipeline.core.diagnostics import Diagnostic
from pipeline.core.printed_code import CodesOnRecord
from pipeline.model.bibliography import Bibliography
from pipeline.model.body import Body
from pipeline.model.formats import Asset
from pipeline.model.source.briefing import Briefing
from pipeline.model.source.library_file import Area, LibrarySettings, Organisation, Series, Tag, Term
from pipeline.model.source.pack import Pack
from pipeline.model.source.record import FieldLocations, Record
from pipeline.model.source.versions import PreviousEdition, VersionRecord, folder_of


@dataclass(frozen=True, slots=True)
class Library:
    """The content of `source/`. A file that could not be read is missing, and has a diagnostic."""

    imprint: LibrarySettings
    briefings: Mapping[str, Briefing] = field(default_factory=dict)
    """Briefings and handbook pages by id, in order of id."""
    series: Mapping[str, Series] = field(default_factory=dict)
    packs: Mapping[str, Pack] = field(default_factory=dict)
    bibliography: Bibliography = Bibliography()
    organisations: Mapping[str, Organisation] = field(default_factory=dict)
    glossary: Mapping[str, Term] = field(default_factory=dict)
    tags: Mapping[str, Tag] = field(default_factory=dict)
    assets: Mapping[str, Asset] = field(default_factory=dict)
    """Figures by their path relative to the project: everything under `source/briefings/` that a body names."""
    logo: Asset | None = None
    """The publisher's logo, if the imprint names one that can be used."""
    inserts: Mapping[str, Asset] = field(default_factory=dict)
    """The finished PDFs that packs bind in, by their path; only those that can be bound."""
    profile: Asset | None = None
    """The printer's profile, if the library names one that can be used."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """The Markdown under each text's front matter as readers may have it, if a finished file is to hold it.

    By id, of a kept version by 'id@version'."""
    list_marks: Mapping[str, FieldLocations] = field(default_factory=dict)
    """Places of the records of the small lists, by the list's name."""
    broken: frozenset[str] = frozenset()
    """Ids of briefings whose front matter could not be read: they and their packs do not build."""
    loose: Mapping[str, Body] = field(default_factory=dict)
    """Their bodies by id: nothing is built of them, but their mistakes are reported."""
    unsound: frozenset[str] = frozenset()
    """Ids (of briefings, packs, series) that had an error while loading: they build stamped DRAFT."""
    withheld: frozenset[str] = frozenset()
    """Ids (of briefings, packs, series) whose marking could not be read: checked, but nothing is made of them."""
    faults: Mapping[str, Diagnostic] = field(default_factory=dict)
    """The first error of each briefing that could not be read, or whose marking could not, by its id."""
    kept_numbers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The versions kept of each briefing, by its id, the first one first."""
    kept_on: Mapping[str, date] = field(default_factory=dict)
    """Day on which each of them was published, by 'id@version'."""
    kept_titles: Mapping[str, str] = field(default_factory=dict)
    """The title of the last version kept of each briefing, by the briefing's id."""
    kept: Mapping[str, PublishedVersion] = field(default_factory=dict)
    """Those that the present sources are held to or that a pack asks for, by 'id@version'."""
    issued: Mapping[str, PreviousEdition] = field(default_factory=dict)
    """The edition that a pack's section of changes begins with, by the pack's id."""
    codes: CodesOnRecord = field(default_factory=dict)
    """Wordings of kept versions and editions on record, with what their codes have of them."""
    unread: frozenset[str] = frozenset()
    """Paths of files that could not be read. What they define is unread, not unknown."""
    areas: tuple[Area, ...] = ()
    """Areas of outcome as `tags.yaml` lists them, in order."""
    others: Mapping[str, Mapping[str, Record]] = field(default_factory=dict)
    """Records of the small lists that services add, by the list's name."""

    @property
    def without_series(self) -> tuple[str, ...]:
        """The ids of the briefings that no series lists, as far as is known."""
        listed = {name for one in self.series.values() for name in one.fields.briefings}
        return tuple(name for name, briefing in self.briefings.items() if name not in listed and not briefing.manual)

    def series_of(self, briefing: str) -> Series | None:
        """The series that lists a briefing, the first in order of id."""
        return next((s for s in self.series.values() if briefing in s.fields.briefings), None)


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """A version of a briefing as it was published. Its library has this one text with everything that it uses."""

    id: str
    version: str
    record: VersionRecord
    library: Library
    remarks: tuple[Diagnostic, ...] = ()
    """Diagnostics of loading on its files; their paths begin with `source/`."""

    @property
    def folder(self) -> str:
        """Its folder in the project, with `/`."""
        return folder_of(self.id, self.version)

    @property
    def briefing(self) -> Briefing:
        """The briefing itself."""
        return self.library.briefings[self.id]
