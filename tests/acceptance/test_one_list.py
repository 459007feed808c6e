"""Packs with one list of references, and with one a briefing: letters after years are those of the pack in both."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance import leads
from tests.support import libraries, outputs

WORKS = """- id: smith2018walks
  type: article-journal
  title: Walks at night
  author: [{family: Smith, given: Ann}]
  container-title: Journal of Tests
  issued: {date-parts: [[2018]]}
- id: smith2018lamps
  type: article-journal
  title: Lamps at night
  author: [{family: Smith, given: Ann}]
  container-title: Journal of Tests
  issued: {date-parts: [[2018]]}
"""
FILES: dict[str, str | bytes] = {
    "references/smith.yaml": WORKS,
    "briefings/foot-patrol.md": libraries.briefing("Walking helps [@smith2018walks]. It does [@smith2018walks]."),
    "briefings/lighting.md": libraries.briefing("Lamps matter [@smith2018lamps; @hughes2018].", "Lamps"),
    "packs/nights.yaml": "title: Nights\nbriefings: [foot-patrol, lighting]\nreferences: pack\n"
    "formats: [screen, large-print, epub, html]\n",
    "packs/lists.yaml": "title: Lists\nbriefings: [foot-patrol, lighting]\nformats: [screen, epub, html, text]\n",
}


@pytest.fixture(scope="module")
def built_nights(built_once: Callable[..., Path]) -> Path:
    """The library with its pack."""
    return built_once("one-list", lambda target: libraries.written(target, FILES), "--date", libraries.DATE)


@pytest.mark.proof
def test_citations_lead_to_the_one_list_and_back(built_nights: Path) -> None:
    """With the suffixes of the whole pack; a briefing by itself has none, and its own list."""
    pack = leads.read(built_nights / "output" / "packs" / "nights" / "nights.pdf")
    text = " ".join(pack.texts)
    assert "(Smith, 2018b)" in text
    assert "(Hughes and others, 2018; Smith, 2018a)" in text
    cited = [lead for lead in pack.leads if ".ref-" in lead.name or lead.name.startswith("-back.ref-")]
    assert len(cited) == 4
    assert {pack.texts[lead.to].startswith("Every work") or "References" in pack.texts[lead.to] for lead in cited} == {
        True
    }
    back = [lead for lead in pack.leads if ".cite-" in lead.name and "citation" in lead.says]
    assert [lead.name for lead in back if "walks" in lead.name] == [
        "foot-patrol.cite-smith2018walks-1",
        "foot-patrol.cite-smith2018walks-2",
    ]
    alone = " ".join(outputs.page_texts(built_nights / "output" / "briefings" / "lighting" / "lighting.pdf"))
    assert "Smith, 2018)" in alone
    assert "Lamps at night" in alone


@pytest.mark.proof
def test_letters_are_those_of_the_pack_where_each_briefing_has_its_list(built_nights: Path) -> None:
    pack = built_nights / "output" / "packs" / "lists"
    book = " ".join(map(outputs.said, outputs.documents(pack / "lists.epub").values()))
    said = [
        " ".join(outputs.page_texts(pack / "lists.pdf")),
        book,
        outputs.said(outputs.web_page(pack / "lists.html")),
        " ".join((pack / "lists.txt").read_text(encoding="utf-8").split()),
    ]
    for text in said:
        assert "(Smith, 2018b)" in text
        assert "Smith A (2018b)" in text.replace("\N{NO-BREAK SPACE}", " ")
        assert text.count("Smith, 2018a") == 2
        assert "Smith, 2018)" not in text
