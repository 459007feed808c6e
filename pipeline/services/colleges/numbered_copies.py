"""Numbered copies made of the finished files of a pack: their stamps pressed, the files changed by the workers."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import TypeVar

from pipeline.bind.pdf.stamps import find_covered_text, read_stamp_box
from pipeline.bind.running_lines import FieldReplacement, FieldValues, code_label, list_copy_stamps
from pipeline.bind.variable import PrintRun, pages_per_copy
from pipeline.build.builder import JOIN_COPIES, NUMBER_COPIES, Builder, Failure
from pipeline.build.checks import FileToCheck, find_expected_file, run_own_checks, store_promise_of_copy
from pipeline.build.project import Project
from pipeline.compose.design.style import compose_stamps
from pipeline.core.cache import Cache
from pipeline.core.diagnostics import Diagnostic, Location, errors
from pipeline.core.digests import sha256
from pipeline.core.messages import message
from pipeline.core.printed_code import PrintedCode
from pipeline.core.sentences import describe_numbers
from pipeline.model.formats import FORMATS, PRINTED, Edition
from pipeline.model.library import Library
from pipeline.model.manuscript import StampText
from pipeline.model.sheets import Identity
from pipeline.model.source.college import College
from pipeline.model.words import Phrases
from pipeline.proof.promise import ExpectedFile, expected_copy
from pipeline.services.colleges.recipients import NumberedCopy
from pipeline.services.editions.edition import FinishedFile

BATCH = 13
"""Copies that a worker makes of a file that it has opened once."""

ROUND = 52
"""Copies that are held in memory at a time."""

_NUMBERING = "numbering copies"

T = TypeVar("T")

MOST_PAGES = 50_000
"""Pages of copies that are joined in one file: making it takes about 5 kB of memory for each."""

CopyWriter = Callable[[NumberedCopy, FinishedFile], None]
"""Lays a copy where it is wanted."""

RunWriter = Callable[[FinishedFile], None]
"""Lays a file of several copies where it is wanted."""


@dataclass(frozen=True, slots=True)
class NumberedCopyJob:
    """A pack whose copies are made: its finished files, who takes it, and the day on its pages."""

    library: Library
    pack: str
    day: date
    masters: tuple[FinishedFile, ...]
    takers: Mapping[str, College]
    fixed: Phrases
    """The fixed words of the pack."""
    code: PrintedCode
    """The code of its edition."""

    @property
    def profile(self) -> bytes | None:
        """The profile of the printer's press."""
        return self.library.profile.content if self.library.profile else None

    def words(self, copy: NumberedCopy) -> str:
        """Words of a copy on itself."""
        return copy.words(self.takers[copy.college], self.fixed)

    def lines(self, copy: NumberedCopy, edition: Edition) -> tuple[StampText, ...]:
        """The lines that its stamps set."""
        return list_copy_stamps(self.identity(copy), self.day, edition)

    def identity(self, copy: NumberedCopy) -> Identity:
        """The identity of a copy, as far as copies differ."""
        language, words = self.library.imprint.fields.language, self.words(copy)
        return Identity(self.pack, "", "", "", self.fixed, language=language, copy=words, code=self.coded(copy.number))

    def coded(self, number: int) -> str:
        """The code of a copy; of the files themselves, which have no number, by 0."""
        return str(self.code.of_copy(number))


def make_numbered_copies(
    project: Project,
    numbered: NumberedCopyJob,
    copies: Sequence[NumberedCopy],
    lay: CopyWriter,
    proofed: bool = True,
    lay_run: RunWriter | None = None,
    most: int = MOST_PAGES,
) -> tuple[Diagnostic, ...]:
    """Make every copy and lay it down; gives what is wrong with them. Where their lines cover words, none is made.

    `lay_run` lays down the printed ones once more, in order, in files of at most `most` pages. Our own checks look at
    the first copy of each format, unless `proofed` is off: the others are the same file but for the stamps that name
    them. What other validators say of the pack does not depend on those, as not on its date.
    """

    async def made_of(b: Builder) -> tuple[Diagnostic, ...]:
        stamps = await _pressed(b, numbered, copies)
        if covered_words := tuple(_covered(b.store, numbered, copies, stamps)):
            return covered_words
        firsts, faults = await _numbered(b, numbered, copies, stamps, lay)
        if proofed:
            faults += [remark for first in firsts for remark in await run_own_checks(b, first)]
        if lay_run and not any(errors(faults)):
            faults += [remark async for remark in _in_one(b, numbered, copies, stamps, lay_run, most)]
        return tuple(faults)

    with project.workers() as workers, project.progress.work():
        return asyncio.run(made_of(Builder(project, workers)))


async def _numbered(
    b: Builder,
    numbered: NumberedCopyJob,
    copies: Sequence[NumberedCopy],
    stamps: Mapping[StampText, bytes],
    lay: CopyWriter,
) -> tuple[list[FileToCheck], list[Diagnostic]]:
    """Make the copies of each file and lay them down; gives the first of each, and why some could not be made."""
    firsts: list[FileToCheck] = []
    faults: list[Diagnostic] = []
    b.progress.started(_NUMBERING, len(copies))
    for master in numbered.masters:
        own = [copy for copy in copies if copy.format == master.format]
        held = find_expected_file(b.store, sha256(master.content))
        for round_, some in enumerate(split_in_batches(own, ROUND)):
            made_now = await _made(b, numbered, master, some, stamps)
            if isinstance(made_now, Failure):
                faults.append(made_now.as_remark(_place(numbered, master), "bind-failed"))
                break
            for copy, content in zip(some, made_now, strict=True):
                lay(copy, replace(master, name=copy.file(master.name), content=content, number=copy.number))
                who = numbered.identity(copy)
                store_promise_of_copy(b.store, content, (who.copy, who.code), sha256(master.content))
                b.progress.done(_NUMBERING)
            if round_ == 0:
                firsts.append(_first(numbered, master, held, some[0], made_now[0]))
    return firsts, faults


