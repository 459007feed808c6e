"""Bind the web page of a briefing, a series or a pack: one file with everything in it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from lxml import etree
from markupsafe import Markup

from pipeline.bind.chapters import (
    BindContext,
    ReflowingChapter,
    data_address,
    embed_images,
    image_placeholder,
    lacks_code_slot,
    links_to_map,
    load_font_file,
    resolve_image_sources,
    resolve_style_addresses,
    split_chapter_link,
)
from pipeline.bind.frames import (
    SCHEME,
    Destination,
    add_table_roles,
    fill_page_frame,
    list_hidden_notices,
    require_no_control_characters,
    rewrite_links,
    text_names_address,
    with_anchor,
)
from pipeline.bind.page_marks import PageMark, mark_pages
from pipeline.bind.running_lines import fill_produced, full_produced_sentence, running_lines
from pipeline.compose.language.direction import directed_style, mirror_style
from pipeline.compose.language.words import lang_attribute
from pipeline.compose.page.fragment import split_address
from pipeline.core.diagnostics import TypesettingFailure
from pipeline.core.documents.roles import HEADINGS
from pipeline.core.documents.xhtml import (
    EPUB_TYPE,
    REFERENCES,
    SVG,
    XHTML,
    drop_attribute,
    element_text,
    iterate_elements,
    parse_xhtml,
    remove_address_breaks,
    unused_id_in,
    xml_local_name,
)
from pipeline.model.formats import SLOTS, Asset
from pipeline.model.manuscript import Manuscript, Metadata
from pipeline.model.sheets import Identity, PageStart
from pipeline.model.words import Phrases

_PLAIN = frozenset(" .,:;!?'()/&·–-’‘\u00a0\u2003")


def page_furniture(identity: Identity, produced: date) -> tuple[tuple[str, Markup], ...]:
    """Return the margin boxes that have words, each with its words as a CSS string; the PDF has them as stamps."""
    texts_by_box: dict[str, list[str]] = {}
    for line in running_lines(identity, produced, ""):
        box = SLOTS[line.slot].margin_box
        texts_by_box.setdefault(mirror_style(box) if line.rtl else box, []).append(line.text)
    return tuple((box, css_string("\u2003".join(texts))) for box, texts in texts_by_box.items())


def css_string(text: str) -> Markup:
    """Return a CSS string; all but letters, figures and plain marks are escaped, so that nothing can end it."""
    escaped = "".join(c if c.isalnum() or c in _PLAIN else f"\\{ord(c):x} " for c in text)
    return Markup(f'"{escaped}"')


_BREAK = "\u200b"
"""Marks where a line may break in text of a style sheet, which cannot hold elements."""

_UNBROKEN_LETTERS = 18
"""Longest part of an address that is kept on one line: it fits the narrowest window."""


@dataclass(frozen=True, slots=True)
class Page:
    """Values for the template of a web page; `list_hidden_notices` are those that its text does not show."""

    metadata: Metadata
    identity: Identity
    produced: date
    notices: tuple[str, ...]
    layout: str
    style: str
    images: tuple[Asset, ...]
    parts: tuple[tuple[str, str], ...] = ()
    """Ids and titles of the parts, if the page has to list them."""
    dated: bool = False
    """True if the parts already name the date produced."""


def bind_web_page(manuscript: Manuscript, context: BindContext, starts: tuple[PageStart, ...]) -> bytes:
    """Return the web page of a briefing, or of a series, which has no PDF and so no page starts."""
    bodies = "\n".join(chapter.body for chapter in manuscript.chapters)
    root = parse_xhtml(f'<body xmlns="{XHTML}">\n{bodies}\n</body>', manuscript.metadata.id)
    _convert_page_marks(root, mark_pages(root, starts, 1, manuscript.metadata.id), context.identity.words)
    page = Page(
        manuscript.metadata,
        context.identity,
        context.produced,
        list_hidden_notices(context.identity, manuscript.chapters),
        manuscript.layout,
        manuscript.web_style,
        manuscript.images,
    )
    return _finish_page(root, page, context, _leads_to_pages(context.addresses))


def _finish_page(root: etree._Element, page: Page, context: BindContext, destination: Destination) -> bytes:
    """Fill in the date, images, links and style sheet, and return the page."""
    name, words = page.identity.id, page.identity.words
    images = {image.sha256: image_placeholder(image) for image in page.images}
    dated = fill_produced(root, page.identity, page.produced) or page.dated
    resolve_image_sources(root, images, name)
    links = (link for link in iterate_elements(root) if link.get("href", "").startswith(SCHEME))
    # on paper, the text of a link to a briefing is enough, because the reader finds the briefing by its title
    briefing_links = [link for link in links if HEADINGS.isdisjoint(map(xml_local_name, link.iterancestors()))]
    rewrite_links(root, destination)
    _wrap_address_parts(root)
    _add_printed_addresses(root, briefing_links)
    add_table_roles(root)
    style = resolve_style_addresses(
        directed_style(page.style, page.metadata.language), images, lambda font: data_address(load_font_file(font))
    )
    values = {
        "page": page,
        "metadata": page.metadata,
        "identity": page.identity,
        "running": page_furniture(page.identity, page.produced),
        "named": next(line.text for line in running_lines(page.identity, date.min, "") if line.slot == "foot-id"),
        "text_id": unused_id_in(root, "text"),
        "produced": "" if dated else full_produced_sentence(page.identity, page.produced),
        "words": words,
        "house": lang_attribute(words, page.metadata.language),
    }
    if "</" in style or "<!--" in style:
        raise TypesettingFailure(f"The style sheet of '{name}' holds '</', which would end it inside a page.")
    html = fill_page_frame(context.layouts, "web/page.html.j2", values, _to_html(root), style)
    require_no_control_characters(html, name)
    return embed_images(html.encode(), page.images)


def _leads_to_pages(addresses: Mapping[str, str]) -> Destination:
    """Lead to a briefing's canonical address, else to its page in the same output folder."""

    def destination(briefing: str, anchor: str) -> str:
        address = addresses.get(briefing) or f"../../briefings/{briefing}/{briefing}.html"
        return with_anchor(address, anchor)

    return destination


