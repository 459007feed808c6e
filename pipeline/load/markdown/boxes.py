"""Divisions (`::: name`) and blocks of code: what an author may write, and what means the same elsewhere."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

from markdown_it.token import Token

from pipeline.core.diagnostics import Location
from pipeline.core.messages import catalogue, message
from pipeline.core.sentences import close_matches
from pipeline.load.markdown.attributes import read_attributes, unread_pairs
from pipeline.load.markdown.block_rules import EVIDENCE_MARKS
from pipeline.load.markdown.directives import GENERAL, kind_of, words_token
from pipeline.load.markdown.inlines import titled
from pipeline.load.markdown.maths import label_id
from pipeline.load.markdown.parser import ParseContext
from pipeline.load.markdown.remarks import fence_remarks
from pipeline.model import body as tree

_FIRST_LINE = re.compile(
    r"(?P<name>\.?[\w.\-]++)?+[ \t]*+(?P<title>[^{}\s:][^{}]*+|\[[^\]]*+\])?[ \t]*+(?P<braces>\{.*\})?[ \t]*:*"
)
_DIRECTIVE = re.compile(r"\{(?P<name>[A-Za-z][\w:+-]*)\}[ \t]*(?P<title>.*)")
_LOOKS = ("title", "collapse", "icon", "appearance", "open", "layout", "layout-ncol", "layout-nrow", "fig-align")
"""Attributes of callouts and figures; all but the title say how a screen shows them."""
_OPTIONS = ("name", "class", "open", "icon", "collapsible")
"""Options of the directive of a box; the last three, which concern screens, are ignored."""


class _FirstLine(NamedTuple):
    """The first line of a division, read."""

    name: str = ""
    title: str = ""
    attributes: tree.Attributes = tree.Attributes()


class Division(NamedTuple):
    """A division as it is written: its first line and what it holds."""

    name: str
    heading: tuple[tree.Inline, ...]
    attributes: tree.Attributes
    """The attributes, with the claimed id."""
    children: tuple[tree.Block, ...]
    place: Location


def read_division(context: ParseContext, token: Token, children: tuple[tree.Block, ...]) -> list[tree.Block]:
    """Return the blocks of a division from the token of its first line and what it holds."""
    place = context.place_of(token)
    line = _FirstLine(token.meta["name"]) if "name" in token.meta else _read_first_line(context, token, place)
    name, attributes = line.name, line.attributes
    if not token.meta["closed"]:
        sentence = f"The box '{name or token.info}' begins here and never ends."
        context.diagnostics.report(message("division-open", place, sentence=sentence))
    if not is_frame(name):
        context.diagnostics.extend(unread_pairs(attributes, place, "ref", "lang", *_LOOKS))
    title, inline = line.title or attributes.get("title"), token.meta.get("title")
    if inline is None and title:
        inline = words_token(token, title)
    heading, inner = titled(context, inline) if inline is not None else ((), tree.Attributes())
    attributes = replace(attributes, id=context.claim_id(attributes.id or inner.id, place))
    division = Division(name, heading, attributes, children, place)
    return READERS.get(kind_of(name) or name, _read_frame)(context, division)


def _read_box(context: ParseContext, division: Division) -> list[tree.Block]:
    """Return a box of the kind that the name means."""
    kind = kind_of(division.name) or tree.BoxKind.NOTE
    ref, place, name = division.attributes.get("ref"), division.place, division.attributes.id
    if kind is tree.BoxKind.PRACTICE and not ref:
        context.diagnostics.report(message("practice-no-ref", place))
    box = tree.Box(kind, division.children, ref, place, heading=division.heading)
    return [tree.Division((box,), tree.Attributes(name), place)] if name else [box]


def _read_frame(context: ParseContext, division: Division) -> list[tree.Block]:
    """Return a division without a meaning of its own; a name that is not known is reported."""
    name, heading, attributes, children, place = division
    if attributes.id and not heading and (not name or is_frame(name)):
        captioned = _captioned(children, attributes.id)
        if captioned:
            return [captioned]
    if is_frame(name):
        hint, fate = "Leave it, or delete its first and last line.", "left out, and its contents are printed"
        context.counter.count_foreign("frame", place, hint, f"::: {name}", "a frame of Quarto", fate)
    elif name:
        known = (*READERS, EVIDENCE_MARKS[0])
        advice = catalogue()["division-unknown"].do.format(known=", ".join(known))
        guess = close_matches(name, known)
        hint = f"Did you mean '{guess[0]}'? {advice}" if guess else advice
        context.counter.count("division-unknown", name, place, hint, name=name)
    if heading:
        children = (tree.Paragraph((tree.Strong(heading),), place), *children)
    classes = (name,) * bool(name) + tuple(c for c in attributes.classes if c != name)
    pairs = tuple(pair for pair in attributes.pairs if pair[0] not in _LOOKS)
    return [tree.Division(children, tree.Attributes(attributes.id, classes, pairs), place)]


READERS: Mapping[str, Callable[[ParseContext, Division], list[tree.Block]]] = dict.fromkeys(tree.BoxKind, _read_box)
"""The readers of divisions by name. A division that becomes a block of its own has a row here.

