"""Lists with other labels than '1.': 'a.', '(b)', 'iv.', '(1)', '#.' and the numbered examples of pandoc, '(@)'.

Each is read by the rule of CommonMark, which is shown '1.' or '1)' in the place of each label. So what belongs to an
entry may be indented by 3 spaces or more, however long the label is, or stand under its words. A label that is not the
next begins a list of its own: no label is printed as another.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.list import list_block

from pipeline.load.markdown.block_state import line_at

_LABEL = re.compile(
    r"(?P<opens>\(?)(?P<label>[a-zA-Z]|[ivxlcdm]{2,7}|[IVXLCDM]{2,7}|[0-9]{1,3}|@[\w-]*|#)(?P<closes>[.)])(?=[ \t]+\S)"
)
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
BREAKS = "list-breaks"
"""Key of the parser's state for the form of each label that does not follow the last one in its list, by line."""
_LEAST = 3
"""Spaces before what belongs to an entry."""
EXAMPLES = "examples"
"""Key of the parser's state for the numbers of examples, by name."""

_NUMBER = re.compile(r"\d{1,9}([.)])(?=[ \t]|$)")
"""Label of an entry of a numbered list."""


@dataclass(frozen=True, slots=True)
class _Label:
    line: int
    opens: str
    words: str
    closes: str

    @property
    def width(self) -> int:
        return len(self.opens) + len(self.words) + len(self.closes)

    @property
    def is_initial(self) -> bool:
        """Whether it may begin a name, as in 'M. Curie': a capital with a full stop, but for A and I."""
        return len(self.words) == 1 and self.words.isupper() and self.words not in "AI" and self.closes == "."

    @property
    def is_counted(self) -> bool:
        """Whether its author has given it a number or letter."""
        return self.words[0] not in "@#"

    def end(self, state: StateBlock) -> int:
        """Offset of the end of the label in the text."""
        return int(state.bMarks[self.line] + state.tShift[self.line] + self.width)

    def forms(self) -> Iterator[tuple[str, int]]:
        """In which form it may be meant, such as 'a' or 'i', and which number it is there."""
        lower = self.words.lower()
        first = self.words[0]
        if first in "@#" or first.isdigit():
            yield ("1", int(self.words) if first.isdigit() else 0)
            return
        if set(lower) <= _ROMAN.keys() and (value := roman(lower)):
            yield ("i" if self.words.islower() else "I"), value
        if len(lower) == 1:
            yield ("a" if self.words.islower() else "A"), ord(lower) - ord("a") + 1

    def number(self, form: str) -> int | None:
        """Its number in a form."""
        return dict(self.forms()).get(form)


def roman(letters: str) -> int:
    """The number that small Roman numerals say; 0 where they are not written as one is."""
    values = [_ROMAN[letter] for letter in letters]
    found = sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))
    return found if _written(found) == letters else 0


