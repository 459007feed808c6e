"""Works of which something has become since: retracted, doubted, corrected, reinstated; and who rests on them.

How that became known does not matter here: each work bears the notice that decides its state.
"""

from collections.abc import Iterator, Mapping

from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.messages import message
from pipeline.model.bibliography import PRINTED_STATES, Bibliography, Notice, Reference, WorkState
from pipeline.model.body import Citation
from pipeline.model.day import in_words
from pipeline.model.source.kept import pin
from pipeline.resolve.environment import Environment
from pipeline.resolve.publish.citations import first_named
from pipeline.resolve.publish.kept import inherited_texts
from pipeline.resolve.reading import PackReading, Passage, Reading, by_kind

_CODES: Mapping[WorkState, str] = {
    WorkState.RETRACTED: "reference-retracted",
    WorkState.CONCERN: "reference-concern",
    WorkState.CORRECTED: "reference-corrected",
    WorkState.REINSTATED: "reference-reinstated",
}


def works_of(reading: Reading) -> tuple[Reference, ...]:
    """The works that a text rests on and that the bibliography knows: of its notes and caveats too, in order of key."""
    known = reading.environment.bibliography
    inherited = {citation.key for citation in by_kind(inherited_texts(reading)).get(Citation, ())}
    return _known({*first_named(reading), *inherited}, known)


def _known(keys: set[str], known: Bibliography) -> tuple[Reference, ...]:
    return tuple(known[key] for key in sorted(keys) if key in known)


def works_against(reading: Reading, place: Place | None = None) -> Iterator[Diagnostic]:
    """All that stands against publishing a text because of its works, told at their entries or at a given place.

    Those are works that were retracted, or about which a concern was expressed, and whose author does not say that they
    know. Of a kept version the entries stand among its own files.
    """
    for work in works_of(reading):
        if work.notice and work.notice.state in PRINTED_STATES:
            yield from state_of_work(work, place or work.place, reading)


def works_against_pack(binding: PackReading) -> Iterator[tuple[str, Diagnostic]]:
    """The same of each text of a pack, with the text's id; of a kept version told at the pack's line."""
    lines = {member.key: binding.pack.marks.at(*member.way) for member in reversed(binding.members)}
    for reading in binding.present:
        for told in works_against(reading, lines[reading.key] if reading.kept else None):
            yield reading.briefing.id, told


def state_of_work(work: Reference, place: Place, reading: Reading | None = None) -> Iterator[Diagnostic]:
    """The remark on what has become of a work, unless its author knows; `reading` is the text that rests on it."""
    notice = work.notice
    if notice is None or work.is_cited_knowingly or (notice.state is WorkState.REINSTATED and not work.cited_as):
        return
    on = f" on {in_words(notice.day)}" if notice.day else ""
    hint = _of_pinned(notice, reading) if reading and reading.kept else None
    yield message(_CODES[notice.state], place, hint, key=work.key, on=on, state=work.cited_as, more=_more(work, notice))


def _more(work: Reference, notice: Notice) -> str:
    """Further advice on a work: what its notice says, and how to find who rests on it."""
    return f"{_said(notice)} 'briefings cites {work.key}' lists who rests on it."


def _of_pinned(notice: Notice, reading: Reading) -> str:
    """Advice on a kept version, which never changes."""
    name = pin(reading.briefing.id, reading.kept)
    return f"'{name}' rests on it. Publish a version that does not, or whose author knows, and bind it.{_said(notice)}"


def _said(notice: Notice) -> str:
    """The reasons given, and where the notice is."""
    reasons = f" Reasons given: {'; '.join(notice.reasons)}." if notice.reasons else ""
    address = f" The notice is at https://doi.org/{notice.doi}." if notice.doi else ""
    return f"{reasons}{address}"


# Rules


def works_cited_still_hold(environment: Environment, passage: Passage) -> Iterator[Diagnostic]:
    """Nothing has become of a work that a text cites; told at the work's entry, once for all who cite it."""
    for work in _known({citation.key for citation in passage.every(Citation)}, environment.bibliography):
        yield from state_of_work(work, work.place)


def works_named_still_hold(reading: Reading) -> Iterator[Diagnostic]:
    """Nor of one that stands in the evidence, an example of practice or the list of a briefing."""
    for work in _known(set(first_named(reading)), reading.environment.bibliography):
        yield from state_of_work(work, work.place)


def works_of_pinned_versions_hold(binding: PackReading) -> Iterator[Diagnostic]:
    """Nothing has become of a work that a kept version in a pack rests on, whatever the present text rests on."""
    for member in binding.members:
        reading = binding.readings.get(member.key)
        for work in works_of(reading) if reading and reading.kept else ():
            yield from state_of_work(work, binding.pack.marks.at(*member.way), reading)
