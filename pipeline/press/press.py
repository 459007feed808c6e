"""Typeset a manuscript: tagged pages with empty margins; for an EPUB, its cover and its subset fonts."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import pypdfium2
import uharfbuzz as hb
from fontTools.ttLib import TTFont
from PIL import Image
from weasyprint import Document

from pipeline.compose.language.direction import runs_rtl
from pipeline.core.diagnostics import Diagnostics, Location, TypesettingFailure
from pipeline.core.documents.roles import first_number, is_unnumbered
from pipeline.core.documents.xhtml import REFERENCES, read_body
from pipeline.core.documents.xhtml import SVG_PREFIX as SVG
from pipeline.core.messages import message
from pipeline.core.text.fonts import COMMON_CHARACTERS, read_font_file
from pipeline.model.formats import PDF_VARIANTS
from pipeline.model.manuscript import Chapter, DrawnCover, FontFace, Manuscript, Metadata, SubsetFont
from pipeline.model.sheets import TypesetPages
from pipeline.press.box_tree import text_bottom
from pipeline.press.concessions import LONG_TEXT, Relaxations
from pipeline.press.engine.engine import Typesetter, as_typesetting_failure, captured_log
from pipeline.press.engine.formulas import draw_formulas
from pipeline.press.engine.patches import require_known_engine
from pipeline.press.fast import free_documents
from pipeline.press.page_map import SourceMarkReader, change_bars, make_page_map
from pipeline.press.tag_writer import write_our_tags


def build_document(manuscript: Manuscript) -> Element:
    """Return the manuscript as one element tree, with chapters in order."""
    root = Element("html", {"lang": manuscript.metadata.language})
    if runs_rtl(manuscript.metadata.language):
        root.set("dir", "rtl")
    root.append(_head(manuscript.metadata))
    body = SubElement(root, "body")
    is_single = len(manuscript.chapters) == 1
    for number, chapter in enumerate(manuscript.chapters):
        content = read_body(chapter.body, chapter.name)
        prefix = "" if is_single else f"{chapter.name}."
        _set_bookmarks(content, chapter)
        _prefix_ids(content, prefix)
        if is_single:
            body.text, body[:] = content.text, list(content)
            continue
        section = SubElement(body, "div", {"class": "chapter", "id": prefix.rstrip(".")})
        if number and not chapter.runs_on:
            section.set("style", "break-before:page")
        section.text, section[:] = content.text, list(content)
    return root


def _head(metadata: Metadata) -> Element:
    head = Element("head")
    SubElement(head, "title").text = metadata.title
    entries = [
        *(("author", name) for name in (metadata.authors or ((metadata.publisher,) if metadata.publisher else ()))),
        ("description", metadata.description),
        ("keywords", ", ".join(metadata.keywords)),
        ("dcterms.created", metadata.created),
        ("dcterms.modified", metadata.modified),
    ]
    for name, content in entries:
        if content:
            SubElement(head, "meta", {"name": name, "content": content})
    return head


def _set_bookmarks(content: Element, chapter: Chapter) -> None:
    """Replace the outline's bookmarks by those that the chapter names, if it names any."""
    if not chapter.bookmarks:
        return
    bookmarks = {bookmark.id: bookmark for bookmark in chapter.bookmarks}
    for element in content.iter():
        bookmark = bookmarks.pop(element.get("id", ""), None)
        if bookmark or re.fullmatch(r"h[1-6]", element.tag):
            style = "bookmark-level:none"
            if bookmark:
                label = "".join(f"\\{ord(c):x} " if c in '"\\' or ord(c) < 32 else c for c in bookmark.text)
                style = f'bookmark-level:{bookmark.level};bookmark-label:"{label}"'
            element.set("style", ";".join(filter(None, (element.get("style", "").rstrip("; "), style))))
    if bookmarks:
        raise TypesettingFailure(f"'{chapter.name}' has no element '{min(bookmarks)}' to bookmark.")


