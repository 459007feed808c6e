"""Write the Word document of a text for comment; the same source gives the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, assert_never

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt, RGBColor
from PIL import Image, UnidentifiedImageError

from pipeline.core.diagnostics import TypesettingFailure
from pipeline.model.body import BoxKind
from pipeline.model.formats import ASSET, Asset, Layouts
from pipeline.model.source.library_file import LibrarySettings
from pipeline.services.comments.blocks import SentBlock
from pipeline.services.comments.units import (
    ControlNumbers,
    SentBookmark,
    SentSource,
    bookmarked,
    control,
    digest_of_words,
    element,
    read_bookmark,
    run,
    shown_words,
    words_of,
)
from pipeline.services.importing.docx_package import Element

_KEPT_TYPES = ("image/png", "image/jpeg", "image/gif")
_SCALE = 3
"""Pixels of a drawing for each point."""


def picture_for_word(picture: Asset, imprint: LibrarySettings, layouts: Layouts) -> bytes | None:
    """Return a picture in a format that Word shows; None if it cannot be drawn, so that its alt text is shown."""
    if picture.media_type in _KEPT_TYPES:
        return picture.content
    if picture.media_type == "image/svg+xml":
        return _rasterize(picture, imprint, layouts)
    out = io.BytesIO()
    try:
        with Image.open(io.BytesIO(picture.content)) as opened:
            opened.convert("RGBA").save(out, "PNG")
    except (OSError, UnidentifiedImageError, ValueError, Image.DecompressionBombError):
        return None
    return out.getvalue()


def _rasterize(drawing: Asset, imprint: LibrarySettings, layouts: Layouts) -> bytes | None:
    """Rasterize an SVG drawing as the pages show it: with the engine that typesets them, in the library's typefaces."""
    import pypdfium2  # slow to load, like the modules that typeset pages

    from pipeline.compose.design.faces import font_rules
    from pipeline.compose.design.style import PICTURE_HEIGHT, TEXT_WIDTH
    from pipeline.compose.design.typeface import choose_fonts
    from pipeline.compose.page.figures import drawing_size
    from pipeline.model.manuscript import Chapter, Manuscript, Metadata
    from pipeline.press.press import press

    width, height = drawing_size(drawing.content)
    if not width or not height:
        return None
    share = min(1.0, TEXT_WIDTH / width, PICTURE_HEIGHT / height)
    if min(width, height) * share < 1:
        return None  # too thin for a page
    faces = choose_fonts(imprint, layouts).faces
    style = (
        f"@page {{ size: {width * share:.2f}pt {height * share:.2f}pt; margin: 0 }}\n"
        f"html, body {{ margin: 0 }}\nimg {{ display: block; width: 100%; height: 100% }}\n{font_rules(faces)}"
    )
    page = Chapter("drawing", "", f'<img id="drawing" src="{ASSET}{drawing.sha256}" alt=""/>')
    about = Metadata("drawing", "", imprint.fields.language, "")
    out = io.BytesIO()
    try:
        sheets = press(Manuscript("drawing", (page,), about, style, "", "", faces, (drawing,)))
        with pypdfium2.PdfDocument(sheets.pdf) as pages:
            picture = pages[0].render(scale=_SCALE).to_pil()
            picture.save(out, "PNG", dpi=(72 * _SCALE, 72 * _SCALE))
    except (TypesettingFailure, pypdfium2.PdfiumError):
        return None
    return out.getvalue()


FACE = "Arial"
"""A typeface that every reviewer has; Word would replace the library's own typefaces."""

TEXT_WIDTH = Mm(150)
_PAGE = Mm(210), Mm(297)

_INK = RGBColor(0x1F, 0x2A, 0x44)
_SIZES = {"Title": 22, "Subtitle": 13, **{f"Heading {n}": size for n, size in enumerate((17, 14, 12, 11, 11), 1)}}
_EDGES = {
    BoxKind.PRACTICE: "2E7D6B",
    BoxKind.NOTE: "5A6B8C",
    BoxKind.CAUTION: "B3541E",
    BoxKind.QUESTIONS: "6A4C93",
    BoxKind.OUTCOMES: "2F6DA8",
}
_LISTS = ("List Bullet", "List Number", "List Continue")


def box_style(kind: str) -> str:
    """Return the name of a box's style, which `import` reads back as the same box."""
    return f"{kind.capitalize()} box"


