"""Web pages of briefings and packs."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from lxml import etree
from markupsafe import Markup

from pipeline.bind.epub.documents import EpubChapter, leaves_its_code, of_chapter, ways_to_map
from pipeline.bind.frames import (
    SCHEME,
    Destination,
    keep_tables,
    no_control_characters,
    notices,
    page_in,
    rewrite_links,
    says_address,
    with_anchor,
)
from pipeline.bind.page_marks import PageMark, mark_pages
from pipeline.bind.resources import as_data, font_resource, place_images, place_in_style, stand_in, with_images
from pipeline.bind.running_lines import fill_produced, produced_here, running_lines
from pipeline.compose.language.direction import mirrored, set_sides
from pipeline.compose.language.words import lang_attribute
from pipeline.compose.page.fragment import address_parts
from pipeline.core.diagnostics import TypesettingFailure
from pipeline.core.documents.roles import HEADINGS
from pipeline.core.documents.xhtml import (
    EPUB_TYPE,
    REFERENCES,
    SVG,
    XHTML,
    drop_attribute,
    elements,
    free_id,
    join_addresses,
    local,
    parse,
    words,
)
from pipeline.core.documents.xhtml import words as words_in
from pipeline.model.formats import SLOTS, Asset, Layouts
from pipeline.model.manuscript import Manuscript, Metadata
from pipeline.model.sheets import Identity, PageStart
from pipeline.model.words import Phrases

_PLAIN = frozenset(" .,:;!?'()/&·–-’‘\u00a0\u2003")


def page_furniture(identity: Identity, produced: date) -> tuple[tuple[str, Markup], ...]:
    """The boxes that say something, each with its words as a string of CSS: those that the PDF has as stamps."""
    filled: dict[str, list[str]] = {}
    for line in running_lines(identity, produced, ""):
        box = SLOTS[line.slot].margin_box
        filled.setdefault(mirrored(box) if line.rtl else box, []).append(line.text)
    return tuple((box, css_string("\u2003".join(words))) for box, words in filled.items())


def named(identity: Identity) -> str:
    """Id, version and edition, as the foot of a page says them."""
    return next(line.text for line in running_lines(identity, date.min, "") if line.slot == "foot-id")


def css_string(text: str) -> Markup:
    """A string of CSS, which nothing in it can end: whatever is not a letter, a figure or a plain mark is escaped."""
    written = "".join(c if c.isalnum() or c in _PLAIN else f"\\{ord(c):x} " for c in text)
    return Markup(f'"{written}"')


BREAK = "\u200b"
"""Place in words of a style sheet where a line may break: it has no room for an element."""

HELD = 18
"""Letters of an address that are kept on one line: so many have room in the narrowest window."""


@dataclass(frozen=True, slots=True)
class Page:
    """Values that a page is made of: `notices` are those that its text does not say."""

    metadata: Metadata
    identity: Identity
    produced: date
    notices: tuple[str, ...]
    layout: str
    style: str
    images: tuple[Asset, ...]
    parts: tuple[tuple[str, str], ...] = ()
    """The ids and titles of its parts, where the page itself has to list them."""
    dated: bool = False
    """Whether its parts say already when this copy was produced."""


def bind_page(
    manuscript: Manuscript,
    identity: Identity,
    produced: date,
    starts: tuple[PageStart, ...],
    addresses: Mapping[str, str],
    layouts: Layouts,
) -> bytes:
    """The finished page of a briefing, or of a series (which has no pages in a PDF: no starts)."""
    bodies = "\n".join(chapter.body for chapter in manuscript.chapters)
    root = parse(f'<body xmlns="{XHTML}">\n{bodies}\n</body>', manuscript.metadata.id)
    show_marks(root, mark_pages(root, starts, 1, manuscript.metadata.id), identity.words)
    said = notices(identity, manuscript.chapters)
    page = Page(
        manuscript.metadata, identity, produced, said, manuscript.layout, manuscript.web_style, manuscript.images
    )
    return finish_page(root, page, beside(addresses), layouts)


def finish_page(root: etree._Element, page: Page, destination: Destination, layouts: Layouts) -> bytes:
    """The body made a page of HTML: dated, with its pictures in it and its links led."""
    name = page.identity.id
    images = {image.sha256: stand_in(image) for image in page.images}
    words = page.identity.words
    dated = fill_produced(root, page.identity, page.produced) or page.dated
    place_images(root, images, name)
    links = (link for link in elements(root) if link.get("href", "").startswith(SCHEME))
    # words that name a briefing are no address on paper: it is found by its title
    within = [
        link for link in links if HEADINGS.isdisjoint(etree.QName(outer).localname for outer in link.iterancestors())
    ]
    rewrite_links(root, destination)
    hold_addresses(root)
    tell_addresses(root, within)
    keep_tables(root)
    style = place_in_style(
        set_sides(page.style, page.metadata.language), images, lambda named: as_data(font_resource(named))
    )
    values = {
        "page": page,
        "metadata": page.metadata,
        "identity": page.identity,
        "running": page_furniture(page.identity, page.produced),
        "named": named(page.identity),
        "text_id": free_id(root, "text"),
        "produced": "" if dated else produced_here(page.identity, page.produced),
        "words": words,
        "house": lang_attribute(words, page.metadata.language),
    }
    if "</" in style or "<!--" in style:
        raise TypesettingFailure(f"The style sheet of '{name}' holds '</', which would end it inside a page.")
    filled = page_in(layouts, "web/page.html.j2", values, _html(root), style)
    no_control_characters(filled, name)
    return with_images(filled.encode(), page.images)


def beside(addresses: Mapping[str, str]) -> Destination:
    """Leads to a briefing's canonical address, else to its page in the same output folder."""

    def destination(briefing: str, anchor: str) -> str:
        address = addresses.get(briefing) or f"../../briefings/{briefing}/{briefing}.html"
        return with_anchor(address, anchor)

    return destination


