"""Removal of a drawing program's notes from an SVG: its records, names of files and layers, remarks."""

import base64
import binascii
import re
from collections.abc import Callable
from typing import Any

from lxml import etree

_SVG = "http://www.w3.org/2000/svg"
_KEPT = ("http://www.w3.org/1999/xlink", "http://www.w3.org/XML/1998/namespace")
"""The namespaces of attributes that a reader knows, beside none."""

_USUAL = ["svg", "xlink"]
"""Prefixes that may be declared and not used: no program is known by them."""

_REMARK = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)

Picture = Callable[[bytes], tuple[str, bytes]]
"""Gives the media type and the file of a picture as it may be published; no type if it is none."""


def without_drawing_notes(content: bytes, picture: Picture) -> bytes:
    """The drawing without notes, and with its pictures as `picture` makes them; as it is if it has nothing of the kind.

    What is said to those who cannot see it, its titles and descriptions, is no note.
    """
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    before = etree.tostring(root.getroottree())  # with the remarks beside the root
    for node in [*root.iter(etree.Element)]:
        _take_out_notes(node)
    for node in root.iter():
        _clean(node, picture)
    etree.cleanup_namespaces(root, keep_ns_prefixes=_USUAL)
    return content if etree.tostring(root) == before else etree.tostring(root, encoding="utf-8")


def _is_note(node: Any) -> bool:
    if not isinstance(node.tag, str):
        return True
    name = etree.QName(node)
    return name.namespace != _SVG or name.localname == "metadata"


def _take_out_notes(around: Any) -> None:
    """Take the notes out of an element and leave the words behind them; each word is moved once."""
    kept: Any = None
    words = [around.text or ""]
    for node in [*around, None]:
        if node is not None and _is_note(node):
            words.append(node.tail or "")
            around.remove(node)
            continue
        if len(words) > 1 and kept is None:
            around.text = "".join(words)
        elif len(words) > 1:
            kept.tail = "".join(words)
        if node is not None:
            kept, words = node, [node.tail or ""]


def _clean(node: Any, picture: Picture) -> None:
    for name in list(node.attrib):
        attribute = etree.QName(name)
        value = node.get(name)
        if (attribute.namespace or _KEPT[0]) not in _KEPT or attribute.localname.startswith("data-"):
            del node.attrib[name]
        elif attribute.localname == "href" and value.strip().startswith("data:"):
            _clean_picture(node, name, picture)
        elif attribute.localname == "style" and "/*" in value:
            node.set(name, _without_remarks(value))
    if etree.QName(node).localname == "style" and "/*" in (node.text or ""):
        node.text = _without_remarks(node.text)


def _clean_picture(node: Any, name: str, picture: Picture) -> None:
    """A picture within the drawing as it may be published; what is no picture, and so shows nothing, goes."""
    try:
        content = base64.b64decode(node.get(name).partition(",")[2])
    except binascii.Error:
        content = b""
    kind, shown = picture(content)
    if kind:
        node.set(name, f"data:{kind};base64,{base64.b64encode(shown).decode()}")
    else:
        del node.attrib[name]


def _without_remarks(style: str) -> str:
    return _REMARK.sub(" ", style)  # a space, lest what stands on either side becomes one word
