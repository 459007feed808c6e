"""Faults of marked texts: a text that cannot be got back, an anchor that stands twice, a mark where none may stand."""

from collections import Counter
from collections.abc import Iterable, Sequence

from lxml import etree

from pipeline.compose.changes.marking import mark_changes
from pipeline.compose.changes.parts import Element, read_parts, unit_text, units
from tests.support.markup.edits import edited
from tests.support.markup.sides import side

STRUCTURE = {"table", "thead", "tbody", "tr", "ul", "ol", "dl"}


def faults(old: Element, new: Element, only_moved: bool, was_told: list[tuple[str, str]]) -> list[str]:
    """Faults of the marked text of two."""
    made = mark_changes(old, new)
    again = etree.fromstring(etree.tostring(made.text))  # as a reader gets it
    found = ["the old text is lost"] if told(side(again, "old")) != was_told else []
    found += ["the new text is lost"] if told(side(again, "new")) != told(new) else []
    ids = Counter(one.get("id") for one in again.iter(etree.Element) if one.get("id"))
    found += [f"'{name}' stands {many} times" for name, many in ids.items() if many > 1]
    marks = [one for one in again.iter("ins", "del", "span", "holder") if one.getparent() is not None]
    found += [
        "a mark stands between rows" for one in marks if (home := one.getparent()) is not None and home.tag in STRUCTURE
    ]
    marks = [one for one in again.iter("ins", "del") if one.get("data-mark") == ""]
    ends = ((one[-1].tail if len(one) else one.text) or "" for one in marks)
    found += ["a mark ends with a blank" for end in ends if end.endswith(" ")]
    if only_moved and any(one.kind in ("new", "gone") for one in made.changes):
        found.append("what moved is told as new")
    return found


def told(element: Element) -> list[tuple[str, str]]:
    """All that a text tells, unit by unit: the kind of each, and its words."""
    return [(unit.kind, unit_text(unit)) for unit in units(read_parts(element)) if unit.words]


def faults_of_edits(texts: Sequence[Element], seeds: Iterable[int]) -> list[str]:
    """Faults of the marked texts of an edit a seed, of each text in turn."""
    all_told = [told(one) for one in texts]
    found = []
    for seed in seeds:
        old = texts[seed % len(texts)]
        new, edits = edited(old, seed)
        found += [
            f"{seed}: {fault} ({', '.join(sorted(edits))})"
            for fault in faults(old, new, edits == {"move"}, all_told[seed % len(texts)])
        ]
    return found
