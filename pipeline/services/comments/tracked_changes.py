"""Read what reviewers did to a document: changes of words by block, and a remark on everything else.

The paragraphs are read in order. There is a function for each kind of paragraph: a row that was inserted or deleted, a
block, several blocks joined, a locked paragraph, and a paragraph that was not sent. Each yields findings.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from pipeline.services.comments.block_changes import UnitChange, find_changes
from pipeline.services.comments.blocks import SentBlock, TextBlocks
from pipeline.services.comments.paragraphs import (
    KEPT,
    ReturnedParagraph,
    ReviewedCharacter,
    Revision,
    accepted,
    read_returned_paragraphs,
    rejected,
    words_of_notes,
)
from pipeline.services.comments.units import SentBookmark, digest_of_words
from pipeline.services.importing.docx_content import Comment, read_comments, shortened
from pipeline.services.importing.docx_package import PARAGRAPH, BrokenXml, Package, parse_xml
from pipeline.services.importing.word_comparison import longest_increasing_subsequence

UNTRACKED = Revision("inserted")
"""Revision of the end of a paragraph that somebody inserted without tracking."""


@dataclass
class Segment:
    """A block as it came back: its pieces, divided where somebody ended a paragraph."""

    bookmarks: tuple[SentBookmark, ...]
    pieces: list[list[ReviewedCharacter]]
    ends: list[Revision]
    """Of the paragraph ends between the pieces."""
    end: Revision
    paragraphs: list[ReturnedParagraph]

    @property
    def all_characters(self) -> list[ReviewedCharacter]:
        """The characters of all pieces."""
        return [character for piece in self.pieces for character in piece]

    @property
    def characters(self) -> list[ReviewedCharacter]:
        """Its characters, except in pieces that are new paragraphs."""
        return [character for number in self.old for character in self.pieces[number]]

    def characters_in(self, sent: str) -> list[ReviewedCharacter]:
        """Return the same, with the spaces of `sent` that were deleted where the block was split.

        A source is not split, so it needs these spaces.
        """
        first, *rest = self.old
        if not rest:
            return self.characters
        characters = _with_edges(self.pieces[first])
        for number in rest:
            piece = _with_edges(self.pieces[number])
            left, right = rejected(characters[-40:]), rejected(piece[:40])
            if left and right and not f"{left[-1]}{right[0]}".count(" ") and f"{left[-8:]} {right[:8]}" in sent:
                characters.append(ReviewedCharacter(" ", KEPT))
            characters += piece
        return characters

    @property
    def old(self) -> list[int]:
        """Numbers of the pieces that hold something that was sent; the first if none does."""
        return [number for number, piece in enumerate(self.pieces) if rejected(piece)] or [0]

    @property
    def new(self) -> list[tuple[str, Revision, bool]]:
        """The words of the pieces that are new paragraphs, who inserted them, and whether they come first."""
        old = self.old
        return [
            (_words(piece), _revision_by_author(piece, self.ends[max(0, number - 1)]), number < old[0])
            for number, piece in enumerate(self.pieces)
            if number not in old
        ]

    @property
    def splits(self) -> list[tuple[str, Revision]]:
        """Words after each place at which the block was split, and who did it."""
        return [(_words(self.pieces[number]), self.ends[number - 1]) for number in self.old[1:]]


def segments_of(paragraphs: Sequence[ReturnedParagraph]) -> list[Segment]:
    """Group paragraphs into segments, in the order of the document; one without a bookmark is new.

    LibreOffice gives both parts of a paragraph that was split the same bookmark.
    """
    segments: list[Segment] = []
    previous_end: Revision | None = None
    """The end of the paragraph before, if somebody inserted it."""
    for paragraph in paragraphs:
        last = segments[-1] if segments else None
        repeats = last is not None and bool(paragraph.bookmarks) and set(paragraph.bookmarks) <= set(last.bookmarks)
        is_within = last is not None and not paragraph.bookmarks and paragraph.split_from in last.bookmarks
        continues = UNTRACKED if repeats or is_within else previous_end
        if last is not None and continues is not None and (repeats or not (last.bookmarks and paragraph.bookmarks)):
            last.bookmarks = last.bookmarks or tuple(paragraph.bookmarks)
            last.pieces.append(paragraph.characters)
            last.ends.append(previous_end or continues)
            last.paragraphs.append(paragraph)
            last.end = paragraph.end
        else:
            bookmarks = tuple(paragraph.bookmarks)
            segments.append(Segment(bookmarks, [paragraph.characters], [], paragraph.end, [paragraph]))
        previous_end = paragraph.end if paragraph.end.state == "inserted" else None
    return segments


def _with_edges(piece: Sequence[ReviewedCharacter]) -> list[ReviewedCharacter]:
    """Return the characters of a piece, with the spaces that were deleted at its edges."""
    inner = [number for number, c in enumerate(piece) if c.letter != " " or c.revision.state != "deleted"]
    first, last = (inner[0], inner[-1]) if inner else (len(piece), len(piece))
    return [c if first <= n <= last else c._replace(revision=KEPT) for n, c in enumerate(piece)]


def _words(characters: Sequence[ReviewedCharacter]) -> str:
    return " ".join(accepted(characters).split())


def _revision_by_author(characters: Sequence[ReviewedCharacter], end: Revision) -> Revision:
    return next((character.revision for character in characters if character.revision.author), end)


def _is_moved(characters: Sequence[ReviewedCharacter]) -> bool:
    return bool(characters) and all(character.revision.moved for character in characters)


FRONT_MATTER = -1
"""In place of a block's number: a remark is on the front matter."""


