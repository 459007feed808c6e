"""What a reader who listens hears of a PDF: its words in the order of the tags, told apart by page and mark."""

import ctypes
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pypdfium2
from pikepdf import Dictionary, Name, Pdf
from pypdfium2 import raw

from pipeline.core.documents.pdf import is_structure_element, structure_children

Place = tuple[int, int]


def marked_words(pdf: bytes) -> dict[Place, str]:
    """The words of every mark: page from 0 and number."""
    texts: dict[Place, str] = {}
    document = pypdfium2.PdfDocument(pdf)
    for number, page in enumerate(document):
        text = page.get_textpage()
        for obj in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
            place = number, raw.FPDFPageObj_GetMarkedContentID(obj.raw)
            length = raw.FPDFTextObj_GetText(obj.raw, text.raw, None, 0)
            letters = (ctypes.c_ushort * (length // 2))()
            raw.FPDFTextObj_GetText(obj.raw, text.raw, letters, length)
            texts[place] = texts.get(place, "") + bytes(letters).decode("utf-16-le").rstrip("\0")
    return texts


def read_aloud(pdf: bytes) -> Iterator[tuple[tuple[str, ...], int, str]]:
    """Every mark in the order of the tags: the kinds of the tags around it, its page from 1, its words."""
    words = marked_words(pdf)
    with Pdf.open(BytesIO(pdf)) as opened:
        pages = {page.obj.objgen: number for number, page in enumerate(opened.pages)}

        def read(element: Any, tag_path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int, str]]:
            tag_path = (*tag_path, str(element.S)[1:])
            for kid in structure_children(element):
                if is_structure_element(kid):
                    yield from read(kid, tag_path)
                elif isinstance(kid, Dictionary) and kid.get("/Type") != Name.MCR:
                    continue
                else:
                    page, mark = (element.Pg, kid) if isinstance(kid, int) else (kid.Pg, int(kid.MCID))
                    number = pages[page.objgen]
                    yield tag_path, number + 1, words.get((number, mark), "")

        yield from read(opened.Root.StructTreeRoot.K[0], ())


def text_read_aloud(pdf: bytes) -> str:
    """All words in the order of the tags, without the marks of lists."""
    texts = [words for tag_path, _, words in read_aloud(pdf) if not is_bullet(tag_path, words)]
    return " ".join(" ".join(texts).split())


def is_bullet(tag_path: tuple[str, ...], words: str) -> bool:
    """Whether words are the bullet or the number of an entry, not a term."""
    plain = words.strip(" .)")
    return tag_path[-2:] == ("LI", "Lbl") and (plain in {"•", "–", "◦", "▪"} or plain.isdigit())
