"""Fenced divs and blocks of code: what an author may write, and what means the same elsewhere."""

import re
from dataclasses import replace
from typing import NamedTuple

from markdown_it.token import Token

from pipeline.core.diagnostics import Location
from pipeline.core.messages import catalogue, message
from pipeline.core.sentences import close_matches
from pipeline.load.markdown.attributes import read_attributes, unread_pairs
from pipeline.load.markdown.directives import GENERAL, kind_of, words_token
from pipeline.load.markdown.headings import titled
from pipeline.load.markdown.maths import label_id
from pipeline.load.markdown.parser import ParseContext
from pipeline.load.markdown.remarks import fence_remarks
from pipeline.model import body as tree

_FIRST_LINE = re.compile(
    r"(?P<name>\.?[\w.\-]++)?+[ \t]*+(?P<title>[^{}\s:][^{}]*+|\[[^\]]*+\])?[ \t]*+(?P<braces>\{.*\})?[ \t]*:*"
)
_DIRECTIVE = re.compile(r"\{(?P<name>[A-Za-z][\w:+-]*)\}[ \t]*(?P<title>.*)")
_KINDS = tuple(kind.value for kind in tree.BoxKind)
_LOOKS = ("title", "collapse", "icon", "appearance", "open", "layout", "layout-ncol", "layout-nrow", "fig-align")
"""Attributes of callouts and figures; all but the title say how a screen shows them."""

_OPTIONS = ("name", "class", "open", "icon", "collapsible")
"""Options of a directive that is a box; what they say of the look of a screen is passed over."""


class _First(NamedTuple):
    """The first line of a box, read."""

    name: str = ""
    title: str = ""
    attributes: tree.Attributes = tree.Attributes()


def read_box(context: ParseContext, token: Token, children: tuple[tree.Block, ...]) -> list[tree.Block]:
    """A box from its first line and what it holds."""
    place = context.place_of(token)
    first = _First(token.meta["name"]) if "name" in token.meta else _first_line(context, token, place)
    name, attributes = first.name, first.attributes
    if not token.meta["closed"]:
        context.diagnostics.report(message("division-open", place, name=name or token.info))
    if not is_frame(name):
        context.diagnostics.extend(unread_pairs(attributes, place, "ref", "lang", *_LOOKS))
    title, inline = first.title or attributes.get("title"), token.meta.get("title")
    if inline is None and title:
        inline = words_token(token, title)
    heading, inner = titled(context, inline) if inline is not None else ((), tree.Attributes())
    anchor = context.claim_id(attributes.id or inner.id, place)
    kind = kind_of(name)
    if kind is not None:
        ref = attributes.get("ref")
        if kind is tree.BoxKind.PRACTICE and not ref:
            context.diagnostics.report(message("practice-no-ref", place))
        box = tree.Box(kind, children, ref, place, heading=heading)
        return [tree.Division((box,), tree.Attributes(anchor), place)] if anchor else [box]
    if anchor and not heading and (not name or is_frame(name)) and (block := captioned(children, anchor)):
        return [block]
    if heading:
        children = (tree.Paragraph((tree.Strong(heading),), place), *children)
    classes = tuple(c for c in attributes.classes if c != name)
    if is_frame(name):
        hint, fate = "Leave it, or delete its first and last line.", "left out, and what it holds is printed"
        context.counter.count_foreign("frame", place, hint, f"::: {name}", "a frame of Quarto", fate)
    elif name:
        guess = close_matches(name, (*_KINDS, "evidence-table"))
        hint = f"Did you mean '{guess[0]}'? " if guess else ""
        known = catalogue()["division-unknown"].do
        context.counter.count("division-unknown", name, place, hint + known, name=name)
    classes = (name, *classes) if name else classes
    pairs = tuple(pair for pair in attributes.pairs if pair[0] not in _LOOKS)
    return [tree.Division(children, tree.Attributes(anchor, classes, pairs), place)]


def _first_line(context: ParseContext, token: Token, place: Location) -> _First:
    """The name of the box, the words of its heading and its attributes."""
    if directive := _DIRECTIVE.fullmatch(token.info):
        options = dict(token.meta.get("options", {}))
        context.diagnostics.extend(unread_pairs(tree.Attributes(pairs=tuple(options.items())), place, *_OPTIONS))
        name = label_id(options["name"]) if options.get("name") else ""
        return _First(_chosen(directive["name"], options.get("class", "")), directive["title"], tree.Attributes(name))
    line = _FIRST_LINE.fullmatch(token.info)
    if line is None:
        context.diagnostics.report(message("attribute-syntax", place, text=token.info))
        return _First(title=token.info)
    name = (line["name"] or "").lstrip(".")
    attributes = read_attributes(line["braces"][1:-1]) if line["braces"] else tree.Attributes()
    if attributes is None:
        context.diagnostics.report(message("attribute-syntax", place, text=line["braces"]))
        attributes = tree.Attributes()
    title = (line["title"] or "").strip()
    title = title[1:-1] if title.startswith("[") and title.endswith("]") else title
    return _First(_chosen(name, " ".join(attributes.classes)), title, attributes)


