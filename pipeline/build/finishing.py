"""The finishing of a round: its sheets are bound, its files looked at, put into their places and recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from pipeline.build import outputs
from pipeline.build.bind_arguments import Goods
from pipeline.build.bind_jobs import PackJob, PdfJob
from pipeline.build.binding import Bindery, Bound, Question
from pipeline.build.checks import File, Inspector, hold
from pipeline.build.date_fields import Dated
from pipeline.build.drafts import WITHHELD, Faults, Known, drafts
from pipeline.build.epub_assets import Covers, Cuts, begin_cuts, cased, cuts_of, drawn_covers
from pipeline.build.formats import ENDS, editions_of, path_of
from pipeline.build.outputs import Output
from pipeline.build.pack_layout import collate
from pipeline.build.project import Refused, Workshop, refused
from pipeline.build.recipes import Bundle, bundle_briefing, bundle_pack, bundle_series, stamp_remarks, stamped
from pipeline.build.redate import dated_in
from pipeline.build.settle import settled
from pipeline.build.stages import Line
from pipeline.build.toolchain import versions
from pipeline.build.unchanged import things_of
from pipeline.build.up_to_date import Standing
from pipeline.codes import made
from pipeline.compose.templates.layouts import fault_remark
from pipeline.core.diagnostics import Desk, Diagnostic, Place, errors
from pipeline.core.errors import LayoutFault, PressFailure
from pipeline.proof.parity.promise import with_pages
from pipeline.resolve.resolve import Resolution

Written = tuple[Output, Callable[[], bytes]]
"""A file that was made, and what reads it."""

Remarks = tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Left:
    """A file with a fault that is to be made again as a draft, and what is said of it."""

    output: Output
    read: Callable[[], bytes]
    remarks: Remarks


class Finishing:
    """Finishes one round after the other."""

    def __init__(self, shop: Workshop, executor: Executor, line: Line, standing: Standing, desk: Desk) -> None:
        self._shop, self._line = shop, line
        self._bindery = Bindery(shop, executor, line)
        self._inspector = Inspector(shop, executor)
        self._standing, self._desk = standing, desk
        self._judged = standing.paths
        self.refused: list[Output] = []
        """The files in which the proof has found what must not lie about."""
        self._known = Known({})
        self._left: dict[str, Left] = {}
        """Files of the part at hand that are to be made again as drafts, by their paths."""

    @property
    def bound(self) -> int:
        """How many files were bound anew."""
        return self._bindery.bound

    def finish(self, part: Resolution, goods: Goods, begun: Covers) -> tuple[Output, ...]:
        """The sound files of a part, in their places and on record; `goods` has its texts and their sheets.

        `begun` has the covers that are being drawn. What has a fault is left to be made again as a draft.
        """
        bundles, bound, said, engine = self._bound(part, goods, begun)
        self._known.note((*said, *engine))
        faults = self._known.faults(part)
        sound, faulty = _sorted(_outputs(bundles, bound, goods.produced, self._desk), faults)
        written = self._put(sound, goods.produced)
        told = (*said, *engine)
        for output, read in faulty:
            if set(output.faulty) & WITHHELD:
                told = self._lay_aside(output, read, told)
            else:
                own = tuple(remark for remark in told if remark.place.path == f"output/{output.path}")
                told = tuple(remark for remark in told if remark not in own)
                self._left[output.path] = Left(output, read, own)
        self._standing.record(part, written, _dated(bundles), said, engine)
        self._desk.extend(told)
        return written

    def drafts(self, part: Resolution) -> tuple[Resolution, ...]:
        """The listings of a finished part to be made again as drafts, one part after the other."""
        return drafts(part, self._left.keys()) if self._left else ()

    def finish_drafts(self, part: Resolution, goods: Goods) -> tuple[Output, ...]:
        """The files of a part with a fault, in their places as drafts.

        Where a draft must not lie about either, or cannot be made, a file is laid aside. What was said of a file when
        it was no draft is told where nothing is wrong with the draft.
        """
        bundles, bound, said, engine = self._bound(part, goods, {})
        said = (*said, *engine)
        written = []
        made = {output.path: (output, read) for output, read in _outputs(bundles, bound, goods.produced, self._desk)}
        owners = things_of(part)
        for path, left in tuple(self._left.items()):
            if left.output.owner not in owners:
                continue
            del self._left[path]
            own = tuple(remark for remark in said if remark.place.path == f"output/{path}")
            told = own if any(errors(own)) else left.remarks
            codes = {*left.output.faulty, *(remark.code for remark in errors(own))}
            if path not in made or codes & WITHHELD:
                output, read = made.get(path, (left.output, left.read))
                told = self._lay_aside(output, read, told)
            else:
                output, read = made[path]
                written.append((replace(output, faulty=tuple(sorted(codes))), read))
            self._desk.extend(told)
        return self._put(written, goods.produced)

    def _bound(
        self, part: Resolution, goods: Goods, begun: Covers
    ) -> tuple[Sequence[Bundle], Sequence[Bound | Refused], Remarks, Remarks]:
        """The files of a part, what is said of them, and what the engine has said of their texts."""
        bundles = _bundles(part, goods, self._desk)
        cuts = cuts_of(bundles, goods)
        bundles = stamped(bundles, goods, behind=partial(self._begin_books, bundles, cuts, goods))
        self._begin_pdfs(bundles)
        covers = drawn_covers(bundles, begun, goods, self._desk)
        bundles = cased(bundles, covers, cuts, goods)
        files = tuple(_files(bundles, self._bindery, self._inspector))
        watch = self._inspector.watch(files)
        bound = self._bindery.bind([bundle.job for bundle in bundles], watch)
        finished = tuple(
            file.bound(made.seal.sha256, made.read)
            for file, made in zip(files, bound, strict=True)
            if isinstance(made, Bound)
        )
        for file in finished:
            if file.sha256 not in watch.held:
                hold(self._shop.store, file)
        said = (*stamp_remarks(bundles), *self._inspector.proof(finished, self._judged))
        self._judged |= {file.path for file in finished}
        self._bindery.end_round()
        return bundles, bound, said, tuple(_at_their_files(self._line.end_round(), part))

    def _put(self, made: Sequence[Written], produced: date) -> tuple[Output, ...]:
        outputs.place(self._shop.output, made, produced, versions())
        return tuple(output for output, _ in made)

    def _lay_aside(self, output: Output, read: Callable[[], bytes], said: Remarks) -> Remarks:
        """Put a file where nobody takes it for finished; gives what is said with the place where it lies."""
        outputs.lay_aside(self._shop.output, output, read())
        self.refused.append(output)
        return tuple(_where_they_lie(said, (output,)))

    def _begin_books(self, bundles: Sequence[Bundle], cuts: Cuts, goods: Goods) -> None:
        """Have done what books and web pages need of the sheets, and what they need besides."""
        self._inspector.begin_openings(sheets for bundle in bundles for _, sheets in bundle.marked)
        begin_cuts(cuts, goods)

    def _begin_pdfs(self, bundles: Iterable[Bundle]) -> None:
        """Have all PDFs bound while the rest is put together; where one worker is here, a pack, which takes longest."""
        pdfs = [bundle for bundle in bundles if isinstance(bundle.job, PackJob | PdfJob)]
        for bundle in sorted(pdfs, key=lambda bundle: -len(bundle.parts)):
            if self._line.is_queueing or (self._line.is_free and isinstance(bundle.job, PackJob)):
                self._bindery.begin(bundle.job, partial(self._questions, bundle))

    def _questions(self, pdf: Bundle) -> tuple[Question, ...]:
        """What our own checks are to be asked of a PDF."""
        return self._inspector.watch(tuple(_files([pdf], self._bindery, self._inspector))).questions(0)


def _bundles(resolution: Resolution, goods: Goods, desk: Desk) -> tuple[Bundle, ...]:
    """Everything to be bound; a pack or series that cannot be put together leaves the others alone."""
    bundles: list[Bundle] = []
    for publication in resolution.publications:
        bundles += bundle_briefing(publication, goods)
    bundles += _packs(resolution, goods, desk)
    for series in resolution.series:
        with _told(series.series.path, desk):
            bundles += bundle_series(series, goods)
    return tuple(bundles)


def _packs(resolution: Resolution, goods: Goods, desk: Desk) -> Iterator[Bundle]:
    """The files of all packs, their front and back matter set side by side."""
    settlings = {}
    for pack in resolution.packs:
        editions = editions_of(pack, goods.wanted)
        missing = [m.id for m in pack.members for edition in editions if m.key not in goods.pressed[edition]]
        if missing:
            sentence = f"Of its briefings '{missing[0]}' could not be made."
            desk.report(made.BIND_FAILED.at(Place(pack.pack.path), sentence=sentence))
        else:
            settlings.update({(pack.id, edition): collate(pack, goods, edition) for edition in editions})
    matters = settled(settlings, goods.line.press)
    for pack in resolution.packs:
        with _told(pack.pack.path, desk):
            for edition in editions_of(pack, goods.wanted):
                matter = matters.get((pack.id, edition))
                if isinstance(matter, Exception):
                    raise matter
                if matter is not None:
                    yield from bundle_pack(pack, edition, matter, goods)


@contextmanager
def _told(path: str, desk: Desk) -> Iterator[None]:
    """Tell what cannot be made at the file that asks for it, and go on."""
    try:
        yield
    except LayoutFault as fault:
        desk.report(fault_remark(fault))
    except PressFailure as failure:
        desk.report(refused(failure).told(Place(path), made.PRESS_FAILED))


def _files(bundles: Sequence[Bundle], bindery: Bindery, inspector: Inspector) -> Iterator[File]:
    """The files that are to be bound, each with what it is held to and the pages that it must mark."""
    openings = inspector.openings(sheets for bundle in bundles for _, sheets in bundle.marked)
    for bundle in bundles:
        promise = bundle.promise
        if promise and bundle.marked:
            begun = [(first, openings[sheets.pdf] or ("",) * sheets.pages) for first, sheets in bundle.marked]
            promise = with_pages(promise, begun)
        path, origin = f"output/{bundle.path}", bindery.origin(bundle.job)
        yield File(path, "", bundle.format, origin, promise, bundle.parts, bundle.outliers)


def _outputs(
    bundles: Sequence[Bundle], bound: Sequence[Bound | Refused], produced: date, desk: Desk
) -> Iterator[Written]:
    """The files that were bound, each with what reads it; what could not be bound is told."""
    for bundle, file in zip(bundles, bound, strict=True):
        if isinstance(file, Refused) and file.fault:
            desk.report(fault_remark(file.fault))
        elif isinstance(file, Refused):
            desk.report(file.told(Place(f"output/{bundle.path}"), made.BIND_FAILED))
        else:
            output = Output(
                *(bundle.path, bundle.owner, bundle.format, file.seal.sha256, file.seal.bytes),
                *(bundle.pages, bundle.source, produced.isoformat(), file.seal.content),
                title=bundle.job.identity.title,
            )
            yield output, file.read


def _sorted(made: Iterable[Written], faults: Faults) -> tuple[list[Written], list[Written]]:
    """The sound files, and those with a fault, which say so."""
    sound: list[Written] = []
    faulty: list[Written] = []
    for output, read in made:
        codes = tuple(sorted(faults.get(output.path, ())))
        (faulty if codes else sound).append((replace(output, faulty=codes), read))
    return sound, faulty


def _where_they_lie(said: Iterable[Diagnostic], refused: Iterable[Output]) -> Iterator[Diagnostic]:
    """The remarks on files, at those that were laid aside."""
    aside = {f"output/{output.path}": f"output/{outputs.REFUSED}/{output.path}" for output in refused}
    for remark in said:
        path = aside.get(remark.place.path)
        yield replace(remark, place=replace(remark.place, path=path)) if path else remark


def _dated(bundles: Iterable[Bundle]) -> Mapping[str, Dated]:
    """Where files bear the day, by their paths, if it can be exchanged in them."""
    return {bundle.path: where for bundle in bundles if (where := dated_in(bundle))}


def _at_their_files(remarks: Iterable[Diagnostic], resolution: Resolution) -> Iterator[Diagnostic]:
    """What the engine remarked, at the PDF that shows it: a page of the handbook is in the handbook's pack.

    What it remarked on a kept version has its place already: the present PDF of that name shows other words.
    """
    packs = {pack.id for pack in resolution.packs}
    manual = {m.id: pack.id for pack in resolution.packs for m in pack.members if m.manual}
    for remark in remarks:
        if remark.place.path.startswith("source/"):
            yield remark
            continue
        _, name, edition = remark.place.path.split("/")
        if name in manual and remark.code == made.TABLE_BLOCKS.name:
            continue  # the style of the house holds for briefings and not for the handbook
        owner = manual.get(name, name)
        folder = "packs" if owner in packs else "briefings"
        kind = next(kind for kind in ENDS if kind == edition)
        path = f"output/{path_of(f'{folder}/{owner}', kind)}"
        yield replace(remark, place=replace(remark.place, path=path))
