"""Results of studies, and the strength of the evidence."""

from enum import StrEnum
from typing import Literal


class Result(StrEnum):
    """Result of studies on an outcome. Each has a mark, a word and only last a colour (LOOK)."""

    FAVOURABLE = "favourable"
    UNFAVOURABLE = "unfavourable"
    MIXED = "mixed"
    NO_EFFECT = "no-effect"
    INCONCLUSIVE = "inconclusive"
    LITTLE_EVIDENCE = "little-evidence"
    ASSOCIATED = "associated"
    NO_STUDIES = "no-studies"


Strength = Literal["none", "limited", "moderate", "strong", "very-strong"]
