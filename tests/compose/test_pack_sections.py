"""Sections that a pack makes of its briefings."""

from dataclasses import replace
from datetime import date
from typing import Any, get_args

import pytest
from lxml import etree

from pipeline.compose.pack.index import IndexPlace, index_entries
from pipeline.compose.pack.matter import SECTIONS, compose_back, compose_front
from pipeline.core.sentences import WordMeasure
from pipeline.model.manuscript import Chapter
from pipeline.model.publication import GoneTitle, PackChanges, PackPublication, TitleChanges
from pipeline.model.sheets import PageStart, TypesetPages
from pipeline.model.source.briefing import Amendment
from pipeline.model.source.library_file import Term
from pipeline.model.source.pack import BackSection, FrontSection
from tests.support.compose import samples
from tests.support.compose.samples import words

LAYOUTS = samples.layouts()
FOLIOS = {
    "street-lighting": "5",
    "street-lighting#evidence-table": "6",
    "street-lighting#practice-lantern": "8",
    "patrol-at-night": "11",
    "lamps-in-parks": "17",
}


def section(name: str, pack: PackPublication, **more: Any) -> etree._Element:
    """One section at the back of a pack."""
    fields = pack.pack.fields.model_copy(update={"back": (name,)})
    (chapter,) = compose_back(replace(pack, pack=replace(pack.pack, fields=fields)), FOLIOS, LAYOUTS, **more).chapters
    return tree(chapter)


def tree(chapter: Chapter) -> etree._Element:
    """The chapter's elements."""
    return etree.fromstring(f"<body>{chapter.body}</body>")


def test_the_register_has_every_example_with_its_caveat() -> None:
    found = section("practice-register", samples.pack())
    names = [words(e) for e in found.iterfind(".//h2")]
    assert names == sorted(names, key=str.casefold)
    assert len(names) == sum(len(member.practice) for member in samples.pack().members)
    assert len(found.findall(".//div[@class='caveat']")) == len(names)
    assert all(words(caveat) for caveat in found.iterfind(".//div[@class='caveat']"))
    leads = [a.get("href") for a in found.iterfind(".//h2/a")]
    assert leads[0] == "briefing:street-lighting#practice-lantern"
    assert "briefing:lamps-in-parks" in leads  # its box has no anchor
    assert "page 8" in words(found.find(".//dl"))


def test_evidence_stands_by_outcome_and_is_never_added_up() -> None:
    found = section("evidence-by-outcome", samples.pack())
    rows = found.findall(".//tbody/tr")
    assert len(rows) == 3 * len(samples.FINDINGS)
    outcomes = [words(row.find("th/span[@class='outcome']")) for row in rows]
    assert outcomes == sorted(outcomes, key=str.casefold)
    first = [words(row[-1]) for row in rows if row[-1][0].get("href") == "briefing:street-lighting#evidence-table"]
    assert set(first) == {"Street lighting, page 6"}
    assert "cannot be added up" in words(found.find(".//p[@class='table-note']"))


def test_gaps_are_what_studies_leave_open() -> None:
    found = section("evidence-gaps", samples.pack())
    marks = [svg.get("class").split()[-1] for svg in found.iter("{http://www.w3.org/2000/svg}svg")]
    assert marks
    assert set(marks) <= {"mark-no-studies", "mark-little-evidence", "mark-inconclusive"}
    assert marks[0] == "mark-no-studies"


def test_a_series_opens_with_its_landing_text() -> None:
    pack = replace(samples.pack(front=("series",)), series=(samples.series(),))
    (chapter,) = compose_front(pack, FOLIOS, LAYOUTS).chapters
    assert (chapter.name, chapter.title) == ("series-places", samples.series().identity.title)
    assert "Each briefing takes one." in words(tree(chapter))


