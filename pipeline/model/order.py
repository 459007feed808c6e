"""The order of a build."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the rest of the model need not be loaded where nothing is made
    from pipeline.model.formats import Format


@dataclass(frozen=True, slots=True)
class Order:
    """The order of a build: names (none: everything), formats, and the date produced."""

    names: tuple[str, ...] = ()
    formats: tuple[Format, ...] = ()
    """None given: every format that the thing lists."""
    produced: date = date(1970, 1, 1)
    only_packs: bool = False
    """Without names: packs alone."""
