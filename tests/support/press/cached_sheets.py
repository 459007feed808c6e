"""Long invented texts are pressed once for all tests that look at their sheets: kept by text, code and tools."""

from pipeline.core.cache import Store
from pipeline.model.manuscript import Manuscript
from pipeline.model.sheets import Sheets
from pipeline.press.press import press
from tests.support.project import ROOT

MEMORY = ROOT / "output" / ".store"


def pressed(text: Manuscript) -> Sheets:
    """The sheets of a text."""
    return Store(MEMORY).remember("pipeline.press.press", text, Sheets, lambda: press(text))
