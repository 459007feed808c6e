"""Stamps laid over pages; the copy's own fields."""

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
from pipeline.bind.print.paint import Painter
from pipeline.core.diagnostics import TypesettingFailure
from pipeline.core.documents.pdf import Rectangle, number_tree
from pipeline.core.documents.roles import SLOT
from pipeline.model.formats import BY_STAMPS, SLOTS, EditionRow
from pipeline.model.manuscript import StampText
from pipeline.model.sheets import MarginText, Slot

# Stamps as values: what a pressed line is made of, so that it can be put into any file without reading it again. A
# pack of 150 pages has as many folios, and most of them stand in every other pack too.

MOST = 4096
"""Stamps that a process knows at a time; each takes about a kilobyte."""

Fonts = tuple[tuple[str, bytes], ...]
"""The fonts of a form: their names in it, and the digest of what each is."""


@dataclass(frozen=True, slots=True)
class PlainForm:
    """A stamp as a form: its operators, its dictionary without the fonts, and these."""

    content: bytes
    dictionary: bytes
    fonts: Fonts


_known: dict[bytes, PlainForm | None] = {}


def plain_form(sheet: bytes) -> PlainForm | None:
    """The form of a pressed stamp; None for one that has more to it than words set from TrueType fonts."""
    key = sha256(sheet).digest()
    if key not in _known:
        if len(_known) >= MOST:
            _known.clear()
        _known[key] = _read(sheet)
    return _known[key]


def _read(sheet: bytes) -> PlainForm | None:
    with Pdf.open(BytesIO(sheet)) as stamp:
        stream: Any = stamp.pages[0].as_form_xobject()
        used = stream.get("/Resources", Dictionary())
        fonts = [(name, face_of(font)) for name, font in used.get("/Font", Dictionary()).as_dict().items()]
        resources = {name: thing.unparse(resolved=True) for name, thing in used.items() if name != "/Font"}
        own = {name: thing.unparse() for name, thing in stream.items() if name not in ("/Length", "/Resources")}
        dictionary = _written({**own, "/Resources": _written(resources)})
        faces = tuple((name, face) for name, face in sorted(fonts) if face is not None)
        if len(faces) < len(fonts) or b" 0 R" in dictionary:
            return None
        return PlainForm(stream.read_bytes(), dictionary, faces)


def _written(entries: dict[str, bytes]) -> bytes:
    return b"<< %b >>" % b" ".join(b"%b %b" % (name.encode(), said) for name, said in sorted(entries.items()))


def face_of(font: Any) -> bytes | None:
    """The digest of a TrueType font, its widths and what its letters mean; None for one of another kind."""
    below = font.DescendantFonts[0]
    if "/FontFile2" not in below.FontDescriptor:
        return None
    file = below.FontDescriptor.FontFile2.read_raw_bytes()
    parts = (str(font.BaseFont).encode(), file, below.W.unparse(), font.ToUnicode.read_raw_bytes())
    return sha256(b"".join(sha256(part).digest() for part in parts)).digest()


PressedStamps = Mapping[StampText, bytes]


def copy_name(text: StampText) -> str:
    """The name of the form of a line that says which copy a file is: by it the form is found again."""
    return f"/{text.slot}-{text.sheet}"


COPY_NAMES = frozenset(
    copy_name(StampText(slot.name, "", sheet)) for slot in SLOTS.values() if slot.of_copy for sheet in BY_STAMPS
)
"""Every name that such a form may have."""


