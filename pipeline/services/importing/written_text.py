"""A document that was read, written as the files of a briefing: its text, its pictures and its works."""

import io
import posixpath
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

import yaml

from pipeline.core.diagnostics import Diagnostics, Location, Severity
from pipeline.core.limited_process import BrokenOff, limited
from pipeline.core.messages import message
from pipeline.core.sentences import enumerated
from pipeline.core.text.fonts import direction_characters, without_direction_characters
from pipeline.load.briefing import parse_briefing
from pipeline.load.pictures.kinds import media_type
from pipeline.load.text import direction_character
from pipeline.model.body import Body
from pipeline.services.importing.account import ReadLines, differences, lines_of
from pipeline.services.importing.blocks import DialectBlocks, PracticeBox, heading_names
from pipeline.services.importing.content import Comment, DocumentPiece, Loss, shortened
from pipeline.services.importing.inlines import PandocNode, Written, nodes_in, plain, words_in
from pipeline.services.importing.managers import CitedItem, written_cluster
from pipeline.services.importing.package import MARK, without_strays
from pipeline.services.importing.taken_out import KeptWords
from pipeline.services.importing.typed_text import (
    Unsure,
    take_empty_heads,
    take_typed_list,
    without_markup,
    write_typed,
)
from pipeline.services.importing.works import CitedWorks, folded

_ENDINGS = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/svg+xml": ".svg",
}
_TIFF = (b"II*\0", b"MM\0*")
_OTHERS = {b"\x01\x00\x00\x00": "a drawing of Windows (EMF)", b"\xd7\xcd\xc6\x9a": "a drawing of Windows (WMF)"}
_SECONDS, _MEGABYTES = 10, 1000


@dataclass(frozen=True, slots=True)
class FoundPicture:
    """A picture of a document: its content, and the number of the paragraph that it stands in."""

    content: bytes
    number: int = 1


def take_pictures(
    name: str, found: Mapping[str, FoundPicture], diagnostics: Diagnostics
) -> tuple[dict[str, str], dict[str, bytes]]:
    """The names under which pictures are kept, by their names in the document, and their contents by those."""
    names: dict[str, str] = {}
    kept: dict[str, bytes] = {}
    for source, picture in found.items():
        content, ending = _readable(picture.content)
        if not ending:
            kind = next((kind for begins, kind in _OTHERS.items() if picture.content.startswith(begins)), "of a kind")
            file = posixpath.basename(source)
            diagnostics.report(message("import-picture-kind", Location(name, picture.number), file=file, kind=kind))
            continue
        stem = (
            re.sub(r"[^a-z0-9]+", "-", posixpath.splitext(posixpath.basename(source))[0].lower()).strip("-")
            or "picture"
        )
        file = next(f for n in range(len(found) + 1) if (f := f"{stem}{f'-{n}' if n else ''}{ending}") not in kept)
        names[source], kept[file] = file, content
    return names, kept


def _readable(content: bytes) -> tuple[bytes, str]:
    """A picture that a browser shows, and the ending of its name; no ending where none can be had."""
    if ending := _ENDINGS.get(media_type(content)):
        return content, ending
    if content.startswith(_TIFF):
        try:
            if made := limited(png_of_tiff, content, _SECONDS, _MEGABYTES):
                return made, ".png"
        except BrokenOff:
            pass
    return content, ""


def png_of_tiff(content: bytes) -> bytes:
    """A scan as PNG; nothing where it cannot be read."""
    from PIL import Image, UnidentifiedImageError

    out = io.BytesIO()
    try:
        with warnings.catch_warnings(action="error"), Image.open(io.BytesIO(content), formats=("TIFF",)) as picture:
            shown = picture if picture.mode in ("1", "L", "LA", "P", "RGB", "RGBA") else picture.convert("RGB")
            shown.save(out, "PNG")
    except (OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError, UnidentifiedImageError):
        return b""
    return out.getvalue()


