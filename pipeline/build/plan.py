"""Plan of a build: what to make, and the files that a name on the command line stands for."""

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePosixPath

from pipeline.build.project import Project
from pipeline.build.resolve_cache import ResolveTrace, open_resolve_cache
from pipeline.build.up_to_date import ArtifactIndex, BuildRequest, Redate, UpToDate
from pipeline.compose.design.tokens import design_remarks
from pipeline.compose.layouts import languages_without_words, layout_remarks, pack_layout_remarks, words_without_letters
from pipeline.compose.page.allow_list import sheet_remarks
from pipeline.core.diagnostics import Diagnostic, UsageError, errors, has_fault
from pipeline.core.sentences import list_known_names, suggest_names
from pipeline.load.records import manual_pack_id
from pipeline.load.words import phrase_table, read_phrase_table
from pipeline.model.formats import FORMATS, OF_SERIES
from pipeline.model.library import Library
from pipeline.model.publication import PackPublication, Publication, Thing
from pipeline.resolve.environment import briefings_in_pack, choose_things
from pipeline.resolve.resolve import ResolveMemory, ResolveResult, resolve


@dataclass(frozen=True)
class Plan:
    """What a build has to do."""

    remarks: tuple[Diagnostic, ...]
    """Remarks of resolving."""
    addresses: Mapping[str, str]
    up_to_date: UpToDate
    dated: int
    """Number of files of another day that were given this one."""
    owners: tuple[tuple[str, str], ...]
    """Owner and format of every file that may be in `output/`."""
    asked: tuple[tuple[str, str], ...]
    """Those of them that this build is to make."""
    forbidden: frozenset[str]
    """Owners that may not be made with their marking."""
    unmade: ResolveResult
    """The things that are to be made."""


async def plan_build(request: BuildRequest, redate: Redate) -> Plan:
    """Resolve what has changed, and find out what is to be made.

    A thing whose texts and environment have not changed is not resolved if its files are there. A build of named things
    may need texts that it does not make: then all are resolved.
    """
    project, order, library = request.project, request.order, request.library
    cache, faults = open_resolve_cache(project, library, order.produced)
    index = ArtifactIndex(project.store, project.output, request.thorough)
    is_of_everything = not (order.names or order.only_packs)
    traces = _usable_traces(cache.traces(order), index, library, order.produced) if is_of_everything else {}
    memory = ResolveMemory(cache.texts(), wordings=cache.wordings())
    resolution = _resolve_changed(request, memory, traces)
    is_broken = traces and _breaks_the_style(resolution)
    # Where faults have changed, all is resolved: a fault may be reported at the files of other texts.
    if is_broken or any(resolution.faulty & trace.ids != trace.faulty for trace in traces.values()):
        traces = {}
        resolution = _resolve_changed(request, memory, traces)
    addresses = _addresses_by_id(resolution, traces.values())
    remarks = (*faults, *resolution.remarks)
    is_sound = not has_fault(remarks)
    if is_sound:
        cache.keep_texts(resolution.texts)
        cache.keep_wordings(resolution.wordings)
    resolution = replace(resolution, series=()) if order.only_packs else resolution
    up_to_date = UpToDate(request, resolution, traces, addresses, index)
    dated = await up_to_date.redate(redate)
    unread = {remark.place.path for remark in errors(project.loaded[1])}
    owners = tuple(pair for pair in _owners(library, unread) if pair[0] not in resolution.forbidden)
    asked = tuple(_asked(request, owners))
    if is_of_everything and is_sound and not _breaks_the_style(resolution):
        new_traces = {thing.owner: _trace_of(thing, resolution, up_to_date) for thing in resolution.everything}
        cache.keep_traces(order, {**traces, **new_traces})
    unmade = up_to_date.unmade(resolution)
    return Plan(remarks, addresses, up_to_date, dated, owners, asked, resolution.forbidden, unmade)


