"""The web page: one HTML file that needs nothing else, and asks the network for nothing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from lxml import etree

from pipeline.bind.frames import no_control_characters, page_in
from pipeline.bind.links import SCHEME, Destination, lead_links, says_address, with_anchor
from pipeline.bind.page_marks import PageMark, mark_pages
from pipeline.bind.pdf.notices import notices
from pipeline.bind.resources import as_data, font_resource, place_images, place_in_style, stand_in, with_images
from pipeline.bind.stamps.produced import fill_produced, produced_here
from pipeline.bind.web.furniture import named, page_furniture
from pipeline.bind.web.table_roles import keep_tables
from pipeline.compose.language.direction import set_sides
from pipeline.compose.language.house import speaking
from pipeline.compose.page.addresses import address_parts
from pipeline.core.errors import PressFailure
from pipeline.markup.roles import HEADINGS
from pipeline.markup.xhtml import EPUB_TYPE, XHTML, drop_attribute, elements, free_id, join_addresses, parse
from pipeline.markup.xhtml import words as words_in
from pipeline.model.asset import Asset
from pipeline.model.identity import Identity
from pipeline.model.layouts import Layouts
from pipeline.model.manuscript import Manuscript, Metadata
from pipeline.model.sheets import PageStart
from pipeline.model.words import Words

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
    root = _text(manuscript, starts, identity.words)
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
    within = _named_within(root)
    lead_links(root, destination)
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
        "house": speaking(words, page.metadata.language),
    }
    filled = page_in(layouts, "web/page.html.j2", values, _html(root), _safe_style(style, name))
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
            _add_part(link, part)
    join_addresses(root)


def _add_part(link: etree._Element, part: str) -> None:
    if len(part) <= HELD:
        etree.SubElement(link, f"{{{XHTML}}}span").text = part
    elif len(link):
        link[-1].tail = (link[-1].tail or "") + part
    else:
        link.text = (link.text or "") + part


def _named_within(root: etree._Element) -> list[etree._Element]:
    """Links by which words name a briefing of the library, which is found by its title, as in print.

    A list of briefings says where each of them is.
    """
    links = (link for link in elements(root) if link.get("href", "").startswith(SCHEME))
    return [
        link for link in links if HEADINGS.isdisjoint(etree.QName(outer).localname for outer in link.iterancestors())
    ]


def tell_addresses(root: etree._Element, but: Collection[etree._Element]) -> None:
    """Hand the style sheet of paper the address of every link that leads out and does not say where, but for some."""
    for link in elements(root):
        address = link.get("href", "")
        leads_out = address.startswith(("http://", "https://")) and link not in but
        if leads_out and not says_address(words_in(link), address):
            link.set("data-address", BREAK.join(address_parts(address)))


def _text(manuscript: Manuscript, starts: tuple[PageStart, ...], words: Words) -> etree._Element:
    """The chapters as one body, the PDF's pages marked in it."""
    bodies = "\n".join(chapter.body for chapter in manuscript.chapters)
    root = parse(f'<body xmlns="{XHTML}">\n{bodies}\n</body>', manuscript.metadata.id)
    show_marks(root, mark_pages(root, starts, 1, manuscript.metadata.id), words)
    return root


def show_marks(root: etree._Element, marks: tuple[PageMark, ...], words: Words) -> None:
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


def _safe_style(style: str, name: str) -> str:
    """The style sheet as it may stand in the head of a page."""
    if "</" in style or "<!--" in style:
        raise PressFailure(f"The style sheet of '{name}' holds '</', which would end it inside a page.")
    return style