@dataclass(frozen=True, slots=True)
class ReviewRemark:
    """A remark on something that is no change of words, at a block."""

    code: str
    block: int
    values: Mapping[str, str] = field(hash=False)
    """The values of its message."""
    hint: str | None = None
    key: str = ""
    """The part of the front matter, such as `title`."""


class BlockChanges(NamedTuple):
    """The changes to the words of a block."""

    block: int
    changes: list[UnitChange]


class CommentPlace(NamedTuple):
    """The block that the comment of an id is on."""

    comment: str
    block: int


class MoveEnd(NamedTuple):
    """One end of a tracked move: the place that the words went to, or the place that they left."""

    words: str
    revision: Revision
    block: int
    """The block that was moved, or the one before this end."""
    is_known: bool
    """True if the block is the one that was moved."""
    where: str = ""
    """Of the place that they went to: `to before 'Two run.'`."""


_Finding = ReviewRemark | BlockChanges | CommentPlace | MoveEnd


@dataclass(frozen=True, slots=True)
class Review:
    """Everything that was done to a document: changes by block in the order of the text, and remarks on the rest."""

    changes: tuple[tuple[int, UnitChange], ...]
    remarks: tuple[ReviewRemark, ...]

    def of(self, block: int) -> tuple[UnitChange, ...]:
        """Return the changes to one block."""
        return tuple(change for number, change in self.changes if number == block)


def read_review(package: Package, text: TextBlocks) -> Review:
    """Read the changes of reviewers to the document of a text."""
    root = parse_xml(package.parts[package.main])
    paragraphs = read_returned_paragraphs(root, _addresses(package, posixpath.basename(package.main)))
    findings = list(_findings(_sent_document(package, text, paragraphs), paragraphs))
    remarks = [finding for finding in findings if isinstance(finding, ReviewRemark)]
    remarks += _move_remarks([finding for finding in findings if isinstance(finding, MoveEnd)])
    places = {place.comment: place.block for place in reversed(findings) if isinstance(place, CommentPlace)}
    remarks += _comment_remarks(package, places)
    by_block = sorted((finding for finding in findings if isinstance(finding, BlockChanges)), key=attrgetter("block"))
    return Review(tuple((block, change) for block, changes in by_block for change in changes), tuple(remarks))


def _addresses(package: Package, part: str) -> dict[str, str]:
    return {str(link.get("Id")): str(link.get("Target", "")) for link in package.links_of(part)}


def _notes(package: Package, part: str) -> Iterator[tuple[str, str]]:
    content = package.part(part)
    try:
        return words_of_notes(parse_xml(content), _addresses(package, part)) if content else iter(())
    except BrokenXml:
        return iter(())


class _LockedParagraph(NamedTuple):
    """Locked words: their name in a sentence, the words that were sent, and their key in the front matter."""

    name: str
    words: str = ""
    key: str = ""


_UNNAMED = _LockedParagraph("a label, a number, or a line of the evidence table")