def _asked(request: BuildRequest, owners: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Return the owners and formats that this build is to make."""
    order = request.order
    for owner, kind in owners:
        folder, _, name = owner.partition("/")
        is_named = name in order.names if order.names else folder == "packs" or not order.only_packs
        if is_named and kind in request.formats:
            yield owner, kind


def _usable_traces(
    traces: Mapping[str, ResolveTrace], index: ArtifactIndex, library: Library, day: date
) -> dict[str, ResolveTrace]:
    """Return the traces of things that the library still has, and whose files of this day are there."""
    chosen, usable = choose_things(library), {}
    for owner, trace in traces.items():
        folder, _, name = owner.partition("/")
        if name in getattr(chosen, folder):
            artifacts = index.find(trace.artifacts)
            if artifacts and artifacts.produced == day:
                usable[owner] = trace
    return usable


def _resolve_changed(request: BuildRequest, memory: ResolveMemory, traces: Mapping[str, ResolveTrace]) -> ResolveResult:
    """Resolve the publications to be made, except those that have a trace."""
    packs = {owner.partition("/")[2]: trace.rules for owner, trace in traces.items() if owner.startswith("packs/")}
    memory = replace(memory, packs=packs, things={owner: trace.cited for owner, trace in traces.items()})
    return resolve(request.library, request.order, request.project.resolve_resources, memory)


def _breaks_the_style(resolution: ResolveResult) -> bool:
    """Return whether the citation engine refused the style, which it does for all texts of a run or for none."""
    return any(remark.code == "style-broken" for remark in resolution.remarks)


def _trace_of(thing: Thing, resolution: ResolveResult, up_to_date: UpToDate) -> ResolveTrace:
    owner, name = thing.owner, thing.owner.partition("/")[2]
    texts = (thing,) if isinstance(thing, Publication) else thing.members
    manual_pages = [text.owner for text in texts if text.manual]
    ids = frozenset((name, *(text.key for text in texts)))
    return ResolveTrace(
        artifacts=up_to_date.keys[owner],
        formats=up_to_date.formats[owner],
        cited=tuple(remark for key in (owner, *manual_pages) for remark in resolution.things.get(key, ())),
        rules=resolution.pack_remarks.get(name, ()) if isinstance(thing, PackPublication) else (),
        addresses=tuple((text.key, text.id, text.identity.address) for text in texts),
        ids=ids,
        faulty=resolution.faulty & ids,
    )


def _addresses_by_id(resolution: ResolveResult, traces: Iterable[ResolveTrace]) -> dict[str, str]:
    """Return the address of each text of a build by its id; a kept version has the address of the present text."""
    addresses = {(key, name): address for trace in traces for key, name, address in trace.addresses}
    for thing in resolution.everything:
        texts = (thing,) if isinstance(thing, Publication) else thing.members
        addresses |= {(text.key, text.id): text.identity.address for text in texts}
    return {name: address for (_, name), address in sorted(addresses.items())}


def _owners(library: Library, unread: Set[str]) -> Iterator[tuple[str, str]]:
    """Yield owner and format of everything that may be in `output/`.

    A file that could not be read may list more formats than are known: then all formats may be there.
    """
    of_briefings = tuple(FORMATS) if library.imprint.path in unread else library.imprint.fields.formats
    briefings = [n for n, b in library.briefings.items() if not b.manual] + sorted(library.broken)
    for name in briefings:
        yield from ((f"briefings/{name}", kind) for kind in of_briefings)
    packs = {name: pack.fields.formats for name, pack in library.packs.items() if pack.path not in unread}
    for name, kinds in (dict.fromkeys(_ids_in(unread, "packs"), tuple(FORMATS)) | packs).items():
        yield from ((f"packs/{name}", kind) for kind in kinds)
    for name in sorted({*library.series, *_ids_in(unread, "series")}):
        yield from ((f"series/{name}", kind) for kind in OF_SERIES)


def _ids_in(paths: Iterable[str], folder: str) -> Iterator[str]:
    """Yield the ids of the packs or series whose files these are."""
    for path in map(PurePosixPath, paths):
        if path.parent.name == folder:
            yield path.stem
        elif folder == "packs" and path.match("source/handbook/*.yaml"):
            yield manual_pack_id(str(path))


# Scope of a name: the thing itself and all that it depends on


def refuse_unknown_owners(library: Library, names: tuple[str, ...]) -> None:
    """Raise `UsageError` for a name that the library does not have."""
    unread = (owner_of_path(path) for path in library.unread)
    known = {*library.briefings, *library.packs, *library.series, *library.broken, *filter(None, unread)}
    for name in names:
        if name in known:
            continue
        meant = _id_of(name)
        if meant in known:
            raise UsageError(f"'{name}' is a file; a briefing, pack or series goes by its name. Write '{meant}'.")
        hint = suggest_names(name, known, list_known_names(n for n in known if not n.startswith("handbook")))
        raise UsageError(f"The library has no briefing, pack or series '{name}'. {hint}".rstrip())


def _id_of(path: str) -> str:
    """Return the id for the path or the name of a file."""
    *folders, last = re.split(r"[/\\]", path.rstrip("/\\"))
    stem = re.sub(r"\.(?:md|ya?ml)$", "", last)
    if "handbook" in folders:
        return "handbook" if last == "pack.yaml" else "-".join([*folders[folders.index("handbook") :], stem])
    return folders[-1] if last == "briefing.md" and folders else stem


def owners_of_paths(library: Library, paths: Iterable[str]) -> tuple[str, ...]:
    """Return the briefings, packs and series that files belong to; none, for everything, if a file belongs to all.

    A name that the library does not have stands for everything too: a file may be the only one of a new kind.
    """
    names = {owner_of_path(path) for path in paths}
    known = {*library.briefings, *library.packs, *library.series, *library.broken}
    return tuple(sorted(names)) if names <= known else ()


def remarks_within(library: Library, names: tuple[str, ...], remarks: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return the remarks on the named things, on what they depend on and on shared files; without names all of them."""
    if not names:
        return tuple(remarks)
    wanted = {*names, *choose_things(library, names).needed}
    lines = (line for name in names if name in library.packs for line in briefings_in_pack(library.packs[name]))
    wanted |= {line for line in lines if line in library.broken or line in library.withheld}  # no pack binds these
    wanted |= {name for name, series in library.series.items() if wanted & set(series.fields.briefings)}
    return tuple(remark for remark in remarks if owner_of_path(remark.place.path) in {"", *wanted})


def owner_of_path(path: str) -> str:
    """Return the id of the briefing, pack or series that a file belongs to; empty if it belongs to all."""
    parts = path.split("/")
    if len(parts) < 3 or parts[0] != "source" or parts[1] not in ("briefings", "packs", "series", "handbook"):
        return ""
    if parts[1] == "handbook":
        stem = "-".join(parts[1:]).rpartition(".")[0]
        return "handbook" if stem == "handbook-pack" else stem
    return parts[2].rpartition(".")[0] if len(parts) == 3 else parts[2]


def remarks_on_layouts(library: Library, names: tuple[str, ...], project: Project) -> Iterator[Diagnostic]:
    """Yield remarks on the layouts, and on layouts or words that the library, or the named things, lack."""
    layouts = project.layouts
    pack_layouts = frozenset(pack.fields.layout for pack in library.packs.values())
    yield from design_remarks(library.imprint, layouts)
    yield from remarks_within(library, names, languages_without_words(library, phrase_table(layouts), layouts))
    yield from words_without_letters(phrase_table(layouts), layouts, project.coverage)
    yield from project.store.remember(
        *("pipeline.build.plan", (layouts, pack_layouts), tuple[Diagnostic, ...]),
        lambda: (*sheet_remarks(layouts), *layout_remarks(layouts, pack_layouts), *read_phrase_table(layouts)[1]),
    )
    yield from remarks_within(library, names, pack_layout_remarks(library, layouts))