class Overlay:
    """The stamps of one file: each is copied in once, under a name that depends on its order alone."""

    def __init__(self, pdf: Pdf, stamps: PressedStamps) -> None:
        self.pdf = pdf
        self._stamps = stamps
        self._forms: dict[StampText, tuple[Name, Object]] = {}
        self._fonts: dict[Fonts, Object] = {}
        self._faces: dict[bytes, Object] = {}
        self._before = pdf.make_stream(b"q\n")
        self._opened: set[tuple[int, int]] = set()

    @cached_property
    def owners(self) -> dict[int, Any]:
        """The parent tree: for each page's number its marks' elements."""
        return dict(number_tree(self.pdf.Root.StructTreeRoot.ParentTree))

    def draw(self, page: Page, operators: bytes, *texts: StampText) -> None:
        """Add operators after the page's own; `%s` in them stands for the names of the texts' forms."""
        names = []
        for text in texts:
            name, form = self._form(text)
            names.append(str(name).encode())
            if "/XObject" not in page.obj.Resources:
                page.obj.Resources.XObject = Dictionary()
            page.obj.Resources.XObject[name] = form
        own = page.obj.Contents
        content = list(own) if isinstance(own, Array) else [own]
        added = operators % tuple(names)
        if page.obj.objgen not in self._opened:
            self._opened.add(page.obj.objgen)
            content, added = [self._before, *content], b"\nQ\n" + added
        page.obj.Contents = Array([*content, self.pdf.make_stream(added)])

    def _form(self, text: StampText) -> tuple[Name, Object]:
        if text not in self._forms:
            if text not in self._stamps:
                raise TypesettingFailure(f"There is no stamp for '{text.text}' at {text.slot}.")
            form = self._made(self._stamps[text])
            name = copy_name(text) if SLOTS[text.slot].of_copy else f"/Stamp{len(self._forms)}"
            self._forms[text] = (Name(name), form)
        return self._forms[text]

    def _made(self, sheet: bytes) -> Any:
        """The form of a stamp. Most stamps are set from the same fonts: one copy in the file is enough."""
        plain = plain_form(sheet)
        if plain is None:
            return self._copied(sheet)
        form = self.pdf.make_stream(plain.content, Object.parse(plain.dictionary))
        if plain.fonts and plain.fonts not in self._fonts:
            self._fonts[plain.fonts] = self.pdf.make_indirect(self._copied(sheet).Resources.Font)
        if plain.fonts:
            form.Resources.Font = self._fonts[plain.fonts]
        return form

    def _copied(self, sheet: bytes) -> Any:
        with Pdf.open(BytesIO(sheet)) as stamp:
            form = self.pdf.copy_foreign(stamp.pages[0].as_form_xobject())
        fonts = form.get("/Resources", Dictionary()).get("/Font", Dictionary())
        for name, font in fonts.as_dict().items():
            if known_by := face_of(font):
                fonts[name] = self._faces.setdefault(known_by, font)
        return form


def stamp_pages(overlay: Overlay, lines: Sequence[tuple[StampText, ...]]) -> None:
    """Lay its running lines over every page, silent to a screen reader; a blank page has none."""
    for page, texts in zip(overlay.pdf.pages, lines, strict=True):
        if texts:
            overlay.draw(page, b"".join(map(_artifact, texts)), *texts)


def _artifact(text: StampText) -> bytes:
    kind = b"Header" if SLOTS[text.slot].head else b"Footer"
    return b"/Artifact <</Type /Pagination /Subtype /" + kind + b">> BDC\nq\n%s Do\nQ\nEMC\n"


def fill_slot(
    overlay: Overlay, slot: Slot, text: StampText, ids: dict[str, Any], first_page: int = 0, prefix: str = ""
) -> None:
    """Set a line where the text keeps a place for it, as a paragraph in reading order.

    The id by which the place is found among the file's `ids` is gone then.
    """
    page = overlay.pdf.pages[first_page + slot.page - 1]
    identity = f"{prefix}{SLOT}{slot.name}"
    element = ids.pop(identity, None)
    if element is None:
        raise TypesettingFailure(f"The text keeps no place called '{identity}' in its structure.")
    owners = overlay.owners[int(page.obj.StructParents)]
    mark = len(owners)
    owners.append(element)
    element.K = Array([mark])
    element.Pg = page.obj
    del element.ID
    height = float(page.trimbox[3]) - float(page.trimbox[1])
    x = slot.x + slot.width - float(page.trimbox[2]) + float(page.trimbox[0]) if text.rtl else slot.x
    shift = f"1 0 0 1 {_number(x)} {_number(slot.y + slot.height - height)} cm".encode()
    overlay.draw(page, b"/P <</MCID %d>> BDC\nq\n" % mark + shift + b"\n%s Do\nQ\nEMC\n", text)


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")


# The forms of a finished file that say which copy it is, and what stands in their place in a copy. On every page a
# numbered pack has a line that is one form for all pages, and on its cover the paragraph that says when it was
# produced; both are found by the names that the bindery gave them.

Places = Mapping[str, tuple[Any, ...]]
"""The forms that say which copy a file is, by their names."""


