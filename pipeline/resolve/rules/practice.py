"""Practice examples: each with its record, its box and, above all, its caveat."""

from collections import Counter
from collections.abc import Iterator, Mapping

from pipeline.core.diagnostics import Diagnostic
from pipeline.core.messages import message
from pipeline.model.body import Body, Box, BoxKind
from pipeline.model.publication import PracticeExample
from pipeline.model.source.briefing import Briefing
from pipeline.model.source.evidence import Practice
from pipeline.model.source.imprint import Imprint, Organisation, Series
from pipeline.resolve.nearest import did_you_mean
from pipeline.resolve.reading import Reading
from pipeline.resolve.rules.names import is_refused

_ORGANISATIONS = "source/organisations.yaml"


def caveat_of(record: Practice, briefing: Briefing, series: Series | None, imprint: Imprint) -> tuple[Body, str]:
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


def _boxes(reading: Reading) -> Iterator[Box]:
    return (box for box in reading.passage.every(Box) if box.kind is BoxKind.PRACTICE)


# Rules


def every_example_has_a_caveat(reading: Reading) -> Iterator[Diagnostic]:
    """No practice example stands without its caveat."""
    briefing = reading.briefing
    for index, record in enumerate(briefing.fields.practice):
        caveat, _ = caveat_of(record, briefing, reading.series, reading.environment.imprint)
        if not caveat:
            yield message("practice-no-caveat", briefing.marks.at("practice", index), name=record.name)


def every_example_has_one_box(reading: Reading) -> Iterator[Diagnostic]:
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


def every_box_has_its_record(reading: Reading) -> Iterator[Diagnostic]:
    """A practice box names a record of the front matter (that it names one at all is seen to by load)."""
    known = [record.id for record in reading.briefing.fields.practice]
    for box in _boxes(reading):
        left_out = ("practice", box.ref) in reading.briefing.marks.left_out
        if box.ref and box.ref not in known and not left_out:
            hint = did_you_mean(box.ref, known, "Examples live under 'practice:' in the front matter.")
            yield message("practice-unknown-ref", box.place, hint=hint, ref=box.ref)


def forces_are_known(reading: Reading) -> Iterator[Diagnostic]:
    """A force given by an id is one of the organisations; one given in words is printed as written."""
    known = reading.environment.organisations
    if _ORGANISATIONS in reading.environment.unread:
        return
    for index, record in enumerate(reading.briefing.fields.practice):
        force = record.force
        refused = is_refused(reading.environment, "organisations", force)
        if force not in known and force == force.lower() and " " not in force and not refused:
            place = reading.briefing.marks.at("practice", index, "force")
            hint = did_you_mean(force, known, "Organisations live in source/organisations.yaml.")
            yield message("entry-unknown", place, hint=hint, file="organisations", kind="organisation", name=force)
