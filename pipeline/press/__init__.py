"""Set type: tagged pages with empty margins."""

import ctypes.util
import re
import sys

_WEASYPRINT_LIBRARIES = re.compile(r"(lib)?(gobject|pango|pangoft2|fontconfig|harfbuzz(-subset|-vector)?)([-.]\w*)*")
"""The libraries that WeasyPrint loads, by any of their names."""

_original_find_library = ctypes.util.find_library


def _find_library(name: str) -> str | None:
    return None if _WEASYPRINT_LIBRARIES.fullmatch(name) else _original_find_library(name)


if sys.platform == "linux":  # WeasyPrint then loads them by their sonames
    ctypes.util.find_library = _find_library
