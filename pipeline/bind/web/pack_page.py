"""The web page of a pack: its front matter, its briefings whole and its back matter, one file with links inside it."""

from collections.abc import Mapping
from datetime import date

from lxml import etree
from markupsafe import Markup

from pipeline.bind.epub.documents import EpubChapter, leaves_its_code, of_chapter, ways_to_map
from pipeline.bind.links import Destination
from pipeline.bind.page_marks import mark_pages
from pipeline.bind.pdf.notices import notices
from pipeline.bind.stamps.produced import fill_produced
from pipeline.bind.web.page import Page, beside, finish_page, show_marks
from pipeline.compose.language.house import speaking
from pipeline.markup.roles import HEADINGS
from pipeline.markup.xhtml import REFERENCES, SVG, XHTML, elements, local, parse, words
from pipeline.model.asset import Asset
from pipeline.model.identity import Identity
from pipeline.model.layouts import Layouts
from pipeline.model.manuscript import Metadata
from pipeline.model.words import Words


def bind_pack_page(
    metadata: Metadata,
    chapters: tuple[EpubChapter, ...],
    style: str,
    images: tuple[Asset, ...],
    identity: Identity,
    produced: date,
    addresses: Mapping[str, str],
    layouts: Layouts,
) -> bytes:
    """The finished page. What is the name of an id in a chapter has the chapter's name before it here."""
    root = parse(f'<body xmlns="{XHTML}"/>', identity.id)
    said = notices(identity, tuple(bound.chapter for bound in chapters))
    dated = False
    called: list[str] = []
    to_map = ways_to_map(chapters)
    for bound in chapters:
        language = (bound.identity or identity).words
        section = _chapter(bound, said, language, called, to_map.get(bound.name, ""))
        dated |= fill_produced(section, bound.identity or identity, produced, whole=not bound.identity)
        root.append(section)
    dated &= not leaves_its_code(chapters, identity)
    listed = any(bound.chapter.landmark == "toc" for bound in chapters)
    parts = () if listed else tuple((_id(bound), bound.chapter.title) for bound in chapters)
    page = Page(metadata, identity, produced, said, "pack", style, images, parts, dated)
    return finish_page(root, page, within(chapters, beside(addresses)), layouts)


def within(chapters: tuple[EpubChapter, ...], elsewhere: Destination) -> Destination:
    """Leads to a briefing's place in this page where the page holds it, else where `elsewhere` says."""
    held = {bound.name: _id(bound) for bound in chapters}

    def destination(briefing: str, anchor: str) -> str | None:
        briefing, anchor = of_chapter(briefing, anchor)
        if briefing not in held:
            return elsewhere(briefing, anchor)
        return f"#{held[briefing]}.{anchor}" if anchor else f"#{held[briefing]}"

    return destination


def _id(bound: EpubChapter) -> str:
    return bound.chapter.name


def _chapter(
    bound: EpubChapter, known: tuple[str, ...], language: Words, called: list[str], to_map: str
) -> etree._Element:
    """A chapter as a section of the page, its pages marked; `known` is what the page says of all of them.

    `called` are the titles of those before it; its own is added. `to_map` is the link to the map that leads to it.
    """
    chapter = bound.chapter
    section = parse(f'<section xmlns="{XHTML}">\n{chapter.body}\n</section>', chapter.name)
    marks = mark_pages(section, bound.starts, bound.first, chapter.name)
    _keep_apart(section, f"{chapter.name}.", frozenset(mark.id for mark in marks))
    show_marks(section, marks, language)
    _name_apart(section, chapter.title, called)
    section.set("class", "chapter")
    section.set("id", _id(bound))
    if bound.language:
        section.set("lang", bound.language)
    own = notices(bound.identity, (chapter,)) if bound.identity else ()
    if to_map:
        section.insert(0, _way_back(to_map, language, bound.language))
    if told := [notice for notice in own if notice not in known]:
        line = etree.Element(f"{{{XHTML}}}p", {"class": "page-status"})
        line.text = " · ".join(told)
        section.insert(0, line)
    return section


def _way_back(way: str, words: Words, language: str) -> etree._Element:
    """The link from a briefing to the map that leads to it."""
    line = Markup('<p xmlns="{}" class="way-back"{}><a href="{}">{}</a></p>').format(
        XHTML, speaking(words, language), way, words.say("back-to-map", map=words.say("evidence-map"))
    )
    return parse(line, "way-back")


def _keep_apart(section: etree._Element, prefix: str, marks: frozenset[str]) -> None:
    """Put the chapter's name before its ids and wherever they are named; pages keep theirs, as each stands once."""
    for element in elements(section):
        if element.tag.startswith(f"{{{SVG}}}"):
            continue
        if (own := element.get("id")) and own not in marks:
            element.set("id", prefix + own)
        if (target := element.get("href", "")).startswith("#"):
            element.set("href", f"#{prefix}{target[1:]}")
        for name in REFERENCES:
            if named := element.get(name):
                element.set(name, " ".join(prefix + word for word in named.split()))


def _name_apart(section: etree._Element, title: str, called: list[str]) -> None:
    """Let landmarks and links back say whose they are: 'References' and 'Back to note 1' would sound alike.

    They say the title as the page does; the second text of one title is called so with a 2 behind it.
    """
    heading = next((element for element in elements(section) if local(element) == "h1"), None)
    whose = heading.get("id", "") if heading is not None else ""
    title = words(heading) if heading is not None else title
    called.append(title)
    before = called.count(title)
    title = f"{title} {before}" if before > 1 else title
    for element in elements(section):
        if element.get("role") == "doc-cover":  # an image's role, not a section's
            del element.attrib["role"]
        if local(element) in HEADINGS or not element.get("role", "region").startswith(("region", "doc-")):
            continue
        if (named := element.get("aria-labelledby")) and whose and whose not in named.split():
            element.set("aria-labelledby", f"{named} {whose}")
        elif (said := element.get("aria-label")) and element.get("role") in ("region", "doc-backlink"):
            element.set("aria-label", f"{said}, {title}")