def _prefix_ids(element: Element, prefix: str) -> None:
    """Prefix the ids of a chapter; drawings keep theirs."""
    if not prefix or element.tag.startswith(SVG):
        return
    if "id" in element.attrib:
        element.set("id", prefix + element.attrib["id"])
    if element.get("href", "").startswith("#"):
        element.set("href", f"#{prefix}{element.attrib['href'][1:]}")
    for name in REFERENCES:
        if name in element.attrib:
            element.set(name, " ".join(prefix + word for word in element.attrib[name].split()))
    for child in element:
        _prefix_ids(child, prefix)


def press(manuscript: Manuscript) -> TypesetPages:
    """Typeset a manuscript: tagged pages with empty margins, their map, and WeasyPrint's diagnostics."""
    if not manuscript.fonts:
        raise TypesettingFailure(f"The layout '{manuscript.layout}' names no fonts.")
    require_known_engine()
    typesetter = Typesetter(manuscript)
    with free_documents() as free_early, captured_log() as log:
        tree, document, blocks, _ = _lay_out_fitted(manuscript, typesetter, free_early)
        reader = SourceMarkReader(tree)
        with as_typesetting_failure(manuscript.metadata.id):
            page_map = make_page_map(document.pages, reader)
            with write_our_tags(tree) as undescribed:
                pdf = bytes(document.write_pdf(pdf_variant="pdf/ua-1"))
        bars = change_bars(document.pages) if manuscript.marked else ()
        del tree, document
    path = f"output/{manuscript.metadata.id}/{manuscript.variant}"
    remarks = [("made-no-alt", page, {"words": f"page {page}"}) for page in undescribed]
    remarks += [("made-word-broken", page, {"word": word[:60]}) for page, word in page_map.broken_words]
    if PDF_VARIANTS[manuscript.variant].margin:
        remarks += [("made-table-blocks", page_map.page_of(words), {"words": words[:60]}) for words in blocks]
    off_page = (*page_map.off_page_text.items(), *page_map.off_page_formulas)
    remarks += [("made-off-page", page, {"words": words[:60]}) for page, words in off_page]
    diagnostics = Diagnostics()
    diagnostics.extend(typesetter.diagnostics(log, path, page_map.page_of))
    diagnostics.extend(message(code, Location(path, page), **values) for code, page, values in remarks)
    return TypesetPages(
        pdf=pdf,
        pages=len(page_map.text),
        starts=tuple(page_map.starts),
        slots=tuple(page_map.slots),
        remarks=diagnostics.remarks,
        targets=tuple(page_map.targets.items()),
        outliers=tuple(page_map.outliers),
        bars=bars,
        spots=tuple(reader.marks),
    )


_Layout = tuple[Element, Document, tuple[str, ...], Relaxations]
"""The element tree, its laid-out document, the first words of tables laid out as blocks, and what was relaxed."""


def _lay_out_fitted(manuscript: Manuscript, typesetter: Typesetter, free_early: Callable[[], None]) -> _Layout:
    """Lay out a text; if its last page is short, lay it out tighter if that saves the page. Long texts are not."""
    variant = PDF_VARIANTS[manuscript.variant]
    relaxations = Relaxations(has_margin=variant.margin, moves_figures=variant.moves_figures)
    usual = _lay_out_relaxed(manuscript, typesetter, "", relaxations, free_early)
    pages = usual[1].pages
    # the length of the front of a pack decides all folios after it
    is_front = any(chapter.landmark == "frontmatter" for chapter in manuscript.chapters)
    for step in _steps_to_try(pages) if len(pages) <= LONG_TEXT and not is_front else ():
        tighter = _lay_out_relaxed(manuscript, typesetter, step, usual[3], lambda: None)
        if len(tighter[1].pages) < len(pages):
            return tighter
    return usual


