"""Read a returned document: its proposals, placed in the current source, and remarks on the rest."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, takewhile
from typing import Literal, NamedTuple

from pipeline.core.diagnostics import Diagnostic, Diagnostics, Location
from pipeline.core.messages import message
from pipeline.core.sentences import truncate
from pipeline.core.text.fonts import find_direction_characters
from pipeline.load.briefing import BRIEFINGS_FOLDER, HANDBOOK_FOLDER, briefing_id
from pipeline.load.markdown.maths import DeclaredMacros
from pipeline.load.text import direction_remark
from pipeline.model.body import Body
from pipeline.services.comments.block_changes import UnitChange, words_with
from pipeline.services.comments.blocks import SentBlock, TextBlocks, plain_labels, read_text_blocks
from pipeline.services.comments.matching import likely_position, match_changed, match_unchanged
from pipeline.services.comments.source_edits import Edit, is_plain, make_edits
from pipeline.services.comments.tracked_changes import FRONT_MATTER, Review, ReviewRemark, read_review
from pipeline.services.comments.units import LockLabel, SentSource, read_source_identifier
from pipeline.services.importing.docx_package import BrokenXml, Package, open_package, parse_xml

_CONTEXT = 40
"""Characters that are kept before the first difference."""


def cut_to_difference(some: str, other: str, most: int = 140) -> tuple[str, str]:
    """Cut two texts around their first difference, with an ellipsis for what is left out."""
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(some, other, strict=False)))
    start = 0 if some == other else max(0, common - _CONTEXT)
    return _cut(some, start, most), _cut(other, start, most)


def cut_hint(remark: Diagnostic, pairs: Mapping[Diagnostic, tuple[str, str]], most: int = 140) -> Diagnostic:
    """Cut the two texts that the hint of a remark compares, if `pairs` has it, around their first difference."""
    sent, wanted = pairs.get(remark, ("", ""))
    short, short_wanted = cut_to_difference(sent, wanted, most)
    if (short, short_wanted) == (sent, wanted):
        return remark
    hint = remark.hint.replace(f"'{sent}'", f"'{short}'", 1).replace(f"'{wanted}'", f"'{short_wanted}'", 1)
    return replace(remark, hint=hint)


def _cut(text: str, start: int, most: int) -> str:
    if len(text) <= most:
        return text
    if start:
        start = text.find(" ", start, start + _CONTEXT // 2) + 1 or start
        start = max(0, min(start, len(text) - most // 2))
    part = text[start : start + most]
    return ("…" if start else "") + part.strip() + ("…" if start + most < len(text) else "")


_TEXTS = (".md", ".yaml", ".yml")
_MOST_PLACES = 4
"""Places that a message names."""


class LostId(NamedTuple):
    """A heading by the number of its block, the id that it would lose, and the links to it."""

    block: int
    id: str
    links: tuple[Location, ...]

    @property
    def where(self) -> str:
        """The places of the links, for a reader."""
        places = ", ".join(f"{link.path}:{link.line}" for link in self.links[:_MOST_PLACES])
        return places + (f" and {len(self.links) - _MOST_PLACES} more" if len(self.links) > _MOST_PLACES else "")


def lost_ids(
    path: str, now: Sequence[SentBlock], changed: Sequence[SentBlock], files: Mapping[str, bytes]
) -> Iterator[LostId]:
    """Yield the ids of headings that a changed text no longer has, where something links to them."""
    for number, (block, after) in enumerate(zip(now, changed, strict=False)):
        if block.kind == "heading" and block.id and block.id != after.id:
            links = tuple(_links(path, block.id, files))
            if links:
                yield LostId(number, block.id, links)


def _links(path: str, id_: str, files: Mapping[str, bytes]) -> Iterator[Location]:
    """Yield the places of the links to an id of a text: in the text itself, and in all others."""
    inside = re.compile(rf"(?:\]\(|\]:)\s*<?#{re.escape(id_)}(?![\w:.\-])")
    outside = re.compile(rf"briefing:{re.escape(briefing_id(path))}#{re.escape(id_)}(?![\w:.\-])")
    for other in sorted(files):
        if other.startswith("source/") and not other.startswith("source/sent/") and other.endswith(_TEXTS):
            text = files[other].decode("utf-8", "replace")
            patterns = (inside, outside) if other == path else (outside,)
            for at in sorted(match.start() for pattern in patterns for match in pattern.finditer(text)):
                yield Location(other, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))


_CORE = "docProps/core.xml"
_DC = "{http://purl.org/dc/elements/1.1/}identifier"
_RANGE = r"\s*[0-9]{1,9}\s*(?:-\s*[0-9]{1,9}\s*)?"
_NUMBERS = re.compile(f"{_RANGE}(?:,{_RANGE})*")
_AROUND = 32
"""Characters that are shown on either side of a change."""

Fate = Literal["open", "touches", "stale", "made"]
"""`open`: it can be made; `touches`: it would change locked words; `stale`: the paragraph has changed; `made`."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that a reviewer proposes: its place in the source, its author and its state."""

    number: int
    place: Location
    author: str
    day: str
    before: str
    after: str
    around: tuple[str, str] = ("", "")
    """Words before and after it, with an ellipsis where there are more."""
    fate: Fate = "open"

    @property
    def who(self) -> str:
        """Its author and day."""
        return _who(self)


