"""Result of a build: remarks and files, and the lines for a terminal."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

from pipeline.build.output import INDEX_FILE, REFUSED, Output
from pipeline.build.output_lists import Length, lengths, paper_lines
from pipeline.core.cache import Cache
from pipeline.core.diagnostics import Diagnostic, TypesettingFailure, errors, exit_code, failed
from pipeline.core.sentences import count_diagnostics, count_noun
from pipeline.load.folders import LIBRARY_FILE
from pipeline.model.formats import KINDS, format_row
from pipeline.model.words import format_date


@dataclass(frozen=True, slots=True)
class BuildResult:
    """Result of a build: remarks and files."""

    remarks: tuple[Diagnostic, ...]
    outputs: tuple[Output, ...]
    owners: tuple[tuple[str, str], ...]
    """Owner and format of everything that may be in the output folder."""
    pressed: int = 0
    bound: int = 0
    dated: int = 0
    """Number of files of another day that were given this one."""
    asked: tuple[tuple[str, str], ...] = ()
    """Those of `owners` that this build was to make."""
    forbidden: frozenset[str] = frozenset()
    """Owners that may not be made with their marking."""
    refused: tuple[Output, ...] = ()
    """Files that failed a serious check and are in the folder of refused files."""
    earlier: tuple[Output, ...] = ()
    """Files of an earlier build that this one was to make and could not."""
    deleted: tuple[Output, ...] = ()
    """Files that were deleted: they are not listed any more, or may not be made."""
    reasons: tuple[tuple[str, str], ...] = ()
    """Owners of what was made again, such as 'packs/nights', each with the first input that had changed."""

    before: tuple[Output, ...] = ()
    """Rows of an earlier build for files of this one."""

    @property
    def lengths(self) -> Mapping[str, Length]:
        """Pages and sheets of what was made, by owner."""
        return lengths(self.outputs, self.before)

    @property
    def faulty(self) -> tuple[Output, ...]:
        """Files that are drafts because of a fault of ours."""
        return tuple(output for output in self.outputs if output.faulty)

    def exit_code(self, strict: bool = False) -> int:
        """Return 0 if all is well, 1 for errors in the source, 4 if something could not be made."""
        is_broken = any(_is_of_what_is_made(d.code) for d in errors(self.remarks)) or bool(self.faulty)
        return 4 if is_broken else exit_code(self.remarks, strict)

    def summary(self, folder: str) -> str:
        """Return the lines for the terminal: files made and where they are."""
        counts = [count_noun(sum(o.path.endswith(kind.end) for o in self.outputs), kind.name) for kind in KINDS]
        made = ", ".join(words for words in counts if not words.startswith("0 ")) or "nothing"
        work = f"{self.pressed} typeset, {self.bound} bound" if self.pressed or self.bound else ""
        redated = f"{self.dated} only dated again" if self.dated else ""
        work = ", ".join(filter(None, (work, redated))) or "nothing had changed"
        lengths_by_owner = self.lengths
        listed = _lines_by_owner(self.outputs, lengths_by_owner)
        lines = [f"{made} in {folder} ({work}): see {folder}/{INDEX_FILE}"]
        lines += _shortened(listed, folder) if len(listed) == 1 else paper_lines(lengths_by_owner.values())
        if not self.outputs and not self.asked:
            lines = [f"Nothing to build: add the format to 'formats:' in {LIBRARY_FILE}, or in the file of the pack."]
        elif not self.outputs:
            lines = ["Nothing was built."]
        lines += self._other_files(folder)
        if self.remarks:
            lines.append(count_diagnostics(self.remarks) + ".")
        return "\n".join(lines)

    def _other_files(self, folder: str) -> Iterator[str]:
        """Yield lines on files that are faulty, refused, of an earlier build, or deleted."""
        if self.faulty:
            yield "Marked DRAFT, because they failed a check:"
            yield from _shortened(_lines_by_owner(self.faulty), folder)
        if self.refused:
            yield "Refused, because they failed a serious check:"
            yield from _shortened(_lines_by_owner(self.refused), f"{folder}/{REFUSED}")
        for day in sorted({output.produced for output in self.earlier}):
            files = tuple(output for output in self.earlier if output.produced == day)
            yield f"Kept from the build of {format_date(date.fromisoformat(day))}, because they could not be built now:"
            yield from _shortened(_lines_by_owner(files), folder)
        present = {output.owner for output in (*self.outputs, *self.refused, *self.earlier)}
        missing = sorted(owner.partition("/")[2] for owner in {owner for owner, _ in self.asked} - present)
        if missing and self.remarks:
            more = f" and {len(missing) - MOST_PLACES} more" if len(missing) > MOST_PLACES else ""
            yield f"Not built, because of the errors above: {', '.join(missing[:MOST_PLACES])}{more}."
        for reason, forbidden in (("no longer listed", False), ("not allowed by their marking", True)):
            files = tuple(output for output in self.deleted if (output.owner in self.forbidden) is forbidden)
            if files:
                yield f"Deleted {count_noun(len(files), 'file')}, {reason}:"
                yield from _shortened(_lines_by_owner(files), folder)


@dataclass(frozen=True, slots=True)
class MadeFiles:
    """Files made outside a build, and remarks on them."""

    files: tuple[Path, ...] = ()
    remarks: tuple[Diagnostic, ...] = ()

    def exit_code(self, strict: bool = False) -> int:
        """Return the exit code of a run; 4 if something could not be made correctly."""
        return TypesettingFailure.exit_code if any(errors(self.remarks)) else int(failed(self.remarks, strict))


MAX_NAMED_OWNERS = 4
"""Owners that are named after a reason; of more only the number is given."""


def reason_lines(reasons: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield lines for the terminal: each reason with the things that were made again for it."""
    by_reason: dict[str, list[str]] = {}
    for owner, reason in reasons:
        by_reason.setdefault(reason, []).append(owner)
    yield "Why it was built again:" if by_reason else "Nothing was built again."
    kinds = {"briefings/": "briefing", "packs/": "pack", "series/": "series page"}
    for reason, owners in by_reason.items():
        numbers = (count_noun(sum(owner.startswith(kind) for owner in owners), name) for kind, name in kinds.items())
        named = (
            owners if len(owners) <= MAX_NAMED_OWNERS else [number for number in numbers if not number.startswith("0 ")]
        )
        yield f"  {reason}: {', '.join(named)}"


