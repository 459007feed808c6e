"""Copies of a pack for colleges: parcels with their manifests and cover notes. Pure."""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from pipeline.core.digest import sha256
from pipeline.editions.sealing.manifest import ISSUED, UNSEALED, ParcelSeal, sealed
from pipeline.editions.states import PackState, TextState
from pipeline.model.day import in_words
from pipeline.model.formats import FORMATS, PRINTED, Format, kind_of
from pipeline.model.library import Library
from pipeline.model.source.college import College
from pipeline.model.source.edition import CopyPhrases
from pipeline.model.source.imprint import Imprint
from pipeline.model.source.pack import Pack
from pipeline.model.words import Words

COVER_NOTE = "cover-note.txt"


@dataclass(frozen=True, slots=True)
class FinishedFile:
    """A finished file of a pack."""

    format: Format
    name: str
    content: bytes
    pages: int
    number: int = 0
    """Of a numbered copy its number, else 0."""
    digest: str = ""
    """The SHA-256 of its bytes, where those are put away."""
    issued: tuple[str, int] | None = None
    """Of a file that was signed since, the SHA-256 and the length of what was issued, with which it begins."""

    @property
    def sha256(self) -> str:
        """The SHA-256 of its bytes."""
        return self.digest or sha256(self.content)


@dataclass(frozen=True, slots=True)
class Issue:
    """A pack as it is prepared: its edition, its briefings with their versions, the date on its pages."""

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
    """Of an edition that was issued the SHA-256 of its record."""
    last_record: str = ""
    """The SHA-256 of the last record of the pack, by which whoever has the manifest is a witness of all of them."""
    code: str = ""
    """The code of its words, where it was issued."""
    status_page: str = ""
    """The address of the page that says whether it is current, if there is one."""
    phrases: CopyPhrases | None = None
    """The phrases of its pages on copies, where it was issued in numbered ones."""

    @property
    def folder(self) -> str:
        """Folder name of a parcel: the pack's id and its edition."""
        return f"{self.pack.id}-{slug(self.edition)}"

    @property
    def pins(self) -> str:
        """Its briefings as the register has them."""
        return " ".join(f"{name}@{version}" for name, version, _ in self.versions)

    @property
    def reasons(self) -> str:
        """Overridden objections with their reasons, as the register has them."""
        return "; ".join(f"{name}={reason}" for name, reason in self.overridden)


SLUG = 80
"""Characters of an edition's name that the name of a parcel has at most."""


def slug(words: str) -> str:
    """Words as part of a file's name: 'autumn-2026'."""
    return re.sub(r"[^a-z0-9]+", "-", words.casefold())[:SLUG].strip("-") or "edition"


def words_of_copies(table: Words, issue: Issue) -> Words:
    """The fixed words for copies: of an edition that was issued with the phrases that its pages bear."""
    said = issue.phrases
    own = {"unnumbered": (said.unnumbered,), "copy": (said.numbered,)} if said else {}
    return replace(table, phrases={**table.phrases, **own})


def recipients(library: Library, pack: Pack) -> dict[str, College]:
    """The colleges that take a pack: those it names, or all where it names none."""
    names = pack.fields.recipients or tuple(library.colleges)
    return {name: library.colleges[name] for name in sorted(set(names)) if name in library.colleges}


def wanted(college: College, pack: Pack) -> tuple[Format, ...]:
    """The formats that a college gets of a pack: those it asks for, as far as the pack has them."""
    asked = _asked(college, pack)
    return tuple(kind for kind in pack.fields.formats if kind in asked)


def _asked(college: College, pack: Pack) -> tuple[Format, ...]:
    """Formats for a college: those it names, else all but print; and print if it takes printed copies."""
    named = college.formats or tuple(kind for kind in pack.fields.formats if kind not in PRINTED)
    return (*named, *(kind for kind in PRINTED if kind not in named)) if college.copies else named


def parcel(
    issue: Issue,
    name: str,
    college: College,
    files: Sequence[FinishedFile],
    printed: Sequence[int] | None = None,
    changes: Sequence[str] = (),
    seal: ParcelSeal = UNSEALED,
) -> dict[str, bytes]:
    """Everything in a college's folder, by file name: its files, the cover note, and what seals them.

    `printed` are the numbers of the copies that the printer sends it (none where copies have no numbers); nothing
    where it wants no printed copies. `changes` are the lines that say what is new to it.
    """
    note = _cover_note(issue, college, files, printed, changes)
    held = {**{file.name: file.content for file in files}, COVER_NOTE: note}
    return sealed(_manifest(issue, name, college, files), held, seal)


def _manifest(issue: Issue, name: str, college: College, files: Sequence[FinishedFile]) -> dict[str, object]:
    """The manifest, but for what the bytes of its files tell."""
    return {
        "college": name,
        "name": college.name,
        "pack": issue.pack.id,
        "title": issue.title,
        "edition": issue.edition,
        "produced": issue.produced.isoformat(),
        **({"record": issue.record, "code": issue.code, "last_record": issue.last_record} if issue.record else {}),
        **({"status_page": issue.status_page} if issue.status_page else {}),
        **({"statuses": issue.state.statuses} if issue.state.statuses else {}),
        "briefings": [_bound(issue, *one) for one in issue.versions],
        "files": [_listed(file) for file in files],
        "overridden": [{"name": one, "reason": reason} for one, reason in issue.overridden],
    }


