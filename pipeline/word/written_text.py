"""A document that was read, written as the files of a briefing: its text, its pictures and its works."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import PurePosixPath

from pipeline.core.diagnostics import Desk, Place, Severity
from pipeline.core.messages import message
from pipeline.core.sentences import enumerated
from pipeline.core.text.fonts import direction_characters, without_direction_characters
from pipeline.load.briefing import parse_briefing
from pipeline.load.text import direction_character
from pipeline.model.body import Body
from pipeline.word.account import ReadLines, differences, lines_of
from pipeline.word.citations.clusters import written_cluster
from pipeline.word.citations.items import CitedItem
from pipeline.word.citations.references_file import references_file
from pipeline.word.citations.taken_out import KeptWords
from pipeline.word.citations.works import CitedWorks, folded
from pipeline.word.document.comments import Comment
from pipeline.word.document.lost import Loss, shortened
from pipeline.word.document.marks import MARK, without_strays
from pipeline.word.document.paragraphs import DocumentPiece
from pipeline.word.pictures import FoundPicture, take_pictures
from pipeline.word.titles import Titled, take_title
from pipeline.word.typed_end import take_empty_heads, take_typed_list
from pipeline.word.typed_text import Unsure, without_markup, write_typed
from pipeline.word.writing.blocks import DialectBlocks, heading_names
from pipeline.word.writing.front_matter import Front, front_matter
from pipeline.word.writing.inlines import PandocNode, Written, words_in

_PRIVATE = re.compile("[\ue000-\uf8ff]")
"""Letters of a font of signs: without it no reader sees them, so a message names their numbers."""


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A document as it was read: pandoc's tree of it, and what is looked for in what is written."""

    name: str
    tree: PandocNode
    pieces: tuple[DocumentPiece, ...]
    clusters: tuple[tuple[CitedItem, ...], ...] = ()
    comments: tuple[Comment, ...] = ()
    pictures: Mapping[str, FoundPicture] = field(default_factory=dict, hash=False)
    """Pictures by the names that the tree has for them."""
    losses: Mapping[str, Loss] = field(default_factory=dict, hash=False)
    """Remarks on pictures that would be lost, by the same names."""
    merged: tuple[int, ...] = ()
    """Numbers of the paragraphs in which tables have cells over several rows or columns."""
    kept: tuple[KeptWords, ...] = ()
    """Citations whose words stay in the tree."""
    has_styles: bool = True
    """Whether styles say what is a quotation; in a web page an element does."""


@dataclass(frozen=True, slots=True)
class TextToWrite:
    """The id of the text that is written, and the boxes that the library's styles of paragraphs mean."""

    id: str
    styles: Mapping[str, str] = field(default_factory=dict, hash=False)


def write_text(read: ReadDocument, wanted: TextToWrite, works: CitedWorks, desk: Desk) -> dict[str, bytes]:
    """The files of a briefing by their paths in the project."""
    clusters = [written_cluster(items, [works.key_of(i.record, i.address) for i in items]) for items in read.clusters]
    kept = [(one.words, tuple(works.key_of(item.record, item.address) for item in one.items)) for one in read.kept]
    names, contents = take_pictures(read.name, read.pictures, desk)
    titled = take_title(read.tree, PurePosixPath(read.name).stem)
    blocks, heads = take_empty_heads(titled.blocks)
    _tell_top_and_end(read, titled, heads, desk)
    end = take_typed_list(blocks, works.all)
    body, writer = _body(_writer(names, end.blocks, wanted), end.blocks)
    front = Front(titled.title, titled.summary, titled.authors, tuple(writer.practice), _said(read.comments))
    head = without_strays(front_matter(front))
    if not body.strip():
        desk.report(message("import-no-text", Place(read.name)))
    body, unsure, replaced = write_typed(body, works.all, end.listed, end.entries)
    _tell_unsure(read, unsure, end.listed.unknown, desk)
    _tell_kept(read, kept, unsure, body, desk)
    _tell_gone(read, clusters, body, desk)
    text = f"{head}\n{_with_clusters(body, clusters)}\n"
    _tell_different(read, text, (*titled.replaced, *heads, *end.dropped, *replaced), desk)
    _tell_lost(read, writer, desk)
    _tell_works(read.name, works, wanted.id, desk)
    shown = {names[source] for source in writer.written.shown}
    return _files(wanted.id, text, {file: contents[file] for file in sorted(shown)}, works)