def set_styles(document: Document, language: str) -> None:
    """Set the styles of a document."""
    styles = document.styles
    for style in styles.element.iter(qn("w:lang")):
        style.set(qn("w:val"), language)
    normal = styles["Normal"]
    normal.font.name, normal.font.size = FACE, Pt(11)
    for name, size in _SIZES.items():
        font = styles[name].font
        font.name, font.size, font.italic, font.color.rgb = FACE, Pt(size), False, _INK
        for faces in styles[name].element.iter(qn("w:rFonts")):
            for attribute in [name for name in faces.attrib if "Theme" in str(name)]:
                del faces.attrib[attribute]
    for kind, edge in _EDGES.items():
        box = styles.add_style(box_style(kind), WD_STYLE_TYPE.PARAGRAPH)
        box.base_style, box.quick_style = normal, True
        line = element("left", val="single", sz="24", space="8", color=edge)
        box.element.get_or_add_pPr().insert(0, element("pBdr", line))
        box.paragraph_format.left_indent = Pt(12)
    term = styles.add_style("Term", WD_STYLE_TYPE.PARAGRAPH)
    term.base_style = normal
    term.font.bold = True
    note = styles.add_style("Text of a footnote", WD_STYLE_TYPE.PARAGRAPH)
    note.base_style = normal
    note.font.size = Pt(9)


def set_pages(document: Document, head: str, foot: str) -> None:
    """Set A4 pages, with the words at the head and at the foot of each."""
    section = document.sections[0]
    section.page_width, section.page_height = _PAGE
    section.left_margin = section.right_margin = Mm((_PAGE[0].mm - TEXT_WIDTH.mm) / 2)
    for place, words in ((section.header, head), (section.footer, foot)):
        if words:
            run = place.paragraphs[0].add_run(words)
            run.font.name, run.font.bold = FACE, True


_SETTINGS_AFTER = ("w:defaultTabStop", "w:characterSpacingControl", "w:compat", "w:rsids")
_DEEPEST = 3
"""Levels of lists for which Word has styles."""


@dataclass(frozen=True, slots=True)
class FixedParagraph:
    """A locked paragraph outside the blocks of the text: the title, a label, a cell of the evidence table."""

    words: str
    style: str = "Normal"


@dataclass(frozen=True, slots=True)
class CommentDocument:
    """Everything that a document for comment shows."""

    sent: SentSource
    title: str
    language: str
    above: tuple[FixedParagraph, ...]
    """The title, the summary and other front matter."""
    blocks: tuple[SentBlock, ...]
    evidence: tuple[tuple[str, ...], ...] = ()
    """The rows of the evidence table, its head first."""
    evidence_caption: str = ""
    box_names: dict[str, str] = field(default_factory=dict, hash=False)
    pictures: dict[str, bytes] = field(default_factory=dict, hash=False)
    """Pictures by their paths as the text writes them."""
    head: str = ""
    """Words at the head of every page: statuses and marking."""
    foot: str = ""
    names: dict[str, str] = field(default_factory=dict, hash=False)
    """Names such as 'Figure 2', by the container of the caption."""


def write_comment_document(sent: CommentDocument) -> bytes:
    """Return the document as a file."""
    return _Writer(sent).write()


