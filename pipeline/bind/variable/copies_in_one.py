"""All numbered copies of a print file in one file, one after the other, for a printer who takes but one.

What the copies share stands in the file once: a copy adds its own stamps, and for each page the few lines that say
what the page shows. So two hundred copies are little larger than one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pikepdf import Array, Dictionary, Name, Pdf, String

from pipeline.bind.print.record import save_plain
from pipeline.bind.variable.copy_forms import CopyForms, say_copy
from pipeline.model.formats import EDITIONS, FORMATS, PRINTED
from pipeline.model.manuscript import StampText

_EDITION = EDITIONS[FORMATS[PRINTED[0]].edition]


@dataclass(frozen=True, slots=True)
class Run:
    """A finished print file of a numbered pack, and the copies that follow each other in one file."""

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
            _share(pdf, page)
        if len(pages) < pages_a_copy(len(pages)):
            pages.append(_blank(pdf, pages[-1]))
        tree = pdf.make_indirect(Dictionary(Type=Name.Pages))
        copies = [_copy(pdf, tree, pages, forms.of(stamps)) for stamps in run.stamps]
        tree.Kids, tree.Count = Array(copies), len(copies) * len(pages)
        pdf.Root.Pages = tree
        pdf.Root.PageLabels = Dictionary(Nums=Array(list(_labels(pdf, run.numbers, len(pages)))))
        say_copy(pdf, run.unnumbered, run.words)
        return save_plain(pdf, pdf.pdf_version)


def _blank(pdf: Pdf, beside: Any) -> Any:
    """An empty page of the size of another."""
    kept = {key: value for key, value in beside.items() if key in _SIZES}
    return pdf.make_indirect(Dictionary(kept | {"/Type": Name.Page, "/Resources": Dictionary(), "/Contents": Array()}))


_SIZES = ("/MediaBox", "/TrimBox", "/BleedBox", "/CropBox", "/Rotate")


def _share(pdf: Pdf, page: Any) -> None:
    """Let what a page uses be used by other pages too, all but the forms, which are a copy's own."""
    for key, resource in page.Resources.as_dict().items():
        if key != "/XObject" and not resource.is_indirect:
            page.Resources[key] = pdf.make_indirect(resource)
    for key in ("/Contents", "/Resources"):
        if not page[key].is_indirect:
            page[key] = pdf.make_indirect(page[key])


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
