"""EbookLib packs and nothing more: a test for each of its faults that our books do not have.

The numbers are those of the study of EPUB makers, section 1: D1 silent loss, D2 documents parsed again, and so on.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import datetime

import pytest
from ebooklib import epub
from lxml import etree

from pipeline.bind.epub import archive
from pipeline.bind.epub.archive import Book, BookMember, pack_archive
from pipeline.core.errors import PressFailure
from pipeline.markup.xhtml import EPUB_TYPE, XML_LANG
from pipeline.model.epub_assets import EpubAssets
from tests.bind.epub_files import NAMES, files, found, tree
from tests.support.bind import books
from tests.support.calls import calls_of

BRIEFING, PACK = books.briefing(), books.pack()
PACKAGE = tree(BRIEFING, "content.opf")
TEXT = tree(BRIEFING, "text/marking.xhtml")
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


def test_d1_no_chapter_is_lost() -> None:
    document = files(BRIEFING)["EPUB/text/marking.xhtml"]
    assert document.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    assert "Marking may reduce theft" in " ".join("".join(map(str, TEXT.itertext())).split())


def test_d2_capitals_within_drawings_and_formulas_stay() -> None:
    """What HTML 4 knows no capitals in: an SVG would neither scale nor paint."""
    formula = '<math alttext="x"><mi mathVariant="x:y">x</mi></math>'
    root = text(f'<p id="a">{DRAWING}{formula}</p>')
    assert {"linearGradient", "clipPath"} <= tags(root)
    assert root.xpath("//@viewBox") == ["0 0 9 9"]
    assert root.xpath("//@mathVariant") == ["x:y"]


def test_d2_nothing_of_body_and_head_is_dropped() -> None:
    root = text('words <p id="a">more</p>')
    body = root.find("{*}body")
    assert body.get(EPUB_TYPE) == "bodymatter"
    assert "words" in "".join(map(str, body.itertext()))
    assert root.find("{*}head/{*}meta").get("charset") == "utf-8"


def test_d2_no_space_is_added_to_code() -> None:
    (line,) = text('<p id="a"><code>a</code></p>').xpath("//*[@id='a']")
    assert "".join(map(str, line.itertext())) == "a"


def test_d3_documents_declare_only_what_they_use() -> None:
    for path in ("text/marking.xhtml", "nav.xhtml"):
        root = tree(BRIEFING, path)
        assert not root.xpath("//@epub:prefix", namespaces={"epub": "http://www.idpf.org/2007/ops"})
        assert root.find("{*}head/{*}meta").get("charset") == "utf-8"


def test_d4_the_navigation_has_names_of_its_own() -> None:
    navs = tree(BRIEFING, "nav.xhtml").findall(".//{*}nav")
    assert [(nav.get("id"), nav[0].text) for nav in navs] == [
        ("toc", "Contents"),
        ("landmarks", "Landmarks"),
        ("pages", "Pages of the PDF edition"),
    ]


def test_d5_only_pages_are_in_the_page_list() -> None:
    assert found(tree(BRIEFING, "nav.xhtml"), "//h:nav[@id='pages']//h:a") == ["1", "2", "3", "4", "5"]
    assert len(found(PACKAGE, "//o:meta[@property='pageBreakSource']")) == 1


def test_d6_two_authors_have_two_ids() -> None:
    assert found(PACKAGE, "//dc:creator/@id") == ["creator-1", "creator-2"]
    filed = PACKAGE.xpath("//o:meta[@property='file-as']", namespaces=NAMES)
    assert [meta.get("refines") for meta in filed] == ["#creator-1", "#creator-2", "#contributor-1"]
    assert not any(meta.get("scheme") for meta in filed)


@pytest.mark.parametrize("name", ["belongs-to-collection", "title-type", "identifier-type", "role", "group-position"])
def test_d7_what_it_has_no_call_for_is_said(name: str) -> None:
    """Collections, kinds of titles and numbers, parts of people."""
    assert found(PACKAGE, f"//o:meta[@property='{name}']")


def test_d7_no_identifier_pushes_out_another() -> None:
    assert found(PACKAGE, "//dc:identifier/@id") == ["pub-id", "address", "doi", "isbn"]


def test_d8_a_book_starts_with_nothing_in_it() -> None:
    assert b"generator" not in files(BRIEFING)["EPUB/content.opf"].lower()
    assert found(PACKAGE, "//dc:identifier") == found(tree(books.briefing(), "content.opf"), "//dc:identifier")


@pytest.mark.parametrize("name", ["accessMode", "accessModeSufficient", "accessibilityFeature", "accessibilityHazard"])
def test_d9_the_book_says_how_it_can_be_read(name: str) -> None:
    assert found(PACKAGE, f"//o:meta[@property='schema:{name}']")


def test_d10_the_package_says_its_language() -> None:
    assert PACKAGE.get(XML_LANG) == "en-GB"


def test_d11_the_time_of_change_is_the_day_produced(monkeypatch: pytest.MonkeyPatch) -> None:
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
def test_d12_the_manifest_says_what_documents_hold(body: str, properties: str | None) -> None:
    package = tree(books.briefing(body, bookmarks=(), starts=()), "content.opf")
    (entry,) = package.xpath("//o:item[@id='text-marking']", namespaces=NAMES)
    assert entry.get("properties") == properties


def test_d13_the_cover_is_a_page_like_others() -> None:
    book = books.pack(EpubAssets(cover=b"\xff\xd8\xff picture"))
    (place,) = tree(book, "content.opf").xpath("//o:itemref[@idref='cover']", namespaces=NAMES)
    assert place.get("linear") is None
    cover = tree(book, "cover.xhtml")
    assert cover.find(".//{*}section").get(EPUB_TYPE) == "cover"
    assert cover.find(".//{*}img").get("alt") == "Property crime. Northmoor Institute."


def test_d14_old_reading_systems_are_told_as_much() -> None:
    root = tree(BRIEFING, "toc.ncx")
    said = {meta.get("name"): meta.get("content") for meta in root.iter("{*}meta")}
    assert root.get(XML_LANG) == "en-GB"
    assert (said["dtb:depth"], said["dtb:totalPageCount"]) == ("2", "5")
    assert len(list(root.iter("{*}pageTarget"))) == 5


def test_d15_the_archive_knows_no_clock_and_closes_no_file() -> None:
    with zipfile.ZipFile(io.BytesIO(BRIEFING)) as packed:
        entries = packed.infolist()
    assert {entry.date_time for entry in entries} == {(2024, 4, 26, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}


def test_d16_a_disk_that_is_full_is_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error is raised, where EbookLib would warn and go on."""

    def full(*given: object, **named: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "writestr", full)
    with pytest.raises(OSError, match="No space left"):
        books.briefing()


