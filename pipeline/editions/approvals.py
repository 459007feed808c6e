"""Approval of the words of a text: their code, whether they are still those that were approved, and what differs."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from pipeline.core.diagnostics import Diagnostic, UsageError
from pipeline.core.messages import catalogue, message
from pipeline.core.printed_code import CodesOnRecord, code_among, read_code
from pipeline.core.sentences import count
from pipeline.model.source.briefing import Amendment, Briefing
from pipeline.model.source.versions import pin
from pipeline.resolve.reading import Reading
from pipeline.resolve.versions import read_kept_version
from pipeline.resolve.wording import wording_digest, words_of

_DIGEST = re.compile("[0-9a-f]{64}")

SHOWN = 8
"""Words by which a paragraph is named."""
NAMED = 3
"""Differences that a sentence names."""

_BY_WORDS = "Or have its words approved: 'briefings approve {name}' gives their code."


@dataclass(frozen=True, slots=True)
class Approval:
    """The entry of a briefing's history on the version that it bears, and its place there."""

    number: int
    entry: Amendment


def entry_of(briefing: Briefing) -> Approval | None:
    """The last entry on the version that a briefing bears: of those that name an approver, if there are any."""
    fields = briefing.fields
    own = [Approval(n, entry) for n, entry in enumerate(fields.history) if entry.version == fields.version]
    return next(reversed([one for one in own if one.entry.approved_by] or own), None)


def is_by_code_alone(approval: Approval | None) -> bool:
    """Whether an approval names the code of the approved words and not their digest, as older ones do."""
    return bool(approval and approval.entry.approved_code and not approval.entry.approved_words)


def words_code(words: bytes, on_record: CodesOnRecord) -> str:
    """The code of a wording, beside the codes on record."""
    return str(code_among(wording_digest(words), on_record))


def approval_faults(reading: Reading, approved: bytes | None) -> Iterator[Diagnostic]:
    """Faults of the approval of a text; `approved` is the wording that was approved, if it was recorded."""
    briefing, asked = reading.briefing, reading.environment.imprint.fields.approval
    said = {"name": briefing.id, "version": briefing.fields.version}
    found = entry_of(briefing)
    if found is None:
        yield message("publish-unapproved", briefing.marks.at("history"), **said)
        return
    if not found.entry.approved_by:
        hint = (
            catalogue()["approve-missing"].do
            if asked == "words"
            else f"Write 'approved_by' into this entry. {_BY_WORDS}"
        )
        place = briefing.marks.at("history", found.number)
        yield message("publish-unapproved", place, hint.format(**said), **said)
        return
    code = found.entry.approved_code
    if code is None and not found.entry.approved_words:
        if asked == "words":
            yield message("approve-missing", briefing.marks.at("history", found.number), **said)
        return
    place = briefing.marks.at("history", found.number, "approved_code")
    try:
        typed = read_code(code or "")
    except UsageError as refused:
        yield message("approve-code", place, sentence=str(refused), **said)
        return
    now = words_of(reading)
    digest, recorded = wording_digest(now), wording_digest(approved) if approved is not None else ""
    then = approved if typed.is_of(recorded or "0" * 64) else None
    meant = found.entry.approved_words or (recorded if then is not None else digest)
    if (not typed.is_of(digest) or digest != meant) and not _is_as_published(reading, found.entry, now):
        yield message("approve-words", place, code=str(typed), where=_where(then, now), **said)


def _is_as_published(reading: Reading, entry: Amendment, now: bytes) -> bool:
    """Whether a text is the one that was approved and published, and only this release reads it otherwise."""
    kept = reading.environment.kept.get(pin(reading.briefing.id, reading.briefing.fields.version))
    if not kept or (kept.record.approved_code, kept.record.digest) != (entry.approved_code, entry.approved_words):
        return False
    return words_of(read_kept_version(reading.environment, kept, reading.produced)) == now


def _where(approved: bytes | None, now: bytes) -> str:
    """The places at which a wording differs from the approved one, as the end of a clause."""
    found = differences(approved, now) if approved is not None else ()
    if not found:
        return ""
    more = f", and {len(found) - NAMED} more" if len(found) > NAMED else ""
    return f" in {count(len(found), 'place')}: {', '.join(found[:NAMED])}{more}"


def differences(was: bytes, now: bytes) -> tuple[str, ...]:
    """The paragraphs, and the other entries, in which two wordings differ: what each is, and its first words."""
    before, after = list(_pieces(was)), list(_pieces(now))
    signs = [json.dumps(one, sort_keys=True) for one in before], [json.dumps(one, sort_keys=True) for one in after]
    found: list[str] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, *signs, autojunk=False).get_opcodes():
        if kind != "equal":
            common = min(i2 - i1, j2 - j1)
            found += [f"{_called(one)} was changed" for one in after[j1 : j1 + common]]
            found += [f"{_called(one)} is new" for one in after[j1 + common : j2]]
            found += [f"{_called(one)} is gone" for one in before[i1 + common : i2]]
    return tuple(found)


def _pieces(words: bytes) -> Iterator[Sequence[Any]]:
    """The entries of a wording, and each block of its texts."""
    for entry in json.loads(words)[1:]:
        if entry[0] == "text":
            yield from entry[2:]
        else:
            yield entry


def _called(piece: Sequence[Any]) -> str:
    """A piece by its kind and its first words."""
    if piece[0] == "field":
        return f"'{piece[1]}'"
    said = " ".join(" ".join(strings_in(piece[1:])).split()).split(" ")
    return f"the {piece[0]} '{' '.join(said[:SHOWN])}{' …' if len(said) > SHOWN else ''}'"


def strings_in(value: Any) -> Iterator[str]:
    """The words of a piece, without the names of what it holds."""
    if isinstance(value, str):
        yield from () if _DIGEST.fullmatch(value) else (value,)
    elif isinstance(value, dict):
        yield from (words for one in value.values() for words in strings_in(one))
    elif isinstance(value, list):
        for one in value:
            yield from strings_in(one[1:] if isinstance(one, list) and one and isinstance(one[0], str) else one)