def hold_addresses(root: etree._Element) -> None:
    """Turn the places where an address may break into parts that the style sheet keeps whole.

    A screen reader pauses at a `wbr`, and reads over a `span`. A long part stays bare: a narrow window may have to
    break it.
    """
    for link in list(root.iter(f"{{{XHTML}}}a")):
        breaks = link.findall(f"{{{XHTML}}}wbr")
        if not breaks or len(breaks) < len(link):  # the mark of a page stands in it
            continue
        parts = [link.text or "", *(each.tail or "" for each in breaks)]
        join_addresses(link)
        link.text = ""
        for part in parts:
            if len(part) <= HELD:
                etree.SubElement(link, f"{{{XHTML}}}span").text = part
            elif len(link):
                link[-1].tail = (link[-1].tail or "") + part
            else:
                link.text = (link.text or "") + part
    join_addresses(root)


def tell_addresses(root: etree._Element, but: Collection[etree._Element]) -> None:
    """Hand the style sheet of paper the address of every link that leads out and does not say where, but for some."""
    for link in elements(root):
        address = link.get("href", "")
        leads_out = address.startswith(("http://", "https://")) and link not in but
        if leads_out and not says_address(words_in(link), address):
            link.set("data-address", BREAK.join(address_parts(address)))


def show_marks(root: etree._Element, marks: tuple[PageMark, ...], words: Phrases) -> None:
    """Make the marks of pages those of a web page; nothing of EPUB's own words stays."""
    ids = {mark.id for mark in marks}
    for element in elements(root):
        if element.get("id") in ids:
            folio = element.get("aria-label", "")
            element.set("data-page", folio)  # the style shows it; the title names the mark
            element.set("title", words.say("page-of-pdf", page=folio))
            drop_attribute(element, "aria-label")
        drop_attribute(element, EPUB_TYPE)


def _html(root: etree._Element) -> str:
    """The children of the body as HTML text; its elements lose their namespaces, as HTML has none."""
    for element in elements(root):
        element.tag = etree.QName(element).localname
    etree.cleanup_namespaces(root)
    written: str = etree.tostring(root, encoding="unicode", method="html")
    return written.strip().removeprefix("<body>").removesuffix("</body>").strip()


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
    bound: EpubChapter, known: tuple[str, ...], language: Phrases, called: list[str], to_map: str
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


def _way_back(way: str, words: Phrases, language: str) -> etree._Element:
    """The link from a briefing to the map that leads to it."""
    line = Markup('<p xmlns="{}" class="way-back"{}><a href="{}">{}</a></p>').format(
        XHTML, lang_attribute(words, language), way, words.say("back-to-map", map=words.say("evidence-map"))
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
