"""Numbered copies of a pack: the workers replace the stamps and fields in its finished files."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import TypeVar

from pipeline.bind.late_fields import PrintRun, pages_per_copy
from pipeline.bind.pdf.stamps import find_covered_text, read_stamp_box
from pipeline.bind.running_lines import FieldReplacement, FieldValues, code_label, list_copy_stamps
from pipeline.build.builder import JOIN_COPIES, NUMBER_COPIES, Builder, Failure
from pipeline.build.checks import FileToCheck, find_expected_file, run_own_checks, store_expected_content_of_copy
from pipeline.build.project import Project
from pipeline.compose.design.style import compose_stamps
from pipeline.core.cache import Cache
from pipeline.core.diagnostics import Diagnostic, Location, errors
from pipeline.core.digests import sha256
from pipeline.core.messages import message
from pipeline.core.printed_code import PrintedCode
from pipeline.core.sentences import describe_numbers
from pipeline.model.formats import FORMATS, PRINTED
from pipeline.model.library import Library
from pipeline.model.manuscript import StampText
from pipeline.model.sheets import Identity
from pipeline.model.source.college import College
from pipeline.model.words import Phrases
from pipeline.proof.expected_content import ExpectedFile, expected_copy
from pipeline.services.colleges.recipients import NumberedCopy
from pipeline.services.editions.edition import FinishedFile

COPIES_PER_BATCH = 13
"""Copies that a worker makes of a file after opening it once."""
COPIES_IN_MEMORY = 52
"""Copies in memory at a time."""
MAX_JOINED_PAGES = 50_000
"""Pages of copies in one file: making it takes about 5 kB of memory for each."""

_PROGRESS = "numbering copies"

T = TypeVar("T")
CopyWriter = Callable[[NumberedCopy, FinishedFile], None]
"""Writes a finished copy."""
RunWriter = Callable[[FinishedFile], None]
"""Writes a file of several copies."""
Stamps = Mapping[StampText, bytes]


@dataclass(frozen=True, slots=True)
class NumberedCopyJob:
    """The numbered copies to make from the finished files of a pack."""

    library: Library
    pack: str
    day: date
    """The day on the pages."""
    masters: tuple[FinishedFile, ...]
    copies: Sequence[NumberedCopy]
    takers: Mapping[str, College]
    fixed: Phrases
    """The fixed words of the pack."""
    code: PrintedCode
    """The code of the edition."""

    @property
    def profile(self) -> bytes | None:
        """The colour profile of the printer's press."""
        return self.library.profile.content if self.library.profile else None

    def copies_of(self, master: FinishedFile) -> list[NumberedCopy]:
        """Return the copies to make from a file."""
        return [copy for copy in self.copies if copy.format == master.format]

    def identity(self, copy: NumberedCopy) -> Identity:
        """Return the identity of a copy, as far as copies differ."""
        language, words = self.library.imprint.fields.language, copy.words(self.takers[copy.college], self.fixed)
        code = str(self.code.of_copy(copy.number))
        return Identity(self.pack, "", "", "", self.fixed, language=language, copy=words, code=code)

    def stamp_texts(self, copy: NumberedCopy) -> tuple[StampText, ...]:
        """Return the texts of the stamps in a copy."""
        row = FORMATS[copy.format]
        return list_copy_stamps(self.identity(copy), self.day, row.variant) if row.paged else ()

    def place(self, master: FinishedFile) -> Location:
        """Return the name of the pack's file."""
        return Location(f"output/packs/{self.pack}/{self.pack}{FORMATS[master.format].end}")


def make_numbered_copies(
    project: Project,
    job: NumberedCopyJob,
    write_copy: CopyWriter,
    write_run: RunWriter | None = None,
    with_checks: bool = True,
    max_pages: int = MAX_JOINED_PAGES,
) -> tuple[Diagnostic, ...]:
    """Make and write every copy; return faults. If their lines would cover words, no copy is made.

    `write_run` writes the printed copies again, in order, in files of at most `max_pages` pages. Our own checks inspect
    the first copy of each format, unless `with_checks` is off: the other copies differ only in the stamps with their
    names. What other validators report on the pack does not depend on the stamps, as it does not on the date.
    """

    async def make(b: Builder) -> tuple[Diagnostic, ...]:
        texts = (text for copy in job.copies for text in job.stamp_texts(copy))
        stamps = await b.stamps(compose_stamps(job.library.imprint, project.layouts), texts)
        if covered := tuple(_find_covered_words(b.store, job, stamps)):
            return covered
        firsts, faults = await _write_copies(b, job, stamps, write_copy)
        if with_checks:
            faults += [remark for first in firsts for remark in await run_own_checks(b, first)]
        if write_run and not any(errors(faults)):
            faults += [remark async for remark in _write_runs(b, job, stamps, write_run, max_pages)]
        return tuple(faults)

    with project.workers() as workers, project.progress.work():
        return asyncio.run(make(Builder(project, workers)))


