"""Give finished files another date, or make numbered copies of them, without binding them again."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from functools import lru_cache
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZipFile

from pikepdf import Array, Dictionary, Name, Pdf, String

from pipeline.bind.epub.book import replace_members
from pipeline.bind.pdf.record import copy_label
from pipeline.bind.pdf.stamps import CopyForms, copy_stamp_form, fill_copy_fields, font_digest, form_fonts
from pipeline.bind.pdf.written_file import make_blank_page, normalise_pdf, replace_streams, save_exact_version
from pipeline.bind.print.inks import inks_of
from pipeline.bind.print.paint import InkConverter
from pipeline.bind.running_lines import FieldReplacement, FieldValues, copy_words, produced_sentence
from pipeline.bind.web import css_string
from pipeline.core.diagnostics import TypesettingFailure
from pipeline.core.text.wrapping import wrap_words
from pipeline.model.formats import FORMATS, PDF_VARIANTS, PRINTED
from pipeline.model.manuscript import StampText

_PRINT_VARIANT = PDF_VARIANTS[FORMATS[PRINTED[0]].variant]


@dataclass(frozen=True, slots=True)
class PrintRun:
    """A print file of a numbered pack, and the copies that are joined in one file.

    Shared objects are in the file once. Each copy adds its own stamps and short page objects, so that two hundred
    copies are hardly larger than one.
    """

    master: bytes
    numbers: tuple[int, ...]
    stamps: tuple[tuple[tuple[StampText, bytes], ...], ...]
    """The stamps of each copy, in the same order."""
    words: str
    """Label of the joined file in its metadata: 'Copies 3 to 26'."""
    unnumbered: str
    """The label that the print file has instead."""
    profile: bytes | None = None
    """Colour profile of the print PDF."""


def pages_per_copy(pages: int) -> int:
    """Return the pages of a copy in the joined file: an even number, so that each copy begins on a new leaf."""
    return pages + pages % 2


def join_copies(run: PrintRun) -> bytes:
    """Return one file with the pages of all copies, labelled by copy and page, such as '7-12'.

    A copy with an odd number of pages gets a blank page at its end.
    """
    with Pdf.open(BytesIO(run.master)) as pdf:
        forms = CopyForms(pdf, _PRINT_VARIANT, run.profile)
        pages = [page.obj for page in pdf.pages]
        for page in pages:
            # the pages of all copies share these resources, but not the forms, which each copy has of its own
            for key, resource in page.Resources.as_dict().items():
                if key != "/XObject" and not resource.is_indirect:
                    page.Resources[key] = pdf.make_indirect(resource)
            for key in ("/Contents", "/Resources"):
                if not page[key].is_indirect:
                    page[key] = pdf.make_indirect(page[key])
        if len(pages) < pages_per_copy(len(pages)):
            pages.append(pdf.make_indirect(make_blank_page(pages[-1])))
        tree = pdf.make_indirect(Dictionary(Type=Name.Pages))
        copies = []
        for copy_forms in map(forms.of, run.stamps):
            branch = pdf.make_indirect(Dictionary(Type=Name.Pages, Parent=tree, Count=len(pages)))
            branch.Kids = Array([_page_with_forms(pdf, branch, page, copy_forms) for page in pages])
            copies.append(branch)
        tree.Kids, tree.Count = Array(copies), len(copies) * len(pages)
        pdf.Root.Pages = tree
        pdf.Root.PageLabels = Dictionary(Nums=Array(list(_page_labels(pdf, run.numbers, len(pages)))))
        fill_copy_fields(pdf, run.unnumbered, run.words)
        return save_exact_version(pdf, pdf.pdf_version)


def _page_with_forms(pdf: Pdf, branch: Any, page: Any, forms: Mapping[str, Any]) -> Any:
    """Return a page that shows the forms of a copy instead of the print file's."""
    copy_page = Dictionary(dict(page.items()))
    copy_page.Parent = branch
    xobjects = dict(page.Resources.get("/XObject", Dictionary()).items())
    if changed := {name: form for name, form in forms.items() if name in xobjects}:
        resources = Dictionary(dict(page.Resources.items()))
        resources.XObject = Dictionary(xobjects | changed)
        copy_page.Resources = resources
    return pdf.make_indirect(copy_page)


def _page_labels(pdf: Pdf, numbers: Sequence[int], pages: int) -> Iterator[object]:
    """Yield the labels of all copies: '3-7', or '3: 7-12' if folios restart in each briefing."""
    entries = list(pdf.Root.PageLabels.Nums) if "/PageLabels" in pdf.Root else []
    runs = [(int(first), label) for first, label in zip(entries[::2], entries[1::2], strict=True) if "/P" in label]
    for index, number in enumerate(numbers):
        if not runs:
            yield from (index * pages, Dictionary(P=String(f"{number}-"), S=Name.D))
        for first, label in runs:
            yield from (index * pages + first, Dictionary(P=String(f"{number}: {label.P}"), S=Name.D))


def replace_pdf_fields(request: FieldReplacement) -> Iterator[bytes]:
    """Yield PDFs with another date, or numbered copies."""
    return _number_pdf(request) if request.before.copy else (_redate_pdf(request, after) for after in request.after)


