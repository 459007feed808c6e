"""A build from the sources to the files: load, resolve, compose, press, bind, proof.

Every rule is asked for through the cache, so a build does only what no build has done before.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from pipeline.build import up_to_date as explain
from pipeline.build.builder import Builder
from pipeline.build.plan import BuildRequest, on_layouts, planned, refuse_unknown, within
from pipeline.build.project import Project, load_press
from pipeline.build.rules import BIND, PRESS
from pipeline.build.summary import Build, remember
from pipeline.build.texts import BuildContext
from pipeline.build.up_to_date import Artifacts
from pipeline.compose.design.style import compose_stamps
from pipeline.compose.layouts import told_in_layouts
from pipeline.core.diagnostics import Diagnostics, UsageError, ordered
from pipeline.model.formats import EVERY_PDF, EVERYTHING, FORMATS, Format, Order
from pipeline.model.library import Library


def make(order: Order, project: Project, key: str) -> Build:
    """Make what is ordered; `key` is what the build is remembered by.

    Files that are left alone are looked at in the end. If one turns out to be another than it was, all are looked at
    first, and what is missing is made.
    """
    with project.workers() as workers, project.progress.work():
        return asyncio.run(_make_sound(order, Builder(project, workers), key))


async def _make_sound(order: Order, b: Builder, key: str) -> Build:
    first = not b.store.last()
    b.workers.start(load_press, None, tasks=len(b.project.files) if first else 1)
    built, sound = await _make(order, b, key, thorough=False)
    if sound:
        return built
    remember(b.store, key, b.project.rests_on)  # what has been made since stands
    dated = built.dated
    again, _ = await _make(order, b, key, thorough=True)
    return replace(again, dated=dated, reasons=(*built.reasons, *again.reasons))


async def _make(order: Order, b: Builder, key: str, thorough: bool) -> tuple[Build, bool]:
    """Make what is ordered, and whether all that was left alone is as it was."""
    project = b.project
    refuse_unknown_names(order, project.loaded[0])
    library, remarks = project.loaded
    if order.only_packs:
        packs = tuple(name for name in library.packs if not order.names or name in order.names)
        if not packs:
            raise UsageError("There is no pack to build: packs are the files of source/packs/.")
        order = replace(order, names=packs)
    wanted = _wanted(order)
    diagnostics = Diagnostics()
    diagnostics.extend(within(library, order.names, remarks))
    stamps = compose_stamps(library.imprint, project.layouts)
    profile = library.profile.content if library.profile else None

    async def redate(things: Mapping[str, Artifacts]) -> dict[str, Artifacts]:
        from pipeline.build.redate import Redater  # which loads all that binds

        return await Redater(b, stamps, profile).redate(things, order.produced, key)

    found = await planned(BuildRequest(order, library, wanted, key, thorough), project, redate)
    diagnostics.extend((*found.remarks, *on_layouts(library, order.names, project)))
    from pipeline.build.graph import Placing, make_all  # which loads all that binds

    left = {thing.owner for thing in found.left.everything}
    artifacts = {owner: b.store.find(found.up_to_date.keys[owner], Artifacts) for owner in left}
    disturbed = {owner for owner, made in artifacts.items() if made and made.produced == order.produced}
    anew = explain.reasons(project, library, order, left, disturbed)
    rest = replace(library, briefings={}, series={}, packs={}, assets={})
    shared = BuildContext(project.layouts, stamps, found.addresses, order.produced, wanted, rest, profile)
    placing = Placing(project, found.up_to_date, order.produced, key)
    formats = [*(one.formats for one in found.left.publications), *(one.formats for one in found.left.packs)]
    b.workers.start(load_press, None, tasks=sum(map(len, formats)))
    try:
        await make_all(b, found.left, shared, placing)
    finally:
        placing.flush()
    sound = thorough or found.up_to_date.verify()
    outputs = (*placing.written, *placing.refused, *found.up_to_date.outputs)
    explain.note(project, library, order, left, outputs, {owner for owner, _ in found.owners})
    diagnostics.extend((*found.up_to_date.remarks, *b.remarks))
    built = Build(
        ordered(told_in_layouts(diagnostics.remarks, project.layouts)),
        tuple(sorted((*placing.written, *found.up_to_date.outputs))),
        found.owners,
        b.made[PRESS],
        b.made[BIND],
        found.dated,
        found.asked,
        found.forbidden,
        tuple(placing.refused),
        reasons=anew,
    )
    return built, sound


def _wanted(order: Order) -> frozenset[Format]:
    named: set[str] = set(order.formats)
    if not named or EVERYTHING in named:
        return frozenset(FORMATS)
    return frozenset(row.name for row in FORMATS.values() if row.name in named or (row.paged and EVERY_PDF in named))


def refuse_unknown_names(order: Order, library: Library) -> None:
    """Refuse an order of what the library does not have. Raises `UsageError`."""
    refuse_unknown(library, order.names)
    for name in order.names:
        if name in library.briefings and library.briefings[name].manual:
            raise UsageError(f"'{name}' is a page of the handbook, which is built as a whole: build handbook.")
