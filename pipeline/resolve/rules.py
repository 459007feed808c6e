"""All rules on texts, packs and libraries, and the functions that run them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain

from pipeline.core.diagnostics import Diagnostic, Diagnostics, Location, Remarks, ordered
from pipeline.core.faults import blame_faults_on, report_faults
from pipeline.core.messages import with_house_rules
from pipeline.core.services import Hook
from pipeline.model.body import Body
from pipeline.model.source.briefing import BriefingHead
from pipeline.model.source.library_file import LibrarySettings, Series
from pipeline.resolve import (
    characters,
    evidence,
    house_style,
    links,
    names,
    packs,
    protective_markings,
    status,
    versions,
    wording,
)
from pipeline.resolve.citations import fill, pack_citations, works
from pipeline.resolve.citations.style import style_can_be_used
from pipeline.resolve.environment import Chosen, Environment
from pipeline.resolve.reading import BriefingView, CheckedText, NodeIndex, PackView, index_nodes, view_pack

SERVICE_PACK_RULES: Hook[Callable[[PackView], Iterable[Diagnostic]]] = Hook("pack_rules")
SERVICE_LIBRARY_RULES: Hook[Callable[[Environment], Iterable[Diagnostic]]] = Hook("library_rules")

PASSAGE_RULES: tuple[Callable[[NodeIndex], Iterator[Diagnostic]], ...] = (
    links.cross_references_lead_somewhere,
    links.links_in_the_text_lead_somewhere,
    house_style.texts_have_no_placeholder_words,
)
"""Rules on any text that need nothing but the text."""

TEXT_RULES: tuple[Callable[[Environment, NodeIndex], Iterator[Diagnostic]], ...] = (
    fill.cited_works_are_known,
    works.keys_have_their_mark,
    works.works_cited_still_hold,
    links.links_to_briefings_lead_somewhere,
    links.paths_lead_to_texts,
)
"""Rules on any text."""

BRIEFING_RULES: tuple[Callable[[BriefingView], Iterator[Diagnostic]], ...] = (
    fill.named_works_are_known,
    fill.listed_works_are_cited,
    fill.works_are_settled,
    works.works_named_still_hold,
    evidence.records_have_ids_of_their_own,
    evidence.findings_are_not_added_up,
    evidence.studies_are_counted_alike,
    evidence.sections_of_records_exist,
    evidence.outside_findings_rest_on_other_works,
    evidence.the_plot_is_in_the_figure,
    evidence.every_example_has_a_caveat,
    evidence.every_example_has_one_box,
    evidence.every_box_has_its_record,
    status.updates_follow_publication,
    status.statuses_are_complete,
    status.dates_have_come,
    status.history_matches_the_version,
    status.reviews_are_kept,
    status.superseding_briefings_exist,
    status.no_circle_of_supersession,
    names.related_titles_exist,
    names.entries_are_listed,
    names.areas_are_listed,
    house_style.teaching_has_its_boxes,
    house_style.records_have_their_figures,
    house_style.briefings_have_a_text,
    house_style.columns_have_heads,
    versions.published_texts_are_unchanged,
)
"""Rules on briefings and on pages of the handbook."""

HOUSE_RULES: tuple[Callable[[BriefingView], Iterator[Diagnostic]], ...] = (
    names.abbreviations_are_used,
    works.works_are_not_cited_by_hand,
    works.typed_works_are_in_the_library,
    house_style.references_are_not_typed,
    house_style.texts_are_finished,
    house_style.typed_numbers_are_there,
    house_style.captions_are_no_paragraphs,
    house_style.titles_fit_the_running_header,
    house_style.tables_fit_on_a_small_screen,
)
"""Rules of house style, for briefings only."""

SERIES_RULES: tuple[Callable[[Environment, Series], Iterator[Diagnostic]], ...] = (
    names.members_of_series_exist,
    names.briefings_are_in_one_series,
)

PACK_RULES: tuple[Callable[[PackView], Iterator[Diagnostic]], ...] = (
    packs.packs_are_not_empty,
    packs.members_exist,
    packs.index_places_exist,
    packs.members_can_be_built,
    packs.pinned_members_have_a_present_briefing,
    packs.pins_are_not_behind_a_correction,
    packs.members_are_listed_once,
    packs.pinned_versions_are_kept,
    wording.pinned_texts_read_as_published,
    packs.members_are_in_force,
    packs.packs_are_marked_as_high_as_their_parts,
    packs.public_packs_are_not_sensitive,
    packs.changes_have_an_earlier_version,
    pack_citations.one_list_has_a_place,
    packs.abbreviations_agree,
    works.works_of_pinned_versions_hold,
)

LIBRARY_RULES: tuple[Callable[[Environment], Iterator[Diagnostic]], ...] = (
    names.terms_lead_to_terms,
    evidence.areas_are_four_to_six,
    evidence.areas_stand_once,
    house_style.fields_have_no_placeholder_words,
    versions.kept_versions_have_their_briefing,
)


@dataclass(frozen=True, slots=True)
class RuleContext:
    """What the rules on packs and on the whole library may read."""

    environment: Environment
    views: Mapping[str, BriefingView]
    """Every briefing by id."""
    loose: Mapping[str, Body]
    """Bodies of briefings whose front matter cannot be read, by id."""
    produced: date
    coverage: frozenset[int]
    styles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RuleRemarks:
    """Remarks of the rules on each briefing, on each pack, and on what all share."""

    texts: Mapping[str, CheckedText]
    packs: Mapping[str, Remarks]
    shared: Remarks

    @property
    def remarks(self) -> Remarks:
        """All remarks, by place."""
        of_texts = (text.remarks for text in self.texts.values())
        return ordered((*chain.from_iterable((*of_texts, *self.packs.values())), *self.shared))


def check_chosen(
    context: RuleContext, chosen: Chosen, packs: Iterable[str], known: Mapping[str, CheckedText]
) -> RuleRemarks:
    """Check the chosen texts that are not `known`, these packs, and what all share."""
    texts = {name: known.get(name) or check_briefing(context.views[name], context.coverage) for name in chosen.needed}
    return RuleRemarks(texts, check_packs(context, packs), check_library(context, chosen))


def check_briefing(view: BriefingView, coverage: frozenset[int]) -> CheckedText:
    """Check a briefing. Of other briefings its remarks depend on fields and anchors only."""
    briefing = view.briefing
    rules = BRIEFING_RULES if briefing.manual else BRIEFING_RULES + HOUSE_RULES
    with blame_faults_on(view.path):
        remarks = (
            *_check_text(view.environment, view.passage, coverage),
            *chain.from_iterable(rule(view) for rule in rules),
            *_check_fields(briefing, coverage),
            *characters.references_have_their_letters(view, coverage),
        )
        settings = view.environment.imprint.fields.rules.settings()
        return CheckedText(view.passage.anchors, ordered(with_house_rules(remarks, settings)))


def check_packs(context: RuleContext, names: Iterable[str]) -> dict[str, Remarks]:
    """Check packs; returns the remarks by id."""
    environment = context.environment
    views = {**context.views, **versions.view_pinned_versions(environment, names, context.produced)}
    rules = (*PACK_RULES, *SERVICE_PACK_RULES)
    remarks = {}
    for name in names:
        pack = environment.packs[name]
        with blame_faults_on(pack.path):
            pack_view = view_pack(environment, pack, views, context.produced)
            letters = characters.fields_have_their_letters(pack.fields, pack.marks.at, context.coverage)
            remarks[name] = ordered((*(remark for rule in rules for remark in rule(pack_view)), *letters))
    return remarks


def check_library(context: RuleContext, chosen: Chosen) -> Remarks:
    """Check shared files, series, and texts without front matter; no other text is read."""
    diagnostics = Diagnostics()
    environment, coverage = context.environment, context.coverage
    imprint = environment.imprint
    packs = tuple(environment.packs[name] for name in chosen.packs)
    checks: tuple[Callable[[], Iterable[Diagnostic]], ...] = (
        lambda: _check_settings(environment, coverage),
        lambda: status.evaluations_have_come(imprint, context.produced),
        lambda: house_style.the_printer_is_known(imprint, packs),
        lambda: style_can_be_used(imprint, context.styles),
        lambda: house_style.numbers_are_of_one_publication(environment, (*chosen.needed, *chosen.packs)),
        lambda: versions.inherited_values_are_unchanged(context.views[name] for name in chosen.needed),
    )
    for check in checks:
        with report_faults(diagnostics, Location(imprint.path), "checked the whole library"):
            diagnostics.extend(check())
    for series in environment.series.values():
        if series.id in chosen.series or any(name in chosen.needed for name in series.fields.briefings):
            with blame_faults_on(series.path):
                diagnostics.extend(_check_series(environment, series, coverage))
    for name in chosen.loose:
        with report_faults(diagnostics, Location(environment.faults[name].place.path), "checked this file"):
            diagnostics.extend(_check_text(environment, index_nodes(context.loose[name]), coverage))
    return diagnostics.remarks


def _check_text(environment: Environment, nodes: NodeIndex, coverage: frozenset[int]) -> Iterator[Diagnostic]:
    for rule in PASSAGE_RULES:
        yield from rule(nodes)
    for text_rule in TEXT_RULES:
        yield from text_rule(environment, nodes)
    yield from characters.texts_have_their_letters(nodes, coverage)


def _check_fields(source: BriefingHead | Series | LibrarySettings, coverage: frozenset[int]) -> Iterator[Diagnostic]:
    yield from protective_markings.markings_stay_within_official(source)
    yield from characters.fields_have_their_letters(source.fields, source.marks.at, coverage)


def _check_settings(environment: Environment, coverage: frozenset[int]) -> Iterator[Diagnostic]:
    imprint = environment.imprint
    yield from _check_text(environment, index_nodes(imprint.method_note, imprint.practice_caveat), coverage)
    yield from _check_fields(imprint, coverage)
    yield from characters.lists_have_their_letters(environment, coverage)
    for rule in (*LIBRARY_RULES, *SERVICE_LIBRARY_RULES):
        yield from rule(environment)


def _check_series(environment: Environment, series: Series, coverage: frozenset[int]) -> Iterator[Diagnostic]:
    nodes = index_nodes(series.landing, series.method_note, series.practice_caveat)
    yield from _check_text(environment, nodes, coverage)
    yield from _check_fields(series, coverage)
    for rule in SERIES_RULES:
        yield from rule(environment, series)
