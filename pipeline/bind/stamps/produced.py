"""The sentence that says when this copy was produced, and the slot that text keeps for it."""

from datetime import date

from lxml import etree

from pipeline.markup.xhtml import elements
from pipeline.model.words import Words


def produced_words(words: Words, produced: date, copy: str = "") -> str:
    """'This copy produced 26 April 2024', and of a numbered copy: '. Copy 7, held by Northmoor Learning Unit.'."""
    said = words.say("produced", date=words.day(produced))
    return f"{said}. {copy}." if copy else said


def fill_produced(root: etree._Element, words: Words, produced: date, copy: str = "") -> bool:
    """Fill the slot with the date produced; whether there was one. A slot of another name is taken out."""
    filled = False
    for slot in [element for element in elements(root) if element.get("data-slot")]:
        if slot.get("data-slot") == "produced":
            slot.text, filled = produced_words(words, produced, copy), True
            del slot.attrib["data-slot"]
        elif (parent := slot.getparent()) is not None:
            parent.remove(slot)
    return filled
