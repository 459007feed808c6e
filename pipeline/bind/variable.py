"""Fields that change late: the date produced and the copy, in each kind of file."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from functools import lru_cache
from io import BytesIO
from typing import Any, NamedTuple
from xml.sax.saxutils import escape
from zipfile import ZipFile

from pikepdf import Array, Dictionary, Name, Pdf, String

from pipeline.bind.epub.archive import exchange_members
from pipeline.bind.fields import Exchange, Values
from pipeline.bind.pdf.record import copy_label, exchange, settle
from pipeline.bind.pdf.stamps import CopyForms, face_of, fill_copy_fields
from pipeline.bind.print.inks import inks_of
from pipeline.bind.print.paint import Painter
from pipeline.bind.print.print_file import save_plain
from pipeline.bind.running_lines import copy_words, produced_words
from pipeline.bind.web import css_string
from pipeline.core.diagnostics import TypesettingFailure
from pipeline.core.text.wrapping import filled
from pipeline.model.formats import EDITIONS, FORMATS, PRINTED
from pipeline.model.manuscript import StampText

_EDITION = EDITIONS[FORMATS[PRINTED[0]].edition]


@dataclass(frozen=True, slots=True)
class Run:
    """A finished print file of a numbered pack, and the copies that follow each other in one file.

    What the copies share is in the file once: a copy adds its own stamps, and for each page the few lines that say what
    the page shows. So two hundred copies are little larger than one.
    """

    master: bytes
    numbers: tuple[int, ...]
    """The number of each copy, in order."""
    stamps: tuple[tuple[tuple[StampText, bytes], ...], ...]
    """The stamps of each copy."""
    words: str
    """The label of the file in its record: 'Copies 3 to 26'."""
    unnumbered: str
    """The label that the record of the finished file has in its place."""
    profile: bytes | None = None
    """The colour profile of the print edition."""


def pages_a_copy(pages: int) -> int:
    """Pages of a copy in the file: an even number, so that printed on both sides each begins a leaf."""
    return pages + pages % 2


def join_copies(run: Run) -> bytes:
    """The file: the pages of each copy, labelled by its number and their own: '7-12'.

    A copy of an odd number of pages ends with a blank one: the next begins on the front of a leaf.
    """
    with Pdf.open(BytesIO(run.master)) as pdf:
        forms = CopyForms(pdf, _EDITION, run.profile)
        pages = [page.obj for page in pdf.pages]
        for page in pages:
            # other pages may use what this one uses, all but the forms, which are a copy's own
            for key, resource in page.Resources.as_dict().items():
                if key != "/XObject" and not resource.is_indirect:
                    page.Resources[key] = pdf.make_indirect(resource)
            for key in ("/Contents", "/Resources"):
                if not page[key].is_indirect:
                    page[key] = pdf.make_indirect(page[key])
        if len(pages) < pages_a_copy(len(pages)):
            pages.append(_blank(pdf, pages[-1]))
        tree = pdf.make_indirect(Dictionary(Type=Name.Pages))
        copies = [_copy(pdf, tree, pages, forms.of(stamps)) for stamps in run.stamps]
        tree.Kids, tree.Count = Array(copies), len(copies) * len(pages)
        pdf.Root.Pages = tree
        pdf.Root.PageLabels = Dictionary(Nums=Array(list(_labels(pdf, run.numbers, len(pages)))))
        fill_copy_fields(pdf, run.unnumbered, run.words)
        return save_plain(pdf, pdf.pdf_version)


def _blank(pdf: Pdf, beside: Any) -> Any:
    """An empty page of the size of another."""
    kept = {key: value for key, value in beside.items() if key in _SIZES}
    return pdf.make_indirect(Dictionary(kept | {"/Type": Name.Page, "/Resources": Dictionary(), "/Contents": Array()}))


_SIZES = ("/MediaBox", "/TrimBox", "/BleedBox", "/CropBox", "/Rotate")


def _copy(pdf: Pdf, tree: Any, pages: Sequence[Any], forms: Mapping[str, Any]) -> Any:
    """The pages of a copy, as a branch of the tree of pages."""
    branch = pdf.make_indirect(Dictionary(Type=Name.Pages, Parent=tree, Count=len(pages)))
    branch.Kids = Array([_page(pdf, branch, page, forms) for page in pages])
    return branch


def _page(pdf: Pdf, branch: Any, page: Any, forms: Mapping[str, Any]) -> Any:
    """A page with the forms of a copy in the place of those of the master."""
    own = Dictionary(dict(page.items()))
    own.Parent = branch
    shown = dict(page.Resources.get("/XObject", Dictionary()).items())
    if changed := {name: form for name, form in forms.items() if name in shown}:
        resources = Dictionary(dict(page.Resources.items()))
        resources.XObject = Dictionary(shown | changed)
        own.Resources = resources
    return pdf.make_indirect(own)


def _labels(pdf: Pdf, numbers: Sequence[int], pages: int) -> Iterator[object]:
    """Labels of all copies. Where folios run by briefing the number of the copy stands apart from them: '3: 7-12'."""
    known = list(pdf.Root.PageLabels.Nums) if "/PageLabels" in pdf.Root else []
    runs = [(int(first), label) for first, label in zip(known[::2], known[1::2], strict=True) if "/P" in label]
    for place, number in enumerate(numbers):
        if not runs:
            yield from (place * pages, Dictionary(P=String(f"{number}-"), S=Name.D))
        for first, label in runs:
            yield from (place * pages + first, Dictionary(P=String(f"{number}: {label.P}"), S=Name.D))


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
            except TypesettingFailure:
                yield saved_anew(job, after)


def saved_anew(job: Exchange, after: Values) -> bytes:
    """A numbered copy for which the whole file is written once more."""
    with Pdf.open(BytesIO(job.content)) as pdf:
        forms = CopyForms(pdf, job.edition, job.profile)
        for name, stream in forms.of(after.stamps).items():
            for place in forms.places[name]:
                place.write(stream.read_bytes())
                place.Resources, place.BBox = stream.Resources, stream.BBox
        fill_copy_fields(pdf, job.before.copy, after.copy)
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
        raise TypesettingFailure("A stamp is set from other fonts than the one before it.")
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


PACKAGE = "EPUB/content.opf"


class TextField(NamedTuple):
    """A field as some parts of a file say it."""

    parts: str
    """The end of the names of these parts."""
    said: Callable[[Values], str]
    """The words for its value, and what stands around them."""
    times: int | None
    """Number of times that they stand there; None where that is not known: once or more."""


def exchange_books(job: Exchange) -> Iterator[bytes]:
    """EPUBs: the sentence, the entries of the package, the times of the archive. All else keeps its packed bytes."""
    with ZipFile(BytesIO(job.content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name.endswith((".xhtml", PACKAGE))}
    job = _as_said(job, *parts.values())
    fields = (
        TextField(PACKAGE, lambda values: f">{values.produced.isoformat()}T00:00:00Z</meta>", 1),
        TextField(PACKAGE, lambda values: f">{escape(values.copy)}</meta>", 1),
        _sentence(job, ".xhtml"),
    )
    for after in job.after:
        new = _texts_exchanged(job, parts, fields, after)
        changed = {name: part for name, part in new.items() if part != parts[name]}
        yield exchange_members(job.content, changed, datetime.combine(after.produced, time()))


def exchange_pages(job: Exchange) -> Iterator[bytes]:
    """Web pages: the sentence, and what the page says at its head on paper."""
    style, end, text = job.content.partition(b"</style>")
    job = _as_said(job, text)
    day = TextField("style", lambda values: css_string(job.words.short_day(values.produced))[:-1], 1)
    copy = TextField("style", lambda values: css_string(copy_words(values.copy, job.words.language))[1:-1], None)
    code = TextField("style", lambda values: css_string(values.code)[1:-1], 1)
    heads = (day, *(one for one in (copy, code) if one.said(job.before).encode() in style))
    for after in job.after:
        _says_no_more(job, after)
        page = _texts_exchanged(job, {"style": style, "text": text}, (*heads, _sentence(job, "text")), after)
        yield page["style"] + end + page["text"]


def exchange_texts(job: Exchange) -> Iterator[bytes]:
    """Plain text: the lines of the sentence."""
    job = _as_said(job, job.content)
    ends = () if job.dated else ("",)  # behind the day may stand a code
    lines = TextField("", lambda values: "\n".join(("", *filled(_said(job, values)), *ends)), _sentences(job))
    for after in job.after:
        yield _texts_exchanged(job, {"": job.content}, (lines,), after)[""]


def _says_no_more(job: Exchange, after: Values) -> None:
    """A layout of the project's own may say the day elsewhere, and in other words."""
    day, words = job.before.produced, job.words
    often = {words.short_day(day): 1, words.day(day): _sentences(job), day.isoformat(): 0}
    if day != after.produced and any(job.content.count(said.encode()) != times for said, times in often.items()):
        raise TypesettingFailure("The page names the day elsewhere too.")


