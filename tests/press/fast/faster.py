"""The functions that leave every byte as it is."""

from __future__ import annotations

from pipeline.press.fast import cascade as fast_cascade
from pipeline.press.fast import layout as fast_layout
from pipeline.press.fast import lines as fast_lines
from pipeline.press.fast import styles as fast_styles
from pipeline.press.fast import text as fast_text
from pipeline.press.fast import walks as fast_walks
from pipeline.press.fast.patching import Patches

ALL: Patches = {
    **fast_styles.FASTER,
    **fast_cascade.FASTER,
    **fast_walks.FASTER,
    **fast_layout.FASTER,
    **fast_text.FASTER,
    **fast_lines.FASTER,
}
"""All that leaves every byte as it is: glyphs and packed streams are written otherwise, and mean the same."""
