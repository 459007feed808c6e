"""The sample pack: one PDF and one EPUB, contents right, links inside, outline by briefing, folios as page labels."""

import itertools
import re
from pathlib import Path

import pytest

from tests.support import outputs

pytestmark = pytest.mark.proof

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


@pytest.fixture(scope="module")
def pdf(built: Path) -> Path:
    """The pack's PDF."""
    return built / "output" / "packs" / PACK / f"{PACK}.pdf"


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


def test_every_link_of_a_member_stays_with_its_member(pdf: Path, links: list[outputs.Link]) -> None:
    """A citation in one briefing leads to that briefing's own entry, though others cite the work too."""
    first = [*starts(pdf).items(), ("back", 10_000)]
    for (name, page), (_, end) in itertools.pairwise(first):
        own = [link for link in links if page <= link.page < end and ".ref-" in link.name]
        if end < 10_000:
            assert {link.name.partition(".")[0] for link in own} == {name}


def test_the_pack_takes_no_more_paper_than_is_promised(built: Path) -> None:
    """Two briefings of four pages and three of three, bound in ten sheets; the booklet in nine, of four pages each."""
    briefings = {n: len(outputs.page_texts(built / "output" / "briefings" / n / f"{n}.pdf")) for n in MEMBERS}
    assert [briefings[n] for n in MEMBERS] == [4, 4, 3, 3, 3]
    packs = built / "output" / "packs" / PACK
    taken = {kind: len(outputs.page_texts(packs / f"{PACK}{kind}.pdf")) for kind in ("", "-booklet", "-large-print")}
    assert (taken[""], 2 * taken["-booklet"]) == (20, 36)
    assert taken["-large-print"] <= 44
