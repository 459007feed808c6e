"""Copies of a pack for colleges: the edition as it is prepared, who takes it, and in which formats. Pure."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from pipeline.editions.states import PackState, Taker, name_in_parcel
from pipeline.model.formats import PRINTED, Format, kind_of
from pipeline.model.library import Library
from pipeline.model.source.college import College, colleges_of
from pipeline.model.source.library_file import Imprint
from pipeline.model.source.pack import Pack
from pipeline.model.source.versions import CopyPhrases
from pipeline.model.words import Words


@dataclass(frozen=True, slots=True)
class Issue:
    """An issued edition as copies are prepared of it: its briefings with their versions, the date on its pages."""

    pack: Pack
    title: str
    edition: str
    versions: tuple[tuple[str, str, str], ...]
    """Id, version and title of each briefing, in order."""
    produced: date
    imprint: Imprint
    overridden: tuple[tuple[str, str], ...] = ()
    state: PackState = field(default_factory=PackState)
    record: str = ""
    """The SHA-256 of its record."""
    last_record: str = ""
    """The SHA-256 of the last record of the pack, by which whoever has the manifest is a witness of all of them."""
    code: str = ""
    """The code of its words."""
    status_page: str = ""
    """The address of the page that says whether it is current, if there is one."""
    phrases: CopyPhrases | None = None
    """The phrases of its pages on copies, where they are numbered."""

    @property
    def folder(self) -> str:
        """Folder name of a parcel: the pack's id and its edition."""
        return name_in_parcel(self.pack.id, self.pack.id, self.edition)

    @property
    def pins(self) -> str:
        """Its briefings as the ledger has them."""
        return " ".join(f"{name}@{version}" for name, version, _ in self.versions)


def words_of_copies(table: Words, issue: Issue) -> Words:
    """The fixed words for copies, with the phrases that the pages of the edition bear."""
    said = issue.phrases
    own = {"unnumbered": (said.unnumbered,), "copy": (said.numbered,)} if said else {}
    return replace(table, phrases={**table.phrases, **own})


def recipients(library: Library, pack: Pack, day: date) -> dict[str, College]:
    """The colleges that take a pack on a day: those it names, or all where it names none, but for closed ones."""
    known = colleges_of(library.others)
    names = sorted({*(pack.fields.recipients or known)} & {*known})
    return {name: known[name] for name in names if day <= (known[name].until or date.max)}


def wanted(college: College, pack: Pack) -> tuple[Format, ...]:
    """The formats that a college gets of a pack: those it asks for, as far as the pack has them."""
    asked = _asked(college, pack)
    return tuple(kind for kind in pack.fields.formats if kind in asked)


def college_takers(library: Library, pack: Pack, day: date) -> dict[str, Taker]:
    """The same colleges with what they get and need."""
    every = recipients(library, pack, day).items()
    return {name: Taker(one.name, wanted(one, pack), one.access_needs) for name, one in every}


def _asked(college: College, pack: Pack) -> tuple[Format, ...]:
    """Formats for a college: those it names, else all but print; and print if it takes printed copies."""
    named = college.formats or tuple(kind for kind in pack.fields.formats if kind not in PRINTED)
    return (*named, *(kind for kind in PRINTED if kind not in named)) if college.copies else named


def zipped(folder: str, files: Mapping[str, bytes]) -> bytes:
    """The files in one archive under a folder, the same bytes for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{folder}/{name}", (1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            kind = kind_of(name)
            entry.compress_type = zipfile.ZIP_STORED if kind and kind.packed else zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    return out.getvalue()


def formats_lacking(college: College, pack: Pack) -> Iterable[Format]:
    """Formats that a college wants and the pack does not have."""
    return (kind for kind in _asked(college, pack) if kind not in pack.fields.formats)
