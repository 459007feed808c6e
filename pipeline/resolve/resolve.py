"""Library and order to publications: the stage on one page."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import TypeVar

from pipeline.core.diagnostics import Diagnostic, Diagnostics, Location, Remarks, errors, ordered
from pipeline.core.processes import Fault, blamed_on, is_fault, reported_fault
from pipeline.model.bibliography import Bibliography
from pipeline.model.formats import Order
from pipeline.model.library import Library
from pipeline.model.publication import PackPublication, Publication, SeriesPublication, Thing
from pipeline.model.source.briefing import Briefing
from pipeline.model.source.library_file import LibrarySettings, Series
from pipeline.model.source.pack import Pack
from pipeline.model.words import PhraseTable
from pipeline.resolve.characters import shown_library
from pipeline.resolve.citations.citeproc import CitedDocument, FormattedDocument, StyleError
from pipeline.resolve.citations.fill import NOTHING, engine_remarks
from pipeline.resolve.citations.pooled import numbered_remarks, pooled_members
from pipeline.resolve.citations.style import StyleFault, broken_style, style_fault
from pipeline.resolve.environment import Chosen, Environment, choose, left_of
from pipeline.resolve.markings import marking_of, may_be_made, too_high
from pipeline.resolve.packs import (
    bind_publication,
    is_exposed,
    may_be_bound,
    merged_documents,
    merged_references,
    series_in,
)
from pipeline.resolve.publications import (
    PublicationDraft,
    RenderContext,
    draft_briefing,
    draft_series,
    publish,
    publish_series,
)
from pipeline.resolve.reading import BriefingView, Examined, PackView, read_library, read_pack
from pipeline.resolve.rules import examine_library, examine_packs, examined
from pipeline.resolve.versions import anchors_of, pinned_readings
from pipeline.resolve.wording import Digests, coded_pack, coded_text, text_digests, with_code

T = TypeVar("T")


def isolated(library: Library, work: Callable[[Library], T]) -> tuple[T, Remarks]:
    """Return what `work` makes of the library without the files in which the program fails, and report these.

    Raises:
        Fault: if the program fails in what everything rests on, such as `library.yaml`.
    """
    found: list[Diagnostic] = []
    while True:
        try:
            return work(library), tuple(found)
        except Fault as fault:
            diagnostic = reported_fault(Location(fault.path), fault, "resolved this file")
            less = _without(library, fault.path, diagnostic)
            if less is library:
                raise
            library = less
            found.append(diagnostic)


def _without(library: Library, path: str, diagnostic: Diagnostic) -> Library:
    """The library as if a file could not be read; the same library if it has nothing of that file that can be left."""
    unread = library.unread | {path}
    for name, briefing in library.briefings.items():
        if briefing.path == path:
            rest = {other: one for other, one in library.briefings.items() if other != name}
            faults = {**library.faults, name: diagnostic}
            return replace(library, briefings=rest, broken=library.broken | {name}, faults=faults, unread=unread)
    packs = {name: pack for name, pack in library.packs.items() if pack.path != path}
    series = {name: one for name, one in library.series.items() if one.path != path}
    if (len(packs), len(series)) < (len(library.packs), len(library.series)):
        return replace(library, packs=packs, series=series, unread=unread)
    kept = {pin: one for pin, one in library.kept.items() if not path.startswith(f"{one.folder}/")}
    if len(kept) < len(library.kept):
        return replace(library, kept=kept, unread=unread)
    works = {key: work for key, work in library.bibliography.entries.items() if work.place.path != path}
    if len(works) < len(library.bibliography.entries):
        return replace(library, bibliography=Bibliography(works), unread=unread)
    return library


@dataclass(frozen=True, slots=True)
class RuleRemarks:
    """Remarks of the rules: on each text, on each pack, and on what all share."""

    texts: Mapping[str, Examined]
    packs: Mapping[str, tuple[Diagnostic, ...]]
    shared: tuple[Diagnostic, ...]

    @property
    def remarks(self) -> tuple[Diagnostic, ...]:
        """All of it, by place."""
        texts = (remark for examined in self.texts.values() for remark in examined.remarks)
        packs = (remark for remarks in self.packs.values() for remark in remarks)
        return ordered((*texts, *packs, *self.shared))


def examine(
    library: Library,
    produced: date,
    coverage: frozenset[int],
    *,
    names: tuple[str, ...] = (),
    styles: Mapping[str, str] | None = None,
) -> tuple[Diagnostic, ...]:
    """Everything the rules remark on: of the whole library, or of the names given and what they rest on.

    `coverage` are the characters that the layout's fonts have (none: not asked); `styles` the citation
    styles that there are, with their text (None: not asked).
    """
    return examine_all(library, produced, coverage, names, styles).remarks


def examine_all(
    library: Library,
    produced: date,
    coverage: frozenset[int],
    names: tuple[str, ...] = (),
    styles: Mapping[str, str] | None = None,
    known: Mapping[str, Examined] = MappingProxyType({}),
) -> RuleRemarks:
    """The same, by what it is said of; `known` has what is said of texts that need not be asked again."""
    anchored = {name: one.anchors for name, one in known.items()}

    def of(library: Library) -> RuleRemarks:
        chosen = choose(library, names)
        environment, readings = read_library(library, produced, anchored)
        return RuleRemarks(
            {name: known[name] if name in known else examined(readings[name], coverage) for name in chosen.needed},
            examine_packs(environment, readings, chosen.packs, produced, coverage),
            examine_library(environment, library.loose, readings, chosen, produced, coverage, styles),
        )

    found, faults = isolated(library, of)
    return replace(found, shared=(*found.shared, *faults))


Cite = Callable[[tuple[CitedDocument, ...]], Mapping[str, FormattedDocument]]
"""The citation engine: all documents of a run at once."""

HOUSE_STYLE = "house"


@dataclass(frozen=True, slots=True)
class ResolveMemory:
    """Findings of earlier builds that hold still, so that nothing is asked again."""

    texts: Mapping[str, Examined] = field(default_factory=dict)
    """Remarks of the rules on briefings, by their ids."""
    packs: Mapping[str, Remarks] = field(default_factory=dict)
    """Remarks on packs that stand, by their ids."""
    things: Mapping[str, Remarks] = field(default_factory=dict)
    """Other remarks on things that stand, by owner, such as 'packs/nights': they are not resolved."""
    wordings: Digests = field(default_factory=dict)
    """The digests of texts, by their ids."""


NOTHING_KNOWN = ResolveMemory()


@dataclass(frozen=True, slots=True)
class ResolveResult:
    """Result of resolve: the publications of an order, each in order of id, and every remark."""

    publications: tuple[Publication, ...]
    packs: tuple[PackPublication, ...]
    series: tuple[SeriesPublication, ...]
    remarks: tuple[Diagnostic, ...]
    texts: Mapping[str, Examined] = field(default_factory=dict)
    """Remarks of the rules on each briefing, by its id."""
    said_of_packs: Mapping[str, Remarks] = field(default_factory=dict)
    """Remarks on each pack, by its id."""
    things: Mapping[str, Remarks] = field(default_factory=dict)
    """Other remarks on each thing, by owner."""
    faulty: frozenset[str] = frozenset()
    """The ids of things that are stamped DRAFT for their mistakes."""
    forbidden: frozenset[str] = frozenset()
    """Owners of which nothing may be made, as they are marked now."""
    wordings: Digests = field(default_factory=dict)
    """The digest of each text that was resolved, by its id, where codes are printed."""

    @property
    def everything(self) -> tuple[Thing, ...]:
        """All that was published."""
        return *self.publications, *self.packs, *self.series


def resolve(
    library: Library,
    order: Order,
    cite: Cite,
    styles: Mapping[str, str],
    coverage: frozenset[int],
    words: PhraseTable,
    known: ResolveMemory = NOTHING_KNOWN,
) -> ResolveResult:
    """The publications that an order asks for, and what there is to say about their sources.

    A briefing with a mistake is made all the same, with a placeholder and the DRAFT stamp. Not made are
    what is marked above OFFICIAL, packs that may not or cannot be bound, and texts in which the program fails. What is
    up to date is left out.
    """

    def of(library: Library) -> ResolveResult:
        diagnostics = Diagnostics()
        everything = choose(library, order.names)
        chosen = left_of(library, everything, known.things.keys())
        anchored = {name: one.anchors for name, one in known.texts.items() if name not in chosen.needed}
        environment, readings = read_library(library, order.produced, anchored)
        said = RuleRemarks(
            {name: known.texts.get(name) or examined(readings[name], coverage) for name in everything.needed},
            {**known.packs, **examine_packs(environment, readings, chosen.packs, order.produced, coverage)},
            examine_library(environment, library.loose, readings, everything, order.produced, coverage, styles),
        )
        diagnostics.extend(said.remarks)
        faulty = faulty_names(library, diagnostics.remarks)
        digests = text_digests(environment, map(readings.__getitem__, chosen.needed), known.wordings)
        legible = shown_library(library, coverage)
        if legible is not library:
            environment, readings = read_library(legible, order.produced, anchored)
        style = styles.get(environment.imprint.fields.style) or styles.get(HOUSE_STYLE, "")
        unread: dict[str, frozenset[str] | None] = dict.fromkeys(sorted(environment.broken))
        house = RenderContext(environment, style, coverage, {**unread, **environment.anchors}, words)
        made = _made(chosen, readings, house, order, cite, styles, diagnostics, faulty, digests)
        things = {**known.things, **made.things}
        diagnostics.extend(remark for remarks in things.values() for remark in remarks)
        made = replace(made, remarks=diagnostics.remarks, things=things, faulty=faulty, wordings=digests)
        return replace(made, texts=said.texts, said_of_packs=said.packs)

    found, faults = isolated(library, of)
    return replace(found, remarks=ordered((*found.remarks, *faults))) if faults else found


def _made(
    chosen: Chosen,
    readings: dict[str, BriefingView],
    house: RenderContext,
    order: Order,
    cite: Cite,
    styles: Mapping[str, str],
    diagnostics: Diagnostics,
    faulty: frozenset[str],
    digests: Digests,
) -> ResolveResult:
    """Everything chosen, published, and the remarks of making each thing."""
    environment = house.environment
    pinned = pinned_readings(environment, chosen.packs, order.produced)
    readings = readings | pinned
    digests = {**digests, **text_digests(environment, pinned.values())}
    asked = (readings[name] for name in (*chosen.needed, *pinned))
    needed = [reading for reading in asked if may_be_made(reading.environment, reading.briefing)]
    drafts = {}
    for reading in needed:
        with blamed_on(reading.path):
            drafts[reading.key] = draft_briefing(reading, _house_of(reading, house))
    bindings = tuple(_bindings(environment, chosen.packs, readings, order))
    landings = _landings(chosen.series, bindings, house)
    asking = (draft.document for draft in (*drafts.values(), *landings.values()) if draft.document.references)
    documents = (*asking, *merged_documents(bindings, drafts, house))
    paths = {one.id: one.path for one in environment.packs.values()}
    paths |= {one.id: one.path for one in environment.series.values()} | {one.key: one.path for one in needed}
    with _blamed_by_document(documents, cite, paths):
        formatted = _formatted(environment.imprint, documents, cite, styles, diagnostics)
    take = drafts.__getitem__ if bindings else drafts.pop  # packs ask for them again, else they need not be kept
    made: dict[str, Publication] = {}
    said: dict[str, Remarks] = {}
    for reading in needed:
        key = reading.key
        with blamed_on(reading.path):
            cited = formatted.get(f"briefing/{key}", NOTHING)
            if not reading.kept:
                said[f"briefings/{key}"] = ordered(engine_remarks(reading, cited))
            published = publish(reading, take(key), cited, _house_of(reading, house), key in faulty)
            made[key] = with_code(published, coded_text(environment, digests.get(key, "")))
    series = {}
    for name, landing in landings.items():
        one = environment.series[name]
        with blamed_on(one.path):
            cited = formatted.get(f"series/{name}", NOTHING)
            series[name] = publish_series(one, landing, cited, house, made, name in faulty)
    return ResolveResult(
        tuple(made[name] for name in chosen.briefings if name in made),
        tuple(_bound(binding, made, series, drafts, formatted, house, faulty, digests) for binding in bindings),
        tuple(series[name] for name in chosen.series if name in series),
        remarks=(),
        things=said | {f"packs/{one.pack.id}": tuple(numbered_remarks((one,), house)) for one in bindings},
        forbidden=frozenset(_forbidden(environment, chosen, readings, order)),
    )


def _landings(names: Iterable[str], bindings: Iterable[PackView], house: RenderContext) -> dict[str, PublicationDraft]:
    """The landing texts of series that are named, or that a pack opens with."""
    wanted = dict.fromkeys((*names, *(one.id for binding in bindings for one in series_in(binding))))
    environment = house.environment
    found = {}
    for name in wanted:
        if name not in environment.withheld:
            with blamed_on(environment.series[name].path):
                found[name] = draft_series(environment.series[name], house)
    return found


def _house_of(reading: BriefingView, house: RenderContext) -> RenderContext:
    """Materials of a text: a kept version has an environment of its own, and its links led somewhere then."""
    return replace(house, environment=reading.environment, anchors=anchors_of(reading)) if reading.kept else house


def _bindings(
    environment: Environment, names: Iterable[str], readings: Mapping[str, BriefingView], order: Order
) -> Iterable[PackView]:
    for name in names:
        with blamed_on(environment.packs[name].path):
            binding = read_pack(environment, environment.packs[name], readings, order.produced)
            bound = may_be_bound(binding)
        if bound:
            yield binding


def _forbidden(
    environment: Environment, chosen: Chosen, readings: Mapping[str, BriefingView], order: Order
) -> Iterable[str]:
    """Things marked higher than they may be made, by owner; and packs that hold one or would go to anybody."""
    for name in chosen.briefings:
        if too_high(marking_of(environment, environment.briefings[name])):
            yield f"briefings/{name}"
    for name in chosen.series:
        if (own := environment.series[name].fields.marking) and too_high(own):
            yield f"series/{name}"
    for name in chosen.packs:
        if is_exposed(read_pack(environment, environment.packs[name], readings, order.produced)):
            yield f"packs/{name}"


@contextmanager
def _blamed_by_document(documents: tuple[CitedDocument, ...], cite: Cite, paths: Mapping[str, str]) -> Iterator[None]:
    """Find the document over which the citation engine fails, by asking for each alone; `paths` has their files."""
    try:
        yield
    except Exception as failure:
        if not is_fault(failure):
            raise
        for document in documents:
            own = paths.get(document.id.partition("/")[2]) or document.references[0].place.path
            with blamed_on(own):
                cite((document,))
        raise


def _formatted(
    imprint: LibrarySettings,
    documents: tuple[CitedDocument, ...],
    cite: Cite,
    styles: Mapping[str, str],
    diagnostics: Diagnostics,
) -> Mapping[str, FormattedDocument]:
    """All documents formatted; in the house style where the library's own will not do."""
    if not documents:
        return {}
    try:
        return cite(documents)
    except StyleError as fault:
        name = imprint.fields.style
        if name == HOUSE_STYLE or HOUSE_STYLE not in styles:
            raise
        if not style_fault(styles.get(name, "")):  # else the rules have told it
            diagnostics.report(broken_style(imprint, styles, StyleFault(fault.sentence)))
        return cite(tuple(replace(document, style=styles[HOUSE_STYLE]) for document in documents))


