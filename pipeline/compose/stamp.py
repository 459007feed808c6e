"""Style of the running lines that the bindery lays over finished pages."""

from pipeline.compose.design.faces import font_rules
from pipeline.compose.design.fallback import ALL_NAMES
from pipeline.compose.design.style import joined
from pipeline.compose.design.tokens import tokens
from pipeline.compose.design.typeface import TEXT, FontSet, font_set
from pipeline.model.formats import BY_STAMPS, STAMP_STYLES, USUAL_STAMPS, StampSheet
from pipeline.model.layouts import Layouts
from pipeline.model.manuscript import StampLayout
from pipeline.model.source.imprint import Imprint


def compose_stamp(imprint: Imprint, layouts: Layouts, sheet: StampSheet = USUAL_STAMPS) -> StampLayout:
    """The stamp layout of a kind of page: one class a slot. In large print, what its own face lacks the text's sets.

    Its style names every family that a text may fall back on; a line that needs some gets their fonts when pressed.
    """
    fonts = font_set(imprint, layouts, BY_STAMPS[sheet].name, None)
    fonts = FontSet(fonts.text, tuple(family for family in fonts.others if family.use == TEXT))
    names = ", ".join(f'"{name}"' for name in (*(family.name for family in (fonts.text, *fonts.others)), *ALL_NAMES))
    style = font_rules(fonts.faces) + tokens(imprint, layouts, (names, names))
    sheets = joined(STAMP_STYLES[sheet], layouts)
    return StampLayout(style + sheets, fonts.faces, imprint.fields.design.scripts)


def compose_stamps(imprint: Imprint, layouts: Layouts) -> dict[StampSheet, StampLayout]:
    """The stamp layout of each kind of page."""
    return {sheet: compose_stamp(imprint, layouts, sheet) for sheet in BY_STAMPS}