def _sentence(job: Exchange, parts: str) -> TextField:
    end = "" if job.dated else "<"  # behind the day may stand a code
    return TextField(parts, lambda values: f">{escape(_said(job, values))}{end}", _sentences(job))


def _sentences(job: Exchange) -> int | None:
    return job.dated.sentences if job.dated else None


def _said(job: Exchange, values: Values) -> str:
    return produced_words(job.words, values.produced, values.copy, values.code)


def _as_said(job: Exchange, *parts: bytes) -> Exchange:
    """The exchange without codes, where the file says none: it was made before pages bore them."""
    symbols = job.before.code.rpartition(" ")[2].encode()  # a line of plain text may end before them
    if any(symbols in part for part in parts):
        return job
    before, *after = (replace(values, code="") for values in (job.before, *job.after))
    return replace(job, before=before, after=tuple(after))


def _texts_exchanged(
    job: Exchange, parts: Mapping[str, bytes], fields: Iterable[TextField], after: Values
) -> dict[str, bytes]:
    """The parts with other values. Raises `TypesettingFailure` where one does not stand as often as it should."""
    done = dict(parts)
    for place in fields:
        old, new = (place.said(values).encode() for values in (job.before, after))
        if old == new:
            continue
        within = [name for name in parts if name.endswith(place.parts)]
        found = sum(done[name].count(old) for name in within)
        if found < 1 if place.times is None else found != place.times:
            raise TypesettingFailure(
                f"{found} times the file says '{old.decode().strip()}', where the bindery puts it."
            )
        done |= {name: done[name].replace(old, new) for name in within}
    return done
