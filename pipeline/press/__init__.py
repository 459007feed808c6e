"""Set type: tagged pages with empty margins."""

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


find_by_soname()
