"""All else that is wrong in a file whose front matter cannot be read: so that all of it is reported in one run."""

import re
from collections.abc import Iterator
from itertools import pairwise

from pipeline.codes import files as codes
from pipeline.core.diagnostics import Desk, Diagnostic
from pipeline.load.yaml.documents import Filled, fill, read_yaml
from pipeline.load.yaml.front_matter import FIRST_LINE, OPENING, SplitText, is_end
from pipeline.model.source.briefing import BriefingFields
from pipeline.model.source.record import Marks

_KEY = re.compile(r"[A-Za-z][\w-]*:(?:[ \t]|$)")
_WHOLE = frozenset(row.name for row in (codes.YAML_ALIAS, codes.YAML_TOO_DEEP))
"""Remarks that are no fault of one value."""


def loose_parts(text: str) -> SplitText:
    """The parts of a file whose front matter has no beginning or no end, as far as its lines tell them apart.

    The first lines of pandoc, '% Title', are neither: the remark on the front matter says what to make of them.
    """
    lines = text.split("\n")
    above = next((number for number, words in enumerate(lines) if words.strip() and words[0] != "%"), len(lines) - 1)
    first = end = above + 1 if OPENING.match(lines[above]) else above
    for number in range(first, len(lines)):
        if is_end(lines[number]):
            return SplitText(
                "\n".join([*lines[first:number], ""]), "\n".join(lines[number + 1 :]), number + 2, first + 1
            )
        if _KEY.match(lines[number]):
            end = number + 1
        elif not lines[number].strip() or not (number == end or lines[number][:1] in " \t-#"):
            break
    return SplitText("".join(f"{line}\n" for line in lines[first:end]), "\n".join(lines[end:]), end + 1, first + 1)


def salvaged(front: str, path: str, desk: Desk, line: int = FIRST_LINE) -> Filled[BriefingFields] | None:
    """The values that can be read although others cannot, with what is wrong with them.

    `desk` has been told of the first that cannot. Each key at the margin begins a piece: one that cannot be read by
    itself is left out. Where the mistake is not within one piece, nothing more can be reported.
    """
    if any(remark.code in _WHOLE for remark in desk.remarks):
        return None
    pieces = list(_pieces(front.split("\n")))
    broken: dict[int, tuple[Diagnostic, ...]] = {}
    for first, piece in pieces:
        quiet = Desk()
        if read_yaml("\n".join(piece), path, quiet, line + first) is None:
            broken[first] = tuple(remark for remark in quiet.remarks if remark.code == codes.YAML_SYNTAX.name)
    before = [remark.place.line for remark in desk.remarks if remark.code == codes.YAML_SYNTAX.name]
    at_fault = next((first for first, piece in pieces if _holds(first + line, piece, before)), None)
    if before and at_fault not in broken:
        return None
    for first, remarks in broken.items():
        if first != at_fault:
            desk.extend(remarks)
    rest = "\n".join("\n".join([""] * len(piece) if first in broken else piece) for first, piece in pieces)
    quiet = Desk()
    read = read_yaml(rest, path, quiet, line)
    value, marks = read or (None, Marks(path))
    if not isinstance(value, dict | None):
        return None
    filled = fill(BriefingFields, value or {}, marks, quiet, {"title": "-", "summary": "-"})
    desk.extend(remark for remark in quiet.remarks if not _may_be_there(remark, marks))
    return filled


def _pieces(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """The lines divided before each key at the margin, with the number of the first."""
    begins = [number for number, words in enumerate(lines) if number == 0 or words[:1].strip(" \t\r#-]}")]
    for begin, end in pairwise([*begins, len(lines)]):
        yield begin, lines[begin:end]


def _holds(first: int, piece: list[str], lines: list[int]) -> bool:
    return any(first <= line < first + len(piece) for line in lines)


def _may_be_there(remark: Diagnostic, marks: Marks) -> bool:
    """Whether a key is missing that may stand in what could not be read."""
    return remark.code == codes.FIELD_MISSING.name and remark.place == marks.at()
