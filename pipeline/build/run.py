"""A build from the sources to the files: load, resolve, compose, press, bind, proof.

Every step goes through the cache, so a build does only what no build has done before.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from pipeline.build.builder import BIND, PRESS, Builder
from pipeline.build.plan import plan_build, refuse_unknown_owners, remarks_on_layouts, remarks_within
from pipeline.build.project import Project, load_press
from pipeline.build.summary import BuildResult, remember_build
from pipeline.build.texts import BuildContext
from pipeline.build.up_to_date import Artifacts, BuildRequest, reasons_for_build, record_inputs
from pipeline.compose.design.style import compose_stamps
from pipeline.compose.layouts import move_flaws_to_layouts
from pipeline.core.diagnostics import UsageError, ordered
from pipeline.model.formats import EVERY_PDF, EVERYTHING, FORMATS, Format, Order
from pipeline.model.library import Library


def run_build(order: Order, project: Project, key: str) -> BuildResult:
    """Make what is ordered; the build is cached under `key`.

    At the end the files that were left alone are verified. If one has changed, all are verified first and whatever is
    missing is made.
    """
    with project.workers() as workers, project.progress.work():
        return asyncio.run(_make_until_sound(order, Builder(project, workers), key))


async def _make_until_sound(order: Order, b: Builder, key: str) -> BuildResult:
    is_first = not b.store.last()
    b.workers.start(load_press, None, tasks=len(b.project.files) if is_first else 1)
    built, is_sound = await _make_once(order, b, key, thorough=False)
    if is_sound:
        return built
    remember_build(b.store, key, b.project.rests_on)  # keeps what has been made so far
    again, _ = await _make_once(order, b, key, thorough=True)
    return replace(again, dated=built.dated, reasons=(*built.reasons, *again.reasons))


async def _make_once(order: Order, b: Builder, key: str, thorough: bool) -> tuple[BuildResult, bool]:
    """Make what is ordered; returns also whether all files that were left alone are unchanged."""
    project = b.project
    library, load_remarks = project.loaded
    refuse_unknown_names(order, library)
    if order.only_packs:
        order = replace(order, names=_ordered_packs(order, library))
    stamps = compose_stamps(library.imprint, project.layouts)
    profile = library.profile.content if library.profile else None
    request = BuildRequest(project, order, library, _ordered_formats(order), key, thorough)

    async def redate(things: Mapping[str, Artifacts]) -> dict[str, Artifacts]:
        from pipeline.build.redate import Redater  # which loads all that binds

        return await Redater(b, stamps, profile).redate(things, order.produced, key)

    plan = await plan_build(request, redate)
    source_remarks = (
        *remarks_within(library, order.names, load_remarks),
        *plan.remarks,
        *remarks_on_layouts(library, order.names, project),
    )
    from pipeline.build.graph import OutputPlacer, make_all  # which loads all that binds

    owners = {thing.owner for thing in plan.unmade.everything}
    artifacts = {owner: b.store.find(plan.up_to_date.keys[owner], Artifacts) for owner in owners}
    disturbed = {owner for owner, made in artifacts.items() if made and made.produced == order.produced}
    why = reasons_for_build(request, owners, disturbed)
    imprint_only = replace(library, briefings={}, series={}, packs={}, assets={})
    context = BuildContext(
        project.layouts, stamps, plan.addresses, order.produced, request.formats, imprint_only, profile
    )
    placer = OutputPlacer(request, plan.up_to_date)
    formats = [*(text.formats for text in plan.unmade.publications), *(pack.formats for pack in plan.unmade.packs)]
    b.workers.start(load_press, None, tasks=sum(map(len, formats)))
    try:
        await make_all(b, plan.unmade, context, placer)
    finally:
        placer.flush()
    is_sound = thorough or plan.up_to_date.verify()
    outputs = (*placer.written, *placer.refused, *plan.up_to_date.outputs)
    record_inputs(request, owners, outputs, {owner for owner, _ in plan.owners})
    remarks = (*source_remarks, *plan.up_to_date.remarks, *b.remarks)
    build = BuildResult(
        remarks=ordered(move_flaws_to_layouts(remarks, project.layouts)),
        outputs=tuple(sorted((*placer.written, *plan.up_to_date.outputs))),
        owners=plan.owners,
        pressed=b.made[PRESS],
        bound=b.made[BIND],
        dated=plan.dated,
        asked=plan.asked,
        forbidden=plan.forbidden,
        refused=tuple(placer.refused),
        reasons=why,
    )
    return build, is_sound


def _ordered_packs(order: Order, library: Library) -> tuple[str, ...]:
    """Return the packs that are ordered, or all packs. Raises `UsageError` if there are none."""
    packs = tuple(name for name in library.packs if not order.names or name in order.names)
    if not packs:
        raise UsageError("There is no pack to build: packs are the files of source/packs/.")
    return packs


def _ordered_formats(order: Order) -> frozenset[Format]:
    names: set[str] = set(order.formats)
    if not names or EVERYTHING in names:
        return frozenset(FORMATS)
    return frozenset(row.name for row in FORMATS.values() if row.name in names or (row.paged and EVERY_PDF in names))


def refuse_unknown_names(order: Order, library: Library) -> None:
    """Raise `UsageError` for a name that the library does not have, and for a page of the handbook."""
    refuse_unknown_owners(library, order.names)
    for name in order.names:
        if name in library.briefings and library.briefings[name].manual:
            raise UsageError(f"'{name}' is a page of the handbook, which is built as a whole: build handbook.")