@dataclass(frozen=True, slots=True)
class _SentDocument:
    """A text as it was sent, and the facts about the whole document that are needed to read a paragraph of it."""

    blocks: tuple[SentBlock, ...]
    above: tuple[_LockedParagraph, ...]
    """The locked paragraphs before the text."""
    in_order: frozenset[int]
    """The most blocks that are among each other in the order in which they were sent: all others were moved."""
    tables: Mapping[int, int]
    """A block of each table that was sent, by the number of the table in the document."""
    notes: Mapping[str, str]

    def name(self, block: int) -> str:
        """Return the name of a block in a sentence."""
        if block == FRONT_MATTER:
            return "the front matter"
        words = shortened(self.blocks[block].seen.strip("\0 "))
        return f"the heading '{words}'" if self.blocks[block].kind == "heading" else f"'{words}'"

    def name_table(self, table: int) -> str:
        """Return the name of a table in a sentence: its caption, or the words of its first cell."""
        blocks, number = self.blocks, self.tables.get(table, -1)
        if number < 0 or blocks[number].kind != "cell":
            return "a table"
        within, (row, column, _, columns) = blocks[number].within, blocks[number].cell
        first = number - row * columns - column
        has_caption = first > 0 and (blocks[first - 1].kind, blocks[first - 1].within) == ("caption", within)
        words = blocks[first - 1 if has_caption else first].seen
        return f"the table '{shortened(words)}'" if words.strip() else "the table"


def _sent_document(package: Package, text: TextBlocks, paragraphs: Sequence[ReturnedParagraph]) -> _SentDocument:
    above = []
    for key, words in text.above:
        name = key.replace("-", " ")
        if key not in ("title", "summary"):
            above.append(_LockedParagraph(f"the words '{name}'", "", key))  # the label before it
        above.append(_LockedParagraph(f"the {name}", words, key))
    numbers = (mark.number for paragraph in paragraphs for mark in paragraph.bookmarks if mark.kind == "b")
    in_order = longest_increasing_subsequence(list(dict.fromkeys(numbers)))
    tables = {p.table: number for p in reversed(paragraphs) for number in _known(text.blocks, p.bookmarks)[:1]}
    notes = {name: words for part in ("footnotes.xml", "endnotes.xml") for name, words in _notes(package, part)}
    return _SentDocument(text.blocks, tuple(above), in_order, tables, notes)


def _known(blocks: Sequence[SentBlock], bookmarks: Iterable[SentBookmark]) -> list[int]:
    """Return the numbers of the blocks that bookmarks name."""
    return [bookmark.number for bookmark in bookmarks if bookmark.kind == "b" and bookmark.number < len(blocks)]


@dataclass
class _Progress:
    """How far a document has been read."""

    all_locked: int
    """Number of locked paragraphs outside blocks, as far as it is known: first those above the text, then labels."""
    locked: int = 0
    """Number of the next locked paragraph outside blocks."""
    last: int = FRONT_MATTER
    """The block that was read last: what is new comes after it."""
    seen: set[int] = field(default_factory=set)

    def add(self, blocks: Sequence[int]) -> None:
        """Note that blocks were read."""
        if blocks:
            self.last = blocks[0]
            self.seen.update(blocks)


def _findings(sent: _SentDocument, paragraphs: Sequence[ReturnedParagraph]) -> Iterator[_Finding]:
    progress = _Progress(all_locked=len(sent.above))
    for (_, revision), group in groupby(paragraphs, lambda paragraph: (paragraph.row_number, paragraph.row_revision)):
        members = list(group)
        if revision == KEPT:
            for segment in segments_of(members):
                yield from _read_segment(sent, progress, segment)
        else:
            progress.add(_known(sent.blocks, [mark for paragraph in members for mark in paragraph.bookmarks]))
            yield from _read_row(sent, members, revision, progress.last)
    yield from _missing(sent, progress.locked, progress.all_locked)
    for number, block in enumerate(sent.blocks):
        if number not in progress.seen and block.kind != "evidence" and block.seen.strip():
            yield _by_hand(KEPT, _TOOK.format(_name_here(block)), f"'{block.seen}'", number)


