"""The bytes of a source, with values of its front matter changed and its body exchanged, and all else as it was."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import takewhile

from pipeline.core.diagnostics import Desk
from pipeline.load.edits.change import TextPatch, Unchangeable, UsualKeys, put_value, take_out
from pipeline.load.edits.written import TypedValue
from pipeline.load.library.text import INVISIBLE
from pipeline.load.yaml.documents import read_yaml
from pipeline.load.yaml.front_matter import split_front_matter
from pipeline.model.source.record import KeyPath, Marks
from pipeline.text.typography import PASTED

_BOM = "\ufeff"
_ROW = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


@dataclass(frozen=True, slots=True)
class ValueChange:
    """A path into the front matter and what is to stand there; None takes it out."""

    way: KeyPath
    value: TypedValue | None


@dataclass(frozen=True, slots=True)
class EditableSource:
    """A source in its parts as they stand in the file: the front matter, the body, and what is around them."""

    head: str
    """A byte order mark and the line above the front matter."""
    front: str
    between: str
    """The line below the front matter."""
    body: str
    body_line: int
    values: object = None
    """Values of the front matter."""
    marks: Marks = field(default_factory=lambda: Marks(""))

    @property
    def content(self) -> bytes:
        """The bytes of the file."""
        return f"{self.head}{self.front}{self.between}{self.body}".encode()


def read_source(content: bytes, *, is_yaml: bool) -> EditableSource | None:
    """The parts of a file, one that is YAML as a whole or has it above a text; None where it cannot be read.

    Every character is in one of them as it is in the file, a carriage return or an invisible one too.
    """
    try:
        whole = content.decode()
    except UnicodeDecodeError:
        return None
    mark = _BOM if whole.startswith(_BOM) else ""
    text, places = _as_read(whole[len(mark) :])
    if is_yaml:
        return _with_values(EditableSource(mark, whole[len(mark) :], "", "", 1), text, 1)
    parts = split_front_matter(text, "", Desk())
    if parts is None:
        return None
    at = text.index("\n") + 1
    cuts = [places[at], places[at + len(parts.front)], places[len(text) - len(parts.body)], places[len(text)]]
    head, front, between, body = (whole[len(mark) :][start:end] for start, end in zip([0, *cuts], cuts, strict=False))
    return _with_values(
        EditableSource(mark + head, front, between, body, parts.body_line), parts.front, parts.front_line
    )


def _with_values(source: EditableSource, front: str, line: int) -> EditableSource | None:
    read = read_yaml(front, "", Desk(), line)
    if read is None:
        return None
    return EditableSource(source.head, source.front, source.between, source.body, source.body_line, *read)


def changed_source(
    source: EditableSource, changes: Sequence[ValueChange], body: str | None, order: UsualKeys = lambda way: ()
) -> EditableSource:
    """A source with changes, and with another body if one is given. Raises `Unchangeable` with the path.

    Paths are those of the source as it was: what is taken out goes last, from the end of a list on. What is taken out
    and set anew is set.
    """
    front, end = source.front, _line_end(source.head + source.front + source.body)
    added = [one for one in changes if one.value is not None]
    set_anew = {one.way[:steps] for one in added for steps in range(1, len(one.way) + 1)}
    out = (one for one in changes if one.value is None and (one.way not in set_anew or isinstance(one.way[-1], int)))
    gone = sorted(out, key=lambda one: _depth(one.way), reverse=True)
    for change in (*added, *gone):
        text, places = _as_read(front)
        try:
            patches = (
                take_out(text, change.way) if change.value is None else put_value(text, change.way, change.value, order)
            )
        except Unchangeable:
            raise Unchangeable(change.way) from None
        front = _patched(front, places, patches, end)
    return EditableSource(
        source.head,
        front,
        source.between,
        source.body if body is None else _exchanged(source.body, body, end),
        source.body_line,
    )


def exchanged(content: bytes, text: str) -> bytes:
    """The bytes of a file with another text: its byte order mark, and the ends of lines that are the same, stay.

    Raises `UnicodeDecodeError` of a file that is not in UTF-8.
    """
    whole = content.decode()
    mark = _BOM if whole.startswith(_BOM) else ""
    return (mark + _exchanged(whole[len(mark) :], text.removeprefix(_BOM), _line_end(whole))).encode()


def _depth(way: KeyPath) -> tuple[tuple[bool, int | str], ...]:
    return tuple((isinstance(step, int), step) for step in way)


def _as_read(raw: str) -> tuple[str, Sequence[int]]:
    """A text as the reader of sources gives it, and the place in the file of each of its characters."""
    letters: list[str] = []
    places: list[int] = []
    for at, letter in enumerate(raw):
        if letter == "\n" and at and raw[at - 1] == "\r":
            continue
        found = "\n" if letter == "\r" else INVISIBLE.sub(" ", letter.translate(PASTED))
        letters.append(found)
        places.extend([at] * len(found))
    return "".join(letters), [*places, len(raw)]


def _patched(raw: str, places: Sequence[int], patches: Sequence[TextPatch], end: str) -> str:
    for start, stop, new in sorted(patches, reverse=True):
        raw = raw[: places[start]] + new.replace("\n", end) + raw[places[stop] :]
    return raw


def _line_end(text: str) -> str:
    """The line end of a file: that of its first line."""
    first = text.find("\n")
    return "\r\n" if first > 0 and text[first - 1] == "\r" else "\r" if first < 0 and "\r" in text else "\n"


def _exchanged(before: str, after: str, end: str) -> str:
    """A text in place of another: lines that are the same keep their line ends."""
    old, new = _ROW.findall(before), _ROW.findall(_bare(after))
    bare = [_bare(row) for row in old]
    head = _alike(bare, new)
    tail = _alike(bare[head:][::-1], new[head:][::-1])
    made = old[:head]
    same = SequenceMatcher(None, bare[head : len(old) - tail], new[head : len(new) - tail], autojunk=False)
    for kind, start, stop, first, last in same.get_opcodes():
        rows = (row.replace("\n", end) for row in new[head + first : head + last])
        made += old[head + start : head + stop] if kind == "equal" else rows
    made += old[len(old) - tail :]
    return "".join(made)


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """The number of first lines that are the same."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _bare(row: str) -> str:
    return row.replace("\r\n", "\n").replace("\r", "\n")
