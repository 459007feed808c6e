"""The line behind the first marks of a block of code: language, attributes, or a directive of another program."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from markdown_it.token import Token

from pipeline.core.diagnostics import Place
from pipeline.load.dialects.admonitions import kind_of
from pipeline.load.markdown.attributes import read_attributes
from pipeline.load.markdown.draft import Draft
from pipeline.load.slips.block_marks import fence_remarks
from pipeline.model.body import Attributes, Block, CodeBlock, Division

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
_DIAGRAMS: Mapping[str, str] = MappingProxyType(
    {"mermaid": "Mermaid", "plantuml": "PlantUML", "dot": "Graphviz", "graphviz": "Graphviz"}
)
_DRAW = "Nothing draws it here: put a picture in its place, with words that say what it shows."
_REPLACE = "Write what it stands for in Markdown: a figure, a table, a formula or a box."


class _Head(NamedTuple):
    language: str = ""
    rest: str = ""
    """Words that nothing prints."""
    id: str = ""
    directive: str = ""


def read_fence(draft: Draft, token: Token) -> list[Block]:
    """A block of code. The first line of a directive is printed with it, so that no word is lost."""
    place = draft.row(token)
    head = _head(token.info.strip())
    draft.desk.extend(fence_remarks(token, head.rest, draft.lines, place))
    text, kind = token.content, head.directive.partition(":")[0]
    if kind:
        shown, what = f"{{{head.directive}}}", f"a directive of MyST or Sphinx ('{kind}')"
        _tell(draft, f"directive {kind}", place, _REPLACE, shown, what)
        text = f"{token.info.strip()}\n{text}"
    elif head.language in _DIAGRAMS:
        what = f"a diagram of {_DIAGRAMS[head.language]}"
        _tell(draft, f"diagram {head.language}", place, _DRAW, head.language, what)
    block = CodeBlock(text, head.language, place)
    anchor = draft.claim(head.id, place)
    return [Division((block,), Attributes(anchor), place)] if anchor else [block]


def _tell(draft: Draft, kind: str, place: Place, hint: str, text: str, what: str) -> None:
    fate = "printed as you typed it"
    draft.tally.count("foreign-markup", kind, place, hint, text=text, what=what, fate=fate)


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
    attributes = read_attributes(inside) or Attributes()
    return _Head((attributes.classes or ("",))[0], rest, attributes.id)
