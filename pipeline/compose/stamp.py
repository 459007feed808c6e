"""How the lines look that the bindery lays over finished pages."""

from __future__ import annotations

from pipeline.compose.layouts import text_faces
from pipeline.compose.style import font_rules, joined
from pipeline.model.layouts import Layouts
from pipeline.model.manuscript import StampLayout, StampSheet


def compose_stamp(layouts: Layouts, sheet: StampSheet = "screen") -> StampLayout:
    """The stamp layout of a kind of page: one class a slot."""
    names = ("tokens.css", "stamp/stamp.css", f"stamp/{sheet}.css")
    style = font_rules(text_faces(layouts)) + joined(names, layouts)
    return StampLayout(style, text_faces(layouts))
