"""The sample pack: one PDF and one EPUB, contents right, links inside, outline by briefing, folios as page labels."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import pytest

from tests.support import libraries, outputs

PACK = "drug-crimes"
CONTENTS = 1
"""The page of its contents, from 0: the cover stands before them."""
MEMBERS = {
    "police-led-interventions": "Police-led interventions",
    "hot-spots-policing": "Hot spots policing",
    "problem-oriented-policing": "Problem-oriented policing",
    "focused-deterrence": "Focused deterrence",
    "police-led-diversion": "Police-led diversion of young people",
}
OUTSIDE = "street-level-enforcement"


@pytest.fixture(scope="module")
def pdf(built: Path) -> Path:
    """The pack's PDF."""
    return built / "output" / "packs" / PACK / f"{PACK}.pdf"


@pytest.fixture(scope="module")
def book(built: Path) -> dict[str, Any]:
    """The documents of the pack's EPUB."""
    return outputs.documents(built / "output" / "packs" / PACK / f"{PACK}.epub")


@pytest.fixture(scope="module")
def links(pdf: Path) -> list[outputs.Link]:
    """The links of the pack's PDF."""
    return outputs.links(pdf)


def starts(pdf: Path) -> dict[str, int]:
    """The page, from 0, on which each briefing starts: the first whose foot names it."""
    found: dict[str, int] = {}
    for number, text in enumerate(outputs.page_texts(pdf)):
        foot = re.search(r"([a-z-]+) · Version [\d.]+ · Drug crimes, Autumn 2026", text)
        if foot:
            found.setdefault(foot[1], number)
    return found


def test_a_pack_is_a_pdf_for_each_edition_and_one_epub(built: Path) -> None:
    """As its formats say, and nothing else."""
    folder = built / "output" / "packs" / PACK
    ends = ["-booklet.pdf", "-large-print.pdf", "-print.pdf", ".epub", ".pdf"]
    assert sorted(path.name for path in folder.iterdir()) == [f"{PACK}{end}" for end in ends]


def test_the_contents_name_the_folio_of_each_briefing(pdf: Path) -> None:
    """The folio printed beside a title is the label of the page where that briefing really starts."""
    contents, labels = outputs.page_texts(pdf)[CONTENTS], outputs.page_labels(pdf)
    first = starts(pdf)
    assert list(first) == list(MEMBERS)
    for name, title in MEMBERS.items():
        assert f"{title} {labels[first[name]]} " in contents


def test_links_between_briefings_stay_inside(pdf: Path, links: list[outputs.Link]) -> None:
    """A link to a briefing that is in the pack leads to its page; only a colophon tells its address, in words."""
    first = starts(pdf)
    for name in MEMBERS:
        across = [link for link in links if link.name == name and link.spot]
        assert across
        assert {link.spot.page for link in across if link.spot} == {first[name]}
        out = [link.words for link in links if link.address.endswith(f"/{name}")]
        address = f"https://briefings.northmoor.example/{name}"  # on two lines or three
        assert all(words in address for words in out), out


def test_a_link_to_a_section_of_another_briefing_leads_there(links: list[outputs.Link]) -> None:
    (link,) = [link for link in links if link.name == "police-led-interventions.impact-on-drug-harms"]
    assert link.spot
    assert link.spot.words.startswith("Impact on drug")  # beside it stands the text


def test_a_link_out_of_the_pack_leads_to_the_address(links: list[outputs.Link]) -> None:
    """A briefing that is not bound in is reached at its canonical address."""
    assert [link for link in links if link.address == f"https://briefings.northmoor.example/{OUTSIDE}"]


def test_every_link_of_a_member_stays_with_its_member(pdf: Path, links: list[outputs.Link]) -> None:
    """A citation in one briefing leads to that briefing's own entry, though others cite the work too."""
    first = [*starts(pdf).items(), ("back", 10_000)]
    for (name, page), (_, end) in itertools.pairwise(first):
        own = [link for link in links if page <= link.page < end and ".ref-" in link.name]
        if end < 10_000:
            assert {link.name.partition(".")[0] for link in own} == {name}


def test_links_between_briefings_stay_inside_the_book(book: dict[str, Any]) -> None:
    """One document leads to another, never to the address of a briefing that is bound in."""
    out = {link.get("href") for root in book.values() for link in outputs.anchors(root)}
    hot = {link.get("href") for link in outputs.anchors(book["EPUB/text/focused-deterrence.xhtml"])}
    assert "hot-spots-policing.xhtml" in hot
    assert "police-led-interventions.xhtml#impact-on-drug-harms" in hot
    assert f"https://briefings.northmoor.example/{OUTSIDE}" in out


def test_the_canonical_address_of_a_member_is_said_not_linked_away(book: dict[str, Any]) -> None:
    """The colophon still tells where to look for a newer version."""
    colophon = outputs.said(book["EPUB/text/hot-spots-policing.xhtml"])
    assert "https://briefings.northmoor.example/hot-spots-policing" in colophon


def test_the_works_cited_lead_to_each_briefing_s_own(links: list[outputs.Link], pdf: Path) -> None:
    """The list at the back is a finding aid: it leads to the entries in the briefings."""
    back = next(n for n, text in enumerate(outputs.page_texts(pdf)) if n > 1 and text.startswith("Works cited"))
    led = {link.name for link in links if link.page >= back and link.spot}
    assert {"hot-spots-policing.ref-braga2019", "focused-deterrence.ref-braga2019"} <= led


def test_a_pack_is_built_whole_from_what_is_kept(built: Path) -> None:
    """A pack's pages are its briefings' pages, every one."""
    pages = {n: len(outputs.page_texts(built / "output" / "briefings" / n / f"{n}.pdf")) for n in MEMBERS}
    path = built / "output" / "packs" / PACK / f"{PACK}.pdf"
    feet = [re.search(rf"({'|'.join(MEMBERS)}) · Version", text) for text in outputs.page_texts(path)]
    assert {n: sum(1 for f in feet if f and f[1] == n) for n in MEMBERS} == pages
    assert libraries.made(built)


def test_the_pack_takes_no_more_paper_than_is_promised(built: Path) -> None:
    """Two briefings of four pages and three of three, bound in ten sheets; the booklet in nine, of four pages each."""
    briefings = {n: len(outputs.page_texts(built / "output" / "briefings" / n / f"{n}.pdf")) for n in MEMBERS}
    assert [briefings[n] for n in MEMBERS] == [4, 4, 3, 3, 3]
    packs = built / "output" / "packs" / PACK
    taken = {kind: len(outputs.page_texts(packs / f"{PACK}{kind}.pdf")) for kind in ("", "-booklet", "-large-print")}
    assert (taken[""], 2 * taken["-booklet"]) == (20, 36)
    assert taken["-large-print"] <= 44


@pytest.mark.parametrize("name", MEMBERS)
def test_the_first_page_of_a_briefing_is_the_whole_answer(built: Path, name: str) -> None:
    """Title, dates, key finding with its verdict, and the evidence figure as far as what is said below it."""
    first = outputs.page_texts(built / "output" / "briefings" / name / f"{name}.pdf")[0]
    said = ("First published", "This copy produced", "Key finding", "overall", "Evidence at a glance", "never add them")
    assert [words for words in (MEMBERS[name], *said) if words not in first] == []
