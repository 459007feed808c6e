"""The old and the new text, got back from a marked one."""

import copy
from typing import Literal

from pipeline.compose.changes.marked_text import remove_element, unwrap_element
from pipeline.compose.changes.marking import MARK_ATTRIBUTE
from pipeline.compose.changes.parts import Element, classes_of

Side = Literal["old", "new"]


def side(marked: Element, which: Side) -> Element:
    """One of the two texts of a marked one."""
    tree = copy.deepcopy(marked)
    drop, keep = ("ins", "del") if which == "old" else ("del", "ins")
    for one in list(tree.iter("span", "p", "td")):
        if "said" in classes_of(one):
            remove_element(one)
    _put_back(tree, which)
    for one in [each for each in tree.iter() if each.get("data-block") == drop or _is_mark(each, drop)]:
        remove_element(one)
    for one in [each for each in tree.iter(keep) if _is_mark(each, keep)]:
        unwrap_element(one)
    for one in [each for each in tree.iter() if which == "old" and each.get("data-was")]:
        for inside in list(one):
            remove_element(inside)
        one.text = one.get("data-was")
    return tree


def _is_mark(element: Element, tag: str) -> bool:
    return bool(element.tag == tag and element.get(MARK_ATTRIBUTE) is not None)


def _put_back(tree: Element, which: Side) -> None:
    """Take the stubs away, of the old text with what has moved put in their places."""
    moved = {one.get("data-moved"): one for one in tree.iter() if one.get("data-moved")}
    for stub in [one for one in tree.iter() if "stub" in classes_of(one)]:
        if which == "old":
            one = moved[stub.get("data-to")]
            remove_element(one)
            stub.addprevious(one)
        remove_element(stub)