def test_d18_metadata_that_xml_cannot_hold_are_refused() -> None:
    """EbookLib would write an empty element."""
    with pytest.raises(PressFailure, match=r"'rights' holds the control character U\+0007"):
        books.briefing(metadata=replace(books.METADATA, rights="Bell\x07"))


def test_d19_what_is_fixed_does_no_harm() -> None:
    packed = files(BRIEFING)
    (path,) = etree.fromstring(packed["META-INF/container.xml"]).xpath("//*[local-name()='rootfile']/@full-path")
    assert [name for name in packed if name.endswith(".opf")] == [path]


SMALL = Book(
    *("urn:uuid:1", "Title", "cy", datetime.fromisoformat("2024-02-01")),
    *((), (BookMember("text", "text.xhtml", "application/xhtml+xml", b"<p/>"),), ("text",)),
)


def test_w9_the_method_that_we_override_is_there_and_is_called() -> None:
    assert callable(epub.EpubWriter._write_opf_file)
    with calls_of(archive._Writer._write_opf_file) as called:
        pack_archive(SMALL)
    assert len(called) == 1


def test_w9_a_packager_that_no_longer_asks_us_is_noticed() -> None:
    packed = files(pack_archive(SMALL))
    package = packed["EPUB/content.opf"].replace(b' xml:lang="cy"', b"", 1)
    archive._the_packager_did_as_told(SMALL, packed)
    with pytest.raises(PressFailure, match="EbookLib has changed: the package document no longer says its language"):
        archive._the_packager_did_as_told(SMALL, packed | {"EPUB/content.opf": package})


def test_w9_the_packager_is_pinned() -> None:
    project = (books.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert "ebooklib>=0.20,<0.21" in project.lower()


@pytest.mark.parametrize("name", ["README.md", "LICENSE", "pyproject.toml"])
def test_the_packager_s_licence_is_the_project_s(name: str) -> None:
    """EbookLib is AGPL-3.0-or-later, and so is what is built on it; each file says so."""
    assert "AGPL-3.0" in (books.ROOT / name).read_text(encoding="utf-8")
