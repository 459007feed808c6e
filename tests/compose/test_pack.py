"""Front and back matter of a pack."""

from dataclasses import replace

import pytest
from lxml import etree

from pipeline.build.pack_layout import citation_folios
from pipeline.compose.briefing import compose_series
from pipeline.compose.layouts import layout_remarks
from pipeline.compose.pack.matter import compose_back, compose_front
from pipeline.core.diagnostics import LayoutFault
from pipeline.model.manuscript import Chapter
from pipeline.model.publication import EvidenceBase
from pipeline.model.result import Result
from pipeline.model.sheets import TypesetPages
from pipeline.model.source.briefing import Licence
from pipeline.model.source.evidence import Evidence
from tests.support.compose import samples
from tests.support.compose.samples import words

LAYOUTS = samples.layouts()
FOLIOS = {"street-lighting": "5", "patrol-at-night": "11", "lamps-in-parks": "17", "pack-works": "23"}


def tree(chapter: Chapter) -> etree._Element:
    """The chapter's elements."""
    return etree.fromstring(f"<body>{chapter.body}</body>")


def test_contents_name_every_briefing_with_its_folio() -> None:
    contents = compose_front(samples.pack(), FOLIOS, LAYOUTS).chapters[1]
    assert [words(e) for e in tree(contents).iterfind(".//p[@class='entry']")] == [
        "Street lighting and burglary at night page 5",
        "Patrol at night page 11",
        "Lamps in parks page 17",
        "Works cited, and where page 23",
        "Abbreviations",
    ]
    links = [a.get("href") for row in tree(contents).iterfind(".//p[@class='entry']") for a in row.iter("a")]
    assert links == [
        *("briefing:street-lighting", "briefing:patrol-at-night", "briefing:lamps-in-parks"),
        *("briefing:-back#pack-works", "briefing:-back#pack-acronyms"),
    ]


def test_an_entry_tells_what_its_briefing_holds_and_how_long_it_takes() -> None:
    known = samples.pack()
    bare = replace(
        known.members[2], evidence=None, read_minutes=1, identity=replace(known.members[2].identity, version="2.0")
    )
    contents = compose_front(replace(known, members=(*known.members[:2], bare)), FOLIOS, LAYOUTS).chapters[1]
    entries = [[words(line) for line in entry[1:]] for entry in tree(contents).iterfind(".//ol/li")]
    assert entries[1:] == [
        [
            "Whether patrols on foot after dark do what they are asked to do.",
            "Inconclusive overall, evidence limited · 3 mins read · Version 1.2",
        ],
        ["What lighting a park does to the streets beside it.", "1 min read · Version 2.0"],
    ]


def test_contents_end_with_the_imprint_unless_that_is_a_section() -> None:
    pack = samples.pack()
    address = "https://northmoor.example/packs/light-and-dark"
    pack = replace(pack, identity=replace(pack.identity, address=address))
    foot = tree(compose_front(pack, FOLIOS, LAYOUTS).chapters[1]).find(".//section[@id='contents']/div[@id='about']")
    assert foot is not None
    assert words(foot.find("h2")) == "About this pack"
    assert foot.find(".//div[@class='qr-box']") is not None
    replaced = "If the edition shown there is not Autumn 2026, this one has been replaced."
    assert f"The pack itself is at {address}. {replaced}" in words(foot)
    assert "Publisher Northmoor Institute, briefings@northmoor.example" in words(foot)
    own = replace(pack, pack=replace(pack.pack, fields=samples.pack(front=("imprint", "contents")).pack.fields))
    imprint, contents = compose_front(own, FOLIOS, LAYOUTS).chapters
    assert f"The pack itself is at {address}." in words(tree(imprint))
    assert tree(contents).find(".//div[@id='about']") is None


def test_the_imprint_says_how_to_cite_a_pack_and_what_a_loose_page_is_from() -> None:
    licence = Licence(id="x", name="Open Licence", conditions="Not for sale.", attribution="Northmoor Institute")
    pack = replace(samples.pack(), imprint=samples.imprint(licence=licence))
    about = words(tree(compose_front(pack, FOLIOS, LAYOUTS).chapters[1]).find(".//div[@id='about']"))
    assert "Open Licence. Not for sale. Please cite as: Northmoor Institute" in about
    assert "Pages The foot of each page names its briefing, version and edition. Publisher" in about
    coded = replace(pack, identity=replace(pack.identity, code="5ZK8D-R00YC"))
    about = words(tree(compose_front(coded, FOLIOS, LAYOUTS).chapters[1]).find(".//div[@id='about']"))
    assert "and edition. Quote the code there to ask the publisher whether the page is current. Publisher" in about


