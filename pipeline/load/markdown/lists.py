"""Lists with other labels than '1.': 'a.', '(b)', 'iv.', '(1)', '#.' and the numbered examples of pandoc, '(@)'.

What belongs to an entry may be indented by 3 spaces or more, however long its label is, or stand under its words. A
label that is not the next begins a list of its own: no label is printed as another.
"""

import re
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.list import markTightParagraphs

from pipeline.load.markdown.block_rules import line_at
from pipeline.load.markdown.positions import known

_LABEL = re.compile(
    r"(\()?([a-zA-Z]|[ivxlc]{2,7}|[IVXLC]{2,7}|(?(1)(?:[0-9]{1,3}|@[\w-]*)|#(?=\.)))((?(1)\)|[.)]))(?=[ \t]+\S)"
)
_TENS = ("", "x", "xx", "xxx", "xl", "l", "lx", "lxx", "lxxx", "xc")
_ONES = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
_ROMAN = {tens + ones: number for number, (tens, ones) in enumerate(product(_TENS, _ONES))}
_NAME = re.compile(r"[B-HJ-Z]\.[ \t]\S")


class _Label(NamedTuple):
    line: int
    opens: str
    words: str
    closes: str
    width: int

    def numbers(self) -> dict[str, int]:
        """Its number in each form that it may have, such as 'a' or 'i'; 0 where its author has given none."""
        if not self.words.isalpha():
            return {"1": int(self.words) if self.words.isdigit() else 0}
        lower = self.words.lower()
        found = {"i": _ROMAN.get(lower, 0), "a": ord(lower) - 96 if len(lower) == 1 else 0}
        return {form if self.words.islower() else form.upper(): number for form, number in found.items() if number}


def lettered_list(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """A list whose labels are no plain numbers. A label alone makes none, unless it goes on from the list before."""
    label = _label(state, first)
    if label is None or state.is_code_block(first):
        return False
    form = "" if silent and first in known(state).list_goes_on else _form(state, label, last)
    if not form or silent:
        begins = label.numbers().get(form) in (0, 1) or first in known(state).list_begins
        is_below = bool(first) and (line_at(state, first - 1).rstrip().endswith(":") or state.listIndent >= 0)
        return (silent and first in known(state).list_goes_on) or (bool(form) and begins and is_below)
    examples = known(state).examples if label.words[0] == "@" else {}
    number = examples[""] + 1 if examples else label.numbers()[form] or 1
    opened, parent, kind = len(state.tokens), state.parentType, f"{label.opens}{form}{label.closes}"
    token = state.push("ordered_list_open", "ol", 1)
    token.meta["form"], token.attrs = ("" if kind == "1." else kind), ({"start": number} if number != 1 else {})
    state.parentType, rules = "list", state.md.block.ruler.getRules("list")
    labels, is_loose, is_empty_before = _labels(state, label, last), False, False
    while label:
        if examples:
            examples[""] = number
            examples.setdefault(label.words[1:], number)
        number += 1
        other = next(labels, None)
        following = _following(state, label, other, form)
        is_loose |= _read_entry(state, label, other.line if other else last, last) or is_empty_before
        is_empty_before = state.line - label.line > 1 and state.isEmpty(state.line - 1)
        known(state).list_goes_on.discard(following.line if following else -1)
        goes_on = following and state.line == following.line
        label = following if goes_on and not any(rule(state, state.line, last, True) for rule in rules) else None
    state.push("ordered_list_close", "ol", -1)
    token.map, state.parentType = [first, state.line], parent
    if not is_loose:
        markTightParagraphs(state, opened)
    known(state).list_ended = (kind, number)
    return True


def _following(state: StateBlock, label: _Label, other: _Label | None, form: str) -> _Label | None:
    """The label that goes on a list behind one. Where it is not the next in the form, another list begins."""
    before, number = label.numbers()[form], other.numbers().get(form) if other else None
    if other is None or number is None or (before == 0) != (number == 0):
        return None
    if number not in (0, before + 1):
        known(state).list_begins[other.line] = form
        return None
    known(state).list_goes_on.add(other.line)
    return other


def _read_entry(state: StateBlock, label: _Label, end: int, last: int) -> bool:
    """Read an entry as a list of CommonMark does; gives whether it has an empty line between its blocks."""
    line, margin, words = label.line, state.sCount[label.line], state.sCount[label.line] + label.width
    place, column = state.bMarks[line] + state.tShift[line] + label.width, margin + 2
    while state.src[place] in " \t":
        column += 4 - (column + state.bsCount[line]) % 4 if state.src[place] == "\t" else 1
        place += 1
    space = column - margin - 2 if column - margin <= 6 else 1
    indent = space + (margin + 2 if any(at <= words for at in _columns(state, line, end)) else words)
    before = state.bMarks[line], state.tShift[line], state.sCount[line], state.listIndent, state.blkIndent, state.tight
    state.push("list_item_open", "li", 1).map = item = [line, line]
    state.bMarks[line] += words + space - indent
    state.tShift[line], state.sCount[line] = place - state.bMarks[line], indent + column - margin - 2 - space
    state.listIndent, state.blkIndent, state.tight = state.blkIndent, indent, True
    state.md.block.tokenize(state, line, last)
    is_loose, item[1] = not state.tight, state.line
    state.bMarks[line], state.tShift[line], state.sCount[line], state.listIndent, state.blkIndent, state.tight = before
    state.push("list_item_close", "li", -1)
    return is_loose


def _columns(state: StateBlock, first: int, end: int) -> Iterator[int]:
    """The columns of the lines below the first of an entry that are indented by 3 spaces or more."""
    for line in (line for line in range(first + 1, end) if not state.isEmpty(line)):
        if state.sCount[line] >= state.sCount[first] + 3:
            yield state.sCount[line]
        elif state.isEmpty(line - 1) or state.sCount[line] < state.blkIndent:
            return


def _label(state: StateBlock, line: int) -> _Label | None:
    found = _LABEL.match(state.src, state.bMarks[line] + state.tShift[line], state.eMarks[line])
    return _Label(line, found[1] or "", found[2], found[3], len(found[0])) if found else None


def _labels(state: StateBlock, first: _Label, last: int) -> Iterator[_Label]:
    """The labels below one that may belong to its list: of the same margin and the same brackets, in order."""
    margin = state.sCount[first.line]
    for line in (line for line in range(first.line + 1, last) if not state.isEmpty(line)):
        if state.sCount[line] < min(margin, state.blkIndent):  # what interrupts an entry stands left of its words
            return
        label = _label(state, line) if margin <= state.sCount[line] < margin + min(first.width, 3) else None
        if label and (label.opens, label.closes) == (first.opens, first.closes):
            yield label
        elif state.isEmpty(line - 1) and state.sCount[line] <= margin + 1:
            return


def _form(state: StateBlock, first: _Label, last: int) -> str:
    """The form of the labels of a list; nothing where they make none. 'M. Curie' is a name, but for A and I."""
    if first.words[0] in "@#":
        return "1"
    second = None if _NAME.match(line_at(state, first.line)) else next(_labels(state, first, last), None)
    for form, value in first.numbers().items():
        goes_on = known(state).list_ended == (f"{first.opens}{form}{first.closes}", value)
        if goes_on or (second and second.numbers().get(form) == value + 1):
            return form
    return known(state).list_begins.get(first.line, "")
