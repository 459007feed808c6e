"""Front and back matter of a pack."""

from __future__ import annotations

from lxml import etree

from pipeline.compose.pack import compose_back, compose_front
from pipeline.compose.series import compose_series
from pipeline.compose.stamp import compose_stamp
from pipeline.model.manuscript import Chapter
from tests.compose import samples
from tests.compose.samples import words

LAYOUTS = samples.layouts()
FOLIOS = {"street-lighting": 5, "patrol-at-night": 11, "lamps-in-parks": 17, "pack-references": 23}


def tree(chapter: Chapter) -> etree._Element:
    """The chapter's elements."""
    return etree.fromstring(f"<body>{chapter.body}</body>")


def test_contents_name_every_briefing_with_its_folio() -> None:
    """Title as a link, one line of summary, folio; the back matter below."""
    contents = compose_front(samples.pack(), FOLIOS, LAYOUTS).chapters[1]
    assert [words(e) for e in tree(contents).iterfind(".//p[@class='entry']")] == [
        "Street lighting and burglary at night page 5",
        "Patrol at night page 11",
        "Lamps in parks page 17",
        "References page 23",
        "Abbreviations",
    ]
    links = [a.get("href") for a in tree(contents).iter("a")]
    assert links == [
        *("briefing:street-lighting", "briefing:patrol-at-night", "briefing:lamps-in-parks"),
        *("briefing:-back#pack-references", "briefing:-back#pack-acronyms"),
    ]


def test_the_cover_shows_one_mark_a_finding() -> None:
    """In order of outcome, and silent: the sentence below says what the marks are."""
    cover = tree(compose_front(samples.pack(), FOLIOS, LAYOUTS).chapters[0])
    field = cover.find(".//div[@class='field field-large']")
    assert len(field) == 3 * len(samples.FINDINGS)
    assert [svg.get("class").split()[-1] for svg in field][:4] == ["mark-mixed"] * 3 + ["mark-unfavourable"]
    assert field.get("aria-hidden") == "true"


def test_a_plain_cover_has_no_marks() -> None:
    """Type alone."""
    cover = compose_front(samples.pack(cover="plain"), FOLIOS, LAYOUTS).chapters[0]
    assert "<svg" not in cover.body


def test_merged_references_say_where_they_are_cited() -> None:
    """Each work with the briefings that cite it, and the pages of the citations where they are known."""
    pack = samples.pack()
    first = pack.members[0].id
    back = compose_back(pack, FOLIOS, LAYOUTS, {f"{first}#cole2021": (5, 7)})
    assert [c.name for c in back.chapters] == ["pack-references", "pack-acronyms"]
    entry = tree(back.chapters[0]).find(".//li[@id='ref-cole2021']")
    said = "Cited in: Street lighting and burglary at night, pages 5 and 7; Lamps in parks, which starts on page 17"
    assert words(entry).endswith(said)
    assert entry.find(".//span[@class='cited-in']/a").get("href") == "briefing:street-lighting#ref-cole2021"


def test_key_findings_are_gathered() -> None:
    """Each under its briefing's title, which leads to it."""
    front = compose_front(samples.pack(front=("key-findings", "how-to-use", "imprint")), FOLIOS, LAYOUTS)
    page = tree(front.chapters[0])
    assert next(a.get("href") for a in page.iterfind(".//h2/a")) == "briefing:street-lighting"
    assert "Brighter street lamps make people feel safer." in words(page)


def test_a_series_page_lists_its_briefings() -> None:
    """Landing text, then each briefing as a link with its summary, key finding and dates."""
    page = tree(compose_series(samples.series(), LAYOUTS).chapter)
    assert [a.get("href") for a in page.iterfind(".//h3/a")] == ["briefing:street-lighting", "briefing:patrol-at-night"]
    assert "First published 19 October 2022" in words(page)


def test_the_stamp_layout_has_every_slot() -> None:
    """One class a slot."""
    style = compose_stamp(samples.imprint(), LAYOUTS).style
    slots = ("head-date", "head-title", "status", "marking-top", "marking-bottom", "foot-id", "folio", "produced")
    assert not [slot for slot in slots if f".{slot}" not in style]