def _wrap_address_parts(root: etree._Element) -> None:
    """Replace the `wbr` elements of addresses by spans that the style sheet keeps on one line.

    A screen reader pauses at a `wbr`, but not at a `span`. Long parts get no span, because a narrow window may have to
    break them.
    """
    for link in list(root.iter(f"{{{XHTML}}}a")):
        breaks = link.findall(f"{{{XHTML}}}wbr")
        if not breaks or len(breaks) < len(link):  # a page mark is within the link
            continue
        parts = [link.text or "", *(wbr.tail or "" for wbr in breaks)]
        remove_address_breaks(link)
        link.text = ""
        for part in parts:
            if len(part) <= _UNBROKEN_LETTERS:
                etree.SubElement(link, f"{{{XHTML}}}span").text = part
            elif len(link):
                link[-1].tail = (link[-1].tail or "") + part
            else:
                link.text = (link.text or "") + part
    remove_address_breaks(root)


def _add_printed_addresses(root: etree._Element, except_links: Collection[etree._Element]) -> None:
    """Give every external link whose text is not its address an attribute with it, for the printed page."""
    for link in iterate_elements(root):
        address = link.get("href", "")
        is_external = address.startswith(("http://", "https://")) and link not in except_links
        if is_external and not text_names_address(element_text(link), address):
            link.set("data-address", _BREAK.join(split_address(address)))


def _convert_page_marks(root: etree._Element, marks: tuple[PageMark, ...], words: Phrases) -> None:
    """Turn page marks into those of a web page, and remove the EPUB types."""
    ids = {mark.id for mark in marks}
    for element in iterate_elements(root):
        if element.get("id") in ids:
            folio = element.get("aria-label", "")
            element.set("data-page", folio)  # the style sheet shows it; the title names the mark
            element.set("title", words.say("page-of-pdf", page=folio))
            drop_attribute(element, "aria-label")
        drop_attribute(element, EPUB_TYPE)


def _to_html(root: etree._Element) -> str:
    """Return the children of the body as HTML; its elements lose their namespaces."""
    for element in iterate_elements(root):
        element.tag = etree.QName(element).localname
    etree.cleanup_namespaces(root)
    html: str = etree.tostring(root, encoding="unicode", method="html")
    return html.strip().removeprefix("<body>").removesuffix("</body>").strip()


