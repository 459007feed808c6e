"""Lists that do not count from one: their attributes as style, because the engine does not read the attributes."""

from xml.etree.ElementTree import Element

from pipeline.markup.item_numbers import first_number, is_unnumbered

KINDS = {"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
"""Numbering of a list by its `type` in HTML."""

_NO_NUMBER = "list-style-type:none;counter-increment:list-item 0"


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
    for entry in body.iter("li"):
        if is_unnumbered(entry):
            entry.set("style", f"{entry.get('style', '')};{_NO_NUMBER}".lstrip(";"))
