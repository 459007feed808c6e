"""The old and the new text, got back from a marked one."""

import copy
from typing import Literal

from pipeline.markup.changes.parts import Element, classes
from pipeline.markup.changes.writing import MARK

Side = Literal["old", "new"]


def side(marked: Element, which: Side) -> Element:
    """One of the two texts of a marked one."""
    tree = copy.deepcopy(marked)
    drop, keep = ("ins", "del") if which == "old" else ("del", "ins")
    for one in list(tree.iter("span", "p", "td")):
        if "said" in classes(one):
            cut(one)
    _put_back(tree, which)
    for one in [each for each in tree.iter() if each.get("data-block") == drop or _is_mark(each, drop)]:
        cut(one)
    for one in [each for each in tree.iter(keep) if _is_mark(each, keep)]:
        unwrap(one)
    for one in [each for each in tree.iter() if which == "old" and each.get("data-was")]:
        for inside in list(one):
            cut(inside)
        one.text = one.get("data-was")
    return tree


def _is_mark(element: Element, tag: str) -> bool:
    return bool(element.tag == tag and element.get(MARK) is not None)


def _put_back(tree: Element, which: Side) -> None:
    """Take the stubs away, of the old text with what has moved put in their places."""
    moved = {one.get("data-moved"): one for one in tree.iter() if one.get("data-moved")}
    for stub in [one for one in tree.iter() if "stub" in classes(one)]:
        if which == "old":
            one = moved[stub.get("data-to")]
            cut(one)
            stub.addprevious(one)
        cut(stub)


def cut(element: Element) -> None:
    """Take an element out, with what is in it; the text behind it stays."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    if before is not None:
        before.tail = (before.tail or "") + (element.tail or "")
    else:
        parent.text = (parent.text or "") + (element.tail or "")
    element.tail = None
    parent.remove(element)


def unwrap(element: Element) -> None:
    """Take an element away, and leave what is in it."""
    parent = element.getparent()
    if parent is None:
        return
    place, before = parent.index(element), element.getprevious()
    inside, text, tail = list(element), element.text or "", element.tail or ""
    element.tail = None
    parent.remove(element)
    for number, child in enumerate(inside):
        parent.insert(place + number, child)
    if inside:
        inside[-1].tail = (inside[-1].tail or "") + tail
    else:
        text += tail
    if before is not None:
        before.tail = (before.tail or "") + text
    else:
        parent.text = (parent.text or "") + text
