"""Whether blocks of code stand in a PDF line by line, each as far in as it is written."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from pipeline.codes import proofs
from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.proof.parity.differences import short
from pipeline.proof.pdf.tags import TaggedElement

PageLine = tuple[int, str]
"""A line as it stands on a page, from 1."""

LinesOf = Callable[[TaggedElement], list[PageLine]]
"""The lines of an element."""


def code_faults(part: TaggedElement, expected: Sequence[str], place: Place, lines: LinesOf) -> Iterator[Diagnostic]:
    """Every block of code whose lines are not those of the text. Whether its signs are there is told elsewhere.

    Those of a note are heard at its call, so blocks of the same signs may stand in another order.
    """
    blocks: dict[str, list[list[PageLine]]] = defaultdict(list)
    for tag in part.of_kind("P"):
        if [kid.kind if isinstance(kid, TaggedElement) else "" for kid in tag.kids] == ["Code"]:
            shown = lines(tag)
            blocks[_signs("".join(text for _, text in shown))].append(shown)
    left = [code for code in expected if not _take_sound(code, blocks[_signs(code)])]
    for code in left:
        for shown in blocks[_signs(code)][:1]:
            page, line = _first_torn(code.splitlines(), shown) or (1, "")
            del blocks[_signs(code)][0]
            yield proofs.CODE_LINES.at(Place(place.path, page), line=short(line.strip()))


def _take_sound(code: str, blocks: list[list[PageLine]]) -> bool:
    """Take a block out of some of the same signs that has the lines of a text, if there is one."""
    lines = code.splitlines()
    found = next((number for number, shown in enumerate(blocks) if not _first_torn(lines, shown)), None)
    if found is not None:
        del blocks[found]
    return found is not None


def _signs(text: str) -> str:
    return "".join(text.split())


def _first_torn(code: Sequence[str], shown: Sequence[PageLine]) -> PageLine | None:
    """The first line of code that begins within a line on the page, or further in or out; a long one may go on."""
    left = list(reversed(shown))
    for line in filter(str.strip, code):
        page, said = left.pop() if left else (1, "")
        if said.strip() and _room(said) != _room(line):
            return page, line
        got = _signs(said)
        while left and len(got) < len(_signs(line)):
            got += _signs(left.pop()[1])
        if got != _signs(line):
            return page, line
    return None


def _room(line: str) -> int:
    """Number of spaces that a line begins with."""
    return len(line) - len(line.lstrip())
