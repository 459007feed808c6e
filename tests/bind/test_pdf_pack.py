"""A pack is bound from pressed briefings, and nothing is lost in it."""

from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest
from pikepdf import Array, Pdf

from pipeline.bind.pdf.pack import JoinedPdf, PackJoiner, first_folios, prefix_of, section_running_lines
from pipeline.core.diagnostics import TypesettingFailure
from pipeline.core.documents.pdf import (
    HEADER_CELLS,
    count_wrong_parents,
    read_name_tree,
    save_deterministic,
    structure_child_elements,
    walk_structure,
)
from pipeline.model.formats import PDF_VARIANTS, PdfVariant
from pipeline.model.sheets import Section
from tests.support.bind.sheets import DAY, PACK, lighting, pack, patrol, sections
from tests.support.press.manuscripts import annotations, page_texts


def starts() -> dict[str, int]:
    """The page, from 1, on which each section of the pack starts."""
    pages, page = {}, 1
    for section in sections():
        pages[section.name] = page
        page += section.sheets.pages
    return pages


@pytest.mark.parametrize(
    ("pages", "firsts"), [((2, 4, 3, 1), (1, 3, 7, 11)), ((1, 1, 1), (1, 3, 5)), ((3,), (1,)), ((), ())]
)
def test_every_section_starts_on_a_right_hand_page(pages: tuple[int, ...], firsts: tuple[int, ...]) -> None:
    assert first_folios(pages, recto=True) == firsts


def test_page_labels_are_the_folios_printed() -> None:
    with pikepdf.open(BytesIO(pack())) as pdf:
        labels = [page.label for page in pdf.pages]
    assert labels == [text.split("Autumn 2026")[1].split()[0] for text in page_texts(pack())]


@pytest.mark.parametrize("variant", PDF_VARIANTS)
def test_a_cover_shows_no_page_number(variant: PdfVariant) -> None:
    front, *_ = sections()
    cover, following, *_ = section_running_lines(replace(front, cover=True), PACK, DAY, variant)
    assert "folio" not in {line.slot for line in cover}
    assert [line.text for line in following if line.slot == "folio"] == ["2"]


def test_each_section_is_a_part_of_its_own() -> None:
    with pikepdf.open(BytesIO(pack())) as pdf:
        parts = structure_child_elements(pdf.Root.StructTreeRoot.K[0])
        assert {str(part.S) for part in parts} == {"/Part"}
        assert [str(part.T) for part in parts] == ["Front matter", "Street lighting", "Foot patrol"]
        checked, wrong = count_wrong_parents(pdf)
        count = sum(1 for _ in walk_structure(pdf.Root.StructTreeRoot.K[0]))
    assert (checked > 100, wrong) == (True, 0)
    with pikepdf.open(BytesIO(lighting().pdf)) as first, pikepdf.open(BytesIO(patrol().pdf)) as second:
        assert count > sum(1 for pdf in (first, second) for _ in walk_structure(pdf.Root.StructTreeRoot.K[0]))


def test_joining_without_care_is_found_out() -> None:
    with pikepdf.open(BytesIO(lighting().pdf)) as pdf, pikepdf.open(BytesIO(patrol().pdf)) as other:
        with pytest.warns(pikepdf.PageCopyWarning):
            pdf.pages.extend(other.pages)
        assert count_wrong_parents(pdf)[1] > 0


def test_ids_of_briefings_do_not_meet() -> None:
    with pikepdf.open(BytesIO(pack())) as pdf:
        names = [name for name, _ in read_name_tree(pdf.Root.Names.Dests)]
        elements = list(walk_structure(pdf.Root.StructTreeRoot.K[0]))
        ids = [str(e.ID) for e in elements if "/ID" in e]
        pointed = {str(h) for e in elements if "/A" in e and "/Headers" in e.A for h in e.A.Headers}
    assert len(names) == len(set(names))
    assert {"lighting", "lighting.findings", "foot-patrol.findings", "-front.contents.heading"} <= set(names)
    assert len(ids) == len(set(ids))
    assert pointed <= set(ids)


def test_links_between_briefings_stay_within_the_pack() -> None:
    ways = {link["says"]: link["way"] for _, link in annotations(pack())}
    assert ways["Street lighting"] == "lighting"
    assert ways["Foot patrol"] in {"foot-patrol", "foot-patrol.findings"}
    assert ways["Alley gates"] == "https://b.example/alley-gates"
    with pikepdf.open(BytesIO(pack())) as pdf:
        places = dict(read_name_tree(pdf.Root.Names.Dests))
        pages = [page.obj.objgen for page in pdf.pages]
        ways_of_links = [link["way"] for _, link in annotations(pack()) if not link["way"].startswith("http")]
        assert all(way in places for way in ways_of_links)
        assert pages.index(places["foot-patrol.findings"][0].objgen) + 1 == starts()["foot-patrol"]


def test_the_date_produced_is_filled_in_on_the_cover_and_each_first_page() -> None:
    texts = [" ".join(text.split()) for text in page_texts(pack())]
    assert [n for n, text in enumerate(texts, 1) if "This copy produced" in text] == list(starts().values())


def test_the_pack_s_marking_is_on_every_page() -> None:
    assert [text.count("OFFICIAL-SENSITIVE") for text in page_texts(pack())] == [2] * len(page_texts(pack()))


def test_a_briefing_called_front_does_not_meet_the_front_matter() -> None:
    front, briefing = sections()[0], sections()[1]
    called_front = Section("front", "Front", briefing.sheets, 3, "briefing", briefing.identity)
    assert prefix_of(front) != prefix_of(called_front)


def test_a_file_from_outside_is_not_believed_about_its_ids() -> None:
    with Pdf.open(BytesIO(lighting().pdf)) as pdf:
        pdf.Root[HEADER_CELLS] = Array([])
        forged = save_deterministic(pdf)
    joiner = PackJoiner()
    joiner.add(JoinedPdf("timetable", "Timetable", forged, from_outside=True))
    with joiner.close() as pdf:
        cells = [
            element for element in walk_structure(pdf.Root.StructTreeRoot.K[0]) if "/Headers" in element.get("/A", ())
        ]
        assert cells
        assert all(str(name) in joiner.ids for cell in cells for name in cell.A.Headers)


def test_no_two_parts_have_one_name() -> None:
    joiner = PackJoiner()
    joiner.add(JoinedPdf("lighting", "Street lighting", lighting().pdf))
    with pytest.raises(TypesettingFailure, match="places of the same name"):
        joiner.add(JoinedPdf("lighting", "Foot patrol", patrol().pdf))
