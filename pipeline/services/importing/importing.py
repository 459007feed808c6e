"""The verb import: a text from a Word document or a web page."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

import click

from pipeline.cli.options import CommonOptions, command_line, every_remark, open_project
from pipeline.cli.outcome import Outcome, rendered
from pipeline.core import sentences as tables
from pipeline.core.diagnostics import Diagnostic, Diagnostics, EnvironmentFailure, Location, errors, exit_code
from pipeline.core.files import write_whole
from pipeline.core.messages import message
from pipeline.core.processes import (
    Limit,
    LimitReached,
    PandocLimit,
    PandocRefusal,
    faults_reported,
    log_in,
    run_pandoc,
    within,
)
from pipeline.core.services import hooked
from pipeline.load.text import read_text
from pipeline.load.yaml.documents import read_yaml
from pipeline.load.yaml.fill import slugify
from pipeline.model.bibliography import Bibliography
from pipeline.services.importing.blocks import BOXES
from pipeline.services.importing.content import Loss
from pipeline.services.importing.package import open_package
from pipeline.services.importing.prepared import Settled, prepare
from pipeline.services.importing.web_page import is_page, read_page
from pipeline.services.importing.works import CitedWorks
from pipeline.services.importing.written_text import FoundPicture, ReadDocument, imported_addresses, write_text

_PANDOC = ("-f", "docx+styles", "-t", "json", "--sandbox")


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """Settings of an import: the id of the text, and what becomes of tracked changes."""

    id: str = ""
    """The id of the text; where none is given the document's name gives it."""
    changes: Settled = "accept"
    beside: Callable[[str], bytes | None] = field(default=lambda _: None, hash=False)
    """Reader of the files that lie beside a web page, by their paths from there."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """Result of an import: files by their paths in the project, and what is told of the document."""

    files: Mapping[str, bytes] = field(hash=False)
    remarks: tuple[Diagnostic, ...]


def take_in(
    name: str, content: bytes, wish: ImportOptions, files: Mapping[str, bytes], known: Bibliography
) -> ImportResult:
    """The files of a briefing from a document; `files` are those of the library, `known` its works."""
    diagnostics = Diagnostics()
    id_ = wish.id or slugify(PurePosixPath(name).stem) or "imported"
    diagnostics.extend(_standing(name, id_, files))
    read = None if diagnostics.remarks else _read(name, content, wish, diagnostics)
    if read is None:
        return ImportResult({}, diagnostics.remarks)
    works = CitedWorks({key: known[key].csl for key in known}, imported_addresses(files), name)
    made = write_text(read, id_, word_styles(files, diagnostics), works, diagnostics)
    return ImportResult({} if any(errors(diagnostics.remarks)) else made, diagnostics.remarks)


def _standing(name: str, id_: str, files: Mapping[str, bytes]) -> list[Diagnostic]:
    """A remark where a file stands already that would be written, or one that has the same id."""
    wanted = {f"source/briefings/{id_}.md", f"source/references/from-{id_}.yaml"}
    wanted |= {f"source/{folder}/{id_}.yaml" for folder in ("packs", "series")}
    wanted |= {"source/handbook/pack.yaml"} if id_ == "handbook" else set()
    folder = f"source/briefings/{id_}/"
    order = sorted(files, key=lambda path: (not path.endswith(".md"), path))
    standing = (path for path in order if path.casefold() in wanted or path.casefold().startswith(folder))
    return [message("import-stands", Location(name), path=path) for path in standing][:1]


def _read(name: str, content: bytes, wish: ImportOptions, diagnostics: Diagnostics) -> ReadDocument | None:
    if is_page(content):
        return read_page(name, content, wish.beside, diagnostics)
    package = open_package(name, content, diagnostics)
    prepared = prepare(name, package, wish.changes, diagnostics) if package else None
    if prepared is None:
        return None
    try:
        tree = json.loads(run_pandoc((*_PANDOC, f"--track-changes={wish.changes}"), prepared.content))
    except PandocRefusal:
        hint = "A part of it is damaged: open it in a word processor and save it."
        diagnostics.report(message("import-no-document", Location(name), hint))
        return None
    except PandocLimit as limit:
        diagnostics.report(
            message("import-unsafe", Location(name), reason=f"reading it was broken off: {limit}".rstrip("."))
        )
        return None
    pictures: dict[str, FoundPicture] = {}
    losses: dict[str, Loss] = {}
    parts = prepared.package.parts
    for source, loss in prepared.pictures:
        content_of = parts.get(prepared.package.target(source))
        if content_of is not None and source not in pictures:
            pictures[source] = FoundPicture(content_of, loss.number)
            losses[source] = loss
    return ReadDocument(
        *(name, tree, prepared.pieces, prepared.clusters, prepared.comments),
        *(pictures, losses, prepared.merged, prepared.kept),
    )


WORD_STYLES = "source/word-styles.yaml"


def word_styles(files: Mapping[str, bytes], diagnostics: Diagnostics) -> Mapping[str, str]:
    """The boxes by names of styles; a style with another word is told, and means nothing."""
    content = files.get(WORD_STYLES)
    text = read_text(WORD_STYLES, content, diagnostics) if content is not None else None
    read = read_yaml(text, WORD_STYLES, diagnostics) if text is not None else None
    if read is None:
        return {}
    value, marks = read
    found = {}
    for style, box in value.items() if isinstance(value, dict) else ():
        if box in BOXES:
            found[str(style)] = str(box)
        else:
            diagnostics.report(message("import-style-box", marks.at(str(style)), box=box, boxes=", ".join(BOXES)))
    return found


_MOST_BYTES = 200_000_000
_LIMIT = Limit(60, 1000)
"""Limit of taking a document in."""

_ONE_BY_ONE = "Documents that came back are taken in one by one; --accept and --ticked are for them alone."
_REFERENCES = "source/references/"
_BringBack = Callable[[Path, bytes, str | None, str | None, CommonOptions], Outcome]
"""Function that takes in a file with its bytes, by a choice or by a text with ticked boxes; gives its outcome."""


@click.command("import")
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE...", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--as", "name", metavar="ID", help="The id of the text; otherwise the document's name gives it.")
@click.option(
    "--changes",
    type=click.Choice(("accept", "reject")),
    default="accept",
    show_default=True,
    help="What becomes of tracked changes.",
)
@click.option(
    "--accept",
    metavar="CHOICE",
    help="Of a document for comment: all, none, numbers such as 1,3-5, or an author. "
    "If a reviewer's name is a number: 'by 1'.",
)
@click.option(
    "--ticked",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="LIST",
    help="Of such a document: what is ticked in a list of --report markdown.",
)
@every_remark
@rendered("text", "json", "sarif", "html", "markdown", library=False)
def verb(
    options: CommonOptions,
    files: tuple[Path, ...],
    name: str | None,
    changes: Settled,
    accept: str | None,
    ticked: Path | None,
    whole: bool,
) -> Outcome:
    """Take Word documents or web pages in: text, pictures and works, and an account of the rest.

    Nothing that stands is written over. Whatever of a document is not taken over is told, with its paragraph.

    A document that 'briefings comment' made, and that came back, is known: what its reviewers propose is told, and
    made in the source where --accept says so, to the words alone. --report markdown gives a list with a box for each
    proposal, such as a code host shows, and --ticked makes what is ticked in it.
    """
    if name is not None and (len(files) > 1 or slugify(name) != name):
        told = "--as gives one document an id: small letters, figures and hyphens, such as drug-markets."
        raise click.UsageError(told)
    click.get_current_context().with_resource(log_in(options.project))
    remarks: list[Diagnostic] = []
    back: dict[Path, _BringBack | None] = {}
    for file in files:
        with _faults_told(file, remarks):
            ways = (ask(_content(file)) for _, ask in hooked("returned"))
            back[file] = next(filter(None, ways), None) if name is None else None
    if any(back.values()) or accept is not None or ticked is not None:
        if len(files) > 1 or not all(back.values()) or name is not None:
            raise click.UsageError(_ONE_BY_ONE)
        if options.form("text", "json", "html", "markdown") == "markdown" and (accept or ticked):
            raise click.UsageError("--report markdown gives a list to tick: leave out --accept and --ticked.")
        if accept is not None and ticked is not None:
            raise click.UsageError("--accept and --ticked both choose: give one of them.")
        boxes = None if ticked is None else _content(ticked).decode("utf-8", "replace")
        if bring_back := back.get(files[0]):
            with _faults_told(files[0], remarks):
                return bring_back(files[0], _content(files[0]), accept, boxes, options)
        return _taken_in(remarks, [], whole, options)
    options.form("text", "json", "sarif")
    written: list[str] = []
    for file in back:
        with _faults_told(file, remarks):
            made, said = _taken(file, name or "", changes, options)
            remarks += said
            written += made
    return _taken_in(remarks, written, whole, options)


def _taken_in(remarks: Sequence[Diagnostic], files: Sequence[str], whole: bool, options: CommonOptions) -> Outcome:
    """The outcome of documents that were taken in. Lists and pages hold no remarks: these go beside them."""
    remarks = list(dict.fromkeys(remarks))
    return Outcome(
        remarks,
        [f"Written: {path}" for path in files],
        partial(exit_code, remarks),
        data={"files": files},
        forms=dict.fromkeys(("html", "markdown"), str),
        notes=[f"{tables.tally(remarks)}. Then: {command_line(options.given)} check"] if files else (),
        is_report=options.report not in ("html", "markdown"),
        may_be_quiet=True,
        whole=whole,
    )


@contextmanager
def _faults_told(file: Path, remarks: list[Diagnostic]) -> Iterator[None]:
    """Report an unexpected exception at a document, or that it takes too much, and go on behind the block."""
    diagnostics, place = Diagnostics(), Location(file.name)
    with faults_reported(diagnostics, place, "took this document in"):
        try:
            with within(_LIMIT, alone=True):
                yield
        except LimitReached as reached:
            diagnostics.report(message("job-too-large", place, sentence=str(reached)))
        except MemoryError:
            diagnostics.report(message("job-too-large", place, sentence=_LIMIT.exceeded("memory")))
    remarks += diagnostics.remarks


def _taken(file: Path, name: str, changes: Settled, options: CommonOptions) -> tuple[list[str], list[Diagnostic]]:
    """Take one document in; gives the paths of the files that were written, and what is told.

    While a file of references has a fault nothing is taken in: its works would be new, and typed citations unknown.
    """
    project = open_project(options, 1)
    library, said = project.loaded
    if broken := [remark for remark in errors(said) if remark.place.path.startswith(_REFERENCES)]:
        return [], broken
    wish = ImportOptions(name, changes, _beside(file.parent))
    taken = take_in(file.name, _content(file), wish, project.files, library.bibliography)
    for path, content in taken.files.items():
        write_whole(options.project / path, content)
    return list(taken.files), list(taken.remarks)


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(_MOST_BYTES + 1)
    except OSError as refused:
        raise EnvironmentFailure(f"{file} cannot be read: {refused.strerror}.") from refused


def _beside(folder: Path) -> Callable[[str], bytes | None]:
    """Reader of the files that lie in a folder, or below it."""

    def read(path: str) -> bytes | None:
        wanted = (folder / path).resolve()
        if not path or "://" in path or not wanted.is_relative_to(folder.resolve()) or not wanted.is_file():
            return None
        return _content(wanted)

    return read