def test_a_pack_s_own_layout_takes_the_place_of_single_files() -> None:
    cover = '<section class="cover" id="cover"><h1 id="title">Ours: {{ pack.identity.title }}</h1></section>'
    mine = replace(
        LAYOUTS, files={**LAYOUTS.files, "training/cover.html.j2": cover, "training/pack.css": ".cover { margin: 1pt }"}
    )
    plain = compose_front(samples.pack(), FOLIOS, mine)
    own = compose_front(samples.pack(layout="training"), FOLIOS, mine)
    assert words(tree(own.chapters[0])).startswith("Ours: ")
    assert own.chapters[1].body == plain.chapters[1].body
    assert ".cover { margin: 1pt }" in own.style
    assert ".cover { margin: 1pt }" not in plain.style
    assert compose_front(samples.pack(layout="traning"), FOLIOS, mine) == plain


def test_the_one_list_of_a_pack_leads_back_to_every_citation() -> None:
    known = samples.pack(back=("works-in-full",))
    pack = replace(known, members=tuple(replace(member, listed_in="nights") for member in known.members))
    first = pack.members[0].id
    ways = {f"{first}#cole2021": ("cite-cole2021-1", "cites-cole2021")}
    back = tree(compose_back(pack, FOLIOS, LAYOUTS, {f"{first}#cole2021": ("5", "7")}, citations=ways).chapters[0])
    links = [(a.get("href"), a.get("aria-label") or "") for a in back.find(".//li[@id='ref-cole2021']").iter("a")]
    led = [link for link in links if link[0].startswith(f"briefing:{first}")]
    assert [href for href, _ in led] == [f"briefing:{first}#cite-cole2021-1", f"briefing:{first}#cites-cole2021"]
    assert ["citation 1 of" in led[0][1], "citation 2 of" in led[1][1]] == [True, True]
    others = [a.get("href") for a in back.iter("a") if a.get("href", "").startswith("briefing:")]
    assert not any("#ref-" in href for href in others)


def test_merged_references_say_where_they_are_cited() -> None:
    pack = samples.pack(back=("works-in-full", "acronyms"))
    first = pack.members[0].id
    back = compose_back(pack, FOLIOS, LAYOUTS, {f"{first}#cole2021": ("5", "7")})
    assert [c.name for c in back.chapters] == ["pack-references", "pack-acronyms"]
    entry = tree(back.chapters[0]).find(".//li[@id='ref-cole2021']")
    said = "Cited in: Street lighting and burglary at night, pages 5 and 7; Lamps in parks, which starts on page 17"
    assert words(entry).endswith(said)
    assert entry.find(".//span[@class='cited-in']/a").get("href") == "briefing:street-lighting#ref-cole2021"


def test_works_are_listed_in_short_with_the_page_of_their_reference() -> None:
    pages = {"street-lighting#ref-cole2021": "8"}
    back = compose_back(samples.pack(back=("references",)), FOLIOS | pages, LAYOUTS)
    assert [chapter.name for chapter in back.chapters] == ["pack-works"]
    (entry,) = (one for one in tree(back.chapters[0]).iter("li") if words(one).startswith("Cole"))
    assert words(entry) == "Cole, 2021 8, Lamps in parks"
    assert [a.get("href") for a in entry.iter("a")] == [
        "briefing:street-lighting#ref-cole2021",
        "briefing:lamps-in-parks#ref-cole2021",
    ]


def test_a_series_page_lists_its_briefings() -> None:
    known = samples.series()
    judged = replace(known.members[0], evidence=EvidenceBase(Evidence(), strength="limited", overall=Result.MIXED))
    page = tree(compose_series(replace(known, members=(judged, *known.members[1:])), LAYOUTS).chapter)
    assert [words(p) for p in page.iterfind(".//p[@class='verdict']")] == [
        "Mixed overall, evidence limited",
        "Inconclusive overall, evidence limited",
    ]
    assert page.xpath("count(.//p[@class='verdict']//*[contains(@class, 'mark-mixed')])") == 1
    assert [a.get("href") for a in page.iterfind(".//h3/a")] == ["briefing:street-lighting", "briefing:patrol-at-night"]
    assert "First published 19 October 2022" in words(page)


