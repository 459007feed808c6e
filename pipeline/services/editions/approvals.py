"""Check and enter the approval of a text's words, and question corrections that change too much."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Any

import yaml

from pipeline.core.diagnostics import Diagnostic, Diagnostics, UsageError
from pipeline.core.messages import message
from pipeline.core.printed_code import CodesOnRecord, code_in_register, read_code
from pipeline.core.sentences import count_noun
from pipeline.load.text import split_front_matter
from pipeline.model.source.briefing import Amendment, Briefing
from pipeline.model.source.versions import WORDS, folder_of, numbers, version_ref
from pipeline.resolve.reading import BriefingView
from pipeline.resolve.versions import view_kept_version
from pipeline.resolve.wording import compute_wording, wording_digest

_DIGEST = re.compile("[0-9a-f]{64}")

SHOWN = 8
"""Words that name a paragraph."""
NAMED = 3
"""Differences that a sentence names."""

_BY_CODE = "'briefings approve {name}' gives the code of the words; with --by and --code it enters the approval."
_BY_HAND = (
    "Write 'approved_by' into this entry. Or have its words approved: 'briefings approve {name}' gives their code."
)


@dataclass(frozen=True, slots=True)
class Approval:
    """The entry of a briefing's history on its current version, and the number of that entry."""

    number: int
    entry: Amendment

    @property
    def is_by_code_alone(self) -> bool:
        """True if it names the code of the approved words but not their digest, as older approvals do."""
        return bool(self.entry.approved_code and not self.entry.approved_words)


def find_approval(briefing: Briefing) -> Approval | None:
    """Return the last history entry on the current version, preferring entries that name an approver."""
    fields = briefing.fields
    entries = [Approval(n, entry) for n, entry in enumerate(fields.history) if entry.version == fields.version]
    return next(reversed([approval for approval in entries if approval.entry.approved_by] or entries), None)


def code_of_words(words: bytes, on_record: CodesOnRecord) -> str:
    """Return the code of a wording, long enough to differ from the codes on record."""
    return str(code_in_register(wording_digest(words), on_record))


def words_are_approved(reading: BriefingView, approved: bytes | None) -> Iterator[Diagnostic]:
    """Yield the faults of a text's approval; `approved` is the approved wording, if it was recorded."""
    briefing, required = reading.briefing, reading.environment.imprint.fields.approval
    values = {"name": briefing.id, "version": briefing.fields.version}
    approval = find_approval(briefing)
    if approval is None:
        yield message("publish-unapproved", briefing.marks.at("history"), **values)
        return
    place, code = briefing.marks.at("history", approval.number), approval.entry.approved_code
    if not approval.entry.approved_by:
        hint = _BY_CODE if required == "words" else _BY_HAND
        yield message("publish-unapproved", place, hint.format(**values), **values)
        return
    if code is None and not approval.entry.approved_words:
        if required == "words":
            yield message("publish-unapproved", place, _BY_CODE.format(**values), **values)
        return
    place = briefing.marks.at("history", approval.number, "approved_code")
    try:
        typed_code = read_code(code or "")
    except UsageError as error:
        yield message("approve-code", place, sentence=str(error), **values)
        return
    words = compute_wording(reading)
    digest, recorded_digest = wording_digest(words), wording_digest(approved) if approved is not None else ""
    approved_before = approved if typed_code.is_of(recorded_digest or "0" * 64) else None
    approved_digest = approval.entry.approved_words or (recorded_digest if approved_before is not None else digest)
    is_approved = typed_code.is_of(digest) and digest == approved_digest
    if not is_approved and not _is_as_published(reading, approval.entry, words):
        yield message("approve-words", place, code=str(typed_code), where=_where(approved_before, words), **values)


def _is_as_published(reading: BriefingView, entry: Amendment, words: bytes) -> bool:
    """Return True if a text was published as approved, and only this release reads its words differently."""
    kept = reading.environment.kept.get(version_ref(reading.briefing.id, reading.briefing.fields.version))
    if not kept or (kept.record.approved_code, kept.record.digest) != (entry.approved_code, entry.approved_words):
        return False
    return compute_wording(view_kept_version(reading.environment, kept, reading.produced)) == words


