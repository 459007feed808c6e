"""A document for comment that came back: its proposals, in the source as it is, and what is told of the rest."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, takewhile
from typing import Any, NamedTuple

from pipeline.core.diagnostics import Diagnostic, Diagnostics, Location
from pipeline.core.messages import message
from pipeline.core.sentences import cut_short
from pipeline.core.text.fonts import direction_characters
from pipeline.load.briefing import BRIEFINGS, HANDBOOK, briefing_id
from pipeline.load.markdown.maths import Declared
from pipeline.load.text import direction_character
from pipeline.model.body import Body
from pipeline.services.comments.blocks import SentBlock, TextInUnits, in_units, plain_labels
from pipeline.services.comments.making import Edit, is_plain, make
from pipeline.services.comments.proposals import Continued, UnitChange, carried, continued, nearest, words_with
from pipeline.services.comments.reviewed import FRONT_MATTER, Reviewed, ReviewRemark, reviewed
from pipeline.services.comments.units import LockLabel, Sent, read_identifier
from pipeline.services.importing.package import BrokenXml, Package, open_package, parse

_BEFORE = 40
"""So many characters before the difference are kept."""


def cut_beside(some: str, other: str, most: int = 140) -> tuple[str, str]:
    """Both texts with at most so many characters each, dots for what is left out; equal ones from their start."""
    together = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(some, other, strict=False)))
    start = 0 if together in (len(some), len(other)) and some == other else max(0, together - _BEFORE)
    return _cut(some, start, most), _cut(other, start, most)


def cut_pair(remark: Diagnostic, pairs: Mapping[Diagnostic, tuple[str, str]], most: int = 140) -> Diagnostic:
    """A remark in which two long texts, if it lays some side by side, are cut where they first differ."""
    sent, wanted = pairs.get(remark, ("", ""))
    short, beside = cut_beside(sent, wanted, most)
    if (short, beside) == (sent, wanted):
        return remark
    hint = remark.hint.replace(f"'{sent}'", f"'{short}'", 1).replace(f"'{wanted}'", f"'{beside}'", 1)
    return replace(remark, hint=hint)


def _cut(text: str, start: int, most: int) -> str:
    if len(text) <= most:
        return text
    if start:
        start = text.find(" ", start, start + _BEFORE // 2) + 1 or start
        start = max(0, min(start, len(text) - most // 2))
    part = text[start : start + most]
    return ("…" if start else "") + part.strip() + ("…" if start + most < len(text) else "")


_TEXTS = (".md", ".yaml", ".yml")
_MOST = 4
"""So many places are named; of more it is told how many."""


class LostId(NamedTuple):
    """A heading by the number of its block, the id that it would lose, and the links to it."""

    block: int
    id: str
    links: tuple[Location, ...]

    @property
    def where(self) -> str:
        """The places of the links, for a reader."""
        named = [f"{one.path}:{one.line}" for one in self.links[:_MOST]]
        return ", ".join(named) + (f" and {len(self.links) - _MOST} more" if len(self.links) > _MOST else "")


def lost_ids(
    path: str, now: Sequence[SentBlock], made: Sequence[SentBlock], files: Mapping[str, bytes]
) -> Iterator[LostId]:
    """The ids that headings have no more in a text that was made of another, where something links to them."""
    for number, (one, other) in enumerate(zip(now, made, strict=False)):
        if one.kind == "heading" and one.id and one.id != other.id:
            links = tuple(_links(path, one.id, files))
            if links:
                yield LostId(number, one.id, links)


def _links(path: str, name: str, files: Mapping[str, bytes]) -> Iterator[Location]:
    """The places of the links to an id of a text: in the text itself, and in all others."""
    inside = re.compile(rf"(?:\]\(|\]:)\s*<?#{re.escape(name)}(?![\w:.\-])")
    outside = re.compile(rf"briefing:{re.escape(briefing_id(path))}#{re.escape(name)}(?![\w:.\-])")
    for other in sorted(files):
        if other.startswith("source/") and not other.startswith("source/sent/") and other.endswith(_TEXTS):
            text = files[other].decode("utf-8", "replace")
            found = [match.start() for form in (inside, outside)[other != path :] for match in form.finditer(text)]
            for at in sorted(found):
                yield Location(other, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))


_CORE = "docProps/core.xml"
_DC = "{http://purl.org/dc/elements/1.1/}identifier"
_RANGE = r"\s*[0-9]{1,9}\s*(?:-\s*[0-9]{1,9}\s*)?"
_NUMBERS = re.compile(f"{_RANGE}(?:,{_RANGE})*")
_ROUND = 32
"""So many characters on either side of a change are shown."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One change that a reviewer proposes: where, by whom, and what would become of it."""

    number: int
    place: Location
    author: str
    day: str
    before: str
    after: str
    around: tuple[str, str] = ("", "")
    """Words before and behind it, with dots where there are more."""
    fate: str = "open"
    """`open`; `touches` what is locked; `stale`, as the paragraph has changed; `made`, as it says so already."""

    @property
    def who(self) -> str:
        """Its author and day."""
        return _who(self)