def test_a_cover_of_numbered_copies_keeps_a_place_for_their_number() -> None:
    pack = samples.pack()
    bare = LAYOUTS.files["pack/cover.html.j2"].replace('data-slot="produced"', "")
    own = replace(LAYOUTS, files={**LAYOUTS.files, "pack/cover.html.j2": bare})
    assert compose_front(pack, FOLIOS, own).chapters
    numbered = replace(pack, identity=replace(pack.identity, copy="Unnumbered, not for issue"))
    assert compose_front(numbered, FOLIOS, LAYOUTS).chapters
    for slot in ('data-slot = "produced"', "data-slot='{{ \"produced\" }}'"):
        cover = LAYOUTS.files["pack/cover.html.j2"].replace('data-slot="produced"', slot)
        other = replace(LAYOUTS, files={**LAYOUTS.files, "pack/cover.html.j2": cover})
        assert compose_front(numbered, FOLIOS, other).chapters
    with pytest.raises(LayoutFault, match=r"layouts/pack/cover\.html\.j2:1: a cover of numbered copies"):
        compose_front(numbered, FOLIOS, own)


KEPT = next(line for line in LAYOUTS.files["pack/cover.html.j2"].splitlines() if "slot-produced" in line)
"""The line of the cover that keeps the place."""


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("briefing/stamp.html.j2", 'data-slot="produced"', "", True),
        ("pack/cover.html.j2", 'data-slot="produced"', 'data-slot="other"', True),
        ("pack/cover.html.j2", 'data-slot="produced"', "data-slot='produced'", False),
        ("pack/cover.html.j2", 'data-slot="produced"', 'data-slot = "produced"', False),
        ("pack/cover.html.j2", 'data-slot="produced"', 'data-slot="{{ "produced" }}"', False),
        ("pack/cover.html.j2", 'data-slot="produced"', 'data-slot="{% if pack %}produced{% endif %}"', False),
        ("pack/cover.html.j2", 'data-slot="produced"', '{# data-slot="produced" #}', True),
        ("pack/cover.html.j2", 'data-slot="produced"', '{#\ndata-slot="{{ one }}"\n#}', True),
        ("pack/cover.html.j2", KEPT, '<!-- <p data-slot="produced"></p> -->', True),
        ("pack/cover.html.j2", KEPT, '{% include "pack/date.html.j2" %}', False),
        ("pack/cover.html.j2", KEPT, '{# {% include "pack/date.html.j2" %} #}', True),
    ],
)
def test_what_keeps_no_place_for_the_date_is_told(name: str, old: str, new: str, told: bool) -> None:
    text = LAYOUTS.files[name].replace(old, new, 1)
    files = {**LAYOUTS.files, name: text, "pack/date.html.j2": '<p data-slot="produced"></p>'}
    said = [(one.place.path, one.code) for one in layout_remarks(replace(LAYOUTS, files=files))]
    assert said == [(f"layouts/{name}", "layout-no-date")] * told


def test_works_are_cited_in_the_text_and_among_the_evidence() -> None:
    pack = samples.pack()
    first = pack.members[0]
    one, other = (replace(first.references[0], key=key) for key in ("smith", "smith-2"))
    member = replace(first, references=(one, other))
    targets = (("cites-smith", 1), ("cite-smith-1", 3), ("cites-smith-3", 2), ("cite-smith-2-1", 4), ("ref-smith", 5))
    sheets = {member.key: TypesetPages(b"", 5, (), targets=targets)}
    found = citation_folios(replace(pack, members=(member,)), sheets, {member.id: 11})
    assert found == {f"{member.id}#smith": ("11", "12", "13"), f"{member.id}#smith-2": ("14",)}


def test_the_merged_list_says_where_letters_after_years_belong() -> None:
    pack = samples.pack(back=("works-in-full",))
    alike = replace(pack.references[0], key="another")
    said = "belongs to the list of one briefing"
    (plain,) = compose_back(pack, FOLIOS, LAYOUTS).chapters
    (doubled,) = compose_back(replace(pack, references=(*pack.references, alike)), FOLIOS, LAYOUTS).chapters
    assert said not in words(tree(plain))
    assert said in words(tree(doubled))
