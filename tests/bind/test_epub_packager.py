"""EbookLib packs and nothing more: a test for each of its faults that our books do not have.

The numbers are those of the study of EPUB makers, section 1: D1 silent loss, D2 documents parsed again, and so on.
"""

from __future__ import annotations

import zipfile
from datetime import datetime

import pytest
from lxml import etree

from pipeline.bind.epub import archive
from pipeline.bind.epub.archive import Book, BookMember, pack_archive
from pipeline.core.errors import PressFailure
from tests.bind.epub_files import files, tree
from tests.support.bind import books

DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" role="img"><title>Up</title><defs>'
    '<linearGradient id="g"><stop offset="0"/></linearGradient></defs><clipPath id="c"/></svg>'
)


def text(body: str) -> etree._Element:
    """The document of a briefing with this body."""
    return tree(books.briefing(body, bookmarks=(), starts=()), "text/marking.xhtml")


def tags(root: etree._Element) -> set[str]:
    """The local names of all elements."""
    return {etree.QName(element).localname for element in root.iter(etree.Element)}


def test_d2_capitals_within_drawings_and_formulas_stay() -> None:
    """What HTML 4 knows no capitals in: an SVG would neither scale nor paint."""
    formula = '<math alttext="x"><mi mathVariant="x:y">x</mi></math>'
    root = text(f'<p id="a">{DRAWING}{formula}</p>')
    assert {"linearGradient", "clipPath"} <= tags(root)
    assert root.xpath("//@viewBox") == ["0 0 9 9"]
    assert root.xpath("//@mathVariant") == ["x:y"]


def test_d16_a_disk_that_is_full_is_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error is raised, where EbookLib would warn and go on."""

    def full(*given: object, **named: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "writestr", full)
    with pytest.raises(OSError, match="No space left"):
        books.briefing()


SMALL = Book(
    *("urn:uuid:1", "Title", "cy", datetime.fromisoformat("2024-02-01")),
    *((), (BookMember("text", "text.xhtml", "application/xhtml+xml", b"<p/>"),), ("text",)),
)


def test_w9_a_packager_that_no_longer_asks_us_is_noticed() -> None:
    packed = files(pack_archive(SMALL))
    package = packed["EPUB/content.opf"].replace(b' xml:lang="cy"', b"", 1)
    archive._the_packager_did_as_told(SMALL, packed)
    with pytest.raises(PressFailure, match="EbookLib has changed: the package document no longer says its language"):
        archive._the_packager_did_as_told(SMALL, packed | {"EPUB/content.opf": package})
