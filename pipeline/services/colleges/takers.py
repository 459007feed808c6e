"""Copies of a pack that colleges take: the edition as it is prepared, formats, copy numbers, and what has changed."""

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from pipeline.core.diagnostics import Diagnostic
from pipeline.core.messages import message
from pipeline.core.text.wrapping import shortened
from pipeline.load.register import CopyEntry
from pipeline.model.formats import FORMATS, PRINTED, Format, kind_of
from pipeline.model.library import Library
from pipeline.model.source.briefing import RETIRED, BriefingFields, Status
from pipeline.model.source.college import HOLDER, College, colleges_of
from pipeline.model.source.library_file import LibrarySettings
from pipeline.model.source.pack import Pack
from pipeline.model.source.versions import CopyPhrases, numbers, version_ref
from pipeline.model.words import Phrases
from pipeline.resolve.packs import amendments
from pipeline.resolve.status import withdrawal_reason
from pipeline.services.editions.edition import PackStatus, Taker, name_in_parcel


@dataclass(frozen=True, slots=True)
class LetterItem:
    """An item of a list in a letter, and the lines that explain it."""

    words: str
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LetterPart:
    """A paragraph of a letter, line by line, and the list below it."""

    lines: tuple[str, ...] = ()
    items: tuple[LetterItem, ...] = ()

    def text(self) -> Iterator[str]:
        """The lines of it in plain text."""
        yield from self.lines
        for item in self.items:
            yield f"- {item.words}"
            yield from (f"  {line}" for line in item.more)


EMPTY_PART = LetterPart()


@dataclass(frozen=True, slots=True)
class PreparedEdition:
    """An issued edition as copies are prepared of it: its briefings with their versions, the date on its pages."""

    pack: Pack
    title: str
    edition: str
    versions: tuple[tuple[str, str, str], ...]
    """Id, version and title of each briefing, in order."""
    produced: date
    imprint: LibrarySettings
    overridden: tuple[tuple[str, str], ...] = ()
    state: PackStatus = field(default_factory=PackStatus)
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


def add_copy_phrases(table: Phrases, issue: PreparedEdition) -> Phrases:
    """The fixed words for copies, with the phrases that the pages of the edition bear."""
    said = issue.phrases
    own = {"unnumbered": (said.unnumbered,), "copy": (said.numbered,)} if said else {}
    return replace(table, phrases={**table.phrases, **own})


def find_recipients(library: Library, pack: Pack, day: date) -> dict[str, College]:
    """The colleges that take a pack on a day: those it names, or all where it names none, but for closed ones."""
    known = colleges_of(library.others)
    names = sorted({*(pack.fields.recipients or known)} & {*known})
    return {name: known[name] for name in names if day <= (known[name].until or date.max)}


def list_wanted_formats(college: College, pack: Pack) -> tuple[Format, ...]:
    """The formats that a college gets of a pack: those it asks for, as far as the pack has them."""
    asked = _asked(college, pack)
    return tuple(kind for kind in pack.fields.formats if kind in asked)


def describe_recipients(library: Library, pack: Pack, day: date) -> dict[str, Taker]:
    """The same colleges with what they get and need."""
    every = find_recipients(library, pack, day).items()
    return {name: Taker(one.name, list_wanted_formats(one, pack), one.access_needs) for name, one in every}


def _asked(college: College, pack: Pack) -> tuple[Format, ...]:
    """Formats for a college: those it names, else all but print; and print if it takes printed copies."""
    named = college.formats or tuple(kind for kind in pack.fields.formats if kind not in PRINTED)
    return (*named, *(kind for kind in PRINTED if kind not in named)) if college.copies else named


def zip_files(folder: str, files: Mapping[str, bytes]) -> bytes:
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


def list_missing_formats(college: College, pack: Pack) -> Iterable[Format]:
    """Formats that a college wants and the pack does not have."""
    return (kind for kind in _asked(college, pack) if kind not in pack.fields.formats)


# Copy numbers: unique in an edition of a pack, never given again, never moved.


@dataclass(frozen=True, slots=True)
class Copy:
    """A numbered copy: whose, in which format, and the digest of its bytes if it was prepared before."""

    college: str
    format: Format
    number: int
    sha256: str = ""

    def words(self, college: College, fixed: Phrases) -> str:
        """Words of the copy line: 'Copy 7, held by Northmoor Learning Unit'."""
        return fixed.say("copy", number=self.number, holder=shortened(college.name, HOLDER))

    def file(self, name: str) -> str:
        """File name of the copy, from that of the pack's file: 'nights-copy-007.pdf'."""
        stem, _, end = name.rpartition(".")
        return f"{stem}-copy-{self.number:03}.{end}"


def assign_copy_numbers(
    takers: Mapping[str, College], pack: Pack, kinds: Sequence[Format], earlier: Sequence[CopyEntry]
) -> tuple[Copy, ...]:
    """The copies of each college, in order: one of each format for screens, and as many printed ones as it takes.

    What is on record keeps its number. What is new takes the next free ones: after the highest that was ever given.
    """
    free = max((entry.copy_number for entry in earlier), default=0) + 1
    copies: list[Copy] = []
    for name, college in takers.items():
        for kind in (kind for kind in list_wanted_formats(college, pack) if kind in kinds):
            asked = college.copies if FORMATS[kind].printed else 1
            had = sorted((e.copy_number, e.sha256) for e in earlier if (e.college, e.format) == (name, kind))
            copies += [Copy(name, kind, number, digest) for number, digest in had[:asked]]
            for _ in range(asked - len(had)):
                copies.append(Copy(name, kind, free))
                free += 1
    return tuple(copies)