def faulty_names(library: Library, remarks: Iterable[Diagnostic]) -> frozenset[str]:
    """The ids of briefings, packs and series with an error in their own file or in one they inherit from."""
    remarks = tuple(remarks)
    paths = {remark.place.path for remark in errors(remarks)}
    things: tuple[Briefing | Pack | Series, ...] = (
        *library.briefings.values(),
        *library.packs.values(),
        *library.series.values(),
    )
    if library.imprint.path in paths or any(remark.code == "style-broken" for remark in remarks):
        return library.unsound | {thing.id for thing in things}
    faulty = library.unsound | {thing.id for thing in things if thing.path in paths}
    heirs = (name for one in library.series.values() if one.id in faulty for name in one.fields.briefings)
    return faulty | {name for name in heirs if name in library.briefings}


def _bound(
    binding: PackView,
    made: Mapping[str, Publication],
    series: Mapping[str, SeriesPublication],
    drafts: Mapping[str, PublicationDraft],
    formatted: Mapping[str, FormattedDocument],
    house: RenderContext,
    faulty: frozenset[str],
    digests: Digests,
) -> PackPublication:
    with blamed_on(binding.pack.path):
        pooled = pooled_members(binding, drafts, formatted, house, faulty)
        pooled = {key: with_code(text, made[key].identity.coded) for key, text in pooled.items()}
        own = {**made, **pooled}
        members = tuple(own[reading.key] for reading in binding.present)
        references = merged_references(binding, drafts, formatted, house)
        opened = tuple(series[one.id] for one in series_in(binding) if one.id in series)
        bound = bind_publication(binding, members, references, house, binding.pack.id in faulty, opened)
        return with_code(bound, coded_pack(binding, digests))
