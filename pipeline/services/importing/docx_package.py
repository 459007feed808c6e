"""A Word document as an archive: its parts, the names in its XML, and its symbols; nothing in it is run."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any
from unicodedata import category

from lxml import etree

from pipeline.core.diagnostics import Diagnostic, Diagnostics, Location
from pipeline.core.messages import message
from pipeline.core.zip_archives import BadArchive, LargeArchive, LockedArchive, open_zip_archive

_OPEN, _CLOSE = "\ue8f0", "\ue8f1"
MARK = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_MARK_CHARACTERS = re.compile(f"[{_OPEN}{_CLOSE}]")


def citation_mark(number: int) -> str:
    """Return the mark of a citation by its number."""
    return f"{_OPEN}{number}{_CLOSE}"


def without_strays(words: str) -> str:
    """Return words without the characters of marks."""
    return _MARK_CHARACTERS.sub("", words)


Element = Any
"""An lxml element; its stubs are incomplete."""

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = f"{{{_OFFICE}/relationships}}"
BIBLIOGRAPHY = f"{{{_OFFICE}/bibliography}}"
MATHS = f"{{{_OFFICE}/math}}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"

PARAGRAPH, RUN, TEXT, TABLE = f"{W}p", f"{W}r", f"{W}t", f"{W}tbl"


class BrokenXml(ValueError):
    """A part of a document is not XML."""


def parse_xml(content: bytes) -> Element:
    """Return the root element of a part. Raises `BrokenXml`."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as wrong:
        raise BrokenXml(str(wrong)) from None
    if root is None:
        raise BrokenXml("it is empty")
    return root


def xml_bytes(root: Element) -> bytes:
    """Return a part as it is written into a document."""
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return written


def is_inside(element: Element, *names: str) -> bool:
    """Return whether an element is within one with these names."""
    return any(above.tag in names for above in element.iterancestors())


@cache
def _word_path(path: str) -> str:
    return "/".join(f"{W}{name}" for name in path.split("/"))


def property_value(element: Element, path: str) -> str:
    """Return the value of a property such as `pPr/pStyle`; empty if it has none."""
    node = element.find(_word_path(path))
    return "" if node is None else str(node.get(f"{W}val", ""))


def make_run(words: str) -> Element:
    """Return a run of some words."""
    run = etree.Element(RUN)
    etree.SubElement(run, TEXT).text = words
    return run


def unwrap(element: Element) -> None:
    """Replace an element by its children, in a time that does not depend on the number of its siblings."""
    parent = element.getparent()
    if parent is None:
        return
    for child in list(element):
        element.addprevious(child)
    parent.remove(element)


# Symbol fonts: Symbol and Wingdings

SYMBOL = f"{W}sym"

_FIRST_LETTER = 0x21
"""The first letter in each table; 0 means that Unicode has no such sign."""

_PRIVATE_LETTERS = range(0xF000, 0xF100)
"""Word adds 0xF000 to the letters of such fonts."""

