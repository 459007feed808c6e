"""Characters that go when a value is taken out: its lines with the comments behind it, or its words and a comma."""

from collections.abc import Iterator, Sequence

from pipeline.load.edits.nodes import TextPatch, YamlEntry, YamlNode
from pipeline.model.source.record import Step


def taken_out(text: str, holder: YamlNode, step: Step) -> Iterator[Sequence[TextPatch]]:
    """Ways to take an entry out of a mapping or list."""
    entries = holder.entries or ()
    number = next(number for number, one in enumerate(entries) if one.step == step)
    if holder.is_flow:
        yield _in_brackets(text, entries, number)
    else:
        start, end, _ = _in_lines(text, entries, number)
        yield [(start, end, "")]
        blank = text[end:]
        yield [
            (start, len(text) - len(blank.lstrip("\n")), "")
        ]  # a block above, which keeps them, would have its breaks


def _in_brackets(text: str, entries: Sequence[YamlEntry], number: int) -> Sequence[TextPatch]:
    own = entries[number]
    if len(entries) == 1:
        return [(own.start, own.end, "")]
    if number + 1 < len(entries):
        after = entries[number + 1]
        comma = _comma(text, own.end)
        between = text[comma + 1 : after.start]
        return [(own.start, after.start if not between.strip() else comma + 1, "")]
    comma = _comma(text, entries[number - 1].end)
    if not text[comma + 1 : own.start].strip():
        return [(comma, own.end, "")]
    return [(comma, comma + 1, ""), (own.start, own.end, "")]


def _comma(text: str, at: int) -> int:
    """The comma behind an entry, over comments in between."""
    while text[at] != ",":
        at = text.index("\n", at) if text[at] == "#" else at + 1
    return at


def _in_lines(text: str, entries: Sequence[YamlEntry], number: int) -> TextPatch:
    own = entries[number]
    start = text.rfind("\n", 0, own.start) + 1
    end = text.find("\n", own.end)
    end = end if end >= 0 else len(text)
    if not text[start : own.start].strip():
        if end < len(text):
            return start, end + 1, ""
        return max(0, start - 1), end, ""  # the last line of a text without a break at its end
    if number + 1 < len(entries) and not text[end : entries[number + 1].start].strip():
        return own.start, entries[number + 1].start, ""  # the first of its mapping, behind a dash
    return own.start, end, ""
