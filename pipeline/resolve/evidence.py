"""Rules of findings and practice examples."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import message
from pipeline.core.sentences import count_noun, suggest_names
from pipeline.model.body import Body, Box, BoxKind, EvidenceMark, Heading
from pipeline.model.publication import EvidenceBase, FindingRow, PracticeExample, SourceLink
from pipeline.model.result import Result
from pipeline.model.source.briefing import Briefing
from pipeline.model.source.evidence import Finding, Practice
from pipeline.model.source.library_file import Area, LibrarySettings, Organisation, Series
from pipeline.resolve.environment import Environment
from pipeline.resolve.names import areas_are_refused, location_in_list, repeated
from pipeline.resolve.reading import BriefingView

_TOTAL = re.compile(
    r"(grand |over)?(total|sum|all outcomes|all findings|all studies|overall)( of .*| over .*| \(.*\))?", re.IGNORECASE
)


def evidence_of(briefing: Briefing, shorts: Mapping[str, str]) -> EvidenceBase | None:
    """Return the evidence of a briefing; `shorts` has the short forms of works by key."""
    evidence = briefing.fields.evidence
    if not (evidence.findings or evidence.base or evidence.strength or evidence.overall):
        return None
    rows = tuple(
        FindingRow(
            finding,
            tuple(_link(key, shorts) for key in finding.sources),
            _link(finding.via, shorts) if finding.via else None,
        )
        for finding in evidence.findings
    )
    return EvidenceBase(evidence, rows, evidence.strength, evidence.overall)


def _link(key: str, shorts: Mapping[str, str]) -> SourceLink:
    return SourceLink(key, shorts.get(key, f"[{key}: not found]"))


FEWEST_AREAS, MOST_AREAS = 4, 6
"""The numbers of areas that a map is made for."""


def areas_with_columns(areas: tuple[Area, ...]) -> tuple[Area, ...]:
    """The areas that get a column: each once, and at most six."""
    areas_by_id: dict[str, Area] = {}
    for area in areas:
        areas_by_id.setdefault(area.id, area)
    return tuple(areas_by_id.values())[:MOST_AREAS]


def finding_areas(view: BriefingView, present: Environment) -> Mapping[str, str]:
    """The area of each finding, by the finding's id.

    A kept version without areas takes those of the present text: areas are not part of what was published.
    """
    now = present.briefings.get(view.briefing.id)
    texts = (view.briefing.fields, now.fields) if view.kept and now else (view.briefing.fields,)
    areas: dict[str, str] = {}
    for fields in texts:
        for finding in fields.evidence.findings:
            if finding.area:
                areas.setdefault(finding.id, finding.area)
    return areas


# Rules


PlaceOfKey = Callable[..., Location]
"""The location of a key of a finding or practice example."""


def _findings(view: BriefingView) -> Iterator[tuple[PlaceOfKey, Finding]]:
    for number, finding in enumerate(view.briefing.fields.evidence.findings):
        yield partial(view.briefing.marks.at, "evidence", "findings", number), finding


def _examples(view: BriefingView) -> Iterator[tuple[PlaceOfKey, Practice]]:
    for number, example in enumerate(view.briefing.fields.practice):
        yield partial(view.briefing.marks.at, "practice", number), example


def records_have_ids_of_their_own(view: BriefingView) -> Iterator[Diagnostic]:
    """No two findings share an id, nor two practice examples."""
    kinds: tuple[tuple[str, Iterator[tuple[PlaceOfKey, Finding | Practice]]], ...] = (
        ("findings", _findings(view)),
        ("practice examples", _examples(view)),
    )
    for kind, records in kinds:
        for place_of, record in repeated(records, key=lambda row: row[1].id):
            yield message("record-twice", place_of("id"), records=kind, key="id", name=record.id)


def sections_of_records_exist(view: BriefingView) -> Iterator[Diagnostic]:
    """The section that a finding or an example names is a heading of the text."""
    known = [heading.id for heading in view.passage.every(Heading)]
    records: list[tuple[PlaceOfKey, Finding | Practice]] = [*_findings(view), *_examples(view)]
    for place_of, record in records:
        if record.section and record.section not in known:
            hint = suggest_names(record.section, known, "Use the id of a heading of this briefing.")
            yield message("section-unknown", place_of("section"), hint, id=record.id, section=record.section)


def findings_are_not_added_up(view: BriefingView) -> Iterator[Diagnostic]:
    """No finding is a total over the others."""
    for place_of, finding in _findings(view):
        if _TOTAL.fullmatch(finding.outcome.strip()):
            yield message("finding-total", place_of("outcome"), outcome=finding.outcome)


def studies_are_counted_alike(view: BriefingView) -> Iterator[Diagnostic]:
    """The parts of a split finding are all its studies; 0 studies have the result 'no-studies'."""
    for place_of, finding in _findings(view):
        fields = {"id": finding.id, "studies": "does not count its studies"}
        if finding.studies is not None:
            fields["studies"] = f"counts {count_noun(finding.studies, 'study', 'studies')}"
        parts = sum(part.studies for part in finding.split)
        if finding.split and finding.studies is not None and parts != finding.studies:
            yield message("finding-studies", place_of("split"), problem=f"its parts make {parts}", **fields)
        if (finding.result is Result.NO_STUDIES) != (finding.studies == 0):
            hint = "Set 'studies: 0' and 'result: no-studies', or correct the one that is wrong."
            problem = f"says 'result: {finding.result}'"
            yield message("finding-studies", place_of("result"), hint, problem=problem, **fields)


def outside_findings_rest_on_other_works(view: BriefingView) -> Iterator[Diagnostic]:
    """A finding outside the review has another source than the review."""
    base = view.briefing.fields.evidence.base
    for place_of, finding in _findings(view):
        if base and finding.outside_base and set(finding.sources) == {base.source}:
            yield message("finding-outside-base", place_of("sources"), id=finding.id, source=base.source)


def the_plot_is_in_the_figure(view: BriefingView) -> Iterator[Diagnostic]:
    """No text asks for the plot, which is now part of the figure."""
    requests = [
        ("'::: evidence-plot' with its ':::'", mark.place) for mark in view.passage.every(EvidenceMark) if mark.plot
    ]
    if view.briefing.fields.evidence.plot is not None:
        requests.insert(0, ("'plot:'", view.briefing.marks.key_at("evidence", "plot")))
    if requests:
        hint = "Delete " + " and ".join(f"{words} (line {place.line})" for words, place in requests) + "."
        words, place = requests[0]
        yield message("evidence-plot-merged", place, hint=hint, written=words.split(" with")[0])


def areas_are_four_to_six(environment: Environment) -> Iterator[Diagnostic]:
    """A library has four to six areas, or none: a map has room for six columns."""
    count = len(environment.areas)
    if count > MOST_AREAS:
        place = location_in_list(environment, "areas", "areas", MOST_AREAS)
        yield message("areas-many", place, count=count, most="six")
    elif environment.areas and count < FEWEST_AREAS and not areas_are_refused(environment):
        yield message("areas-few", location_in_list(environment, "areas", "areas"), count=count)


def areas_stand_once(environment: Environment) -> Iterator[Diagnostic]:
    """No two areas share an id or a label."""
    seen: set[str] = set()
    for index, area in enumerate(environment.areas):
        for key, name in (("label", area.label), ("id", area.id)):
            if name.casefold() in seen:
                place = location_in_list(environment, "areas", "areas", index)
                yield message("record-twice", place, records="areas of outcome", key=key, name=name)
                break
        seen |= {area.id, area.label.casefold()}


# Practice examples


def caveat_of(
    record: Practice, briefing: Briefing, series: Series | None, imprint: LibrarySettings
) -> tuple[Body, str]:
    """Return the caveat of an example, own or inherited, and the path of its file."""
    if caveat := dict(briefing.texts.caveats).get(record.id):
        return caveat, briefing.path
    if series and series.practice_caveat:
        return series.practice_caveat, series.path
    return imprint.practice_caveat, imprint.path


def force_name(force: str, organisations: Mapping[str, Organisation]) -> str:
    """The full name of a force given by its id; other words as written."""
    return organisations[force].name if force in organisations else force


def practice_examples(
    briefing: Briefing, caveats: Mapping[str, Body], organisations: Mapping[str, Organisation]
) -> tuple[PracticeExample, ...]:
    """The practice examples of a briefing in order; `caveats` by the id of the example."""
    rows = []
    for record in briefing.fields.practice:
        organisation = organisations.get(record.force)
        kind = "force" if organisation is None or organisation.type == "force" else "organisation"
        name = force_name(record.force, organisations)
        rows.append(PracticeExample(record, name, caveats.get(record.id, Body()), kind))
    return tuple(rows)


def _boxes(view: BriefingView) -> Iterator[Box]:
    return (box for box in view.passage.every(Box) if box.kind is BoxKind.PRACTICE)


def every_example_has_a_caveat(view: BriefingView) -> Iterator[Diagnostic]:
    """Every practice example has a caveat, of its own or inherited."""
    for place_of, record in _examples(view):
        caveat, _ = caveat_of(record, view.briefing, view.series, view.environment.imprint)
        if not caveat:
            yield message("practice-no-caveat", place_of(), name=record.name)


def every_example_has_one_box(view: BriefingView) -> Iterator[Diagnostic]:
    """Every practice example has exactly one box in the text."""
    boxes = Counter(box.ref for box in _boxes(view))
    for place_of, record in _examples(view):
        if not boxes[record.id]:
            name = f"The practice example '{record.id}'"
            hint = f"Write a box '::: {{.practice ref={record.id}}}' where the example belongs."
            yield message("record-not-placed", place_of(), hint, record=name, wanted="box for it")
    for box in repeated(filter(lambda box: box.ref, _boxes(view)), key=lambda box: box.ref):
        hint = "Join the two boxes, or add a record for the second example."
        yield message("record-twice", box.place, hint, records="boxes", key="practice example", name=box.ref)


def every_box_has_its_record(view: BriefingView) -> Iterator[Diagnostic]:
    """The id of a practice box belongs to an example in the front matter."""
    known = [record.id for record in view.briefing.fields.practice]
    for box in _boxes(view):
        left_out = ("practice", box.ref) in view.briefing.marks.left_out
        if box.ref and box.ref not in known and not left_out:
            hint = suggest_names(box.ref, known, "Examples live under 'practice:' in the front matter.")
            yield message("practice-unknown-ref", box.place, hint=hint, ref=box.ref)
