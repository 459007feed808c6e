"""The cover of a book for screens: what it says, what it shows, and how its words and marks find room."""

import hashlib
from dataclasses import replace

import pytest
from lxml import etree

from pipeline.compose.cover import compose_briefing_cover, compose_pack_cover, title_size
from pipeline.compose.design.tokens import design_remarks
from pipeline.model.formats import Asset, Layouts
from pipeline.model.manuscript import Manuscript
from pipeline.model.publication import EvidenceBase
from pipeline.model.source.library_file import Series, SeriesFields
from pipeline.model.source.record import FieldLocations
from tests.support.compose import samples

LAYOUTS = samples.layouts()
SERIES = Series(
    "places", "source/series/places.yaml", SeriesFields(title="Crime in public places"), FieldLocations("x")
)


def said(cover: Manuscript) -> list[str]:
    """Every line of a cover's words, from the top."""
    root = etree.fromstring(f"<body>{cover.chapter.body}</body>")
    lines = (element for element in root.iter("p", "h1"))
    return [" ".join("".join(map(str, line.itertext())).split()) for line in lines]


def marks(cover: Manuscript, where: str = "field") -> list[str]:
    """The marks of the field or of the rows of findings, in order."""
    root = etree.fromstring(f"<body>{cover.chapter.body}</body>")
    places = root.iterfind(f".//div[@class='{where}']")
    return [svg.get("class", "").split()[-1] for place in places for svg in place.iterfind("{*}svg")]


def evidence(first: int, times: int = 1) -> EvidenceBase:
    """The first of the invented findings, so many times over."""
    known = samples.publication().evidence
    assert known
    return replace(known, rows=known.rows[:first] * times)


def test_a_briefing_s_cover_says_what_it_is() -> None:
    publication = samples.publication(series=SERIES)
    identity = replace(publication.identity, statuses=("SAMPLE", "DRAFT"), marking="OFFICIAL-SENSITIVE")
    cover = compose_briefing_cover(replace(publication, identity=identity), LAYOUTS)
    first, title, summary, status, *_, publisher, version = said(cover)
    assert (first, title) == ("Crime in public places", "Street lighting and burglary at night")
    assert summary == "What brighter lamps, new lamps and part-night lighting do to burglary and to fear of crime."
    assert status == "SAMPLE · DRAFT · OFFICIAL-SENSITIVE"
    assert (publisher, version) == ("Northmoor Institute", "Version 1.2")
    assert "20" not in " ".join(said(cover))


RESULTS = [f"mark-{finding.result}" for finding in samples.FINDINGS]
"""The marks of the invented briefing."""


def test_the_rows_are_the_findings_in_the_order_of_the_text() -> None:
    cover = compose_briefing_cover(samples.publication(evidence=evidence(3)), LAYOUTS)
    assert marks(cover, "finding") == RESULTS[:3]
    assert said(cover)[4:-2] == [
        "Burglary, brighter lamps, new lamps", "Mixed", "Violence at night, new lamps", "Inconclusive",
        "Fear of crime, brighter lamps", "Favourable",
    ]  # fmt: skip


@pytest.mark.parametrize("shown", [evidence(8, times=3), evidence(5, times=2)])
def test_findings_without_room_for_a_row_each_are_a_field_of_marks(shown: EvidenceBase) -> None:
    cover = compose_briefing_cover(samples.publication(evidence=shown), LAYOUTS)
    assert (marks(cover), marks(cover, "finding")) == ([f"mark-{row.finding.result}" for row in shown.rows], [])
    assert said(cover)[4].split()[:2] == ["favourable", "mixed" if len(shown.rows) == 10 else "unfavourable"]


def test_a_manual_s_cover_has_a_row_for_each_of_its_parts() -> None:
    plain = samples.pack(cover="plain")
    manual = replace(plain, pack=replace(plain.pack, manual=True))
    assert said(compose_pack_cover(manual, LAYOUTS))[4:8] == [
        "In the street", "Street lighting · Patrol at night", "In the park", "Lamps in parks",
    ]  # fmt: skip
    parts = said(compose_pack_cover(replace(manual, parts=manual.parts * 9), LAYOUTS))
    assert "In the street" not in parts


def test_a_pack_s_cover_says_what_it_is() -> None:
    lines = said(compose_pack_cover(samples.pack(), LAYOUTS))
    assert lines[:4] == [
        "Evidence briefings", "Light and dark", "What lamps do to crime, and to the fear of it", "SAMPLE",
    ]  # fmt: skip
    assert lines[-1] == "Autumn 2026"


def test_without_findings_a_cover_is_type_alone() -> None:
    plain = samples.pack(cover="plain")
    for cover in (
        compose_briefing_cover(samples.publication(evidence=None), LAYOUTS),
        compose_pack_cover(plain, LAYOUTS),
    ):
        assert (marks(cover), "<svg" in cover.chapter.body, 'class="front plain"' in cover.chapter.body) == (
            [],
            False,
            True,
        )


def test_a_publisher_s_logo_stands_for_its_name() -> None:
    drawn = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path d="M0 0h4v4z"/></svg>'
    logo = Asset("source/mark.svg", "image/svg+xml", hashlib.sha256(drawn).hexdigest(), drawn)
    other = Asset("source/other.svg", "image/svg+xml", "0" * 64, drawn)
    imprint = samples.imprint(design={"logo": {"file": "mark.svg", "alt": "Northmoor Institute"}})
    cover = compose_briefing_cover(samples.publication(imprint=imprint, assets=(other, logo)), LAYOUTS)
    assert cover.images == (logo,)
    assert "Northmoor Institute" not in said(cover)


@pytest.mark.parametrize(
    ("title", "subtitle", "points"),
    [
        ("CCTV", "", 60),
        ("Drug crimes", "Evidence for police training", 60),
        ("Police-led interventions", "", 48),
        ("Street-level drug law enforcement", "", 48),
        ("Light and dark", "What lamps do to crime, and to the fear of it", 60),
        ("Institutionalisation", "", 30),
        ("Multi-agency risk assessment conferences and independent domestic violence advisers", "", 30),
        ("What the evidence says about " * 9, "", 21),
        ("Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch", "", 21),
    ],
)
def test_a_title_is_as_large_as_its_words_allow(title: str, subtitle: str, points: int) -> None:
    assert title_size(title, subtitle).points == points


def test_a_cover_s_colours_are_held_to_contrast() -> None:
    sheet = LAYOUTS.files["cover/cover.css"].replace("--edge: 32pt", "--accent: #ffcc00")
    own = Layouts({**LAYOUTS.files, "cover/cover.css": sheet})
    assert [(r.code, r.place.path) for r in design_remarks(samples.imprint(), own)] == [
        ("contrast-low", "layouts/cover/cover.css")
    ]
