"""Lists that do not count from one: their attributes as style, because the engine does not read the attributes."""

from xml.etree.ElementTree import Element

KINDS = {"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
"""Numbering of a list by its `type` in HTML."""


def number_lists(body: Element) -> None:
    """Have each list begin with the number, and count in the way, that the text says."""
    for element in body.iter("ol"):
        declared = [element.get("style", "").rstrip("; ")]
        if first := first_number(element) - 1:
            declared.append(f"counter-reset:list-item {first}")
        if kind := KINDS.get(element.get("type", "")):
            declared.append(f"list-style-type:{kind}")
        if said := ";".join(filter(None, declared)):
            element.set("style", said)


def first_number(element: Element) -> int:
    """The number that a list begins with."""
    said = element.get("start", "")
    return int(said) if said.removeprefix("-").isdecimal() else 1
