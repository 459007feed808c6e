"""The leaves of an edition behind the sheets that say what to do with them: a tagged PDF, and one for the printer."""

from collections.abc import Sequence
from io import BytesIO

from pikepdf import Array, Dictionary, Name, Pdf, String

from pipeline.bind.pdf.close import close
from pipeline.bind.pdf.join import Joint, Leaves
from pipeline.bind.pdf.record import record
from pipeline.bind.pdf.some_pages import some_pages
from pipeline.bind.pdf.written import settle
from pipeline.bind.print.record import describe, save_plain
from pipeline.model.claim import Claim
from pipeline.model.manuscript import Metadata

_BOXES = ("/MediaBox", "/BleedBox", "/TrimBox")


def tagged_leaves(
    sheets: bytes, issued: bytes, labels: Sequence[str], metadata: Metadata, claim: Claim, title: str
) -> bytes:
    """The sheets, and behind them the pages of an issued PDF that have these labels, with their tags."""
    with Pdf.open(BytesIO(issued)) as file:
        wanted = set(labels)
        pages = [number for number, page in enumerate(file.pages, 1) if page.label in wanted]
        named = [file.pages[number - 1].label for number in pages]
    joint = Joint()
    joint.add(Leaves("sheets", metadata.title, sheets))
    first = len(joint.pdf.pages)
    if pages:
        joint.add(Leaves("leaves", title, some_pages(issued, pages, under=1)))
    with joint.close() as pdf:
        record(pdf, metadata, claim)
        _label(pdf, [*_numbered(first), *named])
        return close(pdf, claim, joint.ids)


def print_leaves(sheets: bytes, issued: bytes, pages: Sequence[int]) -> bytes:
    """The sheets, and behind them pages of an issued print file, of which 0 is a blank one; leaf by leaf.

    What is printed for another press is printed all the same; then the file claims nothing.
    """
    with Pdf.open(BytesIO(sheets)) as file, Pdf.open(BytesIO(issued)) as edition:
        named = _numbered(len(file.pages))
        if len(file.pages) % 2:
            _add_blank(file)
            named.append("")
        for number in pages:
            if number:
                file.pages.append(edition.pages[number - 1])
                named.append(edition.pages[number - 1].label)
            else:
                _add_blank(file)
                named.append("")
        if _condition(file) != _condition(edition):
            packet = file.Root.Metadata.read_bytes()
            if "/OutputIntents" in file.Root:
                del file.Root.OutputIntents
            describe(file, packet, iter(()))
        _label(file, named)
        return settle(save_plain(file))


def _numbered(pages: int) -> list[str]:
    return [f"R-{number}" for number in range(1, pages + 1)]


def _label(pdf: Pdf, labels: Sequence[str]) -> None:
    """Name each page by its folio."""
    pairs = [part for index, label in enumerate(labels) for part in (index, Dictionary(P=String(label)))]
    pdf.Root.PageLabels = Dictionary(Nums=Array(pairs))


def _add_blank(pdf: Pdf) -> None:
    """Append an empty page of the size of the last one."""
    before = pdf.pages[-1].obj
    boxes = {key: Array(list(before[key])) for key in _BOXES if key in before}
    pdf.add_blank_page()
    page = pdf.pages[-1].obj
    for key in list(page.keys()):
        if key not in ("/Type", "/Parent"):
            del page[key]
    for key, box in boxes.items():
        page[key] = box
    page.Resources = Dictionary()
    page.Type = Name.Page


def _condition(pdf: Pdf) -> bytes:
    """The profile of the press that a file is made for."""
    for intent in pdf.Root.get("/OutputIntents", ()):
        return bytes(intent.DestOutputProfile.read_bytes()) if "/DestOutputProfile" in intent else b""
    return b""
