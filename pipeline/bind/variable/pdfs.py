"""Fields of PDFs: stamps, which are forms whose packed operators are exchanged, and words of the records."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any

from pikepdf import Dictionary, Pdf

from pipeline.bind.pdf.plain_forms import face_of
from pipeline.bind.pdf.record import copy_label
from pipeline.bind.pdf.written import exchange, settle
from pipeline.bind.print.inks import inks_of
from pipeline.bind.print.paint import Painter
from pipeline.bind.print.record import save_plain
from pipeline.bind.variable.copy_forms import CopyForms, say_copy
from pipeline.bind.variable.fields import Exchange, Values
from pipeline.core.errors import PressFailure


def exchange_pdfs(job: Exchange) -> Iterator[bytes]:
    """PDFs of another day, or the numbered copies of one."""
    return _copies(job) if job.before.copy else (_of_day(job, after) for after in job.after)


def _of_day(job: Exchange, after: Values) -> bytes:
    stamps = zip(job.before.stamps, after.stamps, strict=True)
    pairs = [(_form(job, old), _form(job, new)) for (_, old), (_, new) in stamps]
    return _exchanged(job, pairs, _days(job, after) if job.edition.inked else {})


def _days(job: Exchange, after: Values) -> dict[str, str]:
    """The day in the record of a print edition, as it is and as it is to be."""
    forms, packet = [], ["<xmp:MetadataDate>{0}<"]
    for name, key, entry in (("created", "/CreationDate", "CreateDate"), ("modified", "/ModDate", "ModifyDate")):
        if job.dated and name in job.dated.lacking:
            forms.append(key + " (D:{0:%Y%m%d})")
            packet.append(f"<xmp:{entry}>{{0}}<")
    forms += packet if job.profile else []
    return {form.format(job.before.produced): form.format(after.produced) for form in forms}


def _copies(job: Exchange) -> Iterator[bytes]:
    """Numbered copies. One that brings a font of its own, or whose places are not found, is saved anew."""
    with Pdf.open(BytesIO(job.content)) as pdf:
        forms = CopyForms(pdf, job.edition, job.profile)
        places = forms.places.items()
        old = {name: [Form(form.read_raw_bytes(), _resources(form)) for form in place] for name, place in places}
        for after in job.after:
            pairs = [(form, _form(job, sheet)) for name, sheet in forms.named(after.stamps) for form in old[name]]
            try:
                yield _exchanged(job, pairs, {copy_label(job.before.copy): copy_label(after.copy)})
            except PressFailure:
                yield saved_anew(job, after)


def saved_anew(job: Exchange, after: Values) -> bytes:
    """A numbered copy for which the whole file is written once more."""
    with Pdf.open(BytesIO(job.content)) as pdf:
        forms = CopyForms(pdf, job.edition, job.profile)
        for name, stream in forms.of(after.stamps).items():
            for place in forms.places[name]:
                place.write(stream.read_bytes())
                place.Resources, place.BBox = stream.Resources, stream.BBox
        say_copy(pdf, job.before.copy, after.copy)
        return settle(save_plain(pdf, pdf.pdf_version))


@dataclass(frozen=True, slots=True)
class Form:
    """A stamp as it stands in a finished file."""

    packed: bytes
    """Its operators, as qpdf packs them."""
    resources: bytes
    """All else that it is made of; nothing where it has a font that is not of the usual kind."""


def _exchanged(job: Exchange, pairs: Sequence[tuple[Form, Form]], said: Mapping[str, str]) -> bytes:
    """The file with other forms and other words in its records."""
    if any(not before.resources or before.resources != after.resources for before, after in pairs):
        raise PressFailure("A stamp is set from other fonts than the one before it.")
    changes = [(before.packed, after.packed) for before, after in pairs]
    records = {old.encode(): new.encode() for old, new in said.items()}
    return exchange(job.content, changes, records, _packed)


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


def _form(job: Exchange, sheet: bytes) -> Form:
    return form_of(sheet, job.edition.inked, job.profile)


@lru_cache(maxsize=64)
def form_of(sheet: bytes, inked: bool, profile: bytes | None) -> Form:
    """The form of a stamp as qpdf writes it; for the printer in inks."""
    pdf = Pdf.new()
    with Pdf.open(BytesIO(sheet)) as stamp:
        form: Any = pdf.copy_foreign(stamp.pages[0].as_form_xobject())
    if inked:
        form = Painter(pdf).form(form, Dictionary(), inks_of(profile))
    resources = _resources(form)
    pdf.Root.Form = form
    return Form(_written(pdf), resources)


def _resources(form: Any) -> bytes:
    """Resources and size of a form: the same for forms that differ in their words alone."""
    used: Any = form.get("/Resources", Dictionary())
    fonts = {name: face_of(font) for name, font in used.get("/Font", Dictionary()).as_dict().items()}
    others = {key: thing.unparse(resolved=True) for key, thing in used.items() if key != "/Font"}
    own = {key: form[key].unparse(resolved=True) for key in form.keys() - {"/Length", "/Resources", "/Filter"}}
    known = None not in fonts.values()
    return repr((sorted(fonts.items()), sorted(others.items()), sorted(own.items()))).encode() if known else b""
