"""Resolve a library and an order to publications: the stage on one page."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TypeVar

from pipeline.core.diagnostics import Diagnostic, Location, Remarks, errors, ordered
from pipeline.core.faults import Fault, blame_faults_on, is_fault, report_fault
from pipeline.model.bibliography import Bibliography
from pipeline.model.formats import Order
from pipeline.model.library import Library
from pipeline.model.publication import PackPublication, Publication, SeriesPublication, Thing
from pipeline.model.source.briefing import Briefing
from pipeline.model.source.library_file import Series
from pipeline.model.source.pack import Pack
from pipeline.model.words import PhraseTable
from pipeline.resolve.characters import show_missing_in_library
from pipeline.resolve.citations.citeproc import CitedDocument, FormattedDocument, StyleError
from pipeline.resolve.citations.fill import engine_remarks
from pipeline.resolve.citations.pack_citations import (
    merged_documents,
    merged_references,
    numbered_remarks,
    pooled_members,
)
from pipeline.resolve.citations.style import StyleFault, broken_style, style_fault
from pipeline.resolve.environment import Chosen, Environment, choose_things, leave_out_finished
from pipeline.resolve.packs import bind_publication, has_forbidden_marking, may_be_bound, series_in
from pipeline.resolve.protective_markings import is_above_official, marking_of, may_be_published
from pipeline.resolve.publications import (
    FormattedDrafts,
    PublicationDraft,
    RenderContext,
    draft_briefing,
    draft_series,
    publish,
    publish_series,
)
from pipeline.resolve.reading import BriefingView, CheckedText, PackView, view_library, view_pack
from pipeline.resolve.rules import RuleContext, RuleRemarks, check_chosen
from pipeline.resolve.versions import link_targets_of, view_pinned_versions
from pipeline.resolve.wording import Digests, pack_digest, page_code_of, set_page_code, text_digests

T = TypeVar("T")


def run_without_faulty_files(library: Library, work: Callable[[Library], T]) -> tuple[T, Remarks]:
    """Call `work` on the library without the files in which the program fails.

    Returns its result, and a diagnostic for each of these files.

    Raises:
        Fault: if the program fails in a file that all others depend on, such as `library.yaml`.
    """
    diagnostics: list[Diagnostic] = []
    while True:
        try:
            return work(library), tuple(diagnostics)
        except Fault as fault:
            diagnostic = report_fault(Location(fault.path), fault, "resolved this file")
            smaller = _without_file(library, fault.path, diagnostic)
            if smaller is library:
                raise
            library = smaller
            diagnostics.append(diagnostic)


def _without_file(library: Library, path: str, diagnostic: Diagnostic) -> Library:
    """Drop what a file contains from the library; the same library if nothing does."""
    unread = library.unread | {path}
    for name, briefing in library.briefings.items():
        if briefing.path == path:
            others = {id_: other for id_, other in library.briefings.items() if id_ != name}
            faults = {**library.faults, name: diagnostic}
            return replace(library, briefings=others, broken=library.broken | {name}, faults=faults, unread=unread)
    packs = {name: pack for name, pack in library.packs.items() if pack.path != path}
    series = {name: series for name, series in library.series.items() if series.path != path}
    if (len(packs), len(series)) < (len(library.packs), len(library.series)):
        return replace(library, packs=packs, series=series, unread=unread)
    kept = {pin: version for pin, version in library.kept.items() if not path.startswith(f"{version.folder}/")}
    if len(kept) < len(library.kept):
        return replace(library, kept=kept, unread=unread)
    works = {key: work for key, work in library.bibliography.entries.items() if work.place.path != path}
    if len(works) < len(library.bibliography.entries):
        return replace(library, bibliography=Bibliography(works), unread=unread)
    return library


Cite = Callable[[tuple[CitedDocument, ...]], Mapping[str, FormattedDocument]]
"""The citation engine: formats all documents of a run at once."""

HOUSE_STYLE = "house"


@dataclass(frozen=True, slots=True)
class ResolveResources:
    """What resolving needs of a project besides its library."""

    cite: Cite
    styles: Mapping[str, str]
    """The text of each citation style, by name."""
    coverage: frozenset[int]
    """Code points that the fonts have. If it is empty, characters are not checked."""
    words: PhraseTable


@dataclass(frozen=True, slots=True)
class ResolveMemory:
    """Results of earlier builds that are still valid, so that they are not computed again."""

    texts: Mapping[str, CheckedText] = field(default_factory=dict)
    """Remarks of the rules on briefings, by id."""
    packs: Mapping[str, Remarks] = field(default_factory=dict)
    """Remarks on packs, by id."""
    things: Mapping[str, Remarks] = field(default_factory=dict)
    """Other remarks, by owner, such as 'packs/nights': these are up to date and not resolved."""
    wordings: Digests = field(default_factory=dict)
    """Digests of texts, by id."""


EMPTY_MEMORY = ResolveMemory()


def check_by_rules(
    library: Library, order: Order, resources: ResolveResources, known: ResolveMemory = EMPTY_MEMORY
) -> RuleRemarks:
    """Check the library, or the things that the order names, by the rules. Texts in `known` are not checked again."""
    anchors = {name: text.anchors for name, text in known.texts.items()}

    def check(library: Library) -> RuleRemarks:
        chosen = choose_things(library, order.names)
        environment, views = view_library(library, order.produced, anchors)
        context = RuleContext(environment, views, library.loose, order.produced, resources.coverage, resources.styles)
        return check_chosen(context, chosen, chosen.packs, known.texts)

    result, faults = run_without_faulty_files(library, check)
    return replace(result, shared=(*result.shared, *faults))


@dataclass(frozen=True, slots=True)
class ResolveResult:
    """The publications of an order, each kind in order of id, and every remark."""

    publications: tuple[Publication, ...]
    packs: tuple[PackPublication, ...]
    series: tuple[SeriesPublication, ...]
    remarks: Remarks
    texts: Mapping[str, CheckedText] = field(default_factory=dict)
    """Remarks of the rules on each briefing, by id."""
    pack_remarks: Mapping[str, Remarks] = field(default_factory=dict)
    """Remarks of the rules on each pack, by id."""
    things: Mapping[str, Remarks] = field(default_factory=dict)
    """Other remarks, by owner."""
    faulty: frozenset[str] = frozenset()
    """Ids of everything that is stamped DRAFT because its source has an error."""
    forbidden: frozenset[str] = frozenset()
    """Owners that may not be published with their present marking."""
    wordings: Digests = field(default_factory=dict)
    """The digest of each resolved text, by id, if codes are printed."""

    @property
    def everything(self) -> tuple[Thing, ...]:
        """All publications."""
        return *self.publications, *self.packs, *self.series


def resolve(
    library: Library, order: Order, resources: ResolveResources, known: ResolveMemory = EMPTY_MEMORY
) -> ResolveResult:
    """Return the publications that an order asks for, and all remarks on their sources.

    A briefing with a mistake is still published, with a placeholder and the DRAFT stamp. These are left out: what is
    marked above OFFICIAL, packs that may not or cannot be bound, texts in which the program fails, and everything that
    is up to date.
    """
    result, faults = run_without_faulty_files(library, lambda sound: _resolve(sound, order, resources, known))
    return replace(result, remarks=ordered((*result.remarks, *faults))) if faults else result


def _resolve(library: Library, order: Order, resources: ResolveResources, known: ResolveMemory) -> ResolveResult:
    """Check a library, then publish it with the characters that the fonts lack replaced."""
    coverage, produced = resources.coverage, order.produced
    ordered_things = choose_things(library, order.names)
    chosen = leave_out_finished(library, ordered_things, known.things.keys())

    anchors = {name: text.anchors for name, text in known.texts.items() if name not in chosen.needed}
    environment, views = view_library(library, produced, anchors)
    rule_context = RuleContext(environment, views, library.loose, produced, coverage, resources.styles)
    checked = check_chosen(rule_context, ordered_things, chosen.packs, known.texts)
    checked = replace(checked, packs={**known.packs, **checked.packs})
    digests = text_digests(environment, map(views.__getitem__, chosen.needed), known.wordings)

    legible = show_missing_in_library(library, coverage)
    if legible is not library:
        environment, views = view_library(legible, produced, anchors)
    pinned = view_pinned_versions(environment, chosen.packs, produced)
    run = _Run(
        order,
        chosen,
        resources,
        _render_context(library, environment, resources, checked.remarks),
        views | pinned,
        {**digests, **text_digests(environment, pinned.values())},
    )
    result = _publish_all(run, (*chosen.needed, *pinned))

    things = {**known.things, **result.things}
    return replace(
        result,
        remarks=ordered((*checked.remarks, *result.remarks, *chain.from_iterable(things.values()))),
        texts=checked.texts,
        pack_remarks=checked.packs,
        things=things,
        faulty=run.context.faulty,
        wordings=digests,
    )


def _render_context(
    library: Library, environment: Environment, resources: ResolveResources, remarks: Remarks
) -> RenderContext:
    styles = resources.styles
    style = styles.get(environment.imprint.fields.style) or styles.get(HOUSE_STYLE, "")
    unread: dict[str, frozenset[str] | None] = dict.fromkeys(sorted(environment.broken))
    anchors = {**unread, **environment.anchors}
    faulty = ids_with_errors(library, remarks)
    return RenderContext(environment, style, resources.coverage, anchors, resources.words, faulty)


@dataclass(frozen=True, slots=True)
class _Run:
    """Input of one run that all its publications share."""

    order: Order
    chosen: Chosen
    resources: ResolveResources
    context: RenderContext
    views: Mapping[str, BriefingView]
    """Present texts by id, and the kept versions that packs ask for by 'id@version'."""
    digests: Digests

    @property
    def environment(self) -> Environment:
        return self.context.environment


def _publish_all(run: _Run, keys: tuple[str, ...]) -> ResolveResult:
    """Publish everything chosen, from the texts with these keys."""
    environment, chosen = run.environment, run.chosen
    views = [view for view in map(run.views.__getitem__, keys) if may_be_published(view.environment, view.briefing)]
    drafts = {}
    for view in views:
        with blame_faults_on(view.path):
            drafts[view.key] = draft_briefing(view, _context_of(view, run.context))
    pack_views = tuple(_bindable_packs(run))
    series_drafts = _draft_series(run, pack_views)
    requests = (draft.document for draft in (*drafts.values(), *series_drafts.values()) if draft.document.references)
    documents = (*requests, *merged_documents(pack_views, drafts, run.context))
    things: tuple[Pack | Series, ...] = (*environment.packs.values(), *environment.series.values())
    paths = {thing.id: thing.path for thing in things} | {view.key: view.path for view in views}
    with _blamed_by_document(documents, run.resources.cite, paths):
        formatted, style_remarks = _format(run, documents)
    texts = FormattedDrafts(drafts, formatted)
    briefings, remarks = _publish_briefings(run, views, texts, keep_drafts=bool(pack_views))
    series = {}
    for name, draft in series_drafts.items():
        with blame_faults_on(environment.series[name].path):
            citations = texts.citations_of(draft)
            series[name] = publish_series(environment.series[name], draft, citations, run.context, briefings)
    for pack_view in pack_views:
        remarks[f"packs/{pack_view.pack.id}"] = tuple(numbered_remarks(pack_view, run.context))
    return ResolveResult(
        tuple(briefings[name] for name in chosen.briefings if name in briefings),
        tuple(_bind_pack(run, pack_view, texts, briefings, series) for pack_view in pack_views),
        tuple(series[name] for name in chosen.series if name in series),
        remarks=style_remarks,
        things=remarks,
        forbidden=frozenset(_forbidden(run)),
    )


def _publish_briefings(
    run: _Run, views: Iterable[BriefingView], texts: FormattedDrafts, keep_drafts: bool
) -> tuple[dict[str, Publication], dict[str, Remarks]]:
    """Publish briefings by key, with remarks by owner. Drafts are dropped if no pack needs them, to save memory."""
    briefings: dict[str, Publication] = {}
    remarks: dict[str, Remarks] = {}
    for view in views:
        draft = texts.drafts[view.key] if keep_drafts else texts.drafts.pop(view.key)
        with blame_faults_on(view.path):
            citations = texts.citations_of(draft)
            if not view.kept:
                remarks[f"briefings/{view.key}"] = ordered(engine_remarks(view, citations))
            publication = publish(view, draft, citations, _context_of(view, run.context))
            code = page_code_of(run.environment, run.digests.get(view.key, ""))
            briefings[view.key] = set_page_code(publication, code)
    return briefings, remarks


def _context_of(view: BriefingView, context: RenderContext) -> RenderContext:
    """Return the context of a text; a kept version has its own environment."""
    return replace(context, environment=view.environment, anchors=link_targets_of(view)) if view.kept else context


def _bindable_packs(run: _Run) -> Iterator[PackView]:
    for name in run.chosen.packs:
        pack = run.environment.packs[name]
        with blame_faults_on(pack.path):
            pack_view = view_pack(run.environment, pack, run.views, run.order.produced)
            bindable = may_be_bound(pack_view)
        if bindable:
            yield pack_view


def _draft_series(run: _Run, pack_views: Iterable[PackView]) -> dict[str, PublicationDraft]:
    """Draft the landing texts of chosen series, and of series in packs."""
    in_packs = (series.id for pack_view in pack_views for series in series_in(pack_view))
    drafts = {}
    for name in dict.fromkeys((*run.chosen.series, *in_packs)):
        if name not in run.environment.withheld:
            series = run.environment.series[name]
            with blame_faults_on(series.path):
                drafts[name] = draft_series(series, run.context)
    return drafts


def _bind_pack(
    run: _Run,
    pack_view: PackView,
    texts: FormattedDrafts,
    briefings: Mapping[str, Publication],
    series: Mapping[str, SeriesPublication],
) -> PackPublication:
    with blame_faults_on(pack_view.pack.path):
        pooled = pooled_members(pack_view, texts, run.context)
        pooled = {key: set_page_code(text, briefings[key].identity.coded) for key, text in pooled.items()}
        members = tuple(pooled.get(view.key) or briefings[view.key] for view in pack_view.present)
        references = merged_references(pack_view, texts, run.context)
        sections = tuple(series[each.id] for each in series_in(pack_view) if each.id in series)
        publication = bind_publication(pack_view, members, references, run.context, sections)
        return set_page_code(publication, page_code_of(run.environment, pack_digest(pack_view, run.digests)))


def _forbidden(run: _Run) -> Iterator[str]:
    """Yield owners whose marking forbids to publish them."""
    environment, chosen = run.environment, run.chosen
    for name in chosen.briefings:
        if is_above_official(marking_of(environment, environment.briefings[name])):
            yield f"briefings/{name}"
    for name in chosen.series:
        if (marking := environment.series[name].fields.marking) and is_above_official(marking):
            yield f"series/{name}"
    for name in chosen.packs:
        if has_forbidden_marking(view_pack(environment, environment.packs[name], run.views, run.order.produced)):
            yield f"packs/{name}"


@contextmanager
def _blamed_by_document(documents: tuple[CitedDocument, ...], cite: Cite, paths: Mapping[str, str]) -> Iterator[None]:
    """Find the document on which the citation engine fails, by formatting each alone."""
    try:
        yield
    except Exception as failure:
        if not is_fault(failure):
            raise
        for document in documents:
            with blame_faults_on(paths.get(document.id.partition("/")[2]) or document.references[0].place.path):
                cite((document,))
        raise


def _format(
    run: _Run, documents: tuple[CitedDocument, ...]
) -> tuple[Mapping[str, FormattedDocument], tuple[Diagnostic, ...]]:
    """Format all documents; if the library's style fails, in the house style with a remark."""
    if not documents:
        return {}, ()
    try:
        return run.resources.cite(documents), ()
    except StyleError as error:
        imprint, styles = run.environment.imprint, run.resources.styles
        name = imprint.fields.style
        if name == HOUSE_STYLE or HOUSE_STYLE not in styles:
            raise
        reported_by_rules = style_fault(styles.get(name, "")) is not None
        remarks = () if reported_by_rules else (broken_style(imprint, styles, StyleFault(error.sentence)),)
        in_house_style = tuple(replace(document, style=styles[HOUSE_STYLE]) for document in documents)
        return run.resources.cite(in_house_style), remarks


def ids_with_errors(library: Library, remarks: Iterable[Diagnostic]) -> frozenset[str]:
    """Return the ids of everything with an error in its own or an inherited file."""
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
    heirs = (name for series in library.series.values() if series.id in faulty for name in series.fields.briefings)
    return faulty | {name for name in heirs if name in library.briefings}
