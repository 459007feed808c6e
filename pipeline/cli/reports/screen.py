"""Remarks as a person meets them on a screen: few as they are, of many the kinds with what settles each.

Reports for machines are whole and know nothing of this.
"""

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.cli.reports.report import as_text
from pipeline.codes import TABLE
from pipeline.core.diagnostics import Diagnostic, Severity, is_shared, visible
from pipeline.core.tables import count

SCREEN = 40
"""Lines of a list that is read at once."""

SHOWN = 3
"""Remarks of one kind that are shown of one file, where more than one other would be left out."""

KINDS = 10
"""Kinds that are told of a long list."""

_PLACES = 2
"""So many other places are named; of more it is told how many are in which file."""

_WIDTH = 110
_LINES = 3
"""Of the names of the other kinds."""


@dataclass(frozen=True, slots=True)
class RemarkKind:
    """The remarks of one kind, by place."""

    code: str
    remarks: tuple[Diagnostic, ...]

    @property
    def is_cause(self) -> bool:
        """Whether others may come of it: of its code, or as an error in a file that others rest on."""
        return TABLE[self.code].cause or any(one.severity is Severity.ERROR and is_shared(one) for one in self.remarks)

    @property
    def is_error(self) -> bool:
        """Whether it fails the run."""
        return self.remarks[0].severity is Severity.ERROR

    def settled_by(self) -> str:
        """The hint that settles all of them: their own, or that of the kind."""
        own, general = self.remarks[0].hint, TABLE[self.code].advises
        is_of_all = all(one.hint == own for one in self.remarks)
        hint = own if own and (is_of_all or "…" in general) else general
        if TABLE[self.code].style:
            return f"{hint} Not your style? Write '{self.code}: off' under 'rules:' in source/library.yaml."
        return hint


def on_screen(remarks: Sequence[Diagnostic], whole: bool = False, colour: bool = False) -> str:
    """The remarks for a terminal. `whole` shows every one, and nothing else; a long list ends with its kinds.

    Of a long list over several files only the kinds are shown, in at most `SCREEN` lines with the tally below it.
    """
    said = as_text(remarks, colour) if whole else "".join(_folded(remarks, colour))
    if whole or said.count("\n") <= SCREEN:
        return said
    kinds = "".join(f"{line}\n" for line in _by_kind(remarks, colour))
    return f"{said}\n{kinds}" if len({one.place.path for one in remarks}) == 1 else kinds


def _folded(remarks: Iterable[Diagnostic], colour: bool) -> Iterator[str]:
    """The remarks with the first of each kind in each file, and how many more there are."""
    remarks = tuple(remarks)
    all_told = Counter((one.place.path, one.code) for one in remarks)
    told: Counter[tuple[str, str]] = Counter()
    for one in remarks:
        key = (one.place.path, one.code)
        told[key] += 1
        is_counted = all_told[key] > SHOWN + 1
        if told[key] <= SHOWN or not is_counted:
            yield as_text((one,), colour)
        if told[key] == SHOWN and is_counted:
            yield f"    … and {all_told[key] - SHOWN:,} more of this kind in this file; --all shows all\n"


def _by_kind(remarks: Sequence[Diagnostic], colour: bool) -> Iterator[str]:
    """The most frequent kinds, a remark of each with what settles it; causes first, errors before warnings."""
    kinds = kinds_of(remarks)
    first = sorted(kinds[:KINDS], key=lambda kind: (not kind.is_cause, not kind.is_error))
    files = len({one.place.path for one in remarks})
    many = f"{len(remarks):,} remarks of {count(len(kinds), 'kind')} in {count(files, 'file')}"
    yield f"{many}. Causes come first, then the most frequent, errors before warnings:"
    for kind in first:
        yield as_text((kind.remarks[0],), colour).split("\n")[0]
        yield f"    hint: {visible(kind.settled_by())}"
        yield from (f"    {visible(where)}" for where in _elsewhere(kind))
    yield from _others(kinds[KINDS:])
    yield "--all shows every remark; with the name of a briefing or pack only its own are told."


def kinds_of(remarks: Iterable[Diagnostic]) -> tuple[RemarkKind, ...]:
    """The kinds of the remarks: those that others may come of, then the most frequent."""
    found: dict[str, list[Diagnostic]] = {}
    for one in remarks:
        found.setdefault(one.code, []).append(one)
    kinds = [RemarkKind(code, tuple(those)) for code, those in found.items()]
    return tuple(sorted(kinds, key=lambda kind: (not kind.is_cause, -len(kind.remarks), kind.code)))


def _elsewhere(kind: RemarkKind) -> Iterator[str]:
    """The other places where the kind is told, in words."""
    others = kind.remarks[1:]
    if len(others) > _PLACES:
        by_file = Counter(one.place.path for one in kind.remarks)
        most = sorted(by_file.items(), key=lambda named: (-named[1], named[0]))
        named = ", ".join(f"{times:,} in {_short(path)}" for path, times in most[:SHOWN] if times > 1)
        more = ", …" if len(most) > SHOWN else "."
        yield f"{len(kind.remarks):,} times in {count(len(by_file), 'file')}{f': {named}{more}' if named else '.'}"
    elif others:
        yield f"also at {' and '.join(str(one.place) for one in others)}."


def _short(path: str) -> str:
    """A path without the folder that most have in common."""
    return path.removeprefix("source/").removeprefix("briefings/")


def _others(kinds: Iterable[RemarkKind]) -> Iterator[str]:
    """The names of the other kinds, errors first, in a few lines."""
    of_errors = sorted(kinds, key=lambda kind: not kind.is_error)
    named = [f"{kind.code} ({len(kind.remarks):,}{', error' if kind.is_error else ''})" for kind in of_errors]
    if named:
        lines = textwrap.wrap(f"Also: {', '.join(named)}.", _WIDTH, break_long_words=False, break_on_hyphens=False)
        yield from lines[:_LINES]
        if len(lines) > _LINES:
            told = sum(line.count("(") for line in lines[:_LINES])
            yield f"and {count(len(named) - told, 'kind')} more."