_LONGEST = 160
"""Letters of a summary."""


_BETWEEN = re.compile(r"[,;&]|\band\b")
_AFFILIATION = re.compile(r"(?<![\d*†‡§¶⁰-⁹¹²³])[\d*†‡§¶⁰-⁹¹²³]+\Z")


def people(lines: Sequence[str]) -> tuple[str, ...]:
    """Names out of lines such as 'Ann Hart1, Max Bell2 and Kay Hughes', without the marks behind them."""
    names = (_AFFILIATION.sub("", part.strip()).strip() for line in lines for part in _BETWEEN.split(line))
    return tuple(dict.fromkeys(" ".join(name.split()) for name in names if any(map(str.isalpha, name))))


def marks_of_people(lines: Sequence[str]) -> tuple[str, ...]:
    """The marks behind names, such as those of their houses, each once."""
    parts = (part.strip() for line in lines for part in _BETWEEN.split(line))
    return tuple(dict.fromkeys(mark[0] for part in parts if (mark := _AFFILIATION.search(part))))


_LONGEST_TITLE = 120
"""Letters of a first paragraph that may be a title."""


@dataclass(frozen=True, slots=True)
class Titled:
    """A title, what stands below it, who wrote the text, and the text without these."""

    title: str
    summary: str
    authors: tuple[str, ...]
    blocks: tuple[PandocNode, ...]
    replaced: tuple[str, ...]
    """The words that went to the front matter."""
    marks: tuple[str, ...] = ()
    """The marks at names of authors, which are left out."""


def front_matter(titled: Titled, practice: Sequence[PracticeBox], comments: Sequence[Comment]) -> str:
    """Return the front matter as YAML, with the lines around it."""
    said: dict[str, Any] = {"schema": "briefing/1", "title": titled.title}
    if titled.summary and len(titled.summary) <= _LONGEST:
        said["summary"] = titled.summary
    if titled.authors:
        said["authors"] = list(titled.authors)
    said["status"] = "draft"
    if practice:
        # whose example it is the document does not say, and `check` asks for it
        said["practice"] = [{"id": box.id, "name": shortened(box.name, 80) or box.id} for box in practice]
    notes = [_note(comment) for comment in comments if comment.words]
    if notes:
        said["editorial_notes"] = notes
    written = yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=110)
    return f"---\n{written}---\n"


def _note(comment: Comment) -> dict[str, str]:
    """A comment as a note between editors: whoever wrote it and when stand before its words."""
    who = ", ".join(filter(None, (comment.author, comment.day)))
    note = {"kind": "comment", "at": comment.on, "text": f"{who}: {comment.words}" if who else comment.words}
    return {name: words for name, words in note.items() if words}


def take_title(tree: PandocNode, fallback: str) -> Titled:
    """The title that a style says; else a heading or a short line with which the text begins; else the file's name."""
    meta, blocks = tree.get("meta", {}), list(tree["blocks"])
    said = {name: list(_texts(value)) for name, value in meta.items()}
    title = " ".join(said.get("title", []))
    if not title:
        title, blocks = _first(blocks)
    summary = " ".join(said.get("subtitle", []))
    blocks = [*_abstract(meta.get("abstract")), *blocks]
    authors = people(said.get("author", []))
    title = title or " ".join(fallback.replace("_", " ").replace("-", " ").split()).capitalize() or "Untitled"
    return Titled(
        title,
        summary,
        authors,
        tuple(blocks),
        (title, summary if len(summary) <= _LONGEST else "", " ".join(said.get("author", []))),
        marks_of_people(said.get("author", [])),
    )