def _said(comments: Sequence[Comment]) -> tuple[Comment, ...]:
    """The comments that say something."""
    return tuple(comment for comment in comments if comment.words)


def _with_clusters(body: str, clusters: Sequence[str]) -> str:
    """The text with citations in the places of their marks; a bar among their words parts no cells."""

    def written(found: re.Match[str]) -> str:
        number = int(found[1])
        words = clusters[number] if number < len(clusters) else ""
        return words.replace("|", r"\|") if body.startswith("|", body.rfind("\n", 0, found.start()) + 1) else words

    return MARK.sub(written, body)


def _files(name: str, text: str, pictures: Mapping[str, bytes], works: CitedWorks) -> dict[str, bytes]:
    folder = f"source/briefings/{name}"
    files = {f"{folder}/briefing.md" if pictures else f"{folder}.md": text.encode()}
    files |= {f"{folder}/{file}": content for file, content in pictures.items()}
    if works.new:
        files[f"source/references/from-{name}.yaml"] = references_file(works.new).encode()
    return files


def _writer(pictures: Mapping[str, str], blocks: Sequence[PandocNode], wanted: TextToWrite) -> DialectBlocks:
    levels = [block["c"][0] for block in blocks if block["t"] == "Header"]
    headings = heading_names(block["c"][1][0] for block in blocks if block["t"] == "Header")
    return DialectBlocks(Written(pictures, headings), 2 - min(levels, default=2), wanted.styles)


def _body(writer: DialectBlocks, blocks: Sequence[PandocNode]) -> tuple[str, DialectBlocks]:
    """The text with its notes, and the writer that has what it found on the way.

    With links it is written twice: which headings they lead to is known afterwards.
    """
    parts = [writer.text(blocks), *writer.footnotes()]
    if linked := writer.written.linked:
        writer = DialectBlocks(
            Written(writer.written.pictures, writer.written.headings, linked=linked), writer.shift, writer.styles
        )
        parts = [writer.text(blocks), *writer.footnotes()]
    return without_direction_characters("\n\n".join(filter(None, parts))), writer


def _tell_top_and_end(read: ReadDocument, titled: Titled, heads: Sequence[str], desk: Desk) -> None:
    """Report the marks at names of authors, and headings whose list of references is made again."""
    if titled.marks:
        hint = "Say in the text what they mean, such as the house of each author."
        what = f"marks at the names of authors: {', '.join(titled.marks)}"
        desk.report(message("import-left-out", _place(read, titled.authors[0]), hint, what=what))
    for words in heads:
        hint = "Readers get a list that is made from the works cited."
        what = f"the heading '{words}', as nothing is below it"
        desk.report(message("import-left-out", _place(read, words), hint, what=what))


def _tell_different(read: ReadDocument, text: str, beside: Sequence[str], desk: Desk) -> None:
    """Read the text as `check` will, and report the words that differ from the document's."""
    parsed = parse_briefing("source/briefings/text.md", text.encode())
    if too_large := [remark for remark in parsed.remarks if remark.code == "job-too-large"]:
        desk.extend(replace(remark, place=Place(read.name), severity=Severity.WARNING) for remark in too_large)
        return
    lines = lines_of((parsed.briefing.body if parsed.briefing else parsed.loose) or Body())
    for found in differences(read.pieces, ReadLines(lines.running, (*lines.beside, *beside))):
        place, now = Place(read.name, found.piece.number), shortened(found.now)
        was = _PRIVATE.sub(lambda sign: f"U+{ord(sign[0]):04X}", shortened(found.was))
        where = f" of {found.piece.where}" if found.piece.where else ""
        if not now:
            desk.report(message("import-left-out", place, what=f"the words{where} '{was}'"))
        elif found.was == found.now:
            desk.report(message("import-words-differ", place, what=f"'{was}' is in another place"))
        else:
            desk.report(
                message(
                    "import-words-differ", place, what=f"it has '{now}' " + (f"for '{was}'" if was else "in addition")
                )
            )


