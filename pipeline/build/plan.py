"""Plan of a build: what to make, and of which scope."""

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePosixPath

from pipeline.build.project import Project
from pipeline.build.resolve_cache import Trace, cache_of
from pipeline.build.up_to_date import ArtifactIndex, Redate, UpToDate
from pipeline.compose.design.tokens import design_remarks
from pipeline.compose.language.languages import languages_without_words, words_without_letters
from pipeline.compose.layouts import layout_remarks, pack_layout_remarks
from pipeline.compose.page.gate import sheet_remarks
from pipeline.core.diagnostics import Diagnostic, UsageError, errors, has_fault
from pipeline.core.sentences import known_names, suggestion
from pipeline.load.words import read_wordbook, wordbook
from pipeline.model.formats import FORMATS, OF_SERIES, Format, Order
from pipeline.model.library import Library
from pipeline.model.publication import PackPublication, Publication, Thing
from pipeline.resolve.environment import choose, listed
from pipeline.resolve.resolve import ResolveMemory, ResolveResult, resolve


@dataclass(frozen=True)
class BuildRequest:
    """Request of a build: its order, the library, the formats wanted, and the key under which it is cached."""

    order: Order
    library: Library
    wanted: frozenset[Format]
    key: str
    thorough: bool
    """Whether all files that are left alone are looked at first."""


@dataclass(frozen=True)
class Plan:
    """Plan of a build."""

    remarks: tuple[Diagnostic, ...]
    """Remarks of resolving."""
    addresses: Mapping[str, str]
    up_to_date: UpToDate
    dated: int
    """Files of another day that were given this one."""
    owners: tuple[tuple[str, str], ...]
    asked: tuple[tuple[str, str], ...]
    forbidden: frozenset[str]
    left: ResolveResult
    """All that is to be made."""


async def planned(request: BuildRequest, project: Project, redate: Redate) -> Plan:
    """Find out what there is to do.

    A thing whose texts and environment are as they were comes to what it came to, and is not resolved if what was made
    of it is there. A build of what is named may rest on texts that it does not make: then all are resolved.
    """
    order, library = request.order, request.library
    cache, faults = cache_of(project, library, order.produced)
    index = ArtifactIndex(project, request.thorough)
    whole = not (order.names or order.only_packs)
    traces = _of_the_day(cache.traces(order), index, library, order.produced) if whole else {}
    texts = cache.texts()
    known = ResolveMemory(texts, wordings=cache.wordings())
    resolution = _resolved(library, order, project, known, traces)
    broken = traces and _breaks_the_style(resolution)
    # Where faults have changed, all is resolved: a fault may be reported at the files of other texts.
    if broken or any(resolution.faulty & trace.ids != trace.faulty for trace in traces.values()):
        traces = {}
        resolution = _resolved(library, order, project, known, traces)
    addresses = _addresses(resolution, traces.values())
    remarks = (*faults, *resolution.remarks)
    sound = not has_fault(remarks)
    if sound:
        cache.keep_texts(resolution.texts)
        cache.keep_wordings(resolution.wordings)
    resolution = replace(resolution, series=()) if order.only_packs else resolution
    check = UpToDate(resolution, traces, index, order, request.wanted, library, addresses, project, request.key)
    dated = await check.redate(redate)
    unread = {remark.place.path for remark in errors(project.loaded[1])}
    owners = tuple(pair for pair in _owners(library, unread) if pair[0] not in resolution.forbidden)
    asked = tuple(_asked(order, request.wanted, owners))
    if whole and sound and not _breaks_the_style(resolution):
        found = {thing.owner: _trace_of(thing, resolution, check) for thing in resolution.everything}
        cache.keep_traces(order, {**traces, **found})
    return Plan(remarks, addresses, check, dated, owners, asked, resolution.forbidden, check.left(resolution))


