"""Folios by briefing, in what is built and issued: one folio everywhere, on leaves of its own, and none that moves."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.core.digest import sha256
from tests.support import libraries, outputs
from tests.support.editions.issued_library import FILES as ISSUED
from tests.support.editions.issued_library import issue, library, next_edition
from tests.support.editions.records import holding
from tests.support.invented import sentence
from tests.support.project import sample
from tests.support.publishing import rewrite

pytestmark = pytest.mark.proof

RECORD = holding("nights", 1, "Spring 2026", {"lamps": "1.0"}, {"gates": 12, "lamps": 3, "gone": 14})
HEAD = "title: Nights\nedition: Autumn 2026\nfolios: by-briefing\nfront: [cover, how-to-use, contents]\n"
FOLIO = re.compile(r"(?:A|Z|\d+)-\d+")
DATE = ("--date", "2026-10-01", "--jobs", "1")


def text(name: str, sections: int, dice: random.Random) -> str:
    """A briefing of about half a page a section, which has a term and cites a work at its beginning and end."""
    paragraphs = "\n\n".join(
        f"## Part {number}\n\n" + "\n\n".join(" ".join(sentence(dice) for _ in range(6)) for _ in range(3))
        for number in range(1, sections + 1)
    )
    body = f"A beat is walked [@hughes2018].\n\n{paragraphs}\n\nAnother beat [@hughes2018]."
    return libraries.briefing(body, f"{name.capitalize()} by night", glossary="[beat]")


def sources(lengths: dict[str, int], seed: int = 1) -> dict[str, str]:
    """Briefings of so many sections, by their names: each the same for the same seed and length."""
    found = {
        f"briefings/{name}.md": text(name, count, random.Random(f"{seed}{name}")) for name, count in lengths.items()
    }
    return found | {"glossary.yaml": "beat: {term: beat, meaning: The streets of one officer.}\n"}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a pack of three briefings, of which two have numbers on record."""
    pack = f"{HEAD}briefings: [beats, gates, lamps]\nback: [references, index]\nformats: [screen, print, epub, html]\n"
    files = sources({"beats": 3, "gates": 5, "lamps": 1}) | {"packs/nights.yaml": pack}
    files[RECORD.path.removeprefix("source/")] = RECORD.content.decode()
    project = libraries.written(tmp_path_factory.mktemp("folios"), files)
    said = libraries.here(project, "build", "nights", "--jobs", "1", *DATE)
    assert said.code == 0, said.err
    return project / "output/packs/nights"


def feet(path: Path) -> list[str]:
    """The folio at the foot of each page, its last word; nothing where there is none."""
    words = [(page.split() or [""])[-1] for page in outputs.page_texts(path)]
    return [word if FOLIO.fullmatch(word) else "" for word in words]


def test_labels_are_the_folios_at_the_foot(whole: Path) -> None:
    """The cover is A-1 and bears none; numbers are those on record, and the next free one."""
    labels = outputs.page_labels(whole / "nights.pdf")
    assert feet(whole / "nights.pdf") == ["", *labels[1:]]
    assert list(dict.fromkeys(label.rpartition("-")[0] for label in labels)) == ["A", "15", "12", "3", "Z"]


def test_each_part_begins_a_leaf_in_print(whole: Path) -> None:
    """Versos that are left over are blank, and print and screen say the same."""
    path = whole / "nights-print.pdf"
    labels, texts = outputs.page_labels(path), outputs.page_texts(path)
    begins = [number for number, label in enumerate(labels) if label.endswith("-1")]
    assert len(begins) == 5
    assert all(number % 2 == 0 for number in begins)
    blank = [label for label, said in zip(labels, texts, strict=True) if not said]
    assert blank
    assert [label for label in labels if label not in blank] == outputs.page_labels(whole / "nights.pdf")
    assert feet(path) == ["" if label in (*blank, "A-1") else label for label in labels]


def test_contents_works_and_index_name_these_folios(whole: Path) -> None:
    path = whole / "nights.pdf"
    pages = dict(zip(outputs.page_labels(path), outputs.page_texts(path), strict=True))
    (contents,) = (said for said in pages.values() if "Works cited, and where Z-1" in said)
    for title, first in (("Beats by night", "15-1"), ("Gates by night", "12-1"), ("Lamps by night", "3-1")):
        assert f"{title} {first}" in contents
        assert title in pages[first]
    works = re.findall(FOLIO, pages["Z-1"].partition("Hughes")[2])[:3]
    assert [page.partition("-")[0] for page in works] == ["15", "12", "3"]
    assert all("A study of beats" in pages[page] for page in works)
    last = next(label for label in reversed(pages) if label.startswith("Z"))
    named = re.findall(FOLIO, pages[last].partition("beat,")[2])[:-1]
    assert {page.partition("-")[0] for page in named} == {"15", "12", "3"}
    assert all("beat" in pages[page].casefold() for page in named)


