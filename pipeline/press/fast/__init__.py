"""Faster functions in the place of the engine's, with the same effect. What is named here is all that others may use.

They were written for one release of the engine. It works plainly, with its own functions alone, where it is another
release or where `BRIEFINGS_ENGINE=plain` asks for that. Nothing is loaded to know which.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pipeline.press.fast.release import released

__all__ = ["WRITTEN_FOR", "EngineMode", "install", "named", "released"]

WRITTEN_FOR: Mapping[str, str] = MappingProxyType({"weasyprint": "70.0", "pydyf": "0.13.0"})
"""The release of the engine that the faster functions were written for: any other takes about twice as long."""


@dataclass(frozen=True, slots=True)
class EngineMode:
    """The mode of the engine: with our faster functions, or plain."""

    asked: str
    """The mode that was asked for: `fast` or `plain`."""
    releases: Mapping[str, str]
    """The releases that there are, by the names of `WRITTEN_FOR`."""

    @property
    def is_known(self) -> bool:
        """True if the engine is the release that the faster functions were written for."""
        return self.releases == WRITTEN_FOR

    @property
    def is_fast(self) -> bool:
        """True if the faster functions stand in for the engine's own."""
        return self.asked == "fast" and self.is_known

    @property
    def is_slowed(self) -> bool:
        """True if the engine works plainly though nobody asked for that."""
        return self.asked == "fast" and not self.is_known


def named(releases: Mapping[str, str]) -> str:
    """Releases of the engine in words."""
    return f"WeasyPrint {releases['weasyprint']} with pydyf {releases['pydyf']}"


def install(mode: EngineMode) -> None:
    """Put the faster functions in the engine's place, if the mode is fast; twice is as good as once.

    To be called before anything else changes the engine: its own functions are kept, for what ours leave to them.
    """
    if not mode.is_fast:
        return
    from pipeline.press.fast import cascade, drawing, layout, lines, styles, text, walks
    from pipeline.press.fast.patching import patch

    modules = (styles, layout, text, walks, cascade, lines, drawing)
    patch({theirs: ours for module in modules for theirs, ours in module.FASTER.items()})
