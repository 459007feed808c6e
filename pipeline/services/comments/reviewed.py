"""Work of reviewers on a document: changes of words block by block, and everything else, none of it dropped."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from pipeline.services.comments.blocks import SentBlock, TextInUnits
from pipeline.services.comments.paragraphs import (
    KEPT,
    ReturnedParagraph,
    ReviewedCharacter,
    Tracked,
    returned_paragraphs,
    words_of_notes,
)
from pipeline.services.comments.proposals import UnitChange, changes_of
from pipeline.services.comments.units import SentMark, digest_of_words
from pipeline.services.importing.account import longest_increasing_subsequence
from pipeline.services.importing.content import Comment, read_comments, shortened
from pipeline.services.importing.package import PARAGRAPH, BrokenXml, Package, parse

UNTRACKED = Tracked("in")
"""Fate of the end of a paragraph that somebody put in without tracking."""


@dataclass
class Segment:
    """One block as it came back: its pieces, parted where somebody ended a paragraph, and those new ends."""

    marks: tuple[SentMark, ...]
    pieces: list[list[ReviewedCharacter]]
    ends: list[Tracked] = field(default_factory=list)
    """Between the pieces."""
    end: Tracked = field(default_factory=Tracked)
    paragraphs: list[ReturnedParagraph] = field(default_factory=list)

    @property
    def bits(self) -> list[ReviewedCharacter]:
        """Its characters without those of paragraphs that are new as a whole."""
        return [bit for number in self.old for bit in self.pieces[number]]

    def bits_in(self, sent: str) -> list[ReviewedCharacter]:
        """The same; spaces that went where it was split are there, as in what was sent, for no source is split."""
        first, *rest = self.old
        if not rest:
            return self.bits
        made = _with_edges(self.pieces[first])
        for number in rest:
            piece = _with_edges(self.pieces[number])
            left, right = (
                "".join(bit.letter for bit in bits if bit.tracked.state != "in") for bits in (made[-40:], piece[:40])
            )
            if left and right and not f"{left[-1]}{right[0]}".count(" ") and f"{left[-8:]} {right[:8]}" in sent:
                made.append(ReviewedCharacter(" ", Tracked()))
            made += piece
        return made

    @property
    def old(self) -> list[int]:
        """Numbers of the pieces that hold something of what was sent; the first where none does."""
        found = [n for n, piece in enumerate(self.pieces) if any(bit.tracked.state != "in" for bit in piece)]
        return found or [0]

    @property
    def new(self) -> list[tuple[str, Tracked, bool]]:
        """The words of the pieces that are paragraphs of their own, who put them in, and if they come first."""
        old = self.old
        whole = (n for n in range(len(self.pieces)) if n not in old)
        return [(_words(self.pieces[n]), _by(self.pieces[n], self.ends[max(0, n - 1)]), n < old[0]) for n in whole]

    @property
    def splits(self) -> list[tuple[str, Tracked]]:
        """Words after each place at which the block was split, and who did it."""
        return [(_words(self.pieces[n]), self.ends[n - 1]) for n in self.old[1:]]


def segments_of(paragraphs: Sequence[ReturnedParagraph]) -> list[Segment]:
    """The segments in the order of the document; one without a bookmark is new.

    LibreOffice gives both parts of a paragraph that was split the same bookmark.
    """
    found: list[Segment] = []
    joins: Tracked | None = None
    for paragraph in paragraphs:
        last = found[-1] if found else None
        repeats = last is not None and bool(paragraph.marks) and set(paragraph.marks) <= set(last.marks)
        is_within = last is not None and not paragraph.marks and paragraph.within in last.marks
        continues = UNTRACKED if repeats or is_within else joins
        if last is not None and continues is not None and (repeats or not (last.marks and paragraph.marks)):
            last.marks = last.marks or tuple(paragraph.marks)
            last.pieces.append(paragraph.bits)
            last.ends.append(joins or continues)
            last.paragraphs.append(paragraph)
            last.end = paragraph.end
        else:
            found.append(Segment(tuple(paragraph.marks), [paragraph.bits], [], paragraph.end, [paragraph]))
        joins = paragraph.end if paragraph.end.state == "in" else None
    return found


def _with_edges(piece: Sequence[ReviewedCharacter]) -> list[ReviewedCharacter]:
    """The characters of a piece, with the spaces that were taken from its edges."""
    gone = [bit.letter == " " and bit.tracked.state == "out" for bit in piece]
    inner = [number for number, is_gone in enumerate(gone) if not is_gone]
    first, last = (inner[0], inner[-1]) if inner else (len(piece), len(piece))
    edges = (number < first or number > last for number in range(len(piece)))
    return [bit._replace(tracked=Tracked()) if edge else bit for bit, edge in zip(piece, edges, strict=True)]


def _kept(bits: Sequence[ReviewedCharacter]) -> str:
    """The words that are left once every change is accepted."""
    return "".join(bit.letter for bit in bits if bit.tracked.state != "out")


def _words(bits: Sequence[ReviewedCharacter]) -> str:
    return " ".join(_kept(bits).split())


def _by(bits: Sequence[ReviewedCharacter], end: Tracked) -> Tracked:
    return next((bit.tracked for bit in bits if bit.tracked.author), end)


FRONT_MATTER = -1
"""Number in place of a block's: what is told is of the front matter."""


