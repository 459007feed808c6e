"""The text of an imported document: front matter, body, pictures, works, and remarks on what is lost."""

import io
import posixpath
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

import yaml

from pipeline.core.diagnostics import Diagnostics, Location, Severity
from pipeline.core.limits import BrokenOff, run_limited
from pipeline.core.messages import message
from pipeline.core.sentences import join_names
from pipeline.core.text.fonts import find_direction_characters, remove_direction_characters
from pipeline.load.briefing import parse_briefing
from pipeline.load.pictures.svg import media_type
from pipeline.load.text import direction_remark
from pipeline.model.body import Body
from pipeline.services.importing.blocks import DialectBlocks, PracticeBox, heading_names
from pipeline.services.importing.cited_works import CitedWorks, fold_name
from pipeline.services.importing.docx_content import Comment, DocumentContent, DocumentPiece, shortened
from pipeline.services.importing.docx_package import MARK, without_strays
from pipeline.services.importing.inlines import LineWriter, PandocNode, nodes_in, plain_words, words_in
from pipeline.services.importing.reference_managers import CitedItem, write_citation
from pipeline.services.importing.typed_lines import (
    UnsureCitation,
    take_empty_headings,
    take_typed_list,
    without_markup,
    write_typed_citations,
)
from pipeline.services.importing.word_comparison import ReadLines, compare_words, read_lines_of

_ENDINGS = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/svg+xml": ".svg",
}
_TIFF = (b"II*\0", b"MM\0*")
_UNREADABLE = {b"\x01\x00\x00\x00": "a drawing of Windows (EMF)", b"\xd7\xcd\xc6\x9a": "a drawing of Windows (WMF)"}
_SECONDS, _MEGABYTES = 10, 1000


def take_pictures(document: DocumentContent, diagnostics: Diagnostics) -> tuple[dict[str, str], dict[str, bytes]]:
    """Return the file names of pictures by their names in the document, and the contents by file name."""
    names: dict[str, str] = {}
    contents: dict[str, bytes] = {}
    for source, picture in document.pictures.items():
        content, ending = _readable(picture.content)
        base = posixpath.basename(source)
        if not ending:
            kind = next((kind for start, kind in _UNREADABLE.items() if picture.content.startswith(start)), "of a kind")
            place = Location(document.name, picture.number)
            diagnostics.report(message("import-picture-kind", place, file=base, kind=kind))
            continue
        stem = re.sub(r"[^a-z0-9]+", "-", posixpath.splitext(base)[0].lower()).strip("-") or "picture"
        numbers = ("", *(f"-{number}" for number in range(1, len(document.pictures) + 1)))
        file = next(name for number in numbers if (name := f"{stem}{number}{ending}") not in contents)
        names[source], contents[file] = file, content
    return names, contents


def _readable(content: bytes) -> tuple[bytes, str]:
    """Return a picture in a format that browsers show, and its file ending; no ending if it cannot be converted."""
    if ending := _ENDINGS.get(media_type(content)):
        return content, ending
    if content.startswith(_TIFF):
        try:
            if png := run_limited(png_of_tiff, content, _SECONDS, _MEGABYTES):
                return png, ".png"
        except BrokenOff:
            pass
    return content, ""


def png_of_tiff(content: bytes) -> bytes:
    """Convert a scan to PNG; empty if it cannot be read."""
    from PIL import Image, UnidentifiedImageError

    out = io.BytesIO()
    try:
        with warnings.catch_warnings(action="error"), Image.open(io.BytesIO(content), formats=("TIFF",)) as picture:
            shown = picture if picture.mode in ("1", "L", "LA", "P", "RGB", "RGBA") else picture.convert("RGB")
            shown.save(out, "PNG")
    except (OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError, UnidentifiedImageError):
        return b""
    return out.getvalue()


_MAX_SUMMARY = 160
"""Letters of a summary."""


_BETWEEN_NAMES = re.compile(r"[,;&]|\band\b")
_AFFILIATION = re.compile(r"(?<![\d*†‡§¶⁰-⁹¹²³])[\d*†‡§¶⁰-⁹¹²³]+\Z")


