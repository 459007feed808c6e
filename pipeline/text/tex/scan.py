"""The parts of TeX: commands, groups, arguments, rows and cells."""

import re
from collections.abc import Iterator

TOKEN = re.compile(r"\\(?:[A-Za-z]+|.)|.", re.DOTALL)
"""A command or a character."""

_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_BEGIN = re.compile(r"\\(begin|end)\{([A-Za-z]+\*?)\}")
_SPACE = re.compile(r"\s*+")
_OPTION = re.compile(r"\[[^\[\]]{0,200}\]")


class FormulaRefused(ValueError):
    """A formula that cannot be set: `reason` says why in our words, `offset` is the character that it is about.

    `command` is the one that is not known, with its backslash, where that is the reason; `endless`, where it is one
    that stands for too much.
    """

    def __init__(self, reason: str, offset: int = 0, command: str = "", endless: bool = False) -> None:
        super().__init__(reason, offset, command, endless)
        self.reason, self.offset, self.command, self.endless = reason, offset, command, endless


def group_end(tex: str, start: int) -> int:
    """Offset after the '}' of the group that opens with '{' at `start`; -1 if it never closes."""
    depth = 0
    for brace in _BRACE.finditer(tex, start):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        if depth == 0:
            return brace.end()
    return -1


def argument(tex: str, start: int) -> tuple[str, int] | None:
    """The argument of a command that ends at `start`, without its braces, and where it ends. None where it has none."""
    begin = _SPACE.match(tex, start).end()  # type: ignore[union-attr]
    if begin >= len(tex) or tex[begin] in "}&":
        return None
    if tex[begin] == "{":
        end = group_end(tex, begin)
        return (tex[begin + 1 : end - 1], end) if end > 0 else None
    token = TOKEN.match(tex, begin)
    return (token[0], token.end()) if token else None


def option(tex: str, start: int) -> tuple[str | None, int]:
    """The optional argument in brackets, or None, and where it ends."""
    begin = _SPACE.match(tex, start).end()  # type: ignore[union-attr]
    found = _OPTION.match(tex, begin)
    return (found[0][1:-1], found.end()) if found else (None, start)


def joined(before: str, behind: str) -> str:
    """Two pieces of TeX one behind the other: no letter becomes part of the command before it."""
    apart = behind[:1].isalpha() and re.search(r"\\[A-Za-z]+\Z", before[-40:])
    return f"{before} {behind}" if apart else f"{before}{behind}"


def split_at(tex: str, mark: str) -> list[str]:
    r"""The TeX divided at each `mark` (`\\` or `&`) that stands in no group and in no inner environment."""
    parts, begin = [], 0
    for at in _outermost(tex, mark):
        parts.append(tex[begin:at])
        begin = at + len(mark)
    return [*parts, tex[begin:]]


def _outermost(tex: str, mark: str) -> Iterator[int]:
    depth, position = 0, 0
    while position < len(tex):
        around = _BEGIN.match(tex, position)
        if around:
            depth += 1 if around[1] == "begin" else -1
            position = around.end()
            continue
        token = TOKEN.match(tex, position)[0]  # type: ignore[index]
        depth += {"{": 1, "}": -1}.get(token, 0)
        if token == mark and depth == 0:
            yield position
        position += len(token)