@dataclass(frozen=True, slots=True)
class ReviewRemark:
    """A remark on something that is no change of words, at a block."""

    code: str
    block: int
    put: Mapping[str, str] = field(hash=False)
    hint: str | None = None
    key: str = ""
    """Of the front matter its part, such as `title`."""


_PUT, _TOOK = "put {} behind this", "took {} away"
_JOINED, _MOVED = "joined this paragraph and the next", "moved this paragraph"


@dataclass(frozen=True, slots=True)
class Reviewed:
    """All that was done to a document: changes by block in the order of the text, and what else is told."""

    changes: tuple[tuple[int, UnitChange], ...]
    told: tuple[ReviewRemark, ...]

    def of(self, block: int) -> tuple[UnitChange, ...]:
        """The changes to one block."""
        return tuple(change for number, change in self.changes if number == block)


class MoveEnd(NamedTuple):
    """One end of a tracked move: where the words went, or where they were."""

    words: str
    by: Tracked
    block: int
    """The block that was moved, or the one before this end."""
    is_known: bool
    """True if the block is the one that was moved."""
    where: str = ""
    """Of the end that they went to: `to before 'Two run.'`."""


def reviewed(package: Package, text: TextInUnits) -> Reviewed:
    """Work that was done on the document of a text."""
    return _Review(package, text).made()


