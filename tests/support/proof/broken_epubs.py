"""Ways to break a good EPUB, one fault each: our proof must see every one of them.

These twenty-two were tried on EPUBCheck and Ace: some only one of them sees, four neither.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from io import BytesIO

from pipeline.bind.epub.archive import write_archive

Files = dict[str, bytes]
Break = Callable[[Files], None]

PACKAGE = "EPUB/content.opf"
NAV = "EPUB/nav.xhtml"
NCX = "EPUB/toc.ncx"
TEXT = "EPUB/text/foot-patrol.xhtml"
STYLE = "EPUB/style.css"
DRAWING = "EPUB/images/"
META = '<meta property="{}">{}</meta>'


def broken(book: bytes, break_: Break) -> bytes:
    """A book broken in one way."""
    with zipfile.ZipFile(BytesIO(book)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    before = list(files.items())
    break_(files)
    assert list(files.items()) != before, f"{break_.__name__} breaks nothing"
    return write_archive(list(files.items()), datetime(2024, 1, 11))  # noqa: DTZ001  an archive knows no time zone


def swap(name: str, old: str, new: str, times: int = 1) -> Break:
    """A break that puts other words where some words stand (`times` of them, 0 for all)."""

    def break_(files: Files) -> None:
        text = files[name].decode()
        assert old in text, f"{name} has no {old!r}"
        files[name] = text.replace(old, new, times or -1).encode()

    return break_


def gone(name: str, pattern: str) -> Break:
    """A break that takes out what a pattern finds."""

    def break_(files: Files) -> None:
        text, found = re.subn(pattern, "", files[name].decode())
        assert found, f"{name} has nothing like {pattern!r}"
        files[name] = text.encode()

    return break_


def all_of(*breaks: Break) -> Break:
    """Several changes that are one fault."""

    def break_(files: Files) -> None:
        for one in breaks:
            one(files)

    return break_


def said(prop: str, words: str) -> str:
    """What the package says under a property."""
    return META.format(prop, words)


def claimed(words: str, signed: bool = True) -> Break:
    """A claim of conformance."""
    signature = '<meta property="a11y:certifiedBy" refines="#claim">Somebody</meta>' if signed else ""
    claim = f'<meta property="dcterms:conformsTo" id="claim">{words}</meta>{signature}'
    return swap(PACKAGE, "</metadata>", f"{claim}</metadata>")


ROLE = 'scheme="marc:relators">'
MODIFIED = said("dcterms:modified", "2024-04-26T00:00:00Z")
SOURCE = r'<meta property="pageBreakSource">.*?</meta>|<dc:source .*?</dc:source>'
ALT = ' alt="Reports fell by a third in a year"'
BACK = 'aria-label="Back to note 1">1</a>'

BREAKS: dict[str, tuple[Break, str]] = {
    "no word of the last change": (swap(PACKAGE, MODIFIED, ""), "proof-book-modified"),
    "a change in no time zone": (swap(PACKAGE, "00:00:00Z", "00:00:00"), "proof-book-modified"),
    "formulas not told of": (swap(PACKAGE, 'properties="mathml svg"', 'properties="svg"'), "proof-book-properties"),
    "a claim nobody knows": (claimed("EPUB Accessibility 1.1 - WCAG 2.3 Level AA"), "proof-book-conformance"),
    "pages of no edition": (gone(PACKAGE, SOURCE), "proof-book-page-source"),
    "pictures left out of the ways to read": (
        swap(PACKAGE, said("schema:accessMode", "visual"), ""),
        "proof-book-access",
    ),
    "pages without a list": (
        swap(NAV, 'epub:type="page-list" role="doc-pagelist"', 'epub:type="loi"'),
        "proof-book-pages",
    ),
    "a page missing, another twice": (swap(NAV, '#page-2">2', '#page-3">3'), "proof-book-pages"),
    "an id twice": (swap(TEXT, 'id="b5"', 'id="b4"'), "proof-text-id"),
    "a picture on a server": (swap(TEXT, 'src="../images/', 'src="https://example.org/images/'), "proof-text-remote"),
    "a text in no language": (swap(TEXT, ' lang="en-GB" xml:lang="en-GB"', ""), "proof-text-language"),
    "a picture without words": (swap(TEXT, ALT, ""), "proof-text-alt"),
    "a level of headings skipped": (
        all_of(swap(TEXT, '<h2 id="done">', '<h4 id="done">'), swap(TEXT, "What was done</h2>", "What was done</h4>")),
        "proof-text-heading",
    ),
    "a link without words": (
        swap(TEXT, '<a href="#tbl-months">The list</a>', '<a href="#tbl-months"></a>'),
        "proof-text-silent-link",
    ),
    "a table without heads": (
        all_of(
            gone(TEXT, r'(?<=<t)h scope="(?:col|row)"'), swap(TEXT, "<t ", "<td ", 0), swap(TEXT, "</th>", "</td>", 0)
        ),
        "proof-text-table",
    ),
    "a picture called by its file": (swap(TEXT, ALT, ' alt="fall.svg"'), "proof-text-alt"),
}
"""How each breaks the book, and the code that our own checks say of it."""

UNSEEN_BY_OTHERS = (
    *("pictures left out of the ways to read", "a table without heads", "a picture called by its file"),
)
"""What both EPUBCheck and Ace pass."""
