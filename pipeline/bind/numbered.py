"""Numbered copies: what says which copy a file is, changed in a finished file, and nothing else touched.

A numbered pack is bound and proofed once. On every page it has a line that is one form for all pages, and on its
cover the paragraph that says when it was produced; both are found by the names that the bindery gave them. For a copy
their stamps take the place of those, and the record names the copy: the tags, the links and the pages stay as they are.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from markupsafe import escape
from pikepdf import Dictionary, Name, Object, Pdf, Stream

from pipeline.bind.archive import write_archive
from pipeline.bind.furniture import css_string
from pipeline.bind.pdf_record import copy_label
from pipeline.bind.pdf_stamps import COPY, copy_name
from pipeline.bind.prepress_inks import Grey, inks_of
from pipeline.bind.prepress_paint import Painter
from pipeline.bind.prepress_record import save_plain
from pipeline.bind.stream_ends import mend_stream_ends
from pipeline.errors import PressFailure
from pipeline.model.imprint import Format
from pipeline.model.manuscript import StampText
from pipeline.model.publication import UNNUMBERED
from pipeline.press.finish import save

Places = Mapping[str, tuple[Any, ...]]
"""The forms that say which copy a file is, by their names."""


@dataclass(frozen=True, slots=True)
class Numbering:
    """A finished file of a numbered pack, and the copies to be made of it."""

    master: bytes
    format: Format
    copies: tuple[str, ...]
    """What each copy says of itself: 'Copy 7, held by Northmoor Learning Unit'."""
    stamps: tuple[tuple[tuple[StampText, bytes], ...], ...] = ()
    """Of a PDF the stamps of each copy."""
    profile: bytes | None = None
    """The colour profile of a print edition."""


def number(job: Numbering) -> tuple[bytes, ...]:
    """The copies, in order."""
    if job.format == "epub":
        return tuple(_book(job.master, copy) for copy in job.copies)
    if job.format == "html":
        return tuple(_page(job.master, copy) for copy in job.copies)
    return tuple(_pdfs(job))


def _pdfs(job: Numbering) -> Iterator[bytes]:
    with Pdf.open(BytesIO(job.master)) as pdf:
        places = _places(pdf)
        house = {name: _fonts(forms[0]) for name, forms in places.items()}
        stream = pdf.Root.Metadata
        packet = stream.read_bytes()
        inks = inks_of(job.profile) if job.format == "print" else None
        for copy, stamps in zip(job.copies, job.stamps, strict=True):
            for text, sheet in stamps:
                name = copy_name(text)
                if name not in places and text.slot not in ONCE:
                    continue  # a kind of page that the file does not have
                if name not in places:
                    raise PressFailure("The cover keeps no place for the words that say which copy it is.")
                for form in places[name]:
                    _put(pdf, form, sheet, house[name], inks)
            _relabel(pdf, packet, copy)
            yield _saved(pdf, job.format)


ONCE = frozenset({"produced-copy"})
"""The slot that the cover must have. Of the line in the running head a file has only the kinds of its own pages."""


def _places(pdf: Pdf) -> Places:
    """Every form of these names, on pages and, in a booklet, in the pages that its sheets show."""
    found: dict[str, dict[tuple[int, int], Any]] = {}
    todo: list[Any] = [page.obj.get("/Resources", Dictionary()) for page in pdf.pages]
    seen: set[tuple[int, int]] = set()
    while todo:
        for name, form in todo.pop().get("/XObject", Dictionary()).as_dict().items():
            if not isinstance(form, Stream) or form.get("/Subtype") != Name.Form or form.objgen in seen:
                continue
            seen.add(form.objgen)
            if name.startswith(tuple(f"/{slot}-" for slot in COPY)):
                found.setdefault(name, {})[form.objgen] = form
            elif "/Resources" in form:
                todo.append(form.Resources)
    return {name: tuple(forms.values()) for name, forms in found.items()}


def _fonts(form: Any) -> dict[tuple[str, bytes], Object]:
    """The fonts of a form, by what they are."""
    fonts = form.get("/Resources", Dictionary()).get("/Font", Dictionary()).as_dict().values()
    return {key: font for font in fonts if (key := _key(font))}


def _key(font: Any) -> tuple[str, bytes] | None:
    below = font.DescendantFonts[0]
    if "/FontFile2" not in below.FontDescriptor:
        return None
    file = below.FontDescriptor.FontFile2.read_raw_bytes()
    return str(font.BaseFont), file + below.W.unparse() + font.ToUnicode.read_raw_bytes()


def _put(pdf: Pdf, form: Any, sheet: bytes, house: Mapping[tuple[str, bytes], Object], inks: Grey | None) -> None:
    """Have a form show another stamp. The fonts that the file has already are not taken in again."""
    with Pdf.open(BytesIO(sheet)) as stamp:
        stream: Any = pdf.copy_foreign(stamp.pages[0].as_form_xobject())
    fonts = stream.Resources.get("/Font", Dictionary())
    for name, font in fonts.as_dict().items():
        fonts[name] = house.get(_key(font) or ("", b""), font)
    if inks is not None:
        stream = Painter(pdf).form(stream, Dictionary(), inks)
    form.write(stream.read_bytes())
    form.Resources = stream.Resources
    form.BBox = stream.BBox


def _relabel(pdf: Pdf, packet: bytes, copy: str) -> None:
    """Name the copy in the record."""
    said, meant = copy_label(UNNUMBERED).encode(), copy_label(copy).encode()
    if packet.count(said) != 1:
        raise PressFailure("The record of the file does not say that it has no number.")
    pdf.Root.Metadata = pdf.make_stream(packet.replace(said, meant), Type=Name.Metadata, Subtype=Name.XML)


def _saved(pdf: Pdf, kind: Format) -> bytes:
    """The bytes, as the file that it was made of was saved."""
    if kind == "print" or kind == "booklet":
        return save_plain(pdf, pdf.pdf_version)
    return mend_stream_ends(save(pdf, pdf.pdf_version))


_SAYS = re.compile(r"content\.opf$|\.xhtml$")


def _book(master: bytes, copy: str) -> bytes:
    """The copy of an EPUB: its title page and its record say which it is."""
    with zipfile.ZipFile(io.BytesIO(master)) as archive:
        time = datetime(*archive.infolist()[0].date_time)  # noqa: DTZ001  a ZIP archive knows no time zone
        files = [(name, archive.read(name)) for name in archive.namelist()]
    written = [(name, _words(content, copy) if _SAYS.search(name) else content) for name, content in files]
    if sum(old != new for (_, old), (_, new) in zip(files, written, strict=True)) < 2:
        raise PressFailure("The EPUB does not say on its title page and in its record that it has no number.")
    return write_archive(written, time)


def _page(master: bytes, copy: str) -> bytes:
    """The copy of a web page: its title block says which it is, and its head where it is printed."""
    style, end, text = master.partition(b"</style>")
    said, meant = css_string(UNNUMBERED)[1:-1].encode(), css_string(copy)[1:-1].encode()
    written = style.replace(said, meant) + end + _words(text, copy)
    if UNNUMBERED.encode() not in text:
        raise PressFailure("The web page does not say that it has no number.")
    return written


def _words(content: bytes, copy: str) -> bytes:
    """The words of a copy in the place of those that say that it has no number."""
    return content.replace(str(escape(UNNUMBERED)).encode(), str(escape(copy)).encode())