def _who(one: Proposal | UnitChange) -> str:
    return ", ".join(filter(None, (one.author, one.day))) or "somebody, without tracking"


@dataclass(frozen=True, slots=True)
class Returned:
    """Result of reading a document that came back."""

    name: str
    path: str = ""
    """The briefing's path; empty where the document belongs to none that is known."""
    proposals: tuple[Proposal, ...] = ()
    remarks: tuple[Diagnostic, ...] = ()
    pairs: Mapping[Diagnostic, tuple[str, str]] = field(default_factory=dict, repr=False)
    """Of a remark that lays two texts side by side, both."""
    _edits: tuple[Edit, ...] = ()
    _now: TextInUnits | None = field(default=None, repr=False)
    _macros: Declared = ()

    def accepted(self, numbers: Collection[int]) -> tuple[bytes, frozenset[int]]:
        """The source with these proposals made, and the numbers of those that could not be made after all."""
        if self._now is None:
            return b"", frozenset(numbers)
        wanted = [edit for edit in self._edits if edit.number in numbers]
        made, refused = make(self._now, wanted, partial(in_units, self.path, macros=self._macros))
        return made.source.raw.encode("utf-8", "surrogatepass"), refused


def origin_of(content: bytes) -> Sent | None:
    """The origin of a document for comment; nothing where it is none, or cannot be opened."""
    package = open_package("", content, Diagnostics())
    return _origin(package) if package else None


def _origin(package: Package) -> Sent | None:
    try:
        found = parse(package.parts.get(_CORE) or b"<none/>").find(_DC)
    except BrokenXml:
        return None
    return None if found is None else read_identifier(found.text or "")


def take_back(
    name: str,
    content: bytes,
    files: Mapping[str, bytes],
    macros: Declared = (),
    earlier: Callable[[Sequence[str]], Iterable[bytes]] = lambda _: (),
    is_shallow: Callable[[], bool] = lambda: False,
    labelled: Callable[[Body], LockLabel] = plain_labels,
) -> Returned:
    """The proposals of a document, laid beside the source as it was sent and carried to the source as it is.

    `earlier` gives states that the files at some paths had before; `is_shallow` says whether older ones were left out;
    `labelled` gives the words that reviewers saw for what is locked.
    """
    diagnostics = Diagnostics()
    package = open_package(name, content, diagnostics)
    sent = _origin(package) if package else None
    if package is None or sent is None:
        return Returned(name, remarks=diagnostics.remarks)
    texts = (p for p in sorted(files) if p.endswith(".md") and p.startswith((BRIEFINGS, HANDBOOK)))
    path = next((p for p in texts if briefing_id(p) == sent.id), "")
    kept = _as_sent(sent, path, files, earlier)
    was = in_units(path, kept, macros, labelled) if kept is not None and path else None
    now = in_units(path, files[path], macros) if path else None
    if was is None or now is None:
        if path:
            command = ": 'git fetch --unshallow'" if is_shallow() else ""
            reason = f"There is no '{sent.copy}', and git has no such state of the text. Take the copy out of your "
            reason += f"backup, or fetch all branches and commits of the library{command}."
        else:
            reason = f"There is no briefing '{sent.id}'. Was it renamed? Give it its old id, or import the document "
            reason += "as a new one."
        return Returned(name, remarks=(message("back-unknown", Location(name), reason=reason),))
    return _Carrier(name, was, now, files, macros).returned(reviewed(package, was))


