"""The styles of a document for comment: those of Word by their names, in the house's looks, and one for each box."""

from __future__ import annotations

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from pipeline.model.body import BoxKind
from pipeline.word.commenting.runs import element

FACE = "Arial"
"""A typeface that every reviewer has: those of the house would fall back to whatever Word takes."""

MEASURE = Mm(150)
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
        made.element.get_or_add_pPr().insert(0, _edge(edge))
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
    section.left_margin = section.right_margin = Mm((_PAGE[0].mm - MEASURE.mm) / 2)
    for place, words in ((section.header, head), (section.footer, foot)):
        if words:
            run = place.paragraphs[0].add_run(words)
            run.font.name, run.font.bold = FACE, True


def _edge(colour: str) -> object:
    line = element("left", val="single", sz="24", space="8", color=colour)
    return element("pBdr", line)