def _first(blocks: list[PandocNode]) -> tuple[str, list[PandocNode]]:
    """A title with which the text begins, and the text without it."""
    at = next((n for n, block in enumerate(blocks) if list(_texts_of_block(block))), None)
    if at is None:
        return "", blocks
    block, levels = blocks[at], [b["c"][0] for b in blocks if b["t"] == "Header"]
    words = " ".join(_texts_of_block(block))
    if block["t"] == "Header":
        alone = levels.count(block["c"][0]) == 1 and block["c"][0] == min(levels)
    else:
        alone = (
            block["t"] in ("Para", "Plain", "Div")
            and len(words) <= _LONGEST_TITLE
            and not words.endswith((".", ":", ";", ","))
        )
    noted = any(node.get("t") in ("Note", "Image", "Link") for node in nodes_in(block))
    return (words, blocks[:at] + blocks[at + 1 :]) if alone and not noted else ("", blocks)


def _abstract(meta: PandocNode | None) -> list[PandocNode]:
    if meta is None:
        return []
    if meta["t"] == "MetaBlocks":
        return list(meta["c"])
    return [{"t": "Para", "c": meta["c"]}] if meta["t"] == "MetaInlines" else []


def _texts(meta: PandocNode) -> Iterator[str]:
    match meta["t"]:
        case "MetaInlines":
            yield plain(meta["c"])
        case "MetaString":
            yield meta["c"]
        case "MetaBlocks":
            for block in meta["c"]:
                yield from _texts_of_block(block)
        case "MetaList":
            for one in meta["c"]:
                yield from _texts(one)


def _texts_of_block(block: PandocNode) -> Iterator[str]:
    content = block.get("c")
    match block["t"]:
        case "Para" | "Plain" if words := plain(content):
            yield words
        case "Header" if words := plain(content[2]):
            yield words
        case "Div":
            for inner in content[1]:
                yield from _texts_of_block(inner)


_HEAD = """# Works that came with a document. Nobody has checked them yet: compare each with the work itself, and say
# under 'custom' what was found, such as 'status: confirmed'.
"""


def references_file(works: Mapping[str, Mapping[str, Any]]) -> str:
    """The works as CSL-YAML, in order of key."""
    entries = [works[key] for key in sorted(works)]
    return _HEAD + yaml.safe_dump(
        {"references": entries}, allow_unicode=True, sort_keys=False, width=110, default_flow_style=None
    )


def imported_addresses(files: Mapping[str, bytes]) -> dict[str, str]:
    """Keys of works by the address that they were imported from, out of the library's files of references."""
    found: dict[str, str] = {}
    for path, content in files.items():
        if path.startswith("source/references/") and path.endswith(".yaml") and b"imported_from" in content:
            found |= {address: key for key, address in _imported(content)}
    return found


def _imported(content: bytes) -> Iterator[tuple[str, str]]:
    try:
        read = yaml.safe_load(content)
    except yaml.YAMLError:
        return
    entries = read.get("references") if isinstance(read, dict) else read
    for entry in entries if isinstance(entries, list) else ():
        custom = entry.get("custom") if isinstance(entry, dict) else None
        if isinstance(custom, dict) and isinstance(custom.get("imported_from"), str):
            yield str(entry.get("id")), custom["imported_from"]


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