_CODES = {
    "symbol": """
21 2200 23 2203 25 26 220d 28 29 2a 2b 2c 2212 2e 2f 30 31 32 33 34 35 36 37 38 39 3a 3b 3c 3d 3e 3f 2245 391
392 3a7 394 395 3a6 393 397 399 3d1 39a 39b 39c 39d 39f 3a0 398 3a1 3a3 3a4 3a5 3c2 3a9 39e 3a8 396 5b 2234 5d
22a5 5f 203e 3b1 3b2 3c7 3b4 3b5 3c6 3b3 3b7 3b9 3d5 3ba 3bb 3bc 3bd 3bf 3c0 3b8 3c1 3c3 3c4 3c5 3d6 3c9 3be 3c8
3b6 7b 7c 7d 7e 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 20ac 3d2 2032 2264 2044 221e
192 2663 2666 2665 2660 2194 2190 2191 2192 2193 b0 b1 2033 2265 d7 221d 2202 2022 f7 2260 2261 2248 2026 23d0
23af 21b5 2135 2111 211c 2118 2297 2295 2205 2229 222a 2283 2287 2284 2282 2286 2208 2209 2220 2207 ae a9 2122
220f 221a 22c5 ac 2227 2228 21d4 21d0 21d1 21d2 21d3 25ca 27e8 ae a9 2122 2211 239b 239c 239d 23a1 23a2 23a3
23a7 23a8 23a9 23aa 0 27e9 222b 2320 23ae 2321 239e 239f 23a0 23a4 23a5 23a6 23ab 23ac 23ad 0
""",
    "wingdings": """
1f589 2702 2701 1f453 1f56d 1f56e 1f56f 1f57f 2706 1f582 1f583 1f4ea 1f4eb 1f4ec 1f4ed 1f5c0 1f5c1 1f5ce 1f5cf
1f5d0 1f5c4 231b 1f5ae 1f5b0 1f5b2 1f5b3 1f5b4 1f5ab 1f5ac 2707 270d 1f58e 270c 1f58f 1f44d 1f44e 261c 261e 261d
261f 1f590 263a 1f610 2639 1f4a3 1f571 1f3f3 1f3f1 2708 263c 1f322 2744 1f546 271e 1f548 2720 2721 262a 262f
1f549 2638 2648 2649 264a 264b 264c 264d 264e 264f 2650 2651 2652 2653 1f670 1f675 25cf 1f53e 25a0 25a1 1f790
2751 2752 1f79f 29eb 25c6 2756 2b29 2327 2bb9 2318 1f3f5 1f3f6 1f676 1f677 25af 1f10b 2780 2781 2782 2783 2784
2785 2786 2787 2788 2789 1f10c 278a 278b 278c 278d 278e 278f 2790 2791 2792 2793 1f662 1f660 1f661 1f663 1f65e
1f65c 1f65d 1f65f 2219 2022 2b1d 2b58 1f786 1f788 1f78a 1f78b 1f53f 25aa 25fb 1f7c1 1f7c5 2605 1f7cb 1f7cf 1f7d3
1f7d1 2bd0 2316 2bce 2bcf 2bd1 272a 2730 1f550 1f551 1f552 1f553 1f554 1f555 1f556 1f557 1f558 1f559 1f55a 1f55b
2bb0 2bb1 2bb2 2bb3 2bb4 2bb5 2bb6 2bb7 1f66a 1f66b 1f655 1f654 1f657 1f656 1f650 1f651 1f652 1f653 232b 2326
2b98 27a2 2b99 2b9b 2b88 2b8a 2b89 2b8b 2190 2192 2191 2193 1f86c 1f86d 1f86f 1f86e 1f878 1f87a 1f879 1f87b
1f87c 1f87d 1f87f 1f87e 21e6 21e8 21e7 21e9 2b04 21f3 2b01 2b00 2b03 2b02 1f8ac 1f8ad 2717 2713 2612 2611 0
""",
}

_SIGNS_BY_FONT = {font: tuple(chr(int(code, 16)) for code in table.split()) for font, table in _CODES.items()}


def symbol_sign(node: Element) -> str:
    """Return the sign that a `w:sym` is drawn as; empty if Unicode has none, or the font is unknown."""
    font, code = str(node.get(f"{W}font", "")).strip().casefold(), _code(node)
    signs, letter = _SIGNS_BY_FONT.get(font), code - _PRIVATE_LETTERS.start if code in _PRIVATE_LETTERS else code
    if signs is not None and letter < 0x100:
        sign = signs[letter - _FIRST_LETTER] if letter >= _FIRST_LETTER else " "
        return sign if sign.isprintable() else ""
    return chr(code) if 0x20 < code < 0x110000 and chr(code).isprintable() else ""


def read_symbols(root: Element) -> None:
    """Replace the letters of symbol fonts by the signs that Unicode has for them; others stay."""
    for fonts in list(root.iter(f"{W}rFonts")):
        signs, run = _SIGNS_BY_FONT.get(str(fonts.get(f"{W}ascii", "")).casefold()), fonts.getparent().getparent()
        if signs is not None and run.tag == RUN:
            fonts.getparent().remove(fonts)
            for text in run.iter(TEXT):
                text.text = "".join(_sign_of(letter, signs) for letter in text.text or "")
    for node in list(root.iter(SYMBOL)):
        if sign := symbol_sign(node):
            node.attrib.clear()
            node.tag, node.text = TEXT, sign


