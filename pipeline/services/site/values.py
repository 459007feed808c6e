"""Values for the pages and feeds of the catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from pipeline.model.formats import PAGE, FileKind, format_row
from pipeline.model.publication import LabelledDate
from pipeline.model.source.briefing import Amendment
from pipeline.model.words import Phrases
from pipeline.services.editions.status import CodedEdition, StateWord


@dataclass(frozen=True, slots=True)
class Download:
    """A file that the catalogue offers for download."""

    format: str
    source: str
    """Its path under `output/`; empty for a file of an issued edition, which is in the archive."""
    path: str
    """Its path on the site."""
    bytes: int
    pages: int

    @property
    def kind(self) -> FileKind:
        """Its kind."""
        return format_row(self.format).kind


@dataclass(frozen=True, slots=True)
class PageWords:
    """The words of a page, and of its key finding."""

    words: str = ""
    key_finding: str = ""


@dataclass(frozen=True, slots=True)
class IssuedName:
    """A published version or an issued edition: its name, its day, its code, and whether it is current."""

    name: str
    on: date
    code: str
    page: str
    """The path of its status page on the site."""
    state: StateWord
    coded: CodedEdition
    """The same, for its status page."""
    texts: frozenset[str]
    """Ids of the briefings in it."""


@dataclass(frozen=True, slots=True)
class SitePlace:
    """The target of a link: an id, which is also its folder, and a title."""

    id: str
    title: str
    language: str = ""
    """The language of the title, if it may differ from the site's."""


@dataclass(frozen=True, slots=True)
class CataloguedText:
    """A briefing in the catalogue."""

    id: str
    title: str
    sorted_as: str
    summary: str
    version: str
    status: str
    """'published', 'superseded' or 'withdrawn'."""
    statuses: tuple[str, ...]
    """The words across its pages, without the library's notice."""
    language: str
    publisher: str
    address: str
    """Its canonical address, if it has one."""
    verdict: str = ""
    minutes: int = 0
    dates: tuple[LabelledDate, ...] = ()
    review: LabelledDate | None = None
    published: date | None = None
    modified: date | None = None
    subjects: tuple[SitePlace, ...] = ()
    packs: tuple[SitePlace, ...] = ()
    series: tuple[SitePlace, ...] = ()
    """Packs and series with it that are shown, by folder."""
    related: tuple[SitePlace, ...] = ()
    successor: SitePlace | None = None
    reason: str = ""
    """Why it was withdrawn."""
    history: tuple[Amendment, ...] = ()
    """The last entry first."""
    versions: tuple[IssuedName, ...] = ()
    files: tuple[Download, ...] = ()
    marking: str = ""
    """Its protective marking, as printed, if it has one."""
    licence: str = ""
    """The address of its terms."""
    key_finding: str = ""
    words: str = ""
    """All its words, for the search."""

    @property
    def reads(self) -> str:
        """The path of its web page on the site, if it has one."""
        return next((file.path for file in self.files if file.kind == PAGE), "")

    @property
    def downloads(self) -> tuple[Download, ...]:
        """Its other files."""
        return tuple(file for file in self.files if file.kind != PAGE)

    @property
    def holds(self) -> bool:
        """True if it is in force."""
        return self.status == "published"


@dataclass(frozen=True, slots=True)
class GroupMember:
    """A line of a pack or a series, as the text in it says; its id where the catalogue has a page of it."""

    title: str
    id: str = ""
    version: str = ""
    summary: str = ""
    verdict: str = ""
    statuses: tuple[str, ...] = ()
    """The words across its pages, without the library's notice."""
    language: str = ""


@dataclass(frozen=True, slots=True)
class CataloguedGroup:
    """A pack or a series in the catalogue."""

    id: str
    title: str
    summary: str
    is_pack: bool
    folder: str
    """Its folder on the site: a series may have the id of a pack."""
    members: tuple[GroupMember, ...]
    edition: str = ""
    statuses: tuple[str, ...] = ()
    numbered: bool = False
    """True if it has numbered copies only, which are not for download."""
    marking: str = ""
    """The protective marking that covers it, as printed, if it has one."""
    editions: tuple[IssuedName, ...] = ()
    """The last one first."""
    files: tuple[Download, ...] = ()


@dataclass(frozen=True, slots=True)
class News:
    """An entry of the history of a text."""

    text: CataloguedText
    entry: Amendment


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that the site shows."""

    title: str
    subtitle: str
    publisher: str
    language: str
    words: Phrases
    day: date
    address: str
    """The address of the site, if it has one."""
    notice: str = ""
    marking: str = ""
    """The highest protective marking on the site, as printed, if there is one."""
    contact: str = ""
    accessible_formats: str = ""
    known_limits: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    """Public keys of signed deliveries: the present one first."""
    texts: tuple[CataloguedText, ...] = ()
    """In the order of their titles."""
    packs: tuple[CataloguedGroup, ...] = ()
    series: tuple[CataloguedGroup, ...] = ()
    subjects: tuple[SitePlace, ...] = ()
    news: tuple[News, ...] = ()
    """The newest first."""
    by_id: Mapping[str, CataloguedText] = field(default_factory=dict)
    addresses: Mapping[str, str] = field(default_factory=dict)
    """Ids of all briefings, also of those that are not shown, by canonical address."""

    def handing_out(self, contents: Mapping[str, bytes]) -> "Catalogue":
        """Return the catalogue with only the files that have content, by path on the site, each with its size."""

        def available(files: tuple[Download, ...]) -> tuple[Download, ...]:
            return tuple(replace(file, bytes=len(contents[file.path])) for file in files if file.path in contents)

        texts = tuple(replace(text, files=available(text.files)) for text in self.texts)
        packs = tuple(replace(pack, files=available(pack.files)) for pack in self.packs)
        return replace(self, texts=texts, packs=packs, by_id={text.id: text for text in texts})

    @property
    def in_force(self) -> tuple[CataloguedText, ...]:
        """The texts in force, which feeds list."""
        return tuple(text for text in self.texts if text.holds)

    @property
    def groups(self) -> tuple[CataloguedGroup, ...]:
        """Packs, then series."""
        return (*self.packs, *self.series)

    @property
    def files(self) -> tuple[Download, ...]:
        """The files of all texts, packs and series."""
        of_texts = (file for text in self.texts for file in text.files)
        return (*of_texts, *(file for group in self.groups for file in group.files))

    @property
    def issued(self) -> tuple[IssuedName, ...]:
        """The versions and editions with a status page on the site."""
        groups = (*(text.versions for text in self.texts), *(pack.editions for pack in self.packs))
        return tuple(issued for group in groups for issued in group)

    @property
    def coded(self) -> tuple[CodedEdition, ...]:
        """The same, for their status pages."""
        return tuple(issued.coded for issued in self.issued)

    @property
    def modified(self) -> date | None:
        """The day of the newest entry of any history."""
        return max((text.modified for text in self.texts if text.modified), default=None)
