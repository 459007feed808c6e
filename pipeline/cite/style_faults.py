"""The fault of a citation style that cannot be used."""

from lxml import etree


class StyleFault(ValueError):
    """A style that cannot be used: a sentence for the author, the line, and what may be meant."""

    def __init__(self, sentence: str, line: int = 1, meant: str = "") -> None:
        super().__init__(sentence, line, meant)
        self.sentence = sentence
        self.line = line
        self.meant = meant

    def __str__(self) -> str:
        return self.sentence


def line_of(element: etree._Element) -> int:
    """The line on which the tag of an element ends."""
    line = element.sourceline
    return line if isinstance(line, int) else 1
