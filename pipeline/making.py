"""The line: load, resolve, compose, press, bind, proof.

Every stage is asked for results through the store, so a build does only what no build has done before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import replace
from typing import get_args

from pipeline import outputs
from pipeline.ahead import Ahead, Shelf, addresses_of, everything, things_of
from pipeline.built import Build
from pipeline.casing import cased
from pipeline.codes import made
from pipeline.collate import (
    ENDS,
    Bundle,
    bundle_briefing,
    bundle_pack,
    bundle_series,
    editions_of,
    path_of,
    stamp_remarks,
    stamped,
)
from pipeline.collation import collate
from pipeline.compose.briefing import compose_briefing
from pipeline.compose.design import design_remarks
from pipeline.compose.layouts import fault_remark, layout_remarks
from pipeline.compose.pack_layout import pack_layout_remarks
from pipeline.compose.reach import sheet_remarks
from pipeline.compose.stamp import compose_stamp
from pipeline.diagnostics import Desk, Diagnostic, Place
from pipeline.errors import LayoutFault, PressFailure, UsageError
from pipeline.goods import Goods, Pressed, Texts
from pipeline.inspecting import File, Inspector, hold
from pipeline.line import Bound, Line
from pipeline.model.imprint import PDF_FORMATS, Edition, Format
from pipeline.model.kept import RECORD, folder_of
from pipeline.model.layouts import Layouts
from pipeline.model.library import Library
from pipeline.model.manuscript import Manuscript, StampSheet
from pipeline.model.order import Order
from pipeline.model.publication import Publication
from pipeline.model.sheets import Sheets
from pipeline.outputs import Output
from pipeline.proof.promise import with_pages
from pipeline.redating import Dated, Redater, dated_in
from pipeline.resolve.chosen import choose
from pipeline.resolve.resolve import Resolution, resolve
from pipeline.scope import refuse_unknown, within
from pipeline.settling import settled
from pipeline.standing import Standing
from pipeline.workshop import Refused, Workshop

BUILT: tuple[Format, ...] = (*PDF_FORMATS, "epub", "html")
"""The formats that can be made."""


def make(order: Order, shop: Workshop, key: str) -> Build:
    """The line itself; `key` is what the build is remembered by."""
    _refuse_unknown_names(order, shop.loaded[0])
    with shop.executor() as executor:
        return _make(order, shop, key, executor)


def _make(order: Order, shop: Workshop, key: str, executor: Executor) -> Build:
    library, remarks = shop.loaded
    order = _packs_alone(order, library) if order.only_packs else order
    wanted = _wanted(order)
    shelf = Shelf(shop)
    ahead = Ahead(shop, library, order, shelf)
    resolution = _resolved(library, order, shop, ahead)
    desk = Desk()
    desk.extend((*within(library, order.names, remarks), *resolution.remarks))
    desk.extend(_on_layouts(library, order, shop.layouts))
    addresses = addresses_of(resolution, ahead.stood.values())
    resolution = replace(resolution, series=()) if order.only_packs else resolution
    standing = Standing(resolution, ahead, shelf, order, wanted, library, addresses, shop, key)
    stamps = {sheet: compose_stamp(library.imprint, shop.layouts, sheet) for sheet in get_args(StampSheet)}
    profile = library.profile.content if library.profile else None
    line = Line(shop, executor)
    dated = standing.redate(Redater(shop, executor, line, stamps, profile))
    left = standing.left()
    texts = _compose(left, wanted, shop, desk)
    pressed = _press(line, texts, left, desk)
    goods = Goods(
        *(line, shop.layouts, stamps, addresses, order.produced, wanted, texts, pressed, library, profile),
    )
    bundles = _bundles(left, goods, desk)
    bound = line.bind([bundle.job for bundle in bundles])
    inspector = Inspector(shop, executor)
    finished = tuple(_files(bundles, bound, line, inspector))
    for file in finished:
        hold(shop.store, file)
    said = (*stamp_remarks(bundles), *inspector.proof(finished, standing.paths))
    written = _written(bundles, bound, order, shop, desk)
    engine = tuple(_at_their_files(line.remarks, left))
    standing.record(written, _dated(bundles), said, engine)
    desk.extend((*said, *engine, *standing.remarks))
    return Build(
        desk.remarks,
        tuple(sorted((*written, *standing.outputs))),
        _owners(library, order, {*ahead.stood, *things_of(resolution)}),
        line.pressed,
        line.bound,
        dated,
        tuple(sorted(f"{folder}/{name}" for name in library.broken for folder in ("briefings", "packs"))),
    )


def _resolved(library: Library, order: Order, shop: Workshop, ahead: Ahead) -> Resolution:
    """What is to be made, as far as it is not known to stand."""
    asked = (library, order, shop.cite, shop.layouts.styles, shop.coverage)
    resolution = resolve(*asked, ahead.known)
    if not ahead.holds(resolution):
        ahead.forget()
        resolution = resolve(*asked, ahead.known)
    return resolution


def _on_layouts(library: Library, order: Order, layouts: Layouts) -> Iterator[Diagnostic]:
    """What there is to say of the layouts, and of what the library asks of them."""
    yield from design_remarks(library.imprint, layouts)
    yield from sheet_remarks(layouts)
    yield from layout_remarks(layouts, {pack.fields.layout for pack in library.packs.values()})
    yield from within(library, order.names, pack_layout_remarks(library, layouts))


def _compose(resolution: Resolution, wanted: frozenset[Format], shop: Workshop, desk: Desk) -> Texts:
    """The manuscripts of every edition that is needed; a layout with a fault is told once for all."""
    texts: dict[Edition, dict[str, Manuscript]] = {edition: {} for edition in PDF_FORMATS}
    needed = _needed(resolution, wanted)
    for publication in everything(resolution):
        try:
            for edition in PDF_FORMATS:
                if edition in needed[publication.key]:
                    texts[edition][publication.key] = _composed(publication, edition, shop)
        except LayoutFault as fault:
            desk.report(fault_remark(fault))
    return texts


def _needed(resolution: Resolution, wanted: frozenset[Format]) -> Mapping[str, set[Edition]]:
    """The editions of each briefing that its own formats and those of its packs rest on."""
    needed: dict[str, set[Edition]] = defaultdict(set)
    for publication in resolution.publications:
        needed[publication.key].update(editions_of(publication, wanted))
    for pack in resolution.packs:
        for member in pack.members:
            needed[member.key].update(editions_of(pack, wanted))
    return needed


def _composed(publication: Publication, edition: Edition, shop: Workshop) -> Manuscript:
    """The manuscript of a briefing."""
    return shop.store.remember(
        "compose",
        (publication, shop.layouts_digest, edition),
        lambda: compose_briefing(publication, shop.layouts, edition),
    )


def source_of(publication: Publication) -> str:
    """The file of a text: of a kept version its record."""
    folder = folder_of(publication.id, publication.kept)
    return f"{folder}/{RECORD}" if publication.kept else publication.briefing.path


def _press(line: Line, texts: Texts, resolution: Resolution, desk: Desk) -> Pressed:
    """The sheets of every text; what could not be pressed is told."""
    sheets: dict[Edition, dict[str, Sheets]] = {edition: {} for edition in PDF_FORMATS}
    paths = {publication.key: source_of(publication) for publication in everything(resolution)}
    wanted = [(edition, name) for edition in PDF_FORMATS for name in texts[edition]]
    kept = {publication.key for publication in everything(resolution) if publication.kept}
    records = [paths[name] if name in kept else "" for _, name in wanted]
    results = line.press([texts[edition][name] for edition, name in wanted], records)
    for (edition, name), result in zip(wanted, results, strict=True):
        if isinstance(result, Refused):
            desk.report(made.PRESS_FAILED.at(Place(paths[name]), sentence=result.sentence))
        else:
            sheets[edition][name] = result
    return sheets


def _bundles(resolution: Resolution, goods: Goods, desk: Desk) -> tuple[Bundle, ...]:
    """Everything to be bound; a pack or series that cannot be put together leaves the others alone."""
    bundles: list[Bundle] = []
    for publication in resolution.publications:
        bundles += bundle_briefing(publication, goods)
    bundles += _packs(resolution, goods, desk)
    for series in resolution.series:
        with _told(series.series.path, desk):
            bundles += bundle_series(series, goods)
    return cased(stamped(bundles, goods), goods, desk)


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
        desk.report(made.PRESS_FAILED.at(Place(path), sentence=str(failure)))


def _files(
    bundles: Sequence[Bundle], bound: Sequence[Bound | Refused], line: Line, inspector: Inspector
) -> Iterator[File]:
    """The files that could be bound, each with what it is held to and the pages that it must mark."""
    openings = inspector.openings(sheets for bundle in bundles for _, sheets in bundle.marked)
    for bundle, file in zip(bundles, bound, strict=True):
        if isinstance(file, Bound):
            promise = bundle.promise
            if promise and bundle.marked:
                begun = [(first, openings[sheets.pdf] or ("",) * sheets.pages) for first, sheets in bundle.marked]
                promise = with_pages(promise, begun)
            path, origin = f"output/{bundle.path}", line.origin(bundle.job)
            seal, parts, outliers = file.seal.sha256, bundle.parts, bundle.outliers
            yield File(path, seal, bundle.format, origin, promise, parts, outliers, file.read)


def _written(
    bundles: Sequence[Bundle], bound: Sequence[Bound | Refused], order: Order, shop: Workshop, desk: Desk
) -> list[Output]:
    """The outputs, each in its place; what could not be bound is told."""
    written = []
    for bundle, file in zip(bundles, bound, strict=True):
        if isinstance(file, Refused):
            desk.report(made.BIND_FAILED.at(Place(f"output/{bundle.path}"), sentence=file.sentence))
            continue
        output = Output(
            *(bundle.path, bundle.owner, bundle.format, file.seal.sha256, file.seal.bytes),
            *(bundle.pages, bundle.source, order.produced.isoformat(), file.seal.content),
        )
        outputs.place(shop.output, output, file.read)
        written.append(output)
    return written


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
        owner = manual.get(name, name)
        folder = "packs" if owner in packs else "briefings"
        kind = next(kind for kind in ENDS if kind == edition)
        path = f"output/{path_of(f'{folder}/{owner}', kind)}"
        yield replace(remark, place=replace(remark.place, path=path))


def _wanted(order: Order) -> frozenset[Format]:
    """The formats to make of each thing that lists them."""
    named: set[str] = set(order.formats)
    if not named or "all" in named:
        return frozenset(BUILT)
    if "pdf" in named:
        named |= set(PDF_FORMATS)
    return frozenset(f for f in BUILT if f in named)


def _refuse_unknown_names(order: Order, library: Library) -> None:
    refuse_unknown(library, order.names)
    for name in order.names:
        if name in library.briefings and library.briefings[name].manual:
            raise UsageError(f"'{name}' is a page of the handbook, which is built as a whole: build handbook.")


def _owners(library: Library, order: Order, made: Set[str]) -> tuple[tuple[str, str], ...]:
    """Owner and format of everything that may stand in `output/`.

    What the library no longer lists has no place there, nor what has just been refused: marked too high, or a
    pack that may not be bound. Earlier files of what could not be read stay, and are told of.
    """
    chosen = choose(library, order.names)
    refused = {*(f"briefings/{n}" for n in chosen.briefings), *(f"packs/{n}" for n in chosen.packs)} - made
    briefings = [n for n, b in library.briefings.items() if not b.manual] + sorted(library.broken)
    pairs = [(f"briefings/{n}", f) for n in briefings for f in library.imprint.fields.formats]
    pairs += [(f"packs/{n}", f) for n, pack in library.packs.items() for f in pack.fields.formats]
    pairs += [(f"packs/{n}", f) for n in sorted(library.broken) for f in BUILT]
    pairs += [(f"series/{n}", "html") for n in library.series]
    return tuple(pair for pair in pairs if pair[0] not in refused)


def _packs_alone(order: Order, library: Library) -> Order:
    """The order narrowed to packs."""
    names = tuple(name for name in library.packs if not order.names or name in order.names)
    if not names:
        raise UsageError("There is no pack to build: packs are the files of source/packs/.")
    return replace(order, names=names)
