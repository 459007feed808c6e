"""Lists with other labels than '1.': 'a.', '(b)', 'iv.', '(1)', '#.' and the numbered examples of Pandoc, '(@)'.

The further lines of an entry are indented by 3 spaces or more, however long its label is, or aligned with its words. A
label that is not the next one begins a new list, so that no label is printed as another.
"""

import re
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.list import markTightParagraphs

from pipeline.load.markdown.rules import line_at, memory_of

_LABEL = re.compile(
    r"(\()?([a-zA-Z]|[ivxlc]{2,7}|[IVXLC]{2,7}|(?(1)(?:[0-9]{1,3}|@[\w-]*)|#(?=\.)))((?(1)\)|[.)]))(?=[ \t]+\S)"
)
_TENS = ("", "x", "xx", "xxx", "xl", "l", "lx", "lxx", "lxxx", "xc")
_ONES = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
_ROMAN = {tens + ones: number for number, (tens, ones) in enumerate(product(_TENS, _ONES))}
_NAME = re.compile(r"[B-HJ-Z]\.[ \t]\S")


class ExampleNumbers:
    """Numbers of Pandoc's examples in a text by their names; under '' the number of the last one."""

    def __init__(self) -> None:
        self.numbers = {"": 0}


class _ListMemory:
    """What a list that is read tells the rule when it is asked about a line further down."""

    def __init__(self) -> None:
        self.last_end = ("", 0)
        """The form of the labels of the last list, and the number that would go on with it."""
        self.form_of_new_list: dict[int, str] = {}
        """Forms of labels with another number than the next, which begin a list, by line."""
        self.next_labels: set[int] = set()
        """Lines of labels that go on with a list."""


class _Label(NamedTuple):
    line: int
    opens: str
    words: str
    closes: str
    width: int

    def numbers(self) -> dict[str, int]:
        """Return its number in each form that it may have, such as 'a' or 'i'; 0 for '#' and '@'."""
        if not self.words.isalpha():
            return {"1": int(self.words) if self.words.isdigit() else 0}
        lower = self.words.lower()
        numbers = {"i": _ROMAN.get(lower, 0), "a": ord(lower) - 96 if len(lower) == 1 else 0}
        return {form if self.words.islower() else form.upper(): number for form, number in numbers.items() if number}


