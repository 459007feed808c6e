"""Draw stamps over pages, fill slots in the text, and replace the stamps of numbered copies."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from io import BytesIO
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, Stream

from pipeline.bind.pdf.record import copy_label
from pipeline.bind.print.inks import inks_of
from pipeline.bind.print.paint import InkConverter
from pipeline.core.diagnostics import TypesettingFailure
from pipeline.core.documents.pdf import Rectangle, read_number_tree
from pipeline.core.documents.roles import SLOT_PREFIX
from pipeline.model.formats import BY_STAMPS, SLOTS, PdfVariantRow
from pipeline.model.manuscript import StampText
from pipeline.model.sheets import MarginText, Slot

_CACHE_SIZE = 4096
"""Stamps that a process caches; each takes about a kilobyte."""


def copy_stamp_form(pdf: Pdf, sheet: bytes) -> Any:
    """Copy a stamp into a file as a form."""
    with Pdf.open(BytesIO(sheet)) as stamp:
        return pdf.copy_foreign(stamp.pages[0].as_form_xobject())


def form_fonts(form: Any) -> Any:
    """Return the fonts in the resources of a form, by name."""
    return form.get("/Resources", Dictionary()).get("/Font", Dictionary())


FormFonts = tuple[tuple[str, bytes], ...]
"""The fonts of a form: each name in its resources, and the digest of the font."""


@dataclass(frozen=True, slots=True)
class PlainForm:
    """A stamp as a form: its operators, its dictionary without fonts, and the fonts."""

    content: bytes
    dictionary: bytes
    fonts: FormFonts


_form_cache: dict[bytes, PlainForm | None] = {}


def _plain_form(sheet: bytes) -> PlainForm | None:
    """Return the form of a stamp; None if it is more than text in TrueType fonts.

    Forms are cached, because a pack of 150 pages has as many folios, and other packs have the same ones.
    """
    key = sha256(sheet).digest()
    if key not in _form_cache:
        if len(_form_cache) >= _CACHE_SIZE:
            _form_cache.clear()
        _form_cache[key] = _read_form(sheet)
    return _form_cache[key]


def _read_form(sheet: bytes) -> PlainForm | None:
    with Pdf.open(BytesIO(sheet)) as stamp:
        stream: Any = stamp.pages[0].as_form_xobject()
        fonts = [(name, font_digest(font)) for name, font in form_fonts(stream).as_dict().items()]
        all_resources = stream.get("/Resources", Dictionary())
        resources = {key: value.unparse(resolved=True) for key, value in all_resources.items() if key != "/Font"}
        entries = {key: value.unparse() for key, value in stream.items() if key not in ("/Length", "/Resources")}
        dictionary = _serialise_dictionary({**entries, "/Resources": _serialise_dictionary(resources)})
        digests = tuple((name, digest) for name, digest in sorted(fonts) if digest is not None)
        if len(digests) < len(fonts) or b" 0 R" in dictionary:
            return None
        return PlainForm(stream.read_bytes(), dictionary, digests)


def _serialise_dictionary(entries: dict[str, bytes]) -> bytes:
    return b"<< %b >>" % b" ".join(b"%b %b" % (name.encode(), value) for name, value in sorted(entries.items()))


def font_digest(font: Any) -> bytes | None:
    """Return the digest of a TrueType font, its widths and its ToUnicode map; None for another kind."""
    descendant = font.DescendantFonts[0]
    if "/FontFile2" not in descendant.FontDescriptor:
        return None
    file = descendant.FontDescriptor.FontFile2.read_raw_bytes()
    parts = (str(font.BaseFont).encode(), file, descendant.W.unparse(), font.ToUnicode.read_raw_bytes())
    return sha256(b"".join(sha256(part).digest() for part in parts)).digest()


PressedStamps = Mapping[StampText, bytes]


def _copy_form_name(text: StampText) -> str:
    """Return the name of the form of a text that says which copy a file is; the form is found again by it."""
    return f"/{text.slot}-{text.sheet}"


_COPY_FORM_NAMES = frozenset(
    _copy_form_name(StampText(slot.name, "", sheet)) for slot in SLOTS.values() if slot.of_copy for sheet in BY_STAMPS
)


class Overlay:
    """Stamps of one file: each is copied in once, under a name that depends only on its order."""

    def __init__(self, pdf: Pdf, stamps: PressedStamps) -> None:
        self.pdf = pdf
        self._stamps = stamps
        self._forms: dict[StampText, tuple[Name, Object]] = {}
        self._fonts_by_digest: dict[FormFonts, Object] = {}
        self._faces: dict[bytes, Object] = {}
        self._prologue = pdf.make_stream(b"q\n")
        self._wrapped: set[tuple[int, int]] = set()

    @cached_property
    def owners(self) -> dict[int, Any]:
        """The parent tree: the structure elements of each page's marks, by the page's key."""
        return dict(read_number_tree(self.pdf.Root.StructTreeRoot.ParentTree))

    def draw(self, page: Page, operators: bytes, *texts: StampText) -> None:
        """Add operators after the page's own; each `%s` becomes the name of a text's form."""
        names = []
        for text in texts:
            name, form = self._form(text)
            names.append(str(name).encode())
            if "/XObject" not in page.obj.Resources:
                page.obj.Resources.XObject = Dictionary()
            page.obj.Resources.XObject[name] = form
        original = page.obj.Contents
        content = list(original) if isinstance(original, Array) else [original]
        added = operators % tuple(names)
        if page.obj.objgen not in self._wrapped:
            self._wrapped.add(page.obj.objgen)
            content, added = [self._prologue, *content], b"\nQ\n" + added
        page.obj.Contents = Array([*content, self.pdf.make_stream(added)])

    def _form(self, text: StampText) -> tuple[Name, Object]:
        if text not in self._forms:
            if text not in self._stamps:
                raise TypesettingFailure(f"There is no stamp for '{text.text}' at {text.slot}.")
            form = self._make_form(self._stamps[text])
            name = _copy_form_name(text) if SLOTS[text.slot].of_copy else f"/Stamp{len(self._forms)}"
            self._forms[text] = (Name(name), form)
        return self._forms[text]

    def _make_form(self, sheet: bytes) -> Any:
        """Return the form of a stamp. Stamps in the same fonts share one copy of them."""
        plain = _plain_form(sheet)
        if plain is None:
            return self._copy_form(sheet)
        form = self.pdf.make_stream(plain.content, Object.parse(plain.dictionary))
        if plain.fonts and plain.fonts not in self._fonts_by_digest:
            self._fonts_by_digest[plain.fonts] = self.pdf.make_indirect(self._copy_form(sheet).Resources.Font)
        if plain.fonts:
            form.Resources.Font = self._fonts_by_digest[plain.fonts]
        return form

    def _copy_form(self, sheet: bytes) -> Any:
        form = copy_stamp_form(self.pdf, sheet)
        fonts = form_fonts(form)
        for name, font in fonts.as_dict().items():
            if digest := font_digest(font):
                fonts[name] = self._faces.setdefault(digest, font)
        return form


def stamp_pages(overlay: Overlay, lines: Sequence[tuple[StampText, ...]]) -> None:
    """Draw its running lines on every page, as artifacts that screen readers skip."""
    for page, texts in zip(overlay.pdf.pages, lines, strict=True):
        if texts:
            overlay.draw(page, b"".join(map(_artifact, texts)), *texts)


def _artifact(text: StampText) -> bytes:
    kind = b"Header" if SLOTS[text.slot].head else b"Footer"
    return b"/Artifact <</Type /Pagination /Subtype /" + kind + b">> BDC\nq\n%s Do\nQ\nEMC\n"


def fill_slot(
    overlay: Overlay, slot: Slot, text: StampText, ids: dict[str, Any], first_page: int = 0, prefix: str = ""
) -> None:
    """Set a text in the slot that the page has for it, as a paragraph in reading order.

    Its structure element is found by its id in `ids`, which is then removed.
    """
    page = overlay.pdf.pages[first_page + slot.page - 1]
    element_id = f"{prefix}{SLOT_PREFIX}{slot.name}"
    element = ids.pop(element_id, None)
    if element is None:
        raise TypesettingFailure(f"The text keeps no place called '{element_id}' in its structure.")
    owners = overlay.owners[int(page.obj.StructParents)]
    mcid = len(owners)
    owners.append(element)
    element.K = Array([mcid])
    element.Pg = page.obj
    del element.ID
    height = float(page.trimbox[3]) - float(page.trimbox[1])
    x = slot.x + slot.width - float(page.trimbox[2]) + float(page.trimbox[0]) if text.rtl else slot.x
    shift = f"1 0 0 1 {_format_number(x)} {_format_number(slot.y + slot.height - height)} cm".encode()
    overlay.draw(page, b"/P <</MCID %d>> BDC\nq\n" % mcid + shift + b"\n%s Do\nQ\nEMC\n", text)


def _format_number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")


# Numbered copies: every page of a numbered pack has a line with the copy's number, which is one form for all pages, and
# the cover has the sentence with the date produced. Both forms are found by the names that `Overlay` gave them.

CopyPlaces = Mapping[str, tuple[Any, ...]]
"""The forms that say which copy a file is, by name."""


class CopyForms:
    """The copy forms of a file and their replacements, in inks if the file is for a printer."""

    def __init__(self, pdf: Pdf, variant: PdfVariantRow, profile: bytes | None) -> None:
        self._pdf, self._inks = pdf, inks_of(profile) if variant.inked else None
        self.places: CopyPlaces = _find_copy_places(pdf, variant)
        self._shared_fonts = {name: _fonts_by_digest(forms[0]) for name, forms in self.places.items()}

    def match_places(self, stamps: Iterable[tuple[StampText, bytes]]) -> Iterator[tuple[str, bytes]]:
        """Yield the stamps of a copy by the names of their places, without kinds of pages that the file lacks."""
        for text, sheet in stamps:
            if (name := _copy_form_name(text)) in self.places:
                yield name, sheet
            elif SLOTS[text.slot].in_text:  # the line of the running head may be missing, this one never
                raise TypesettingFailure("The cover keeps no place for the words that say which copy it is.")

    def of(self, stamps: Iterable[tuple[StampText, bytes]]) -> dict[str, Any]:
        """Return the forms of a copy, by the names of their places."""
        return {name: self._make_form(name, sheet) for name, sheet in self.match_places(stamps)}

    def _make_form(self, name: str, sheet: bytes) -> Any:
        """Return a stamp as a form of the file, which reuses fonts that the file has."""
        form = copy_stamp_form(self._pdf, sheet)
        fonts = form_fonts(form)
        for font_name, font in fonts.as_dict().items():
            fonts[font_name] = self._shared_fonts[name].get(font_digest(font) or b"", font)
        return InkConverter(self._pdf).convert_form(form, Dictionary(), self._inks) if self._inks else form


def fill_copy_fields(pdf: Pdf, before: str, after: str) -> None:
    """Replace the copy's label in the metadata."""
    packet, label = pdf.Root.Metadata.read_bytes(), copy_label(before).encode()
    if packet.count(label) != 1:
        raise TypesettingFailure("The record of the file does not say that it has no number.")
    packet = packet.replace(label, copy_label(after).encode())
    pdf.Root.Metadata = pdf.make_stream(packet, Type=Name.Metadata, Subtype=Name.XML)


