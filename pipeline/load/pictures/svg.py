"""Kinds of pictures by their first bytes; SVG without active content and private data."""

import binascii
import io
import re
import warnings
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from lxml import etree

from pipeline.core.documents.xhtml import SVG, XHTML

# The name of a file may be wrong.

_STARTS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
)


def media_type(content: bytes) -> str:
    """Return the media type that the first bytes show, or nothing."""
    for start, kind in _STARTS:
        if content.startswith(start):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    head = content[:4000].removeprefix(b"\xef\xbb\xbf").lstrip()
    return "image/svg+xml" if head.startswith(b"<") and b"<svg" in content[:20000] else ""


MOST_PIXELS = 60_000_000
"""So many dots a picture may have: twice those of a sheet of A4 at 600 to the inch. Each takes four bytes, or more."""


def held_pixels(address: str) -> int:
    """The dots of a picture in a `data:` address; 0 where it cannot be read, which is reported when it is drawn."""
    from PIL import Image, UnidentifiedImageError

    try:
        held = b64decode(address.partition(",")[2])
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(held)) as picture:
            return picture.width * picture.height
    except Image.DecompressionBombError:
        return MOST_PIXELS + 1
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError):
        return 0


# The notes of a drawing program: its records, names of files and layers, remarks.
_KEPT = ("http://www.w3.org/1999/xlink", "http://www.w3.org/XML/1998/namespace")
"""The namespaces of attributes that a reader knows, beside none."""


_REMARK = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)

Picture = Callable[[bytes], tuple[str, bytes]]
"""Gives the media type and the file of a picture as it may be published; no type if it is none."""


def remove_svg_metadata(content: bytes, picture: Picture) -> bytes:
    """The drawing without notes, and with its pictures as `picture` makes them; as it is if it has nothing of the kind.

    What is said to those who cannot see it, its titles and descriptions, is no note.
    """
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    before = etree.tostring(root.getroottree())  # with the remarks beside the root
    for node in [*root.iter(etree.Element)]:
        _take_out_notes(node)
    for node in root.iter():
        _clean(node, picture)
    etree.cleanup_namespaces(root, keep_ns_prefixes=["svg", "xlink"])  # by which no program is known
    return content if etree.tostring(root) == before else etree.tostring(root, encoding="utf-8")


def _is_note(node: Any) -> bool:
    if not isinstance(node.tag, str):
        return True
    name = etree.QName(node)
    return name.namespace != SVG or name.localname == "metadata"


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
            content = b""
            with suppress(binascii.Error):
                content = b64decode(value.partition(",")[2])
            kind, shown = picture(content)
            if kind:
                node.set(name, f"data:{kind};base64,{b64encode(shown).decode()}")
            else:
                del node.attrib[name]  # it is no picture, and so shows nothing
        elif attribute.localname == "style" and "/*" in value:
            node.set(name, _without_remarks(value))
    if etree.QName(node).localname == "style" and "/*" in (node.text or ""):
        node.text = _without_remarks(node.text)


def _without_remarks(style: str) -> str:
    return _REMARK.sub(" ", style)  # a space, lest what stands on either side becomes one word


# Cost of drawing, with all copies expanded.

MOST_SHAPES = 100_000
"""Maximum shapes that a drawing may paint: more take minutes, and a gigabyte of memory."""

MOST_STEPS = 20_000_000
"""Maximum steps of an engine through the elements of a drawing, in search of what is named or of what a rule is for."""

_MOST_ELEMENTS = 3 * MOST_SHAPES
_DEEPEST = 150
_OUTLINE = 600
"""Characters of an outline that cost as much as a shape."""
_TEXT = 5
"""Shapes that cost as much as a text without its letters."""
_NEVER_DRAWN = frozenset({"defs", "symbol", "marker", "mask", "pattern", "clipPath", "filter", "style", "metadata"})
_SILENT = frozenset({"title", "desc", "style", "metadata"})
_NAMED = re.compile(r"url\(\s*[\"']?#([^\"')\s]+)")
_HREF = ("href", "{http://www.w3.org/1999/xlink}href")


class TooHeavy(Exception):
    """A drawing paints too much; the message is the end of a sentence."""


