"""The sides of a printed pack, read off its print file: words, pictures, and what the running lines say.

The bindery lays running lines over pages as forms with names of their own: so they can be told from the page.
"""

import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name, Pdf

from pipeline.bind.pdf.stamps import COPY_NAMES
from pipeline.core.digest import sha256
from pipeline.editions.issued.page_words import page_labels, page_letters, page_texts
from pipeline.editions.replacing.leaves import PrintedSide

_STAMP = re.compile(r"/Stamp\d+")
_FOOT = re.compile(r"(?m)^\s*(?P<text>[a-z0-9][a-z0-9-]*)… ·|^\s*(?P<whole>[a-z0-9][a-z0-9-]*) · ")
_FIGURES = re.compile(r"\d+")
_SHIFTING = frozenset({"q", "Q", "cm"})
_BUILDING = frozenset({"m", "l", "c", "v", "y", "h", "re"})
_PAINTING = frozenset({"f", "F", "f*", "B", "B*", "b", "b*", "s", "S"})

Instructions = list[Any]


def read_sides(pdf: bytes) -> tuple[PrintedSide, ...]:
    """The sides of a print file, page by page."""
    with Pdf.open(io.BytesIO(pdf)) as file:
        pages = [list(pikepdf.parse_content_stream(page)) for page in file.pages]
        labels = [page.label for page in file.pages]
        drawn = [list(_drawn(own, page.obj.get("/Resources"))) for own, page in zip(pages, file.pages, strict=True)]
        bare = _saved(file, [[one for one in own if not _is_stamp(one)] for own in pages])
        running = _saved(file, [[one for one in own if _is_running(one)] for own in pages])
    letters, lines = page_letters(bare), page_texts(running)
    return tuple(_side(number, *said) for number, said in enumerate(zip(labels, letters, lines, drawn, strict=True), 1))


def pages_of_text(pdf: bytes, name: str) -> tuple[str, ...]:
    """The labels of the pages of a file whose foot says that they are of a text, in order."""
    texts, labels = page_texts(pdf), page_labels(pdf)
    return tuple(
        label
        for label, text in zip(labels, texts, strict=True)
        if any(_is_of(name, one) for one in _FOOT.finditer(text))
    )


def _is_of(name: str, found: re.Match[str]) -> bool:
    return found["whole"] == name or bool(found["text"] and name.startswith(found["text"]))


def _side(number: int, label: str, letters: str, lines: str, drawn: list[object]) -> PrintedSide:
    found = _FOOT.search(lines)
    text = (found["whole"] or found["text"]) if found else ""
    foot = lines[found.start() :] if found else lines
    folio = label if re.search(rf"(?m)(?<!\S){re.escape(label)}\s*$", foot) else ""
    if not letters and not lines.strip():
        return PrintedSide("", "", number, label)
    plain = _FIGURES.sub("", letters)
    return PrintedSide(folio, _digest([letters, drawn]), number, label, text, _digest([plain, drawn]))


def _digest(said: object) -> str:
    return sha256(json.dumps(said).encode())


def _is_stamp(one: Any) -> bool:
    name = str(one.operands[0]) if str(one.operator) == "Do" else ""
    return bool(_STAMP.fullmatch(name)) or name in COPY_NAMES


def _is_running(one: Any) -> bool:
    """Whether this draws a running line, or says where the next one stands."""
    return _is_stamp(one) or str(one.operator) in _SHIFTING


def _saved(file: Pdf, pages: list[Instructions]) -> bytes:
    """The file with other contents on its pages."""
    for page, own in zip(file.pages, pages, strict=True):
        page.obj.Contents = file.make_stream(pikepdf.unparse_content_stream(own))
    out = io.BytesIO()
    file.save(out, compress_streams=False)
    return out.getvalue()


def _drawn(instructions: Instructions, resources: Any) -> Iterator[object]:
    """Shapes and pictures on a page, wherever they stand on it: shapes from their first point on, to the point."""
    shape: list[object] = []
    start: tuple[float, ...] = ()
    for one in instructions:
        operator = str(one.operator)
        if operator in _BUILDING:
            numbers = [float(value) for value in one.operands]
            start = start or tuple(numbers[:2])
            points = numbers[:2] if operator == "re" else numbers
            moved = [round(value - start[n % 2]) for n, value in enumerate(points)]
            shape.append([operator, *moved, *(round(value) for value in numbers[len(points) :])])
        elif operator in _PAINTING:
            yield [operator, shape]
            shape, start = [], ()
        elif operator == "n":
            shape, start = [], ()
        elif operator == "INLINE IMAGE":
            yield sha256(one.iimage.unparse())
        elif operator == "Do" and not _is_stamp(one):
            yield from _called(resources, str(one.operands[0]))


def _called(resources: Any, name: str) -> Iterator[object]:
    """A picture, or the shapes and pictures of a form, that a page draws by its name."""
    drawn = (resources or Dictionary()).get("/XObject", Dictionary()).get(name)
    if drawn is None:
        return
    if drawn.get("/Subtype") == Name.Image:
        yield sha256(drawn.read_raw_bytes())
    else:
        yield from _drawn(list(pikepdf.parse_content_stream(drawn)), drawn.get("/Resources", resources))