def _chosen(name: str, classes: str) -> str:
    """The name of a box: its own, or where that is none or says little, the first of its classes that is known."""
    if name and name not in GENERAL:
        return name
    named = classes.split()
    known = [one for one in named if kind_of(one) is not None and one not in GENERAL]
    return (known or [name] * bool(name) or named or [""])[0]


_FRAMES = frozenset(
    {"columns", "column", "panel-tabset", "panel-sidebar", "panel-fill", "panel-center", "content-visible", "aside"}
)


def is_frame(name: str) -> bool:
    """Whether a fenced div says only where on a screen its words stand."""
    return name in _FRAMES or name.startswith("column-")


def captioned(children: tuple[tree.Block, ...], anchor: str) -> tree.Block | None:
    """The figure or table that a div of this id holds, alone or with its caption below it."""
    first, *rest = children or (None,)
    if not isinstance(first, tree.Figure | tree.Table) or first.id or len(rest) > 1:
        return None
    if not rest:
        return replace(first, id=anchor)
    if isinstance(below := rest[0], tree.Paragraph) and not first.caption:
        return replace(first, id=anchor, caption=below.children)
    return None


_BRACES = re.compile(r"\{(?P<inside>[^{}]*)\}[ \t]*(?P<rest>.*)")
_WORD = re.compile(r"[A-Za-z][\w:.+-]*")
_CODE = frozenset({"code-cell", "code-block", "code", "sourcecode", "jupyter-execute"})
"""Directives that hold code; its language stands behind them."""
_NAMES = """
    figure image math toctree include literalinclude exercise solution epigraph glossary contents list-table csv-table
    table tableofcontents bibliography eval-rst raw only margin sidebar topic card grid grid-item-card tab-set tab-item
    plot video youtube iframe index doctest rubric centered hlist figure-md subfigure embed glue exercise-start
    exercise-end solution-start solution-end button-link button-ref carousel"""
_DIRECTIVES = frozenset(_NAMES.split())
"""Directives of MyST and Sphinx. Whatever else stands alone in braces is a language, as in Quarto and R Markdown."""
_DIAGRAMS = {"mermaid": "Mermaid", "plantuml": "PlantUML", "dot": "Graphviz", "graphviz": "Graphviz"}
_DRAW = "Nothing draws it here: put a picture in its place, with words that say what it shows."
_REPLACE = "Write what it stands for in Markdown: a figure, a table, a formula or a box."


class _Head(NamedTuple):
    language: str = ""
    rest: str = ""
    """Words that nothing prints."""
    id: str = ""
    directive: str = ""


def read_fence(context: ParseContext, token: Token) -> list[tree.Block]:
    """A block of code. The first line of a directive is printed with it, so that no word is lost."""
    place = context.place_of(token)
    head = _head(token.info.strip())
    context.diagnostics.extend(fence_remarks(token, head.rest, context.lines, place))
    text, kind = token.content, head.directive.partition(":")[0]
    if kind:
        shown, what = f"{{{head.directive}}}", f"a directive of MyST or Sphinx ('{kind}')"
        context.counter.count_foreign(f"directive {kind}", place, _REPLACE, shown, what)
        text = f"{token.info.strip()}\n{text}"
    elif head.language in _DIAGRAMS:
        what = f"a diagram of {_DIAGRAMS[head.language]}"
        context.counter.count_foreign(f"diagram {head.language}", place, _DRAW, head.language, what)
    block = tree.CodeBlock(text, head.language, place)
    anchor = context.claim_id(head.id, place)
    return [tree.Division((block,), tree.Attributes(anchor), place)] if anchor else [block]


def _head(info: str) -> _Head:
    found = _BRACES.fullmatch(info)
    if found is None:
        language, _, rest = info.partition(" ")
        return _Head(language, "" if rest.strip().startswith("{") else rest.strip())
    inside, rest = found["inside"].strip(), found["rest"].strip()
    word = _WORD.match(inside)
    name = word[0] if word else ""
    if name in _CODE:
        return _Head(*rest.partition(" ")[::2])
    if name and inside == name and (name in _DIRECTIVES or ":" in name or kind_of(name) is not None):
        return _Head(directive=name)
    if name and not inside[len(name) :].startswith("="):
        return _Head(name, rest)  # {python}, {r setup, echo=FALSE}
    attributes = read_attributes(inside) or tree.Attributes()
    return _Head((attributes.classes or ("",))[0], rest, attributes.id)