def _read_segment(sent: _SentDocument, progress: _Progress, segment: Segment) -> Iterator[_Finding]:
    known = _known(sent.blocks, segment.bookmarks)
    locked = [mark for mark in segment.bookmarks if mark.kind == "f"]
    for mark in locked:
        yield from _missing(sent, progress.locked, mark.number)
        progress.locked = max(progress.locked, mark.number + 1)
        progress.all_locked = max(progress.all_locked, mark.part)
    before = progress.last
    if len(known) > 1:
        progress.add(known)
        yield _read_joined(sent, known, segment)
    elif known and known[0] not in progress.seen:
        progress.add(known)
        yield from _read_block(sent, known[0], segment, before)
    elif locked and not known:
        paragraph = _front_matter(sent, [mark.number for mark in locked])
        digest = locked[0].digest if len(locked) == 1 else ""
        yield from _read_locked(paragraph, segment, segment.pieces, digest, FRONT_MATTER)
    else:
        yield from _read_new(sent, segment, before)
    yield from _comment_places(segment.paragraphs, progress.last)
    yield from _read_unsupported(sent, segment.paragraphs, known, progress.last)


_PUT, _TOOK = "inserted {} after this", "took {} away"
_JOINED, _MOVED = "joined this paragraph and the next", "moved this paragraph"


def _by_hand(revision: Revision, did: str, words: str, block: int) -> ReviewRemark:
    """Return a remark on something that only the author can do in the source."""
    values = {"who": _who(revision.author, revision.day, "{} ({})"), "did": did, "words": words}
    return ReviewRemark("back-by-hand", block, values)


def _read_row(
    sent: _SentDocument, paragraphs: Sequence[ReturnedParagraph], revision: Revision, last: int
) -> Iterator[_Finding]:
    """Read a row of a table that was inserted or deleted."""
    is_new = revision.state == "inserted"
    words = " | ".join(paragraph.after if is_new else paragraph.before for paragraph in paragraphs)
    did = (_PUT if is_new else _TOOK).format(f"a row of {sent.name_table(paragraphs[0].table)}")
    yield _by_hand(revision, did, f"'{words}'", max(0, last))
    yield from _comment_places(paragraphs, last)
    if is_new:
        yield from _read_unsupported(sent, paragraphs, (), last)


def _read_joined(sent: _SentDocument, known: Sequence[int], segment: Segment) -> ReviewRemark:
    """Read several blocks that somebody joined."""
    words = "".join(sent.blocks[number].seen for number in known)
    after = segment.paragraphs[0].after
    first = after if after != words else sent.blocks[known[0]].seen[-60:]
    return _by_hand(KEPT, _JOINED, f"the first ends '{first}'", known[0])


def _read_block(sent: _SentDocument, number: int, segment: Segment, before: int) -> Iterator[_Finding]:
    """Read a block; `before` is the one that comes before it in the document."""
    block, characters = sent.blocks[number], segment.all_characters
    if _is_moved(characters):
        words = "".join(character.letter for character in characters)
        yield MoveEnd(words, characters[0].revision, number, True, f"to behind {sent.name(before)}")
        return
    if number not in sent.in_order:
        words = sent.blocks[before].seen.strip("\0 ") if before != FRONT_MATTER else ""
        where = f"stands behind '{shortened(words)}'" if words else "stands elsewhere"
        yield _by_hand(KEPT, _MOVED, f"'{segment.paragraphs[0].after}' {where}", number)
    if block.is_locked:
        yield from _read_locked_block(block, number, segment)
    else:
        yield from _read_words(block, number, segment)
    yield from _read_new_pieces(sent, number, segment, before)


def _read_words(block: SentBlock, number: int, segment: Segment) -> Iterator[_Finding]:
    """Read the changes to the words of a block, or that it was deleted, joined or split."""
    words = accepted(segment.characters).strip()
    if block.seen.strip("\0 ") and not words:
        revision = _revision_by_author(segment.characters, segment.end)
        yield _by_hand(revision, _TOOK.format(_name_here(block)), f"'{block.seen}'", number)
    else:
        yield BlockChanges(number, find_changes(number, block.units, segment.characters_in(block.seen)))
        if segment.end.state == "deleted":
            yield _by_hand(segment.end, _JOINED, f"the first ends '{words[-60:]}'", number)
    for following, revision in segment.splits:
        yield _by_hand(revision, "split this paragraph", f"before '{following}'", number)


def _read_new_pieces(sent: _SentDocument, number: int, segment: Segment, before: int) -> Iterator[_Finding]:
    """Read the pieces of a segment that are separate paragraphs."""
    for words, revision, is_first in segment.new:
        if words and revision.moved:
            where = f"to {'before' if is_first else 'behind'} {sent.name(number)}"
            yield MoveEnd(words, revision, number, False, where)
        elif words:
            yield _new_paragraph(sent, before if is_first else number, words, revision)


