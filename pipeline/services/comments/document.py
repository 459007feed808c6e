"""The Word document of a text for comment: the same source gives the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from PIL import Image, UnidentifiedImageError

from pipeline.core.diagnostics import TypesettingFailure
from pipeline.model.body import BoxKind
from pipeline.model.formats import ASSET, Asset, Layouts
from pipeline.model.source.library_file import LibrarySettings
from pipeline.services.comments.blocks import SentBlock
from pipeline.services.comments.units import (
    ControlNumbers,
    Sent,
    SentMark,
    bookmarked,
    control,
    digest_of_words,
    element,
    read_bookmark,
    run,
    shown_words,
    words_of,
)
from pipeline.services.importing.package import Element

_AS_THEY_ARE = ("image/png", "image/jpeg", "image/gif")
_SCALE = 3
"""Dots of a drawing for each point."""


def shown(picture: Asset, imprint: LibrarySettings, layouts: Layouts) -> bytes | None:
    """A picture as Word can show it; nothing where it cannot be drawn, so that its words stand for it."""
    if picture.media_type in _AS_THEY_ARE:
        return picture.content
    if picture.media_type == "image/svg+xml":
        return _drawn(picture, imprint, layouts)
    out = io.BytesIO()
    try:
        with Image.open(io.BytesIO(picture.content)) as opened:
            opened.convert("RGBA").save(out, "PNG")
    except (OSError, UnidentifiedImageError, ValueError, Image.DecompressionBombError):
        return None
    return out.getvalue()


def _drawn(drawing: Asset, imprint: LibrarySettings, layouts: Layouts) -> bytes | None:
    """A drawing as a picture of dots, as the pages have it: by the engine that sets them, in the faces of the house."""
    import pypdfium2  # which, as what sets pages, takes long to load

    from pipeline.compose.design.faces import font_rules
    from pipeline.compose.design.measures import PICTURE_HEIGHT, TEXT_WIDTH
    from pipeline.compose.design.typeface import font_set
    from pipeline.compose.page.figures import drawing_size
    from pipeline.model.manuscript import Chapter, Manuscript, Metadata
    from pipeline.press.press import press

    width, height = drawing_size(drawing.content)
    if not width or not height:
        return None
    share = min(1.0, TEXT_WIDTH / width, PICTURE_HEIGHT / height)
    if min(width, height) * share < 1:
        return None  # a thread, of which a page cannot be made
    faces = font_set(imprint, layouts).faces
    style = (
        f"@page {{ size: {width * share:.2f}pt {height * share:.2f}pt; margin: 0 }}\n"
        f"html, body {{ margin: 0 }}\nimg {{ display: block; width: 100%; height: 100% }}\n{font_rules(faces)}"
    )
    page = Chapter("drawing", "", f'<img id="drawing" src="{ASSET}{drawing.sha256}" alt=""/>')
    about = Metadata("drawing", "", imprint.fields.language, "")
    out = io.BytesIO()
    try:
        made = press(Manuscript("drawing", (page,), about, style, "", "", faces, (drawing,)))
        with pypdfium2.PdfDocument(made.pdf) as pages:
            picture = pages[0].render(scale=_SCALE).to_pil()
            picture.save(out, "PNG", dpi=(72 * _SCALE, 72 * _SCALE))
    except (TypesettingFailure, pypdfium2.PdfiumError):
        return None
    return out.getvalue()


FACE = "Arial"
"""A typeface that every reviewer has: those of the house would fall back to whatever Word takes."""

TEXT_WIDTH = Mm(150)
"""Width of the text."""
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
    """The name of a box's style; `import` makes that box of it again."""
    return f"{kind.capitalize()} box"


