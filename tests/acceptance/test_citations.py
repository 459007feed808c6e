"""The citations of the original stand letter for letter, each linked to its entry and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support import outputs

NAME = "police-led-interventions"
GROUPS = (
    "(Eggins and others, 2020)",
    "(Pollack and Reuter, 2014)",
    "(Hughes and others, 2018; King and Mauer, 2006; Werb and others, 2011)",
)
ENTRIES = {
    "eggins2020": "Eggins E, Hine L",
    "hughes2018": "Hughes C, Barratt M",
    "king2006": "King RS and Mauer M",
    "pollack2014": "Pollack HA and Reuter P",
    "werb2011": "Werb D, Rowell G",
}
SHORTS = {
    "eggins2020": "Eggins and others, 2020",
    "hughes2018": "Hughes and others, 2018",
    "king2006": "King and Mauer, 2006",
    "pollack2014": "Pollack and Reuter, 2014",
    "werb2011": "Werb and others, 2011",
}


@pytest.fixture
def folder(built: Path) -> Path:
    """Where the briefing's files are."""
    return built / "output" / "briefings" / NAME


@pytest.fixture(params=["epub", "html"])
def tree(request: pytest.FixtureRequest, folder: Path) -> Any:
    """The briefing's text in the EPUB, and in the web page."""
    if request.param == "html":
        return outputs.web_page(folder / f"{NAME}.html")
    return outputs.documents(folder / f"{NAME}.epub")[f"EPUB/text/{NAME}.xhtml"]


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_stands_letter_for_letter_in_the_pdf(folder: Path, group: str) -> None:
    """Brackets, semicolons, commas and spaces included, whatever line it breaks in."""
    assert any(group in text for text in outputs.page_texts(folder / f"{NAME}.pdf"))


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_stands_letter_for_letter_in_flowing_formats(tree: Any, group: str) -> None:
    """In the EPUB and in the web page."""
    assert group in outputs.said(tree)


@pytest.mark.parametrize("key", ENTRIES)
def test_a_citation_in_the_pdf_leads_to_its_entry(folder: Path, key: str) -> None:
    """The destination is the very line where the entry begins."""
    found = [link for link in outputs.links(folder / f"{NAME}.pdf") if link.name == f"ref-{key}"]
    assert SHORTS[key] in " ".join(link.words for link in found)
    assert {link.spot.words[: len(ENTRIES[key])] for link in found if link.spot} == {ENTRIES[key]}


@pytest.mark.parametrize("key", ENTRIES)
def test_an_entry_in_the_pdf_leads_back_to_the_citation(folder: Path, key: str) -> None:
    links = outputs.links(folder / f"{NAME}.pdf")
    forth = {link.page for link in links if link.name == f"ref-{key}"}
    back = [link.spot for link in links if link.name == f"cites-{key}" and link.spot]
    assert [spot.page in forth for spot in back] == [True]
    assert SHORTS[key].split()[0] in back[0].words


def test_every_citation_leads_to_an_entry(tree: Any) -> None:
    """Each of them, the evidence table's too, and its words are the work's short name."""
    ids = outputs.by_id(tree)
    cited = [a for a in outputs.anchors(tree) if a.get("role") == "doc-biblioref"]
    assert {a.get("href")[5:] for a in cited} == set(ENTRIES)
    for link in cited:
        key = link.get("href").removeprefix("#ref-")
        assert outputs.said(link) == SHORTS[key]
        assert outputs.said(ids[f"ref-{key}"]).startswith(ENTRIES[key])


def test_every_entry_leads_back_to_each_of_its_citations(tree: Any) -> None:
    """There is one way back to each, in the running text, in the evidence and in boxes."""
    ids = outputs.by_id(tree)
    back = [a.get("href")[1:] for a in outputs.anchors(tree) if a.get("role") == "doc-backlink"]
    cited = [a.get("id") for a in outputs.anchors(tree) if a.get("role") == "doc-biblioref"]
    assert {f"cite-{key}-1" for key in ENTRIES} <= set(cited)
    assert sorted(name for name in back if not name.startswith("fnref-")) == sorted(cited)
    assert all(ids[name].get("href") == f"#ref-{name.split('-')[1]}" for name in cited)
