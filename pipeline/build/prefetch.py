"""Advance sheets: a text is set as soon as it is resolved, while all that rests on it is still being resolved.

It is asked for again with all others, in its round; what is set here is found then.
"""

from __future__ import annotations

from contextlib import suppress

from pipeline.build.formats import editions_of
from pipeline.build.project import Workshop
from pipeline.build.stages import Line
from pipeline.compose.briefing import compose_briefing
from pipeline.core.errors import LayoutFault
from pipeline.model.edition import Edition, Format
from pipeline.model.manuscript import Manuscript
from pipeline.model.publication import Publication

MOST = 12
"""Sheets set in advance: they are held until their round."""

KNOWN = 2
"""After so many that had been set before the rest most likely has been, too."""


def composed(publication: Publication, edition: Edition, shop: Workshop) -> Manuscript:
    """The manuscript of a briefing. Raises `LayoutFault`."""
    return shop.store.remember(
        "compose",
        (publication, shop.layouts_digest, edition),
        Manuscript,
        lambda: compose_briefing(publication, shop.layouts, edition),
    )


class Advance:
    """Has texts set whenever a worker is free for one. The first is composed in any case: one will be by then."""

    def __init__(self, line: Line, wanted: frozenset[Format], shop: Workshop) -> None:
        self._line, self._wanted, self._shop = line, wanted, shop
        self._composed = self._begun = self._known = 0

    def __call__(self, publication: Publication) -> None:
        """Take a text that has just been resolved. A fault of its layout is told in its round."""
        for edition in editions_of(publication, self._wanted):
            if self._begun < MOST and self._known < KNOWN and (self._line.is_free or not self._composed):
                self._composed += 1
                with suppress(LayoutFault):
                    self._begin(composed(publication, edition, self._shop))

    def _begin(self, manuscript: Manuscript) -> None:
        if self._line.is_free:
            begun = self._line.begin(manuscript)
            self._begun += begun
            self._known += not begun
