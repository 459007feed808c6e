"""Marks that tell, in a filled template, which line of which file each line of its text comes from."""

import re
from dataclasses import dataclass

from jinja2 import nodes

_MARK = re.compile("\ue000([^\ue000]*):([0-9]+)\ue001")


@dataclass(frozen=True, slots=True)
class _Mark:
    """From this offset on the text is that of a line of a template."""

    offset: int
    name: str
    line: int


def put_marks(tree: nodes.Template, name: str) -> None:
    """Put a mark before each line of text that a template holds."""
    for data in tree.find_all(nodes.TemplateData):
        lines = data.data.splitlines(keepends=True)
        data.data = "".join(f"\ue000{name}:{data.lineno + n}\ue001{line}" for n, line in enumerate(lines))


def without_marks(text: str) -> tuple[str, tuple[_Mark, ...]]:
    """The text without its marks, and these."""
    marks, kept, end = [], [], 0
    length = 0
    for found in _MARK.finditer(text):
        kept.append(text[end : found.start()])
        length += len(kept[-1])
        marks.append(_Mark(length, found[1], int(found[2])))
        end = found.end()
    return "".join((*kept, text[end:])), tuple(marks)