def _as_sent(
    sent: Sent, path: str, files: Mapping[str, bytes], earlier: Callable[[Sequence[str]], Iterable[bytes]]
) -> bytes | None:
    """The source that a document was made from: the copy, the text as it is, or a state of it that is past."""
    places = tuple(dict.fromkeys((path, f"{BRIEFINGS}{sent.id}.md", f"{BRIEFINGS}{sent.id}/briefing.md")))
    states = chain((files[p] for p in (sent.copy, path) if p in files), earlier(places) if path else ())
    return next((state for state in states if hashlib.sha256(state).hexdigest() == sent.digest), None)


class _Carrier:
    """Carries what was said of the text as it was sent to the text as it is."""

    def __init__(
        self, name: str, was: TextInUnits, now: TextInUnits, files: Mapping[str, bytes], macros: Declared
    ) -> None:
        self.name, self.was, self.now, self.files, self.macros = name, was, now, files, macros
        self.found = carried(was.blocks, now.blocks)
        self.continued: dict[int, Continued] = {}
        self.remarks: list[Diagnostic] = []
        self.pairs: dict[Diagnostic, tuple[str, str]] = {}

    def returned(self, said: Reviewed) -> Returned:
        by_block = {block: said.of(block) for block, _ in said.changes}
        self.continued = continued(self.was.blocks, self.now.blocks, self.found, by_block)
        self.found |= {block: one.block for block, one in self.continued.items()}
        turns = [(block, turn) for block, changes in by_block.items() for turn in range(len(changes))]
        changes = [(number, *turn, by_block[turn[0]][turn[1]]) for number, turn in enumerate(turns, 1)]
        proposals = [self.proposal(*change) for change in changes]
        edits = [
            Edit(number, self.found[block], self.change_now(block, turn, change))
            for (number, block, turn, change), proposal in zip(changes, proposals, strict=True)
            if proposal.fate == "open"
        ]
        made, refused = make(self.now, edits, partial(in_units, self.now.path, macros=self.macros))
        proposals = [replace(one, fate="touches") if one.number in refused else one for one in proposals]
        for (_, block, _, change), proposal in zip(changes, proposals, strict=True):
            self.remarks += self.disclosed_facts(proposal, block, change, said)
        for lost in lost_ids(self.now.path, self.now.blocks, made.blocks, self.files):
            place = self.now.blocks[lost.block].place
            self.remarks.append(message("back-heading", place, id=lost.id, links=lost.where))
        kept = tuple(edit for edit in edits if edit.number not in refused)
        told = (*dict.fromkeys(self.remarks), *(self.remark_on(one) for one in said.told))
        remarks = tuple(sorted(told, key=lambda one: one.place))
        return Returned(self.name, self.now.path, tuple(proposals), remarks, self.pairs, kept, self.now, self.macros)

    def change_now(self, block: int, turn: int, change: UnitChange) -> UnitChange:
        return self.continued[block].changes[turn] if block in self.continued else change

    def place(self, block: int, unit: int = -1) -> Location:
        if not self.now.blocks or block == FRONT_MATTER:
            return Location(self.now.path)
        number = self.found.get(block, min(nearest(self.found, block), len(self.now.blocks) - 1))
        one = self.now.blocks[max(0, number)]
        starts = [part.start for part in one.units if part.start >= 0]
        at = one.units[unit].start if 0 <= unit < len(one.units) else one.units[-1].end if one.units else -1
        if block in self.found and unit >= 0 and at >= 0:
            return self.now.source.place(self.now.path, at)
        return self.now.source.place(self.now.path, starts[0]) if starts else one.place

    def proposal(self, number: int, block: int, turn: int, change: UnitChange) -> Proposal:
        units = self.was.blocks[block].units
        parts = (units[: change.first], units[change.first : change.last], units[change.last :])
        before, gone, behind = ("".join(unit.seen for unit in part) for part in parts)
        place = self.place(block, self.change_now(block, turn, change).first)
        around = (_last_words(before), _first_words(behind))
        made = Proposal(number, place, change.author, change.day, gone.replace("\0", ""), change.after, around)
        if block in self.continued and self.continued[block].taken[turn]:
            return replace(made, fate="made")
        if not is_plain(units, change):
            return replace(made, fate="touches")
        return made if block in self.found else replace(made, fate="stale")

    def disclosed_facts(self, one: Proposal, block: int, change: UnitChange, said: Reviewed) -> Iterator[Diagnostic]:
        for *_, character in direction_characters(change.after):
            yield direction_character(character, one.place, f"It is in the words of proposal {one.number}.")
        before, after = _plain(one.before), _plain(one.after)
        put: dict[str, Any] = {"who": one.who, "before": before, "after": after, "number": one.number}
        if one.fate == "touches":
            gone = f"{one.who}: '{put['before']}' is to go." if not one.after else None
            yield message("back-touches", one.place, gone, what=self.what(block, change), **put)
        elif one.fate == "stale":
            units = self.was.blocks[block].units
            sent, wanted = _plain(words_with(units, ())), _plain(words_with(units, said.of(block)))
            by = dict.fromkeys(_who(other) for other in said.of(block))
            made = message("back-stale", one.place, sent=sent, wanted=wanted, who=" and ".join(by))
            self.pairs[made] = (sent, wanted)
            yield made
        elif one.fate == "open" and not one.author:
            yield message("back-untracked", one.place, **put)

    def what(self, block: int, change: UnitChange) -> str:
        """Part of the source that a change would take away."""
        one, read = self.was.blocks[block], self.was.source.read
        if one.is_locked:
            return "words that are locked"
        if change.touched >= len(one.units):
            return "something locked from where it belongs"
        locked = [n for n in (change.touched, *range(change.first, change.last)) if n >= 0 and one.units[n].lock]
        if not locked or one.units[locked[0]].start < 0:
            return "marks that the source has there"
        start = one.units[locked[0]].start
        later = [unit.start for unit in one.units[locked[0] + 1 :] if unit.start > start]
        line = read.find("\n", start)
        end = min(later[0] if later else len(read), line if line >= 0 else len(read))
        return cut_short(_plain(read[start:end]), 80)

    def remark_on(self, one: ReviewRemark) -> Diagnostic:
        put = {key: _plain(said) for key, said in one.put.items()}
        made = message(one.code, self.now.keys.get(one.key) or self.place(one.block), one.hint, **put)
        if "before" in put:
            self.pairs[made] = (put["before"], put["after"])
        return made