@dataclass(frozen=True, slots=True)
class Remembered:
    """A build in the cache: its result, and the keys of all results that it used."""

    built: BuildResult | None
    """Its result; None if something could not be made, so that the next build tries again."""
    keys: frozenset[str]
    builds: frozenset[str] = frozenset()
    """Keys of earlier builds whose files were left alone."""


def remember_build(store: Cache, key: str, rests_on: Iterable[str], built: BuildResult | None = None) -> None:
    """Keep a build under its key; of an incomplete one, only the keys used so far."""
    earlier = store.find(key, Remembered)  # of an incomplete build, or one whose files are gone
    before = earlier.keys if earlier else frozenset()
    store.keep(key, Remembered(built, before | store.asked | {key}, frozenset(rests_on)))


MOST_PLACES = 12
"""Folders listed in the summary."""


def _lines_by_owner(
    outputs: tuple[Output, ...], lengths_by_owner: Mapping[str, Length] = MappingProxyType({})
) -> list[str]:
    """Return a line for each thing: its first file, the endings of the others, its length; packs come first."""
    by_owner: dict[str, list[str]] = {}
    for output in sorted(outputs, key=lambda o: (not o.owner.startswith("packs/"), o.owner, _format_order(o))):
        by_owner.setdefault(output.owner, []).append(output.path)
    lines = (
        (owner, " ".join((first, *(path.removeprefix(f"{owner}/{owner.partition('/')[2]}") for path in others))))
        for owner, (first, *others) in by_owner.items()
    )
    return [f"{line} ({lengths_by_owner[owner]})" if owner in lengths_by_owner else line for owner, line in lines]


def _shortened(places: Sequence[str], folder: str) -> Iterator[str]:
    """Yield the first lines, indented, and the number of the others."""
    yield from (f"  {folder}/{place}" for place in places[:MOST_PLACES])
    if len(places) > MOST_PLACES:
        yield f"  and {len(places) - MOST_PLACES} more folders"


def _format_order(output: Output) -> tuple[int, str]:
    row = format_row(output.format)
    return KINDS.index(row.kind), output.path if row.mark else ""


def _is_of_what_is_made(code: str) -> bool:
    return code.startswith(("made-", "proof-")) or code in ("press-failed", "bind-failed")