class _Writer:
    def __init__(self, sent: CommentDocument) -> None:
        self.sent = sent
        self.document: Document = docx.Document()
        self.numbers = ControlNumbers()
        self.fixed = 0
        """Number of the next locked paragraph outside blocks."""
        self.note = ""
        """Number of the note that was written last."""
        self.lists: dict[int, tuple[str, int]] = {}
        """The Word list and the last number at each level."""
        self.body: Any = self.document.element.body

    def write(self) -> bytes:
        set_styles(self.document, self.sent.language)
        set_pages(self.document, self.sent.head, self.sent.foot)
        _set_properties(self.document, self.sent)
        self.add_fixed(self.sent.above)
        if not any(block.kind == "evidence" for block in self.sent.blocks):
            self.evidence()
        box: tuple[str, ...] = ()
        for are_cells, blocks in groupby(enumerate(self.sent.blocks), lambda numbered: numbered[1].kind == "cell"):
            if are_cells:
                for table in _tables(blocks):
                    self.table(table)
                continue
            for number, block in blocks:
                box = self.box_label(block, box)
                self.block(number, block)
        self.count_fixed()
        return _packed(self.document)

    def count_fixed(self) -> None:
        """Add the number of locked paragraphs outside blocks to the bookmark of each, so that a loss is noticed."""
        for start in self.body.iter(qn("w:bookmarkStart")):
            bookmark = read_bookmark(start.get(qn("w:name")))
            if bookmark is not None and bookmark.kind == "f":
                start.set(qn("w:name"), bookmark._replace(part=self.fixed).name)

    def add_fixed(self, paragraphs: Sequence[FixedParagraph]) -> None:
        for paragraph in paragraphs:
            self.append(control(self.numbers, "fixed", self.fixed_paragraph(paragraph)))

    def append(self, node: Element) -> None:
        """Append a node to the body, before its properties."""
        self.body.insert(len(self.body) - 1, node)

    def fixed_paragraph(self, paragraph: FixedParagraph) -> Element:
        """Make a paragraph outside blocks, with a bookmark that shows whether somebody changed it."""
        node = self.paragraph(paragraph.style)
        bookmark = SentBookmark("f", self.fixed, 0, digest_of_words(paragraph.words))
        self.fixed += 1
        node.extend(bookmarked(self.numbers, bookmark, [run(paragraph.words)]))
        return node

    def paragraph(self, style: str) -> Element:
        node = self.document.add_paragraph(style=style)._p
        self.body.remove(node)
        return node

    def box_label(self, block: SentBlock, before: tuple[str, ...]) -> tuple[str, ...]:
        """Add the name of a box where it begins, unless the box has a heading; return the box."""
        end = next((n for n, name in enumerate(block.within) if name.startswith("box ")), -1)
        box = block.within[: end + 1]
        if box and box != before and block.kind != "box-heading":
            kind = box[-1].split()[1]
            self.add_fixed([FixedParagraph(self.sent.box_names.get(kind, kind), box_style(kind))])
        return box

    def block(self, number: int, block: SentBlock) -> None:
        if block.kind == "evidence":
            self.evidence()
            return
        if block.kind == "caption" and (name := self.sent.names.get(block.within[-1])):
            self.add_fixed([FixedParagraph(name, "Caption")])
        paragraph = self.paragraph(_style_of(block))
        if block.kind == "ordered":
            self.number_entry(paragraph, block)
        if block.kind == "picture":
            content = list(self.picture(block))
        elif block.is_locked:
            content = [run(self.note_number(block) + block.seen)]
        else:
            content = list(words_of(self.numbers, number, block.units))
        paragraph.extend(bookmarked(self.numbers, _bookmark_of(number, block, content), content))
        self.append(control(self.numbers, "locked", paragraph) if block.is_locked else paragraph)

    def note_number(self, block: SentBlock) -> str:
        """Return the number of the note that a block begins, as its call shows it; else nothing."""
        note = next((name.split()[1] for name in block.within if name.startswith("note ")), "")
        previous, self.note = self.note, note
        return f"[{note}] " if note and note != previous else ""

    def picture(self, block: SentBlock) -> Iterator[Element]:
        content = self.sent.pictures.get(getattr(block.node, "source", ""))
        if content is None:
            yield run(f"[{block.seen}]")
            return
        paragraph = self.document.add_paragraph()
        picture = paragraph.add_run().add_picture(io.BytesIO(content))
        width = min(int(picture.width), int(TEXT_WIDTH))
        picture.height, picture.width = Emu(int(picture.height) * width // int(picture.width)), Emu(width)
        for properties in paragraph._p.iter(qn("wp:docPr")):
            properties.set("descr", block.seen)
        self.body.remove(paragraph._p)
        yield paragraph.runs[0]._r

    def number_entry(self, paragraph: Element, block: SentBlock) -> None:
        """Number an entry in its Word list; one that does not follow the last number starts a new list."""
        number = int(block.within[-1].split()[3])
        name, last = self.lists.get(block.level, ("", -1))
        if last != number - 1:
            name = self.new_list(number)
        self.lists[block.level] = (name, number)
        paragraph.get_or_add_pPr().append(element("numPr", element("ilvl", val="0"), element("numId", val=name)))

    def new_list(self, start: int) -> str:
        numbering = self.document.part.numbering_part.element
        style = self.document.styles["List Number"].element
        usual = style.find(f".//{qn('w:numId')}").get(qn("w:val"))
        abstract = numbering.num_having_numId(int(usual)).abstractNumId.val
        numbered_list = numbering.add_num(abstract)
        numbered_list.add_lvlOverride(ilvl=0).add_startOverride(start)
        return str(numbered_list.numId)

    def table(self, cells: list[tuple[int, SentBlock]]) -> None:
        """Add a table whose cells can be edited."""
        _, _, rows, columns = cells[0][1].cell
        table = self.grid(rows, columns)
        for number, block in cells:
            row, column, *_ = block.cell
            paragraph = table.cell(row, column).paragraphs[0]._p
            content = list(words_of(self.numbers, number, block.units))
            paragraph.extend(bookmarked(self.numbers, _bookmark_of(number, block, content), content))
        self.add_table(table._tbl)

    def grid(self, rows: int, columns: int) -> Any:
        """Make a table, not yet in the document, whose first row is repeated on every page."""
        table = self.document.add_table(rows, columns, style="Table Grid")
        table._tbl.getparent().remove(table._tbl)
        table.rows[0]._tr.get_or_add_trPr().append(element("tblHeader"))
        return table

    def evidence(self) -> None:
        """Add the evidence table, locked, as it comes from the front matter."""
        rows = self.sent.evidence
        if not rows:
            return
        self.add_fixed([FixedParagraph(self.sent.evidence_caption, "Caption")])
        table = self.grid(len(rows), len(rows[0]))
        for row, cells in enumerate(rows):
            for column, words in enumerate(cells):
                cell = table.cell(row, column)._tc
                cell.remove(cell.p_lst[0])
                cell.append(self.fixed_paragraph(FixedParagraph(words)))
        self.add_table(control(self.numbers, "evidence", table._tbl))

    def add_table(self, table: Element) -> None:
        """Add a table, and an empty paragraph that separates it from the next."""
        self.append(table)
        self.append(element("p"))


def _bookmark_of(number: int, block: SentBlock, content: Sequence[Element]) -> SentBookmark:
    """Return the bookmark of a block; for a locked block its digest is of the words that are shown."""
    seen = shown_words(content) if block.is_locked else block.seen
    return SentBookmark("b", number, 0, digest_of_words(seen))


def _tables(cells: Iterable[tuple[int, SentBlock]]) -> Iterator[list[tuple[int, SentBlock]]]:
    """Divide cells into tables."""
    table: list[tuple[int, SentBlock]] = []
    for number, block in cells:
        if table and block.cell[:2] == (0, 0):
            yield table
            table = []
        table.append((number, block))
    yield table


def _style_of(block: SentBlock) -> str:
    match block.kind:
        case "heading":
            return f"Heading {max(1, block.level - 1)}"
        case "bullets" | "ordered":
            level = min(block.level, _DEEPEST)
            return ("List Bullet" if block.kind == "bullets" else "List Number") + (f" {level}" if level > 1 else "")
        case "caption":
            return "Caption"
        case "term":
            return "Term"
        case "note":
            return "Text of a footnote"
        case "paragraph" | "box-heading" | "cell" | "picture" | "code" | "equation" | "evidence" | "apart":
            return _style_within(block)
        case _:
            assert_never(block.kind)


def _style_within(block: SentBlock) -> str:
    """Return the style of a block by its container."""
    if block.box:
        return box_style(block.box)
    if "quote" in block.within:
        return "Quote"
    is_in_list = any(name.startswith(("list ", "meaning ")) for name in block.within)
    return "List Continue" if is_in_list else "Normal"


def _set_properties(document: Document, sent: CommentDocument) -> None:
    """Set the title and the identifier of the document, and switch the tracking of changes on."""
    core = document.core_properties
    core.title, core.identifier, core.language = sent.title, sent.sent.identifier, sent.language
    core.author, core.comments = "", ""
    for day in [node for node in core._element if str(node.tag).endswith(("}created", "}modified"))]:
        core._element.remove(day)
    settings: Any = document.settings.element
    settings.insert_element_before(element("trackRevisions"), *_SETTINGS_AFTER)
    for zoom in settings.iter(qn("w:zoom")):
        zoom.set(qn("w:percent"), "100")  # the schema requires it, and the template lacks it
    links = document.part.package.rels
    for name in [name for name, link in links.items() if link.reltype.endswith("/thumbnail")]:
        del links[name]


def _packed(document: Document) -> bytes:
    """Save the document as an archive whose entries have no time."""
    saved, out = io.BytesIO(), io.BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as parts, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(parts.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            archive.writestr(zipfile.ZipInfo(name), parts.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
