"""The cover of a book for screens: what it says, what it shows, and how its words and marks find room."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from lxml import etree

from pipeline.compose.cover import (
    FIELD_HIGH,
    GAP,
    SIZES,
    WIDE,
    compose_briefing_cover,
    compose_pack_cover,
    fit,
    title_size,
)
from pipeline.compose.design.tokens import design_remarks
from pipeline.model.asset import Asset
from pipeline.model.layouts import Layouts
from pipeline.model.manuscript import Manuscript
from pipeline.model.source.imprint import Series, SeriesFields
from pipeline.model.source.record import Marks
from tests.support.compose import samples
from tests.support.compose.samples import words

LAYOUTS = samples.layouts()
SERIES = Series("places", "source/series/places.yaml", SeriesFields(title="Crime in public places"), Marks("x"))


def said(cover: Manuscript) -> list[str]:
    """Every line of a cover's words, from the top."""
    root = etree.fromstring(f"<body>{cover.chapter.body}</body>")
    lines = (element for element in root.iter("p", "h1"))
    return [" ".join("".join(map(str, line.itertext())).split()) for line in lines]


def marks(cover: Manuscript) -> list[str]:
    """The marks of the field, in order."""
    root = etree.fromstring(f"<body>{cover.chapter.body}</body>")
    return [svg.get("class", "").split()[-1] for field in root.iterfind(".//div[@class='field']") for svg in field]


def test_a_briefing_s_cover_says_what_it_is() -> None:
    """Its series, title and statuses; below the marks with their words, whose it is and which version. No date."""
    publication = samples.publication(series=SERIES)
    identity = replace(publication.identity, statuses=("SAMPLE", "DRAFT"), marking="OFFICIAL-SENSITIVE")
    cover = compose_briefing_cover(replace(publication, identity=identity), LAYOUTS)
    first, title, status, key, publisher, version = said(cover)
    assert (first, title) == ("Crime in public places", "Street lighting and burglary at night")
    assert status == "SAMPLE · DRAFT · OFFICIAL-SENSITIVE"
    assert key.split()[:2] == ["favourable", "unfavourable"]
    assert (publisher, version) == ("Northmoor Institute", "Version 1.2")
    assert "20" not in " ".join(said(cover))


def test_a_briefing_without_a_series_names_the_library() -> None:
    """So that no cover begins with its title alone."""
    assert said(compose_briefing_cover(samples.publication(series=None), LAYOUTS))[0] == "Evidence briefings"


RESULTS = [f"mark-{finding.result}" for finding in samples.FINDINGS]
"""The marks of the invented briefing."""


def test_the_marks_are_the_findings_in_the_order_of_the_text() -> None:
    """One each; nothing counts them."""
    assert marks(compose_briefing_cover(samples.publication(), LAYOUTS)) == RESULTS


def test_a_pack_of_few_briefings_has_a_row_for_each() -> None:
    """Its short title, and its marks below."""
    root = etree.fromstring(f"<body>{compose_pack_cover(samples.pack(), LAYOUTS).chapter.body}</body>")
    rows = root.findall(".//div[@class='row']")
    assert [words(row) for row in rows] == ["Street lighting", "Patrol at night", "Lamps in parks"]
    assert [[svg.get("class").split()[-1] for svg in row[1:]] for row in rows] == [RESULTS] * 3


def test_a_pack_of_more_briefings_has_a_field_of_marks() -> None:
    """In the order of the pack."""
    pack = samples.pack()
    assert marks(compose_pack_cover(replace(pack, members=pack.members * 2), LAYOUTS)) == RESULTS * 6


def test_a_pack_s_cover_says_what_it_is() -> None:
    """Title, subtitle, edition."""
    lines = said(compose_pack_cover(samples.pack(), LAYOUTS))
    assert lines[:4] == [
        "Evidence briefings", "Light and dark", "What lamps do to crime, and to the fear of it", "SAMPLE",
    ]  # fmt: skip
    assert lines[-1] == "Autumn 2026"


def test_without_findings_a_cover_is_type_alone() -> None:
    """A briefing that has none yet, a pack that asks for it, the handbook: no field and no key."""
    plain = samples.pack(cover="plain")
    handbook = replace(plain, pack=replace(plain.pack, manual=True))
    for cover in (
        compose_briefing_cover(samples.publication(evidence=None), LAYOUTS),
        compose_pack_cover(plain, LAYOUTS),
        compose_pack_cover(handbook, LAYOUTS),
    ):
        assert (marks(cover), "<svg" in cover.chapter.body, 'class="front plain"' in cover.chapter.body) == (
            [],
            False,
            True,
        )
    assert said(cover)[0] == "Light and dark"


def test_a_publisher_s_logo_stands_for_its_name() -> None:
    """Of all pictures of the text the cover takes the logo alone."""
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
    """No word is broken that can stand whole; what is too long for every size is set in the smallest."""
    assert title_size(title, subtitle)[0] == points


def test_a_title_can_be_read_on_a_shelf() -> None:
    """At 200 dots in width, half a dot to the point, the smallest is ten dots high."""
    assert min(points for points, _ in SIZES) * 0.5 > 10


@pytest.mark.parametrize("count", [*range(1, 41), 80, 200, 999])
def test_marks_fill_their_room_in_even_rows(count: int) -> None:
    """As large as fits; the last row lacks less than one mark for each of the others."""
    size, columns = fit(count)
    rows = -(-count // columns)
    assert columns * size + (columns - 1) * GAP * size <= WIDE + 0.01
    assert rows * size + (rows - 1) * GAP * size <= FIELD_HIGH + 0.01
    assert rows * columns - count < rows


def test_a_cover_s_colours_are_held_to_contrast() -> None:
    """A layout of one's own may set another accent for covers; its words are white on it."""
    sheet = LAYOUTS.files["cover/cover.css"].replace("--edge: 32pt", "--accent: #ffcc00")
    own = Layouts({**LAYOUTS.files, "cover/cover.css": sheet})
    assert [(r.code, r.place.path) for r in design_remarks(samples.imprint(), own)] == [
        ("contrast-low", "layouts/cover/cover.css")
    ]
