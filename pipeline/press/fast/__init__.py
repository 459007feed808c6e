"""Faster functions in the place of the engine's, with the same effect. What is named here is all that others may use.

They were written for one release of the engine. It works plainly, with its own functions alone, where it is another
release or where `BRIEFINGS_ENGINE=plain` asks for that (`core/processes.py`).
"""

from pipeline.core.processes import EngineMode
from pipeline.press.fast.release import released

__all__ = ["install", "released"]


def install(mode: EngineMode) -> None:
    """Put the faster functions in the engine's place, if the mode is fast; twice is as good as once.

    To be called before anything else changes the engine: its own functions are kept, for what ours leave to them.
    """
    if not mode.is_fast:
        return
    from pipeline.press.fast import layout, styles, text
    from pipeline.press.fast.patching import patch

    patch({theirs: ours for module in (styles, layout, text) for theirs, ours in module.FASTER.items()})