def read_author_names(lines: Sequence[str]) -> tuple[str, ...]:
    """Return names from lines such as 'Ann Hart1, Max Bell2 and Kay Hughes', without the marks after them."""
    names = (_AFFILIATION.sub("", part.strip()).strip() for line in lines for part in _BETWEEN_NAMES.split(line))
    return tuple(dict.fromkeys(" ".join(name.split()) for name in names if any(map(str.isalpha, name))))


def marks_of_people(lines: Sequence[str]) -> tuple[str, ...]:
    """Return the marks after names, such as marks of organisations, each once."""
    parts = (part.strip() for line in lines for part in _BETWEEN_NAMES.split(line))
    return tuple(dict.fromkeys(mark[0] for part in parts if (mark := _AFFILIATION.search(part))))


_MAX_TITLE = 120
"""Letters of a first paragraph that may be a title."""


@dataclass(frozen=True, slots=True)
class Titled:
    """Title, subtitle and authors of a document, and its blocks without these."""

    title: str
    summary: str
    authors: tuple[str, ...]
    blocks: tuple[PandocNode, ...]
    replaced: tuple[str, ...]
    """The words that went to the front matter."""
    marks: tuple[str, ...] = ()
    """The marks at names of authors, which are left out."""


def front_matter(titled: Titled, practice: Sequence[PracticeBox], comments: Sequence[Comment]) -> str:
    """Return the front matter as YAML between its two lines."""
    fields: dict[str, Any] = {"schema": "briefing/1", "title": titled.title}
    if titled.summary and len(titled.summary) <= _MAX_SUMMARY:
        fields["summary"] = titled.summary
    if titled.authors:
        fields["authors"] = list(titled.authors)
    fields["status"] = "draft"
    if practice:
        # the document does not say whose example it is; `check` asks for it
        fields["practice"] = [{"id": box.id, "name": shortened(box.name, 80) or box.id} for box in practice]
    notes = [_editorial_note(comment) for comment in comments if comment.words]
    if notes:
        fields["editorial_notes"] = notes
    yaml_text = yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=110)
    return f"---\n{yaml_text}---\n"


def _editorial_note(comment: Comment) -> dict[str, str]:
    """Return a comment as an editorial note, with its author and day before its words."""
    source = ", ".join(filter(None, (comment.author, comment.day)))
    note = {"kind": "comment", "at": comment.on, "text": f"{source}: {comment.words}" if source else comment.words}
    return {name: words for name, words in note.items() if words}


def take_title(tree: PandocNode, fallback: str) -> Titled:
    """Return the title in a title style, else a heading or short line at the start, else the file's name."""
    meta, blocks = tree.get("meta", {}), list(tree["blocks"])
    texts = {name: list(_texts(value)) for name, value in meta.items()}
    title = " ".join(texts.get("title", []))
    if not title:
        title, blocks = _take_first_line(blocks)
    summary = " ".join(texts.get("subtitle", []))
    blocks = [*_abstract(meta.get("abstract")), *blocks]
    authors = read_author_names(texts.get("author", []))
    title = title or " ".join(fallback.replace("_", " ").replace("-", " ").split()).capitalize() or "Untitled"
    return Titled(
        title,
        summary,
        authors,
        tuple(blocks),
        (title, summary if len(summary) <= _MAX_SUMMARY else "", " ".join(texts.get("author", []))),
        marks_of_people(texts.get("author", [])),
    )


def _take_first_line(blocks: list[PandocNode]) -> tuple[str, list[PandocNode]]:
    """Return the title that the text begins with, and the blocks without it."""
    index = next((n for n, block in enumerate(blocks) if list(_texts_of_block(block))), None)
    if index is None:
        return "", blocks
    block, levels = blocks[index], [b["c"][0] for b in blocks if b["t"] == "Header"]
    words = " ".join(_texts_of_block(block))
    if block["t"] == "Header":
        is_title = levels.count(block["c"][0]) == 1 and block["c"][0] == min(levels)
    else:
        is_title = (
            block["t"] in ("Para", "Plain", "Div")
            and len(words) <= _MAX_TITLE
            and not words.endswith((".", ":", ";", ","))
        )
    has_more = any(node.get("t") in ("Note", "Image", "Link") for node in nodes_in(block))
    return (words, blocks[:index] + blocks[index + 1 :]) if is_title and not has_more else ("", blocks)


