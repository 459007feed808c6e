"""Faster replacements of WeasyPrint functions, with the same results.

They are written for one release of WeasyPrint and pydyf. With another release, or with `BRIEFINGS_ENGINE=plain`,
WeasyPrint runs with its own functions (`core/environment.py`). Other modules use only the names exported here.
"""

from pipeline.core.environment import EngineMode
from pipeline.press.fast.free_memory import free_documents

__all__ = ["free_documents", "install"]


def install(mode: EngineMode) -> None:
    """Replace WeasyPrint's functions by the faster ones if the mode is fast; a second call has no effect.

    It must be called before anything else patches WeasyPrint, because the replacements call the original functions.
    """
    if mode.is_fast:
        from pipeline.press.fast import layout, styles, text
        from pipeline.press.fast.free_memory import patch_functions

        patch_functions({**styles.FASTER, **layout.FASTER, **text.FASTER})