def _new_paragraph(sent: _SentDocument, block: int, words: str, revision: Revision) -> ReviewRemark:
    """Return the remark on a paragraph that was inserted after a block; after a note it follows the text."""
    if block >= 0 and sent.blocks[block].kind == "note":
        block = max((number for number, other in enumerate(sent.blocks) if other.kind != "note"), default=block)
    return _by_hand(revision, _PUT.format("a paragraph"), f"'{words}'", block)


def _front_matter(sent: _SentDocument, numbers: Sequence[int]) -> _LockedParagraph:
    """Return the locked paragraph of some numbers; several at once are words of the front matter."""
    known = [sent.above[number] for number in numbers if number < len(sent.above)]
    if len(known) < len(numbers):
        return _UNNAMED
    if len(known) == 1:
        return known[0]
    return _LockedParagraph("words of the front matter", " ".join(paragraph.words for paragraph in known))


_MADE = "The pipeline makes it: there is nothing to do, unless front matter or the kind of a box is to change."


def _read_locked_block(block: SentBlock, number: int, segment: Segment) -> Iterator[ReviewRemark]:
    """Read a locked block: deletion of a picture, or any change to its words."""
    pieces = [segment.pieces[old] for old in segment.old]
    first = segment.paragraphs[0]
    if block.kind == "picture" and not first.pictures and not rejected(segment.characters):
        yield _by_hand(first.picture_deletion, _TOOK.format("the picture"), f"'{block.seen}'", number)
        return
    digest = next(mark.digest for mark in segment.bookmarks if mark.number == number)
    yield from _read_locked(_LockedParagraph("words that are locked", block.seen), segment, pieces, digest, number)


def _read_locked(
    paragraph: _LockedParagraph,
    segment: Segment,
    pieces: Sequence[Sequence[ReviewedCharacter]],
    digest: str,
    block: int,
) -> Iterator[ReviewRemark]:
    """Yield a remark if locked words were changed, with or without tracking."""
    characters = [character for piece in pieces for character in piece]
    before, after = rejected(characters), " / ".join(map(accepted, pieces))
    is_other = digest_of_words(before) != digest
    if not is_other and before == after:
        return
    revisions = (*(character.revision for character in characters), *segment.ends)
    revision = next((revision for revision in revisions if revision != KEPT), KEPT)
    who = _who(revision.author, revision.day)
    before = paragraph.words if paragraph.words and is_other else before
    hint = None
    if block == FRONT_MATTER and not paragraph.words:
        change = f"'{before}' is" if before != after else "it is"
        hint = " ".join(f"{who}: {change} to be '{after}'. {_MADE}".split())
    values = {"who": who, "what": f"This change would remove {paragraph.name}", "before": before, "after": after}
    yield ReviewRemark("back-conflict", block, values, hint, paragraph.key)


def _read_new(sent: _SentDocument, segment: Segment, last: int) -> Iterator[_Finding]:
    """Read a paragraph that was not sent; `last` is the block before it."""
    characters = segment.all_characters
    words = accepted(characters)
    deleted = "".join(character.letter for character in characters if character.revision.state == "deleted")
    revision = _revision_by_author(characters, segment.end)
    if _is_moved(characters):
        yield MoveEnd(words or deleted, revision, max(0, last), False, f"to behind {sent.name(last)}")
    elif words.strip():
        yield _new_paragraph(sent, last, words, revision)
    elif deleted.strip():
        yield _by_hand(revision, _TOOK.format("a paragraph that was not sent"), f"'{deleted}'", max(0, last))


def _read_unsupported(
    sent: _SentDocument, paragraphs: Sequence[ReturnedParagraph], known: Sequence[int], last: int
) -> Iterator[ReviewRemark]:
    """Yield a remark on each note, picture, formula, link, citation and sign that was not sent."""
    block = max(0, last)
    for paragraph in paragraphs:
        for content in paragraph.unsupported:
            yield _by_hand(content.revision, _PUT.format(content.kind), f"'{content.words}'", block)
        for name in paragraph.notes:
            yield _by_hand(KEPT, _PUT.format("a note"), f"'{sent.notes.get(name, '')}'", block)
        if paragraph.pictures > sum(sent.blocks[number].kind == "picture" for number in known):
            yield _by_hand(KEPT, _PUT.format("a picture"), f"'{paragraph.after}'", block)