def weigh(root: Any) -> None:
    """Raise `TooHeavy` if a drawing paints more shapes than can be printed."""
    nodes = tuple(root.iter(etree.Element))
    if len(nodes) > _MOST_ELEMENTS:
        raise TooHeavy(f"it has {len(nodes):,} elements; the limit is {_MOST_ELEMENTS:,}")
    names = {name for node in nodes for name in _names(node)}
    rules = sum((node.text or "").count("{") for node in root.iter("{*}style"))
    if len(nodes) * max(len(names), rules) > MOST_STEPS:
        raise TooHeavy(f"it has {len(nodes):,} elements, and {max(len(names), rules):,} names or rules for them")
    held = (node.get(name, "") for node in root.iter("{*}image") for name in _HREF)
    if sum(held_pixels(address) for address in held if address.startswith("data:")) > MOST_PIXELS:
        raise TooHeavy(f"the pictures in it have more than {MOST_PIXELS:,} dots")
    weight = _Weights({node.get("id"): node for node in nodes if node.get("id")}).drawn(root, 0)
    if weight > MOST_SHAPES:
        more = "more than a billion" if weight > 10**9 else f"{weight:,}"
        painted = f"it paints {more} shapes and letters when all its copies are drawn"
        raise TooHeavy(f"{painted}; the limit is {MOST_SHAPES:,}")


class _Weights:
    """The number of shapes and letters painted for each element."""

    def __init__(self, by_id: dict[str, Any]) -> None:
        self.by_id = by_id
        self.known: dict[Any, int] = {}
        self.open: set[Any] = set()

    def drawn(self, node: Any, depth: int) -> int:
        """The number for an element, with its parts and all that it names."""
        if depth > _DEEPEST:
            raise TooHeavy(f"its parts are more than {_DEEPEST} deep in each other")
        if node in self.open:
            raise TooHeavy("a part of it draws itself")
        if node not in self.known:
            self.open.add(node)
            self.known[node] = self._weight(node, depth + 1)
            self.open.discard(node)
        return self.known[node]

    def _weight(self, node: Any, depth: int) -> int:
        outline = node.get("d", "") + node.get("points", "")
        corners = 2 + len(re.findall(r"[-+.\d]+", outline)) // 2
        texts = () if _local(node) in _SILENT else (node.text, *(part.tail for part in node))
        weight = (_TEXT if _local(node) == "text" else 1) + len(outline) // _OUTLINE
        weight += sum(len(text.strip()) for text in texts if text)
        weight += sum(self.drawn(part, depth) for part in node if _local(part) not in _NEVER_DRAWN)
        for target in (self.by_id[name] for name in _names(node) if name in self.by_id):
            weight += self.drawn(target, depth) * (corners if _local(target) == "marker" else 1)
        return weight


def _local(node: Any) -> str:
    """The name of an element; of a comment that of an element which is never drawn."""
    return str(etree.QName(node).localname) if isinstance(node.tag, str) else "metadata"


def _names(node: Any) -> set[str]:
    """The ids of what is drawn with an element."""
    copied = {node.get(name, "")[1:] for name in _HREF} if _local(node) == "use" else set()
    return copied | {name for value in node.attrib.values() for name in _NAMED.findall(value)}


# Active content, and references to other files.

_INCLUDE = "http://www.w3.org/2001/XInclude"
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_KNOWN = ("{http://www.w3.org/1999/xlink}", "{http://www.w3.org/XML/1998/namespace}", f"{{{SVG}}}")
"""Namespaces of attributes of the picture itself; all others are notes of a program, and are left out."""
_WORDS = frozenset({"id", "class", "role", "lang", "title", "aria-label", "aria-description", "aria-roledescription"})
"""Attributes that hold words and no style."""
_RUNS = {
    "script": "a script",
    "foreignobject": "foreign content",
    "iframe": "foreign content",
    "object": "foreign content",
    "embed": "foreign content",
    "audio": "sound",
    "video": "a film",
    "handler": "a script",
    "listener": "a script",
}
DATA_PICTURE = re.compile(r"data:(?P<kind>image/(?:png|jpeg|gif|webp));base64,(?P<content>[A-Za-z0-9+/=\s]*)")
"""The address of a picture of dots that stands in the drawing itself."""
_URL = re.compile(r"url\(\s*+[\"']?\s*+(?P<target>[^\"')\s]*)", re.IGNORECASE)
_REACHES = re.compile(r"@import|@font-face|expression\(|image-set\(|(?<![\w-])(?:src|image)\(|\\", re.IGNORECASE)
_FONT = re.compile(r"@font-face\s*\{(?P<font>[^{}]*)\}", re.IGNORECASE)
_HELD = re.compile(r"url\(\s*+[\"']?\s*+data:[^\"'()]*[\"']?\s*\)", re.IGNORECASE)
_REACHES_FROM_FONT = re.compile(r"(?:url|local|src|image)\s*\(|\\", re.IGNORECASE)
_FAMILY = re.compile(r"font-family\s*:\s*[\"']?([^\"';]+)", re.IGNORECASE)


