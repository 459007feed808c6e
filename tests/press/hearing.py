"""What a reader who listens hears of a PDF: its words in the order of the tags, told apart by page and mark."""

import ctypes
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pypdfium2
from pikepdf import Dictionary, Name, Pdf
from pypdfium2 import raw

from pipeline.core.documents.pdf import children, is_element

Place = tuple[int, int]


def marked_words(pdf: bytes) -> dict[Place, str]:
    """The words of every mark: page from 0 and number."""
    found: dict[Place, str] = {}
    document = pypdfium2.PdfDocument(pdf)
    for number, page in enumerate(document):
        text = page.get_textpage()
        for thing in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
            place = number, raw.FPDFPageObj_GetMarkedContentID(thing.raw)
            length = raw.FPDFTextObj_GetText(thing.raw, text.raw, None, 0)
            letters = (ctypes.c_ushort * (length // 2))()
            raw.FPDFTextObj_GetText(thing.raw, text.raw, letters, length)
            found[place] = found.get(place, "") + bytes(letters).decode("utf-16-le").rstrip("\0")
    return found


def read_aloud(pdf: bytes) -> Iterator[tuple[tuple[str, ...], int, str]]:
    """Every mark in the order of the tags: the kinds of the tags around it, its page from 1, its words."""
    words = marked_words(pdf)
    with Pdf.open(BytesIO(pdf)) as opened:
        pages = {page.obj.objgen: number for number, page in enumerate(opened.pages)}

        def read(element: Any, way: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int, str]]:
            way = (*way, str(element.S)[1:])
            for kid in children(element):
                if is_element(kid):
                    yield from read(kid, way)
                elif isinstance(kid, Dictionary) and kid.get("/Type") != Name.MCR:
                    continue
                else:
                    page, mark = (element.Pg, kid) if isinstance(kid, int) else (kid.Pg, int(kid.MCID))
                    number = pages[page.objgen]
                    yield way, number + 1, words.get((number, mark), "")

        yield from read(opened.Root.StructTreeRoot.K[0], ())


def heard(pdf: bytes) -> str:
    """All words in the order of the tags, without the marks of lists."""
    said = [words for way, _, words in read_aloud(pdf) if not is_bullet(way, words)]
    return " ".join(" ".join(said).split())


def is_bullet(way: tuple[str, ...], words: str) -> bool:
    """Whether words are the bullet or the number of an entry, not a term."""
    plain = words.strip(" .)")
    return way[-2:] == ("LI", "Lbl") and (plain in {"•", "–", "◦", "▪"} or plain.isdigit())