def is_drawn_as(letter: str, sign: str) -> bool:
    """Return whether a private letter can be drawn as a sign: as a table says, or as pandoc knows for Webdings."""
    drawn = (_sign_of(letter, signs) for signs in _SIGNS_BY_FONT.values())
    is_possible = not (sign.isalpha() or sign.isdecimal()) or sign in drawn
    return category(letter) == "Co" != category(sign) and is_possible


def _sign_of(letter: str, signs: Sequence[str]) -> str:
    """Return the sign of a letter in a symbol font; a letter of another script is itself."""
    code = ord(letter) - _PRIVATE_LETTERS.start if ord(letter) in _PRIVATE_LETTERS else ord(letter)
    sign = signs[code - _FIRST_LETTER] if _FIRST_LETTER <= code < 0x100 else letter
    return sign if sign.isprintable() and sign != "\0" else letter


def symbol_name(node: Element) -> str:
    """Return the name of a symbol for messages: 'F0E0 in Webdings'."""
    return f"{node.get(f'{W}char', '')} in {node.get(f'{W}font') or 'an unnamed font'}"


def _code(node: Element) -> int:
    try:
        return int(str(node.get(f"{W}char", "")), 16)
    except ValueError:
        return 0


MOST_BYTES = 200_000_000
"""Bytes of all parts together, unpacked."""

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MAIN = "/officeDocument"
_DECLARED = tuple(
    mark.encode(code) for mark in ("<!DOCTYPE", "<!ENTITY") for code in ("utf-8", "utf-16-le", "utf-16-be")
)
_XML_ENDINGS = (".xml", ".rels")
_STRICT = re.compile(rb"""(?<=["'])http://purl\.oclc\.org/ooxml/(\w+)/(?=\w)""")
_FIXED_NAMES = ("footnotes", "endnotes", "comments", "styles", "numbering")
"""Parts that pandoc finds by their usual names alone."""


@dataclass(frozen=True, slots=True)
class Package:
    """The parts of a document by name, and the name of its text."""

    parts: dict[str, bytes] = field(hash=False)
    main: str

    @property
    def folder(self) -> str:
        """The folder of the text, from which links are resolved."""
        return posixpath.dirname(self.main)

    def part(self, name: str) -> bytes:
        """Return a part next to the text, such as `comments.xml`; empty if there is none."""
        return self.parts.get(f"{self.folder}/{name}", b"")

    def target(self, link: str) -> str:
        """Return the name of the part that the text links to."""
        return link.lstrip("/") if link.startswith("/") else posixpath.normpath(f"{self.folder}/{link}")

    def links_of(self, name: str) -> list[Element]:
        """Return the links of the text or of a part next to it; none if they are unreadable."""
        content = self.parts.get(f"{self.folder}/_rels/{name}.rels", b"")
        try:
            return list(parse_xml(content or b"<none/>").iter(f"{RELATIONS}Relationship"))
        except BrokenXml:
            return []

    def named(self, name: str, content: bytes) -> dict[str, bytes]:
        """Return new content for a part next to the text, under each of its names."""
        return {path: content for path in (f"{self.folder}/{name}", f"word/{name}") if path in self.parts}

    def having(self, parts: dict[str, bytes]) -> Package:
        """Return the package with these parts replaced or added."""
        return replace(self, parts=self.parts | parts)


