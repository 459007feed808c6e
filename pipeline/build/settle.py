"""Packs set side by side: each asks for what it needs pressed next, and all that is asked for is pressed at once.

The contents of a pack have to be set before their length, and with it every folio, is known. One pack after the other,
workers would wait for one another most of the time.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from itertools import islice
from typing import TypeVar

from pipeline.build.project import Refused
from pipeline.core.errors import LayoutFault, PressFailure
from pipeline.model.manuscript import Manuscript
from pipeline.model.sheets import Sheets

Name = TypeVar("Name")
Settled = TypeVar("Settled")

Pressed = tuple[Sheets | Refused, ...]
Settling = Generator[tuple[Manuscript, ...], Pressed | None, Settled]
"""Asks for manuscripts to be pressed, is given their sheets, asks again; ends with what it has become."""


def settled(
    settlings: Mapping[Name, Settling[Settled]], press: Callable[[Sequence[Manuscript]], Pressed]
) -> dict[Name, Settled | LayoutFault | PressFailure]:
    """What each has become, or why it has become nothing; all are heard in turn until none asks for anything."""
    ended: dict[Name, Settled | LayoutFault | PressFailure] = {}
    given: dict[Name, Pressed | None] = dict.fromkeys(settlings)
    while given:
        asked: dict[Name, tuple[Manuscript, ...]] = {}
        for name, sheets in given.items():
            try:
                asked[name] = settlings[name].send(sheets)
            except StopIteration as end:
                ended[name] = end.value
            except (LayoutFault, PressFailure) as failure:
                ended[name] = failure
        pressed = iter(press([text for texts in asked.values() for text in texts]))
        given = {name: tuple(islice(pressed, len(texts))) for name, texts in asked.items()}
    return ended


def sheets_of(given: Pressed | None) -> tuple[Sheets, ...]:
    """The sheets that were asked for.

    Raises:
        PressFailure: if there are none of one of the manuscripts.
    """
    for refused in given or ():
        if isinstance(refused, Refused):
            raise refused.failure()
    return tuple(sheets for sheets in given or () if isinstance(sheets, Sheets))
