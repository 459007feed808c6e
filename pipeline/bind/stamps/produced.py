"""The sentence that says when this copy was produced, and the slot that text keeps for it."""

from datetime import date

from lxml import etree

from pipeline.markup.xhtml import elements
from pipeline.model.identity import Identity
from pipeline.model.words import Words

SLOT = 'data-slot="produced"'
"""Sign of the place that a text keeps for the sentence."""


def produced_words(words: Words, produced: date, copy: str = "", code: str = "") -> str:
    """'This copy produced 26 April 2024', and of a numbered copy: '. Copy 7, held by Northmoor Learning Unit.'.

    Where no page has a foot the words of the code follow: '. Code 5ZK8D-R07N1.'.
    """
    said = [words.say("produced", date=words.day(produced)), *filter(None, (copy, code))]
    return ". ".join(said) + ("." if said[1:] else "")


def code_words(identity: Identity) -> str:
    """'Code 5ZK8D-R00YC', or nothing."""
    return identity.words.say("code", code=identity.code) if identity.code else ""


def produced_here(identity: Identity, produced: date) -> str:
    """The sentence as a file without pages says it: with which copy it is, and with its code."""
    return produced_words(identity.words, produced, identity.copy, code_words(identity))


def fill_produced(root: etree._Element, identity: Identity, produced: date, whole: bool = True) -> bool:
    """Fill the slot with the date produced; whether there was one. A slot of another name is taken out.

    Copy and code are said where the text is the `whole`, or the pack's own.
    """
    said = produced_here(identity, produced) if whole else produced_words(identity.words, produced)
    filled = False
    for slot in [element for element in elements(root) if element.get("data-slot")]:
        if slot.get("data-slot") == "produced":
            slot.text, filled = said, True
            del slot.attrib["data-slot"]
        elif (parent := slot.getparent()) is not None:
            parent.remove(slot)
    return filled
