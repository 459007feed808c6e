"""Words that are typed, such as `--option`: readers type what they see, so none is parted at its hyphens."""

from itertools import chain

from lxml import etree

from pipeline.markup.xhtml import XHTML, elements, local

_LONGEST = 24
"""Letters from which a word may be parted: it may be longer than the line of a small screen."""


def keep_typed(root: etree._Element) -> None:
    """Keep each short word of code in a text on one line. What stands in a block of its own keeps its lines."""
    for code in list(elements(root)):
        parent, typed = code.getparent(), code.text or ""
        in_text = local(code) == "code" and parent is not None and local(parent) != "pre"
        if in_text and len(code) == 0 and "-" in typed:
            _keep(code, typed.split(" "))


def _keep(code: etree._Element, words: list[str]) -> None:
    if len(words) == 1:
        if len(words[0]) < _LONGEST:
            code.set("class", " ".join(filter(None, (code.get("class"), "unbroken"))))
        return
    code.text = ""
    for space, word in zip(chain(("",), (" " for _ in words)), words, strict=False):
        if "-" in word and len(word) < _LONGEST:
            _append(code, space)
            etree.SubElement(code, f"{{{XHTML}}}span", {"class": "unbroken"}).text = word
        else:
            _append(code, space + word)


def _append(code: etree._Element, text: str) -> None:
    if len(code):
        code[-1].tail = (code[-1].tail or "") + text
    else:
        code.text = (code.text or "") + text
