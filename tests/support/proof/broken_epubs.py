"""Ways to break a good EPUB, one fault each: our proof must see every one of them."""

import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from io import BytesIO

from pipeline.bind.epub.book import write_archive

Files = dict[str, bytes]
Break = Callable[[Files], None]

PACKAGE = "EPUB/content.opf"
TEXT = "EPUB/text/foot-patrol.xhtml"
STYLE = "EPUB/style.css"
DRAWING = "EPUB/images/"


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


ALT = ' alt="Reports fell by a third in a year"'

BREAKS: dict[str, tuple[Break, str]] = {
    "an id twice": (swap(TEXT, 'id="b5"', 'id="b4"'), "proof-text"),
    "a picture on a server": (swap(TEXT, 'src="../images/', 'src="https://example.org/images/'), "proof-text-active"),
    "a text in no language": (swap(TEXT, ' lang="en-GB" xml:lang="en-GB"', ""), "proof-text"),
    "a picture without words": (swap(TEXT, ALT, ""), "proof-text-alt"),
    "a level of headings skipped": (
        all_of(swap(TEXT, '<h2 id="done">', '<h4 id="done">'), swap(TEXT, "What was done</h2>", "What was done</h4>")),
        "proof-text",
    ),
    "a link without words": (
        swap(TEXT, '<a href="#tbl-months">The list</a>', '<a href="#tbl-months"></a>'),
        "proof-text",
    ),
    "a table without heads": (
        all_of(
            gone(TEXT, r'(?<=<t)h scope="(?:col|row)"'), swap(TEXT, "<t ", "<td ", 0), swap(TEXT, "</th>", "</td>", 0)
        ),
        "proof-text",
    ),
}
"""How each breaks the book, and the code that our own checks say of it."""