def test_book_and_web_page_mark_the_same_pages(whole: Path) -> None:
    """In the list of pages, in the text and in the margin; a mark is heard as a page."""
    labels = outputs.page_labels(whole / "nights.pdf")
    documents = outputs.documents(whole / "nights.epub")
    (nav,) = (root for name, root in documents.items() if name.endswith("nav.xhtml"))
    assert [link.text for link in nav.xpath("//*[@role='doc-pagelist']//*[local-name()='a']")] == labels
    marks = [mark for root in documents.values() for mark in root.xpath("//*[@role='doc-pagebreak']")]
    assert sorted(mark.get("aria-label") for mark in marks) == sorted(f"page {label}" for label in labels)
    web = outputs.web_page(whole / "nights.html").xpath("//*[@role='doc-pagebreak']")
    assert [mark.get("data-page") for mark in web] == labels
    assert {mark.get("title") for mark in web} == {f"page {label} of the PDF" for label in labels}


def pages(project: Path) -> dict[str, str]:
    """The text of each page of the pack by its folio."""
    path = project / "output/packs/nights/nights.pdf"
    return dict(zip(outputs.page_labels(path), outputs.page_texts(path), strict=True))


def build(project: Path, lengths: dict[str, int], order: Sequence[str], seed: int) -> dict[str, str]:
    """The pages of the pack, built of briefings of such lengths in this order."""
    pack = f"{HEAD}briefings: [{', '.join(order)}]\nformats: [screen]\n"
    libraries.written(project, sources(lengths, seed) | {"packs/nights.yaml": pack})
    said = libraries.here(project, "build", "nights", "--jobs", "1", *DATE)
    assert said.code == 0, said.err
    return pages(project)


@pytest.mark.parametrize("seed", sample(range(1000), 1, 5))
def test_no_folio_moves_when_a_briefing_comes_goes_or_grows(tmp_path: Path, seed: int) -> None:
    """Generated packs: of all other briefings every page keeps its folio and its words, whatever the order."""
    dice = random.Random(seed)
    names = ["beats", "gates", "lamps", "parks", "trams"]
    lengths = {name: dice.randint(1, 4) for name in names}
    order = dice.sample(names[:4], 4)
    before = build(tmp_path, lengths, order, seed)
    numbers = {name: number for number, name in enumerate(order, 1)}
    record = holding("nights", 1, "Spring 2026", dict.fromkeys(order, "1.0"), numbers)
    libraries.written(tmp_path, {record.path.removeprefix("source/"): record.content.decode()})
    grown, gone = dice.sample(order, 2)
    lengths[grown] += 3
    others = [name for name in order if name != gone]
    after = build(tmp_path, lengths, dice.sample([*others, "trams"], 4), seed)
    kept = {number for name, number in numbers.items() if name not in (grown, gone)}
    for number in kept:
        was, now = ({f: page for f, page in some.items() if f.startswith(f"{number}-")} for some in (before, after))
        assert was
        assert now == was
    held = {folio.partition("-")[0] for folio in after}
    assert held == {"A", "Z", "5", *(str(number) for name, number in numbers.items() if name != gone)}


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library whose pack was issued with folios by briefing."""
    pack = ISSUED["packs/nights.yaml"].replace("[text]", "[screen, booklet]") + "folios: by-briefing\n"
    project = library(tmp_path_factory.mktemp("issued") / "library", **{"packs/nights.yaml": pack})
    said = issue(project, "2024-10-01", pdf=True)
    assert said.code == 0, said
    return project


def test_an_issue_records_numbers_and_folios(issued: Path) -> None:
    """The number of each briefing, and the folio of each page of a PDF; a booklet has two pages on a side."""
    record = json.loads((issued / "source/editions/nights/001-autumn-2024.json").read_text(encoding="utf-8"))
    assert record["folio_numbers"] == {"foot-patrol": 1}
    folios = {file["file"]: file.get("folios") for file in record["files"]}
    assert folios["nights.pdf"] == outputs.page_labels(issued / "output/packs/nights/nights.pdf")
    assert folios["nights-booklet.pdf"] is None
    said = libraries.here(issued, "record", "nights")
    assert "  foot-patrol@1.0: Foot patrol, pages 1-1 on\n" in said.out


def test_verify_tells_the_folio_beside_the_page_of_the_file(issued: Path, tmp_path: Path) -> None:
    """A page of another file put in place of page 1-1."""
    import pikepdf

    own = libraries.copied(issued, tmp_path / "library")
    path = own / "output/packs/nights/nights.pdf"
    assert outputs.page_labels(path)[1] == "1-1"
    with pikepdf.open(path) as pdf:
        pdf.pages[1].Contents = pdf.make_stream(b"")
        pdf.save(tmp_path / "nights.pdf")
    said = libraries.here(own, "verify", str(tmp_path / "nights.pdf"))
    assert "whole: other words on page 1-1 (2 in the file)." in said.out


def test_an_edition_without_a_number_says_nothing_of_it(issued: Path, tmp_path: Path) -> None:
    """Records of packs whose folios run through stay as they are."""
    own = libraries.copied(issued, tmp_path / "library")
    libraries.copied(issued.parent / "archive", tmp_path / "archive")
    next_edition(own, "Autumn 2024", "Spring 2025")
    rewrite(own, "packs/nights.yaml", ("folios: by-briefing\n", ""))
    assert issue(own, "2025-03-01", pdf=True).code == 0
    record = (own / "source/editions/nights/002-spring-2025.json").read_bytes()
    assert b"folio" not in record
    assert json.loads(record)["previous"] == sha256((own / "source/editions/nights/001-autumn-2024.json").read_bytes())