class _Review:
    def __init__(self, package: Package, text: TextInUnits) -> None:
        self.package, self.blocks = package, text.blocks
        self.above: list[tuple[str, str, str]] = []
        """The locked paragraphs before the text: their names, their words, and the part that they are of."""
        for key, words in text.above:
            name = key.replace("-", " ")
            if key not in ("title", "summary"):
                self.above.append((f"the words '{name}'", "", key))  # the label before it
            self.above.append((f"the {name}", words, key))
        self.changes: dict[int, list[UnitChange]] = {}
        self.told: list[ReviewRemark] = []
        self.moves: list[MoveEnd] = []
        self.seen: set[int] = set()
        self.stayed: frozenset[int] = frozenset()
        """Blocks that stand among each other as they were sent: the fewest others have been moved."""
        self.fixed = 0
        """Number of the locked paragraph of no block that comes next."""
        self.all_fixed = len(self.above)
        """So many there are; behind these come the labels of boxes and the evidence table."""
        self.last = 0
        """The block that was read last: what is new stands behind it."""
        self.before = FRONT_MATTER
        """The block that was read before it."""
        self.tables: dict[int, int] = {}
        """Numbers of tables that were sent, as they are counted in the document, with a block of each."""
        self.notes = {name: words for part in ("footnotes", "endnotes") for name, words in self.notes_of(part)}
        self.comments: dict[str, int] = {}

    def notes_of(self, part: str) -> Iterator[tuple[str, str]]:
        content = self.package.part(f"{part}.xml")
        try:
            return words_of_notes(parse(content), self.addresses(f"{part}.xml")) if content else iter(())
        except BrokenXml:
            return iter(())

    def addresses(self, part: str) -> dict[str, str]:
        return {str(link.get("Id")): str(link.get("Target", "")) for link in self.package.links_of(part)}

    def made(self) -> Reviewed:
        root = parse(self.package.parts[self.package.main])
        paragraphs = returned_paragraphs(root, self.addresses(posixpath.basename(self.package.main)))
        marks = (mark.number for one in paragraphs for mark in one.marks if mark.kind == "b")
        self.stayed = longest_increasing_subsequence(list(dict.fromkeys(marks)))
        self.tables = {one.table: n for one in reversed(paragraphs) for n in self.known(one.marks)[:1]}
        for row, group in groupby(paragraphs, lambda one: (one.row_number, one.row)):
            parts = list(group)
            if row[1] != KEPT:
                self.row(parts, row[1])
                continue
            for segment in segments_of(parts):
                self.segment(segment)
        self.gone()
        self.add_moves()
        self.add_comments()
        changes = ((block, one) for block in sorted(self.changes) for one in self.changes[block])
        return Reviewed(tuple(changes), tuple(self.told))

    def tell(self, by: Tracked, did: str, words: str, block: int | None = None) -> None:
        """Report what only the author can do in the source, at a block or at the one that was read last."""
        at = self.last if block is None else block
        put = {"who": _who(by.author, by.day, "{} ({})"), "did": did, "words": words}
        self.told.append(ReviewRemark("back-by-hand", at, put))

    def row(self, paragraphs: Sequence[ReturnedParagraph], by: Tracked) -> None:
        marks = [number for one in paragraphs for number in self.known(one.marks)]
        if marks:
            self.last = marks[0]
            self.seen.update(marks)
        is_new = by.state == "in"
        words = " | ".join(one.after if is_new else one.before for one in paragraphs)
        did = _PUT if is_new else _TOOK
        self.tell(by, did.format(f"a row of {self.named_table(paragraphs[0].table)}"), f"'{words}'")
        self.note_comments(paragraphs)
        if is_new:
            self.further(paragraphs, ())

    def known(self, marks: Sequence[SentMark]) -> list[int]:
        return [mark.number for mark in marks if mark.kind == "b" and mark.number < len(self.blocks)]

    def named_table(self, table: int) -> str:
        """A table of the document by its caption, or by the words of its first cell."""
        blocks, number = self.blocks, self.tables.get(table, -1)
        if number < 0 or blocks[number].kind != "cell":
            return "a table"
        within, (row, column, _, columns) = blocks[number].within, blocks[number].cell
        first = number - row * columns - column
        has_caption = first > 0 and (blocks[first - 1].kind, blocks[first - 1].within) == ("caption", within)
        words = blocks[first - 1 if has_caption else first].seen
        return f"the table '{shortened(words)}'" if words.strip() else "the table"

    def segment(self, segment: Segment) -> None:
        known = self.known(segment.marks)
        fixed = [m for m in segment.marks if m.kind == "f"]
        for mark in fixed:
            self.missing(mark.number)
            self.fixed = max(self.fixed, mark.number + 1)
            self.all_fixed = max(self.all_fixed, mark.part)
        if len(known) > 1:
            self.joined(known, segment)
        elif known:
            self.block(known[0], segment)
        elif fixed:
            named = self.front_matter([mark.number for mark in fixed])
            self.locked(segment, fixed[0].digest if len(fixed) == 1 else "", *named)
        else:
            self.stranger(segment)
        self.note_comments(segment.paragraphs)
        self.further(segment.paragraphs, known)

    def joined(self, known: Sequence[int], segment: Segment) -> None:
        self.last = known[0]
        self.seen.update(known)
        sent = "".join(self.blocks[number].seen for number in known)
        end = segment.paragraphs[0].after
        first = end if end != sent else self.blocks[known[0]].seen[-60:]
        self.tell(KEPT, _JOINED, f"the first ends '{first}'")

    def block(self, number: int, segment: Segment) -> None:
        if number in self.seen:
            self.stranger(segment)
            return
        bits = [bit for piece in segment.pieces for bit in piece]
        is_moved = bool(bits) and all(bit.tracked.moved for bit in bits)
        self.before = self.last if self.seen else FRONT_MATTER
        if number not in self.stayed and not is_moved:
            before = self.blocks[self.last].seen.strip("\0 ") if self.seen else ""
            self.last = number
            where = f"stands behind '{shortened(before)}'" if before else "stands elsewhere"
            self.tell(KEPT, _MOVED, f"'{segment.paragraphs[0].after}' {where}")
        self.last = number
        self.seen.add(number)
        if is_moved:
            words = "".join(bit.letter for bit in bits)
            self.moves.append(MoveEnd(words, bits[0].tracked, number, True, f"to behind {self.named(self.before)}"))
            return
        block = self.blocks[number]
        if block.is_locked:
            mark = next(mark for mark in segment.marks if mark.number == number)
            self.locked(segment, mark.digest, "words that are locked", block.seen, block=block)
            self.new_paragraphs(number, segment)
            return
        self.words(number, block, segment)

    def words(self, number: int, block: SentBlock, segment: Segment) -> None:
        changes = changes_of(number, block.units, segment.bits_in(block.seen))
        left = _kept(segment.bits).strip()
        if block.seen.strip("\0 ") and not left:
            by = _by(segment.bits, segment.end)
            self.tell(by, _TOOK.format(_called(block)), f"'{block.seen}'")
        else:
            self.changes[number] = changes
            if segment.end.state == "out":
                self.tell(segment.end, _JOINED, f"the first ends '{left[-60:]}'")
        for words, by in segment.splits:
            self.tell(by, "split this paragraph", f"before '{words}'")
        self.new_paragraphs(number, segment)

    def new_paragraphs(self, number: int, segment: Segment) -> None:
        for words, by, is_first in segment.new:
            if words and by.moved:
                where = f"to {'before' if is_first else 'behind'} {self.named(number)}"
                self.moves.append(MoveEnd(words, by, number, False, where))
            elif words:
                self.new_paragraph(self.before if is_first else number, words, by)

    def new_paragraph(self, block: int, words: str, by: Tracked) -> None:
        """A paragraph that was put behind a block; behind a note it is the next one of the text."""
        if block >= 0 and self.blocks[block].kind == "note":
            block = max((n for n, one in enumerate(self.blocks) if one.kind != "note"), default=block)
        self.tell(by, _PUT.format("a paragraph"), f"'{words}'", block)

    def named(self, block: int) -> str:
        if block == FRONT_MATTER:
            return "the front matter"
        words = shortened(self.blocks[block].seen.strip("\0 "))
        return f"the heading '{words}'" if self.blocks[block].kind == "heading" else f"'{words}'"

    def add_moves(self) -> None:
        """Report each move once, at the paragraph that was moved, and an end without a partner alone."""
        gone = [one for one in self.moves if one.by.state == "out"]
        for one in self.moves:
            if one.by.state == "out":
                continue
            start = next((other for other in gone if other.words.strip() == one.words.strip()), one)
            if start in gone:
                gone.remove(start)
            self.moved(one, one.block if one.is_known else start.block, one.where)
        for one in gone:
            self.moved(one, one.block, "away from here" if one.is_known else "away from behind this")

    def moved(self, one: MoveEnd, block: int, where: str) -> None:
        self.tell(one.by, _MOVED, f"'{one.words.strip()}' {where}", block)

    def front_matter(self, numbers: Sequence[int]) -> tuple[str, str, str]:
        """Name of locked paragraphs of no block, the words that were sent, and their key."""
        known = [self.above[number] for number in numbers if number < len(self.above)]
        if len(known) < len(numbers):
            return _UNNAMED
        return known[0] if len(known) == 1 else ("words of the front matter", " ".join(one[1] for one in known), "")

    def locked(
        self, segment: Segment, digest: str, what: str, sent: str, key: str = "", block: SentBlock | None = None
    ) -> None:
        """A paragraph that is locked: whatever was done to it is told, beside the words that were `sent`."""
        pieces = segment.pieces if block is None else [segment.pieces[number] for number in segment.old]
        bits = [bit for piece in pieces for bit in piece]
        was = "".join(bit.letter for bit in bits if bit.tracked.state != "in")
        now, is_other = " / ".join(map(_kept, pieces)), digest_of_words(was) != digest
        if block is not None and block.kind == "picture" and not was and not segment.paragraphs[0].pictures:
            self.tell(segment.paragraphs[0].taken, _TOOK.format("the picture"), f"'{block.seen}'")
        elif is_other or was != now:
            by = next((fate for fate in (*(bit.tracked for bit in bits), *segment.ends) if fate != KEPT), KEPT)
            at = self.last if block is not None else FRONT_MATTER
            who, before = _who(by.author, by.day), sent if sent and is_other else was
            change = f"'{before}' is" if before != now else "it is"
            hint = None if sent or block is not None else " ".join(f"{who}: {change} to be '{now}'. {_MADE}".split())
            put = {"who": who, "what": what, "before": before, "after": now}
            self.told.append(ReviewRemark("back-touches", at, put, hint, key))

    def stranger(self, segment: Segment) -> None:
        """A paragraph that was not sent."""
        bits = [bit for piece in segment.pieces for bit in piece]
        words = _kept(bits)
        gone = "".join(bit.letter for bit in bits if bit.tracked.state == "out")
        by = _by(bits, segment.end)
        if bits and all(bit.tracked.moved for bit in bits):
            behind = self.named(self.last if self.seen else FRONT_MATTER)
            self.moves.append(MoveEnd(words or gone, by, self.last, False, f"to behind {behind}"))
        elif words.strip():
            self.new_paragraph(self.last if self.seen else FRONT_MATTER, words, by)
        elif gone.strip():
            self.tell(by, _TOOK.format("a paragraph that was not sent"), f"'{gone}'")

    def further(self, paragraphs: Sequence[ReturnedParagraph], known: Sequence[int]) -> None:
        """Notes, pictures, formulas, links, citations and signs that were not sent."""
        for paragraph in paragraphs:
            for what, words, by in paragraph.strange:
                self.tell(by, _PUT.format(what), f"'{words}'")
            for name in paragraph.notes:
                self.tell(KEPT, _PUT.format("a note"), f"'{self.notes.get(name, '')}'")
            sent = sum(self.blocks[number].kind == "picture" for number in known)
            if paragraph.pictures > sent:
                self.tell(KEPT, _PUT.format("a picture"), f"'{paragraph.after}'")

    def missing(self, end: int) -> None:
        """Tell of the locked paragraphs of no block that should have come before one."""
        lost = (self.above[self.fixed : end] + [_UNNAMED] * end)[: max(0, end - self.fixed)]
        for what, words, key in dict.fromkeys(lost):
            hint = f"It said '{words}'. If you agree, change the front matter by hand." if words else _MADE
            put = {"who": "Somebody", "did": _TOOK.format(what), "words": ""}
            self.told.append(ReviewRemark("back-by-hand", FRONT_MATTER, put, hint, key))

    def gone(self) -> None:
        self.missing(self.all_fixed)
        for number, block in enumerate(self.blocks):
            if number not in self.seen and block.kind != "evidence" and block.seen.strip():
                self.last = number
                self.tell(KEPT, _TOOK.format(_called(block)), f"'{block.seen}'")

    def note_comments(self, paragraphs: Sequence[ReturnedParagraph]) -> None:
        block = self.last if self.seen else FRONT_MATTER
        self.comments |= {name: block for one in paragraphs for name in one.comments if name not in self.comments}

    def add_comments(self) -> None:
        try:
            threads = list(read_threads(self.package))
        except BrokenXml:
            threads = []
            self.told.append(ReviewRemark("import-left-out", FRONT_MATTER, {"what": "the comments, which are damaged"}))
        for one in threads:
            block = self.comments.get(one.id, self.comments.get(one.answers, 0))
            who = _who(one.comment.author, one.comment.day)
            on = f"On '{one.comment.on}'." if one.comment.on else "On the whole paragraph."
            said = " It is marked as done." if one.done else ""
            said += f" It answers {one.answered}." if one.answered else ""
            self.told.append(
                ReviewRemark("back-comment", block, {"who": who, "words": one.comment.words, "about": on + said})
            )