def set_styles(document: Document, language: str) -> None:
    """Give a document the styles of the house."""
    styles = document.styles
    for style in styles.element.iter(qn("w:lang")):
        style.set(qn("w:val"), language)
    normal = styles["Normal"]
    normal.font.name, normal.font.size = FACE, Pt(11)
    for name, size in _SIZES.items():
        font = styles[name].font
        font.name, font.size, font.italic, font.color.rgb = FACE, Pt(size), False, _INK
        for faces in styles[name].element.iter(qn("w:rFonts")):
            for attribute in [one for one in faces.attrib if "Theme" in str(one)]:
                del faces.attrib[attribute]
    for kind, edge in _EDGES.items():
        made = styles.add_style(box_style(kind), WD_STYLE_TYPE.PARAGRAPH)
        made.base_style, made.quick_style = normal, True
        line = element("left", val="single", sz="24", space="8", color=edge)
        made.element.get_or_add_pPr().insert(0, element("pBdr", line))
        made.paragraph_format.left_indent = Pt(12)
    term = styles.add_style("Term", WD_STYLE_TYPE.PARAGRAPH)
    term.base_style = normal
    term.font.bold = True
    note = styles.add_style("Text of a footnote", WD_STYLE_TYPE.PARAGRAPH)
    note.base_style = normal
    note.font.size = Pt(9)


def set_pages(document: Document, head: str, foot: str) -> None:
    """Give a document pages of A4, with the same words at the head and at the foot of each."""
    section = document.sections[0]
    section.page_width, section.page_height = _PAGE
    section.left_margin = section.right_margin = Mm((_PAGE[0].mm - TEXT_WIDTH.mm) / 2)
    for place, words in ((section.header, head), (section.footer, foot)):
        if words:
            run = place.paragraphs[0].add_run(words)
            run.font.name, run.font.bold = FACE, True


_BEFORE = ("w:defaultTabStop", "w:characterSpacingControl", "w:compat", "w:rsids")
_DEEPEST = 3
"""Word has styles for so many levels of lists."""


@dataclass(frozen=True, slots=True)
class FixedParagraph:
    """A locked paragraph that is no block of the text: the title, a label, a cell of the evidence table."""

    words: str
    style: str = "Normal"


@dataclass(frozen=True, slots=True)
class SentDocument:
    """All that a document for comment shows."""

    sent: Sent
    title: str
    language: str
    above: tuple[FixedParagraph, ...]
    """The title, the summary and the like."""
    blocks: tuple[SentBlock, ...]
    evidence: tuple[tuple[str, ...], ...] = ()
    """The rows of the evidence table, the first of them its head."""
    evidence_caption: str = ""
    box_names: dict[str, str] = field(default_factory=dict, hash=False)
    pictures: dict[str, bytes] = field(default_factory=dict, hash=False)
    """By their paths as the text writes them."""
    head: str = ""
    """Words at the head of every page: statuses and marking."""
    foot: str = ""
    names: dict[str, str] = field(default_factory=dict, hash=False)
    """Of figures and tables by what their captions stand in, such as 'Figure 2'."""


def written(sent: SentDocument) -> bytes:
    """The document as a file."""
    return _Writer(sent).written()


