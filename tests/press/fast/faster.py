"""The functions that leave every byte as it is."""

from __future__ import annotations

from pipeline.press.fast import layout, styles, text
from pipeline.press.fast.patching import Patches

ALL: Patches = {**styles.FASTER, **layout.FASTER, **text.FASTER}
"""All that leaves every byte as it is: glyphs and packed streams are written otherwise, and mean the same."""