def _find_copy_places(pdf: Pdf, variant: PdfVariantRow) -> CopyPlaces:
    """Find the copy forms on pages; in a booklet, on the pages that its sheets draw."""
    resources_list = [page.obj.get("/Resources", Dictionary()) for page in pdf.pages]
    if variant.imposed:
        resources_list = [form.get("/Resources", Dictionary()) for sheet in resources_list for _, form in _forms(sheet)]
    places: dict[str, dict[tuple[int, int], Any]] = {}
    for name, form in (pair for resources in resources_list for pair in _forms(resources)):
        if name in _COPY_FORM_NAMES:
            places.setdefault(name, {})[form.objgen] = form
    return {name: tuple(forms.values()) for name, forms in places.items()}


def _forms(resources: Any) -> Iterator[tuple[str, Any]]:
    """Yield the forms in a resource dictionary, with their names."""
    for name, form in resources.get("/XObject", Dictionary()).as_dict().items():
        if isinstance(form, Stream) and form.get("/Subtype") == Name.Form:
            yield name, form


def _fonts_by_digest(form: Any) -> dict[bytes, Object]:
    return {digest: font for font in form_fonts(form).as_dict().values() if (digest := font_digest(font))}


_TOLERANCE = 1.0
"""Points by which boxes may overlap: the boxes of words are a little larger than their ink."""


