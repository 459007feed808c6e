"""Approvals of words: their code, their entry in the history of a file, and doubts about corrections."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Any

import yaml

from pipeline.core.diagnostics import Diagnostic, Diagnostics, UsageError
from pipeline.core.messages import catalogue, message
from pipeline.core.printed_code import CodesOnRecord, code_among, read_code
from pipeline.core.sentences import count
from pipeline.load.yaml.front_matter import split_front_matter
from pipeline.model.source.briefing import Amendment, Briefing
from pipeline.model.source.versions import WORDS, folder_of, numbers, version_ref
from pipeline.resolve.reading import BriefingView
from pipeline.resolve.versions import read_kept_version
from pipeline.resolve.wording import wording_digest, words_of

_DIGEST = re.compile("[0-9a-f]{64}")

SHOWN = 8
"""Words by which a paragraph is named."""
NAMED = 3
"""Differences that a sentence names."""

_BY_HAND = (
    "Write 'approved_by' into this entry. Or have its words approved: 'briefings approve {name}' gives their code."
)


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


def approval_faults(reading: BriefingView, approved: bytes | None) -> Iterator[Diagnostic]:
    """Faults of the approval of a text; `approved` is the wording that was approved, if it was recorded."""
    briefing, asked = reading.briefing, reading.environment.imprint.fields.approval
    said = {"name": briefing.id, "version": briefing.fields.version}
    found = entry_of(briefing)
    if found is None:
        yield message("publish-unapproved", briefing.marks.at("history"), **said)
        return
    place, code = briefing.marks.at("history", found.number), found.entry.approved_code
    if not found.entry.approved_by:
        hint = catalogue()["approve-missing"].do if asked == "words" else _BY_HAND
        yield message("publish-unapproved", place, hint.format(**said), **said)
        return
    if code is None and not found.entry.approved_words:
        if asked == "words":
            yield message("approve-missing", place, **said)
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


def _is_as_published(reading: BriefingView, entry: Amendment, now: bytes) -> bool:
    """Whether a text is the one that was approved and published, and only this release reads it otherwise."""
    kept = reading.environment.kept.get(version_ref(reading.briefing.id, reading.briefing.fields.version))
    if not kept or (kept.record.approved_code, kept.record.digest) != (entry.approved_code, entry.approved_words):
        return False
    return words_of(read_kept_version(reading.environment, kept, reading.produced)) == now


def _where(approved: bytes | None, now: bytes) -> str:
    """The places at which a wording differs from the approved one, as the end of a clause."""
    places = differences(approved, now) if approved is not None else ()
    more = f", and {len(places) - NAMED} more" if len(places) > NAMED else ""
    return f" in {count(len(places), 'place')}: {', '.join(places[:NAMED])}{more}" if places else ""


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


# An approval entered in the history of a briefing's file. No other byte of the file changes.

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MARK = b"\xef\xbb\xbf"
"""The byte order mark with which some editors begin a file."""


def with_approval(source: bytes, path: str, number: int, by: str, on: date, code: str, digest: str) -> bytes:
    """The file with an approval in an entry of its history, by its place from 0. Raises `UsageError`."""
    said = {"approved_by": by, "approved_on": on.isoformat(), "approved_code": code, "approved_words": digest}
    try:
        whole = _whole(source, path, number, said)
    except (UnicodeDecodeError, yaml.YAMLError):
        whole = None
    if whole is None:
        lines = ", ".join(f"{name}: {value}" for name, value in said.items())
        raise UsageError(f"The approval cannot be entered in {path}: write it into the entry yourself, {lines}.")
    return whole


def _whole(source: bytes, path: str, number: int, said: dict[str, str]) -> bytes | None:
    """The file with the approval; None where it would read otherwise than meant."""
    mark = _MARK if source.startswith(_MARK) else b""
    text = source.removeprefix(_MARK).decode()
    end = "\r\n" if "\r\n" in text else "\n"
    plain = text.replace("\r\n", "\n")
    split = split_front_matter(plain, path, Diagnostics())
    if split is None or plain.replace("\n", end) != text:
        return None
    front = _entered(split.front, number, said)
    expected = _read(split.front)
    expected["history"][number].update(said)
    if _read(front) != expected:
        return None
    start = plain.index("\n") + 1
    return mark + (plain[:start] + front + plain[start + len(split.front) :]).replace("\n", end).encode()


def _entered(front: str, number: int, said: dict[str, str]) -> str:
    """Front matter with the approval: values that are there replaced, and what is missing put at the entry's end."""
    document: Any = yaml.compose(front, Loader=yaml.SafeLoader)
    entry = next((value for key, value in document.value if key.value == "history")).value[number]
    there = {key.value: value for key, value in entry.value}
    missing = [f"{name}: {_scalar(value)}" for name, value in said.items() if name not in there]
    if missing and entry.flow_style:
        end = max(value.end_mark.index for value in there.values())
        front = f"{front[:end]}, {', '.join(missing)}{front[end:]}"
    elif missing:
        end = front.find("\n", max(value.end_mark.index for value in there.values()) - 1) + 1 or len(front)
        indent = " " * entry.value[0][0].start_mark.column
        front = front[:end] + "".join(f"{indent}{line}\n" for line in missing) + front[end:]
    for name in reversed([name for name in there if name in said]):  # from the end, so that places before it hold
        node = there[name]
        if node.value != said[name]:
            start, end = node.start_mark.index, node.end_mark.index
            front = front[:start] + (" " if start == end else "") + _scalar(said[name]) + front[end:]
    return front


