"""Materials of a build's files: those that all share, and of one briefing or pack its texts and sheets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from pipeline.build.builder import StampLayouts
from pipeline.model.formats import Edition, Format
from pipeline.model.layouts import Layouts
from pipeline.model.library import Library
from pipeline.model.manuscript import Manuscript
from pipeline.model.sheets import Sheets

Texts = Mapping[Edition, Mapping[str, Manuscript]]
"""The manuscripts of each edition, by the text's key."""

Pressed = Mapping[Edition, Mapping[str, Sheets]]
"""Their sheets."""


@dataclass(frozen=True, slots=True)
class Materials:
    """Layouts, stamps, addresses, the day, and the formats asked for; and the texts of one thing with their sheets."""

    layouts: Layouts
    stamps: StampLayouts
    addresses: Mapping[str, str]
    """The address of each text, by its id."""
    produced: date
    formats: frozenset[Format]
    library: Library
    """The library without its texts."""
    profile: bytes | None = field(default=None, repr=False)
    """The colour profile of the print edition."""
    texts: Texts = field(default_factory=dict)
    pressed: Pressed = field(default_factory=dict)
    with_places: bool = False
    """Whether texts carry the lines of the sources that their words stand in: only where they are shown live."""

    def templates(self, folder: str) -> Layouts:
        """The layouts of one folder alone, so that a change elsewhere binds nothing again."""
        return _part(self.layouts, folder)


@cache
def _part(layouts: Layouts, folder: str) -> Layouts:
    return Layouts({name: text for name, text in layouts.files.items() if name.startswith(f"{folder}/")})