def _who(change: Proposal | UnitChange) -> str:
    return ", ".join(filter(None, (change.author, change.day))) or "somebody, without tracking"


@dataclass(frozen=True, slots=True)
class ReturnedDocument:
    """The contents of a returned document."""

    name: str
    path: str = ""
    """The briefing's path; empty if the document belongs to no known briefing."""
    proposals: tuple[Proposal, ...] = ()
    remarks: tuple[Diagnostic, ...] = ()
    pairs: Mapping[Diagnostic, tuple[str, str]] = field(default_factory=dict, repr=False)
    """The two texts that a remark compares."""
    _edits: tuple[Edit, ...] = ()
    _now: TextBlocks | None = field(default=None, repr=False)
    _macros: DeclaredMacros = ()

    def accepted(self, numbers: Collection[int]) -> tuple[bytes, frozenset[int]]:
        """Return the source with some proposals made, and the numbers of those that could not be made after all."""
        if self._now is None:
            return b"", frozenset(numbers)
        wanted = [edit for edit in self._edits if edit.number in numbers]
        changed, refused = make_edits(self._now, wanted, partial(read_text_blocks, self.path, macros=self._macros))
        return changed.source.raw.encode("utf-8", "surrogatepass"), refused


def find_sent_source(content: bytes) -> SentSource | None:
    """Return the source that a document for comment was made from; None if it is another document."""
    package = open_package("", content, Diagnostics())
    return _origin(package) if package else None


def _origin(package: Package) -> SentSource | None:
    try:
        identifier = parse_xml(package.parts.get(_CORE) or b"<none/>").find(_DC)
    except BrokenXml:
        return None
    return None if identifier is None else read_source_identifier(identifier.text or "")


@dataclass(frozen=True, slots=True)
class History:
    """Earlier states of files, from git."""

    states: Callable[[Sequence[str]], Iterable[bytes]] = lambda _: ()
    """Gives the states that the files at some paths had before."""
    is_shallow: Callable[[], bool] = lambda: False
    """True if older states were not fetched."""


_NO_HISTORY = History()


def read_returned_document(
    name: str,
    content: bytes,
    files: Mapping[str, bytes],
    macros: DeclaredMacros = (),
    history: History = _NO_HISTORY,
    label_body: Callable[[Body], LockLabel] = plain_labels,
) -> ReturnedDocument:
    """Read the proposals of a document: compare it with the source as it was sent, and place them in the source now.

    `label_body` gives the words that reviewers saw for locked parts.
    """
    diagnostics = Diagnostics()
    package = open_package(name, content, diagnostics)
    origin = _origin(package) if package else None
    if package is None or origin is None:
        return ReturnedDocument(name, remarks=diagnostics.remarks)
    texts = (p for p in sorted(files) if p.endswith(".md") and p.startswith((BRIEFINGS_FOLDER, HANDBOOK_FOLDER)))
    path = next((p for p in texts if briefing_id(p) == origin.id), "")
    if not path:
        reason = f"There is no briefing '{origin.id}'. Was it renamed? Give it its old id, or import the document "
        reason += "as a new one."
        return ReturnedDocument(name, remarks=(message("back-unknown", Location(name), reason=reason),))
    source = _sent_source(origin, path, files, history)
    sent = read_text_blocks(path, source, macros, label_body) if source is not None else None
    now = read_text_blocks(path, files[path], macros)
    if sent is None or now is None:
        command = ": 'git fetch --unshallow'" if history.is_shallow() else ""
        reason = f"There is no '{origin.copy}', and git has no such state of the text. Take the copy out of your "
        reason += f"backup, or fetch all branches and commits of the library{command}."
        return ReturnedDocument(name, remarks=(message("back-unknown", Location(name), reason=reason),))
    carrier = _Carrier(sent, now, read_review(package, sent))
    return carrier.read(name, files, macros)


