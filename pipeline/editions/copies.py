"""What is prepared of a pack for colleges: parcels, manifests, cover notes, and the ticket for the printer. Pure."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.digest import sha256
from pipeline.model.imprint import College, Format, Imprint
from pipeline.model.library import Library
from pipeline.model.pack import Pack
from pipeline.resolve.dates import in_words

WORDS: Mapping[Format, str] = {
    "screen": "PDF for reading on screen",
    "print": "printed copies, sent by the printer",
    "large-print": "PDF in large print",
    "booklet": "PDF booklet to print on A4 and fold",
    "epub": "EPUB for e-readers and phones",
    "html": "web page in one file",
}
"""What a cover note calls each format."""


@dataclass(frozen=True, slots=True)
class Made:
    """A finished file of a pack."""

    format: Format
    name: str
    content: bytes
    pages: int

    @property
    def sha256(self) -> str:
        """The SHA-256 of its bytes."""
        return sha256(self.content)


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

    @property
    def folder(self) -> str:
        """What a parcel is called: the pack's id and its edition."""
        return f"{self.pack.id}-{slug(self.edition)}"

    @property
    def pins(self) -> str:
        """Its briefings as the register has them."""
        return " ".join(f"{name}@{version}" for name, version, _ in self.versions)

    @property
    def reasons(self) -> str:
        """What was overridden, as the register has it."""
        return "; ".join(f"{name}={reason}" for name, reason in self.overridden)


def slug(words: str) -> str:
    """Words as part of a file's name: 'autumn-2026'."""
    return re.sub(r"[^a-z0-9]+", "-", words.casefold()).strip("-") or "edition"


def recipients(library: Library, pack: Pack) -> dict[str, College]:
    """The colleges that take a pack: those it names, or all where it names none."""
    names = pack.fields.recipients or tuple(library.colleges)
    return {name: library.colleges[name] for name in sorted(set(names)) if name in library.colleges}


def wanted(college: College, pack: Pack) -> tuple[Format, ...]:
    """The formats that a college gets of a pack: those it wants, or all that are no print where it says nothing."""
    asked = college.formats or tuple(kind for kind in pack.fields.formats if kind != "print")
    return tuple(kind for kind in pack.fields.formats if kind in asked)


def parcel(issue: Issue, name: str, college: College, files: Sequence[Made]) -> dict[str, bytes]:
    """Everything in a college's folder, by file name: its files, the manifest, the cover note."""
    sent = [file for file in files if file.format != "print"]
    return {
        **{file.name: file.content for file in sent},
        "manifest.json": _manifest(issue, name, college, sent),
        "cover-note.txt": _cover_note(issue, college, files),
    }


def _manifest(issue: Issue, name: str, college: College, files: Sequence[Made]) -> bytes:
    said = {
        "schema": "manifest/1",
        "college": name,
        "name": college.name,
        "pack": issue.pack.id,
        "title": issue.title,
        "edition": issue.edition,
        "produced": issue.produced.isoformat(),
        "briefings": [{"id": one, "version": version, "title": title} for one, version, title in issue.versions],
        "files": [
            {"file": f.name, "format": f.format, "bytes": len(f.content), "pages": f.pages, "sha256": f.sha256}
            for f in files
        ],
        "overridden": [{"name": one, "reason": reason} for one, reason in issue.overridden],
    }
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()


def _cover_note(issue: Issue, college: College, files: Sequence[Made]) -> bytes:
    imprint = issue.imprint.fields
    lines = [issue.title, issue.edition, "", f"For {college.name}", f"Produced {in_words(issue.produced)}", ""]
    lines.append("You receive:")
    for file in files:
        if file.format == "print":
            many = f"{college.copies} printed copies" if college.copies != 1 else "1 printed copy"
            lines.append(f"- {many}, sent by the printer" if college.copies else "- no printed copies")
        else:
            lines.append(f"- {file.name}: {WORDS[file.format]}")
    lines += ["", "It holds:"]
    lines += [f"- {title}, version {version}" for _, version, title in issue.versions]
    if college.access_needs:
        lines += ["", "You told us of these needs:", *(f"- {need}" for need in college.access_needs)]
    lines += [
        "",
        "This edition takes the place of earlier editions of the pack. manifest.json names each file with",
        "its SHA-256, so that anybody can check that a copy is whole.",
    ]
    for said in (imprint.accessible_formats, imprint.contact and f"Questions: {imprint.contact}"):
        lines += ["", said] if said else []
    return ("\n".join(lines) + "\n").encode()


def printer_files(issue: Issue, file: Made, copies: Mapping[str, College]) -> dict[str, bytes]:
    """What the printer gets: the one file, how many for whom, and the ticket of the job."""
    return {
        file.name: file.content,
        "quantities.csv": _quantities(copies),
        "job-ticket.txt": _ticket(issue, file, copies),
    }


def _quantities(copies: Mapping[str, College]) -> bytes:
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(("college", "name", "copies", "deliver to"))
    for name, college in copies.items():
        table.writerow((name, college.name, college.copies, college.delivery or ""))
    return ("\ufeff" + out.getvalue()).encode()


def _ticket(issue: Issue, file: Made, copies: Mapping[str, College]) -> bytes:
    total = sum(college.copies for college in copies.values())
    leaves = (file.pages + 1) // 2
    facts = (
        ("Job", f"{issue.title}, {issue.edition}"),
        ("File", file.name),
        ("SHA-256", file.sha256),
        ("Pages", f"{file.pages}, blank versos counted"),
        ("Leaves", f"{leaves} a copy, printed on both sides, flipped on the long edge"),
        ("Trim size", "A4, 210 × 297 mm, 3 mm bleed, crop marks in the file"),
        ("Inks", "four, as the file's output intent says" if issue.imprint.fields.print.profile else "black"),
        ("Copies", f"{total:,}"),
        ("Sheets", f"{leaves * total:,} of A4"),
    )
    lines = [f"{label + ':':<11}{words}" for label, words in facts]
    lines += ["", "Deliver:"]
    for college in copies.values():
        where = f": {college.delivery}" if college.delivery else f" ({college.contact})" if college.contact else ""
        lines.append(f"- {college.copies} to {college.name}{where}")
    return ("\n".join(lines) + "\n").encode()


def zipped(folder: str, files: Mapping[str, bytes]) -> bytes:
    """The files in one archive under a folder, the same bytes for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{folder}/{name}", (1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            entry.compress_type = zipfile.ZIP_STORED if name.endswith((".pdf", ".epub")) else zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    return out.getvalue()


def formats_lacking(college: College, pack: Pack) -> Iterable[Format]:
    """What a college wants and the pack does not have."""
    return (kind for kind in college.formats if kind not in pack.fields.formats)