def _asked(order: Order, wanted: Set[Format], owners: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The owners and formats that this build is to make."""
    for owner, kind in owners:
        folder, _, name = owner.partition("/")
        named = name in order.names if order.names else folder == "packs" or not order.only_packs
        if named and kind in wanted:
            yield owner, kind


def _of_the_day(traces: Mapping[str, Trace], index: ArtifactIndex, library: Library, day: date) -> dict[str, Trace]:
    """The traces of things that are still there and whose files are, produced on this day."""
    chosen, found = choose(library), {}
    for owner, trace in traces.items():
        folder, _, name = owner.partition("/")
        if name in getattr(chosen, folder) and (made := index.find(trace.artifacts)) and made.produced == day:
            found[owner] = trace
    return found


def _resolved(
    library: Library, order: Order, project: Project, known: ResolveMemory, traces: Mapping[str, Trace]
) -> ResolveResult:
    """Publications to be made, but for those that have a trace."""
    packs = {owner.partition("/")[2]: one.rules for owner, one in traces.items() if owner.startswith("packs/")}
    known = replace(known, packs=packs, things={owner: one.cited for owner, one in traces.items()})
    words = wordbook(project.layouts)
    return resolve(library, order, project.cite, project.layouts.styles, project.coverage, words, known)


def _breaks_the_style(resolution: ResolveResult) -> bool:
    """Whether the engine has refused the style: it says so of all texts that are set at once, or of none."""
    return any(remark.code == "style-broken" for remark in resolution.remarks)


def _trace_of(thing: Thing, resolution: ResolveResult, check: UpToDate) -> Trace:
    name = thing.owner.partition("/")[2]
    texts = (thing,) if isinstance(thing, Publication) else thing.members
    pages = [text.owner for text in texts if text.manual]
    cited = (remark for one in (thing.owner, *pages) for remark in resolution.things.get(one, ()))
    ids = frozenset((name, *(text.key for text in texts)))
    rules = resolution.said_of_packs.get(name, ()) if isinstance(thing, PackPublication) else ()
    addresses = tuple((text.key, text.id, text.identity.address) for text in texts)
    key, formats = check.keys[thing.owner], check.formats[thing.owner]
    return Trace(key, formats, tuple(cited), rules, addresses, ids, resolution.faulty & ids)


def _addresses(resolution: ResolveResult, traces: Iterable[Trace]) -> dict[str, str]:
    """The address of each text of a build, by its id; of a kept version as it is now."""
    known = {(key, name): address for trace in traces for key, name, address in trace.addresses}
    for thing in resolution.everything:
        texts = (thing,) if isinstance(thing, Publication) else thing.members
        known |= {(text.key, text.id): text.identity.address for text in texts}
    return {name: address for (_, name), address in sorted(known.items())}


def _owners(library: Library, unread: Set[str]) -> Iterator[tuple[str, str]]:
    """Owner and format of everything that may stand in `output/`: of what has a source, the formats that it lists.

    What a file with a mistake lists may be more than could be read of it: then all formats may stand.
    """
    of_briefings = tuple(FORMATS) if library.imprint.path in unread else library.imprint.fields.formats
    briefings = [n for n, b in library.briefings.items() if not b.manual] + sorted(library.broken)
    for name in briefings:
        yield from ((f"briefings/{name}", kind) for kind in of_briefings)
    packs = {name: pack.fields.formats for name, pack in library.packs.items() if pack.path not in unread}
    for name, kinds in (dict.fromkeys(_named_by(unread, "packs"), tuple(FORMATS)) | packs).items():
        yield from ((f"packs/{name}", kind) for kind in kinds)
    for name in sorted({*library.series, *_named_by(unread, "series")}):
        yield from ((f"series/{name}", kind) for kind in OF_SERIES)


def _named_by(paths: Iterable[str], folder: str) -> Iterator[str]:
    """The ids of the packs or series that some files are of."""
    for path in map(PurePosixPath, paths):
        if path.parent.name == folder:
            yield path.stem
        elif folder == "packs" and path.match("source/handbook/pack.yaml"):
            yield "handbook"


# Scope of a name: the thing itself and all it rests on


def refuse_unknown(library: Library, names: tuple[str, ...]) -> None:
    """Raise `UsageError` for a name that the library has not."""
    unread = (owner_of(path) for path in library.unread)
    known = {*library.briefings, *library.packs, *library.series, *library.broken, *filter(None, unread)}
    for name in names:
        if name not in known:
            meant = _id_of(name)
            if meant in known:
                raise UsageError(f"'{name}' is a file; a briefing, pack or series goes by its name. Write '{meant}'.")
            hint = suggestion(name, known, known_names(n for n in known if not n.startswith("handbook")))
            raise UsageError(f"The library has no briefing, pack or series '{name}'. {hint}".rstrip())


def _id_of(path: str) -> str:
    """The id that the path of a file, or its name, stands for."""
    *folders, last = re.split(r"[/\\]", path.rstrip("/\\"))
    stem = re.sub(r"\.(?:md|ya?ml)$", "", last)
    if "handbook" in folders:
        return "handbook" if last == "pack.yaml" else "-".join([*folders[folders.index("handbook") :], stem])
    return folders[-1] if last == "briefing.md" and folders else stem


def owning(library: Library, paths: Iterable[str]) -> tuple[str, ...]:
    """The briefings, packs and series that files belong to; none, for everything, where one belongs to all.

    A name that the library does not have stands for everything too: a file may be the only one of a new kind.
    """
    names = {owner_of(path) for path in paths}
    known = {*library.briefings, *library.packs, *library.series, *library.broken}
    return tuple(sorted(names)) if names <= known else ()


def within(library: Library, names: tuple[str, ...], remarks: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The remarks on the things named, on what they rest on and on what all share; all of them where none is named."""
    if not names:
        return tuple(remarks)
    wanted = {*names, *choose(library, names).needed}
    lines = (line for name in names if name in library.packs for line in listed(library.packs[name]))
    wanted |= {line for line in lines if line in library.broken or line in library.withheld}  # no pack binds these
    wanted |= {name for name, series in library.series.items() if wanted & set(series.fields.briefings)}
    return tuple(remark for remark in remarks if owner_of(remark.place.path) in {"", *wanted})


def owner_of(path: str) -> str:
    """The id of the briefing, pack or series that a file belongs to, or nothing where it belongs to all."""
    parts = path.split("/")
    if len(parts) < 3 or parts[0] != "source" or parts[1] not in ("briefings", "packs", "series", "handbook"):
        return ""
    if parts[1] == "handbook":
        stem = "-".join(parts[1:]).rpartition(".")[0]
        return "handbook" if stem == "handbook-pack" else stem
    return parts[2].rpartition(".")[0] if len(parts) == 3 else parts[2]


def on_layouts(library: Library, names: tuple[str, ...], project: Project) -> Iterator[Diagnostic]:
    """Remarks on the layouts, and on what the library, or what is named of it, asks of them."""
    layouts = project.layouts
    named = frozenset(pack.fields.layout for pack in library.packs.values())
    yield from design_remarks(library.imprint, layouts)
    yield from within(library, names, languages_without_words(library, wordbook(layouts), layouts))
    yield from words_without_letters(wordbook(layouts), layouts, project.coverage)
    yield from project.store.remember(
        *("pipeline.build.plan", (layouts, named), tuple[Diagnostic, ...]),
        lambda: (*sheet_remarks(layouts), *layout_remarks(layouts, named), *read_wordbook(layouts)[1]),
    )
    yield from within(library, names, pack_layout_remarks(library, layouts))
