"""The map of evidence: what stands in its rows and columns, what is heard of it, and where it stands."""

from dataclasses import replace
from typing import Any

import pytest
from lxml import etree

from pipeline.compose.pack.evidence_map import is_map_on_cover, map_follows_contents
from pipeline.compose.pack.matter import compose_back, compose_front
from pipeline.model.formats import PDF_VARIANTS, PdfVariant
from pipeline.model.publication import PackPart, PackPublication
from pipeline.model.source.library_file import Area
from tests.support.compose import samples
from tests.support.compose.samples import words

LAYOUTS = samples.layouts()
FOLIOS = {
    "street-lighting": "5",
    "street-lighting#evidence-table": "6",
    "patrol-at-night": "11",
    "lamps-in-parks": "17",
}
AREAS = tuple(
    Area(id=name, label=label)
    for name, label in (("crime", "Crime"), ("fear", "Fear and trust"), ("roads", "Roads"), ("cost", "Cost"))
)
PLACED = {
    "burglary": "crime", "violence": "crime", "displacement": "crime", "fear": "fear",
    "collisions": "roads", "cost": "cost", "sleep": "fear", "calls": "cost",
}  # fmt: skip


def placed(without: str = "", **fields: Any) -> PackPublication:
    """The sample pack with an area for each finding but one."""
    pack = samples.pack(**fields)
    area_of = {
        f"{member.id}#{finding}": area
        for member in pack.members
        for finding, area in PLACED.items()
        if finding != without
    }
    return replace(pack, areas=AREAS, area_of=area_of)


def of_many(count: int, title: str = "Light and dark") -> PackPublication:
    """A pack of so many briefings."""
    ids = tuple(f"b{number}" for number in range(count))
    members = tuple(samples.member(name, f"Briefing {name}", "What it is.") for name in ids)
    pack = samples.pack()
    return replace(
        pack, identity=replace(pack.identity, title=title), members=members, parts=(PackPart("", ids),), areas=AREAS
    )


def with_areas(*labels: str) -> PackPublication:
    """The sample pack with other words for some of its areas."""
    renamed = tuple(area.model_copy(update={"label": label}) for area, label in zip(AREAS, labels, strict=False))
    return replace(placed(), areas=renamed + AREAS[len(labels) :])


def page(pack: PackPublication, variant: PdfVariant = "screen", name: str = "title-page") -> etree._Element:
    """A chapter of the front matter."""
    chapters = compose_front(pack, FOLIOS, LAYOUTS, variant).chapters
    return etree.fromstring(f"<body>{next(one for one in chapters if one.name == name).body}</body>")


def table(found: etree._Element) -> list[list[str]]:
    """The cells of the map, heads first; of marks what is heard."""
    return [[heard(cell) for cell in row] for row in found.iter("tr")]


def heard(cell: etree._Element) -> str:
    """The words of a cell, those of its drawings included."""
    said = [drawing.get("aria-label") for drawing in cell.iter("{http://www.w3.org/2000/svg}svg")]
    return ", ".join(filter(None, said)) or words(cell)


def test_a_cover_has_a_row_a_briefing_and_a_column_an_area() -> None:
    heads, first, *others = table(page(placed()))
    assert heads == ["Briefing", "Crime", "Fear and trust", "Roads", "Cost", "Page"]
    assert first == [
        *("Street lighting and burglary at night", "mixed, inconclusive, little evidence", "favourable, associated"),
        *("no effect", "no studies, unfavourable", "5"),
    ]
    assert [row[0] for row in others] == ["Patrol at night", "Lamps in parks"]


def test_each_mark_has_its_word() -> None:
    found = page(placed())
    marks = [svg for cell in found.iter("td") for svg in cell.iter("{http://www.w3.org/2000/svg}svg")]
    assert len(marks) == 3 * len(samples.FINDINGS)
    assert all(svg.get("role") == "img" and svg.get("aria-label") and not svg.get("aria-hidden") for svg in marks)
    key = words(found.find(".//p[@class='map-key']"))
    assert key.startswith("favourable, unfavourable, mixed, no effect")
    note = words(found.find(".//p[@class='table-note']"))
    assert note == (
        "Each mark is one finding, not one study: never add marks up. An empty cell means that the "
        "briefing does not cover that outcome."
    )