def _lay_out_relaxed(
    manuscript: Manuscript,
    typesetter: Typesetter,
    step: str,
    relaxations: Relaxations,
    free_early: Callable[[], None],
) -> _Layout:
    """Lay out a text with one fitting step, again until no further relaxation is needed.

    `free_early` frees the memory of layouts that were not good enough.
    """
    with as_typesetting_failure(manuscript.metadata.id):
        while True:
            tree = build_document(manuscript)
            if step:
                tree.set(FIT_ATTRIBUTE, step)
            _style_lists(tree[1])
            elements = tuple(tree.iter())
            relaxations.mark(elements)
            draw_formulas(elements, dict(relaxations.formulas))
            document = typesetter.lay_out(tree)
            further = relaxations.relax_further(elements, document.pages)
            if further == relaxations:
                blocks = [_first_words(elements[index]) for index in sorted(relaxations.tables)]
                return tree, document, tuple(blocks), relaxations
            relaxations = further
            del tree, elements, document
            free_early()


def _first_words(region: Element) -> str:
    """Return the first words of a table: its caption, else its first head."""
    parts = (part for name in ("caption", "th", "td") for part in region.iter(name))
    return next((" ".join(words.split()) for part in parts if (words := "".join(part.itertext())).strip()), "")


FIT_ATTRIBUTE = "data-fit"
FIT_STEPS = {"1": 0.036, "2": 0.052, "3": 0.1}
"""Fitting steps, each with the largest share of every earlier page that it saved in sample and test texts."""

_SHORT_PAGE = 1 / 3
"""Largest content of a last page, as a share of the page, that may be saved."""

_SHORT_PAGE_OF_LONG_TEXT, _LONG_TEXT_PAGES = 1 / 2, 10
"""The same for texts of so many pages, which can save more."""


def _steps_to_try(pages: list[Any]) -> Iterator[str]:
    """Yield the fitting steps that might save the last page, because it has so little content."""
    box = pages[-1]._page_box
    top = box.content_box_y()
    filled_share = float((text_bottom(box, default=top) - top) / box.height)
    if filled_share < (_SHORT_PAGE_OF_LONG_TEXT if len(pages) >= _LONG_TEXT_PAGES else _SHORT_PAGE):
        yield from (step for step, saved in FIT_STEPS.items() if filled_share < saved * (len(pages) - 1))


_LIST_STYLE_BY_TYPE = {"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
"""Numbering of a list by its `type` attribute."""

_NO_NUMBER = "list-style-type:none;counter-increment:list-item 0"


def _style_lists(body: Element) -> None:
    """Set the first number and the numbering of each list."""
    for element in body.iter("ol"):
        declarations = [element.get("style", "").rstrip("; ")]
        if first_count := first_number(element) - 1:
            declarations.append(f"counter-reset:list-item {first_count}")
        if list_style := _LIST_STYLE_BY_TYPE.get(element.get("type", "")):
            declarations.append(f"list-style-type:{list_style}")
        if style := ";".join(filter(None, declarations)):
            element.set("style", style)
    for entry in body.iter("li"):
        if is_unnumbered(entry):
            entry.set("style", f"{entry.get('style', '')};{_NO_NUMBER}".lstrip(";"))


_COVER_PIXELS = 1620
"""Pixels of the longer side: enough for a tablet, and never above the four million that every reading system shows."""
_JPEG_QUALITY = 75
"""No artefacts can be seen at this size."""


def draw_cover(manuscript: Manuscript) -> DrawnCover:
    """Return the first page as a JPEG, with WeasyPrint's diagnostics."""
    typesetter = Typesetter(manuscript)
    name = manuscript.metadata.id
    with free_documents(), captured_log() as log, as_typesetting_failure(name):
        tree = build_document(manuscript)
        pdf = bytes(typesetter.lay_out(tree).write_pdf(pdf_tags=False, uncompressed_pdf=True))
    diagnostics = Diagnostics()
    diagnostics.extend(typesetter.diagnostics(log, f"output/{name}/epub"))
    return DrawnCover(_render_jpeg(pdf), diagnostics.remarks)


def _render_jpeg(pdf: bytes) -> bytes:
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0]
        scale = _COVER_PIXELS / max(page.get_size())
        bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=True)
        size = bitmap.width, bitmap.height
        image = Image.frombuffer(
            "RGBX", size, bitmap.buffer, "raw", "RGBX", bitmap.stride, 1
        )  # shares the bitmap's memory
        jpeg = BytesIO()
        image.save(jpeg, "JPEG", quality=_JPEG_QUALITY, subsampling="4:2:0")  # optimised, the file is larger
        return jpeg.getvalue()
    finally:
        document.close()


