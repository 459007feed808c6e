"""The mode of the engine: with our faster functions (`press/fast`), or plain. To know it nothing is loaded."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

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
