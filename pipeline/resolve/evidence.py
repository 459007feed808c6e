"""Rules of findings and practice examples."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import message
from pipeline.core.sentences import known_names, suggestion
from pipeline.model.body import Body, Box, BoxKind, EvidenceMark, Heading
from pipeline.model.publication import EvidenceBase, FindingRow, PracticeExample, SourceLink
from pipeline.model.result import Result
from pipeline.model.source.briefing import Briefing
from pipeline.model.source.evidence import Finding, Practice
from pipeline.model.source.library_file import Area, LibrarySettings, Organisation, Series
from pipeline.model.source.record import FieldLocations, Step
from pipeline.resolve.environment import Environment
from pipeline.resolve.names import is_refused
from pipeline.resolve.reading import BriefingView

_TOTAL = re.compile(
    r"(grand |over)?(total|sum|all outcomes|all findings|all studies|overall)( of .*| over .*| \(.*\))?", re.IGNORECASE
)


def evidence_of(briefing: Briefing, shorts: Mapping[str, str]) -> EvidenceBase | None:
    """Works that the findings of a briefing rest on, each as it is cited; None if it says nothing of evidence."""
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

_TAGS = "source/tags.yaml"


def areas_with_columns(areas: tuple[Area, ...]) -> tuple[Area, ...]:
    """The areas that have a column: each once, and no more than there is room for."""
    found: dict[str, Area] = {}
    for area in areas:
        found.setdefault(area.id, area)
    return tuple(found.values())[:MOST_AREAS]


def finding_areas(reading: BriefingView, present: Environment) -> Mapping[str, str]:
    """The area of each finding of a text by the finding's id.

    Where a kept version says nothing of it, the present text does: areas are no part of what was published.
    """
    now = present.briefings.get(reading.briefing.id)
    texts = (reading.briefing.fields, now.fields) if reading.kept and now else (reading.briefing.fields,)
    found: dict[str, str] = {}
    for fields in texts:
        for finding in fields.evidence.findings:
            if finding.area:
                found.setdefault(finding.id, finding.area)
    return found


# Rules


def _findings(reading: BriefingView) -> Iterator[tuple[int, Finding]]:
    return iter(enumerate(reading.briefing.fields.evidence.findings))


def splits_add_up(reading: BriefingView) -> Iterator[Diagnostic]:
    """The parts of a split finding are all its studies."""
    for index, finding in _findings(reading):
        parts = sum(part.studies for part in finding.split)
        if finding.split and finding.studies is not None and parts != finding.studies:
            place = reading.briefing.marks.at("evidence", "findings", index, "split")
            yield message("finding-split", place, id=finding.id, parts=parts, studies=finding.studies)


def _records(reading: BriefingView) -> Iterator[tuple[str, tuple[Step, ...], Finding | Practice]]:
    """The findings and practice examples of a text, each with what they are called and the way to it."""
    fields = reading.briefing.fields
    yield from (("findings", ("evidence", "findings", n), one) for n, one in enumerate(fields.evidence.findings))
    yield from (("practice examples", ("practice", n), one) for n, one in enumerate(fields.practice))


def records_have_ids_of_their_own(reading: BriefingView) -> Iterator[Diagnostic]:
    """No two findings share an id, nor two practice examples."""
    seen: set[tuple[str, str]] = set()
    for called, way, record in _records(reading):
        if (called, record.id) in seen:
            yield message("record-twice", reading.briefing.marks.at(*way, "id"), records=called, id=record.id)
        seen.add((called, record.id))


def sections_of_records_exist(reading: BriefingView) -> Iterator[Diagnostic]:
    """The section that a finding or an example names is a heading of the text."""
    known = [heading.id for heading in reading.passage.every(Heading)]
    for _, way, record in _records(reading):
        if record.section and record.section not in known:
            place = reading.briefing.marks.at(*way, "section")
            hint = suggestion(record.section, known, "Use the id of a heading of this briefing.")
            yield message("section-unknown", place, hint=hint, id=record.id, section=record.section)


def findings_are_not_added_up(reading: BriefingView) -> Iterator[Diagnostic]:
    """No finding is a total over the others."""
    for index, finding in _findings(reading):
        if _TOTAL.fullmatch(finding.outcome.strip()):
            place = reading.briefing.marks.at("evidence", "findings", index, "outcome")
            yield message("finding-total", place, outcome=finding.outcome)


def gaps_count_no_studies(reading: BriefingView) -> Iterator[Diagnostic]:
    """'no-studies' and a count of 0 stand together."""
    for index, finding in _findings(reading):
        if (finding.result is Result.NO_STUDIES) != (finding.studies == 0):
            place = reading.briefing.marks.at("evidence", "findings", index, "result")
            studies = "not counted" if finding.studies is None else finding.studies
            yield message("finding-no-studies", place, id=finding.id, result=finding.result, studies=studies)


def outside_findings_rest_on_other_works(reading: BriefingView) -> Iterator[Diagnostic]:
    """Evidence outside the review does not come from the review alone."""
    base = reading.briefing.fields.evidence.base
    for index, finding in _findings(reading):
        if base and finding.outside_base and set(finding.sources) == {base.source}:
            place = reading.briefing.marks.at("evidence", "findings", index, "sources")
            yield message("finding-outside-base", place, id=finding.id, source=base.source)


def the_plot_is_in_the_figure(reading: BriefingView) -> Iterator[Diagnostic]:
    """No text asks for the plot that the figure took the place of. It is told once, with all that is to be deleted."""
    marks = reading.briefing.marks
    asked = [mark.place for mark in reading.passage.every(EvidenceMark) if mark.plot]
    written = [("'::: evidence-plot' with its ':::'", place) for place in asked]
    if reading.briefing.fields.evidence.plot is not None:
        written.insert(0, ("'plot:'", marks.key_at("evidence", "plot")))
    if written:
        hint = "Delete " + " and ".join(f"{what} (line {place.line})" for what, place in written) + "."
        yield message("evidence-plot-merged", written[0][1], hint=hint, written=written[0][0].split(" with")[0])


def areas_of_findings_are_listed(reading: BriefingView) -> Iterator[Diagnostic]:
    """The area that a finding names is one of `tags.yaml`."""
    known = [area.id for area in reading.environment.areas]
    for index, finding in enumerate(reading.briefing.fields.evidence.findings):
        if finding.area and finding.area not in known and not _areas_refused(reading.environment):
            place = reading.briefing.marks.at("evidence", "findings", index, "area")
            hint = suggestion(finding.area, known, known_names(known) or _NO_AREAS)
            yield message("entry-unknown", place, hint=hint, file="tags", kind="area", name=finding.area)


_NO_AREAS = "It lists none yet: write 'areas:' there, and under it a line '- {id: …, label: …}' for each."


def _areas_refused(environment: Environment) -> bool:
    """Whether areas are written that could not be read, which is told there."""
    # Marks of the file as it is: those of areas follow what is left out.
    marks = environment.list_marks.get("tags", FieldLocations(_TAGS))
    written = [way for way in marks.entries if len(way) == 2 and way[0] == "areas" and isinstance(way[1], int)]
    return _TAGS in environment.unread or len(written) > len(environment.areas)


def areas_are_four_to_six(environment: Environment) -> Iterator[Diagnostic]:
    """A map has room for six columns, and fewer than four tell little."""
    count = len(environment.areas)
    if count > MOST_AREAS:
        yield message("areas-many", _in_areas(environment, MOST_AREAS), count=count, most="six")
    elif environment.areas and count < FEWEST_AREAS and not _areas_refused(environment):
        yield message("areas-few", _in_areas(environment), count=count)


def areas_stand_once(environment: Environment) -> Iterator[Diagnostic]:
    """No two areas have one id or one label."""
    seen: set[str] = set()
    for index, area in enumerate(environment.areas):
        again = [name for name in (area.id, area.label.casefold()) if name in seen]
        if again:
            yield message("area-twice", _in_areas(environment, index), name=area.id if area.id in again else area.label)
        seen |= {area.id, area.label.casefold()}


def _in_areas(environment: Environment, *way: Step) -> Location:
    return environment.list_marks.get("areas", FieldLocations(_TAGS)).at("areas", *way)


# Practice examples

_ORGANISATIONS = "source/organisations.yaml"


def caveat_of(
    record: Practice, briefing: Briefing, series: Series | None, imprint: LibrarySettings
) -> tuple[Body, str]:
    """The caveat that holds for an example and the file it stands in: its own, its series', the library's."""
    own = dict(briefing.texts.caveats).get(record.id, Body())
    if own:
        return own, briefing.path
    if series and series.practice_caveat:
        return series.practice_caveat, series.path
    return imprint.practice_caveat, imprint.path


def force_name(force: str, organisations: Mapping[str, Organisation]) -> str:
    """The full name of a force that is given by its id, or its words as written."""
    return organisations[force].name if force in organisations else force


def is_force(force: str, organisations: Mapping[str, Organisation]) -> bool:
    """Whether whoever did it is a police force, as far as is known."""
    return force not in organisations or organisations[force].type == "force"


def examples(
    briefing: Briefing, caveats: Mapping[str, Body], organisations: Mapping[str, Organisation]
) -> tuple[PracticeExample, ...]:
    """The practice examples of a briefing, in order of their records."""
    return tuple(
        PracticeExample(
            record,
            force_name(record.force, organisations),
            caveats.get(record.id, Body()),
            "force" if is_force(record.force, organisations) else "organisation",
        )
        for record in briefing.fields.practice
    )


def _boxes(reading: BriefingView) -> Iterator[Box]:
    return (box for box in reading.passage.every(Box) if box.kind is BoxKind.PRACTICE)


def every_example_has_a_caveat(reading: BriefingView) -> Iterator[Diagnostic]:
    """No practice example stands without its caveat."""
    briefing = reading.briefing
    for index, record in enumerate(briefing.fields.practice):
        caveat, _ = caveat_of(record, briefing, reading.series, reading.environment.imprint)
        if not caveat:
            yield message("practice-no-caveat", briefing.marks.at("practice", index), name=record.name)


def every_example_has_one_box(reading: BriefingView) -> Iterator[Diagnostic]:
    """A record has a box in the text, and no more than one."""
    boxes = Counter(box.ref for box in _boxes(reading))
    for index, record in enumerate(reading.briefing.fields.practice):
        if not boxes[record.id]:
            yield message("practice-not-placed", reading.briefing.marks.at("practice", index), id=record.id)
    seen: set[str] = set()
    for box in _boxes(reading):
        if box.ref and box.ref in seen:
            yield message("practice-placed-twice", box.place, ref=box.ref)
        seen.add(box.ref)


def every_box_has_its_record(reading: BriefingView) -> Iterator[Diagnostic]:
    """A practice box names a record of the front matter (that it names one at all is seen to by load)."""
    known = [record.id for record in reading.briefing.fields.practice]
    for box in _boxes(reading):
        left_out = ("practice", box.ref) in reading.briefing.marks.left_out
        if box.ref and box.ref not in known and not left_out:
            hint = suggestion(box.ref, known, "Examples live under 'practice:' in the front matter.")
            yield message("practice-unknown-ref", box.place, hint=hint, ref=box.ref)


def forces_are_known(reading: BriefingView) -> Iterator[Diagnostic]:
    """A force given by an id is one of the organisations; one given in words is printed as written."""
    known = reading.environment.organisations
    if _ORGANISATIONS in reading.environment.unread:
        return
    for index, record in enumerate(reading.briefing.fields.practice):
        force = record.force
        refused = is_refused(reading.environment, "organisations", force)
        if force not in known and force == force.lower() and " " not in force and not refused:
            place = reading.briefing.marks.at("practice", index, "force")
            hint = suggestion(force, known, "Organisations live in source/organisations.yaml.")
            yield message("entry-unknown", place, hint=hint, file="organisations", kind="organisation", name=force)