def lettered_list(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """Read a list whose labels are not plain numbers. One label is no list, unless it goes on with the list before."""
    label, memory = _label_at(state, first), memory_of(state.env, _ListMemory)
    if label is None or state.is_code_block(first):
        return False
    if silent and first in memory.next_labels:
        return True
    form = _form_of(state, label, last)
    if silent or not form:  # a list ends a paragraph only below a colon or in a list, and from its first label on
        is_first = label.numbers().get(form) in (0, 1) or first in memory.form_of_new_list
        is_below = bool(first) and (line_at(state, first - 1).rstrip().endswith(":") or state.listIndent >= 0)
        return bool(form) and is_first and is_below
    examples = memory_of(state.env, ExampleNumbers).numbers if label.words[0] == "@" else {}
    start = examples[""] + 1 if examples else label.numbers()[form] or 1
    first_token, outer, kind = len(state.tokens), state.parentType, f"{label.opens}{form}{label.closes}"
    token = state.push("ordered_list_open", "ol", 1)
    token.meta["form"], token.attrs = ("" if kind == "1." else kind), ({"start": start} if start != 1 else {})
    state.parentType = "list"
    number, is_loose = _read_entries(state, label, form, start, last)
    state.push("ordered_list_close", "ol", -1)
    token.map, state.parentType = [first, state.line], outer
    if not is_loose:
        markTightParagraphs(state, first_token)
    memory.last_end = (kind, number)
    return True


def _read_entries(state: StateBlock, label: _Label, form: str, number: int, last: int) -> tuple[int, bool]:
    """Read the entries of a list from its first number on; return the next number, and True if the list is loose."""
    memory, rules = memory_of(state.env, _ListMemory), state.md.block.ruler.getRules("list")
    examples = memory_of(state.env, ExampleNumbers).numbers
    labels, is_loose, has_gap = _labels_below(state, label, last), False, False
    while True:
        if label.words[0] == "@":
            examples[""] = number
            examples.setdefault(label.words[1:], number)
        number += 1
        below = next(labels, None)
        is_next = below is not None and _is_next(memory, label, below, form)
        is_loose |= _read_entry(state, label, below.line if below else last, last) or has_gap
        has_gap = state.line - label.line > 1 and state.isEmpty(state.line - 1)
        if below is None or not is_next:
            return number, is_loose
        memory.next_labels.discard(below.line)
        if state.line != below.line or any(rule(state, state.line, last, True) for rule in rules):
            return number, is_loose
        label = below


def _is_next(memory: _ListMemory, label: _Label, below: _Label, form: str) -> bool:
    """Return True if a label is the next one of a list; remember what it begins or goes on with."""
    number, following = label.numbers()[form], below.numbers().get(form)
    if following is None or (number == 0) != (following == 0):
        return False
    if following in (0, number + 1):
        memory.next_labels.add(below.line)
        return True
    memory.form_of_new_list[below.line] = form
    return False


def _read_entry(state: StateBlock, label: _Label, end: int, last: int) -> bool:
    """Read an entry as lists of CommonMark do; return True if it has an empty line between its blocks."""
    line, margin, words = label.line, state.sCount[label.line], state.sCount[label.line] + label.width
    place, column = state.bMarks[line] + state.tShift[line] + label.width, margin + 2
    while state.src[place] in " \t":
        column += 4 - (column + state.bsCount[line]) % 4 if state.src[place] == "\t" else 1
        place += 1
    space = column - margin - 2 if column - margin <= 6 else 1
    indent = space + (margin + 2 if any(column <= words for column in _indents(state, line, end)) else words)
    outer = state.bMarks[line], state.tShift[line], state.sCount[line], state.listIndent, state.blkIndent, state.tight
    state.push("list_item_open", "li", 1).map = item = [line, line]
    state.bMarks[line] += words + space - indent
    state.tShift[line], state.sCount[line] = place - state.bMarks[line], indent + column - margin - 2 - space
    state.listIndent, state.blkIndent, state.tight = state.blkIndent, indent, True
    state.md.block.tokenize(state, line, last)
    is_loose, item[1] = not state.tight, state.line
    state.bMarks[line], state.tShift[line], state.sCount[line], state.listIndent, state.blkIndent, state.tight = outer
    state.push("list_item_close", "li", -1)
    return is_loose


def _indents(state: StateBlock, first: int, end: int) -> Iterator[int]:
    """Yield the columns of the further lines of an entry that are indented by 3 spaces or more."""
    for line in (line for line in range(first + 1, end) if not state.isEmpty(line)):
        if state.sCount[line] >= state.sCount[first] + 3:
            yield state.sCount[line]
        elif state.isEmpty(line - 1) or state.sCount[line] < state.blkIndent:
            return


def _label_at(state: StateBlock, line: int) -> _Label | None:
    match = _LABEL.match(state.src, state.bMarks[line] + state.tShift[line], state.eMarks[line])
    return _Label(line, match[1] or "", match[2], match[3], len(match[0])) if match else None


def _labels_below(state: StateBlock, first: _Label, last: int) -> Iterator[_Label]:
    """Yield the labels that may belong to the list of the first one: those with the same margin and brackets."""
    margin = state.sCount[first.line]
    for line in (line for line in range(first.line + 1, last) if not state.isEmpty(line)):
        if state.sCount[line] < min(margin, state.blkIndent):  # what interrupts an entry is to the left of its words
            return
        label = _label_at(state, line) if margin <= state.sCount[line] < margin + min(first.width, 3) else None
        if label and (label.opens, label.closes) == (first.opens, first.closes):
            yield label
        elif state.isEmpty(line - 1) and state.sCount[line] <= margin + 1:
            return


def _form_of(state: StateBlock, first: _Label, last: int) -> str:
    """Return the form of the labels of a list; '' if it is no list. 'M. Curie' is a name, but not with A or I."""
    if first.words[0] in "@#":
        return "1"
    memory = memory_of(state.env, _ListMemory)
    second = None if _NAME.match(line_at(state, first.line)) else next(_labels_below(state, first, last), None)
    for form, value in first.numbers().items():
        goes_on = memory.last_end == (f"{first.opens}{form}{first.closes}", value)
        if goes_on or (second and second.numbers().get(form) == value + 1):
            return form
    return memory.form_of_new_list.get(first.line, "")
