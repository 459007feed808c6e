"""Allow-list of markup and style sheets: nothing in a page runs, is fetched or links to an unknown place."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import tinycss2
from lxml import etree
from tinycss2.ast import IdentToken

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.documents.xhtml import EPUB_TYPE, MATHML, SVG, XHTML, XLINK, XML_LANG, xml_local_name
from pipeline.core.messages import message
from pipeline.model.formats import Layouts

# Style sheets

_INCLUDED = re.compile(
    r"\s*(#.*|asset:[0-9a-f]*|font:fontpkg_[a-z0-9_]+/[a-z0-9][a-z0-9._-]*|"
    r"data:image/(png|jpeg|gif|webp);base64,[a-z0-9+/=\s]*)\s*",
    re.IGNORECASE | re.DOTALL,
)
"""Addresses of what the file includes."""
_FETCHING = frozenset({"url", "src", "image", "image-set", "-webkit-image-set", "cross-fade"})
_DEFERRED = frozenset({"var", "attr", "env"})
"""Functions with a value that is known only when the sheet is used."""
_SUSPECT = re.compile(r"@|url|src|image|\\|cross-fade", re.IGNORECASE)

OutsideAddress = tuple[str, int, int]
"""An address outside the sheet, with line and column."""


@lru_cache(maxsize=128)
def remove_outside_addresses(sheet: str) -> tuple[str, tuple[OutsideAddress, ...]]:
    """Return a style sheet without addresses outside it, and these addresses."""
    if not _SUSPECT.search(sheet):
        return sheet, ()
    tokens = tinycss2.parse_component_value_list(sheet)
    addresses: list[OutsideAddress] = []
    tokens_left = list(_kept_tokens(tokens, addresses, False))
    return (str(tinycss2.serialize(tokens_left)), tuple(addresses)) if addresses else (sheet, ())


def sheet_remarks(layouts: Layouts) -> tuple[Diagnostic, ...]:
    """Report every address in a style sheet of the layouts that is outside them."""
    return tuple(
        message("layout-reaches-out", Location(f"layouts/{name}", line, column), target=target)
        for name, sheet in layouts.files.items()
        if name.endswith(".css")
        for target, line, column in remove_outside_addresses(sheet)[1]
    )


def _kept_tokens(tokens: list[Any], addresses: list[OutsideAddress], is_fetched: bool) -> Iterator[Any]:
    """Yield the tokens that may stay, and add outside addresses to the list; a string is one if `is_fetched`."""
    skipping = False
    for token in tokens:
        if skipping:
            skipping = token != ";"
            continue
        target = _outside_address(token, is_fetched)
        if target is not None:
            addresses.append((target, token.source_line, token.source_column))
            skipping = token.type == "at-keyword"
            if not skipping:
                yield IdentToken(token.source_line, token.source_column, "none")
            continue
        inner = "arguments" if token.type == "function" else "content"
        if isinstance(getattr(token, inner, None), list):
            fetches = is_fetched or (token.type == "function" and token.lower_name in _FETCHING)
            before = len(addresses)
            setattr(token, inner, list(_kept_tokens(getattr(token, inner), addresses, fetches)))
            if fetches and len(addresses) > before and token.type == "function":
                yield IdentToken(token.source_line, token.source_column, "none")
                continue
        yield token


def _outside_address(token: Any, is_fetched: bool) -> str | None:
    """Return the outside address in a token, if there is one."""
    if token.type == "at-keyword" and token.lower_value == "import":
        return "@import"
    if (token.type == "url" or (is_fetched and token.type == "string")) and not _INCLUDED.fullmatch(token.value):
        return str(token.value)
    if is_fetched and token.type == "function" and token.lower_name in _DEFERRED:
        return f"{token.lower_name}()"
    return None


# Markup: a page has words, tables, included pictures, drawings, formulas and links, and nothing else.


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


_TEXT_ELEMENTS = _names(
    "a abbr address article aside b bdi bdo blockquote body br caption cite code col colgroup data dd del dfn div dl "
    "dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hgroup hr i img ins kbd li main mark nav ol p pre q rp "
    "rt ruby s samp section small span strong sub sup table tbody td tfoot th thead time tr u ul var wbr"
)
_DOCUMENT_ELEMENTS = _TEXT_ELEMENTS | _names("html head title meta link style")
_SVG_ELEMENTS = _names(
    "circle clipPath defs desc ellipse g line linearGradient marker mask path pattern polygon polyline "
    "radialGradient rect stop svg symbol text title tspan use"
)
_MATHML_ELEMENTS = _names(
    "annotation math menclose mfenced mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms "
    "mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none semantics"
)
_HEAD_ELEMENTS = _names("base link meta style title")
_WORDS_ONLY = _names("title desc annotation style")
"""Elements without elements in them: browsers read these as another kind of markup, or as text."""
_ATTRIBUTES = _names(
    "abbr alt class colspan content datetime dir headers height hidden href hreflang id lang name "
    "rel reversed role rowspan scope span src start style tabindex title translate type value width"
) | {XML_LANG, EPUB_TYPE}
_ONLY_OF = {"content": {"meta"}, "href": {"a", "link"}, "name": {"meta"}, "rel": {"a", "link"}, "src": {"img"}}
"""Attributes that only some elements may have."""
_PREFIXED = re.compile(r"(?:aria|data)-[a-z][a-z0-9-]*")
_LINK_RELATIONS = _names("author bookmark canonical external help license nofollow noopener noreferrer")
_POLICY = "content-security-policy"

_LINK_TARGET = re.compile(r"#.*|https?://[^\s/].*|mailto:[^\s].*|tel:[+0-9].*|briefing:[a-z0-9-].*", re.IGNORECASE)
_NEIGHBOUR_FILE = re.compile(r"(?:\.\./)?[A-Za-z0-9_-][A-Za-z0-9._/-]*(?:#.*)?")
_INCLUDED_PICTURE = re.compile(r"asset:[0-9a-f]+|data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]*")
_SUSPECT_STYLE = re.compile(r"[(@\\]")


class Flaw(ValueError):
    """Content that a page may not have: a sentence, and line and column, from 1, or the name of its element."""

    def __init__(self, sentence: str, line: int, column: int = 0, name: str = "") -> None:
        super().__init__(sentence, line, column, name)
        self.sentence, self.line, self.column, self.name = sentence, line, column, name

    def place_in(self, markup: str) -> tuple[int, int]:
        """Return its line and column in the markup, from 1."""
        lines = markup.split("\n")
        line = lines[self.line - 1] if self.line <= len(lines) else ""
        return self.line, self.column or (line.find(f"<{self.name}") + 1 if self.name else 0)


def check_page_content(root: etree._Element, framed: bool = False) -> None:
    """Raise `Flaw` at the first content of a tree that a page may not have.

    A `framed` tree is a document with its head, and may link to files near it.
    """
    for element in root.iter(etree.Element):
        if element.tag in _PLAIN_ELEMENTS and _FREE_ATTRIBUTES.issuperset(element.keys()):
            continue  # most elements
        name, page_elements = xml_local_name(element), _DOCUMENT_ELEMENTS if framed else _TEXT_ELEMENTS
        outer = next((parent for parent in element.iterancestors() if xml_local_name(parent) in _EMBEDDED), None)
        allowed = _EMBEDDED.get(name if outer is None else xml_local_name(outer), page_elements)
        fault = _element_fault(element, allowed, framed)
        is_outermost = outer is None and name in _EMBEDDED
        if is_outermost and any(child.tag in _PLAIN_ELEMENTS for child in element.iter(etree.Element)):
            fault = f"it puts words of a page into '<{name}>'."
        if fault:
            raise Flaw(fault, line_of(element), name=name)


def line_of(element: etree._Element) -> int:
    """Return the line of the markup that an element begins in."""
    return element.sourceline if isinstance(element.sourceline, int) else 1


_EMBEDDED = {"svg": _SVG_ELEMENTS, "math": _MATHML_ELEMENTS}
"""Elements that these may contain, at any depth."""
_ONLY_IN_TEXT = _TEXT_ELEMENTS - _SVG_ELEMENTS - _MATHML_ELEMENTS - _HEAD_ELEMENTS
_PLAIN_ELEMENTS = _ONLY_IN_TEXT | {f"{{{XHTML}}}{name}" for name in _ONLY_IN_TEXT}
_FREE_ATTRIBUTES = _ATTRIBUTES - _ONLY_OF.keys() - {"style"} | _names(
    "aria-label aria-labelledby aria-hidden data-label data-slot"
)
"""Attributes with any value."""

_NAMESPACES = {SVG: _SVG_ELEMENTS, MATHML: _MATHML_ELEMENTS}


def _element_fault(element: etree._Element, allowed: frozenset[str], framed: bool) -> str:
    namespace, _, name = str(element.tag).rpartition("}")
    own = _NAMESPACES.get(namespace[1:])
    is_misplaced = own is not allowed if own is not None else namespace not in _PAGE_NAMESPACES
    if name not in allowed or is_misplaced:
        return f"it puts '<{name}>' into a page, which holds words, tables, drawings and links alone."
    parent = element.getparent()
    is_in_head = parent is not None and (xml_local_name(parent) == "head" or element.tag == f"{{{SVG}}}title")
    if name in _HEAD_ELEMENTS and not is_in_head:
        return f"it puts '<{name}>' into a page, and not into its head."
    if name in _WORDS_ONLY and len(element):
        return f"it puts more than words into '<{name}>'."
    if name == "style" and (fault := outside_address_fault("".join(map(str, element.itertext())))):
        return fault
    if name == "link" and element.get("rel") == "stylesheet" and not _NEIGHBOUR_FILE.fullmatch(element.get("href", "")):
        return f"it takes its style from '{element.get('href', '')[:60]}', which is not in the book."
    check = _drawing_fault if allowed in (_SVG_ELEMENTS, _MATHML_ELEMENTS) else _text_fault
    faults = (check(name, str(key), str(value), framed) for key, value in element.attrib.items())
    return next(filter(None, faults), "")


_PAGE_NAMESPACES = frozenset({"", f"{{{XHTML}"})


def _text_fault(name: str, key: str, value: str, framed: bool) -> str:
    if key in ("id", "class"):
        return ""
    if name == "meta" and (key == "charset" or (key == "http-equiv" and value.strip().lower() == _POLICY)):
        return ""
    if (key not in _ATTRIBUTES and not _PREFIXED.fullmatch(key)) or name not in _ONLY_OF.get(key, (name,)):
        return _no_attribute(name, key)
    is_neighbour = framed and _NEIGHBOUR_FILE.fullmatch(value)
    match key:
        case "href" if not (is_neighbour or _LINK_TARGET.fullmatch(value)):
            return f"it leads to '{value.strip()[:60]}', which is no address that a page may lead to."
        case "src" if not (is_neighbour or _INCLUDED_PICTURE.fullmatch(value)):
            return f"it shows '{value.strip()[:60]}', which is no picture of the briefing."
        case "rel" if not (
            set(value.split()) <= _LINK_RELATIONS or (framed and (name, value) == ("link", "stylesheet"))
        ):
            return f"it says '{value[:60]}' of where '<{name}>' leads, which is not known here."
        case "style":
            return outside_address_fault(value)
    return ""


def _drawing_fault(name: str, key: str, value: str, framed: bool) -> str:
    local = key.rpartition("}")[2].lower()
    if local in ("href", "src", "base", "altimg", "actiontype") and not (
        name == "use" and key in ("href", XLINK) and value.startswith("#")
    ):
        return _no_attribute(name, local)
    if local.startswith("on") or (key.startswith("{") and key not in (XML_LANG, EPUB_TYPE, XLINK)):
        return _no_attribute(name, local)
    return outside_address_fault(value)


def _no_attribute(name: str, key: str) -> str:
    return f"it puts the attribute '{key.rpartition('}')[2]}' on '<{name}>', where no page has it."


def outside_address_fault(style: str) -> str:
    """Return a sentence on an address in a style that is outside the page; empty if there is none."""
    addresses = remove_outside_addresses(style)[1] if _SUSPECT_STYLE.search(style) else ()
    return f"its style reaches for '{addresses[0][0][:60]}', which is no part of the page." if addresses else ""
