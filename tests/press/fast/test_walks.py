"""What is asked of every box of a page is answered as the engine answers it."""

import random
from typing import Any

import pytest
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from pipeline.press.engine import engine  # noqa: F401  which puts our functions in the engine's place
from pipeline.press.fast import layout as fast_walks

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
    absolute = [chance.random() < 0.5 and kid.style["position"] == "absolute" for kid in kids]
    kids = [AbsolutePlaceholder(kid) if away else kid for kid, away in zip(kids, absolute, strict=True)]
    box = kind("p", style, None, kids)
    box.children = tuple(box.children) if chance.random() < 0.5 else box.children
    return box


@pytest.mark.parametrize("seed", range(12))
def test_boxes_ask_for_the_pages_that_the_engine_finds(seed: int) -> None:
    box = tree(random.Random(seed), 5)
    assert boxes.ParentBox.page_values is fast_walks.page_values
    assert box.page_values() == page_values(box)


def page_values(box: Any) -> tuple[str, str]:
    """The named pages at both ends of a box (CSS Fragmentation 4, section 4)."""
    start = end = box.style["page"]
    if isinstance(box, boxes.ParentBox) and not isinstance(box, boxes.TableBox):
        kids = [kid for kid in box.children if kid.is_in_normal_flow() or kid.is_floated()]
        if kids:
            start, end = page_values(kids[0])[0] or start, page_values(kids[-1])[1] or end
    return start, end