def _missing(sent: _SentDocument, start: int, end: int) -> Iterator[ReviewRemark]:
    """Yield a remark on each locked paragraph outside blocks that is missing, from one number up to another."""
    missing = (sent.above[start:end] + (_UNNAMED,) * end)[: max(0, end - start)]
    for paragraph in dict.fromkeys(missing):
        words = paragraph.words
        hint = f"It said '{words}'. If you agree, change the front matter by hand." if words else _MADE
        values = {"who": "Somebody", "did": _TOOK.format(paragraph.name), "words": ""}
        yield ReviewRemark("back-by-hand", FRONT_MATTER, values, hint, paragraph.key)


def _comment_places(paragraphs: Sequence[ReturnedParagraph], block: int) -> Iterator[CommentPlace]:
    return (CommentPlace(comment, block) for paragraph in paragraphs for comment in paragraph.comments)


def _move_remarks(ends: Sequence[MoveEnd]) -> Iterator[ReviewRemark]:
    """Yield a remark for each move, at the paragraph that was moved, and for each end without the other."""
    left = [end for end in ends if end.revision.state == "deleted"]
    for end in ends:
        if end.revision.state == "deleted":
            continue
        start = next((other for other in left if other.words.strip() == end.words.strip()), None)
        if start is not None:
            left.remove(start)
        block = end.block if end.is_known or start is None else start.block
        yield _by_hand(end.revision, _MOVED, f"'{end.words.strip()}' {end.where}", block)
    for end in left:
        where = "away from here" if end.is_known else "away from behind this"
        yield _by_hand(end.revision, _MOVED, f"'{end.words.strip()}' {where}", end.block)


def _comment_remarks(package: Package, places: Mapping[str, int]) -> Iterator[ReviewRemark]:
    try:
        threads = list(read_threads(package))
    except BrokenXml:
        yield ReviewRemark("import-left-out", FRONT_MATTER, {"what": "the comments, which are damaged"})
        return
    for thread in threads:
        comment = thread.comment
        about = f"On '{comment.on}'." if comment.on else "On the whole paragraph."
        about += " It is marked as done." if thread.done else ""
        about += f" It answers {thread.parent_author}." if thread.parent_author else ""
        values = {"who": _who(comment.author, comment.day), "words": comment.words, "about": about}
        yield ReviewRemark("back-comment", places.get(thread.id, places.get(thread.parent, 0)), values)


def _name_here(block: SentBlock) -> str:
    return {"picture": "the picture", "cell": "what this cell says"}.get(block.kind, "this paragraph")


def _who(author: str, day: str, form: str = "{}, {}") -> str:
    """Return the name of a reviewer, with the day if it is known."""
    return form.format(author or "Somebody", day) if day else author or "Somebody"


_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_W15 = "{http://schemas.microsoft.com/office/word/2012/wordml}"


@dataclass(frozen=True, slots=True)
class ThreadedComment:
    """A comment with its id, and the id and author of the comment that it answers."""

    id: str
    comment: Comment
    parent: str = ""
    parent_author: str = ""
    done: bool = False


def read_threads(package: Package) -> Iterator[ThreadedComment]:
    """Yield the comments of a document, in order."""
    content = package.part("comments.xml")
    if not content:
        return
    root, text = parse_xml(content), parse_xml(package.parts[package.main])
    nodes = [node for node in root if isinstance(node.tag, str) and node.tag.endswith("}comment")]
    ids = [str(next((value for key, value in node.attrib.items() if str(key).endswith("}id")), "")) for node in nodes]
    paragraphs = [next(reversed([str(p.get(f"{_W14}paraId", "")) for p in node.iter(PARAGRAPH)]), "") for node in nodes]
    comments = list(read_comments(root, text))
    by_paragraph = {paragraph: number for number, paragraph in enumerate(paragraphs) if paragraph}
    extended = package.part("commentsExtended.xml")
    extensions = {str(node.get(f"{_W15}paraId")): node for node in parse_xml(extended)} if extended else {}
    for number, comment in enumerate(comments):
        extension = extensions.get(paragraphs[number]) if paragraphs[number] else None
        if extension is None:
            yield ThreadedComment(ids[number], comment)
            continue
        above = by_paragraph.get(str(extension.get(f"{_W15}paraIdParent", "")))
        parent = ("", "") if above is None else (ids[above], comments[above].author)
        done = str(extension.get(f"{_W15}done", "0")) in ("1", "true")
        yield ThreadedComment(ids[number], comment, *parent, done)