def _last_words(words: str) -> str:
    plain = words.replace("\0", "")
    return plain if len(plain) <= _ROUND else f"…{plain[-_ROUND:].partition(' ')[2] or plain[-_ROUND:]}"


def _first_words(words: str) -> str:
    plain = words.replace("\0", "")
    return plain if len(plain) <= _ROUND else f"{plain[:_ROUND].rpartition(' ')[0] or plain[:_ROUND]}…"


def _plain(words: str) -> str:
    """Words on one line, all of them: what is to be made by hand is copied from there."""
    return " ".join(words.replace("\0", "").split())


def numbers_of(choice: str, proposals: Sequence[Proposal]) -> frozenset[int] | None:
    """Return the numbers of the proposals that are chosen; none where it is no choice.

    It is `all`, `none`, numbers such as `1,3-5`, or an author: `by` comes before a name that reads like one of these.
    """
    choice = choice.strip()
    numbers = frozenset(one.number for one in proposals)
    if choice in ("all", "none"):
        return numbers if choice == "all" else frozenset()
    if _NUMBERS.fullmatch(choice):
        ends = [part.partition("-") for part in choice.split(",")]
        chosen = [range(int(first), int(last or first) + 1) for first, _, last in ends]
        return frozenset(chain(*chosen)) if all(part and {part[0], part[-1]} <= numbers for part in chosen) else None
    authors = {one.number: one.author.casefold() for one in proposals}
    wanted = (choice.removeprefix("by ").strip().casefold(), choice.casefold())
    found = (frozenset(n for n, author in authors.items() if author == name) for name in wanted if name)
    return next(filter(None, found), None)
