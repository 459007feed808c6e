"""Numbered copies: what says which copy a file is, changed in a finished file, and nothing else touched.

A numbered pack is bound and proofed once. For a copy its own stamps take the place of those that say which copy it is,
and the record names the copy: the tags, the links and the pages stay as they are.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from pikepdf import Dictionary, Name, Pdf

from pipeline.bind.epub.archive import exchange_members
from pipeline.bind.pdf.record import copy_label
from pipeline.bind.pdf.written import settle
from pipeline.bind.print.inks import Grey, inks_of
from pipeline.bind.print.record import save_plain
from pipeline.bind.variable.copy_forms import CopyForms
from pipeline.bind.web.furniture import css_string
from pipeline.core.errors import PressFailure
from pipeline.model.formats import EDITIONS, FORMATS, EditionRow, Format
from pipeline.model.manuscript import StampText


@dataclass(frozen=True, slots=True)
class Numbering:
    """A finished file of a numbered pack, and the copies to be made of it."""

    master: bytes
    format: Format
    copies: tuple[str, ...]
    """Words of each copy on itself: 'Copy 7, held by Northmoor Learning Unit'."""
    unnumbered: str
    """The words that the file has in its place."""
    stamps: tuple[tuple[tuple[StampText, bytes], ...], ...] = ()
    """Of a PDF the stamps of each copy."""
    profile: bytes | None = None
    """The colour profile of a print edition."""


def number_books(job: Numbering, from_template: bool) -> tuple[bytes, ...]:
    """The copies of an EPUB, in order."""
    return tuple(_book(job.master, copy, job.unnumbered) for copy in job.copies)


def number_pages(job: Numbering, from_template: bool) -> tuple[bytes, ...]:
    """The copies of a web page, in order."""
    return tuple(_page(job.master, copy, job.unnumbered) for copy in job.copies)


def number_pdfs(job: Numbering, from_template: bool) -> tuple[bytes, ...]:
    """The copies of a PDF, in order. Each is written anew unless they are made `from_template`, which is quicker."""
    return tuple(_pdfs(job, from_template))


def _pdfs(job: Numbering, from_template: bool) -> Iterator[bytes]:
    edition = EDITIONS[FORMATS[job.format].edition]
    with Pdf.open(BytesIO(job.master)) as pdf:
        master = _Master(pdf, edition, job.unnumbered, inks_of(job.profile) if edition.inked else None)
        for copy, stamps in zip(job.copies, job.stamps, strict=True):
            yield master.copy(copy, stamps, from_template)


class _Master:
    """A finished file while copies are made of it.

    Where the stamps of a copy use what the file has already, and most do, its bytes are those of a template in which
    a few streams of a fixed length are exchanged: nothing else has to be written anew.
    """

    def __init__(self, pdf: Pdf, edition: EditionRow, unnumbered: str, inks: Grey | None) -> None:
        self._pdf, self._edition = pdf, edition
        self._label = copy_label(unnumbered)
        self._forms = CopyForms(pdf, edition, inks)
        self._places = self._forms.places
        self._uses = {name: _used(forms[0]) for name, forms in self._places.items()}
        stream = pdf.Root.Metadata
        self._packet = stream.read_bytes()
        if self._packet.count(self._label.encode()) != 1:
            raise PressFailure("The record of the file does not say that it has no number.")
        self._kept = {name: tuple((f.Resources, f.BBox) for f in forms) for name, forms in self._places.items()}
        self._gaps = {name: _flat(b"%% %s" % name.encode()) for name in self._places}
        for name, forms in self._places.items():
            for form in forms:
                form.write(self._gaps[name], filter=Name.FlateDecode)
        self._length = len(self._packet) + ROOM
        self._blank = _padded(self._packet, self._length)
        self._record(self._blank)
        self._template = _saved(pdf, edition)

    def copy(self, copy: str, stamps: Sequence[tuple[StampText, bytes]], from_template: bool) -> bytes:
        """The file of a copy: from the template if it may be, and if that can be found again as it was written."""
        new = self._forms.of(stamps)
        packet = self._packet.replace(self._label.encode(), copy_label(copy).encode())
        if from_template and self._fit(new, packet) and (copied := self._exchanged(new, packet)):
            return copied
        for name, stream in new.items():
            for place in self._places[name]:
                place.write(stream.read_bytes())
                place.Resources, place.BBox = stream.Resources, stream.BBox
        self._record(packet)
        written = _saved(self._pdf, self._edition)
        for name, forms in self._places.items():
            for place, (resources, box) in zip(forms, self._kept[name], strict=True):
                place.Resources, place.BBox = resources, box
        return written

    def _fit(self, new: Mapping[str, Any], packet: bytes) -> bool:
        """Whether the streams of a copy use what the template has, and have room in it."""
        alike = all(_used(form) == self._uses[name] for name, form in new.items())
        rooms = [len(stream.read_bytes()) <= ROOM for stream in new.values()]
        return alike and len(packet) <= self._length and all(rooms)

    def _exchanged(self, new: Mapping[str, Any], packet: bytes) -> bytes | None:
        """The template with the streams of a copy, each as long as what stood there.

        None where their places, or that of the identifier, are not written as they were given.
        """
        written = self._template
        changes = [
            (self._gaps[name], _flat(stream.read_bytes()), len(self._places[name])) for name, stream in new.items()
        ]
        for gap, content, times in [*changes, (self._blank, _padded(packet, self._length), 1)]:
            if written.count(gap) != times:
                return None
            written = written.replace(gap, content)
        identity = sha256(written).digest()[:16].hex().encode()
        named, times = _ID.subn(lambda found: b"/ID [%s<%s>]" % (found[1], identity), written)
        return named if times == 1 else None

    def _record(self, packet: bytes) -> None:
        self._pdf.Root.Metadata = self._pdf.make_stream(packet, Type=Name.Metadata, Subtype=Name.XML)


ROOM = 4096
"""Bytes that the operators of a stamp may take in the template, and that the record may grow by."""


def _used(form: Any) -> bytes:
    """Resources and size of a form in one line: the same for forms that differ in their words alone."""
    resources: Any = form.Resources
    fonts = {name: font.objgen for name, font in resources.get("/Font", Dictionary()).as_dict().items()}
    others = {key: thing.unparse(resolved=True) for key, thing in resources.items() if key != "/Font"}
    return repr((sorted(fonts.items()), sorted(others.items()), form.BBox.unparse())).encode()


def _flat(content: bytes) -> bytes:
    """A stream of a fixed length: deflated without being made smaller. Its last byte is no end of a line."""
    for end in (b" ", b"\n", b"\t"):
        packed = zlib.compress(content.ljust(ROOM) + end, 0)
        if packed[-1:] not in b"\r\n":
            return packed
    raise PressFailure("A stamp ends as no stream may.")


def _padded(packet: bytes, length: int) -> bytes:
    """A record of so many bytes: the room that it keeps stands before its end."""
    head, end, tail = packet.rpartition(b"<?xpacket end")
    return head + b" " * (length - len(packet)) + end + tail


def _saved(pdf: Pdf, edition: EditionRow) -> bytes:
    """The bytes, as the file that it was made of was saved."""
    written = save_plain(pdf, pdf.pdf_version)
    return written if edition.inked or edition.imposed else settle(written)


_ID = re.compile(rb"/ID \[(<[0-9a-f]{32}>)<[0-9a-f]{32}>\]")

_SAYS = re.compile(r"content\.opf$|\.xhtml$")


def _book(master: bytes, copy: str, unnumbered: str) -> bytes:
    """The copy of an EPUB: its title page and its record say which it is."""
    with zipfile.ZipFile(io.BytesIO(master)) as archive:
        time = datetime(*archive.infolist()[0].date_time)  # noqa: DTZ001  a ZIP archive knows no time zone
        files = {name: archive.read(name) for name in archive.namelist() if _SAYS.search(name)}
    changed = {name: said for name, content in files.items() if (said := _words(content, copy, unnumbered)) != content}
    if len(changed) < 2:
        raise PressFailure("The EPUB does not say on its title page and in its record that it has no number.")
    return exchange_members(master, changed, time)


def _page(master: bytes, copy: str, unnumbered: str) -> bytes:
    """The copy of a web page: its title block says which it is, and its head where it is printed."""
    style, end, text = master.partition(b"</style>")
    said, meant = css_string(unnumbered)[1:-1].encode(), css_string(copy)[1:-1].encode()
    written = style.replace(said, meant) + end + _words(text, copy, unnumbered)
    if escape(unnumbered).encode() not in text:
        raise PressFailure("The web page does not say that it has no number.")
    return written


def _words(content: bytes, copy: str, unnumbered: str) -> bytes:
    """The words of a copy in the place of those that say that it has no number."""
    return content.replace(escape(unnumbered).encode(), escape(copy).encode())