def _find_covered_words(store: Cache, job: NumberedCopyJob, stamps: Stamps) -> Iterator[Diagnostic]:
    """Yield words that the widest line of the copies of a file would cover; the line in the file itself is shorter."""

    def width(text: StampText) -> tuple[float, str]:
        left, _, right, _ = read_stamp_box(stamps[text])
        return right - left, text.text

    for master in job.masters:
        expected = find_expected_file(store, sha256(master.content))
        lines = {text for copy in job.copies_of(master) for text in job.stamp_texts(copy) if text.slot == "copy"}
        if expected is None or not expected.outliers or not lines:
            continue
        widest = max(lines, key=width)
        last = max(outlier.page for outlier in expected.outliers)
        for covered in find_covered_text(expected.outliers, [(widest,)] * last, stamps):
            place = Location(job.place(master).path, FORMATS[master.format].page(covered.page))
            yield message("made-stamp-covers", place, stamp=covered.stamp, words=covered.words[:60])


async def _write_copies(
    b: Builder, job: NumberedCopyJob, stamps: Stamps, write_copy: CopyWriter
) -> tuple[list[FileToCheck], list[Diagnostic]]:
    """Make and write the copies of each file; return the first of each, and why some could not be made."""
    firsts: list[FileToCheck] = []
    faults: list[Diagnostic] = []
    b.progress.started(_PROGRESS, len(job.copies))
    for master in job.masters:
        digest = sha256(master.content)
        expected = find_expected_file(b.store, digest)
        for number, copies in enumerate(split_in_batches(job.copies_of(master), COPIES_IN_MEMORY)):
            contents = await _make_copies(b, job, master, copies, stamps)
            if isinstance(contents, Failure):
                faults.append(contents.as_remark(job.place(master), "bind-failed"))
                break
            for copy, content in zip(copies, contents, strict=True):
                write_copy(copy, replace(master, name=copy.file(master.name), content=content, number=copy.number))
                identity = job.identity(copy)
                store_expected_content_of_copy(b.store, content, (identity.copy, identity.code), digest)
                b.progress.done(_PROGRESS)
            if number == 0:
                firsts.append(_first_copy_to_check(job, master, expected, copies[0], contents[0]))
    return firsts, faults


def _first_copy_to_check(
    job: NumberedCopyJob, master: FinishedFile, expected: ExpectedFile | None, copy: NumberedCopy, content: bytes
) -> FileToCheck:
    identity, digest = job.identity(copy), sha256(content)
    promise = expected_copy(expected.promise, identity.copy, identity.code) if expected and expected.promise else None
    return FileToCheck(job.place(master).path, digest, master.format, digest, promise, read=partial(bytes, content))


async def _make_copies(
    b: Builder, job: NumberedCopyJob, master: FinishedFile, copies: Sequence[NumberedCopy], stamps: Stamps
) -> tuple[bytes, ...] | Failure:
    """Make some copies of a file."""
    uncopied = Identity("", "", "", "", job.fixed, code=str(job.code.of_copy(0)))
    before = FieldValues(job.day, job.fixed.say("unnumbered"), code=code_label(uncopied))

    def values(copy: NumberedCopy) -> FieldValues:
        identity, texts = job.identity(copy), job.stamp_texts(copy)
        return FieldValues(job.day, identity.copy, tuple((text, stamps[text]) for text in texts), code_label(identity))

    def make_batch(batch: tuple[NumberedCopy, ...]) -> Awaitable[tuple[bytes, ...] | Failure]:
        after = tuple(map(values, batch))
        fields = FieldReplacement(master.content, master.format, job.fixed, before, after, profile=job.profile)
        return b(NUMBER_COPIES, fields, (sha256(master.content), batch))

    files: list[bytes] = []
    for result in await asyncio.gather(*map(make_batch, split_in_batches(copies, COPIES_PER_BATCH))):
        if isinstance(result, Failure):
            return result
        files += result
    return tuple(files)


async def _write_runs(
    b: Builder, job: NumberedCopyJob, stamps: Stamps, write_run: RunWriter, max_pages: int
) -> AsyncIterator[Diagnostic]:
    """Join and write all printed copies in order, in one file or, if they have very many pages, in several."""
    for master in (master for master in job.masters if master.format in PRINTED):
        pages, end = pages_per_copy(master.pages), FORMATS[master.format].kind.end
        stem = master.name.removesuffix(end)
        runs = tuple(split_in_batches(job.copies_of(master), max(max_pages // pages, 1)))
        for index, copies in enumerate(runs, 1):
            numbers = tuple(copy.number for copy in copies)
            sheets = tuple(tuple((text, stamps[text]) for text in job.stamp_texts(copy)) for copy in copies)
            words, unnumbered = describe_numbers(numbers).capitalize(), job.fixed.say("unnumbered")
            run = PrintRun(master.content, numbers, sheets, words, unnumbered, job.profile)
            content = await b(JOIN_COPIES, run, (sha256(master.content), numbers))
            if isinstance(content, Failure):
                yield content.as_remark(job.place(master), "bind-failed")
                return
            name = f"{stem}-copies{f'-{index}' if len(runs) > 1 else ''}{end}"
            write_run(replace(master, name=name, content=content, pages=pages * len(copies)))


def split_in_batches(items: Sequence[T], size: int) -> Iterator[tuple[T, ...]]:
    """Yield the items in order, so many at a time."""
    for start in range(0, len(items), size):
        yield tuple(items[start : start + size])
