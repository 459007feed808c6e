"""A briefing's sheets become a finished PDF."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import pikepdf
import pytest

from pipeline.bind.chapters import BindContext
from pipeline.bind.pdf.briefing import bind_briefing_pdf
from pipeline.bind.pdf.record import write_metadata
from pipeline.core.diagnostics import TypesettingFailure
from pipeline.core.documents.pdf import count_wrong_parents, write_id_index
from tests.support.bind.sheets import DAY, LIGHTING, bound, lighting
from tests.support.press.manuscripts import annotations, metadata, page_texts
from tests.support.press.tag_lines import kinds


def test_every_page_says_what_it_is() -> None:
    pages = page_texts(bound())
    for number, text in enumerate(pages, 1):
        for words in ("26/04/2024", "Street lighting", "SAMPLE · DRAFT", "lighting · Version 1.0"):
            assert words in text
        assert f"Page {number} of {len(pages)}" in text


def test_the_date_produced_is_read_aloud_where_the_text_keeps_its_place() -> None:
    pdf = bound()
    with pikepdf.open(BytesIO(pdf)) as opened:
        article = opened.Root.StructTreeRoot.K[0].K[0]
        version, produced = article.K[1], article.K[2]
        marks = opened.pages[0].obj.Contents
        content = b"".join(stream.read_bytes() for stream in marks)
        assert count_wrong_parents(opened)[1] == 0
    assert (version.S, produced.S) == (pikepdf.Name.P, pikepdf.Name.P)
    assert b"/P <</MCID %d>> BDC" % int(produced.K[0]) in content
    assert "This copy produced 26 April 2024" in " ".join(page_texts(pdf)[0].split())


def test_a_new_date_changes_the_stamps_alone() -> None:
    old, new = bound(), bound(date(2024, 4, 27))
    assert all("27/04/2024" in page for page in page_texts(new))
    assert kinds(old) == kinds(new)


def test_a_link_to_another_briefing_leads_to_its_address() -> None:
    ways = [link["way"] for _, link in annotations(bound(addresses={"foot-patrol": "https://b.example/foot-patrol"}))]
    assert "https://b.example/foot-patrol#findings" in ways
    assert "../alley-gates/alley-gates.pdf" in ways
    assert not any(way.startswith("briefing:") for way in ways)


def test_latin_words_of_a_file_in_arabic_are_copied_in_their_order() -> None:
    with pikepdf.Pdf.open(BytesIO(bound())) as pdf, BytesIO() as out:
        write_metadata(pdf, metadata(language="ar"))
        pdf.save(out)
        assert "Street lighting" in page_texts(out.getvalue())[0]


def test_a_marking_stands_at_the_top_and_the_bottom() -> None:
    marked = page_texts(bound(whose=replace(LIGHTING, marking="OFFICIAL-SENSITIVE")))
    assert [page.count("OFFICIAL-SENSITIVE") for page in marked] == [2] * len(marked)
    assert "OFFICIAL" not in "".join(page_texts(bound()))


def test_a_stamp_that_was_not_pressed_is_named() -> None:
    with pytest.raises(
        TypesettingFailure, match="There is no stamp for 'This copy produced 26 April 2024' at produced"
    ):
        bind_briefing_pdf(lighting(), BindContext(metadata(), LIGHTING, DAY, {}), {})


def test_a_place_that_the_tags_do_not_keep_is_named() -> None:
    sheets = replace(lighting(), slots=(replace(lighting().slots[0], name="produced"),))
    with pikepdf.open(BytesIO(sheets.pdf)) as pdf:
        for obj in pdf.objects:
            if isinstance(obj, pikepdf.Dictionary) and str(obj.get("/ID", "")) == "slot-produced":
                del obj["/ID"]
        del pdf.Root.StructTreeRoot.IDTree
        write_id_index(pdf)
        output = BytesIO()
        pdf.save(output)
    with pytest.raises(TypesettingFailure, match="keeps no place called 'slot-produced'"):
        bind_briefing_pdf(replace(sheets, pdf=output.getvalue()), BindContext(metadata(), LIGHTING, DAY, {}), {})
