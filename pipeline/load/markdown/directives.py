"""Boxes, figures and formulas in the syntax of other programs."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from markdown_it.rules_block import StateBlock
from markdown_it.token import Token
from mdit_py_plugins.admon.index import admonition as read_admonition

from pipeline.load.markdown.block_rules import end_of_division, is_division_end
from pipeline.load.markdown.rules import WORDS, block_rule, end_of_fence, line_at, read_within
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
"""Boxes by the names that this and other programs have for them."""
GENERAL = frozenset({"admonition", "callout", "alert"})
"""Names that stand for any box; a class says which."""

_INDENTED = re.compile(r"(?:!!!|\?\?\?\+?)[ \t]*(?P<name>[A-Za-z][\w-]*)(?P<more>[ \t].*)?$")
_QUOTED = re.compile(r'(?:(?:inline|end)\s+)*"(?P<title>.*)"')
"""A title in quotation marks; with 'inline end' MkDocs sets a box next to the text."""
_ALERT = re.compile(r"\[!(?P<name>[A-Za-z][\w-]*)(?:\|[^\[\]]*)?\](?P<more>[+-]?[ \t]*(?P<title>.*))")
_DIRECTIVE = re.compile(r"(?P<fence>`{3,}|~{3,})[ \t]*\{(?P<name>[A-Za-z][\w-]*)\}[ \t]*(?P<title>.*)$")
_OPTION = re.compile(r":(?P<name>[A-Za-z][\w-]*):(?:[ \t]+(?P<value>.*))?$")


def kind_of(name: str) -> BoxKind | None:
    """Return the box that a name means, such as 'warning', 'callout-tip', 'alert-danger' or 'NOTE'."""
    return KINDS.get(re.sub(r"^(?:callout|alert|admonition)-", "", name.lower()))


def admonition(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """Read `!!! note "Title"` with the lines that are indented below it. Three marks before other words are no box."""
    if not _INDENTED.match(line_at(state, first)) or state.is_code_block(first):
        return False
    below = next((line for line in range(first + 1, last) if not state.isEmpty(line)), last)
    if below == last or state.sCount[below] - state.blkIndent < 4:
        return False
    return bool(read_admonition(state, first, last, silent))


@block_rule(_DIRECTIVE)
def directive(state: StateBlock, first: int, last: int, match: re.Match[str]) -> Iterator[int]:
    """Read a box between fences of code, as in MyST: three backticks and '{note}'."""
    end = end_of_fence(state, match["fence"], first, last) if kind_of(match["name"]) else None
    if end is None:
        return
    yield end + 1
    token = state.push("division_open", "div", 1)
    token.map, token.info = [first, end], f"{{{match['name']}}} {match['title']}".strip()
    token.meta["closed"] = True
    read_within(state, first + 1, end, "division")
    state.push("division_close", "div", -1)


def as_divisions(tokens: list[Token]) -> list[Token]:
    """Return the tokens of a text with the boxes of other programs as divisions, each with the words of its heading."""
    kept: list[Token] = []
    number = 0
    while number < len(tokens):
        token, following = tokens[number], tokens[number + 1 : number + 4]
        number += 1
        kept.append(token)
        if token.type in ("summary_open", "summary_close"):  # outside of `<details>`
            token.type = token.type.replace("summary", "paragraph")
        if token.type == "admonition_open":
            number += _read_title(token, following)
        elif token.type == "blockquote_open" and _is(following, "paragraph_open", "inline"):
            number += _read_alert(token, following)
        elif token.type == "division_open" and "closed" not in token.meta:
            has_summary = _is(following, "summary_open", "inline")
            _make_division(token, "details", following[1] if has_summary and following[1].content.strip() else None)
            number += 3 if has_summary else 0
        elif token.type == "division_open":
            number += _read_options(token, following)
            heading = tokens[number : number + 3]
            is_titled = "callout-" in token.info and "title=" not in token.info
            if is_titled and _is(heading, "heading_open", "inline"):  # the first one in a callout of Quarto
                token.meta["title"] = heading[1]
                number += 3
    return kept


def _is(tokens: Sequence[Token], *types: str) -> bool:
    return [token.type for token in tokens[: len(types)]] == list(types)


def _make_division(token: Token, name: str, title: Token | None) -> None:
    token.type = "division_open"
    token.meta |= {"name": name, "title": title, "closed": True}


def _read_title(token: Token, following: Sequence[Token]) -> int:
    """Make an admonition a division; return the number of tokens that its title takes."""
    match = _INDENTED.match(f"!!! {token.info.strip()}")
    name, words = (match["name"], (match["more"] or "").strip()) if match else (token.info, "")
    if quoted := _QUOTED.fullmatch(words):
        words = quoted["title"].replace('\\"', '"')
    elif not kind_of(name):
        words = f"{name.capitalize()} {words}"
    _make_division(token, name if kind_of(name) else "note", words_token(token, words) if words.strip() else None)
    return 3 if _is(following, "admonition_title_open") else 0


def words_token(token: Token, words: str) -> Token:
    """Return a token of words on the first line of another token."""
    row = token.map[0] if token.map else 0
    return Token("inline", "", 0, content=words.strip(), map=[row, row + 1])


def _read_alert(token: Token, following: Sequence[Token]) -> int:
    """Make a quotation that begins with '[!NOTE]' a division; return the number of tokens that this line takes.

    Obsidian has boxes of any name: one that is not known is a note, with its name for a heading.
    """
    inline = following[1]
    first, _, rest = inline.content.partition("\n")
    match = _ALERT.match(first)
    if not match or match["more"].startswith(("(", "[")):
        return 0
    name, title = match["name"], match["title"].strip()
    if kind_of(name) is None:
        name, title = "note", title or name.replace("-", " ").capitalize()
    _make_division(token, name, words_token(inline, title) if title else None)
    inline.content = rest
    _move_down(following, 1)
    return 0 if rest.strip() else 3


def _move_down(tokens: Sequence[Token], lines: int) -> None:
    for token in tokens:
        token.map = [token.map[0] + lines, token.map[1]] if token.map else None


def _read_options(token: Token, following: Sequence[Token]) -> int:
    """Move lines ':class: tip' at the beginning of a directive to its token; return the number of tokens they take."""
    if not token.info.startswith("{") or not _is(following, "paragraph_open", "inline"):
        return 0
    inline = following[1]
    lines = inline.content.split("\n")
    options = [match for line in lines if (match := _OPTION.match(line.strip()))]
    if not all(_OPTION.match(line.strip()) for line in lines[: len(options)]):
        options = []
    token.meta["options"] = {option["name"]: option["value"] or "" for option in options}
    inline.content = "\n".join(lines[len(options) :])
    _move_down(following, len(options))
    return 0 if inline.content else 3


# Directives for figures and formulas.

_FIGURE_OR_FORMULA = re.compile(
    rf"(?P<fence>`{{3,}}|~{{3,}}|:{{3,}})[ \t]*\{{(?P<name>figure|image|math)\}}[ \t]*+(?P<words>{WORDS})[ \t]*$"
)
_OPTION_LINE = re.compile(rf":(?P<name>[A-Za-z][\w-]*):(?:[ \t]++(?P<value>{WORDS}))?[ \t]*$")
_YAML_LINE = re.compile(rf"(?P<name>[A-Za-z][\w-]*):(?:[ \t]++(?P<value>{WORDS}))?[ \t]*$")
_LABEL = re.compile(r"[^{}\\\n]+")
_ROWS = re.compile(r"\\\\|&")


class _Options(NamedTuple):
    """Options of a directive, and the line on which its body begins."""

    values: Mapping[str, str]
    body: int


@block_rule(_FIGURE_OR_FORMULA)
def figure_or_formula(state: StateBlock, first: int, last: int, match: re.Match[str]) -> Iterator[int]:
    """Read the directive of a figure that names its picture, or of a formula. It needs an end."""
    words, is_formula = match["words"], match["name"] == "math"
    if not is_formula and not words:
        return
    if match["fence"].startswith(":"):
        end: int | None = end_of_division(state, first + 1, last)
        end = end if end is not None and end < last and is_division_end(state, end) else None
    else:
        end = end_of_fence(state, match["fence"], first, last)
    if end is None:
        return
    yield end + 1
    options = _read_option_lines(state, first + 1, end)
    if is_formula:
        token = state.push("formula", "", 0)
        lines = [words, *[""] * (options.body - first - 1)]
        lines += [line_at(state, line) for line in range(options.body, end)]
        token.map, token.content = [first, end + 1], _in_dollars("\n".join(lines), options.values)
    else:
        token = state.push("figure_open", "figure", 1)
        token.map, token.meta = [first, end], {"path": words, "options": options.values}
        read_within(state, options.body, end, "directive")
        state.push("figure_close", "figure", -1)


def _read_option_lines(state: StateBlock, line: int, end: int) -> _Options:
    """Read lines ':name: fig-x', or lines 'name: fig-x' between two lines '---'."""

    def is_rule(line: int) -> bool:
        return line < end and line_at(state, line).rstrip() == "---"

    is_yaml = is_rule(line)
    pattern, begin = (_YAML_LINE, line + 1) if is_yaml else (_OPTION_LINE, line)
    values: dict[str, str] = {}
    number = begin
    while number < end and (match := pattern.match(line_at(state, number))):
        values[match["name"]] = (match["value"] or "").strip("\"'")
        number += 1
    if not is_yaml:
        return _Options(values, number)
    return _Options(values, number + 1) if is_rule(number) else _Options({}, line)


def _in_dollars(tex: str, options: Mapping[str, str]) -> str:
    """Return a formula in dollar signs; rows without an environment get the one that Sphinx gives them."""
    if _ROWS.search(tex) and "\\begin" not in tex:
        tex = f"\\begin{{split}}{tex}\\end{{split}}"
    name = options.get("label") or options.get("name") or ""
    label = f"\\label{{{name}}}" if _LABEL.fullmatch(name) and "\\label" not in tex else ""
    return f"$${tex}\n{label}$$"