def _redate_pdf(request: FieldReplacement, after: FieldValues) -> bytes:
    stamps = zip(request.before.stamps, after.stamps, strict=True)
    pairs = [(_stamp_form(request, old), _stamp_form(request, new)) for (_, old), (_, new) in stamps]
    return _replace_forms(request, pairs, _metadata_dates(request, after) if request.pdf_variant.inked else {})


def _metadata_dates(request: FieldReplacement, after: FieldValues) -> dict[str, str]:
    """Map the dates in the metadata of a print PDF to the new date."""
    patterns, xmp_patterns = [], ["<xmp:MetadataDate>{0}<"]
    for name, key, entry in (("created", "/CreationDate", "CreateDate"), ("modified", "/ModDate", "ModifyDate")):
        if request.dated and name in request.dated.lacking:
            patterns.append(key + " (D:{0:%Y%m%d})")
            xmp_patterns.append(f"<xmp:{entry}>{{0}}<")
    patterns += xmp_patterns if request.profile else []
    return {pattern.format(request.before.produced): pattern.format(after.produced) for pattern in patterns}


def _number_pdf(request: FieldReplacement) -> Iterator[bytes]:
    """Yield numbered copies; a copy is saved again if its stamps need another font or its forms are not found."""
    with Pdf.open(BytesIO(request.content)) as pdf:
        forms = CopyForms(pdf, request.pdf_variant, request.profile)
        places = forms.places.items()
        old_forms = {
            name: [StampForm(form.read_raw_bytes(), _resource_key(form)) for form in place_forms]
            for name, place_forms in places
        }
        for after in request.after:
            stamps = forms.match_places(after.stamps)
            pairs = [(form, _stamp_form(request, sheet)) for name, sheet in stamps for form in old_forms[name]]
            try:
                yield _replace_forms(request, pairs, {copy_label(request.before.copy): copy_label(after.copy)})
            except TypesettingFailure:
                yield rebuild_copy(request, after)


def rebuild_copy(request: FieldReplacement, after: FieldValues) -> bytes:
    """Return a numbered copy by saving the whole file again."""
    with Pdf.open(BytesIO(request.content)) as pdf:
        forms = CopyForms(pdf, request.pdf_variant, request.profile)
        for name, stream in forms.of(after.stamps).items():
            for place in forms.places[name]:
                place.write(stream.read_bytes())
                place.Resources, place.BBox = stream.Resources, stream.BBox
        fill_copy_fields(pdf, request.before.copy, after.copy)
        return normalise_pdf(save_exact_version(pdf, pdf.pdf_version))


@dataclass(frozen=True, slots=True)
class StampForm:
    """A stamp in a finished file."""

    packed: bytes
    """Its operators, compressed by qpdf."""
    resources: bytes
    """All else that it consists of; empty if it has a font that cannot be compared."""


def _replace_forms(
    request: FieldReplacement, pairs: Sequence[tuple[StampForm, StampForm]], words: Mapping[str, str]
) -> bytes:
    """Return the file with other forms, and with other words in its metadata."""
    if any(not before.resources or before.resources != after.resources for before, after in pairs):
        raise TypesettingFailure("A stamp is set from other fonts than the one before it.")
    streams = [(before.packed, after.packed) for before, after in pairs]
    encoded_words = {old.encode(): new.encode() for old, new in words.items()}
    return replace_streams(request.content, streams, encoded_words, _pack_as_qpdf)


def _pack_as_qpdf(content: bytes) -> bytes:
    pdf = Pdf.new()
    return _pack_form(pdf, pdf.make_stream(content))


def _pack_form(pdf: Pdf, form: Any) -> bytes:
    """Return the bytes of a form as qpdf compresses them when it saves the file."""
    pdf.Root.Form = form
    with Pdf.open(BytesIO(save_exact_version(pdf))) as written:
        packed: bytes = written.Root.Form.read_raw_bytes()
        return packed


def _stamp_form(request: FieldReplacement, sheet: bytes) -> StampForm:
    return stamp_form(sheet, request.pdf_variant.inked, request.profile)


@lru_cache(maxsize=64)
def stamp_form(sheet: bytes, inked: bool, profile: bytes | None) -> StampForm:
    """Return the form of a stamp as qpdf writes it, in inks if `inked`."""
    pdf = Pdf.new()
    form = copy_stamp_form(pdf, sheet)
    if inked:
        form = InkConverter(pdf).convert_form(form, Dictionary(), inks_of(profile))
    resources = _resource_key(form)
    return StampForm(_pack_form(pdf, form), resources)


def _resource_key(form: Any) -> bytes:
    """Return a key of a form's resources and size, equal for forms that differ only in their words."""
    resources: Any = form.get("/Resources", Dictionary())
    fonts = {name: font_digest(font) for name, font in form_fonts(form).as_dict().items()}
    others = {key: value.unparse(resolved=True) for key, value in resources.items() if key != "/Font"}
    entries = {key: form[key].unparse(resolved=True) for key in form.keys() - {"/Length", "/Resources", "/Filter"}}
    if None in fonts.values():
        return b""
    return repr((sorted(fonts.items()), sorted(others.items()), sorted(entries.items()))).encode()