The remark on an unknown name lists the names, and `evidence-table`, which needs no end and so is a rule of the parser.
"""


def _read_first_line(context: ParseContext, token: Token, place: Location) -> _FirstLine:
    if directive := _DIRECTIVE.fullmatch(token.info):
        options = dict(token.meta.get("options", {}))
        context.diagnostics.extend(unread_pairs(tree.Attributes(pairs=tuple(options.items())), place, *_OPTIONS))
        attributes = tree.Attributes(label_id(options["name"]) if options.get("name") else "")
        return _FirstLine(_choose_name(directive["name"], options.get("class", "")), directive["title"], attributes)
    line = _FIRST_LINE.fullmatch(token.info)
    if line is None:
        context.diagnostics.report(message("attribute-syntax", place, text=token.info))
        return _FirstLine(title=token.info)
    name = (line["name"] or "").lstrip(".")
    read = read_attributes(line["braces"][1:-1]) if line["braces"] else tree.Attributes()
    if read is None:
        context.diagnostics.report(message("attribute-syntax", place, text=line["braces"]))
    attributes = read or tree.Attributes()
    title = (line["title"] or "").strip()
    title = title[1:-1] if title.startswith("[") and title.endswith("]") else title
    return _FirstLine(_choose_name(name, " ".join(attributes.classes)), title, attributes)


def _choose_name(name: str, classes: str) -> str:
    """Return the name of a division; if it is missing or stands for any box, the first class that names a box."""
    if name and name not in GENERAL:
        return name
    names = classes.split()
    boxes = (class_ for class_ in names if kind_of(class_) is not None and class_ not in GENERAL)
    return next(boxes, name or next(iter(names), ""))


_FRAMES = frozenset(
    {"columns", "column", "panel-tabset", "panel-sidebar", "panel-fill", "panel-center", "content-visible", "aside"}
)


def is_frame(name: str) -> bool:
    """Return True if a division only says where on a screen its words are."""
    return name in _FRAMES or name.startswith("column-")


def _captioned(children: tuple[tree.Block, ...], name: str) -> tree.Block | None:
    """Return the figure or table that a division holds, alone or with its caption below it, with an id; or None."""
    first, *rest = children or (None,)
    if not isinstance(first, tree.Figure | tree.Table) or first.id or len(rest) > 1:
        return None
    if not rest:
        return replace(first, id=name)
    if isinstance(caption := rest[0], tree.Paragraph) and not first.caption:
        return replace(first, id=name, caption=caption.children)
    return None


# Blocks of code.

_BRACES = re.compile(r"\{(?P<inside>[^{}]*)\}[ \t]*(?P<rest>.*)")
_WORD = re.compile(r"[A-Za-z][\w:.+-]*")
_CODE = frozenset({"code-cell", "code-block", "code", "sourcecode", "jupyter-execute"})
"""Directives that hold code; its language follows the name."""
_NAMES = """
    figure image math toctree include literalinclude exercise solution epigraph glossary contents list-table csv-table
    table tableofcontents bibliography eval-rst raw only margin sidebar topic card grid grid-item-card tab-set tab-item
    plot video youtube iframe index doctest rubric centered hlist figure-md subfigure embed glue exercise-start
    exercise-end solution-start solution-end button-link button-ref carousel"""
_DIRECTIVES = frozenset(_NAMES.split())
"""Directives of MyST and Sphinx. Any other word alone in braces is a language, as in Quarto and R Markdown."""
_DIAGRAMS = {"mermaid": "Mermaid", "plantuml": "PlantUML", "dot": "Graphviz", "graphviz": "Graphviz"}
_DRAW = "Diagrams are not drawn: use a picture with alt text instead."
_REPLACE = "Write it in Markdown, as a figure, a table, a formula or a box."


class _FenceInfo(NamedTuple):
    """What is written behind the marks that begin a block of code."""

    language: str = ""
    rest: str = ""
    """Words that are not printed."""
    id: str = ""
    directive: str = ""


def read_fence(context: ParseContext, token: Token) -> list[tree.Block]:
    """Return a block of code. The first line of a directive is printed with it, so that no word is lost."""
    place = context.place_of(token)
    info = _read_info(token.info.strip())
    context.diagnostics.extend(fence_remarks(token, info.rest, context.lines, place))
    text, kind = token.content, info.directive.partition(":")[0]
    if kind:
        shown, what = f"{{{info.directive}}}", f"a directive of MyST or Sphinx ('{kind}')"
        context.counter.count_foreign(f"directive {kind}", place, _REPLACE, shown, what)
        text = f"{token.info.strip()}\n{text}"
    elif info.language in _DIAGRAMS:
        what = f"a diagram of {_DIAGRAMS[info.language]}"
        context.counter.count_foreign(f"diagram {info.language}", place, _DRAW, info.language, what)
    block = tree.CodeBlock(text, info.language, place)
    name = context.claim_id(info.id, place)
    return [tree.Division((block,), tree.Attributes(name), place)] if name else [block]


def _read_info(text: str) -> _FenceInfo:
    match = _BRACES.fullmatch(text)
    if match is None:
        language, _, rest = text.partition(" ")
        return _FenceInfo(language, "" if rest.strip().startswith("{") else rest.strip())
    inside, rest = match["inside"].strip(), match["rest"].strip()
    word = _WORD.match(inside)
    name = word[0] if word else ""
    if name in _CODE:
        return _FenceInfo(*rest.partition(" ")[::2])
    if name and inside == name and (name in _DIRECTIVES or ":" in name or kind_of(name) is not None):
        return _FenceInfo(directive=name)
    if name and not inside[len(name) :].startswith("="):
        return _FenceInfo(name, rest)  # {python}, {r setup, echo=FALSE}
    attributes = read_attributes(inside) or tree.Attributes()
    return _FenceInfo((attributes.classes or ("",))[0], rest, attributes.id)