def write_text(
    read: ReadDocument, id_: str, styles: Mapping[str, str], works: CitedWorks, diagnostics: Diagnostics
) -> dict[str, bytes]:
    """Return the files of a briefing by their paths; `styles` are the boxes that styles of paragraphs mean."""
    clusters = [written_cluster(items, [works.key_of(i.record, i.address) for i in items]) for items in read.clusters]
    kept = [(one.words, tuple(works.key_of(item.record, item.address) for item in one.items)) for one in read.kept]
    names, contents = take_pictures(read.name, read.pictures, diagnostics)
    titled = take_title(read.tree, PurePosixPath(read.name).stem)
    blocks, heads = take_empty_heads(titled.blocks)
    _tell_top_and_end(read, titled, heads, diagnostics)
    end = take_typed_list(blocks, works.all)
    body, writer = _body(end.blocks, names, styles)
    head = without_strays(front_matter(titled, writer.practice, read.comments))
    if not body.strip():
        diagnostics.report(message("import-no-text", Location(read.name)))
    body, unsure, replaced = write_typed(body, works.all, end.listed, end.entries)
    _tell_unsure(read, unsure, end.listed.unknown, diagnostics)
    _tell_kept(read, kept, unsure, body, diagnostics)
    there = {int(found[1]) for found in MARK.finditer(body)}
    for number, written in enumerate(clusters):
        if number not in there:  # such as in a title
            diagnostics.report(message("import-left-out", Location(read.name), what=f"the citation {written}"))
    text = f"{head}\n{_with_clusters(body, clusters)}\n"
    _tell_different(read, text, (*titled.replaced, *heads, *end.dropped, *replaced), diagnostics)
    _tell_lost(read, writer, diagnostics)
    references = f"source/references/from-{id_}.yaml"
    for older, new, what in works.near():
        diagnostics.report(
            message("import-work-near", Location(read.name), key=older, other=new, what=what, path=references)
        )
    shown = {names[source] for source in writer.written.shown}
    folder = f"source/briefings/{id_}"
    files = {f"{folder}/briefing.md" if shown else f"{folder}.md": text.encode()}
    files |= {f"{folder}/{file}": contents[file] for file in sorted(shown)}
    if works.new:
        files[references] = references_file(works.new).encode()
    return files


def _with_clusters(body: str, clusters: Sequence[str]) -> str:
    """The text with citations in the places of their marks; a bar among their words parts no cells."""

    def written(found: re.Match[str]) -> str:
        number = int(found[1])
        words = clusters[number] if number < len(clusters) else ""
        return words.replace("|", r"\|") if body.startswith("|", body.rfind("\n", 0, found.start()) + 1) else words

    return MARK.sub(written, body)


def _body(
    blocks: Sequence[PandocNode], pictures: Mapping[str, str], styles: Mapping[str, str]
) -> tuple[str, DialectBlocks]:
    """The text with its notes, and the writer that has what it found on the way.

    With links it is written twice: which headings they lead to is known afterwards.
    """
    shift = 2 - min((block["c"][0] for block in blocks if block["t"] == "Header"), default=2)
    headings = heading_names(block["c"][1][0] for block in blocks if block["t"] == "Header")
    writer = DialectBlocks(Written(pictures, headings), shift, styles)
    parts = [writer.text(blocks), *writer.footnotes()]
    if linked := writer.written.linked:
        writer = DialectBlocks(Written(pictures, headings, linked=linked), shift, styles)
        parts = [writer.text(blocks), *writer.footnotes()]
    return without_direction_characters("\n\n".join(filter(None, parts))), writer


def _tell_top_and_end(read: ReadDocument, titled: Titled, heads: Sequence[str], diagnostics: Diagnostics) -> None:
    """Report the marks at names of authors, and headings whose list of references is made again."""
    if titled.marks:
        hint = "Say in the text what they mean, such as the house of each author."
        what = f"marks at the names of authors: {', '.join(titled.marks)}"
        diagnostics.report(message("import-left-out", _place(read, titled.authors[0]), hint, what=what))
    for words in heads:
        hint = "Readers get a list that is made from the works cited."
        what = f"the heading '{words}', as nothing is below it"
        diagnostics.report(message("import-left-out", _place(read, words), hint, what=what))


