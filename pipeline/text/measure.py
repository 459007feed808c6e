"""The measure of what has changed between two texts, in words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WordMeasure:
    """The words of a newer text, how many of them are new, how many of the older one are gone, and what has moved."""

    words: int
    new: int = 0
    gone: int = 0
    moved: int = 0
    """Paragraphs, rows, lists and other parts that stand elsewhere."""
    otherwise: int = 0
    """Changes in which no word is new or gone: of signs, links and setting, and of pictures described as before."""
