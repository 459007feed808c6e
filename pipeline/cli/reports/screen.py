"""Remarks as a person reads them on a screen: all, or of many the errors and the kinds of warnings.

Reports for machines are whole and know nothing of this.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.cli.reports.report import as_text
from pipeline.core.diagnostics import Diagnostic, Severity, errors, is_shared, visible
from pipeline.core.messages import catalogue
from pipeline.core.tables import count

SCREEN = 40
"""Lines of a list that is read at once."""

SHOWN = 3
"""Files that are named with the number of its warnings in each."""

ERRORS = 50
"""Errors that are shown."""

KINDS = 10
"""Kinds of warnings that are shown of several files."""

_PLACES = 2
"""Other places in several files that are named; of more, their number in each file."""

_NUMBERS = 12
"""Other lines of one file that are named."""


@dataclass(frozen=True, slots=True)
class RemarkKind:
    """The remarks of one kind, by place."""

    code: str
    remarks: tuple[Diagnostic, ...]

    def settled_by(self) -> str:
        """The hint that settles all of them: their own, or that of the kind."""
        hint, general = self.remarks[0].hint, catalogue()[self.code].advice
        is_of_all = all(remark.hint == hint for remark in self.remarks)
        return hint if hint and (is_of_all or "…" in general) else general


def on_screen(remarks: Sequence[Diagnostic], whole: bool = False, colour: bool = False, named: bool = False) -> str:
    """The remarks for a terminal. `whole` shows every one, and nothing else.

    A list of more than `SCREEN` lines shows the errors, then the kinds of warnings. Where texts were `named`, warnings
    on files that all texts share are counted in one line.
    """
    if whole:
        return as_text(remarks, colour)
    own = [remark for remark in remarks if not (named and _is_of_others(remark))]
    text = as_text(own, colour)
    if text.count("\n") > SCREEN:
        text = "".join(f"{line}\n" for line in (*_first_errors(own, colour), *_by_kind(own, colour, named)))
    others = len(remarks) - len(own)
    return text + (f"{count(others, 'message')} about other files: run 'briefings check'.\n" if others else "")


def _is_of_others(remark: Diagnostic) -> bool:
    """Whether it says nothing of a text that was named: errors in a shared file may be the cause of its own."""
    is_warning = remark.severity is Severity.WARNING
    return is_warning and is_shared(remark) and not remark.place.path.startswith("source/references/")


def _first_errors(remarks: Iterable[Diagnostic], colour: bool) -> Iterator[str]:
    """Up to `ERRORS` errors by place, each hint once; of more than that, causes before others."""
    found = tuple(errors(remarks))
    first = sorted(found, key=lambda remark: not catalogue()[remark.code].cause)[:ERRORS]
    shown, hints = set(first), set[str]()
    for remark in found:
        if remark in shown:
            line, _, hint = as_text((remark,), colour).rstrip("\n").partition("\n")
            yield line
            if hint and f"{remark.code} {hint}" not in hints:
                yield hint
            hints.add(f"{remark.code} {hint}")
    if len(found) > ERRORS:
        kinds = kinds_of(remark for remark in found if remark not in shown)
        named = ", ".join(f"{len(kind.remarks):,} {kind.code}" for kind in kinds[:KINDS])
        more = ", …" if len(kinds) > KINDS else ""
        yield f"{count(len(found) - ERRORS, 'more error')} ({named}{more}): --all shows all."


def _by_kind(remarks: Sequence[Diagnostic], colour: bool, named: bool) -> Iterator[str]:
    """The most frequent kinds of warnings by place: one of each, where the others are, and what settles it."""
    warnings = [remark for remark in remarks if remark.severity is Severity.WARNING]
    if not warnings:
        return
    kinds, files = kinds_of(warnings), len({remark.place.path for remark in warnings})
    shown = kinds if files == 1 else kinds[:KINDS]
    yield ""
    yield f"{count(len(warnings), 'warning')} of {count(len(kinds), 'kind')} in {count(files, 'file')}:"
    for kind in sorted(shown, key=lambda kind: warnings.index(kind.remarks[0])):
        yield as_text((kind.remarks[0],), colour).split("\n")[0]
        yield f"    hint: {visible(kind.settled_by())}"
        yield from (f"    {visible(places)}" for places in _elsewhere(kind))
    if others := kinds[len(shown) :]:
        yield f"Also: {', '.join(f'{kind.code} ({len(kind.remarks):,})' for kind in others)}."
    if style := [kind.code for kind in kinds if catalogue()[kind.code].style]:
        yield f"Not your style? Write '{style[0]}: off', or another code, under 'rules:' in source/library.yaml."
    yield f"--all shows every remark{'' if named else ', the name of a briefing or pack only its own'}."


def kinds_of(remarks: Iterable[Diagnostic]) -> tuple[RemarkKind, ...]:
    """The kinds of the remarks: those that others may come of, then the most frequent."""
    found: dict[str, list[Diagnostic]] = {}
    for remark in remarks:
        found.setdefault(remark.code, []).append(remark)
    kinds = [RemarkKind(code, tuple(those)) for code, those in found.items()]
    return tuple(sorted(kinds, key=lambda kind: (not catalogue()[kind.code].cause, -len(kind.remarks), kind.code)))


def _elsewhere(kind: RemarkKind) -> Iterator[str]:
    """The other places of the kind, in words."""
    others, by_file = kind.remarks[1:], Counter(remark.place.path for remark in kind.remarks)
    if others and len(by_file) == 1:
        lines = list(dict.fromkeys(str(remark.place.line) for remark in others))
        more = f" and {len(lines) - _NUMBERS:,} more" if len(lines) > _NUMBERS else ""
        yield f"also in line{'s' if len(lines) > 1 else ''} {', '.join(lines[:_NUMBERS])}{more}."
    elif len(others) > _PLACES:
        most = sorted(by_file.items(), key=lambda named: (-named[1], named[0]))
        named = ", ".join(f"{times:,} in {_short(path)}" for path, times in most[:SHOWN] if times > 1)
        more = ", …" if len(most) > SHOWN else "."
        yield f"{len(kind.remarks):,} times in {count(len(by_file), 'file')}{f': {named}{more}' if named else '.'}"
    elif others:
        yield f"also at {' and '.join(str(remark.place) for remark in others)}."


def _short(path: str) -> str:
    """A path without the folder that most have in common."""
    return path.removeprefix("source/").removeprefix("briefings/")
