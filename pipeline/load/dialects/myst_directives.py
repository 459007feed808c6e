"""Directives of MyST and Sphinx that are figures and formulas: '{figure} path' and '{math}' between fences."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from markdown_it.rules_block import StateBlock

from pipeline.load.markdown.block_rules import end_of_division, is_fence
from pipeline.load.markdown.block_state import WORDS, end_of_fence, line_at, read_within

_FIRST = re.compile(
    rf"(?P<fence>`{{3,}}|~{{3,}}|:{{3,}})[ \t]*\{{(?P<name>figure|image|math)\}}[ \t]*+(?P<said>{WORDS})[ \t]*$"
)
_OPTION = re.compile(rf":(?P<name>[A-Za-z][\w-]*):(?:[ \t]++(?P<said>{WORDS}))?[ \t]*$")
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
    end = _end(state, found["fence"], first, last)
    if end is None or (found["name"] != "math" and not found["said"]):
        return False
    if silent:
        return True
    options = _options(state, first + 1, end)
    if found["name"] == "math":
        _formula(state, first, end, found["said"], options)
    else:
        _figure(state, first, end, found["said"], options)
    state.line = end + 1
    return True


def _end(state: StateBlock, fence: str, first: int, last: int) -> int | None:
    if fence.startswith(":"):
        end = end_of_division(state, first + 1, last)
        return end if end < last and is_fence(state, end) else None
    return end_of_fence(state, fence, first, last)


def _options(state: StateBlock, line: int, end: int) -> _Options:
    """Lines ':name: fig-x', or 'name: fig-x' between lines of three hyphens."""
    said: dict[str, str] = {}
    pattern, closed = _OPTION, line < end and line_at(state, line).rstrip() != "---"
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


def _figure(state: StateBlock, first: int, end: int, path: str, options: _Options) -> None:
    token = state.push("figure_open", "figure", 1)
    token.map, token.meta = [first, end], {"path": path, "options": options.said}
    read_within(state, options.body, end, "directive")
    state.push("figure_close", "figure", -1)


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
