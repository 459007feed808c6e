"""The line: load, resolve, compose, press, bind, proof.

Every stage is asked for results through the store, so a build does only what no build has done before.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import replace
from typing import get_args

from pipeline.build import outputs
from pipeline.build.batches import Parts
from pipeline.build.bind_arguments import Goods
from pipeline.build.date_fields import Made
from pipeline.build.layout_remarks import on_layouts
from pipeline.build.outputs import Output
from pipeline.build.plan import BUILT, Task, prepared
from pipeline.build.project import Workshop
from pipeline.build.rounds import Rounds
from pipeline.build.scope import refuse_unknown, within
from pipeline.build.stages import Line
from pipeline.build.summary import Build, remember
from pipeline.build.toolchain import versions
from pipeline.compose.stamp import compose_stamp
from pipeline.compose.templates.flaws import told_in_layouts
from pipeline.core.diagnostics import Desk, ordered
from pipeline.core.errors import UsageError
from pipeline.model.edition import PDF_FORMATS, Format
from pipeline.model.library import Library
from pipeline.model.manuscript import StampSheet
from pipeline.model.order import Order


def make(order: Order, shop: Workshop, key: str, executor: Executor) -> Build:
    """What is ordered; `key` is what the build is remembered by.

    Files that are left alone are looked at while others are being made, and of a build in several parts before that, as
    long as the sources are here that it is remembered by. If one turns out to be another than it was, all are looked at
    first, and what is missing is made.
    """
    built, sound = _make(order, shop, key, executor, thorough=False)
    if sound:
        return built
    remember(shop.store, key, shop.rests_on)  # what has been made since stands
    again, _ = _make(order, shop, key, executor, thorough=True)
    return replace(again, pressed=built.pressed + again.pressed, bound=built.bound + again.bound, dated=built.dated)


def _make(order: Order, shop: Workshop, key: str, executor: Executor, thorough: bool) -> tuple[Build, bool]:
    """The line itself, and whether all that it left alone is as it was."""
    if not (order.names or order.only_packs):
        shop.call_workers(executor)
    refuse_unknown_names(order, shop.loaded[0])
    library, remarks = shop.loaded
    order = _packs_alone(order, library) if order.only_packs else order
    wanted = _wanted(order)
    line = Line(shop, executor)
    desk = Desk()
    desk.extend(within(library, order.names, remarks))
    stamps = {sheet: compose_stamp(library.imprint, shop.layouts, sheet) for sheet in get_args(StampSheet)}
    profile = library.profile.content if library.profile else None

    def redate(things: Mapping[str, Made]) -> dict[str, Made]:
        from pipeline.build.redate import Redater  # which needs all that binds

        return Redater(shop, executor, line, stamps, profile).redate(things, order.produced, key)

    task = Task(order, library, wanted, key, thorough)
    found = prepared(task, shop, line, redate)
    shop.hands.errands.extend(() if thorough else found.standing.looks())
    if found.parts.number > 1:
        shop.hands.run_errands()
        if found.standing.untrue:
            found = replace(prepared(replace(task, thorough=True), shop, line, redate), dated=found.dated)
    desk.extend((*found.remarks, *on_layouts(library, order.names, shop)))
    rest = replace(library, briefings={}, series={}, packs={}, assets={})
    goods = Goods(*(line, shop.layouts, stamps, found.addresses, order.produced, wanted, {}, {}, rest, profile))
    at_work = Rounds(shop, executor, goods, found.standing, desk)
    if found.parts.number > 1:
        shop.let_go()
    del library, remarks, task
    written = _in_parts(found.parts, at_work, order, shop, key)
    shop.hands.run_errands()
    desk.extend(found.standing.remarks)
    built = Build(
        ordered(told_in_layouts(desk.remarks, shop.layouts)),
        tuple(sorted((*written, *found.standing.outputs))),
        found.owners,
        line.pressed,
        at_work.bound,
        found.dated,
        found.asked,
        found.forbidden,
        at_work.refused,
    )
    return built, not found.standing.untrue


def _in_parts(parts: Parts, at_work: Rounds, order: Order, shop: Workshop, key: str) -> list[Output]:
    """Make all parts. What one has made is on record before the next begins, which may be broken off."""
    written: list[Output] = []
    number = 0
    try:
        for part in parts:  # not by `enumerate`, which would hold it for longer
            number += 1
            shop.voice.part = f"part {number} of {parts.number}" if parts.number > 1 else ""
            written += at_work.make(part)
            del part
            if number < parts.number:
                outputs.add_to_record(shop.output, written, order.produced, versions())
                remember(shop.store, key, shop.rests_on)
    finally:
        shop.voice.part = ""
    return written


def _wanted(order: Order) -> frozenset[Format]:
    """The formats to make of each thing that lists them."""
    named: set[str] = set(order.formats)
    if not named or "all" in named:
        return frozenset(BUILT)
    if "pdf" in named:
        named |= set(PDF_FORMATS)
    return frozenset(f for f in BUILT if f in named)


def refuse_unknown_names(order: Order, library: Library) -> None:
    """Refuse an order of what the library does not have. Raises `UsageError`."""
    refuse_unknown(library, order.names)
    for name in order.names:
        if name in library.briefings and library.briefings[name].manual:
            raise UsageError(f"'{name}' is a page of the handbook, which is built as a whole: build handbook.")


def _packs_alone(order: Order, library: Library) -> Order:
    """The order narrowed to packs."""
    names = tuple(name for name in library.packs if not order.names or name in order.names)
    if not names:
        raise UsageError("There is no pack to build: packs are the files of source/packs/.")
    return replace(order, names=names)
