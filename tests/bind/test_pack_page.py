"""The web page of a pack: one file that holds its parts, each kept apart from the others."""

from dataclasses import replace

from lxml import html

from pipeline.bind.chapters import ReflowingChapter
from pipeline.bind.web import bind_pack_web_page
from pipeline.model.manuscript import Chapter, Metadata
from pipeline.model.sheets import Identity, PageStart
from tests.support.bind import books
from tests.support.words import ENGLISH

COVER = '<section id="c" role="doc-cover" aria-labelledby="title"><h1 id="title">Property crime</h1></section>'
CONTENTS = (
    '<nav id="n" role="doc-toc" aria-labelledby="h"><h1 id="h">Contents</h1>'
    '<p id="p"><a href="briefing:marking">Cycle marking</a></p></nav>'
)
OTHER = (
    '<h1 id="title">Better lighting</h1><h2 id="found">What was found</h2>'
    '<p id="b1">See <a href="briefing:marking#found">marking</a>, <a href="briefing:patrol">patrol</a>.</p>'
    '<div class="table wide" role="region" aria-label="Table"><table><tr><td>1</td></tr></table></div>'
)
IDENTITY = Identity(
    "property", "Property crime", "Property crime", "", ENGLISH, edition="Autumn 2026", statuses=("SAMPLE",)
)


def chapter(name: str, title: str, body: str, matter: str = "bodymatter", landmark: str = "") -> Chapter:
    """A chapter without bookmarks."""
    return Chapter(name, title, body, (), matter, landmark)


FRONT = ReflowingChapter(chapter("cover", "Property crime", COVER, "frontmatter", "cover"), (PageStart(1, "title", 0),))
TOC = ReflowingChapter(chapter("contents", "Contents", CONTENTS, "frontmatter", "toc"), (PageStart(1, "h", 0),), 2)
MARKING = ReflowingChapter(books.CHAPTER, books.STARTS, 3, identity=books.IDENTITY, language="en-GB")
LIGHTING = ReflowingChapter(
    chapter("lighting", "Better lighting", OTHER),
    (PageStart(1, "title", 0),),
    9,
    identity=replace(books.PLAIN, id="lighting"),
    language="cy",
)


def page(*chapters: ReflowingChapter) -> html.HtmlElement:
    """The pack's page as a tree."""
    metadata = Metadata("property", "Property crime", "en-GB", "Northmoor Institute")
    addresses = {"patrol": "https://example.org/patrol"}
    context = books.context(IDENTITY, metadata, addresses)
    return html.fromstring(bind_pack_web_page(chapters, context, books.STYLE, (books.FIGURE,)))


TREE = page(FRONT, TOC, MARKING, LIGHTING)


def test_every_id_stands_once_and_is_led_to() -> None:
    ids = TREE.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {"marking.found", "lighting.found", "marking.fn-1"} <= set(ids)
    inside = [href.removeprefix("#") for href in TREE.xpath("//a/@href") if href.startswith("#")]
    assert set(inside) <= set(ids)


def test_links_between_its_briefings_stay_in_the_page() -> None:
    (lighting,) = TREE.xpath("//section[@id='lighting']")
    assert lighting.xpath(".//a/@href") == ["#marking.found", "https://example.org/patrol"]
    assert TREE.xpath("//nav//a/@href") == ["#marking"]


MAP = (
    '<section id="c"><div id="evidence-map"><h2 id="m">What the evidence says</h2>'
    '<p id="p"><a href="briefing:marking#found">Cycle marking</a></p></div></section>'
)


def test_a_briefing_leads_back_to_the_map_that_leads_to_it() -> None:
    tree = page(ReflowingChapter(chapter("cover", "Property crime", MAP, "frontmatter")), MARKING, LIGHTING)
    (link,) = tree.xpath("//p[@class='way-back']")
    assert (link.getparent().get("id"), link.text_content()) == ("marking", "Back to ‘What the evidence says’")
    assert link.xpath("a/@href") == ["#cover.evidence-map"]
    assert tree.xpath("//*[@id='cover.evidence-map']//a/@href") == ["#marking.found"]
    assert TREE.xpath("//p[@class='way-back']") == []


def test_links_to_its_own_matter_stay_in_the_page() -> None:
    contents = CONTENTS.replace("briefing:marking", "briefing:-back#pack-glossary.terms")
    glossary = '<h1 id="h">Glossary</h1><h2 id="terms">Terms</h2>'
    toc = replace(TOC, chapter=replace(TOC.chapter, body=contents))
    tree = page(toc, ReflowingChapter(chapter("pack-glossary", "Glossary", glossary, "backmatter")))
    assert tree.xpath("//nav//a/@href") == ["#pack-glossary.terms"]


def test_pages_have_the_folios_of_the_pack() -> None:
    assert TREE.xpath("//span[@class='page-mark']/@id") == [f"page-{n}" for n in range(1, 8)] + ["page-9"]


def test_links_back_of_two_briefings_of_one_title_are_not_called_alike() -> None:
    body = books.BODY.replace("Cycle marking", "Marking – cycles")
    parts = [replace(LIGHTING, chapter=chapter(name, "Marking - cycles", body), starts=()) for name in ("one", "two")]
    named = page(*parts).xpath("//a[@role='doc-backlink']/@aria-label")
    assert len(named) == len(set(named)) == 4
    assert named[0] == "Back to citation 1 of Okafor and others, 2023, Marking – cycles"
    assert named[2] == "Back to citation 1 of Okafor and others, 2023, Marking – cycles 2"


def test_each_part_has_its_language_and_its_status() -> None:
    assert TREE.xpath("//section[@class='chapter']/@lang") == ["en-GB", "cy"]
    assert TREE.xpath("//p[@class='page-status']/text()") == ["SAMPLE", "DRAFT"]


def test_a_pack_without_contents_lists_its_parts() -> None:
    tree = page(FRONT, MARKING, LIGHTING)
    assert tree.xpath("//nav[@aria-label='Contents']//a/@href") == ["#cover", "#marking", "#lighting"]
    assert TREE.xpath("//nav[@aria-label='Contents']") == []
