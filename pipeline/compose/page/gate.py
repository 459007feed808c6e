"""What markup and style sheets may hold: nothing that runs, is fetched or leads the reader elsewhere."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import tinycss2
from lxml import etree
from tinycss2.ast import IdentToken

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.documents.xhtml import EPUB_TYPE, MATHML, SVG, XHTML, XLINK, XML_LANG
from pipeline.core.messages import message
from pipeline.model.formats import Layouts

# Style sheets

_OWN = re.compile(
    r"\s*(#.*|asset:[0-9a-f]*|font:fontpkg_[a-z0-9_]+/[a-z0-9][a-z0-9._-]*|"
    r"data:image/(png|jpeg|gif|webp);base64,[a-z0-9+/=\s]*)\s*",
    re.IGNORECASE | re.DOTALL,
)
_FETCHING = frozenset({"url", "src", "image", "image-set", "-webkit-image-set", "cross-fade"})
_FILLED_LATER = frozenset({"var", "attr", "env"})
"""Functions whose value is known only where the sheet is used."""
_SUSPECT = re.compile(r"@|url|src|image|\\|cross-fade", re.IGNORECASE)

_Reach = tuple[str, int, int]
"""An address outside the sheet, with line and column."""


@lru_cache(maxsize=128)
def closed(sheet: str) -> tuple[str, tuple[_Reach, ...]]:
    """The sheet without whatever it reaches for, and what that was. A sheet that reaches for nothing stays as it is."""
    if not _SUSPECT.search(sheet):
        return sheet, ()
    tokens = tinycss2.parse_component_value_list(sheet)
    reaches: list[_Reach] = []
    kept = list(_kept(tokens, reaches, False))
    return (str(tinycss2.serialize(kept)), tuple(reaches)) if reaches else (sheet, ())


def sheet_remarks(layouts: Layouts) -> tuple[Diagnostic, ...]:
    """A remark for everything that a style sheet of the layouts reaches for."""
    return tuple(
        message("layout-reaches-out", Location(f"layouts/{name}", line, column), target=target)
        for name, sheet in ((name, text) for name, text in layouts.files.items() if name.endswith(".css"))
        for target, line, column in closed(sheet)[1]
    )


def _kept(tokens: list[Any], reaches: list[_Reach], fetching: bool) -> Iterator[Any]:
    """The tokens that may stay; `fetching`: a string here is an address."""
    skipping = False
    for token in tokens:
        if skipping:
            skipping = token != ";"
            continue
        target = _reached(token, fetching)
        if target is not None:
            reaches.append((target, token.source_line, token.source_column))
            skipping = token.type == "at-keyword"
            if not skipping:
                yield IdentToken(token.source_line, token.source_column, "none")
            continue
        inner = "arguments" if token.type == "function" else "content"
        if isinstance(getattr(token, inner, None), list):
            inside = fetching or (token.type == "function" and token.lower_name in _FETCHING)
            before = len(reaches)
            setattr(token, inner, list(_kept(getattr(token, inner), reaches, inside)))
            if inside and len(reaches) > before and token.type == "function":
                yield IdentToken(token.source_line, token.source_column, "none")
                continue
        yield token


def _reached(token: Any, fetching: bool) -> str | None:
    """The address outside that a token names."""
    if token.type == "at-keyword" and token.lower_value == "import":
        return "@import"
    if (token.type == "url" or (fetching and token.type == "string")) and not _OWN.fullmatch(token.value):
        return str(token.value)
    if fetching and token.type == "function" and token.lower_name in _FILLED_LATER:
        return f"{token.lower_name}()"
    return None


# Markup: a page holds words, tables, pictures of its own, drawings, formulas and links, and nothing else.


def _named(names: str) -> frozenset[str]:
    return frozenset(names.split())


_TEXT = _named(
    "a abbr address article aside b bdi bdo blockquote body br caption cite code col colgroup data dd del dfn div dl "
    "dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hgroup hr i img ins kbd li main mark nav ol p pre q rp "
    "rt ruby s samp section small span strong sub sup table tbody td tfoot th thead time tr u ul var wbr"
)
_FRAME = _TEXT | _named("html head title meta link style")
_DRAWING = _named(
    "circle clipPath defs desc ellipse g line linearGradient marker mask path pattern polygon polyline "
    "radialGradient rect stop svg symbol text title tspan use"
)
_FORMULA = _named(
    "annotation math menclose mfenced mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms "
    "mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none semantics"
)
_IN_HEAD = _named("base link meta style title")
_WORDS_ONLY = _named("title desc annotation style")
"""Elements in which browsers read markup of another kind, or none: they hold words alone."""
_ATTRIBUTES = _named(
    "abbr alt class colspan content datetime dir headers height hidden href hreflang id lang name "
    "rel reversed role rowspan scope span src start style tabindex title translate type value width"
) | {XML_LANG, EPUB_TYPE}
_ONLY_OF = {"content": {"meta"}, "href": {"a", "link"}, "name": {"meta"}, "rel": {"a", "link"}, "src": {"img"}}
"""Attributes that some elements alone may have."""
_FAMILIES = re.compile(r"(?:aria|data)-[a-z][a-z0-9-]*")
_RELATIONS = _named("author bookmark canonical external help license nofollow noopener noreferrer")
_POLICY = "content-security-policy"

_LEADS = re.compile(r"#.*|https?://[^\s/].*|mailto:[^\s].*|tel:[+0-9].*|briefing:[a-z0-9-].*", re.IGNORECASE)
_BESIDE = re.compile(r"(?:\.\./)?[A-Za-z0-9_-][A-Za-z0-9._/-]*(?:#.*)?")
_PICTURE = re.compile(r"asset:[0-9a-f]+|data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]*")
_STYLED = re.compile(r"[(@\\]")


class Flaw(ValueError):
    """Content that a page may not hold: a sentence, and its line and column, from 1, or the name of its element."""

    def __init__(self, sentence: str, line: int, column: int = 0, name: str = "") -> None:
        super().__init__(sentence, line, column, name)
        self.sentence, self.line, self.column, self.name = sentence, line, column, name

    def place_in(self, markup: str) -> tuple[int, int]:
        """Its line and column in the markup, from 1."""
        lines = markup.split("\n")
        line = lines[self.line - 1] if self.line <= len(lines) else ""
        return self.line, self.column or (line.find(f"<{self.name}") + 1 if self.name else 0)


def pass_gate(root: etree._Element, framed: bool = False) -> None:
    """Nothing, if all that is in a tree may stand in a page. Raises `Flaw` at the first thing that may not.

    `framed`: the tree is a document with its head, whose links lead to files beside it too.
    """
    for element in root.iter(etree.Element):
        if element.tag in _PLAIN and _QUIET.issuperset(element.keys()):
            continue  # as most are
        name = local_name(element)
        outer = next((around for around in element.iterancestors() if local_name(around) in _KINDS), None)
        allowed = _KINDS.get(name if outer is None else local_name(outer), _FRAME if framed else _TEXT)
        fault = _fault_of(element, allowed, framed)
        if outer is None and name in _KINDS and any(inner.tag in _PLAIN for inner in element.iter(etree.Element)):
            fault = f"it puts words of a page into '<{name}>'."
        if fault:
            raise Flaw(fault, line_of(element), name=name)


def line_of(element: etree._Element) -> int:
    """The line of the markup that an element begins in."""
    return element.sourceline if isinstance(element.sourceline, int) else 1


def local_name(element: etree._Element) -> str:
    """The name of an element, without its namespace."""
    return str(element.tag).rpartition("}")[2]


_KINDS = {"svg": _DRAWING, "math": _FORMULA}
"""Elements allowed within these, at any depth."""
_OUTSIDE = _TEXT - _DRAWING - _FORMULA - _IN_HEAD
_PLAIN = _OUTSIDE | {f"{{{XHTML}}}{name}" for name in _OUTSIDE}
_QUIET = _ATTRIBUTES - _ONLY_OF.keys() - {"style"} | _named(
    "aria-label aria-labelledby aria-hidden data-label data-slot"
)
"""Attributes that may hold anything."""

_SPACES = {SVG: _DRAWING, MATHML: _FORMULA}


def _fault_of(element: etree._Element, allowed: frozenset[str], framed: bool) -> str:
    space, _, name = str(element.tag).rpartition("}")
    own = _SPACES.get(space[1:])
    if name not in allowed or (own is not None and own is not allowed) or (own is None and space not in _HOME):
        return f"it puts '<{name}>' into a page, which holds words, tables, drawings and links alone."
    if name in _IN_HEAD and not _is_in_head(element):
        return f"it puts '<{name}>' into a page, and not into its head."
    if name in _WORDS_ONLY and len(element):
        return f"it puts more than words into '<{name}>'."
    if name == "style" and (reached := reached_by("".join(map(str, element.itertext())))):
        return reached
    attributes = element.attrib
    if not attributes:
        return ""
    if name == "link" and element.get("rel") == "stylesheet" and not _BESIDE.fullmatch(element.get("href", "")):
        return f"it takes its style from '{element.get('href', '')[:60]}', which is not in the book."
    check = _fault_in_drawing if allowed in _DRAWN else _fault_in_text
    return next(
        (fault for key, value in attributes.items() if (fault := check(name, str(key), str(value), framed))), ""
    )


def _is_in_head(element: etree._Element) -> bool:
    around = element.getparent()
    return around is not None and (str(around.tag).rpartition("}")[2] == "head" or element.tag == f"{{{SVG}}}title")


_HOME = frozenset({"", f"{{{XHTML}"})
_DRAWN = (_DRAWING, _FORMULA)


def _fault_in_text(name: str, key: str, value: str, framed: bool) -> str:
    if key in ("id", "class"):
        return ""
    if name == "meta" and (key == "charset" or (key == "http-equiv" and value.strip().lower() == _POLICY)):
        return ""
    if (key not in _ATTRIBUTES and not _FAMILIES.fullmatch(key)) or name not in _ONLY_OF.get(key, (name,)):
        return _no_attribute(name, key)
    beside = framed and _BESIDE.fullmatch(value)
    match key:
        case "href" if not (beside or (_LEADS.fullmatch(value))):
            return f"it leads to '{value.strip()[:60]}', which is no address that a page may lead to."
        case "src" if not (beside or _PICTURE.fullmatch(value)):
            return f"it shows '{value.strip()[:60]}', which is no picture of the briefing."
        case "rel" if not (set(value.split()) <= _RELATIONS or (framed and (name, value) == ("link", "stylesheet"))):
            return f"it says '{value[:60]}' of where '<{name}>' leads, which is not known here."
        case "style":
            return reached_by(value)
    return ""


def _fault_in_drawing(name: str, key: str, value: str, framed: bool) -> str:
    local = key.rpartition("}")[2].lower()
    if local in ("href", "src", "base", "altimg", "actiontype") and not (
        name == "use" and key in ("href", XLINK) and value.startswith("#")
    ):
        return _no_attribute(name, local)
    if local.startswith("on") or (key.startswith("{") and key not in (XML_LANG, EPUB_TYPE, XLINK)):
        return _no_attribute(name, local)
    return reached_by(value)


def _no_attribute(name: str, key: str) -> str:
    return f"it puts the attribute '{key.rpartition('}')[2]}' on '<{name}>', where no page has it."


def reached_by(style: str) -> str:
    """Sentence on an address outside the page that a style names; empty if there is none."""
    if not _STYLED.search(style):
        return ""
    reaches = closed(style)[1]
    return f"its style reaches for '{reaches[0][0][:60]}', which is no part of the page." if reaches else ""
