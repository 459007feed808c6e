"""Long invented texts are pressed once for all tests that look at their sheets: kept by text, code and tools."""

from pipeline.core.cache import Cache
from pipeline.model.manuscript import Manuscript
from pipeline.model.sheets import TypesetPages
from pipeline.press.press import press
from tests.support.project import ROOT

MEMORY = ROOT / "output" / ".store"


def pressed(text: Manuscript) -> TypesetPages:
    """The sheets of a text."""
    return Cache(MEMORY).remember("pipeline.press.press", text, TypesetPages, lambda: press(text))
