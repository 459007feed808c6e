"""What is asked of every box of a page is answered as the engine answers it."""

from __future__ import annotations

import random
from types import SimpleNamespace
from typing import Any

import pytest
from weasyprint.css.targets import TargetCollector
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from pipeline.press.engine import engine
from pipeline.press.fast import walks as quick_walks

STYLE = {"position": "static", "float": "none", "direction": "ltr", "page": ""}
"""Of a box that stands in the flow of its text."""


PLACES = (("static", "none"), ("static", "none"), ("static", "left"), ("relative", "none"), ("absolute", "none"))
"""How a box is placed, and whether it floats: none does both (CSS 2.2, 9.7)."""


def tree(chance: random.Random, depth: int) -> Any:
    """Boxes in boxes: some float, some stand apart, some ask for a page of a name, some are tables."""
    style = {
        **STYLE,
        **dict(zip(("position", "float"), chance.choice(PLACES), strict=True)),
        "page": chance.choice(("", "", "a", "b")),
    }
    kind = chance.choice((boxes.BlockBox, boxes.InlineBox, boxes.TableBox)) if depth else boxes.TextBox
    if kind is boxes.TextBox:
        return boxes.TextBox("p", style, None, "Lamps")
    kids = [tree(chance, depth - 1) for _ in range(chance.randint(0, 3))]
    apart = [chance.random() < 0.5 and kid.style["position"] == "absolute" for kid in kids]
    kids = [AbsolutePlaceholder(kid) if away else kid for kid, away in zip(kids, apart, strict=True)]
    box = kind("p", style, None, kids)
    box.children = tuple(box.children) if chance.random() < 0.5 else box.children
    return box


@pytest.mark.parametrize("seed", range(40))
def test_boxes_are_walked_as_the_engine_walks_them(seed: int) -> None:
    """In the same order, those that stand apart as what they are or in their place."""
    box = tree(random.Random(seed), 5)
    for placeholders in (False, True):
        found = list(quick_walks.descendants(box, placeholders))
        assert list(map(id, found)) == list(map(id, theirs(box, placeholders)))
    assert engine.KNOWN
    assert boxes.ParentBox.page_values is quick_walks.page_values
    assert box.page_values() == page_values(box)


def theirs(box: Any, placeholders: bool) -> list[Any]:
    """The boxes in a box in the engine's order: its own function calls the one that has taken its place."""
    found = [box]
    for child in box.children:
        if isinstance(child, boxes.Box) or placeholders:
            found += theirs(getattr(child, "_box", child), placeholders)
        else:
            found.append(child)
    return found


def page_values(box: Any) -> tuple[str, str]:
    """The named pages at both ends of a box (CSS Fragmentation 4, section 4)."""
    start = end = box.style["page"]
    if isinstance(box, boxes.ParentBox) and not isinstance(box, boxes.TableBox):
        kids = [kid for kid in box.children if kid.is_in_normal_flow() or kid.is_floated()]
        if kids:
            start, end = page_values(kids[0])[0] or start, page_values(kids[-1])[1] or end
    return start, end


@pytest.mark.parametrize("outer", [True, False])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("kind", [boxes.LineBox, boxes.BlockReplacedBox])
def test_what_stands_beside_no_float_stands_where_the_engine_has_it(kind: Any, direction: str, outer: bool) -> None:
    """To the last bit: a line may be as wide as what it stands in."""
    chance = random.Random(f"{direction} {outer}")
    for _ in range(50):
        box, around = kind.__new__(kind), boxes.BlockBox.__new__(boxes.BlockBox)
        for one in (box, around):
            one.style = {**STYLE, "direction": direction}
            sizes = ("position_x", "position_y", "width", "height")
            sides = (f"{what}_{side}" for what in ("margin", "padding") for side in ("left", "right", "top", "bottom"))
            borders = (f"border_{side}_width" for side in ("left", "right", "top", "bottom"))
            for name in (*sizes, *sides, *borders):
                setattr(one, name, chance.choice((0, chance.uniform(0, 99))))
        context = SimpleNamespace(excluded_shapes=[])
        expected = quick_walks._avoid_collisions(context, box, around, outer)
        assert quick_walks.avoid_collisions(context, box, around, outer) == expected


@pytest.mark.parametrize("asked", [True, False])
@pytest.mark.parametrize("state", ["up-to-date", "undefined"])
@pytest.mark.parametrize("collecting", [True, False])
def test_places_keep_the_counters_of_their_page(asked: bool, state: str, collecting: bool) -> None:
    """And not those of the next, which go on from them; whatever shows them waits for that page."""
    noted = []
    for note in (quick_walks.note_counters, quick_walks._note_counters):
        item = SimpleNamespace(state=state, cached_page_counter_values={}, page_maker_index=None)
        collector = TargetCollector()
        collector.target_lookup_items, collector.collecting = {"here": item}, collecting
        shown = SimpleNamespace(missing_target_counters={"here": {"page"}}, page_maker_index=None, pending=False)
        collector.counter_lookup_items = {("box", "content"): shown} if asked else {}
        counters = {"page": [3], "notes": [1, 2]}
        note(collector, "here", counters, 2, [])
        note(collector, "nowhere", counters, 2, [])
        counters["page"][0] = 4
        noted.append((vars(item), shown.pending))
    assert noted[0] == noted[1]
