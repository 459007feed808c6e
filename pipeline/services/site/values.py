"""Values that the pages and feeds of the catalogue are made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from pipeline.model.formats import PAGE, FileKind, format_row
from pipeline.model.publication import LabelledDate
from pipeline.model.source.briefing import Amendment
from pipeline.model.words import Phrases
from pipeline.services.editions.status import Coded, NowWord


@dataclass(frozen=True, slots=True)
class Download:
    """A built file that the catalogue hands out."""

    format: str
    source: str
    """Its path under `output/`; nothing for a file of an issued edition, which the archive has."""
    path: str
    """Its path on the site."""
    bytes: int
    pages: int

    @property
    def kind(self) -> FileKind:
        """The kind of file that it is."""
        return format_row(self.format).kind


@dataclass(frozen=True, slots=True)
class IssuedName:
    """A published version or an issued edition: its name, its day, its code, and whether it is current."""

    name: str
    on: date
    code: str
    page: str
    """The path of its status page on the site."""
    state: NowWord
    coded: Coded
    """The same as its status page tells it."""
    texts: frozenset[str]
    """The ids of the briefings that it is, or holds."""


@dataclass(frozen=True, slots=True)
class SitePlace:
    """Something that the catalogue leads to: an id, which is that of its folder, and a title."""

    id: str
    title: str
    language: str = ""
    """The language of the title, where it may be another than the site's."""


@dataclass(frozen=True, slots=True)
class CataloguedText:
    """A briefing as the catalogue tells of it."""

    id: str
    title: str
    sorted_as: str
    summary: str
    version: str
    status: str
    """'published', 'superseded' or 'withdrawn'."""
    statuses: tuple[str, ...]
    """The words across its pages, without the notice of the house."""
    language: str
    publisher: str
    address: str
    """Its canonical address, or nothing."""
    verdict: str = ""
    minutes: int = 0
    dates: tuple[LabelledDate, ...] = ()
    review: LabelledDate | None = None
    published: date | None = None
    modified: date | None = None
    subjects: tuple[SitePlace, ...] = ()
    packs: tuple[SitePlace, ...] = ()
    series: tuple[SitePlace, ...] = ()
    """The packs and the series that hold it, as far as they are shown, by their folders."""
    related: tuple[SitePlace, ...] = ()
    successor: SitePlace | None = None
    reason: str = ""
    """Why it was withdrawn."""
    history: tuple[Amendment, ...] = ()
    """The last entry first."""
    versions: tuple[IssuedName, ...] = ()
    files: tuple[Download, ...] = ()
    marking: str = ""
    """Its protective marking as pages carry it, or nothing."""
    licence: str = ""
    """The address of its terms."""
    key_finding: str = ""
    words: str = ""
    """All its words, for the search."""

    @property
    def reads(self) -> str:
        """The path of its web page on the site, or nothing."""
        return next((file.path for file in self.files if file.kind == PAGE), "")

    @property
    def downloads(self) -> tuple[Download, ...]:
        """Its other files."""
        return tuple(file for file in self.files if file.kind != PAGE)

    @property
    def holds(self) -> bool:
        """Whether it is in force."""
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
    """The words across its pages, without the notice of the house."""
    language: str = ""


@dataclass(frozen=True, slots=True)
class CataloguedGroup:
    """A pack or a series as the catalogue tells of it."""

    id: str
    title: str
    summary: str
    is_pack: bool
    folder: str
    """Its folder on the site; a series may bear the id of a pack."""
    members: tuple[GroupMember, ...]
    edition: str = ""
    statuses: tuple[str, ...] = ()
    numbered: bool = False
    """Whether it goes out in numbered copies only, and so not from here."""
    marking: str = ""
    """The protective marking that covers it, as pages carry it, or nothing."""
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
    """All that the site shows: nothing in it is marked higher than it may be."""

    title: str
    subtitle: str
    publisher: str
    language: str
    words: Phrases
    day: date
    address: str
    """The address of the site, or nothing."""
    notice: str = ""
    marking: str = ""
    """The highest protective marking that anything in it may have, as pages carry it, or nothing."""
    contact: str = ""
    accessible_formats: str = ""
    known_limits: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    """The public keys that deliveries are signed with: the present one, and those before it."""
    texts: tuple[CataloguedText, ...] = ()
    """In the order of their titles."""
    packs: tuple[CataloguedGroup, ...] = ()
    series: tuple[CataloguedGroup, ...] = ()
    subjects: tuple[SitePlace, ...] = ()
    news: tuple[News, ...] = ()
    """The newest first."""
    by_id: Mapping[str, CataloguedText] = field(default_factory=dict)
    addresses: Mapping[str, str] = field(default_factory=dict)
    """The ids of all briefings, also of those that are not shown, by their canonical addresses."""

    def handing_out(self, contents: Mapping[str, bytes]) -> "Catalogue":
        """The same with those files alone of which there are bytes, by their paths on the site, each with its size."""

        def held(files: tuple[Download, ...]) -> tuple[Download, ...]:
            return tuple(replace(one, bytes=len(contents[one.path])) for one in files if one.path in contents)

        texts = tuple(replace(text, files=held(text.files)) for text in self.texts)
        packs = tuple(replace(pack, files=held(pack.files)) for pack in self.packs)
        return replace(self, texts=texts, packs=packs, by_id={text.id: text for text in texts})

    @property
    def in_force(self) -> tuple[CataloguedText, ...]:
        """The texts that hold, which feeds list."""
        return tuple(text for text in self.texts if text.holds)

    @property
    def groups(self) -> tuple[CataloguedGroup, ...]:
        """Packs, then series."""
        return (*self.packs, *self.series)

    @property
    def issued(self) -> tuple[IssuedName, ...]:
        """The versions and editions that have a status page here."""
        issued = (*(one.versions for one in self.texts), *(one.editions for one in self.packs))
        return tuple(one for those in issued for one in those)

    @property
    def coded(self) -> tuple[Coded, ...]:
        """The same as their status pages tell of them."""
        return tuple(one.coded for one in self.issued)

    @property
    def modified(self) -> date | None:
        """The day of the newest entry of any history."""
        return max((text.modified for text in self.texts if text.modified), default=None)
