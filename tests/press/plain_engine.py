"""The engine with its own functions again, all of them or some, to hold ours against."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pipeline.press.engine import letters
from pipeline.press.engine import patches as workarounds
from pipeline.press.engine.letters import draw_with_text
from pipeline.press.fast import layout, styles, text
from pipeline.press.fast.free_memory import Patches, patch_functions

ALL: Patches = {**styles.FASTER, **layout.FASTER, **text.FASTER}
"""The functions that leave every byte as it is."""


@contextmanager
def engines_own(*modules: Patches) -> Iterator[None]:
    """The functions that are replaced in the engine's own, while it lasts."""
    patches = {theirs: ours for faster in modules for theirs, ours in faster.items()}
    patch_functions({ours: theirs for theirs, ours in patches.items()})
    try:
        yield
    finally:
        patch_functions(patches)


def letters_of_the_engine(stream: Any, textbox: Any, *rest: Any) -> Any:
    """A line painted by the engine alone, spaces between words too."""
    is_space = bool(textbox.text) and not textbox.text.strip(" \u00a0")
    return draw_with_text(
        letters._draw_first_line, stream, workarounds._VisibleSpace(textbox) if is_space else textbox, *rest
    )


LETTERS: Patches = {letters_of_the_engine: workarounds.draw_first_line}
"""Where our way of painting lines stands in for the engine's."""
