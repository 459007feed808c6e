"""Boxes, figures and formulas as other programs write them, made into ours."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from markdown_it.rules_block import StateBlock
from markdown_it.token import Token
from mdit_py_plugins.admon.index import admonition as indented

from pipeline.load.markdown.block_rules import WORDS, end_of_division, end_of_fence, is_fence, line_at, read_within
from pipeline.model.body import BoxKind

_NOTES = """
    note info information tip hint important remark seealso abstract tldr success check done help faq todo
    details dropdown spoiler collapse admonition callout alert versionadded versionchanged"""
_CAUTIONS = "caution warning danger error attention failure fail missing bug critical deprecated"
KINDS: Mapping[str, BoxKind] = {
    **dict.fromkeys(_NOTES.split(), BoxKind.NOTE),
    **dict.fromkeys(_CAUTIONS.split(), BoxKind.CAUTION),
    **{kind.value: kind for kind in BoxKind},
}
"""Our boxes by the names that other programs have for them."""
GENERAL = frozenset({"admonition", "callout", "alert"})
"""Names of any box; a class beside them says which."""

_INDENTED = re.compile(r"(?:!!!|\?\?\?\+?)[ \t]*(?P<name>[A-Za-z][\w-]*)(?P<more>[ \t].*)?$")
_QUOTED = re.compile(r'(?:(?:inline|end)\s+)*"(?P<title>.*)"')
"""A title in quotation marks; 'inline end' is how MkDocs has a box stand beside the text."""
_ALERT = re.compile(r"\[!(?P<name>[A-Za-z][\w-]*)(?:\|[^\[\]]*)?\](?P<more>[+-]?[ \t]*(?P<title>.*))")
_DIRECTIVE = re.compile(r"(?P<fence>`{3,}|~{3,})[ \t]*\{(?P<name>[A-Za-z][\w-]*)\}[ \t]*(?P<title>.*)$")
_OPTION = re.compile(r":(?P<name>[A-Za-z][\w-]*):(?:[ \t]+(?P<said>.*))?$")


def kind_of(name: str) -> BoxKind | None:
    """The box that a name means: 'warning', 'callout-tip', 'alert-danger', 'NOTE'."""
    return KINDS.get(re.sub(r"^(?:callout|alert|admonition)-", "", name.lower()))


def admonition(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """`!!! note "Title"` with what is indented below it. Three marks before other words are no box."""
    found = _INDENTED.match(line_at(state, first))
    if not found or state.is_code_block(first):
        return False
    below = next((line for line in range(first + 1, last) if not state.isEmpty(line)), last)
    if below == last or state.sCount[below] - state.blkIndent < 4:
        return False
    return bool(indented(state, first, last, silent))


def directive(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """A box between fences of code, as MyST has it: three backticks and '{note}'."""
    found = _DIRECTIVE.match(line_at(state, first))
    if not found or state.is_code_block(first) or kind_of(found["name"]) is None:
        return False
    end = end_of_fence(state, found["fence"], first, last)
    if end is None or silent:
        return end is not None
    token = state.push("division_open", "div", 1)
    token.map, token.info = [first, end], f"{{{found['name']}}} {found['title']}".strip()
    token.meta["closed"] = True
    read_within(state, first + 1, end, "division")
    state.push("division_close", "div", -1)
    state.line = end + 1
    return True


def as_boxes(tokens: list[Token]) -> list[Token]:
    """The tokens of a text with the boxes of other programs as ours, each with the words of its heading."""
    kept: list[Token] = []
    number = 0
    while number < len(tokens):
        token, following = tokens[number], tokens[number + 1 : number + 4]
        number += 1
        kept.append(token)
        if token.type in ("summary_open", "summary_close"):  # of nothing that holds it
            token.type = token.type.replace("summary", "paragraph")
        if token.type == "admonition_open":
            number += _take_title(token, following)
        elif token.type == "blockquote_open" and _is(following, "paragraph_open", "inline"):
            number += _take_alert(token, following)
        elif token.type == "division_open" and "closed" not in token.meta:
            has_summary = _is(following, "summary_open", "inline")
            _box(token, "details", following[1] if has_summary and following[1].content.strip() else None)
            number += 3 if has_summary else 0
        elif token.type == "division_open":
            number += _take_options(token, following)
            heading = tokens[number : number + 3]
            is_titled = "callout-" in token.info and "title=" not in token.info
            if is_titled and _is(heading, "heading_open", "inline"):  # the first one in a callout of Quarto
                token.meta["title"] = heading[1]
                number += 3
    return kept


def _is(tokens: Sequence[Token], *types: str) -> bool:
    return [token.type for token in tokens[: len(types)]] == list(types)


def _box(token: Token, name: str, title: Token | None) -> None:
    token.type = "division_open"
    token.meta |= {"name": name, "title": title, "closed": True}


def _take_title(token: Token, following: Sequence[Token]) -> int:
    """Make a box of an admonition. Its title stands between tokens of its own, which are passed over."""
    found = _INDENTED.match(f"!!! {token.info.strip()}")
    name, more = (found["name"], (found["more"] or "").strip()) if found else (token.info, "")
    quoted = _QUOTED.fullmatch(more)
    said = quoted["title"].replace('\\"', '"') if quoted else more if kind_of(name) else f"{name.capitalize()} {more}"
    has_title = _is(following, "admonition_title_open")
    _box(token, name if kind_of(name) else "note", words_of(token, said) if said.strip() else None)
    return 3 if has_title else 0


def words_of(token: Token, words: str) -> Token:
    """The token of words on the first line of another."""
    row = token.map[0] if token.map else 0
    return Token("inline", "", 0, content=words.strip(), map=[row, row + 1])


def _take_alert(token: Token, following: Sequence[Token]) -> int:
    """Make a box of a quotation that begins with '[!NOTE]'; gone is its first paragraph if it says nothing else.

    Obsidian has boxes of any name: one that is not known is a note, with its name for a heading.
    """
    inline = following[1]
    first, _, rest = inline.content.partition("\n")
    found = _ALERT.match(first)
    if not found or found["more"].startswith(("(", "[")):
        return 0
    name, said = found["name"], found["title"].strip()
    if kind_of(name) is None:
        name, said = "note", said or name.replace("-", " ").capitalize()
    _box(token, name, words_of(inline, said) if said else None)
    inline.content = rest
    for one in following:
        one.map = [one.map[0] + 1, one.map[1]] if one.map else None
    return 0 if rest.strip() else 3


def _take_options(token: Token, following: Sequence[Token]) -> int:
    """Put aside the options of a directive: lines ':class: tip' at its beginning."""
    if not token.info.startswith("{") or not _is(following, "paragraph_open", "inline"):
        return 0
    inline = following[1]
    lines = inline.content.split("\n")
    options = [found for line in lines if (found := _OPTION.match(line.strip()))]
    if len(options) < len(lines):
        options = options if all(_OPTION.match(line.strip()) for line in lines[: len(options)]) else []
    token.meta["options"] = {found["name"]: found["said"] or "" for found in options}
    inline.content = "\n".join(lines[len(options) :])
    for one in following:
        one.map = [one.map[0] + len(options), one.map[1]] if one.map else None
    return 0 if inline.content else 3


_FIRST = re.compile(
    rf"(?P<fence>`{{3,}}|~{{3,}}|:{{3,}})[ \t]*\{{(?P<name>figure|image|math)\}}[ \t]*+(?P<said>{WORDS})[ \t]*$"
)
_OPTION_LINE = re.compile(rf":(?P<name>[A-Za-z][\w-]*):(?:[ \t]++(?P<said>{WORDS}))?[ \t]*$")
_KEY = re.compile(rf"(?P<name>[A-Za-z][\w-]*):(?:[ \t]++(?P<said>{WORDS}))?[ \t]*$")
_NAME = re.compile(r"[^{}\\\n]+")
_ROWS = re.compile(r"\\\\|&")


class _Options(NamedTuple):
    """Options between the first line of a directive and its body, and the line on which the body begins."""

    said: Mapping[str, str]
    body: int


def directive_of_ours(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """A figure that says which picture it is, or a formula. Without an end it is none."""
    found = _FIRST.match(line_at(state, first))
    if not found or state.is_code_block(first):
        return False
    end: int | None
    if found["fence"].startswith(":"):
        end = end_of_division(state, first + 1, last)
        end = end if end < last and is_fence(state, end) else None
    else:
        end = end_of_fence(state, found["fence"], first, last)
    if end is None or (found["name"] != "math" and not found["said"]):
        return False
    if silent:
        return True
    options = _options(state, first + 1, end)
    if found["name"] == "math":
        _formula(state, first, end, found["said"], options)
    else:
        token = state.push("figure_open", "figure", 1)
        token.map, token.meta = [first, end], {"path": found["said"], "options": options.said}
        read_within(state, options.body, end, "directive")
        state.push("figure_close", "figure", -1)
    state.line = end + 1
    return True


def _options(state: StateBlock, line: int, end: int) -> _Options:
    """Lines ':name: fig-x', or 'name: fig-x' between lines of three hyphens."""
    said: dict[str, str] = {}
    pattern, closed = _OPTION_LINE, line < end and line_at(state, line).rstrip() != "---"
    if not closed and line < end:
        pattern, line = _KEY, line + 1
    begin = line
    while line < end and (found := pattern.match(line_at(state, line))):
        said[found["name"]] = (found["said"] or "").strip("\"'")
        line += 1
    if pattern is _KEY:
        if line < end and line_at(state, line).rstrip() == "---":
            return _Options(said, line + 1)
        return _Options({}, begin - 1)
    return _Options(said, line)


def _formula(state: StateBlock, first: int, end: int, said: str, options: _Options) -> None:
    """The formula as it stands between dollar signs; rows without an environment get one, as Sphinx gives it."""
    lines = [said, *[""] * (options.body - first - 1), *(line_at(state, n) for n in range(options.body, end))]
    tex = "\n".join(lines)
    if _ROWS.search(tex) and "\\begin" not in tex:
        tex = f"\\begin{{split}}{tex}\\end{{split}}"
    name = options.said.get("label") or options.said.get("name") or ""
    label = f"\\label{{{name}}}" if _NAME.fullmatch(name) and "\\label" not in tex else ""
    token = state.push("formula", "", 0)
    token.map, token.content = [first, end + 1], f"$${tex}\n{label}$$"