def _scalar(value: str) -> str:
    """A value as an author would write it: a day without quotation marks."""
    if _DAY.fullmatch(value):
        return value
    return yaml.safe_dump([value], default_flow_style=True, allow_unicode=True, width=10_000).strip()[1:-1]


def _read(front: str) -> Any:
    return yaml.load(front, Loader=yaml.BaseLoader)


MOST = 0.1
"""The share of the words that a correction may change without a doubt."""

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*%?")
_NEGATIONS = frozenset(
    {"no", "not", "never", "none", "nobody", "nothing", "nowhere", "neither", "nor", "without", "cannot"}
)
_WORD = re.compile(r"(?<![\w’'.,%-])[\w’'.,%-]*\w%?")


def kind_doubts(
    reading: BriefingView, files: Mapping[str, bytes], kept: Mapping[str, Sequence[str]]
) -> Iterator[Diagnostic]:
    """The doubt about a correction, compared with the version before it if that is kept with its wording.

    `kept` has the numbers of the kept versions of each briefing, in order.
    """
    briefing = reading.briefing
    found, version = entry_of(briefing), briefing.fields.version
    earlier = [one for one in kept.get(briefing.id, ()) if numbers(one) < numbers(version)]
    before = files.get(f"{folder_of(briefing.id, earlier[-1])}/{WORDS}") if earlier else None
    if found is None or found.entry.kind != "correction" or before is None:
        return
    if doubts := tuple(_doubts(json.loads(before), json.loads(words_of(reading)))):
        place = briefing.marks.at("history", found.number, "kind")
        yield message("kind-doubtful", place, version=version, doubts=", and ".join(doubts[:2]))


def _doubts(before: Sequence[Any], after: Sequence[Any]) -> Iterator[str]:
    """The doubts, in clauses: the gravest first."""
    if _of(before, "field", "evidence") != _of(after, "field", "evidence"):
        yield "its findings are others"
    was, now = _words(before), _words(after)
    changed = [span for span in SequenceMatcher(None, was, now, autojunk=False).get_opcodes() if span[0] != "equal"]
    for _, i1, i2, j1, j2 in changed:
        gone, new = ([word for word in side if _NUMBER.fullmatch(word)] for side in (was[i1:i2], now[j1:j2]))
        if gone != new:
            if gone and new:
                yield f"{gone[0]} has become {new[0]}"
            else:
                yield f"{gone[0]} is gone" if gone else f"{new[0]} is new"
            break
    for _, i1, i2, j1, j2 in changed:
        gone, new = (
            [word for word in side if (word.casefold() in _NEGATIONS or word.casefold().endswith(("n't", "n’t")))]
            for side in (was[i1:i2], now[j1:j2])
        )
        if len(gone) != len(new):
            yield f"'{(new or gone)[0]}' is {'new' if len(new) > len(gone) else 'gone'}"
            break
    many = sum(max(i2 - i1, j2 - j1) for _, i1, i2, j1, j2 in changed)
    if many > MOST * max(len(was), 1):
        yield f"{100 * many // max(len(was), 1)}% of its words are others"


def _of(wording: Sequence[Any], *names: str) -> list[Any]:
    """The entries of a kind and name."""
    return [entry for entry in wording if list(entry[: len(names)]) == list(names)]


def _words(wording: Sequence[Any]) -> list[str]:
    """The words of the title, the summary and the texts."""
    said = [entry[2] for entry in wording if entry[:2] in (["field", "title"], ["field", "summary"])]
    said += [words for entry in _of(wording, "text") for block in entry[2:] for words in strings_in(block[1:])]
    return [word.strip(".,") for one in said for word in _WORD.findall(one)]