@dataclass(frozen=True, slots=True)
class CoveredText:
    """Words that a stamp would cover, the stamp's words, and the page of the section, from 1."""

    page: int
    words: str
    stamp: str


def find_covered_text(
    outliers: Iterable[MarginText], lines: Sequence[Iterable[StampText]], stamps: Mapping[StampText, bytes]
) -> Iterator[CoveredText]:
    """Find the words near the head and foot of pages that running lines would cover.

    Few pages have such words, so only their stamps are measured.
    """
    outliers_by_page: dict[int, list[MarginText]] = defaultdict(list)
    for outlier in outliers:
        outliers_by_page[outlier.page].append(outlier)
    measure = cache(lambda text: read_stamp_box(stamps[text]))
    for page, page_outliers in sorted(outliers_by_page.items()):
        line_boxes = [(line.text, measure(line)) for line in lines[page - 1]]
        for outlier in page_outliers:
            left, bottom, right, top = outlier.x, outlier.y, outlier.x + outlier.width, outlier.y + outlier.height
            for text, box in line_boxes:
                overlap = min(right, box[2]) - max(left, box[0]), min(top, box[3]) - max(bottom, box[1])
                if min(overlap) > _TOLERANCE:
                    yield CoveredText(page, outlier.words, text)


def read_stamp_box(stamp: bytes) -> Rectangle:
    """Return the box of a stamp's words, which the press measured."""
    with Pdf.open(BytesIO(stamp)) as pdf:
        left, bottom, right, top = (float(part) for part in pdf.pages[0].obj.ArtBox)
    return left, bottom, right, top
