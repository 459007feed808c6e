"""Laying stamps over finished pages: running lines as pagination artifacts, the date produced as real text."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from io import BytesIO
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Page, Pdf

from pipeline.bind.pdf.plain_forms import Fonts, face_of, plain_form
from pipeline.core.errors import PressFailure
from pipeline.markup.roles import SLOT
from pipeline.model.formats import BY_STAMPS
from pipeline.model.manuscript import StampText
from pipeline.model.sheets import Slot
from pipeline.model.stamp_slots import SLOTS
from pipeline.pdf.tree import number_tree

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
                raise PressFailure(f"There is no stamp for '{text.text}' at {text.slot}.")
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
        raise PressFailure(f"The text keeps no place called '{identity}' in its structure.")
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
