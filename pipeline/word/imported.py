"""A Word document or a web page taken in: the files that come of it, and what is told. Pure: it writes nothing."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from pipeline.core.diagnostics import Desk, Diagnostic, Place, errors
from pipeline.core.messages import message
from pipeline.core.processes import PandocLimit, PandocRefusal, run_pandoc
from pipeline.load.text import read_text
from pipeline.load.yaml.documents import read_yaml
from pipeline.load.yaml.fill import as_id
from pipeline.model.bibliography import Bibliography
from pipeline.word.citations.references_file import imported_addresses
from pipeline.word.citations.works import CitedWorks
from pipeline.word.document.changes import Settled
from pipeline.word.document.lost import Loss
from pipeline.word.document.package import open_package
from pipeline.word.document.prepared import Prepared, prepare
from pipeline.word.page import is_page, read_page
from pipeline.word.pictures import FoundPicture
from pipeline.word.writing.blocks import BOXES
from pipeline.word.written_text import ReadDocument, TextToWrite, write_text

_PANDOC = ("-f", "docx+styles", "-t", "json", "--sandbox")


@dataclass(frozen=True, slots=True)
class Wish:
    """Settings of an import: the id of the text, and what becomes of tracked changes."""

    id: str = ""
    """The id of the text; where none is given the document's name gives it."""
    changes: Settled = "accept"
    beside: Callable[[str], bytes | None] = field(default=lambda _: None, hash=False)
    """Reader of the files that lie beside a web page, by their paths from there."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Result of an import: files by their paths in the project, and what is told of the document."""

    files: Mapping[str, bytes] = field(hash=False)
    remarks: tuple[Diagnostic, ...]


def take_in(name: str, content: bytes, wish: Wish, files: Mapping[str, bytes], known: Bibliography) -> Taken:
    """The files of a briefing from a document; `files` are those of the library, `known` its works."""
    desk = Desk()
    id_ = wish.id or as_id(PurePosixPath(name).stem) or "imported"
    desk.extend(_standing(name, id_, files))
    read = None if desk.remarks else _read(name, content, wish, desk)
    if read is None:
        return Taken({}, desk.remarks)
    works = CitedWorks({key: known[key].csl for key in known}, imported_addresses(files), name)
    wanted = TextToWrite(id_, word_styles(files, desk))
    made = write_text(read, wanted, works, desk)
    return Taken({} if any(errors(desk.remarks)) else made, desk.remarks)


def _standing(name: str, id_: str, files: Mapping[str, bytes]) -> list[Diagnostic]:
    """A remark where a file stands already that would be written, or one that has the same id."""
    wanted = {f"source/briefings/{id_}.md", f"source/references/from-{id_}.yaml"}
    wanted |= {f"source/{folder}/{id_}.yaml" for folder in ("packs", "series")}
    wanted |= {"source/handbook/pack.yaml"} if id_ == "handbook" else set()
    folder = f"source/briefings/{id_}/"
    order = sorted(files, key=lambda path: (not path.endswith(".md"), path))
    standing = (path for path in order if path.casefold() in wanted or path.casefold().startswith(folder))
    return [message("import-stands", Place(name), path=path) for path in standing][:1]


def _read(name: str, content: bytes, wish: Wish, desk: Desk) -> ReadDocument | None:
    if is_page(content):
        return read_page(name, content, wish.beside, desk)
    package = open_package(name, content, desk)
    prepared = prepare(name, package, wish.changes, desk) if package else None
    if prepared is None:
        return None
    try:
        tree = json.loads(run_pandoc((*_PANDOC, f"--track-changes={wish.changes}"), prepared.content))
    except PandocRefusal:
        desk.report(
            message(
                "import-no-document", Place(name), "A part of it is damaged: open it in a word processor and save it."
            )
        )
        return None
    except PandocLimit as limit:
        desk.report(message("import-unsafe", Place(name), reason=f"reading it was broken off: {limit}".rstrip(".")))
        return None
    pictures, losses = _pictures(prepared)
    said = (prepared.pieces, prepared.clusters, prepared.comments)
    return ReadDocument(name, tree, *said, pictures, losses, prepared.merged, prepared.kept)


def _pictures(prepared: Prepared) -> tuple[dict[str, FoundPicture], dict[str, Loss]]:
    found: dict[str, FoundPicture] = {}
    losses: dict[str, Loss] = {}
    package = prepared.package
    for source, loss in prepared.pictures:
        part = package.target(source)
        if part in package.parts and source not in found:
            found[source] = FoundPicture(package.parts[part], loss.number)
            losses[source] = loss
    return found, losses


WORD_STYLES = "source/word-styles.yaml"


def word_styles(files: Mapping[str, bytes], desk: Desk) -> Mapping[str, str]:
    """The boxes by names of styles; a style with another word is told, and means nothing."""
    content = files.get(WORD_STYLES)
    text = read_text(WORD_STYLES, content, desk) if content is not None else None
    read = read_yaml(text, WORD_STYLES, desk) if text is not None else None
    if read is None:
        return {}
    value, marks = read
    found = {}
    for style, box in value.items() if isinstance(value, dict) else ():
        if box in BOXES:
            found[str(style)] = str(box)
        else:
            desk.report(message("import-style-box", marks.at(str(style)), box=box, boxes=", ".join(BOXES)))
    return found
