"""What every binding of a build needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from pipeline.build.stages import Line, StampLayouts
from pipeline.model.edition import Edition, Format
from pipeline.model.layouts import Layouts
from pipeline.model.library import Library
from pipeline.model.manuscript import Manuscript
from pipeline.model.sheets import Sheets

Texts = Mapping[Edition, Mapping[str, Manuscript]]
"""The manuscripts of each edition, by the text's key."""

Pressed = Mapping[Edition, Mapping[str, Sheets]]
"""Their sheets."""


@dataclass(frozen=True, slots=True)
class Goods:
    """The line, the layouts, the stamps, the addresses, the day, and the formats asked for."""

    line: Line
    layouts: Layouts
    stamps: StampLayouts
    addresses: Mapping[str, str]
    produced: date
    wanted: frozenset[Format]
    texts: Texts
    pressed: Pressed
    library: Library
    profile: bytes | None = field(default=None, repr=False)
    """The colour profile of the print edition."""

    def templates(self, folder: str) -> Layouts:
        """The layouts of one folder alone, so that a change elsewhere binds nothing again."""
        return _part(self.layouts, folder)


@cache
def _part(layouts: Layouts, folder: str) -> Layouts:
    return Layouts({name: text for name, text in layouts.files.items() if name.startswith(f"{folder}/")})
