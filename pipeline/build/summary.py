"""Result of a build: remarks and files, and how they read on a terminal."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

from pipeline.build.output import INDEX, REFUSED, Output
from pipeline.build.output_lists import Length, lengths, totals
from pipeline.core.cache import Cache
from pipeline.core.diagnostics import Diagnostic, TypesettingFailure, errors, exit_code, failed
from pipeline.core.sentences import count, tally
from pipeline.load.folders import LIBRARY
from pipeline.model.formats import KINDS, format_row
from pipeline.model.words import format_date


@dataclass(frozen=True, slots=True)
class Build:
    """Remarks and files of a build."""

    remarks: tuple[Diagnostic, ...]
    outputs: tuple[Output, ...]
    owners: tuple[tuple[str, str], ...]
    """Owner and format of everything that has a source and lists it, whether this build was asked for it or not."""
    pressed: int = 0
    bound: int = 0
    dated: int = 0
    """Files of another day that were given this one."""
    asked: tuple[tuple[str, str], ...] = ()
    """Those of them that this build was to make."""
    forbidden: frozenset[str] = frozenset()
    """Owners of which nothing may be made as they are marked now."""
    refused: tuple[Output, ...] = ()
    """Files that must not lie about for what the proof has found in them: they are laid aside."""
    earlier: tuple[Output, ...] = ()
    """Files that this build was to make and could not, and that still stand as an earlier one has made them."""
    deleted: tuple[Output, ...] = ()
    """Files that were deleted: nothing lists them any more, or they may not be made."""
    reasons: tuple[tuple[str, str], ...] = ()
    """Owners of what was made anew, such as 'packs/nights', each with the first of its inputs that had changed."""

    before: tuple[Output, ...] = ()
    """Rows of those of its files that stood there already, as an earlier build has made them."""

    @property
    def lengths(self) -> Mapping[str, Length]:
        """Pages and sheets of the briefings and packs that were made, by owner."""
        return lengths(self.outputs, self.before)

    @property
    def faulty(self) -> tuple[Output, ...]:
        """The files that are drafts for a fault of ours."""
        return tuple(output for output in self.outputs if output.faulty)

    def exit_code(self, strict: bool = False) -> int:
        """0 fine, 1 the source has errors, 4 something could not be made; the highest that applies."""
        broken = any(_is_of_what_is_made(d.code) for d in errors(self.remarks)) or bool(self.faulty)
        return 4 if broken else exit_code(self.remarks, strict)

    def summary(self, folder: str) -> str:
        """Files made and where they are, in words for the terminal."""
        said = [count(sum(o.path.endswith(kind.end) for o in self.outputs), kind.name) for kind in KINDS]
        made = ", ".join(words for words in said if not words.startswith("0 ")) or "nothing"
        work = f"pressed {self.pressed}, bound {self.bound}" if self.pressed or self.bound else ""
        again = f"{count(self.dated, 'file')} of another day given this one" if self.dated else ""
        work = ", ".join(filter(None, (work, again))) or "nothing had changed"
        found = self.lengths
        lines = [f"{made} in {folder} ({work})", *_shortened(_places(self.outputs, found), folder)]
        lines += totals(found.values())
        if not self.outputs and not self.asked:
            lines = [f"Nothing to make: add the format to 'formats:' in {LIBRARY}, or in the file of the pack."]
        elif not self.outputs:
            lines = ["Nothing was made."]
        lines += self._left(folder)
        if self.outputs:
            lines.append(f"A list of all that stands there: {folder}/{INDEX}")
        if self.remarks:
            lines.append(tally(self.remarks) + ".")
        return "\n".join(lines)

    def _left(self, folder: str) -> Iterator[str]:
        """Files that have a fault, that were laid aside, that are of an earlier build, and that were deleted."""
        if self.faulty:
            yield "Marked as drafts, as the proof has found something wrong with them; they are for nobody else yet:"
            yield from _shortened(_places(self.faulty), folder)
        if self.refused:
            yield "Refused by the proof, and laid aside to be looked at:"
            yield from _shortened(_places(self.refused), f"{folder}/{REFUSED}")
        for day in sorted({output.produced for output in self.earlier}):
            files = tuple(output for output in self.earlier if output.produced == day)
            yield f"From the build of {format_date(date.fromisoformat(day))}, as they could not be made now:"
            yield from _shortened(_places(files), folder)
        there = {output.owner for output in (*self.outputs, *self.refused, *self.earlier)}
        missing = sorted(owner.partition("/")[2] for owner in {owner for owner, _ in self.asked} - there)
        if missing and self.remarks:
            more = f" and {len(missing) - MOST_PLACES} more" if len(missing) > MOST_PLACES else ""
            yield f"Not made, because of the errors above: {', '.join(missing[:MOST_PLACES])}{more}."
        for reason, forbidden in (("nothing lists them any more", False), ("they may not be made as marked now", True)):
            files = tuple(output for output in self.deleted if (output.owner in self.forbidden) is forbidden)
            if files:
                yield f"Deleted {count(len(files), 'file')}, as {reason}:"
                yield from _shortened(_places(files), folder)


@dataclass(frozen=True, slots=True)
class MadeFiles:
    """Files that were made beside a build, and what was said of them."""

    files: tuple[Path, ...] = ()
    remarks: tuple[Diagnostic, ...] = ()

    def exit_code(self, strict: bool = False) -> int:
        """The exit code of a run: 4 where something could not be made as it should be."""
        return TypesettingFailure.exit_code if any(errors(self.remarks)) else int(failed(self.remarks, strict))


NAMED = 4
"""Things that are named after a reason; of more their number is told."""


def why(reasons: Iterable[tuple[str, str]]) -> Iterator[str]:
    """The reasons why things were made anew, for a terminal: each with the things that were made for it."""
    by_reason: dict[str, list[str]] = {}
    for owner, reason in reasons:
        by_reason.setdefault(reason, []).append(owner)
    yield "Why it was made anew:" if by_reason else "Nothing was made anew."
    kinds = {"briefings/": "briefing", "packs/": "pack", "series/": "series page"}
    for reason, owners in by_reason.items():
        numbers = (count(sum(owner.startswith(kind) for owner in owners), name) for kind, name in kinds.items())
        named = owners if len(owners) <= NAMED else [number for number in numbers if not number.startswith("0 ")]
        yield f"  {reason}: {', '.join(named)}"


@dataclass(frozen=True, slots=True)
class Remembered:
    """A build as the store keeps it: what it gave, and the keys of all results that it rested on."""

    built: Build | None
    """Nothing where something could not be made: the next build tries again."""
    keys: frozenset[str]
    builds: frozenset[str] = frozenset()
    """The keys of earlier builds of which something was left standing: it rests on what they rested on."""


def remember_build(store: Cache, key: str, rests_on: Iterable[str], built: Build | None = None) -> None:
    """Keep a build under its key; of one that is not whole, or not over, only what it rests on so far."""
    tried = store.find(key, Remembered)  # the same before, when it was not whole, or files were gone since
    before = tried.keys if tried else frozenset()
    store.keep(key, Remembered(built, before | store.asked | {key}, frozenset(rests_on)))


MOST_PLACES = 12
"""Folders named in the summary; a large library is not listed whole."""


def _places(outputs: tuple[Output, ...], found: Mapping[str, Length] = MappingProxyType({})) -> list[str]:
    """A line for each thing: its first file in full, the endings of the others, its length. Packs come first."""
    by_owner: dict[str, list[str]] = {}
    for output in sorted(outputs, key=lambda o: (not o.owner.startswith("packs/"), o.owner, _order(o))):
        by_owner.setdefault(output.owner, []).append(output.path)
    lines = (
        (owner, " ".join((first, *(path.removeprefix(f"{owner}/{owner.partition('/')[2]}") for path in others))))
        for owner, (first, *others) in by_owner.items()
    )
    return [f"{line} ({found[owner]})" if owner in found else line for owner, line in lines]


def _shortened(places: Sequence[str], folder: str) -> Iterator[str]:
    """The lines, indented; of many the first."""
    yield from (f"  {folder}/{place}" for place in places[:MOST_PLACES])
    if len(places) > MOST_PLACES:
        yield f"  and {len(places) - MOST_PLACES} more folders beside them"


def _order(output: Output) -> tuple[int, str]:
    row = format_row(output.format)
    return KINDS.index(row.kind), output.path if row.mark else ""


def _is_of_what_is_made(code: str) -> bool:
    return code.startswith(("made-", "proof-")) or code in ("press-failed", "bind-failed")