def _bound(issue: Issue, name: str, version: str, title: str) -> dict[str, object]:
    """A text as the manifest has it, with what stands across its pages, and what it lacks."""
    text = issue.state.texts.get(name, TextState())
    state = {field: said for field in TextState.__slots__ if (said := getattr(text, field))}
    return {"id": name, "version": version, "title": title, **state}


def _listed(file: FinishedFile) -> dict[str, object]:
    """Facts of a file that its bytes do not tell; its number, if it has one."""
    said: dict[str, object] = {"file": file.name, "format": file.format, "pages": file.pages}
    said |= dict(zip(ISSUED, file.issued, strict=True)) if file.issued else {}
    return said | ({"copy": file.number} if file.number else {})


def _cover_note(
    issue: Issue, college: College, files: Sequence[FinishedFile], printed: Sequence[int] | None, changes: Sequence[str]
) -> bytes:
    imprint = issue.imprint.fields
    lines = [issue.title, issue.edition]
    lines += [f"Its pages say: {' · '.join(issue.state.statuses)}"] if issue.state.statuses else []
    lines += ["", f"For {college.name}", f"Produced {in_words(issue.produced)}", "", "You receive:"]
    for file in files:
        numbered = f", copy {file.number}" if file.number else ""
        lines.append(f"- {file.name}: {FORMATS[file.format].note}{numbered}")
    if printed is not None:
        many = f"{college.copies} printed copies" if college.copies != 1 else "1 printed copy"
        numbered = f", {numbers_in_words(printed)}" if printed else ""
        lines.append(f"- {many}, sent by the printer{numbered}" if college.copies else "- no printed copies")
    lines += ["", "It holds:"]
    lines += [f"- {title}, version {version}{_state(issue, name)}" for name, version, title in issue.versions]
    lines += ["", *changes] if changes else []
    if college.access_needs:
        lines += ["", "You told us of these needs:", *(f"- {need}" for need in college.access_needs)]
    lines += ["", "This edition takes the place of earlier editions of the pack."] if changes else []
    lines += _on_record(issue)
    lines += _to_check(issue)
    if printed or any(file.number for file in files):
        lines += ["", "Each copy bears its number and your name. Do not pass it on, and do not copy it."]
    for said in (imprint.accessible_formats, imprint.contact and f"Questions: {imprint.contact}"):
        lines += ["", said] if said else []
    return ("\n".join(lines) + "\n").encode()


def _on_record(issue: Issue) -> list[str]:
    """Lines on the record of an edition that was issued: whoever keeps the note is a witness of it."""
    if not issue.record:
        return []
    begins = f"The SHA-256 of its record begins with {issue.record[:8]}."
    kept = "Keep this note: by it a change of the record would be noticed."
    return ["", f"The code of this edition is {issue.code}. {begins}", kept]


def _to_check(issue: Issue) -> list[str]:
    """Lines on how to find out whether the parcel is whole, ours and current."""
    signing = issue.imprint.fields.signing
    lines = ["", "To see whether all is as we sent it, save all files into a new folder of their own."]
    lines += ["Open verify.html there, and choose that folder."]
    if signing:
        lines += [f"They are signed with our key {signing.key}.", "Keep this note: compare the key with it next time."]
    return lines + ([f"Whether this edition is current: {issue.status_page}"] if issue.status_page else [])


def _state(issue: Issue, name: str) -> str:
    """A remark behind the version of a text: that it is a draft or withdrawn, or was corrected since."""
    text = issue.state.texts.get(name, TextState())
    said = f" ({text.words})" if text.words else ""
    if text.corrected_by:
        said += f"; version {text.corrected_by}, which is not in this pack, is a correction of it"
    return said


def numbers_in_words(numbers: Sequence[int], one: str = "copy", several: str = "copies") -> str:
    """Numbers as a reader takes them in: 'copies 3 to 26 and 31'."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return f"{one if len(numbers) == 1 else several} {_runs_in_words(runs)}"


def folios_in_words(folios: Sequence[str]) -> str:
    """Folios as a reader takes them in, in their order: 'pages 7-3 to 7-5 and Z-1', 'pages 3 and 4'."""
    runs: list[list[str]] = []
    for folio in folios:
        briefing, hyphen, page = folio.rpartition("-")
        if runs and page.isdecimal() and runs[-1][-1] == f"{briefing}{hyphen}{int(page) - 1}":
            runs[-1].append(folio)
        else:
            runs.append([folio])
    split = [part for run in runs for part in ([run] if len(run) > 2 else [[folio] for folio in run])]
    return f"{'page' if len(folios) == 1 else 'pages'} {_runs_in_words(split)}"


def _runs_in_words(runs: Sequence[Sequence[object]]) -> str:
    """Runs in words: '3 to 26 and 31'."""
    said = [str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs]
    return " and ".join(filter(None, (", ".join(said[:-1]), said[-1])))


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
