"""Numbered copies made of the finished files of a pack: their stamps pressed, the files changed by the workers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import TypeVar, get_args

from pipeline.bind.numbered import Numbering, number
from pipeline.bind.overlap import covered, stamp_box
from pipeline.bind.running import copy_lines, stamp_sheet
from pipeline.codes import made
from pipeline.compose.stamp import compose_stamp
from pipeline.diagnostics import Diagnostic, Place
from pipeline.digest import sha256
from pipeline.editions.copies import Made
from pipeline.editions.numbers import Copy
from pipeline.errors import PressFailure
from pipeline.inspecting import File, Inspector, held_to, hold_copy
from pipeline.line import FEW, Line
from pipeline.model.edition import PDF_FORMATS, Edition
from pipeline.model.identity import Identity
from pipeline.model.imprint import College
from pipeline.model.library import Library
from pipeline.model.manuscript import StampSheet, StampText
from pipeline.pool import Serial
from pipeline.proof.promise import of_copy
from pipeline.store import Store
from pipeline.workshop import Refused, Workshop, job_refused, refused

BATCH = 13
"""Copies that a worker makes of a file that it has opened once."""

ROUND = 52
"""Copies that are held in memory at a time."""

T = TypeVar("T")

Lay = Callable[[Copy, Made], None]
"""Lays a copy where it is wanted."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A pack whose copies are made: its finished files, who takes it, and the day on its pages."""

    library: Library
    pack: str
    day: date
    masters: tuple[Made, ...]
    takers: Mapping[str, College]

    def words(self, copy: Copy) -> str:
        """What a copy says of itself."""
        return copy.words(self.takers[copy.college])

    def lines(self, copy: Copy, edition: Edition) -> tuple[StampText, ...]:
        """The lines that its stamps set."""
        language = self.library.imprint.fields.language
        identity = Identity(self.pack, "", "", "", language=language, copy=self.words(copy))
        return copy_lines(identity, self.day, edition)


def make_copies(
    shop: Workshop, numbered: Numbered, copies: Sequence[Copy], lay: Lay, proofed: bool = True
) -> tuple[Diagnostic, ...]:
    """Make every copy and lay it down; gives what is wrong with them. Where their lines cover words, none is made.

    Our own checks look at the first copy of each format, unless `proofed` is off: the others are the same file but for
    the stamps that name them. What other validators say of the pack does not depend on those, as not on its date.
    """
    faults: list[Diagnostic] = []
    with shop.hands.executor() as executor:
        line = Line(shop, executor if len(copies) > FEW * BATCH or shop.hands.url else Serial())
        stamps = _pressed(line, shop, numbered, copies)
        faults += _covered(shop.store, numbered, copies, stamps)
        if faults:
            return tuple(faults)
        for master in numbered.masters:
            own = [copy for copy in copies if copy.format == master.format]
            held = held_to(shop.store, sha256(master.content))
            for number_, some in enumerate(in_batches(own, ROUND)):
                made_now = _made(shop, executor, numbered, master, some, stamps)
                if isinstance(made_now, Refused):
                    faults.append(made_now.told(_place(numbered, master), made.BIND_FAILED))
                    break
                for copy, content in zip(some, made_now, strict=True):
                    lay(copy, replace(master, name=copy.file(master.name), content=content, number=copy.number))
                    hold_copy(shop.store, content, numbered.words(copy), sha256(master.content))
                if proofed and number_ == 0:
                    promise = of_copy(held.promise, numbered.words(some[0])) if held and held.promise else None
                    path, digest, read = _place(numbered, master).path, sha256(made_now[0]), partial(bytes, made_now[0])
                    first = File(path, digest, master.format, digest, promise, read=read)
                    faults += Inspector(shop, executor).own_checks([first])
    return tuple(faults)


def _covered(
    store: Store, numbered: Numbered, copies: Sequence[Copy], stamps: Mapping[StampText, bytes]
) -> Iterator[Diagnostic]:
    """Words that the widest line of the copies of a file would cover; that of the file itself is shorter."""
    for master in numbered.masters:
        held = held_to(store, sha256(master.content))
        own = [copy for copy in copies if copy.format == master.format]
        if held is None or not held.outliers or not own or master.format not in PDF_FORMATS:
            continue
        lines = {line for copy in own for line in numbered.lines(copy, master.format) if line.slot == "copy"}
        widest = {line.sheet: line for line in sorted(lines, key=lambda line: (_wide(stamps[line]), line.text))}
        sheets = [stamp_sheet(master.format, page + 1) for page in range(max(one.page for one in held.outliers))]
        for one in covered(held.outliers, [(widest[sheet],) for sheet in sheets], stamps):
            page = 1 if master.format == "booklet" else one.page
            place = Place(_place(numbered, master).path, page)
            yield made.STAMP_COVERS.at(place, stamp=one.stamp, words=one.words[:60])


def _wide(stamp: bytes) -> float:
    """How wide the words of a stamp stand, in points."""
    left, _, right, _ = stamp_box(stamp)
    return right - left


def _place(numbered: Numbered, master: Made) -> Place:
    return Place(f"output/packs/{numbered.pack}/{master.name}")


def _pressed(line: Line, shop: Workshop, numbered: Numbered, copies: Sequence[Copy]) -> Mapping[StampText, bytes]:
    """The stamps of all copies."""
    sheets: tuple[StampSheet, ...] = get_args(StampSheet)
    layouts = {sheet: compose_stamp(numbered.library.imprint, shop.layouts, sheet) for sheet in sheets}
    texts = (
        text
        for copy in copies
        for edition in PDF_FORMATS
        if edition == copy.format
        for text in numbered.lines(copy, edition)
    )
    return line.stamps(layouts, texts)


def _made(
    shop: Workshop,
    executor: Executor,
    numbered: Numbered,
    master: Made,
    copies: Sequence[Copy],
    stamps: Mapping[StampText, bytes],
) -> tuple[bytes, ...] | Refused:
    """Some copies of a file."""
    profile = numbered.library.profile.content if numbered.library.profile else None
    jobs = []
    for some in in_batches(copies, BATCH):
        lines = [numbered.lines(copy, master.format) for copy in some] if master.format in PDF_FORMATS else []
        sheets = tuple(tuple((text, stamps[text]) for text in of_one) for of_one in lines)
        words = tuple(map(numbered.words, some))
        jobs.append(Numbering(master.content, master.format, words, sheets, profile))
    files: list[bytes] = []
    for result in shop.hands.done(
        "numbering copies", number_or_say, jobs, executor, few=FEW, limit=shop.limit("bind"), refuse=job_refused
    ):
        if isinstance(result, Refused):
            return result
        files += result
    return tuple(files)


def number_or_say(job: Numbering) -> tuple[bytes, ...] | Refused:
    """The copies, or why there are none."""
    try:
        return number(job)
    except PressFailure as failure:
        return refused(failure)


def in_batches(things: Sequence[T], size: int) -> Iterator[tuple[T, ...]]:
    """The things in order, so many at a time."""
    for start in range(0, len(things), size):
        yield tuple(things[start : start + size])