def _written(number: int) -> str:
    said = ""
    for letters, value in zip(
        ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i"),
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        strict=True,
    ):
        said += letters * (number // value)
        number %= value
    return said


def lettered_list(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """A list whose labels are no plain numbers. A label alone makes none, unless it goes on from the list before."""
    label = _label(state, first)
    if label is None or state.is_code_block(first):
        return False
    kind = _kind(state, label, last)
    if not kind or silent:
        begins = label.number(kind) in (0, 1) or first in state.env.get(BREAKS, ())
        return bool(kind) and begins and _may_interrupt(state, first)
    entries = list(_in_order(state, _entries(state, label, last), kind))
    start = label.number(kind) or (state.env.setdefault(EXAMPLES, {"": 0})[""] + 1 if label.words[0] == "@" else 1)
    source, opened = state.src, len(state.tokens)
    below = [found for entry, end in _with_ends(entries, last) for found in _aligned(state, entry, end)]
    state.src = _shown(state, entries, kind)
    _pass_over(state, entries, below, 1)
    list_block(state, first, last, False)
    _pass_over(state, entries, below, -1)
    state.src = source
    read = [entry for entry in entries if entry.line < state.line]
    _number_examples(state, read, start)
    token, form = state.tokens[opened], f"{label.opens}{kind}{label.closes}"
    token.meta["form"] = "" if form == "1." else form
    token.attrs = {"start": start} if start != 1 else {}
    state.env["list-ended"] = (form, start + len(read))
    return True


def _in_order(state: StateBlock, entries: Iterator[_Label], form: str) -> Iterator[_Label]:
    """The labels up to one that is not the next, at which another list begins; '#' and '@' have no number."""
    expected = None
    is_counted = None
    for entry in entries:
        number = entry.number(form)
        if number is None or is_counted not in (None, entry.is_counted):
            return
        is_counted = entry.is_counted
        if entry.is_counted and expected is not None and number != expected:
            state.env.setdefault(BREAKS, {})[entry.line] = form
            return
        expected = number + 1
        yield entry


def _may_interrupt(state: StateBlock, line: int) -> bool:
    """Whether a list may begin right below a line of words: one that ends with a colon, or in an entry of a list."""
    return bool(line) and (line_at(state, line - 1).rstrip().endswith(":") or state.listIndent >= 0)


def _number_examples(state: StateBlock, entries: list[_Label], start: int) -> None:
    """Remember the numbers of examples, and by which names they are called."""
    for number, entry in enumerate(entries, start):
        if entry.words[0] == "@":
            state.env[EXAMPLES][""] = number
            state.env[EXAMPLES].setdefault(entry.words[1:], number)


def _label(state: StateBlock, line: int) -> _Label | None:
    start = state.bMarks[line] + state.tShift[line]
    found = _LABEL.match(state.src, start, state.eMarks[line])
    if not found:
        return None
    opens, words, closes = found.groups()
    if opens and closes != ")":
        return None
    if not opens and (words[0] == "@" or words[0].isdigit()):
        return None
    return None if words == "#" and (opens or closes != ".") else _Label(line, opens, words, closes)


def _entries(state: StateBlock, first: _Label, last: int) -> Iterator[_Label]:
    """The labels that may belong to one list: of the same margin and the same brackets, in order."""
    yield first
    margin, line = state.sCount[first.line], first.line + 1
    indent = min(margin, state.blkIndent)  # what interrupts an entry stands left of its words
    while line < last and (state.sCount[line] >= indent or state.isEmpty(line)):
        label = _label(state, line) if margin <= state.sCount[line] < margin + first.width else None
        if label and (label.opens, label.closes) == (first.opens, first.closes):
            yield label
        elif not state.isEmpty(line) and state.isEmpty(line - 1) and state.sCount[line] <= margin + 1:
            return
        line += 1


def _kind(state: StateBlock, first: _Label, last: int) -> str:
    """The form of the labels of a list; nothing where they make none."""
    if first.words[0] in "@#":
        return "1"
    breaks: dict[int, str] = state.env.get(BREAKS, {})
    is_name = first.is_initial and not state.src[first.end(state) + 1].isspace()
    second = None if is_name else next(islice(_entries(state, first, last), 1, None), None)
    ended, number = state.env.get("list-ended", ("", 0))
    for form, value in first.forms():
        goes_on = ended == f"{first.opens}{form}{first.closes}" and value == number
        if goes_on or (second is not None and second.number(form) == value + 1):
            return form
    return breaks.get(first.line, "")


def _shown(state: StateBlock, entries: list[_Label], form: str) -> str:
    """The text with '1.' or '1)' in the place of each label: another than that of a numbered list which follows."""
    other = {".": ")", ")": "."}
    closes = entries[0].closes if form == "1" else other[entries[0].closes]
    closes = other[closes] if _next_closes(state, entries[-1]) == closes else closes
    parts, at = [], 0
    for entry in entries:
        end = state.bMarks[entry.line] + state.tShift[entry.line] + entry.width
        parts += [state.src[at : end - 2], "1", closes]
        at = end
    return "".join((*parts, state.src[at:]))


def _next_closes(state: StateBlock, last: _Label) -> str:
    """The sign behind the number of the first numbered entry below a list; nothing where none follows."""
    for line in range(last.line + 1, state.lineMax):
        if state.isEmpty(line):
            continue
        if state.sCount[line] < state.sCount[last.line]:
            break
        start = state.bMarks[line] + state.tShift[line]
        if state.sCount[line] - state.sCount[last.line] < 2:
            if found := _NUMBER.match(state.src, start, state.eMarks[line]):
                return found[1]
            if state.isEmpty(line - 1):
                break
    return ""


def _with_ends(entries: list[_Label], last: int) -> Iterator[tuple[_Label, int]]:
    """The entries, each with the line where it ends at the latest."""
    return zip(entries, [*(entry.line for entry in entries[1:]), last], strict=True)


def _aligned(state: StateBlock, entry: _Label, end: int) -> Iterator[tuple[int, int]]:
    """The lines below an entry that stand under its words, each with what is longer about its label than '1.'.

    None where the first line of its own stands further to the left, under a shorter label.
    """
    more, words = entry.width - 2, state.sCount[entry.line] + entry.width + 1
    is_first = True
    for line in range(entry.line + 1, end):
        indent = state.sCount[line] - state.sCount[entry.line]
        if state.isEmpty(line) or (indent < _LEAST and not state.isEmpty(line - 1)):
            continue
        if indent < _LEAST or (is_first and state.sCount[line] < words):
            return
        is_first = False
        if state.sCount[line] >= words and not state.src[state.bMarks[line] : state.bMarks[line] + more].strip(" "):
            yield line, more


def _pass_over(state: StateBlock, entries: list[_Label], below: list[tuple[int, int]], way: int) -> None:
    """Have the lines of entries begin after what is longer about their labels than '1.', or where they begin.

    So do the lines `below` that are indented by as much more.
    """
    for entry in entries:
        state.bMarks[entry.line] += way * (entry.width - 2)
    for line, more in below:
        state.bMarks[line] += way * more
        state.tShift[line] -= way * more
        state.sCount[line] -= way * more