def _first(
    numbered: NumberedCopyJob, master: FinishedFile, held: ExpectedFile | None, copy: NumberedCopy, content: bytes
) -> FileToCheck:
    """The first copy of a file, as our own checks look at it."""
    own = numbered.identity(copy)
    promise = expected_copy(held.promise, own.copy, own.code) if held and held.promise else None
    digest = sha256(content)
    return FileToCheck(
        _place(numbered, master).path, digest, master.format, digest, promise, read=partial(bytes, content)
    )


async def _in_one(
    b: Builder,
    numbered: NumberedCopyJob,
    copies: Sequence[NumberedCopy],
    stamps: Mapping[StampText, bytes],
    lay_run: RunWriter,
    most: int,
) -> AsyncIterator[Diagnostic]:
    """Lay down all printed copies in order, in one file or, where they are very many, in several."""
    for master in (master for master in numbered.masters if master.format in PRINTED):
        pages, end = pages_per_copy(master.pages), FORMATS[master.format].kind.end
        stem = master.name.removesuffix(end)
        runs = tuple(split_in_batches([copy for copy in copies if copy.format in PRINTED], max(most // pages, 1)))
        for place, some in enumerate(runs, 1):
            numbers = tuple(copy.number for copy in some)
            sheets = tuple(
                tuple((line, stamps[line]) for line in numbered.lines(copy, FORMATS[master.format].edition))
                for copy in some
            )
            words = describe_numbers(numbers).capitalize()
            job = PrintRun(master.content, numbers, sheets, words, numbered.fixed.say("unnumbered"), numbered.profile)
            content = await b(JOIN_COPIES, job, (sha256(master.content), numbers))
            if isinstance(content, Failure):
                yield content.as_remark(_place(numbered, master), "bind-failed")
                return
            name = f"{stem}-copies{f'-{place}' if len(runs) > 1 else ''}{end}"
            lay_run(replace(master, name=name, content=content, pages=pages * len(some)))


def _covered(
    store: Cache, numbered: NumberedCopyJob, copies: Sequence[NumberedCopy], stamps: Mapping[StampText, bytes]
) -> Iterator[Diagnostic]:
    """Words that the widest line of the copies of a file would cover; that of the file itself is shorter."""
    for master in numbered.masters:
        held = find_expected_file(store, sha256(master.content))
        own = [copy for copy in copies if copy.format == master.format]
        row = FORMATS[master.format]
        if held is None or not held.outliers or not own or not row.paged:
            continue
        lines = {line for copy in own for line in numbered.lines(copy, row.edition) if line.slot == "copy"}
        widest = max(lines, key=lambda line: (_wide(stamps[line]), line.text))
        last = max(one.page for one in held.outliers)
        for one in find_covered_text(held.outliers, [(widest,)] * last, stamps):
            place = Location(_place(numbered, master).path, row.page(one.page))
            yield message("made-stamp-covers", place, stamp=one.stamp, words=one.words[:60])


def _wide(stamp: bytes) -> float:
    """Width of the words of a stamp, in points."""
    left, _, right, _ = read_stamp_box(stamp)
    return right - left


def _place(numbered: NumberedCopyJob, master: FinishedFile) -> Location:
    """Return the name of the pack's own file."""
    return Location(f"output/packs/{numbered.pack}/{numbered.pack}{FORMATS[master.format].end}")


async def _pressed(b: Builder, numbered: NumberedCopyJob, copies: Sequence[NumberedCopy]) -> Mapping[StampText, bytes]:
    """The stamps of all copies."""
    layouts = compose_stamps(numbered.library.imprint, b.project.layouts)
    texts = (
        text
        for copy in copies
        if FORMATS[copy.format].paged
        for text in numbered.lines(copy, FORMATS[copy.format].edition)
    )
    return await b.stamps(layouts, texts)


async def _made(
    b: Builder,
    numbered: NumberedCopyJob,
    master: FinishedFile,
    copies: Sequence[NumberedCopy],
    stamps: Mapping[StampText, bytes],
) -> tuple[bytes, ...] | Failure:
    """Some copies of a file."""
    row = FORMATS[master.format]
    code = code_label(Identity("", "", "", "", numbered.fixed, code=numbered.coded(0)))
    before = FieldValues(numbered.day, numbered.fixed.say("unnumbered"), code=code)

    def values(copy: NumberedCopy) -> FieldValues:
        lines = numbered.lines(copy, row.edition) if row.paged else ()
        own = numbered.identity(copy)
        return FieldValues(numbered.day, own.copy, tuple((line, stamps[line]) for line in lines), code_label(own))

    def copies_of(some: tuple[NumberedCopy, ...]) -> Awaitable[tuple[bytes, ...] | Failure]:
        after = tuple(map(values, some))
        job = FieldReplacement(master.content, master.format, numbered.fixed, before, after, profile=numbered.profile)
        return b(NUMBER_COPIES, job, (sha256(master.content), some))

    files: list[bytes] = []
    for result in await asyncio.gather(*map(copies_of, split_in_batches(copies, BATCH))):
        if isinstance(result, Failure):
            return result
        files += result
    return tuple(files)


def split_in_batches(things: Sequence[T], size: int) -> Iterator[tuple[T, ...]]:
    """The things in order, so many at a time."""
    for start in range(0, len(things), size):
        yield tuple(things[start : start + size])
