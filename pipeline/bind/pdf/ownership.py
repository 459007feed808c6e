"""Proof that in a joined PDF nothing belongs to another part's tags (ISO 32000-1, 14.7.4.4).

What is copied with a part can refer only to what was copied with it, and all of that has numbers in one run. So it is
enough that the parent tree leads from each page of a part to objects of that run. That the tags of a part list what
they own is seen to when it is pressed, and by the proof of the whole file.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pikepdf import Array, Object, Pdf

from pipeline.core.errors import PressFailure
from pipeline.pdf.tree import child_elements, number_tree

_REFERENCE = re.compile(rb"(\d+) \d+ R")


@dataclass(frozen=True, slots=True)
class PartSpan:
    """A part's own share of a joined file: its tag, pages, numbers in the parent tree, and objects."""

    title: str
    part: Object
    pages: range
    """Counted from 0."""
    numbers: range
    objects: range


def every_part_owns_its_own(pdf: Pdf, spans: Sequence[PartSpan]) -> None:
    """Every mark and every link of a page belongs to one tag, and that to the page's own part.

    Raises `PressFailure` with the first page of which this does not hold.
    """
    nums = number_tree(pdf.Root.StructTreeRoot.ParentTree)
    owners = {number: _objects(owner) for number, owner in nums}
    if len(owners) != len(nums):
        raise PressFailure("Two parts number their marks alike, so what is read aloud would be in doubt.")
    pages = list(pdf.pages)
    taken: set[int] = set()
    for span in spans:
        _parents(span)
        for index in span.pages:
            numbers = list(_numbers(pages[index].obj))
            right = taken.isdisjoint(numbers) and all(
                number in span.numbers and all(owner in span.objects for owner in owners.get(number, (-1,)))
                for number in numbers
            )
            if not right:
                raise PressFailure(f"Page {index + 1}, of '{span.title}', holds words that belong to other tags.")
            taken.update(numbers)


def _parents(span: PartSpan) -> None:
    """Every element under the tag of a part is of that part, and knows it."""
    for kid in child_elements(span.part):
        if kid.objgen[0] not in span.objects or kid.P.objgen != span.part.objgen:
            raise PressFailure(f"Page {span.pages.start + 1}: tags of '{span.title}' hang under another part.")


def _objects(owner: Object) -> tuple[int, ...]:
    """The objects that a number of the parent tree leads to: one, or those of a page's marks in order."""
    written = owner.unparse(resolved=True) if isinstance(owner, Array) else owner.unparse()
    return tuple(int(number) for number in _REFERENCE.findall(written))


def _numbers(page: Object) -> Iterable[int]:
    """The numbers under which the parent tree has what stands on a page."""
    if "/StructParents" in page:
        yield int(page.StructParents)
    for annotation in page.get("/Annots", ()):
        number = annotation.get("/StructParent")
        if number is not None:
            yield int(number)