def _where(approved: bytes | None, words: bytes) -> str:
    """Return the places at which a wording differs from the approved one, as the end of a clause."""
    places = differences(approved, words) if approved is not None else ()
    more = f", and {len(places) - NAMED} more" if len(places) > NAMED else ""
    return f" in {count_noun(len(places), 'place')}: {', '.join(places[:NAMED])}{more}" if places else ""


def differences(old: bytes, new: bytes) -> tuple[str, ...]:
    """Return a line for each paragraph and other entry in which two wordings differ, with its first words."""
    before, after = list(_pieces(old)), list(_pieces(new))
    signs = [[json.dumps(piece, sort_keys=True) for piece in pieces] for pieces in (before, after)]
    lines: list[str] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, signs[0], signs[1], autojunk=False).get_opcodes():
        if kind != "equal":
            common = min(i2 - i1, j2 - j1)
            lines += [f"{_name_piece(piece)} was changed" for piece in after[j1 : j1 + common]]
            lines += [f"{_name_piece(piece)} is new" for piece in after[j1 + common : j2]]
            lines += [f"{_name_piece(piece)} is gone" for piece in before[i1 + common : i2]]
    return tuple(lines)


def _pieces(words: bytes) -> Iterator[Sequence[Any]]:
    """Yield the entries of a wording, with each block of its texts."""
    for entry in json.loads(words)[1:]:
        if entry[0] == "text":
            yield from entry[2:]
        else:
            yield entry


def _name_piece(piece: Sequence[Any]) -> str:
    if piece[0] == "field":
        return f"'{piece[1]}'"
    words = " ".join(" ".join(strings_in(piece[1:])).split()).split(" ")
    return f"the {piece[0]} '{' '.join(words[:SHOWN])}{' …' if len(words) > SHOWN else ''}'"


def strings_in(value: Any) -> Iterator[str]:
    """Yield the words of a piece, without the names of its nodes."""
    if isinstance(value, str):
        yield from () if _DIGEST.fullmatch(value) else (value,)
    elif isinstance(value, dict):
        yield from (words for item in value.values() for words in strings_in(item))
    elif isinstance(value, list):
        for item in value:
            yield from strings_in(item[1:] if isinstance(item, list) and item and isinstance(item[0], str) else item)


# Entering an approval changes no other byte of the briefing's file.

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MARK = b"\xef\xbb\xbf"
"""The byte order mark that some editors write."""


def with_approval(source: bytes, path: str, number: int, by: str, on: date, code: str, digest: str) -> bytes:
    """Return the file with an approval in the history entry of a number, from 0. Raises `UsageError`."""
    values = {"approved_by": by, "approved_on": on.isoformat(), "approved_code": code, "approved_words": digest}
    try:
        content = _with_values(source, path, number, values)
    except (UnicodeDecodeError, yaml.YAMLError):
        content = None
    if content is None:
        lines = ", ".join(f"{name}: {value}" for name, value in values.items())
        raise UsageError(f"The approval cannot be entered in {path}: write it into the entry yourself, {lines}.")
    return content


def _with_values(source: bytes, path: str, number: int, values: dict[str, str]) -> bytes | None:
    """Return the file with values in a history entry; None if it would not read as meant."""
    mark = _MARK if source.startswith(_MARK) else b""
    text = source.removeprefix(_MARK).decode()
    end = "\r\n" if "\r\n" in text else "\n"
    plain = text.replace("\r\n", "\n")
    parts = split_front_matter(plain, path, Diagnostics())
    if parts is None or plain.replace("\n", end) != text:
        return None
    front = _edit_front_matter(parts.front, number, values)
    expected = _parse(parts.front)
    expected["history"][number].update(values)
    if _parse(front) != expected:
        return None
    start = plain.index("\n") + 1
    return mark + (plain[:start] + front + plain[start + len(parts.front) :]).replace("\n", end).encode()


def _edit_front_matter(front: str, number: int, values: dict[str, str]) -> str:
    """Replace the values that a history entry has, and add the missing ones at its end."""
    document: Any = yaml.compose(front, Loader=yaml.SafeLoader)
    entry = next((value for key, value in document.value if key.value == "history")).value[number]
    nodes = {key.value: value for key, value in entry.value}
    missing = [f"{name}: {_scalar(value)}" for name, value in values.items() if name not in nodes]
    if missing and entry.flow_style:
        end = max(value.end_mark.index for value in nodes.values())
        front = f"{front[:end]}, {', '.join(missing)}{front[end:]}"
    elif missing:
        end = front.find("\n", max(value.end_mark.index for value in nodes.values()) - 1) + 1 or len(front)
        indent = " " * entry.value[0][0].start_mark.column
        front = front[:end] + "".join(f"{indent}{line}\n" for line in missing) + front[end:]
    for name in reversed([name for name in nodes if name in values]):  # from the end, so that offsets stay valid
        node = nodes[name]
        if node.value != values[name]:
            start, end = node.start_mark.index, node.end_mark.index
            front = front[:start] + (" " if start == end else "") + _scalar(values[name]) + front[end:]
    return front