_PIXELS = re.compile(r"(\d+(?:\.\d+)?)(?:px)?")


class DamagedPicture(Exception):
    """The picture cannot be read."""


def safe_svg(content: bytes) -> tuple[bytes, str, tuple[str, ...]]:
    """The picture without a document type and its own fonts, what is unsafe in it or nothing, and the fonts' names.

    Raises:
        DamagedPicture: where it cannot be read.
        TooHeavy: where it paints more than can be printed.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as wrong:
        raise DamagedPicture(str(wrong)) from wrong
    if etree.QName(root).localname != "svg" or etree.QName(root).namespace != SVG:
        raise DamagedPicture("its outermost element is not svg")
    tree: Any = root.getroottree()
    fonts = tuple(font for style in root.iter(f"{{{SVG}}}style") for font in _take_fonts(style))
    unsafe = next(_unsafe(root, content), "")
    if not unsafe:
        weigh(root)
    sizes = [_PIXELS.fullmatch(root.get(side, "").strip()) for side in ("width", "height")]
    lacks_frame = "viewBox" not in root.attrib and all(sizes)
    if lacks_frame:  # without it a drawing whose size is in pixels can neither grow nor shrink
        root.set("viewBox", f"0 0 {' '.join(size[1] for size in sizes if size)}")
    if (lacks_frame or fonts or tree.docinfo.doctype) and not unsafe:
        content = etree.tostring(root, encoding="utf-8")
    return content, unsafe, fonts


def _take_fonts(style: Any) -> list[str]:
    """Take the fonts that a style holds in itself out of it; their names. One from elsewhere stays, and is unsafe."""
    names: list[str] = []

    def without(rule: re.Match[str]) -> str:
        if _REACHES_FROM_FONT.search(_HELD.sub("", rule["font"])):
            return rule[0]
        family = _FAMILY.search(rule["font"])
        names.append(family[1].strip()[:60] if family else "")
        return ""

    if len(style) == 0:
        style.text = _FONT.sub(without, style.text or "")
    return names


def _unsafe(root: Any, content: bytes) -> Iterator[str]:
    tree = root.getroottree()
    declared = tree.docinfo.internalDTD
    if b"<!ENTITY" in content or (declared is not None and any(True for _ in declared.iterentities())):
        yield "entities"
    if re.search(rb"<!DOCTYPE[^<>\[]*\[", content):
        yield "a document type of its own"
    if (tree.docinfo.encoding or "UTF-8").upper() not in ("UTF-8", "US-ASCII", "ASCII"):
        yield "text that is not UTF-8"
    outside = [*root.itersiblings(preceding=True), *root.itersiblings()]
    for node in [*outside, *root.iter()]:
        if node.tag is etree.ProcessingInstruction:
            yield "a processing instruction"
        elif node.tag is etree.Entity:
            yield "entities"
        elif isinstance(node.tag, str):
            yield from _element(node)


def _element(node: Any) -> Iterator[str]:
    name = etree.QName(node)
    local = name.localname.lower()
    if local in _RUNS:
        yield _RUNS[local]
    if name.namespace in (XHTML, _INCLUDE):
        yield "foreign content"
    if local == "set" or local.startswith("animate"):
        yield "an animation"
    if local == "style" and (found := _style("".join(node.itertext()))):
        yield found
    for attribute, value in node.attrib.items():
        if found := _attribute(etree.QName(attribute).localname.lower(), attribute, value):
            yield found


def _attribute(local: str, name: str, value: str) -> str:
    value = value.strip()
    if local.startswith("on"):
        return "a script"
    if local in _WORDS or (name.startswith("{") and not name.startswith(_KNOWN)):
        return ""
    if name == _BASE:
        return "a base address"
    if local in ("href", "src", "data", "action", "formaction"):
        if not value or value.startswith("#") or (local == "href" and DATA_PICTURE.fullmatch(value)):
            return ""
        return f"a link to '{value[:60]}'"
    return _style(value)


def _style(css: str) -> str:
    for address in _URL.finditer(css):
        target = address["target"]
        if target and not target.startswith("#"):
            return f"a link to '{target[:60]}'"
    word = _REACHES.search(css) if ("(" in css or "@" in css or "\\" in css) else None
    return f"'{word[0]}' in its style" if word else ""