def _tell_different(read: ReadDocument, text: str, beside: Sequence[str], diagnostics: Diagnostics) -> None:
    """Read the text as `check` will, and report the words that differ from the document's."""
    parsed = parse_briefing("source/briefings/text.md", text.encode())
    if too_large := [remark for remark in parsed.remarks if remark.code == "job-too-large"]:
        diagnostics.extend(
            replace(remark, place=Location(read.name), severity=Severity.WARNING) for remark in too_large
        )
        return
    lines = lines_of((parsed.briefing.body if parsed.briefing else parsed.loose) or Body())
    for found in differences(read.pieces, ReadLines(lines.running, (*lines.beside, *beside))):
        place, now = Location(read.name, found.piece.number), shortened(found.now)
        was = _PRIVATE.sub(lambda sign: f"U+{ord(sign[0]):04X}", shortened(found.was))
        where = f" of {found.piece.where}" if found.piece.where else ""
        if not now:
            diagnostics.report(message("import-left-out", place, what=f"the words{where} '{was}'"))
        elif found.was == found.now:
            diagnostics.report(message("import-words-differ", place, what=f"'{was}' is in another place"))
        else:
            what = f"it has '{now}' " + (f"for '{was}'" if was else "in addition")
            diagnostics.report(message("import-words-differ", place, what=what))


def _tell_lost(read: ReadDocument, writer: DialectBlocks, diagnostics: Diagnostics) -> None:
    """Report the pictures, addresses and cells that are not in the text."""
    for piece in read.pieces:
        for *_, character in direction_characters(piece.words):
            diagnostics.report(direction_character(character, Location(read.name, piece.number)))
    for source, loss in read.losses.items():
        if source not in writer.written.shown and source in writer.written.pictures:
            diagnostics.report(message("import-left-out", Location(read.name, loss.number), what=loss.what))
    for source in writer.written.shown:
        file = writer.written.pictures[source]
        if file in writer.written.silent:
            number = read.pictures[source].number
            diagnostics.report(message("import-no-alt", Location(read.name, number), file=file))
    for link in writer.written.lost_links:
        place = _place(read, link.rpartition(" (")[0].strip("'"))
        diagnostics.report(message("import-left-out", place, what=f"the address of the link {link}"))
    if read.has_styles and writer.indented:
        words = next(filter(None, map(words_in, writer.indented)), "")
        many = str(len(writer.indented))
        diagnostics.report(message("import-indented", _place(read, words), many=many))
    for number in (read.merged or (1,)) if writer.merged else ():
        words = next((piece.words for piece in read.pieces if read.merged and piece.number >= number), "")
        hint = f"Look at the table at '{shortened(words)}', and repeat the words where a reader needs them."
        diagnostics.report(message("import-cells-merged", Location(read.name, number), hint if words else None))


def _tell_unsure(
    read: ReadDocument, unsure: Sequence[Unsure], unknown: Sequence[str], diagnostics: Diagnostics
) -> None:
    for one in unsure:
        keys = one.judgement.keys
        place = _place(read, one.words)
        words = shortened(one.words)
        match one.judgement.sureness:
            case "several":
                said = enumerated(keys, "or")
                diagnostics.report(message("import-cite-near", place, words=words, keys=said, first=keys[0]))
            case "near":
                diagnostics.report(
                    message("import-cite-near", place, words=words, keys=" or ".join(keys), first=keys[0])
                )
            case _:
                diagnostics.report(message("import-cite-unknown", place, words=words))
    for entry in unknown:
        diagnostics.report(message("import-cite-unknown", _place(read, entry), words=shortened(entry)))


def _tell_kept(
    read: ReadDocument,
    kept: Sequence[tuple[str, tuple[str, ...]]],
    unsure: Sequence[Unsure],
    body: str,
    diagnostics: Diagnostics,
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
        diagnostics.report(found)


def _place(read: ReadDocument, words: str) -> Location:
    """The first paragraph that has some words."""
    wanted = folded(words)
    number = next((number for number, text in _folded_pieces(read.pieces) if wanted in text), 1)
    return Location(read.name, number)


@lru_cache(maxsize=1)
def _folded_pieces(pieces: tuple[DocumentPiece, ...]) -> tuple[tuple[int, str], ...]:
    """The numbers and letters of pieces: most remarks look through all of them."""
    return tuple((piece.number, folded(piece.words)) for piece in pieces)