def bind_pack_web_page(
    chapters: tuple[ReflowingChapter, ...], context: BindContext, style: str, images: tuple[Asset, ...]
) -> bytes:
    """Return the web page of a pack. Each chapter's ids are prefixed by its name."""
    identity, produced = context.identity, context.produced
    root = parse_xhtml(f'<body xmlns="{XHTML}"/>', identity.id)
    pack_notices = list_hidden_notices(identity, tuple(part.chapter for part in chapters))
    dated = False
    titles: list[str] = []
    map_links = links_to_map(chapters)
    for part in chapters:
        section = _section(part, pack_notices, (part.identity or identity).words, titles, map_links.get(part.name, ""))
        dated |= fill_produced(section, part.identity or identity, produced, is_own_text=not part.identity)
        root.append(section)
    dated &= not lacks_code_slot(chapters, identity)
    has_contents = any(part.chapter.landmark == "toc" for part in chapters)
    parts = () if has_contents else tuple((part.chapter.name, part.chapter.title) for part in chapters)
    page = Page(context.metadata, identity, produced, pack_notices, "pack", style, images, parts, dated)
    return _finish_page(root, page, context, _leads_within_page(chapters, _leads_to_pages(context.addresses)))


def _leads_within_page(chapters: tuple[ReflowingChapter, ...], elsewhere: Destination) -> Destination:
    """Lead to a briefing within this page if the page has it, else where `elsewhere` leads."""
    ids = {part.name: part.chapter.name for part in chapters}

    def destination(briefing: str, anchor: str) -> str | None:
        briefing, anchor = split_chapter_link(briefing, anchor)
        if briefing not in ids:
            return elsewhere(briefing, anchor)
        return f"#{ids[briefing]}.{anchor}" if anchor else f"#{ids[briefing]}"

    return destination


def _section(
    part: ReflowingChapter, pack_notices: tuple[str, ...], words: Phrases, titles: list[str], map_link: str
) -> etree._Element:
    """Return a chapter as a section of the page, with page marks and the notices that the page does not show.

    `titles` has the titles of earlier chapters; this one is added. `map_link` leads to the evidence map, if that leads
    to the chapter.
    """
    chapter = part.chapter
    section = parse_xhtml(f'<section xmlns="{XHTML}">\n{chapter.body}\n</section>', chapter.name)
    marks = mark_pages(section, part.starts, part.first, chapter.name)
    _prefix_ids(section, f"{chapter.name}.", frozenset(mark.id for mark in marks))
    _convert_page_marks(section, marks, words)
    _distinguish_labels(section, chapter.title, titles)
    section.set("class", "chapter")
    section.set("id", chapter.name)
    if part.language:
        section.set("lang", part.language)
    own_notices = list_hidden_notices(part.identity, (chapter,)) if part.identity else ()
    if map_link:
        line = Markup('<p xmlns="{}" class="way-back"{}><a href="{}">{}</a></p>').format(
            XHTML,
            lang_attribute(words, part.language),
            map_link,
            words.say("back-to-map", map=words.say("evidence-map")),
        )
        section.insert(0, parse_xhtml(line, "way-back"))
    if further_notices := [notice for notice in own_notices if notice not in pack_notices]:
        statuses = etree.Element(f"{{{XHTML}}}p", {"class": "page-status"})
        statuses.text = " · ".join(further_notices)
        section.insert(0, statuses)
    return section


def _prefix_ids(section: etree._Element, prefix: str, mark_ids: frozenset[str]) -> None:
    for element in iterate_elements(section):
        if element.tag.startswith(f"{{{SVG}}}"):
            continue
        if (element_id := element.get("id")) and element_id not in mark_ids:
            element.set("id", prefix + element_id)
        if (target := element.get("href", "")).startswith("#"):
            element.set("href", f"#{prefix}{target[1:]}")
        for name in REFERENCES:
            if ids := element.get(name):
                element.set(name, " ".join(prefix + word for word in ids.split()))


def _distinguish_labels(section: etree._Element, title: str, titles: list[str]) -> None:
    """Add the chapter's title to the labels of landmarks and back links, which would otherwise sound alike.

    The second chapter with the same title gets a 2 after it.
    """
    heading = next((element for element in iterate_elements(section) if xml_local_name(element) == "h1"), None)
    heading_id = heading.get("id", "") if heading is not None else ""
    title = element_text(heading) if heading is not None else title
    titles.append(title)
    count = titles.count(title)
    title = f"{title} {count}" if count > 1 else title
    for element in iterate_elements(section):
        if element.get("role") == "doc-cover":  # the role is for an image, not for a section
            del element.attrib["role"]
        if xml_local_name(element) in HEADINGS or not element.get("role", "region").startswith(("region", "doc-")):
            continue
        if (ids := element.get("aria-labelledby")) and heading_id and heading_id not in ids.split():
            element.set("aria-labelledby", f"{ids} {heading_id}")
        elif (label := element.get("aria-label")) and element.get("role") in ("region", "doc-backlink"):
            element.set("aria-label", f"{label}, {title}")
