"""A document opened: its parts, or the reason why it is not. Nothing in it is run."""

import io
import posixpath
import re
import zipfile
from dataclasses import dataclass, field, replace

from pipeline.core.diagnostics import Desk, Diagnostic, Place
from pipeline.core.files import BadArchive, LargeArchive, LockedArchive, archive_of
from pipeline.core.messages import message
from pipeline.word.document.names import RELATIONS, BrokenXml, Element, parse

MOST_BYTES = 200_000_000
"""Bytes of all parts together, unpacked."""

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MAIN = "/officeDocument"
_DECLARED = tuple(
    mark.encode(code) for mark in ("<!DOCTYPE", "<!ENTITY") for code in ("utf-8", "utf-16-le", "utf-16-be")
)
_KEPT = (".xml", ".rels")
_STRICT = re.compile(rb"""(?<=["'])http://purl\.oclc\.org/ooxml/(\w+)/(?=\w)""")
_FIXED = ("footnotes", "endnotes", "comments", "styles", "numbering")
"""Parts that pandoc knows by their usual names alone."""


@dataclass(frozen=True, slots=True)
class Package:
    """The parts of a document by their names, and which of them is its text."""

    parts: dict[str, bytes] = field(hash=False)
    main: str

    @property
    def folder(self) -> str:
        """The folder of the text: targets of links are given from there."""
        return posixpath.dirname(self.main)

    def part(self, name: str) -> bytes:
        """A part beside the text, such as `comments.xml`; empty where there is none."""
        return self.parts.get(f"{self.folder}/{name}", b"")

    def target(self, link: str) -> str:
        """The name of the part that the text links to."""
        return link.lstrip("/") if link.startswith("/") else posixpath.normpath(f"{self.folder}/{link}")

    def links_of(self, name: str) -> list[Element]:
        """The links of a part beside the text, or of the text; none where they cannot be read."""
        return _links(self.parts.get(f"{self.folder}/_rels/{name}.rels", b""))

    def named(self, name: str, content: bytes) -> dict[str, bytes]:
        """Other content for a part beside the text, under each name that it goes by."""
        return {path: content for path in (f"{self.folder}/{name}", f"word/{name}") if path in self.parts}

    def having(self, parts: dict[str, bytes]) -> "Package":
        """The package with other parts in it."""
        return replace(self, parts=self.parts | parts)


def open_package(name: str, content: bytes, desk: Desk) -> Package | None:
    """The parts of a Word document; nothing where it cannot be opened, after a remark."""
    try:
        parts = _unpacked(content)
        refusal = _refusal(content, parts)
    except BrokenXml:
        hint = "Its XML is broken: ask for the file again, saved by another word processor."
        parts, refusal = {}, message("import-no-document", Place(name), hint)
    except LockedArchive:
        parts, refusal = {}, message("import-locked", Place(name))
    except LargeArchive:
        parts, refusal = {}, message("import-unsafe", Place(name), reason="it takes more than 200 MB unpacked")
    except BadArchive:
        parts, refusal = {}, message("import-no-document", Place(name), _DAMAGED)
    if refusal is not None:
        desk.report(replace(refusal, place=Place(name)))
        return None
    return Package(_usually_named(parts), _main(parts))


_DAMAGED = "It is damaged or incomplete: ask for the file again."


def _refusal(content: bytes, parts: dict[str, bytes]) -> Diagnostic | None:
    """Reason why the parts are not read, if there is one."""
    if content.startswith(b"%PDF-"):
        return message("import-pdf", Place())
    if content.startswith(_OLD_OFFICE) and _ENCRYPTED in content:
        return message("import-locked", Place())
    if not parts or _main(parts) not in parts:
        return message("import-no-document", Place(), _other_kind(content, parts))
    if any(mark in part for name, part in parts.items() if name.endswith(_KEPT) for mark in _DECLARED):
        return message("import-unsafe", Place(), reason="it defines entities")
    if not _is_word(parse(parts[_main(parts)])):
        return message("import-no-document", Place())
    return None


def _other_kind(content: bytes, parts: dict[str, bytes]) -> str | None:
    """Advice for forms that people take for a Word document or a web page; none for others."""
    if content.startswith(_OLD_OFFICE):
        return "It is of an old kind of Office, such as .doc: open a text in a word processor and save it as .docx."
    if parts.get("mimetype", b"").startswith(b"application/vnd.oasis.opendocument.text"):
        return "It is an OpenDocument text (.odt): open it in a word processor and save it as .docx."
    if content.startswith(b"PK") and not parts:
        return _DAMAGED
    if b"multipart/related" in content[:2000].lower():
        return "It is a web page in one file (.mhtml): save the page as 'complete', which gives .html."
    return None


def _is_word(root: Element) -> bool:
    return isinstance(root.tag, str) and root.tag.endswith("}document") and "wordprocessingml" in root.tag


def _unpacked(content: bytes) -> dict[str, bytes]:
    """The parts of an archive; programs are left behind."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return {}
    with archive_of(content, MOST_BYTES) as archive:
        return {
            entry.filename.lstrip("/"): _transitional(entry.filename, archive.read(entry))
            for entry in archive.infolist()
            if not entry.is_dir() and "vbaProject" not in entry.filename
        }


def _transitional(name: str, content: bytes) -> bytes:
    """A part in the names of the form that all programs write: the strict one of the standard has others."""
    if not name.endswith(_KEPT):
        return content
    return _STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/", content)


def _usually_named(parts: dict[str, bytes]) -> dict[str, bytes]:
    """The parts, those that the text links to by their usual names too."""
    folder, base = posixpath.split(_main(parts))
    made = dict(parts)
    for link in _links(parts.get(f"{folder}/_rels/{base}.rels", b"")):
        kind, target = posixpath.basename(str(link.get("Type", ""))), str(link.get("Target", ""))
        at = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
        if kind not in _FIXED or at not in parts:
            continue
        links = parts.get(f"{posixpath.dirname(at)}/_rels/{posixpath.basename(at)}.rels")
        for place in dict.fromkeys((folder, "word")):
            made[f"{place}/{kind}.xml"] = parts[at]
            if links is not None:
                made[f"{place}/_rels/{kind}.xml.rels"] = links
    return made


def _links(content: bytes) -> list[Element]:
    """The links of a part; none where they cannot be read."""
    try:
        return list(parse(content or b"<none/>").iter(f"{RELATIONS}Relationship"))
    except BrokenXml:
        return []


def _main(parts: dict[str, bytes]) -> str:
    """The name of the part that is the text, as the package says it."""
    if "_rels/.rels" in parts:
        for link in parse(parts["_rels/.rels"]).iter(f"{RELATIONS}Relationship"):
            if str(link.get("Type", "")).endswith(_MAIN):
                return str(link.get("Target", "")).lstrip("/")
    return "word/document.xml"


def packed(package: Package) -> bytes:
    """The document as an archive, of the same bytes for the same parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in package.parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()