class _Writer:
    """Writes one document."""

    def __init__(self, sent: SentDocument) -> None:
        self.sent = sent
        self.document: Document = docx.Document()
        self.numbers = ControlNumbers()
        self.fixed = 0
        self.note = ""
        self.list_number: dict[int, tuple[str, int]] = {}
        self.body: Any = self.document.element.body

    def written(self) -> bytes:
        set_styles(self.document, self.sent.language)
        set_pages(self.document, self.sent.head, self.sent.foot)
        _set_properties(self.document, self.sent)
        self.add_fixed(self.sent.above)
        if not any(block.kind == "evidence" for block in self.sent.blocks):
            self.evidence()
        box: tuple[str, ...] = ()
        for cells, blocks in groupby(enumerate(self.sent.blocks), _is_cell):
            if cells:
                for table in _tables(blocks):
                    self.table(table)
                continue
            for number, block in blocks:
                box = self.box_label(block, box)
                self.block(number, block)
        self.count_fixed()
        return _packed(self.document)

    def count_fixed(self) -> None:
        """Say in the bookmark of each locked paragraph of no block how many there are, so that none goes unseen."""
        for start in self.body.iter(qn("w:bookmarkStart")):
            mark = read_bookmark(start.get(qn("w:name")))
            if mark is not None and mark.kind == "f":
                start.set(qn("w:name"), mark._replace(part=self.fixed).name)

    def add_fixed(self, paragraphs: Sequence[FixedParagraph]) -> None:
        for one in paragraphs:
            self.body.insert(len(self.body) - 1, control(self.numbers, "fixed", self.fixed_paragraph(one)))

    def fixed_paragraph(self, one: FixedParagraph) -> Element:
        """A paragraph of no block, with a bookmark that tells whether somebody changed it."""
        made = self.paragraph(one.style)
        mark = SentMark("f", self.fixed, 0, digest_of_words(one.words))
        self.fixed += 1
        made.extend(bookmarked(self.numbers, mark, [run(one.words)]))
        return made

    def paragraph(self, style: str) -> Element:
        made = self.document.add_paragraph(style=style)._p
        self.body.remove(made)
        return made

    def box_label(self, block: SentBlock, before: tuple[str, ...]) -> tuple[str, ...]:
        """Name a box where it begins, unless it has a heading of its own."""
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
        made = self.paragraph(_style_of(block))
        if block.kind == "ordered":
            self.numbered(made, block)
        if block.kind == "picture":
            content = list(self.picture(block))
        elif block.is_locked:
            content = [run(self.note_number(block) + block.seen)]
        else:
            content = list(words_of(self.numbers, number, block.units))
        made.extend(bookmarked(self.numbers, _mark_of(number, block, content), content))
        whole = control(self.numbers, "locked", made) if block.is_locked else made
        self.body.insert(len(self.body) - 1, whole)

    def note_number(self, block: SentBlock) -> str:
        """The number of the note that a block begins, as its call has it."""
        note = next((name.split()[1] for name in block.within if name.startswith("note ")), "")
        begun, self.note = self.note, note
        return f"[{note}] " if note and note != begun else ""

    def picture(self, block: SentBlock) -> Iterator[Element]:
        shown = self.sent.pictures.get(getattr(block.node, "source", ""))
        if shown is None:
            yield run(f"[{block.seen}]")
            return
        made = self.document.add_paragraph()
        drawn = made.add_run().add_picture(io.BytesIO(shown))
        width = min(int(drawn.width), int(TEXT_WIDTH))
        drawn.height, drawn.width = (
            type(drawn.width)(int(drawn.height) * width // int(drawn.width)),
            type(drawn.width)(width),
        )
        for described in made._p.iter(qn("wp:docPr")):
            described.set("descr", block.seen)
        self.body.remove(made._p)
        yield made.runs[0]._r

    def numbered(self, made: Element, block: SentBlock) -> None:
        """Number an entry in a list of its own; the first begins it at its number."""
        said = block.within[-1].split()
        number, before = int(said[3]), self.list_number.get(block.level, ("", -1))
        name = before[0] if before[1] == number - 1 else self.new_list(number)
        self.list_number[block.level] = (name, number)
        made.get_or_add_pPr().append(element("numPr", element("ilvl", val="0"), element("numId", val=name)))

    def new_list(self, start: int) -> str:
        numbering = self.document.part.numbering_part.element
        style = self.document.styles["List Number"].element
        usual = style.find(f".//{qn('w:numId')}").get(qn("w:val"))
        abstract = numbering.num_having_numId(int(usual)).abstractNumId.val
        made = numbering.add_num(abstract)
        made.add_lvlOverride(ilvl=0).add_startOverride(start)
        return str(made.numId)

    def table(self, cells: list[tuple[int, SentBlock]]) -> None:
        """Add a table; its cells can be edited one by one."""
        _, _, rows, columns = cells[0][1].cell
        made = self.grid(rows, columns)
        for number, block in cells:
            row, column, *_ = block.cell
            paragraph = made.cell(row, column).paragraphs[0]._p
            content = list(words_of(self.numbers, number, block.units))
            paragraph.extend(bookmarked(self.numbers, _mark_of(number, block, content), content))
        self.add_table(made._tbl)

    def grid(self, rows: int, columns: int) -> Any:
        """A table, not yet in the document; its first row is its head, repeated on every page."""
        made = self.document.add_table(rows, columns, style="Table Grid")
        made._tbl.getparent().remove(made._tbl)
        made.rows[0]._tr.get_or_add_trPr().append(element("tblHeader"))
        return made

    def evidence(self) -> None:
        """Add the evidence table, locked: it is made of the front matter."""
        rows = self.sent.evidence
        if not rows:
            return
        self.add_fixed([FixedParagraph(self.sent.evidence_caption, "Caption")])
        made = self.grid(len(rows), len(rows[0]))
        for row, words in enumerate(rows):
            for column, said in enumerate(words):
                cell = made.cell(row, column)._tc
                cell.remove(cell.p_lst[0])
                cell.append(self.fixed_paragraph(FixedParagraph(said)))
        self.add_table(control(self.numbers, "evidence", made._tbl))

    def add_table(self, made: Element) -> None:
        """Add a table, and an empty paragraph that keeps it apart from another."""
        self.body.insert(len(self.body) - 1, made)
        self.body.insert(len(self.body) - 1, element("p"))


def _mark_of(number: int, block: SentBlock, content: Sequence[Element]) -> SentMark:
    """The bookmark of a block; of one that is locked it tells of the words that are shown for it."""
    seen = shown_words(content) if block.is_locked else block.seen
    return SentMark("b", number, 0, digest_of_words(seen))


def _is_cell(numbered: tuple[int, SentBlock]) -> bool:
    return numbered[1].kind == "cell" and not numbered[1].is_locked


def _tables(cells: Iterable[tuple[int, SentBlock]]) -> Iterator[list[tuple[int, SentBlock]]]:
    """The cells of each of several tables."""
    table: list[tuple[int, SentBlock]] = []
    for number, block in cells:
        if table and block.cell[:2] == (0, 0):
            yield table
            table = []
        table.append((number, block))
    yield table


def _style_of(block: SentBlock) -> str:
    level = min(block.level, _DEEPEST)
    if block.is_locked and block.kind == "note":
        return "Text of a footnote"
    match block.kind:
        case "heading":
            return f"Heading {max(1, block.level - 1)}"
        case "bullets" | "ordered":
            return ("List Bullet" if block.kind == "bullets" else "List Number") + (f" {level}" if level > 1 else "")
        case "caption":
            return "Caption"
        case "term":
            return "Term"
        case _ if block.box:
            return box_style(block.box)
        case _ if "quote" in block.within:
            return "Quote"
        case _ if any(name.startswith(("list ", "meaning ")) for name in block.within):
            return "List Continue"
        case _:
            return "Normal"


def _set_properties(document: Document, sent: SentDocument) -> None:
    """Say what the document is of, and switch the tracking of changes on."""
    core = document.core_properties
    core.title, core.identifier, core.language = sent.title, sent.sent.identifier, sent.language
    core.author, core.comments = "", ""
    for day in [one for one in core._element if str(one.tag).endswith(("}created", "}modified"))]:
        core._element.remove(day)
    settings: Any = document.settings.element
    settings.insert_element_before(element("trackRevisions"), *_BEFORE)
    for zoom in settings.iter(qn("w:zoom")):
        zoom.set(qn("w:percent"), "100")  # which the schema asks for, and the template lacks
    links = document.part.package.rels
    for name in [name for name, link in links.items() if link.reltype.endswith("/thumbnail")]:
        del links[name]


def _packed(document: Document) -> bytes:
    """The document as an archive whose entries have no time."""
    made = io.BytesIO()
    document.save(made)
    out = io.BytesIO()
    with zipfile.ZipFile(made) as parts, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(parts.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            archive.writestr(zipfile.ZipInfo(name), parts.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
