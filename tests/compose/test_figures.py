"""Figures: credit, licence and the long description, with ways there and back; what a lesson needs; the colophon."""

from dataclasses import replace

import pytest
from lxml import etree

from pipeline.compose.briefing import compose_briefing
from pipeline.compose.page.body import set_blocks
from pipeline.compose.page.chapter import ChapterContext
from pipeline.model.body import Body, Box, BoxKind, Figure
from pipeline.model.publication import Publication
from pipeline.model.source.briefing import Contributor, Teaching
from tests.support.compose import samples
from tests.support.compose.samples import words
from tests.support.words import ENGLISH

LAYOUTS = samples.layouts()
ONE = Figure("asset:00", "A line", id="fig-a", number=1, credit="A. Hart.", licence="CC BY 4.0", described="lamps")
TWO = Figure("asset:01", "A line", number=None, described="dark")


def page_of(publication: Publication) -> etree._Element:
    """The page of a briefing."""
    return etree.fromstring(f"<body>{compose_briefing(publication, LAYOUTS).chapter.body}</body>")


def described(*figures: Figure) -> etree._Element:
    """A page with figures, and two descriptions."""
    return page_of(
        samples.publication(
            body=Body(figures),
            descriptions=(("lamps", samples.body("Lamps stand in a row.")), ("dark", samples.body("It is dark."))),
        )
    )


def test_a_caption_names_source_and_licence() -> None:
    caption = etree.fromstring(str(set_blocks((replace(ONE, described=""),), ChapterContext("#000", ENGLISH)))).find(
        "figcaption"
    )
    assert words(caption) == "Figure 1 Source: A. Hart. Licence: CC BY 4.0."
    assert (
        set_blocks((Figure("asset:00", "A line", credit="Us"),), ChapterContext("#000", ENGLISH)).count("<figcaption>")
        == 1
    )


def test_a_figure_leads_to_its_description_and_back() -> None:
    page = described(ONE)
    way = page.find(".//figcaption//a[@href='#description-lamps']")
    assert words(way) == "description of Figure 1"
    assert page.find(".//figure/img").get("aria-details") == "description-lamps"  # type: ignore[union-attr]
    target = page.find(".//div[@class='columns']/section[@id='descriptions']/div[@id='description-lamps']")
    assert target is not None
    assert words(target) == "Description of Figure 1 Lamps stand in a row."
    assert [child.tag for child in target] == ["h2", "p"]
    assert target.find("h2/a[@href='#fig-a']") is not None
    assert "It is dark" not in words(page)


def test_several_descriptions_have_a_heading_above_them() -> None:
    page = described(ONE, TWO, replace(ONE, id="fig-b", number=2))
    section = page.find(".//section[@id='descriptions']")
    assert section is not None
    assert [words(h) for h in section.iter("h2", "h3")] == [
        "Descriptions of figures", "Description of Figure 1", "Description of a figure",
    ]  # fmt: skip
    ways = [words(way) for way in page.iterfind(".//figcaption//span[@class='way']")]
    assert ways == [
        "See the description of Figure 1.",
        "See the description of this figure.",
        "See the description of Figure 2.",
    ]


def test_a_lesson_has_its_time_and_curriculum() -> None:
    chapter = ChapterContext("#000", ENGLISH, teaching=Teaching(minutes=45, curriculum=("Unit 3", "Unit 4")))
    said = etree.fromstring(
        f"<body>{set_blocks((Box(BoxKind.OUTCOMES, ()), Box(BoxKind.OUTCOMES, ())), chapter)}</body>"
    )
    assert words(said) == "Learning outcomes Session 45 minutes Curriculum Unit 3; Unit 4"


@pytest.mark.parametrize("shown", [True, False])
def test_the_colophon_says_for_whom_and_who_read_it(shown: bool) -> None:
    known = samples.publication(audience=("Student officer", "Trainer", "ACC"))
    fields = known.briefing.fields.model_copy(update={"reviewers": (Contributor(name="K Hart"),)})
    page = page_of(
        replace(known, briefing=replace(known.briefing, fields=fields), imprint=samples.imprint(show_authors=shown))
    )
    said = words(page.find(".//section[@id='about']"))
    assert "Written for: Student officer, trainer, ACC." in said
    assert ("Reviewers: K Hart." in said) is shown