def open_package(name: str, content: bytes, diagnostics: Diagnostics) -> Package | None:
    """Open a Word document; None, after a report, if that fails."""
    try:
        parts = _unpacked(content)
        refusal = _refusal(name, content, parts)
    except BrokenXml:
        hint = "Its XML is broken: ask for the file again, saved by another word processor."
        parts, refusal = {}, unreadable(name, hint)
    except LockedArchive:
        parts, refusal = {}, _locked(name)
    except LargeArchive:
        parts, refusal = {}, message("import-unsafe", Location(name), reason="it takes more than 200 MB unpacked")
    except BadArchive:
        parts, refusal = {}, unreadable(name, _DAMAGED)
    if refusal is not None:
        diagnostics.report(refusal)
        return None
    package = Package(parts, _main(parts))
    usual_parts: dict[str, bytes] = {}
    for link in package.links_of(posixpath.basename(package.main)):
        kind, target = posixpath.basename(str(link.get("Type", ""))), package.target(str(link.get("Target", "")))
        if kind not in _FIXED_NAMES or target not in parts:
            continue
        links = parts.get(f"{posixpath.dirname(target)}/_rels/{posixpath.basename(target)}.rels")
        for place in dict.fromkeys((package.folder, "word")):
            usual_parts[f"{place}/{kind}.xml"] = parts[target]
            if links is not None:
                usual_parts[f"{place}/_rels/{kind}.xml.rels"] = links
    return package.having(usual_parts)


_DAMAGED = "It is damaged or incomplete: ask for the file again."


def unreadable(name: str, hint: str | None = None, reason: str = "it is not a Word document") -> Diagnostic:
    """Return the error that a file cannot be read as a document."""
    return message("import-unreadable", Location(name), hint, reason=reason)


def _locked(name: str) -> Diagnostic:
    hint = "Save it without a password. In Word: File, Info, Protect Document, Encrypt with Password; empty the field."
    return unreadable(name, hint, "it is encrypted")


def _refusal(name: str, content: bytes, parts: dict[str, bytes]) -> Diagnostic | None:
    """Return why the parts are not read, if there is a reason."""
    if content.startswith(b"%PDF-"):
        return unreadable(
            name, "Ask for the Word file that the PDF was made from.", "a PDF has no reliable order of text"
        )
    if content.startswith(_OLD_OFFICE) and _ENCRYPTED in content:
        return _locked(name)
    if not parts or _main(parts) not in parts:
        return unreadable(name, _other_kind(content, parts))
    if any(mark in part for path, part in parts.items() if path.endswith(_XML_ENDINGS) for mark in _DECLARED):
        return message("import-unsafe", Location(name), reason="it defines entities")
    tag = parse_xml(parts[_main(parts)]).tag
    if not (isinstance(tag, str) and tag.endswith("}document") and "wordprocessingml" in tag):
        return unreadable(name)
    return None


def _other_kind(content: bytes, parts: dict[str, bytes]) -> str | None:
    """Return advice for files that people take for a Word document or a web page."""
    if content.startswith(_OLD_OFFICE):
        return "It is of an old kind of Office, such as .doc: open a text in a word processor and save it as .docx."
    if parts.get("mimetype", b"").startswith(b"application/vnd.oasis.opendocument.text"):
        return "It is an OpenDocument text (.odt): open it in a word processor and save it as .docx."
    if content.startswith(b"PK") and not parts:
        return _DAMAGED
    if b"multipart/related" in content[:2000].lower():
        return "It is a web page in one file (.mhtml): save the page as 'complete', which gives .html."
    return None


def _unpacked(content: bytes) -> dict[str, bytes]:
    """Return the parts of an archive without macros."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return {}
    with open_zip_archive(content, MOST_BYTES) as archive:
        parts = {}
        for entry in archive.infolist():
            if not entry.is_dir() and "vbaProject" not in entry.filename:
                content = archive.read(entry)
                if entry.filename.endswith(_XML_ENDINGS):  # the strict form has other namespaces
                    content = _STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/", content)
                parts[entry.filename.lstrip("/")] = content
    return parts


def _main(parts: dict[str, bytes]) -> str:
    """Return the name of the text part, as the package says."""
    if "_rels/.rels" in parts:
        for link in parse_xml(parts["_rels/.rels"]).iter(f"{RELATIONS}Relationship"):
            if str(link.get("Type", "")).endswith(_MAIN):
                return str(link.get("Target", "")).lstrip("/")
    return "word/document.xml"


def pack_document(package: Package) -> bytes:
    """Return the document as an archive, with the same bytes for the same parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in package.parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()
