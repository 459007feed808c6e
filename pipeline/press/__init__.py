"""Set type: tagged pages with empty margins."""

import ctypes.util
import re
import sys

_ENGINES = re.compile(r"(lib)?(gobject|pango|pangoft2|fontconfig|harfbuzz(-subset|-vector)?)([-.]\w*)*")
"""The engine's libraries, by whatever name."""

_search = ctypes.util.find_library


def _find(name: str) -> str | None:
    return None if _ENGINES.fullmatch(name) else _search(name)


if sys.platform == "linux":  # where libraries have sonames, by which the engine finds its own
    ctypes.util.find_library = _find
