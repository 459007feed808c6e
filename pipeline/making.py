"""The line: load, resolve, compose, press, bind.

Every stage is asked for results through the store, so a build does only what no build has done before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline import outputs
from pipeline.built import Build
from pipeline.codes import build as codes
from pipeline.codes import made
from pipeline.collate import Bundle, Goods, bundle_briefing, bundle_pack, bundle_series, stamped
from pipeline.compose.briefing import compose_briefing
from pipeline.compose.contrast import accent_remarks
from pipeline.compose.reach import sheet_remarks
from pipeline.compose.stamp import compose_stamp
from pipeline.diagnostics import Diagnostic, Place, ordered
from pipeline.digest import sha256
from pipeline.errors import UsageError
from pipeline.line import Line
from pipeline.model.imprint import PDF_FORMATS, Format
from pipeline.model.library import Library
from pipeline.model.manuscript import Manuscript
from pipeline.model.publication import Order, Publication
from pipeline.model.sheets import Sheets
from pipeline.outputs import Output
from pipeline.resolve.nearest import did_you_mean, known_names
from pipeline.resolve.resolve import Resolution, resolve
from pipeline.workshop import Refused, Workshop

BUILT: tuple[Format, ...] = ("screen", "epub", "html")
"""The formats that can be made today."""


def make(order: Order, shop: Workshop) -> Build:
    """The line itself."""
    library, remarks = shop.loaded
    _refuse_unknown_names(order, library)
    order = _packs_alone(order, library) if order.only_packs else order
    resolution = resolve(library, order, shop.cite, shop.layouts.styles, shop.coverage)
    remarks += (*resolution.remarks, *formats_not_built(library, resolution))
    remarks += (*accent_remarks(library.imprint), *sheet_remarks(shop.layouts))
    layouts = shop.layouts
    addresses = {p.id: p.identity.address for p in everything(resolution)}
    with shop.executor() as executor:
        line = Line(shop, executor)
        goods = Goods(line, layouts, compose_stamp(layouts), addresses, order.produced, _wanted(order))
        texts = {p.id: _composed(p, shop) for p in everything(resolution)}
        pressed, refusals = _press(line, texts, library)
        remarks += refusals
        bundles = _bundles(resolution, texts, pressed, goods, order)
        files = line.bind([bundle.job for bundle in bundles])
    made_now, more = _written(bundles, files, order, shop)
    remarks += (*more, *line.remarks)
    return Build(ordered(remarks), tuple(sorted(made_now)), _owners(library), line.pressed, line.bound)


def _composed(publication: Publication, shop: Workshop) -> Manuscript:
    """The manuscript of a briefing."""
    files = shop.layouts_digest
    return shop.store.remember("compose", (publication, files), lambda: compose_briefing(publication, shop.layouts))


def everything(resolution: Resolution) -> tuple[Publication, ...]:
    """Every briefing to be pressed, by id: those ordered and the members of packs and series."""
    found = {p.id: p for p in resolution.publications}
    for members in (*(pack.members for pack in resolution.packs), *(s.members for s in resolution.series)):
        found.update({member.id: member for member in members})
    return tuple(found[name] for name in sorted(found))


def _press(
    line: Line, texts: Mapping[str, Manuscript], library: Library
) -> tuple[dict[str, Sheets], tuple[Diagnostic, ...]]:
    """The sheets of every text by id, and a remark for each that could not be pressed."""
    sheets, remarks = {}, []
    for name, result in zip(texts, line.press(tuple(texts.values())), strict=True):
        if isinstance(result, Refused):
            place = Place(library.briefings[name].path)
            remarks.append(made.PRESS_FAILED.at(place, sentence=result.sentence))
        else:
            sheets[name] = result
    return sheets, tuple(remarks)


def _bundles(
    resolution: Resolution,
    texts: Mapping[str, Manuscript],
    pressed: Mapping[str, Sheets],
    goods: Goods,
    order: Order,
) -> tuple[Bundle, ...]:
    """Everything to be bound."""
    bundles: list[Bundle] = []
    for publication in resolution.publications:
        if publication.id in pressed:
            bundles += bundle_briefing(publication, texts[publication.id], pressed[publication.id], goods)
    for pack in resolution.packs:
        if all(member.id in pressed for member in pack.members):
            bundles += bundle_pack(pack, texts, pressed, goods)
    for series in () if order.only_packs else resolution.series:
        bundles += bundle_series(series, goods)
    return stamped(bundles, goods)


def _written(
    bundles: Sequence[Bundle], files: Sequence[bytes | Refused], order: Order, shop: Workshop
) -> tuple[list[Output], tuple[Diagnostic, ...]]:
    """The outputs, each in its place, and a remark for each that could not be bound."""
    written, remarks = [], []
    for bundle, content in zip(bundles, files, strict=True):
        if isinstance(content, Refused):
            remarks.append(made.BIND_FAILED.at(Place(f"output/{bundle.path}"), sentence=content.sentence))
            continue
        output = Output(
            *(bundle.path, bundle.owner, bundle.format, sha256(content), len(content)),
            *(bundle.pages, bundle.source, order.produced.isoformat()),
        )
        outputs.place(shop.output, output, content)
        written.append(output)
    return written, tuple(remarks)


def _wanted(order: Order) -> frozenset[Format]:
    """The formats to make of each thing that lists them."""
    named: set[str] = set(order.formats)
    if not named or "all" in named:
        return frozenset(BUILT)
    if "pdf" in named:
        named |= set(PDF_FORMATS)
    return frozenset(f for f in BUILT if f in named)


def _refuse_unknown_names(order: Order, library: Library) -> None:
    known = {*library.briefings, *library.packs, *library.series, *library.broken}
    for name in order.names:
        if name not in known:
            hint = did_you_mean(name, known, known_names(known))
            raise UsageError(f"The library has no briefing, pack or series '{name}'. {hint}")


def _owners(library: Library) -> tuple[tuple[str, str], ...]:
    """Owner and format of everything listed, the unreadable included: their files stay until they are removed."""
    briefings = [n for n, b in library.briefings.items() if not b.manual] + sorted(library.broken)
    pairs = [(f"briefings/{n}", f) for n in briefings for f in library.imprint.fields.formats]
    pairs += [(f"packs/{n}", f) for n, pack in library.packs.items() for f in pack.fields.formats]
    pairs += [(f"packs/{n}", f) for n in library.broken for f in BUILT]
    pairs += [(f"series/{n}", "html") for n in library.series]
    return tuple(pairs)


def _packs_alone(order: Order, library: Library) -> Order:
    """The order narrowed to packs."""
    names = tuple(name for name in library.packs if not order.names or name in order.names)
    if not names:
        raise UsageError("There is no pack to build: packs are the files of source/packs/.")
    return replace(order, names=names)


def formats_not_built(library: Library, resolution: Resolution) -> tuple[Diagnostic, ...]:
    """A remark for each format listed, by the library or a pack, that cannot be made yet."""
    listed = [(library.imprint.marks, library.imprint.fields.formats)]
    listed += [(pack.pack.marks, pack.formats) for pack in resolution.packs]
    return tuple(
        codes.FORMAT_LATER.at(marks.at("formats", index), format=wanted)
        for marks, formats in listed
        for index, wanted in enumerate(formats)
        if wanted not in BUILT
    )
