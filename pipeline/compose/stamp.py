"""How the lines look that the bindery lays over finished pages."""

from __future__ import annotations

from pipeline.compose.layouts import text_faces
from pipeline.compose.style import font_rules, joined
from pipeline.model.layouts import Layouts
from pipeline.model.manuscript import StampLayout


def compose_stamp(layouts: Layouts) -> StampLayout:
    """The stamp layout: one class a slot."""
    style = font_rules(text_faces(layouts)) + joined(("tokens.css", "stamp/stamp.css"), layouts)
    return StampLayout(style, text_faces(layouts))
