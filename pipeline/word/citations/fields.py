"""Fields that have a beginning and an end, between which runs stand: the code, and what the field shows."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.word.document.names import PARAGRAPH, RUN, TEXT, Element, W

_CHAR = f"{W}fldChar"
_CODE = f"{W}instrText"


@dataclass
class OpenField:
    """A field that is being read; its runs are those from its beginning to its end."""

    kept: str
    paragraph: int
    """The number of the paragraph, among those that have runs, that it begins in."""
    code: str = ""
    shown: bool = False
    """Whether its code is at an end."""
    runs: list[Element] = field(default_factory=list)
    words: str = ""
    """Words that it shows in the paragraph that it begins in, and in the next."""
    looked_at: bool = False
    given_up: bool = False


class ReadField(NamedTuple):
    """A field, the one around it, and whether it has an end."""

    field: OpenField
    around: OpenField | None = None
    ended: bool = True


def read_fields(root: Element) -> Iterator[ReadField]:
    """The fields of a part as each ends. One without an end is given up at the second paragraph behind its own.

    Whoever takes that field calls `give_up`; others may end later, such as a list of contents.
    """
    opened: list[OpenField] = []
    above, paragraph = None, 0
    for run in list(root.iter(RUN)):
        here = next(run.iterancestors(PARAGRAPH), None)
        if here is not above:
            above, paragraph = here, paragraph + 1
            yield from _too_long(opened, paragraph)
        chars = [(char, str(char.get(f"{W}fldCharType"))) for char in run.findall(_CHAR)]
        opened += [_opened(char, paragraph) for char, kind in chars if kind == "begin"]
        _read_run(run, opened, paragraph)
        for char, kind in chars:
            if kind == "separate" and opened:
                opened[-1].shown = True
            elif kind == "end" and opened:
                done = opened.pop()
                yield ReadField(done, opened[-1] if opened else None)
            elif kind == "end":
                run.remove(char)
    yield from _too_long(opened, paragraph + 2)


def give_up(one: OpenField) -> None:
    """Make the words that a field shows plain words, for it has no end."""
    one.given_up = True
    for run in one.runs:
        without_field(run)


def without_field(node: Element) -> None:
    """Take the signs of fields out of runs, so that what they show is plain words."""
    for sign in list(node.iter(_CHAR, _CODE)):
        above = sign.getparent()
        if above is not None:
            above.remove(sign)


def _opened(char: Element, paragraph: int) -> OpenField:
    return OpenField((char.findtext(f"{W}fldData") or "").strip(), paragraph)


def _read_run(run: Element, opened: list[OpenField], paragraph: int) -> None:
    for one in opened:
        one.runs.append(run)
        if one.shown and paragraph <= one.paragraph + 1:
            one.words += "".join(text.text or "" for text in run.iter(TEXT))
    if opened and not opened[-1].shown:
        opened[-1].code += "".join(text.text or "" for text in run.iter(_CODE))


def _too_long(opened: list[OpenField], paragraph: int) -> Iterator[ReadField]:
    """The fields that began more than one paragraph ago, once; those that are given up are open no more."""
    for one in [one for one in opened if not one.looked_at and one.paragraph + 1 < paragraph]:
        one.looked_at = True
        yield ReadField(one, None, False)
        if one.given_up:
            opened.remove(one)
