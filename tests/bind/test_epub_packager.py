"""The archive and the package document of a book."""

import io
import zipfile

import pytest
from lxml import etree

from tests.bind.epub_files import NAMES, found, tree
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


def test_capitals_within_drawings_and_formulas_stay() -> None:
    """What HTML 4 knows no capitals in: an SVG would neither scale nor paint."""
    formula = '<math alttext="x"><mi mathVariant="x:y">x</mi></math>'
    root = text(f'<p id="a">{DRAWING}{formula}</p>')
    assert {"linearGradient", "clipPath"} <= tags(root)
    assert root.xpath("//@viewBox") == ["0 0 9 9"]
    assert root.xpath("//@mathVariant") == ["x:y"]


def test_the_time_of_change_is_the_day_produced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    assert found(tree(books.briefing(), "content.opf"), "//o:meta[@property='dcterms:modified']") == [
        "2024-04-26T00:00:00Z"
    ]


@pytest.mark.parametrize(
    ("body", "properties"),
    [
        (f'<p id="a">{DRAWING}</p>', "svg"),
        ('<p id="a"><math alttext="x"><mi>x</mi></math></p>', "mathml"),
        (f'<p id="a">{DRAWING}<math alttext="x"><mi>x</mi></math></p>', "mathml svg"),
        ('<p id="a">x</p>', None),
    ],
)
def test_the_manifest_says_what_documents_hold(body: str, properties: str | None) -> None:
    package = tree(books.briefing(body, bookmarks=(), starts=()), "content.opf")
    (entry,) = package.xpath("//o:item[@id='text-marking']", namespaces=NAMES)
    assert entry.get("properties") == properties


def test_the_archive_knows_no_clock() -> None:
    with zipfile.ZipFile(io.BytesIO(books.briefing())) as packed:
        entries = packed.infolist()
    assert {entry.date_time for entry in entries} == {(2024, 4, 26, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}


@pytest.mark.parametrize("name", ["README.md", "LICENSE", "pyproject.toml"])
def test_each_file_names_the_licence(name: str) -> None:
    assert "AGPL-3.0" in (books.ROOT / name).read_text(encoding="utf-8")