_PACKAGE = "EPUB/content.opf"


@dataclass(frozen=True, slots=True)
class TextField:
    """A field as text in parts of a file."""

    suffix: str
    """End of the names of these parts."""
    text: Callable[[FieldValues], str]
    """Returns the text for a value, with the characters around it."""
    count: int | None
    """Number of occurrences; None if unknown: once or more."""


def replace_epub_fields(request: FieldReplacement) -> Iterator[bytes]:
    """Yield EPUBs with other sentences, package metadata and archive times; other members stay compressed."""
    with ZipFile(BytesIO(request.content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name.endswith((".xhtml", _PACKAGE))}
    request = _without_missing_code(request, *parts.values())
    fields = (
        TextField(_PACKAGE, lambda values: f">{values.produced.isoformat()}T00:00:00Z</meta>", 1),
        TextField(_PACKAGE, lambda values: f">{escape(values.copy)}</meta>", 1),
        _sentence_field(request, ".xhtml"),
    )
    for after in request.after:
        replaced = _replace_fields(request, parts, fields, after)
        changed = {name: part for name, part in replaced.items() if part != parts[name]}
        yield replace_members(request.content, changed, datetime.combine(after.produced, time()))


def replace_web_page_fields(request: FieldReplacement) -> Iterator[bytes]:
    """Yield web pages with other sentences, and with other running lines in the style sheet."""
    style, separator, text = request.content.partition(b"</style>")
    request = _without_missing_code(request, text)
    day = TextField("style", lambda values: css_string(request.words.short_day(values.produced))[:-1], 1)
    copy = TextField("style", lambda values: css_string(copy_words(values.copy, request.words.language))[1:-1], None)
    code = TextField("style", lambda values: css_string(values.code)[1:-1], 1)
    style_fields = (day, *(field for field in (copy, code) if field.text(request.before).encode() in style))
    for after in request.after:
        _require_no_other_date(request, after)
        fields = (*style_fields, _sentence_field(request, "text"))
        page = _replace_fields(request, {"style": style, "text": text}, fields, after)
        yield page["style"] + separator + page["text"]


def replace_plain_text_fields(request: FieldReplacement) -> Iterator[bytes]:
    """Yield text files with other lines of the sentence."""
    request = _without_missing_code(request, request.content)
    line_end = () if request.dated else ("",)  # a code may follow the date

    def sentence_lines(values: FieldValues) -> str:
        return "\n".join(("", *wrap_words(_produced_sentence(request, values)), *line_end))

    field = TextField("", sentence_lines, request.sentence_count)
    for after in request.after:
        yield _replace_fields(request, {"": request.content}, (field,), after)[""]


def _require_no_other_date(request: FieldReplacement, after: FieldValues) -> None:
    """Raise TypesettingFailure if a project's own layout shows the date elsewhere or in other words."""
    day, words = request.before.produced, request.words
    counts_by_text = {words.short_day(day): 1, words.day(day): request.sentence_count, day.isoformat(): 0}
    counts = {text: request.content.count(text.encode()) for text in counts_by_text}
    if day != after.produced and counts != counts_by_text:
        raise TypesettingFailure("The page names the day elsewhere too.")


def _sentence_field(request: FieldReplacement, suffix: str) -> TextField:
    end = "" if request.dated else "<"  # a code may follow the date

    def sentence(values: FieldValues) -> str:
        return f">{escape(_produced_sentence(request, values))}{end}"

    return TextField(suffix, sentence, request.sentence_count)


def _produced_sentence(request: FieldReplacement, values: FieldValues) -> str:
    return produced_sentence(request.words, values.produced, values.copy, values.code)


def _without_missing_code(request: FieldReplacement, *parts: bytes) -> FieldReplacement:
    """Drop codes from the request if the file shows none, because it was made before pages had codes."""
    symbols = request.before.code.rpartition(" ")[2].encode()  # in plain text, a line may break before the symbols
    if any(symbols in part for part in parts):
        return request
    before, *after = (replace(values, code="") for values in (request.before, *request.after))
    return replace(request, before=before, after=tuple(after))


def _replace_fields(
    request: FieldReplacement, parts: Mapping[str, bytes], fields: Iterable[TextField], after: FieldValues
) -> dict[str, bytes]:
    """Return the parts with other values.

    Raises `TypesettingFailure` if a value does not occur as often as it should.
    """
    replaced = dict(parts)
    for field in fields:
        old, new = (field.text(values).encode() for values in (request.before, after))
        if old == new:
            continue
        names = [name for name in parts if name.endswith(field.suffix)]
        matches = sum(replaced[name].count(old) for name in names)
        if matches < 1 if field.count is None else matches != field.count:
            raise TypesettingFailure(
                f"{matches} times the file says '{old.decode().strip()}', where the bindery puts it."
            )
        replaced |= {name: replaced[name].replace(old, new) for name in names}
    return replaced
