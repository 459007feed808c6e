"""Drawings as the engine can draw them: words in the face of the text, no image without a file."""

import re
from collections.abc import Sequence

from lxml import etree

_FAMILY = "font-family"
_LINK = "{http://www.w3.org/1999/xlink}href"
_IN_STYLE = re.compile(r"(font-family\s*:\s*)([^;}]*)")


def in_face(drawing: bytes, families: Sequence[str]) -> bytes:
    """An SVG drawing whose words are set in the families that there are, else in the first, which is the text's.

    The engine takes any face that it finds for one that is missing, such as that of code.
    """
    try:
        root = etree.fromstring(drawing, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return drawing

    def known(names: str) -> str:
        asked = [name.strip().strip("\"'") for name in names.split(",")]
        return next((name for name in asked if name in families), families[0])

    def in_style(style: str) -> str:
        return _IN_STYLE.sub(lambda found: found[1] + known(found[2]), style)

    for element in root.iter(etree.Element):
        if _FAMILY in element.attrib:
            element.set(_FAMILY, known(element.get(_FAMILY, "")))
        if "style" in element.attrib:
            element.set("style", in_style(element.get("style", "")))
        if etree.QName(element).localname == "style" and element.text:
            element.text = in_style(element.text)
    for image in [*root.iter("{http://www.w3.org/2000/svg}image")]:
        if not (image.get("href") or image.get(_LINK)) and (group := image.getparent()) is not None:
            group.remove(image)  # drawing programs leave such an image, and the engine stops at it
    if _FAMILY not in root.attrib and _FAMILY not in root.get("style", ""):
        root.set(_FAMILY, families[0])
    return etree.tostring(root, encoding="utf-8")
