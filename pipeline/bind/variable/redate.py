"""A finished file of another day: what bears the date produced is exchanged in it, and nothing else is touched.

The day of a copy is said by a few stamps of a PDF, which are forms of their own; by a sentence of an EPUB, the entry of
its package and the times of its archive; by a sentence of a web page and the head that it has on paper. The bytes are
those that binding for the new day would give. Where a file does not have all the places that it should have,
`PressFailure` is raised, and it has to be bound.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from pikepdf import Dictionary, Pdf

from pipeline.bind.epub.archive import exchange_members
from pipeline.bind.pdf.plain_forms import face_of
from pipeline.bind.pdf.written import exchange
from pipeline.bind.print.inks import inks_of
from pipeline.bind.print.paint import Painter
from pipeline.bind.print.record import save_plain
from pipeline.bind.stamps.produced import produced_words
from pipeline.bind.web.furniture import css_string
from pipeline.core.errors import PressFailure
from pipeline.model.formats import EDITIONS, FORMATS, Format
from pipeline.model.words import Words


@dataclass(frozen=True, slots=True)
class Redating:
    """A finished file and the day that it is to bear."""

    content: bytes = field(repr=False)
    format: Format
    before: date
    after: date
    words: Words = field(repr=False)
    """The fixed words of its texts, in which the day is said."""
    stamps: tuple[tuple[bytes, bytes], ...] = field(default=(), repr=False)
    """Of a PDF the sheets of its stamps that bear the date, each with the one to take its place."""
    sentences: int = 0
    """Number of times that a text that reflows says when it was produced."""
    lacking: frozenset[str] = frozenset()
    """Of a print edition the dates of its text, 'created' or 'modified', for which that of the copy stands."""
    profile: bytes | None = field(default=None, repr=False)
    """The colour profile of a print edition."""


# PDF


def redate_pdf(job: Redating) -> bytes:
    """The PDF as it would have been bound for the new day."""
    printed = EDITIONS[FORMATS[job.format].edition].inked
    changes = {}
    for old, new in job.stamps:
        before, after = (_form(sheet, printed, job.profile) for sheet in (old, new))
        if before.dress != after.dress:
            raise PressFailure("A date is set from other fonts than the one before it.")
        changes[before.packed] = after.packed
    return exchange(job.content, changes, _said(job) if printed else {}, _packed)


def _said(job: Redating) -> dict[bytes, bytes]:
    """The day in the record of a print edition, as it is and as it is to be."""
    forms = ["<xmp:MetadataDate>{0}<"]
    for name, key, entry in (
        ("created", "/CreationDate", "xmp:CreateDate"),
        ("modified", "/ModDate", "xmp:ModifyDate"),
    ):
        if name in job.lacking:
            forms += [key + " (D:{0:%Y%m%d})", f"<{entry}>{{0}}<"]
    return {form.format(job.before).encode(): form.format(job.after).encode() for form in forms}


def _packed(content: bytes) -> bytes:
    """Bytes packed as qpdf packs them."""
    pdf = Pdf.new()
    pdf.Root.Form = pdf.make_stream(content)
    return _written(pdf)


def _written(pdf: Pdf) -> bytes:
    """The packed bytes of the form that a catalog names."""
    with Pdf.open(BytesIO(save_plain(pdf))) as written:
        packed: bytes = written.Root.Form.read_raw_bytes()
        return packed


@dataclass(frozen=True, slots=True)
class _Form:
    """A stamp as it stands in a finished file: its packed operators, and all else that the form is made of."""

    packed: bytes
    dress: bytes


@lru_cache(maxsize=64)
def _form(sheet: bytes, printed: bool, profile: bytes | None) -> _Form:
    """The form of a stamp as qpdf writes it; for the printer in inks."""
    pdf = Pdf.new()
    with Pdf.open(BytesIO(sheet)) as stamp:
        form: Any = pdf.copy_foreign(stamp.pages[0].as_form_xobject())
    if printed:
        form = Painter(pdf).form(form, Dictionary(), inks_of(profile))
    dress = _dress(form)
    pdf.Root.Form = form
    return _Form(_written(pdf), dress)


def _dress(form: Any) -> bytes:
    """Resources and size of a form: the same for forms that differ in their words alone."""
    resources: Any = form.get("/Resources", Dictionary())
    fonts = {name: face_of(font) for name, font in resources.get("/Font", Dictionary()).as_dict().items()}
    others = {key: thing.unparse(resolved=True) for key, thing in resources.items() if key != "/Font"}
    own = {key: form[key].unparse(resolved=True) for key in form.keys() - {"/Length", "/Resources", "/Filter"}}
    if None in fonts.values():
        raise PressFailure("A date is set from a font of another kind than others.")
    return repr((sorted(fonts.items()), sorted(others.items()), sorted(own.items()))).encode()


# Texts that reflow

PACKAGE = "EPUB/content.opf"


def redate_book(job: Redating) -> bytes:
    """The EPUB of another day. What is not said anew keeps its packed bytes."""
    old, new = (f">{day.isoformat()}T00:00:00Z</meta>".encode() for day in (job.before, job.after))
    with ZipFile(BytesIO(job.content)) as archive:
        package = archive.read(PACKAGE)
        texts = {name: archive.read(name) for name in archive.namelist() if name.endswith(".xhtml")}
    if package.count(old) != 1:
        raise PressFailure("The package does not say its day once.")
    changed = _with_sentences(texts, job)
    changed[PACKAGE] = package.replace(old, new)
    return exchange_members(job.content, changed, datetime.combine(job.after, time()))


def redate_page(job: Redating) -> bytes:
    """The web page of another day, and what it says at its head on paper."""
    _says_no_more(job)
    style, end, text = job.content.partition(b"</style>")
    old, new = (css_string(job.words.short_day(day))[:-1].encode() for day in (job.before, job.after))
    if style.count(old) != 1:
        raise PressFailure("The head of the page does not say its day once.")
    return style.replace(old, new) + end + (_with_sentences({"": text}, job).get("") or text)


def _says_no_more(job: Redating) -> None:
    """A layout of the project's own may say the day elsewhere, and in other words."""
    often = {
        job.words.short_day(job.before): 1,
        job.words.day(job.before): job.sentences,
        job.before.isoformat(): 0,
    }
    if any(job.content.count(said.encode()) != times for said, times in often.items()):
        raise PressFailure("The page names the day elsewhere too.")


def _with_sentences(texts: Mapping[str, bytes], job: Redating) -> dict[str, bytes]:
    """The texts that say when they were produced, saying the new day."""
    old, new = (f">{produced_words(job.words, day)}<".encode() for day in (job.before, job.after))
    if sum(text.count(old) for text in texts.values()) != job.sentences:
        raise PressFailure("The sentence that says the day does not stand as often as it should.")
    return {name: text.replace(old, new) for name, text in texts.items() if old in text}