def test_findings_without_an_area_have_a_column_of_their_own() -> None:
    heads, first, *_ = table(page(placed(without="sleep")))
    assert heads[-2:] == ["Other outcomes", "Page"]
    assert first[-2:] == ["associated", "5"]


def test_without_areas_a_row_has_its_marks_in_order() -> None:
    found = page(samples.pack())
    heads, first, *_ = table(found)
    assert heads == ["Briefing", "Findings", "Page"]
    assert first[1].startswith("mixed, inconclusive, favourable, no effect")
    assert "empty" not in words(found.find(".//p[@class='table-note']"))


@pytest.mark.parametrize("variant", PDF_VARIANTS)
def test_map_and_contents_name_the_same_pages(variant: PdfVariant) -> None:
    chapters = compose_front(placed(), FOLIOS, LAYOUTS, variant).chapters
    root = etree.fromstring(f"<body>{''.join(one.body for one in chapters)}</body>")
    mapped = [(row.find(".//a").get("href"), heard(row[-1])) for row in root.iterfind(".//tbody/tr")]
    listed = [
        (entry.find(".//a").get("href"), words(entry.find("*[@class='folio']")).split()[-1])
        for entry in root.iterfind(".//ol//p[@class='entry']")
    ]
    assert mapped == listed
    assert [folio for _, folio in mapped] == ["5", "11", "17"]


def test_a_map_that_no_page_is_known_of_has_no_column_of_pages() -> None:
    chapter = compose_front(placed(), {}, LAYOUTS).chapters[0]
    assert table(etree.fromstring(f"<body>{chapter.body}</body>"))[0][-1] == "Cost"


@pytest.mark.parametrize(
    ("pack", "variant", "on_cover"),
    [
        (of_many(27), "screen", True),
        (of_many(28), "screen", False),
        (of_many(3), "print", True),
        (of_many(3), "large-print", False),
        (of_many(3), "booklet", True),
        (of_many(9), "booklet", True),
        (of_many(14), "booklet", False),
        (with_areas("Investigations", "Neighbourhoods", "Misunderstandings", "Costs"), "booklet", False),
        (with_areas("Investigations", "Neighbourhoods", "Misunderstandings", "Costs"), "screen", True),
        (of_many(12, "A title of many words " * 9), "screen", True),
        (of_many(26, "A title of many words " * 9), "screen", False),
    ],
)
def test_a_map_without_room_on_the_cover_follows_the_contents(
    pack: PackPublication, variant: PdfVariant, on_cover: bool
) -> None:
    assert (is_map_on_cover(pack, variant), map_follows_contents(pack, variant)) == (on_cover, not on_cover)
    names = [chapter.name for chapter in compose_front(pack, FOLIOS, LAYOUTS, variant).chapters]
    assert names == ["title-page", "contents", *([] if on_cover else ["evidence-map"])]


@pytest.mark.parametrize(
    ("asked", "chapter"),
    [
        ({"front": ("cover", "contents", "evidence-map"), "back": ()}, "evidence-map"),
        ({"back": ("evidence-map",)}, "pack-evidence-map"),
    ],
)
@pytest.mark.parametrize("variant", ["screen", "large-print"])
def test_a_pack_may_ask_for_the_map_as_a_section(asked: dict[str, Any], chapter: str, variant: PdfVariant) -> None:
    pack = placed(**asked)
    front, back = compose_front(pack, FOLIOS, LAYOUTS, variant), compose_back(pack, FOLIOS, LAYOUTS, variant=variant)
    assert [one.name for one in (*front.chapters, *back.chapters) if "map-roomy" in one.body] == [chapter]


def test_a_pack_without_findings_has_no_map() -> None:
    pack = placed(front=("cover", "evidence-map"))
    bare = replace(pack, members=tuple(replace(member, evidence=None) for member in pack.members))
    assert [chapter.name for chapter in compose_front(bare, FOLIOS, LAYOUTS).chapters] == ["title-page"]
    assert not map_follows_contents(replace(bare, pack=placed().pack), "large-print")