def numbered_pack_has_a_cover(pack: Pack, numbered: bool) -> Iterator[Diagnostic]:
    """Why no edition with numbered copies can be issued: nothing would say which copy it is."""
    if numbered and pack.fields.front[:1] != ("cover",):
        yield message("copies-cover", pack.marks.at("front"))


def numbered_pack_has_no_spare(pack: Pack, numbered: bool) -> Iterator[Diagnostic]:
    """Why copies with numbers cannot be ordered: some would have no holder."""
    if numbered and pack.fields.print.spare:
        yield message("copies-spare", pack.marks.at("print", "spare"))


def compose_changes_for(
    library: Library, issue: PreparedEdition, entries: Sequence[CopyEntry], college: str, words: Phrases
) -> LetterPart:
    """The part of the letter; nothing for a college that got no earlier edition of the pack."""
    before = _edition_before(issue, entries, college)
    return (
        EMPTY_PART
        if before is None
        else compose_changes_since(library, issue, before.edition, before.versions.split(), words)
    )


def compose_changes_since(
    library: Library, issue: PreparedEdition, edition: str, pins: Sequence[str], words: Phrases
) -> LetterPart:
    """The part of the letter on what has changed since an edition, of which `pins` are the briefings by version."""
    was = {name: version for name, _, version in (line.partition("@") for line in pins)}
    items = [item for one in issue.versions for item in _of(library, issue, was, one, words)]
    gone = sorted(set(was) - {name for name, _, _ in issue.versions})
    titles = {one.id: one.fields.title for one in library.briefings.values()}
    items += [LetterItem(_state(titles.get(name, name), _why_gone(library, name, words), words)) for name in gone]
    return LetterPart((words.say("letter-changed" if items else "letter-same", edition=edition),), tuple(items))


def _edition_before(issue: PreparedEdition, entries: Sequence[CopyEntry], college: str) -> CopyEntry | None:
    """First entry of the college's edition before this one. More copies of an older edition do not make it newer."""
    own = [entry for entry in entries if (entry.college, entry.pack) == (college, issue.pack.id)]
    first = {entry.edition: entry for entry in reversed(own)}
    editions = list(dict.fromkeys(entry.edition for entry in own))
    earlier = editions[: editions.index(issue.edition)] if issue.edition in first else editions
    return first[earlier[-1]] if earlier else None


def _of(
    library: Library, issue: PreparedEdition, was: Mapping[str, str], one: tuple[str, str, str], words: Phrases
) -> Iterator[LetterItem]:
    """Item on a briefing of the pack that has changed or is no longer in force; none for the others."""
    name, now, title = one
    retired = _retired(library, name, words)

    def too(what: str) -> str:
        return words.say("letter-and", what=what, state=retired) if retired else what

    if name not in was:
        yield LetterItem(too(words.say("letter-new", title=title)))
    elif was[name] == now:
        yield from (LetterItem(_state(title, retired, words)),) if retired else ()
    else:
        became = "letter-became-older" if numbers(now) < numbers(was[name]) else "letter-became"
        entries = amendments(_fields(library, issue, name, now), was[name], now)
        more = (
            words.say("letter-entry", version=entry.version, date=words.day(entry.date), summary=entry.summary)
            for entry in entries
        )
        yield LetterItem(too(words.say(became, title=title, was=was[name], now=now)), tuple(more))


def _fields(library: Library, issue: PreparedEdition, name: str, version: str) -> BriefingFields:
    """The front matter of a briefing as the pack binds it."""
    line = version_ref(name, version)
    if line in issue.pack.lines and line in library.kept:
        return library.kept[line].briefing.fields
    return library.briefings[name].fields


def _why_gone(library: Library, name: str, words: Phrases) -> str:
    """That a briefing is not in the pack any more, and why, where it no longer holds."""
    retired = _retired(library, name, words)
    if retired and library.briefings[name].fields.status is Status.WITHDRAWN:
        return retired
    return words.say("letter-gone-too", state=retired) if retired else words.say("letter-gone")


def _retired(library: Library, name: str, words: Phrases) -> str:
    """That a text no longer holds: 'withdrawn: The study was retracted.'; nothing of one in force, or of none."""
    briefing = library.briefings.get(name)
    if briefing is None or briefing.fields.status not in RETIRED:
        return ""
    if briefing.fields.status is Status.WITHDRAWN:
        reason = withdrawal_reason(briefing)
        return words.say("letter-withdrawn-why", reason=reason) if reason else words.say("letter-withdrawn")
    newer = library.briefings.get(briefing.fields.superseded_by or "")
    return words.say("letter-superseded-by", title=newer.fields.title) if newer else words.say("letter-superseded")


def _state(title: str, state: str, words: Phrases) -> str:
    return words.say("letter-state", title=title, state=state)
