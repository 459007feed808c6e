"""The forms of a finished file that say which copy it is, and what stands in their place in a copy.

On every page a numbered pack has a line that is one form for all pages, and on its cover the paragraph that says when
it was produced; both are found by the names that the bindery gave them.
"""

from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from typing import Any

from pikepdf import Dictionary, Name, Object, Pdf, Stream

from pipeline.bind.pdf.plain_forms import face_of
from pipeline.bind.pdf.record import copy_label
from pipeline.bind.pdf.stamps import COPY_NAMES, copy_name
from pipeline.bind.print.inks import inks_of
from pipeline.bind.print.paint import Painter
from pipeline.core.errors import PressFailure
from pipeline.model.formats import EditionRow
from pipeline.model.manuscript import StampText
from pipeline.model.stamp_slots import SLOTS

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
                raise PressFailure("The cover keeps no place for the words that say which copy it is.")

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


def say_copy(pdf: Pdf, said: str, words: str) -> None:
    """Have the record say which copy a file is."""
    packet, label = pdf.Root.Metadata.read_bytes(), copy_label(said).encode()
    if packet.count(label) != 1:
        raise PressFailure("The record of the file does not say that it has no number.")
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