def _abstract(meta: PandocNode | None) -> list[PandocNode]:
    if meta is None:
        return []
    if meta["t"] == "MetaBlocks":
        return list(meta["c"])
    return [{"t": "Para", "c": meta["c"]}] if meta["t"] == "MetaInlines" else []


def _texts(meta: PandocNode) -> Iterator[str]:
    match meta["t"]:
        case "MetaInlines":
            yield plain_words(meta["c"])
        case "MetaString":
            yield meta["c"]
        case "MetaBlocks":
            for block in meta["c"]:
                yield from _texts_of_block(block)
        case "MetaList":
            for value in meta["c"]:
                yield from _texts(value)


def _texts_of_block(block: PandocNode) -> Iterator[str]:
    content = block.get("c")
    match block["t"]:
        case "Para" | "Plain" if words := plain_words(content):
            yield words
        case "Header" if words := plain_words(content[2]):
            yield words
        case "Div":
            for inner in content[1]:
                yield from _texts_of_block(inner)


_HEAD = """# Works that came with a document. Nobody has checked them yet: compare each with the work itself, and say
# under 'custom' what was found, such as 'status: confirmed'.
"""


def references_file(works: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the works as CSL-YAML, in order of key."""
    entries = [works[key] for key in sorted(works)]
    return _HEAD + yaml.safe_dump(
        {"references": entries}, allow_unicode=True, sort_keys=False, width=110, default_flow_style=None
    )


def imported_addresses(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the keys of works by the address that they were imported from."""
    keys: dict[str, str] = {}
    for path, content in files.items():
        if path.startswith("source/references/") and path.endswith(".yaml") and b"imported_from" in content:
            keys |= {address: key for key, address in _imported_works(content)}
    return keys


def _imported_works(content: bytes) -> Iterator[tuple[str, str]]:
    try:
        document = yaml.safe_load(content)
    except yaml.YAMLError:
        return
    entries = document.get("references") if isinstance(document, dict) else document
    for entry in entries if isinstance(entries, list) else ():
        custom = entry.get("custom") if isinstance(entry, dict) else None
        if isinstance(custom, dict) and isinstance(custom.get("imported_from"), str):
            yield str(entry.get("id")), custom["imported_from"]


def write_briefing(
    tree: PandocNode,
    document: DocumentContent,
    id_: str,
    styles: Mapping[str, str],
    works: CitedWorks,
    diagnostics: Diagnostics,
) -> dict[str, bytes]:
    """Return the files of a briefing by path, made from pandoc's tree of a document.

    `styles` maps the styles of paragraphs to boxes; new works are added to `works`.
    """
    report = Report(document, diagnostics)
    citations = [write_citation(items, _keys(items, works)) for items in document.citations]
    unread = [(citation.words, _keys(citation.items, works)) for citation in document.unread]
    names, pictures = take_pictures(document, diagnostics)
    titled = take_title(tree, PurePosixPath(document.name).stem)
    blocks, headings = take_empty_headings(titled.blocks)
    report.author_marks_and_headings(titled, headings)
    typed_list = take_typed_list(blocks, works.all)
    body, writer = _body(typed_list.blocks, names, styles)
    head = without_strays(front_matter(titled, writer.practice, document.comments))
    if not body.strip():
        report.at(1, "import-left-out", what="text, as none was found")
    body, unsure, replaced = write_typed_citations(body, works.all, typed_list.listed, typed_list.entries)
    report.unsure_citations(unsure, typed_list.listed.unknown)
    report.unread_citations(unread, unsure, body)
    marks = {int(match[1]) for match in MARK.finditer(body)}
    for number, citation in enumerate(citations):
        if number not in marks:  # such as in a title
            report.left_out(1, f"the citation {citation}")
    text = f"{head}\n{_replace_marks(body, citations)}\n"
    report.differences(text, (*titled.replaced, *headings, *typed_list.dropped, *replaced))
    report.losses(writer)
    references = f"source/references/from-{id_}.yaml"
    for older, new, what in works.near():
        report.at(1, "import-work-near", key=older, other=new, what=what, path=references)
    shown = {names[source] for source in writer.line_writer.shown}
    folder = f"source/briefings/{id_}"
    files = {f"{folder}/briefing.md" if shown else f"{folder}.md": text.encode()}
    files |= {f"{folder}/{file}": pictures[file] for file in sorted(shown)}
    if works.new:
        files[references] = references_file(works.new).encode()
    return files


def _keys(items: Sequence[CitedItem], works: CitedWorks) -> tuple[str, ...]:
    return tuple(works.key_of(item.record, item.address) for item in items)


def _replace_marks(body: str, citations: Sequence[str]) -> str:
    """Replace the marks in a text by citations; in a table their bars are escaped."""

    def citation(match: re.Match[str]) -> str:
        number = int(match[1])
        words = citations[number] if number < len(citations) else ""
        is_in_table = body.startswith("|", body.rfind("\n", 0, match.start()) + 1)
        return words.replace("|", r"\|") if is_in_table else words

    return MARK.sub(citation, body)


def _body(
    blocks: Sequence[PandocNode], pictures: Mapping[str, str], styles: Mapping[str, str]
) -> tuple[str, DialectBlocks]:
    """Return the text with its notes, and its writer.

    A text with links is written twice, because the headings that they lead to are known only afterwards.
    """
    shift = 2 - min((block["c"][0] for block in blocks if block["t"] == "Header"), default=2)
    headings = heading_names(block["c"][1][0] for block in blocks if block["t"] == "Header")
    writer = DialectBlocks(LineWriter(pictures, headings), shift, styles)
    parts = [writer.text(blocks), *writer.footnotes()]
    if linked := writer.line_writer.linked:
        writer = DialectBlocks(LineWriter(pictures, headings, linked=linked), shift, styles)
        parts = [writer.text(blocks), *writer.footnotes()]
    return remove_direction_characters("\n\n".join(filter(None, parts))), writer


_PRIVATE = re.compile("[\ue000-\uf8ff]")
"""Letters of symbol fonts: they are invisible without the font, so messages give their numbers."""


@dataclass(frozen=True, slots=True)
class Report:
    """The remarks on a document that is imported, each at its paragraph."""

    document: DocumentContent
    diagnostics: Diagnostics

    def at(self, place: int | str, code: str, hint: str | None = None, **values: object) -> None:
        """Report at the paragraph of a number, or at the first that has some words."""
        number = place if isinstance(place, int) else self._number(place)
        self.diagnostics.report(message(code, Location(self.document.name, number), hint, **values))

    def left_out(self, place: int | str, what: str, hint: str | None = None) -> None:
        """Report something that is not imported."""
        self.at(place, "import-left-out", hint, what=what)

    def _number(self, words: str) -> int:
        letters = fold_name(words)
        return next((number for number, text in _folded_pieces(self.document.pieces) if letters in text), 1)

    def author_marks_and_headings(self, titled: Titled, headings: Sequence[str]) -> None:
        """Report the marks at names of authors, and headings whose list of works is made again."""
        if titled.marks:
            hint = "Say in the text what they mean, such as the house of each author."
            self.left_out(titled.authors[0], f"marks at the names of authors: {', '.join(titled.marks)}", hint)
        for heading in headings:
            hint = "The program makes one from the works cited."
            self.left_out(heading, f"the heading '{heading}', as nothing is below it", hint)

    def differences(self, text: str, elsewhere: Sequence[str]) -> None:
        """Read the text as `check` does, and report the words that differ from the document's."""
        parsed = parse_briefing("source/briefings/text.md", text.encode())
        if too_large := [remark for remark in parsed.remarks if remark.code == "job-too-large"]:
            place = Location(self.document.name)
            self.diagnostics.extend(replace(remark, place=place, severity=Severity.WARNING) for remark in too_large)
            return
        lines = read_lines_of((parsed.briefing.body if parsed.briefing else parsed.loose) or Body())
        read_lines = ReadLines(lines.running, (*lines.elsewhere, *elsewhere))
        for difference in compare_words(self.document.pieces, read_lines):
            piece, now = difference.piece, shortened(difference.now)
            was = _PRIVATE.sub(lambda sign: f"U+{ord(sign[0]):04X}", shortened(difference.was))
            where = f" of {piece.where}" if piece.where else ""
            if not now:
                self.left_out(piece.number, f"the words{where} '{was}'")
            elif difference.was == difference.now:
                self.at(piece.number, "import-words-differ", what=f"'{was}' is in another place")
            else:
                what = f"it has '{now}' " + (f"for '{was}'" if was else "in addition")
                self.at(piece.number, "import-words-differ", what=what)

    def losses(self, writer: DialectBlocks) -> None:
        """Report the pictures, addresses and cells that are not in the text."""
        document, lines = self.document, writer.line_writer
        for piece in document.pieces:
            for *_, character in find_direction_characters(piece.words):
                self.diagnostics.report(direction_remark(character, Location(document.name, piece.number)))
        for source, picture in document.pictures.items():
            if picture.loss and source not in lines.shown and source in lines.pictures:
                self.left_out(picture.number, picture.loss)
        for source in lines.shown:
            file = lines.pictures[source]
            if file in lines.silent:
                self.at(document.pictures[source].number, "import-no-alt", file=file)
        for link in lines.lost_links:
            self.left_out(link.rpartition(" (")[0].strip("'"), f"the address of the link {link}")
        if document.has_styles and writer.indented:
            words = next(filter(None, map(words_in, writer.indented)), "")
            self.at(words, "import-indented", many=str(len(writer.indented)))
        for number in (document.merged or (1,)) if writer.merged else ():
            words = next((p.words for p in document.pieces if document.merged and p.number >= number), "")
            hint = f"Check the table at '{shortened(words)}', and repeat the words where readers need them."
            self.at(number, "import-cells-merged", hint if words else None)

    def unsure_citations(self, unsure: Sequence[UnsureCitation], unknown: Sequence[str]) -> None:
        """Report typed citations that stay as they are, and entries of a typed list that are in no file."""
        for citation in unsure:
            keys, words = citation.judgement.keys, shortened(citation.words)
            match citation.judgement.sureness:
                case "several":
                    self.at(citation.words, "import-cite-near", words=words, keys=join_names(keys, "or"), first=keys[0])
                case "near":
                    self.at(citation.words, "import-cite-near", words=words, keys=" or ".join(keys), first=keys[0])
                case _:
                    self.at(citation.words, "import-cite-unknown", words=words)
        for entry in unknown:
            self.at(entry, "import-cite-unknown", words=shortened(entry))

    def unread_citations(
        self, unread: Sequence[tuple[str, tuple[str, ...]]], unsure: Sequence[UnsureCitation], body: str
    ) -> None:
        """Report citations of managers that stay as words, except those that are reported as typed ones."""
        text = without_markup(body)
        for words, keys in unread:
            if words not in text or any(fold_name(citation.words) in fold_name(words) for citation in unsure):
                continue
            if keys:
                known = {"keys": " and ".join(keys), "first": keys[0]}
                self.at(words, "import-cite-near", words=shortened(words), **known)
            else:
                self.at(words, "import-cite-unknown", words=shortened(words))


@lru_cache(maxsize=1)
def _folded_pieces(pieces: tuple[DocumentPiece, ...]) -> tuple[tuple[int, str], ...]:
    """Return the numbers and folded words of pieces, which most remarks search."""
    return tuple((piece.number, fold_name(piece.words)) for piece in pieces)