def _sent_source(origin: SentSource, path: str, files: Mapping[str, bytes], history: History) -> bytes | None:
    """Return the source that a document was made from: the copy, the current text, or an earlier state of it."""
    paths = tuple(
        dict.fromkeys((path, f"{BRIEFINGS_FOLDER}{origin.id}.md", f"{BRIEFINGS_FOLDER}{origin.id}/briefing.md"))
    )
    states = chain((files[p] for p in (origin.copy, path) if p in files), history.states(paths))
    return next((state for state in states if hashlib.sha256(state).hexdigest() == origin.digest), None)


class _NumberedChange(NamedTuple):
    """A change by the number of its proposal: the number of its block, and its position among the block's changes."""

    number: int
    block: int
    position: int
    change: UnitChange


class _Carrier:
    """Places the review of a text as it was sent in the text as it is now."""

    def __init__(self, sent: TextBlocks, now: TextBlocks, review: Review) -> None:
        self.sent, self.now, self.review = sent, now, review
        self.by_block = {block: review.of(block) for block, _ in review.changes}
        unchanged = match_unchanged(sent.blocks, now.blocks)
        self.changed = match_changed(sent.blocks, now.blocks, unchanged, self.by_block)
        self.matches = unchanged | {block: match.block for block, match in self.changed.items()}
        """The number now of each block that is known."""

    def read(self, name: str, files: Mapping[str, bytes], macros: DeclaredMacros) -> ReturnedDocument:
        path = self.now.path
        positions = ((block, position) for block, changes in self.by_block.items() for position in range(len(changes)))
        changes = [
            _NumberedChange(number, block, position, self.by_block[block][position])
            for number, (block, position) in enumerate(positions, 1)
        ]
        proposals = [self.proposal(change) for change in changes]
        edits = [
            Edit(change.number, self.matches[change.block], self.change_now(change))
            for change, proposal in zip(changes, proposals, strict=True)
            if proposal.fate == "open"
        ]
        made, refused = make_edits(self.now, edits, partial(read_text_blocks, path, macros=macros))
        proposals = [replace(each, fate="touches") if each.number in refused else each for each in proposals]
        remarks: list[Diagnostic] = []
        pairs: dict[Diagnostic, tuple[str, str]] = {}
        for change, proposal in zip(changes, proposals, strict=True):
            remarks += self.proposal_remarks(proposal, change, pairs)
        for lost in lost_ids(path, self.now.blocks, made.blocks, files):
            remarks.append(message("back-heading", self.now.blocks[lost.block].place, id=lost.id, links=lost.where))
        remarks = [*dict.fromkeys(remarks), *(self.review_remark(remark, pairs) for remark in self.review.remarks)]
        remarks.sort(key=lambda remark: remark.place)
        possible = tuple(edit for edit in edits if edit.number not in refused)
        return ReturnedDocument(name, path, tuple(proposals), tuple(remarks), pairs, possible, self.now, macros)

    def change_now(self, change: _NumberedChange) -> UnitChange:
        """Return a change at its place now."""
        match = self.changed.get(change.block)
        return match.changes[change.position] if match else change.change

    def place(self, block: int, unit: int = -1) -> Location:
        """Return the place now of a block, or of a unit of it."""
        if not self.now.blocks or block == FRONT_MATTER:
            return Location(self.now.path)
        number = self.matches.get(block, min(likely_position(self.matches, block), len(self.now.blocks) - 1))
        now = self.now.blocks[max(0, number)]
        starts = [part.start for part in now.units if part.start >= 0]
        at = now.units[unit].start if 0 <= unit < len(now.units) else now.units[-1].end if now.units else -1
        if block in self.matches and unit >= 0 and at >= 0:
            return self.now.source.place(self.now.path, at)
        return self.now.source.place(self.now.path, starts[0]) if starts else now.place

    def proposal(self, numbered: _NumberedChange) -> Proposal:
        change, units = numbered.change, self.sent.blocks[numbered.block].units
        parts = (units[: change.first], units[change.first : change.last], units[change.last :])
        before, replaced, behind = ("".join(unit.seen for unit in part).replace("\0", "") for part in parts)
        place = self.place(numbered.block, self.change_now(numbered).first)
        around = (_last_words(before), _first_words(behind))
        return Proposal(
            numbered.number, place, change.author, change.day, replaced, change.after, around, self.fate(numbered)
        )

    def fate(self, numbered: _NumberedChange) -> Fate:
        block = numbered.block
        if block in self.changed and self.changed[block].applied[numbered.position]:
            return "made"
        if not is_plain(self.sent.blocks[block].units, numbered.change):
            return "touches"
        return "open" if block in self.matches else "stale"

    def proposal_remarks(
        self, proposal: Proposal, numbered: _NumberedChange, pairs: dict[Diagnostic, tuple[str, str]]
    ) -> Iterator[Diagnostic]:
        """Yield the remarks on a proposal; the two texts that a remark compares go into `pairs`."""
        place, who, block = proposal.place, proposal.who, numbered.block
        for *_, character in find_direction_characters(numbered.change.after):
            yield direction_remark(character, place, f"It is in the words of proposal {proposal.number}.")
        before, after = _on_one_line(proposal.before), _on_one_line(proposal.after)
        if proposal.fate == "touches":
            hint = f"{who}: '{before}' is to go." if not proposal.after else None
            what = f"This change would remove {self.locked_source(block, numbered.change)}"
            yield message("back-conflict", place, hint, what=what, who=who, before=before, after=after)
        elif proposal.fate == "stale":
            units, changes = self.sent.blocks[block].units, self.by_block[block]
            sent, wanted = _on_one_line(words_with(units, ())), _on_one_line(words_with(units, changes))
            authors = " and ".join(dict.fromkeys(map(_who, changes)))
            hint = f"Sent was '{sent}'; proposed is '{wanted}', by {authors}."
            what = "This change is to a paragraph that has changed since the document was sent"
            remark = message("back-conflict", place, hint, what=what)
            pairs[remark] = (sent, wanted)
            yield remark
        elif proposal.fate == "open" and not proposal.author:
            yield message("back-untracked", place, before=before, after=after, number=proposal.number)

    def locked_source(self, block: int, change: UnitChange) -> str:
        """Return the part of the source that a change would take away."""
        sent, read = self.sent.blocks[block], self.sent.source.read
        if sent.is_locked:
            return "words that are locked"
        if change.touched >= len(sent.units):
            return "something locked from where it belongs"
        locked = [n for n in (change.touched, *range(change.first, change.last)) if n >= 0 and sent.units[n].lock]
        if not locked or sent.units[locked[0]].start < 0:
            return "marks that the source has there"
        start = sent.units[locked[0]].start
        later = [unit.start for unit in sent.units[locked[0] + 1 :] if unit.start > start]
        line = read.find("\n", start)
        end = min(later[0] if later else len(read), line if line >= 0 else len(read))
        return truncate(_on_one_line(read[start:end]), 80)

    def review_remark(self, remark: ReviewRemark, pairs: dict[Diagnostic, tuple[str, str]]) -> Diagnostic:
        values = {key: _on_one_line(words) for key, words in remark.values.items()}
        place = self.now.keys.get(remark.key) or self.place(remark.block)
        diagnostic = message(remark.code, place, remark.hint, **values)
        if "before" in values:
            pairs[diagnostic] = (values["before"], values["after"])
        return diagnostic


