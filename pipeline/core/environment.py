"""The environment variables that this program reads, and its isolation from the others."""

import locale
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from pipeline.core.diagnostics import (
    UsageError,
)

TESTED_ENGINE: Mapping[str, str] = MappingProxyType({"weasyprint": "70.0", "pydyf": "0.13.0"})
"""The releases of the engine that our faster functions were written for; any other takes about twice as long."""


@dataclass(frozen=True, slots=True)
class EngineMode:
    """The mode of the engine: with our faster functions, or plain."""

    asked: str
    """The mode that was asked for: `fast` or `plain`."""
    releases: Mapping[str, str]
    """The installed releases, by the names in `TESTED_ENGINE`."""

    @property
    def is_known(self) -> bool:
        """True if the engine is the release that the faster functions were written for."""
        return self.releases == TESTED_ENGINE

    @property
    def is_fast(self) -> bool:
        """True if the faster functions replace the engine's own."""
        return self.asked == "fast" and self.is_known

    @property
    def is_slowed(self) -> bool:
        """True if the engine is plain although `fast` was asked for."""
        return self.asked == "fast" and not self.is_known


def engine_releases(releases: Mapping[str, str]) -> str:
    """Return the releases of the engine in words."""
    return f"WeasyPrint {releases['weasyprint']} with pydyf {releases['pydyf']}"


ENGINE = "BRIEFINGS_ENGINE"
"""The environment variable for the mode of the typesetting engine."""

ENGINE_MODES = ("fast", "plain")
"""Its values: with our faster functions (the default), or with the engine's own alone."""


@cache
def isolate() -> None:
    """Fix the settings that this process and its children would otherwise take from the environment.

    By default Python and its workers look for modules in the current folder first; Pydantic asks every installed
    package for plugins, which would see each record; Pango takes the language of a text that has none from the locale,
    and then sets Turkish without ligatures.
    """
    os.environ["PYTHONSAFEPATH"] = "1"
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    for name in ("PANGO_LANGUAGE", "LANGUAGE"):
        os.environ.pop(name, None)
    for name in ("C.UTF-8", "C.utf8", "C"):  # the first that is installed; all give the same bytes
        with suppress(locale.Error):
            locale.setlocale(locale.LC_ALL, name)
            os.environ["LC_ALL"] = name
            return


def read_engine_mode() -> str:
    """Return the mode of the engine that the environment asks for. Raises `UsageError` for an unknown one."""
    asked = os.environ.get(ENGINE) or ENGINE_MODES[0]
    if asked not in ENGINE_MODES:
        raise UsageError(f"{ENGINE} is {asked!r}; it should be {' or '.join(map(repr, ENGINE_MODES))}.")
    return asked