def _tell_lost(read: ReadDocument, writer: DialectBlocks, desk: Desk) -> None:
    """Report the pictures, addresses and cells that are not in the text."""
    for piece in read.pieces:
        for *_, character in direction_characters(piece.words):
            desk.report(direction_character(character, Place(read.name, piece.number)))
    for source, loss in read.losses.items():
        if source not in writer.written.shown and source in writer.written.pictures:
            desk.report(message("import-left-out", Place(read.name, loss.number), what=loss.what))
    for source in writer.written.shown:
        file = writer.written.pictures[source]
        if file in writer.written.silent:
            number = read.pictures[source].number
            desk.report(message("import-no-alt", Place(read.name, number), file=file))
    for link in writer.written.lost_links:
        desk.report(
            message(
                "import-left-out",
                _place(read, link.rpartition(" (")[0].strip("'")),
                what=f"the address of the link {link}",
            )
        )
    if read.has_styles and writer.indented:
        words = next(filter(None, map(words_in, writer.indented)), "")
        many = str(len(writer.indented))
        desk.report(message("import-indented", _place(read, words), many=many))
    for number in (read.merged or (1,)) if writer.merged else ():
        words = next((piece.words for piece in read.pieces if read.merged and piece.number >= number), "")
        hint = f"Look at the table at '{shortened(words)}', and repeat the words where a reader needs them."
        desk.report(message("import-cells-merged", Place(read.name, number), hint if words else None))


def _tell_unsure(read: ReadDocument, unsure: Sequence[Unsure], unknown: Sequence[str], desk: Desk) -> None:
    for one in unsure:
        keys = one.judgement.keys
        place = _place(read, one.words)
        words = shortened(one.words)
        match one.judgement.sureness:
            case "several":
                said = enumerated(keys, "or")
                desk.report(message("import-cite-near", place, words=words, keys=said, first=keys[0]))
            case "near":
                desk.report(message("import-cite-near", place, words=words, keys=" or ".join(keys), first=keys[0]))
            case _:
                desk.report(message("import-cite-unknown", place, words=words))
    for entry in unknown:
        desk.report(message("import-cite-unknown", _place(read, entry), words=shortened(entry)))


def _tell_kept(
    read: ReadDocument, kept: Sequence[tuple[str, tuple[str, ...]]], unsure: Sequence[Unsure], body: str, desk: Desk
) -> None:
    """Tell the citations of managers that stand there as words, but for those that are told as typed ones."""
    said = without_markup(body)
    for words, keys in kept:
        if words not in said or any(folded(one.words) in folded(words) for one in unsure):
            continue
        place = _place(read, words)
        if keys:
            found = message("import-cite-near", place, words=shortened(words), keys=" and ".join(keys), first=keys[0])
        else:
            found = message("import-cite-unknown", place, words=shortened(words))
        desk.report(found)


def _tell_gone(read: ReadDocument, clusters: Sequence[str], body: str, desk: Desk) -> None:
    """Tell the citations that stand in no place of the text, such as those in a title."""
    there = {int(found[1]) for found in MARK.finditer(body)}
    for number, written in enumerate(clusters):
        if number not in there:
            desk.report(message("import-left-out", Place(read.name), what=f"the citation {written}"))


def _tell_works(name: str, works: CitedWorks, id_: str, desk: Desk) -> None:
    path = f"source/references/from-{id_}.yaml"
    for older, new, what in works.near():
        desk.report(message("import-work-near", Place(name), key=older, other=new, what=what, path=path))


def _place(read: ReadDocument, words: str) -> Place:
    """The first paragraph that has some words."""
    wanted = folded(words)
    number = next((number for number, text in _folded_pieces(read.pieces) if wanted in text), 1)
    return Place(read.name, number)


@lru_cache(maxsize=1)
def _folded_pieces(pieces: tuple[DocumentPiece, ...]) -> tuple[tuple[int, str], ...]:
    """The numbers and letters of pieces: most remarks look through all of them."""
    return tuple((piece.number, folded(piece.words)) for piece in pieces)