# A subset font gets a name of its own, because a licence may reserve the font's name for the original font (SIL Open
# Font License, clause 3). It keeps copyright and licence.

_FEATURES = ("ccmp", "kern", "lnum", "locl", "mark", "mkmk", "tnum")
"""OpenType features that a subset font keeps."""
_SMALL_CAPS = ("c2sc", "smcp")
_JOINER_CHARACTERS = "\u200c\u200d"
"""Zero-width joiner and non-joiner, which some scripts and emoji need.

A font with such letters keeps all its features, because its text would be wrong without them.
"""
_NAME_IDS = (0, 5, 7, 13, 14)
"""Names that are kept: copyright, version, trademark, licence and its address."""
_WINDOWS_ENGLISH = (3, 1, 0x409)
_DROPPED_TABLES = ("BASE", "DSIG", "FFTM", "meta", "STAT")


@lru_cache(maxsize=16)
def subset_font(wanted: SubsetFont) -> bytes:
    """Return the font file of a subset font."""
    try:
        face = hb.subset(
            hb.Face(hb.Blob(read_font_file(wanted.face.package, wanted.face.file))), _subset_request(wanted)
        )
    except RuntimeError as error:
        raise TypesettingFailure(f"The font file '{wanted.face.file}' cannot be cut for books.") from error
    font = TTFont(BytesIO(face.blob.data), lazy=True, recalcTimestamp=False)
    style = style_name(wanted.face)
    full_name, postscript_name = f"{wanted.family} {style}", f"{wanted.family}-{style}".replace(" ", "")
    for name_id, name in ((1, wanted.family), (2, style), (3, postscript_name), (4, full_name), (6, postscript_name)):
        font["name"].setName(name, name_id, *_WINDOWS_ENGLISH)
    if "CFF " in font:
        outlines = font["CFF "].cff
        outlines.fontNames = [postscript_name]
        outlines.topDictIndex[0].FullName, outlines.topDictIndex[0].FamilyName = full_name, wanted.family
    font.flavor = None
    content = BytesIO()
    font.save(content, reorderTables=True)
    return content.getvalue()


def style_name(face: FontFace) -> str:
    """Return a style name such as 'Regular', 'Bold Italic' or '600'."""
    weight = {400: "", 700: "Bold"}.get(face.weight, str(face.weight))
    return " ".join(filter(None, (weight, "Italic" if face.italic else ""))) or "Regular"


def _subset_request(wanted: SubsetFont) -> Any:
    """Return the characters, features and names that a subset font keeps."""
    request = hb.SubsetInput()
    request.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NOTDEF_OUTLINE
    letters = set(_JOINER_CHARACTERS if wanted.alone else COMMON_CHARACTERS) | set(wanted.extra)
    request.sets(hb.SubsetInputSets.UNICODE).set(set(map(ord, letters)))
    features = (*_FEATURES, *(_SMALL_CAPS if wanted.small_caps else ()))
    kept_features = [] if wanted.alone else [(hb.SubsetInputSets.LAYOUT_FEATURE_TAG, map(_tag, features))]
    for kind, values in (*kept_features, (hb.SubsetInputSets.NAME_ID, _NAME_IDS)):
        request.sets(kind).clear()
        request.sets(kind).set(set(values))
    request.sets(hb.SubsetInputSets.DROP_TABLE_TAG).update(set(map(_tag, _DROPPED_TABLES)))
    return request


def _tag(name: str) -> int:
    """Return a name of four letters as an OpenType tag."""
    return int.from_bytes(name.ljust(4).encode(), "big")
