"""A quick start of the engine: on Linux it finds its shared libraries at once.

It asks for each by the names of all systems in turn. For every name that is not found the search starts other programs,
forty in all, which takes longer than everything else in its loading. A name that is right needs no search, and one that
is not here is not found by one either.
"""

import ctypes.util
import re
import sys

_ENGINES = re.compile(r"(lib)?(gobject|pango|pangoft2|fontconfig|harfbuzz(-subset|-vector)?)([-.]\w*)*")
"""The engine's libraries, by whatever name."""

_search = ctypes.util.find_library


def _find(name: str) -> str | None:
    return None if _ENGINES.fullmatch(name) else _search(name)


def find_by_soname() -> None:
    """Have the engine's libraries found by their sonames, where there are any."""
    if sys.platform == "linux":
        ctypes.util.find_library = _find
