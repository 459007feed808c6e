"""Objections to preparing a pack's copies, raised before anything is written. Pure."""

import re
from collections.abc import Iterator, Mapping
from datetime import date

from pipeline.core.diagnostics import Diagnostic, UsageError
from pipeline.core.messages import message
from pipeline.editions.bindings import read_with_texts
from pipeline.editions.copies import formats_lacking, wanted
from pipeline.editions.obstacles import Obstacle, ObstacleKind, obstacles
from pipeline.model.formats import PRINTED, Format, Need, meeting
from pipeline.model.library import Library
from pipeline.model.source.college import College
from pipeline.model.source.pack import Pack
from pipeline.resolve.citations.works import works_against_pack
from pipeline.resolve.reading import PackReading


def objections(
    library: Library,
    pack: Pack,
    takers: Mapping[str, College],
    reasons: Mapping[str, str],
    today: date,
) -> Iterator[Diagnostic]:
    """All that stands against copies on a day. `reasons` override, by name."""
    marks = pack.marks
    if not takers:
        yield message("copies-nobody", marks.at("recipients"))
    binding = read_with_texts(library, pack, today)
    against = obstacles(library, binding, today)
    found = [(one.name, _objection(one)) for one in against if one.kind in _CODES]
    found += [(name, _of_work(binding, name, told)) for name, told in works_against_pack(binding)]
    for name in reasons:
        if name not in {one for one, _ in found}:
            raise UsageError(
                f"'{name}' needs no reason: it is there, in force, not overdue and not corrected, its works "
                "hold, or the pack does not hold it."
            )
    yield from (objection for name, objection in found if name not in reasons)


_CODES: Mapping[ObstacleKind, str] = {
    "retired": "issue-status",
    "overdue": "issue-overdue",
    "gone": "copies-gone",
    "corrected": "issue-corrected",
}
"""What may have come about since the issue."""


def _objection(one: Obstacle) -> Diagnostic:
    """An obstacle as it stands against copies."""
    text = f"'{one.name}' {one.version}"
    said = {"name": one.name, "version": one.version, "text": text, "status": one.status, "review_by": one.review_by}
    reason = f"or give a reason, which is recorded: --override {one.name}=REASON."
    hint = f"{one.advice}; {reason}" if one.advice else None
    return message(_CODES[one.kind], one.place, hint=hint, later=one.later, override=one.name, **said)


def _of_work(binding: PackReading, name: str, told: Diagnostic) -> Diagnostic:
    """A remark on a work as it stands against copies, at the line of the briefing that rests on it."""
    way = next((member.way for member in binding.members if member.id == name), ())
    return message("copies-work", binding.pack.marks.at(*way), name=name, sentence=told.sentence)


def lacking(pack: Pack, takers: Mapping[str, College]) -> Iterator[Diagnostic]:
    """The formats that colleges want and the pack does not have."""
    for name, college in takers.items():
        for kind in formats_lacking(college, pack):
            yield message("copies-format", pack.marks.at("formats"), college=name, format=kind)


def without_delivery(library: Library, printing: Mapping[str, College]) -> Iterator[Diagnostic]:
    """The colleges that the printer sends copies to, nobody has said where."""
    marks = library.list_marks["colleges"]
    for name, college in printing.items():
        if not (college.delivery or college.channels.to("post")):
            copies = "1 printed copy" if college.copies == 1 else f"{college.copies} printed copies"
            said = {"what": f"'{name}' takes {copies}", "where": "where they go"}
            line = "'delivery: Learning unit, Quarry Lane, Fellbrook'"
            yield message("copies-no-delivery", marks.key_at(name), line=line, **said)


def without_contact(library: Library, pack: Pack, takers: Mapping[str, College]) -> Iterator[Diagnostic]:
    """The colleges that a parcel is made for, nobody has said to whom it goes."""
    marks = library.list_marks["colleges"]
    for name, college in takers.items():
        files = [kind for kind in wanted(college, pack) if kind not in PRINTED]
        if files and not (college.contact or college.delivery):
            said = {"what": f"A parcel is made for '{name}'", "where": "to whom it goes"}
            line = "'contact: learning@fellbrook.example', the mailbox of a role"
            yield message("copies-no-delivery", marks.key_at(name), line=line, **said)


def _words(words: str) -> re.Pattern[str]:
    """Whole words, in small letters or capitals: a telephone is no phone, a microphone neither."""
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


_NEEDS: tuple[tuple[re.Pattern[str], Need | None], ...] = (
    (_words(r"braille|audio(?:books?|tapes?)?(?! loop)|recordings?|easy[ -]read|sign language|bsl"), None),
    (_words(r"(?:large|big|larger|bigger)[ -]?(?:print|type|letters)"), "large letters"),
    (
        _words(r"epubs?|e-?readers?|kindles?|(?:smart|i)?phones?|ipads?|tablets?|reflow(?:able|s|ing)?"),
        "reflow",
    ),
    (
        _words(
            r"screen[ -]?readers?|reads? aloud|reading aloud|text[ -]to[ -]speech|magnif(?:y|ying|ied|iers?|ication)"
        ),
        "speech",
    ),
)
"""Needs that formats meet, by words of them; of all that its words name each will do, but for what 'and' adds. Braille
and speech are made elsewhere. An audio loop is part of a room."""
_ADDED = re.compile(r";|\band\b|&")


def unmet_needs(library: Library, pack: Pack, takers: Mapping[str, College]) -> Iterator[Diagnostic]:
    """The needs of readers that nothing which their college gets would meet, as far as their words say what would."""
    marks = library.list_marks["colleges"]
    for name, college in takers.items():
        gets = set(wanted(college, pack))
        for number, need in enumerate(college.access_needs):
            would = next((formats for formats in _asked_for(need) if not gets.intersection(formats)), None)
            if would is not None:
                hint = None if would else ELSEWHERE
                said = " or ".join(would)
                place = marks.at(name, "access_needs", number)
                yield message("copies-access", place, hint=hint, college=name, need=need, formats=said)


def _asked_for(need: str) -> Iterator[tuple[Format, ...]]:
    """The formats that would do, of each part of a need whose words say some."""
    for part in _ADDED.split(need):
        if named := [need for words, need in _NEEDS if words.search(part)]:
            yield tuple(dict.fromkeys(one for need in named if need for one in meeting(need)))


ELSEWHERE = "None of our formats would do: have it made elsewhere, and send it beside the parcel."
