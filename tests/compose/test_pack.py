"""Front and back matter of a pack."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import etree

from pipeline.build.pack_layout import cited_on
from pipeline.compose.briefing import compose_briefing
from pipeline.compose.pack.matter import compose_back, compose_front, compose_insert
from pipeline.compose.series import compose_series
from pipeline.compose.stamp import compose_stamp
from pipeline.compose.templates.layouts import layout_remarks
from pipeline.core.errors import LayoutFault
from pipeline.model.asset import Asset
from pipeline.model.manuscript import Chapter
from pipeline.model.publication import EvidenceBase, InsertedPages, PackPart
from pipeline.model.result import Result
from pipeline.model.sheets import Sheets
from pipeline.model.source.briefing import Licence
from pipeline.model.source.evidence import Evidence
from pipeline.press.press import press
from tests.support.compose import samples
from tests.support.compose.samples import words
from tests.support.press.manuscripts import page_texts

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


def test_a_page_of_a_manual_has_no_facts_in_the_contents() -> None:
    """Nobody judges it, and it has the version of the program."""
    known = samples.pack(cover="plain")
    manual = replace(known, pack=replace(known.pack, manual=True))
    contents = compose_front(manual, FOLIOS, LAYOUTS).chapters[1]
    assert "entry-line" in contents.body
    assert "entry-facts" not in contents.body
    assert "About this pack" not in contents.body


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
    assert "Pages A loose page says at its foot which briefing, version and edition it is from. Publisher" in about
    coded = replace(pack, identity=replace(pack.identity, code="5ZK8D-R00YC"))
    about = words(tree(compose_front(coded, FOLIOS, LAYOUTS).chapters[1]).find(".//div[@id='about']"))
    assert "it is from. By the code there the publisher can say whether it is current. Publisher" in about


def test_contents_list_what_follows_them_at_the_front() -> None:
    front = ("cover", "how-to-use", "contents", "key-findings", "note-pages")
    folios = {**FOLIOS, "-front#key-findings": "4", "-front#note-pages": "5"}
    contents = compose_front(samples.pack(front=front), folios, LAYOUTS).chapters[2]
    entries = [words(e) for e in tree(contents).iterfind(".//p[@class='entry']")]
    assert entries[:3] == ["Key findings page 4", "Your notes page 5", "Street lighting and burglary at night page 5"]
    assert [a.get("href") for a in tree(contents).iter("a")][:2] == [
        "briefing:-front#key-findings",
        "briefing:-front#note-pages",
    ]


def test_contents_list_inserts_among_the_briefings() -> None:
    file = Asset("source/packs/map.pdf", "application/pdf", "0" * 64, b"")
    known = samples.pack()
    ids = (*known.order[:1], "pack-insert-1", *known.order[1:])
    inserts = (InsertedPages("pack-insert-1", "Map of the beats", file),)
    pack = replace(known, parts=(PackPart("", ids),), inserts=inserts)
    contents = compose_front(pack, {**FOLIOS, "pack-insert-1": "9"}, LAYOUTS).chapters[1]
    entries = [words(e) for e in tree(contents).iterfind(".//p[@class='entry']")]
    assert entries[:2] == ["Street lighting and burglary at night page 5", "Map of the beats page 9"]
    assert "briefing:pack-insert-1" in contents.body


def test_what_stands_for_an_insert_names_it_and_says_where_it_is() -> None:
    """In formats that cannot hold a finished PDF."""
    file = Asset("source/packs/map.pdf", "application/pdf", "0" * 64, b"")
    text = compose_insert(samples.pack(), InsertedPages("pack-insert-1", "Map of the beats", file), LAYOUTS)
    assert (text.chapter.name, text.chapter.title) == ("pack-insert-1", "Map of the beats")
    assert "came as a finished PDF" in words(tree(text.chapter))


def test_a_pack_s_own_layout_takes_the_place_of_single_files() -> None:
    """The others stay as they are; a layout that nobody has counts for nothing."""
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


def test_the_fault_of_a_pack_s_own_layout_is_told_at_its_file() -> None:
    mine = replace(LAYOUTS, files={**LAYOUTS.files, "training/cover.html.j2": "<p>\n{{ pack.nothing }}</p>"})
    with pytest.raises(LayoutFault) as told:
        compose_front(samples.pack(layout="training"), FOLIOS, mine)
    assert (told.value.path, told.value.line) == ("layouts/training/cover.html.j2", 2)


def test_a_briefing_without_a_list_cites_the_one_of_its_pack() -> None:
    text = compose_briefing(replace(samples.publication(), listed_in="nights"), LAYOUTS).chapter
    cited = [a.get("href") for a in tree(text).iter("a") if a.get("role") == "doc-biblioref"]
    assert cited
    assert all(href.startswith("briefing:-back#pack-references.ref-") for href in cited)
    assert tree(text).find(".//ul[@class='references']") is None
    assert "list of references at the end of this pack" in words(tree(text))


def test_the_one_list_of_a_pack_leads_back_to_every_citation() -> None:
    known = samples.pack(back=("works-in-full",))
    pack = replace(known, members=tuple(replace(member, listed_in="nights") for member in known.members))
    first = pack.members[0].id
    ways = {f"{first}#cole2021": ("cite-cole2021-1", "cites-cole2021")}
    back = tree(compose_back(pack, FOLIOS, LAYOUTS, {f"{first}#cole2021": ("5", "7")}, ways=ways).chapters[0])
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


def test_works_with_one_short_form_are_told_apart_by_their_titles() -> None:
    pack = samples.pack(back=("references",))
    entry = next(one for one in pack.references if one.key == "cole2021")
    twin = replace(entry, key="cole2021a", title="Dark streets")
    pack = replace(pack, references=(*pack.references, replace(entry, title="Lit streets"), twin))
    pack = replace(pack, references=tuple(one for one in pack.references if one is not entry))
    back = compose_back(pack, FOLIOS, LAYOUTS)
    listed = [words(one) for one in tree(back.chapters[0]).iter("li")]
    assert [one.partition(" Street")[0] for one in listed if one.startswith("Cole")] == [
        "Cole, 2021, Lit streets",
        "Cole, 2021, Dark streets",
    ]


def test_works_of_the_same_names_stand_by_year() -> None:
    """However many authors follow those who are named: full references go by all of them."""
    pack = samples.pack(back=("references",))
    entry = next(one for one in pack.references if one.key == "cole2021")
    earlier = replace(entry, key="cole2018", short="Cole, 2018")
    back = compose_back(replace(pack, references=(*pack.references, earlier)), FOLIOS, LAYOUTS)
    listed = [words(one) for one in tree(back.chapters[0]).iter("li")]
    assert [one[:10] for one in listed if one.startswith("Cole")] == ["Cole, 2018", "Cole, 2021"]


def test_key_findings_are_gathered() -> None:
    front = compose_front(samples.pack(front=("key-findings", "how-to-use", "imprint")), FOLIOS, LAYOUTS)
    page = tree(front.chapters[0])
    assert next(a.get("href") for a in page.iterfind(".//h2/a")) == "briefing:street-lighting"
    assert "Brighter street lamps make people feel safer." in words(page)


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


def test_the_stamp_layout_has_every_slot() -> None:
    style = compose_stamp(samples.imprint(), LAYOUTS).style
    slots = ("head-date", "head-title", "status", "marking-top", "marking-bottom", "foot-id", "folio", "produced")
    assert not [slot for slot in slots if f".{slot}" not in style]


def test_a_cover_of_numbered_copies_keeps_a_place_for_their_number() -> None:
    """Without one no copy could say which it is; of a pack without numbers it is a warning alone."""
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
    """Where the program cites a work, in the table or before it, a reader finds it as well."""
    pack = samples.pack()
    first = pack.members[0]
    one, other = (replace(first.references[0], key=key) for key in ("smith", "smith-2"))
    member = replace(first, references=(one, other))
    targets = (("cites-smith", 1), ("cite-smith-1", 3), ("cites-smith-3", 2), ("cite-smith-2-1", 4), ("ref-smith", 5))
    sheets = {member.key: Sheets(b"", 5, (), targets=targets)}
    found = cited_on(replace(pack, members=(member,)), sheets, {member.id: 11})
    assert found == {f"{member.id}#smith": ("11", "12", "13"), f"{member.id}#smith-2": ("14",)}


def test_readers_are_told_of_the_next_review_where_there_is_one() -> None:
    pack = samples.pack(front=("how-to-use",))
    said = "the date of its next review"
    of = {
        dated: replace(
            pack, members=tuple(replace(one, review_by=one.dates[0] if dated else None) for one in pack.members)
        )
        for dated in (True, False)
    }
    for dated, own in of.items():
        (chapter,) = compose_front(own, FOLIOS, LAYOUTS).chapters
        assert (said in words(tree(chapter))) is dated


def test_the_merged_list_says_where_letters_after_years_belong() -> None:
    pack = samples.pack(back=("works-in-full",))
    alike = replace(pack.references[0], key="another")
    said = "belongs to the list of the briefing"
    (plain,) = compose_back(pack, FOLIOS, LAYOUTS).chapters
    (doubled,) = compose_back(replace(pack, references=(*pack.references, alike)), FOLIOS, LAYOUTS).chapters
    assert said not in words(tree(plain))
    assert said in words(tree(doubled))


def test_no_single_line_of_the_contents_stands_on_a_page() -> None:
    ids = tuple(f"b{number}" for number in range(9))
    members = tuple(samples.member(name, name.upper(), "What it is.") for name in ids)
    pack = replace(samples.pack(front=("contents",)), members=members, parts=(PackPart("", ids),))
    folios = dict.fromkeys((*ids, "pack-works", "pack-acronyms"), "11")
    pages = page_texts(press(compose_front(pack, folios, LAYOUTS, "booklet")).pdf)
    assert [page.count(" 11") for page in pages] == [8, 3]