class CopyForms:
    """The places of a file, and the forms of its copies, in the printer's inks where it is for a printer."""

    def __init__(self, pdf: Pdf, edition: EditionRow, profile: bytes | None) -> None:
        self._pdf, self._inks = pdf, inks_of(profile) if edition.inked else None
        self.places: Places = _places(pdf, edition)
        self._house = {name: _fonts(forms[0]) for name, forms in self.places.items()}

    def named(self, stamps: Iterable[tuple[StampText, bytes]]) -> Iterator[tuple[str, bytes]]:
        """The stamps of a copy by the names of their places, but for kinds of pages that the file does not have."""
        for text, sheet in stamps:
            if (name := copy_name(text)) in self.places:
                yield name, sheet
            elif SLOTS[text.slot].in_text:  # the line of the running head may be missing, this one never
                raise TypesettingFailure("The cover keeps no place for the words that say which copy it is.")

    def of(self, stamps: Iterable[tuple[StampText, bytes]]) -> dict[str, Any]:
        """The forms of a copy, by the names of their places."""
        return {name: self._stamp(name, sheet) for name, sheet in self.named(stamps)}

    def _stamp(self, name: str, sheet: bytes) -> Any:
        """A stamp as a form of the file. The fonts that the file has already are not taken in again."""
        with Pdf.open(BytesIO(sheet)) as stamp:
            form: Any = self._pdf.copy_foreign(stamp.pages[0].as_form_xobject())
        fonts = form.Resources.get("/Font", Dictionary())
        for called, font in fonts.as_dict().items():
            fonts[called] = self._house[name].get(face_of(font) or b"", font)
        return Painter(self._pdf).form(form, Dictionary(), self._inks) if self._inks is not None else form


def fill_copy_fields(pdf: Pdf, said: str, words: str) -> None:
    """Have the record say which copy a file is."""
    packet, label = pdf.Root.Metadata.read_bytes(), copy_label(said).encode()
    if packet.count(label) != 1:
        raise TypesettingFailure("The record of the file does not say that it has no number.")
    packet = packet.replace(label, copy_label(words).encode())
    pdf.Root.Metadata = pdf.make_stream(packet, Type=Name.Metadata, Subtype=Name.XML)


def _places(pdf: Pdf, edition: EditionRow) -> Places:
    """Every form of these names on pages or, in a booklet, on the pages that its sheets show; none that lies deeper."""
    shown = [page.obj.get("/Resources", Dictionary()) for page in pdf.pages]
    if edition.imposed:
        shown = [form.get("/Resources", Dictionary()) for sheet in shown for _, form in _forms(sheet)]
    found: dict[str, dict[tuple[int, int], Any]] = {}
    for name, form in (pair for resources in shown for pair in _forms(resources)):
        if name in COPY_NAMES:
            found.setdefault(name, {})[form.objgen] = form
    return {name: tuple(forms.values()) for name, forms in found.items()}


def _forms(resources: Any) -> Iterator[tuple[str, Any]]:
    """The forms among resources, by their names."""
    for name, form in resources.get("/XObject", Dictionary()).as_dict().items():
        if isinstance(form, Stream) and form.get("/Subtype") == Name.Form:
            yield name, form


def _fonts(form: Any) -> dict[bytes, Object]:
    """The fonts of a form, by what they are."""
    fonts = form.get("/Resources", Dictionary()).get("/Font", Dictionary()).as_dict().values()
    return {key: font for font in fonts if (key := face_of(font))}


CLOSE = 1.0
"""Points by which boxes may meet: those of words are a little larger than their ink."""


@dataclass(frozen=True, slots=True)
class Covered:
    """Words that a stamp would cover: the page of the section, from 1, what stands there, and what would cover it."""

    page: int
    words: str
    stamp: str


def covered(
    outliers: Iterable[MarginText], lines: Sequence[Iterable[StampText]], stamps: Mapping[StampText, bytes]
) -> Iterator[Covered]:
    """Everything near the head and foot of pages that the running lines of each would cover, page by page.

    Few pages have words where running lines stand, and only their stamps are measured.
    """
    apart: dict[int, list[MarginText]] = defaultdict(list)
    for outlier in outliers:
        apart[outlier.page].append(outlier)
    measure = cache(lambda text: stamp_box(stamps[text]))
    for page, near in sorted(apart.items()):
        known = [(line.text, measure(line)) for line in lines[page - 1]]
        for outlier in near:
            left, bottom, right, top = outlier.x, outlier.y, outlier.x + outlier.width, outlier.y + outlier.height
            for text, box in known:
                if min(right, box[2]) - max(left, box[0]) > CLOSE and min(top, box[3]) - max(bottom, box[1]) > CLOSE:
                    yield Covered(page, outlier.words, text)


def stamp_box(stamp: bytes) -> Rectangle:
    """The box of a pressed stamp's words, as the press measured it."""
    with Pdf.open(BytesIO(stamp)) as pdf:
        left, bottom, right, top = (float(part) for part in pdf.pages[0].obj.ArtBox)
    return left, bottom, right, top
