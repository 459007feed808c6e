"""What studies found, and how strong the evidence is."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal


class Result(StrEnum):
    """What studies found about an outcome. Each has a mark, a word and only last a colour (LOOK)."""

    FAVOURABLE = "favourable"
    UNFAVOURABLE = "unfavourable"
    MIXED = "mixed"
    NO_EFFECT = "no-effect"
    INCONCLUSIVE = "inconclusive"
    LITTLE_EVIDENCE = "little-evidence"
    ASSOCIATED = "associated"
    NO_STUDIES = "no-studies"


Strength = Literal["none", "limited", "moderate", "strong", "very-strong"]