@pytest.mark.parametrize(
    ("measure", "said"),
    [
        (WordMeasure(1240, new=12, gone=1), "12 of its 1,240 words are new; 1 word was removed."),
        (WordMeasure(90, new=1, moved=2), "1 of its 90 words is new; 2 passages moved."),
        (WordMeasure(90), "No wording has changed."),
        (
            WordMeasure(90, otherwise=1),
            "The wording is the same; punctuation, links, formatting or pictures have changed.",
        ),
    ],
)
def test_changes_say_how_much_has_changed(measure: WordMeasure, said: str) -> None:
    one = TitleChanges("street-lighting", "Street lighting", "1.0", "1.1", measure=measure)
    found = section("changes", replace(samples.pack(), changes=PackChanges(date(2026, 1, 1), changed=(one,))))
    assert [words(e) for e in found.iterfind(".//section/p")][-1] == said


def test_changes_say_what_became_of_each_briefing() -> None:
    entry = Amendment(version="1.1", date=date(2026, 3, 4), kind="correction", summary="Table 1")
    changes = PackChanges(
        date(2026, 1, 1),
        new=(TitleChanges("lamps-in-parks", "Lamps in parks", "", "1.0"),),
        changed=(TitleChanges("street-lighting", "Street lighting", "1.0", "1.1", (entry,)),),
        unchanged=(TitleChanges("patrol-at-night", "Patrol at night", "1.0", "1.0"),),
    )
    found = section("changes", replace(samples.pack(), changes=changes))
    assert "in force on 1 January 2026" in words(found)
    assert [words(e) for e in found.iter("li")] == [
        "Lamps in parks, version 1.0",
        "Version 1.1, 4 March 2026. Corrected. Table 1",
        "Patrol at night, version 1.0",
    ]


def test_changes_say_what_is_gone_and_why() -> None:
    gone = (
        GoneTitle("Lamps", withdrawn=True, reason="The study was retracted."),
        GoneTitle("Foot patrol", superseded=True, newer="Walks"),
        GoneTitle("Alley gates"),
    )
    found = section("changes", replace(samples.pack(), changes=PackChanges(date(2026, 1, 1), gone=gone)))
    assert [words(e) for e in found.iter("h2")] == ["No longer in this pack"]
    assert [words(e) for e in found.iter("li")] == [
        "Lamps (WITHDRAWN). Why it was withdrawn: The study was retracted.",
        "Foot patrol (SUPERSEDED BY Walks)",
        "Alley gates",
    ]


def test_the_index_leads_to_every_page_on_which_a_term_stands() -> None:
    body = (
        '<p id="a">Beats are walked. A beat-up car.</p><p id="b">Nobody walks. Then a beat.</p>'
        '<p id="c">A Beat again.</p>'
        '<section id="references"><p id="d">beat</p></section>'
    )
    pack = replace(
        samples.pack(), members=samples.pack().members[:1], glossary=(("beat", Term(term="beat", meaning="M")),)
    )
    text = replace(compose_front(samples.pack(), FOLIOS, LAYOUTS), chapters=(Chapter("x", "X", body),))
    starts = (PageStart(1, "a", 0), PageStart(2, "b", len("Nobodywalks.")), PageStart(3, "c", 0))
    sheets = TypesetPages(b"", 3, starts, targets=(("a", 1), ("b", 1), ("c", 3), ("d", 3)))
    name = "street-lighting"
    found = {entry.word: entry.places for entry in index_entries(pack, {name: text}, {name: sheets}, {name: 5})}
    assert found["beat"] == (IndexPlace(5, name, "a"), IndexPlace(6, name, "b"), IndexPlace(7, name, "c"))
    tags = {subject.label: (IndexPlace(5, name),) for subject in pack.members[0].subjects}
    assert found == {"beat": found["beat"], **tags}


def test_every_section_that_a_pack_may_list_has_a_row() -> None:
    """`works-in-full` is another form of `references`."""
    listed = {name for end in (FrontSection, BackSection) for name in get_args(end)}
    assert listed - {"works-in-full"} <= set(SECTIONS)
