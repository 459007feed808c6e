"""No join lets what stands on a page belong to another part's tags, whatever went wrong in it."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from pikepdf import Array, Pdf

from pipeline.bind.pdf.join import Joint, Leaves
from pipeline.bind.pdf.ownership import every_part_owns_its_own
from pipeline.core.errors import PressFailure
from pipeline.pdf.tree import HEADED, child_elements, number_tree, walk
from pipeline.press.engine.finish import save
from tests.support.bind.sheets import lighting, patrol


def joined() -> tuple[Pdf, Joint]:
    """Two briefings with the same ids inside, joined."""
    joint = Joint()
    joint.add(Leaves("lighting", "Street lighting", lighting().pdf))
    joint.add(Leaves("foot-patrol", "Foot patrol", patrol().pdf))
    return joint.close(), joint


def test_a_file_from_outside_is_not_believed_about_its_ids() -> None:
    with Pdf.open(BytesIO(lighting().pdf)) as pdf:
        pdf.Root[HEADED] = Array([])
        forged = save(pdf)
    joint = Joint()
    joint.add(Leaves("timetable", "Timetable", forged, from_outside=True))
    with joint.close() as pdf:
        cells = [element for element in walk(pdf.Root.StructTreeRoot.K[0]) if "/Headers" in element.get("/A", ())]
        assert cells
        assert all(str(name) in joint.ids for cell in cells for name in cell.A.Headers)


def lose_the_shift(pdf: Pdf, joint: Joint) -> None:
    """The first page of the second briefing keeps the number that it had alone."""
    pdf.pages[lighting().pages].obj.StructParents = 0


def swap_owners(pdf: Pdf, joint: Joint) -> None:
    """The first pages of both are owned by the tags of the other."""
    owners = dict(number_tree(pdf.Root.StructTreeRoot.ParentTree))
    first, second = owners[0], owners[joint.spans[1].numbers.start]
    first[0], second[0] = second[0], first[0]


def lose_an_owner(pdf: Pdf, joint: Joint) -> None:
    """The parent tree does not know a page."""
    nums = pdf.Root.StructTreeRoot.ParentTree.Nums
    del nums[0:2]


def lead_a_link_astray(pdf: Pdf, joint: Joint) -> None:
    """A link of the first briefing has the number of a link of the second."""
    linked = next(page.obj for page in pdf.pages if "/Annots" in page.obj)
    linked.Annots[0].StructParent = joint.spans[1].numbers.stop - 1


def hang_under_the_other(pdf: Pdf, joint: Joint) -> None:
    """The tags of the second hang under the part of the first."""
    first, second = (span.part for span in joint.spans)
    for kid in child_elements(second):
        kid.P = first


def number_alike(pdf: Pdf, joint: Joint) -> None:
    """Two entries of the parent tree have one number."""
    nums = pdf.Root.StructTreeRoot.ParentTree.Nums
    nums[2] = nums[0]


FAULTS = (
    (lose_the_shift, "of 'Foot patrol', holds words that belong to other tags"),
    (swap_owners, "Page 1, of 'Street lighting'"),
    (lose_an_owner, "Page 1, of 'Street lighting'"),
    (lead_a_link_astray, "of 'Street lighting', holds words"),
    (hang_under_the_other, "tags of 'Foot patrol' hang under another part"),
    (number_alike, "number their marks alike"),
)


def test_a_join_with_care_is_sound() -> None:
    pdf, joint = joined()
    every_part_owns_its_own(pdf, joint.spans)
    assert [len(span.pages) for span in joint.spans] == [lighting().pages, patrol().pages]


@pytest.mark.parametrize(("fault", "said"), FAULTS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_join_that_goes_wrong_is_found_out(fault: Callable[[Pdf, Joint], None], said: str) -> None:
    pdf, joint = joined()
    fault(pdf, joint)
    with pytest.raises(PressFailure, match=said):
        every_part_owns_its_own(pdf, joint.spans)


def test_no_two_parts_have_one_name() -> None:
    """Their ids and destinations would meet."""
    joint = Joint()
    joint.add(Leaves("lighting", "Street lighting", lighting().pdf))
    with pytest.raises(PressFailure, match="places of the same name"):
        joint.add(Leaves("lighting", "Foot patrol", patrol().pdf))