_UNNAMED = ("a label, a number, or a line of the evidence table", "", "")
_MADE = "The pipeline makes it: there is nothing to do, unless front matter or the kind of a box is to change."


def _called(block: SentBlock) -> str:
    return {"picture": "the picture", "cell": "what this cell says"}.get(block.kind, "this paragraph")


def _who(author: str, day: str, form: str = "{}, {}") -> str:
    """Name of whoever did something, with the day where it is known."""
    return form.format(author or "Somebody", day) if day else author or "Somebody"


_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_W15 = "{http://schemas.microsoft.com/office/word/2012/wordml}"


@dataclass(frozen=True, slots=True)
class ThreadedComment:
    """A comment by its id, the id of the one that it answers and its author, and whether it is done."""

    id: str
    comment: Comment
    answers: str = ""
    answered: str = ""
    done: bool = False


def read_threads(package: Package) -> Iterator[ThreadedComment]:
    """The comments of a document, in their order."""
    content = package.part("comments.xml")
    if not content:
        return
    root, text = parse(content), parse(package.parts[package.main])
    elements = [one for one in root if isinstance(one.tag, str) and one.tag.endswith("}comment")]
    ids = [str(next((v for k, v in one.attrib.items() if str(k).endswith("}id")), "")) for one in elements]
    marks = [[str(p.get(f"{_W14}paraId", "")) for p in one.iter(PARAGRAPH)][-1:] for one in elements]
    comments = list(read_comments(root, text))
    by_mark = {mark[0]: number for number, mark in enumerate(marks) if mark and mark[0]}
    extended = package.part("commentsExtended.xml")
    said = {str(one.get(f"{_W15}paraId")): one for one in parse(extended)} if extended else {}
    for number, comment in enumerate(comments):
        more = said.get(marks[number][0]) if marks[number] else None
        above = by_mark.get(str(more.get(f"{_W15}paraIdParent", ""))) if more is not None else None
        done = more is not None and str(more.get(f"{_W15}done", "0")) in ("1", "true")
        parent = ("", "") if above is None else (ids[above], comments[above].author)
        yield ThreadedComment(ids[number], comment, *parent, done)