def _scalar(value: str) -> str:
    """Return a value as an author would write it: a date without quotation marks."""
    if _DAY.fullmatch(value):
        return value
    return yaml.safe_dump([value], default_flow_style=True, allow_unicode=True, width=10_000).strip()[1:-1]


def _parse(front: str) -> Any:
    return yaml.load(front, Loader=yaml.BaseLoader)


MOST = 0.1
"""The share of the words that a correction may change without a warning."""

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*%?")
_NEGATIONS = frozenset(
    {"no", "not", "never", "none", "nobody", "nothing", "nowhere", "neither", "nor", "without", "cannot"}
)
_WORD = re.compile(r"(?<![\w’'.,%-])[\w’'.,%-]*\w%?")


def corrections_change_little(
    reading: BriefingView, files: Mapping[str, bytes], kept: Mapping[str, Sequence[str]]
) -> Iterator[Diagnostic]:
    """Warn about a correction that seems to be more, compared with the wording of the kept version before it.

    `kept` has the numbers of the kept versions of each briefing, in order.
    """
    briefing = reading.briefing
    approval, version = find_approval(briefing), briefing.fields.version
    earlier = [number for number in kept.get(briefing.id, ()) if numbers(number) < numbers(version)]
    old = files.get(f"{folder_of(briefing.id, earlier[-1])}/{WORDS}") if earlier else None
    if approval is None or approval.entry.kind != "correction" or old is None:
        return
    if doubts := tuple(_doubts(json.loads(old), json.loads(compute_wording(reading)))):
        place = briefing.marks.at("history", approval.number, "kind")
        yield message("kind-doubtful", place, version=version, doubts=", and ".join(doubts[:2]))


def _doubts(old: Sequence[Any], new: Sequence[Any]) -> Iterator[str]:
    """Yield the doubts as clauses, the gravest first."""
    if _entries(old, "field", "evidence") != _entries(new, "field", "evidence"):
        yield "its findings are others"
    old_words, new_words = _words(old), _words(new)
    opcodes = SequenceMatcher(None, old_words, new_words, autojunk=False).get_opcodes()
    changed = [opcode for opcode in opcodes if opcode[0] != "equal"]
    for _, i1, i2, j1, j2 in changed:
        sides = (old_words[i1:i2], new_words[j1:j2])
        removed, added = ([word for word in side if _NUMBER.fullmatch(word)] for side in sides)
        if removed != added:
            if removed and added:
                yield f"{removed[0]} has become {added[0]}"
            else:
                yield f"{removed[0]} is gone" if removed else f"{added[0]} is new"
            break
    for _, i1, i2, j1, j2 in changed:
        removed, added = (
            [word for word in side if (word.casefold() in _NEGATIONS or word.casefold().endswith(("n't", "n’t")))]
            for side in (old_words[i1:i2], new_words[j1:j2])
        )
        if len(removed) != len(added):
            yield f"'{(added or removed)[0]}' is {'new' if len(added) > len(removed) else 'gone'}"
            break
    count_changed = sum(max(i2 - i1, j2 - j1) for _, i1, i2, j1, j2 in changed)
    if count_changed > MOST * max(len(old_words), 1):
        yield f"{100 * count_changed // max(len(old_words), 1)}% of its words are others"


def _entries(wording: Sequence[Any], *names: str) -> list[Any]:
    return [entry for entry in wording if list(entry[: len(names)]) == list(names)]


def _words(wording: Sequence[Any]) -> list[str]:
    """Return the words of the title, the summary and the texts."""
    texts = [entry[2] for entry in wording if entry[:2] in (["field", "title"], ["field", "summary"])]
    texts += [words for entry in _entries(wording, "text") for block in entry[2:] for words in strings_in(block[1:])]
    return [word.strip(".,") for text in texts for word in _WORD.findall(text)]
