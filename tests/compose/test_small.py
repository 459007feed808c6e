"""Small things of a page: what is empty leaves nothing behind, and states are said in words."""

from dataclasses import replace

import pytest
from lxml import etree

from pipeline.compose.briefing import compose_briefing, compose_series
from pipeline.compose.language.words import conditions
from pipeline.compose.page.body import set_blocks
from pipeline.compose.page.chapter import ChapterContext
from pipeline.model.body import Align, Box, BoxKind, Table, Text
from pipeline.model.formats import Asset
from pipeline.model.source.briefing import Licence, Teaching
from tests.support.compose import samples
from tests.support.words import ENGLISH

LAYOUTS = samples.layouts()


def words(markup: object) -> str:
    """The words of a piece of XHTML, white space closed up."""
    return " ".join("".join(map(str, etree.fromstring(f"<body>{markup}</body>").itertext())).split())


@pytest.mark.parametrize("kind", tuple(BoxKind))
def test_an_empty_box_is_left_out(kind: BoxKind) -> None:
    assert words(set_blocks((Box(kind, ()),), ChapterContext("#000", ENGLISH))) == ""


def test_an_empty_box_takes_what_the_front_matter_holds() -> None:
    chapter = ChapterContext(
        "#000", ENGLISH, teaching=Teaching(questions=("What's known?", "Who asked?"), outcomes=("tell them apart",))
    )
    printed = set_blocks((Box(BoxKind.OUTCOMES, ()), Box(BoxKind.QUESTIONS, ())), chapter)
    assert words(printed) == "Learning outcomes tell them apart Questions for discussion What's known? Who asked?"
    assert printed.count("<li>") == 2


@pytest.mark.parametrize(
    ("said", "asked"), [(None, ""), ("none", ""), ("None.", ""), ("Not for sale.", "Not for sale")]
)
def test_a_licence_without_conditions_names_none(said: str | None, asked: str) -> None:
    assert conditions(ENGLISH, said) == asked
    licence = Licence(id="x", name="Open Licence", conditions=said, attribution="Us")
    page = compose_briefing(samples.publication(licence=licence), LAYOUTS).chapter.body
    expected = f"Open Licence. {asked}. Please cite as: Us" if asked else "Open Licence. Please cite as: Us"
    assert expected in words(page)


def test_a_series_page_has_its_works_figures_and_states() -> None:
    known = samples.series()
    asset = Asset("x.png", "image/png", "00" * 32, b"")
    landing = samples.body(samples.paragraph("Start here ", samples.cite(("cole2021", 1)), "."))
    first = known.members[0]
    gone = replace(first, identity=replace(first.identity, statuses=("SAMPLE", "WITHDRAWN")))
    series = replace(
        known,
        identity=replace(known.identity, statuses=("SAMPLE",)),
        series=replace(known.series, landing=landing),
        members=(gone,),
        references=(samples.entry("cole2021"),),
        assets=(asset,),
    )
    manuscript = compose_series(series, LAYOUTS)
    page = etree.fromstring(f"<body>{manuscript.chapter.body}</body>")
    assert manuscript.images == (asset,)
    assert page.find(".//a[@href='#ref-cole2021']") is not None
    assert page.find(".//li[@id='ref-cole2021']") is not None
    facts = page.find(".//section[@class='member']/p[@class='entry-facts']")
    assert facts is not None
    assert words(etree.tostring(facts, encoding="unicode")).endswith(" · WITHDRAWN")


def test_a_table_without_a_caption_is_named_by_its_heads() -> None:
    years = Table(((Text("Year"),), (Text("Mended"),)), (), (Align.LEFT, Align.RIGHT))
    bare = Table(((), ()), (((Text("12"),), ()),), (Align.LEFT, Align.LEFT))
    root = etree.fromstring(f"<body>{set_blocks((years, bare, years), ChapterContext('#000', ENGLISH))}</body>")
    assert root.xpath("//@aria-label") == ["Table: Year, Mended", "Table", "Table: Year, Mended 2"]