def _last_words(words: str) -> str:
    return words if len(words) <= _AROUND else f"…{words[-_AROUND:].partition(' ')[2] or words[-_AROUND:]}"


def _first_words(words: str) -> str:
    return words if len(words) <= _AROUND else f"{words[:_AROUND].rpartition(' ')[0] or words[:_AROUND]}…"


def _on_one_line(words: str) -> str:
    """Return all words on one line: authors copy what they change by hand from there."""
    return " ".join(words.replace("\0", "").split())


def numbers_of(choice: str, proposals: Sequence[Proposal]) -> frozenset[int] | None:
    """Return the numbers of the proposals that are chosen; None if it is not a choice.

    It is `all`, `none`, numbers such as `1,3-5`, or an author: `by` comes before a name that reads like one of these.
    """
    choice = choice.strip()
    numbers = frozenset(proposal.number for proposal in proposals)
    if choice in ("all", "none"):
        return numbers if choice == "all" else frozenset()
    if _NUMBERS.fullmatch(choice):
        ends = [part.partition("-") for part in choice.split(",")]
        ranges = [range(int(first), int(last or first) + 1) for first, _, last in ends]
        return frozenset(chain(*ranges)) if all(part and {part[0], part[-1]} <= numbers for part in ranges) else None
    authors = {proposal.number: proposal.author.casefold() for proposal in proposals}
    names = (choice.removeprefix("by ").strip().casefold(), choice.casefold())
    matches = (frozenset(number for number, author in authors.items() if author == name) for name in names if name)
    return next(filter(None, matches), None)
