"""The verb import: makes a briefing from a Word document or a web page.

A Word document is opened (`docx_package.py`) and prepared for pandoc (`docx_preparation.py`). This takes out the
citations of reference managers (`manager_citations.py`) and lists the document's content (`docx_content.py`). Pandoc
reads the result. `web_page.py` reads a web page. `briefing_writer.py` writes the briefing from pandoc's tree, and
compares it with the content.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

import click

from pipeline.cli.options import CommonOptions, all_option, command_line, open_project
from pipeline.cli.outcome import Outcome, verb_with_outcome
from pipeline.core import sentences as tables
from pipeline.core.diagnostics import Diagnostic, Diagnostics, EnvironmentFailure, Location, errors, exit_code
from pipeline.core.faults import open_fault_log, report_faults
from pipeline.core.files import write_atomically
from pipeline.core.limits import Limit, LimitReached, break_off_after
from pipeline.core.messages import message
from pipeline.core.pandoc import PandocLimit, PandocRefusal, run_pandoc
from pipeline.core.services import Hook
from pipeline.load.text import read_text
from pipeline.load.yaml.documents import read_yaml
from pipeline.load.yaml.fill import slugify
from pipeline.model.bibliography import Bibliography
from pipeline.services.importing.blocks import BOXES
from pipeline.services.importing.briefing_writer import imported_addresses, write_briefing
from pipeline.services.importing.cited_works import CitedWorks
from pipeline.services.importing.docx_content import DocumentContent
from pipeline.services.importing.docx_package import open_package, unreadable
from pipeline.services.importing.docx_preparation import TrackedChanges, prepare_document
from pipeline.services.importing.inlines import PandocNode
from pipeline.services.importing.web_page import is_web_page, read_web_page

_PANDOC = ("-f", "docx+styles", "-t", "json", "--sandbox")


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """Settings of an import."""

    id: str = ""
    """The id of the text; by default it is made from the document's name."""
    changes: TrackedChanges = "accept"
    read_neighbour: Callable[[str], bytes | None] = field(default=lambda _: None, hash=False)
    """Reads a file next to a web page, by its path from there."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """Result of an import: files by their paths in the project, and remarks on the document."""

    files: Mapping[str, bytes] = field(hash=False)
    remarks: tuple[Diagnostic, ...]


def import_document(
    name: str, content: bytes, options: ImportOptions, files: Mapping[str, bytes], known: Bibliography
) -> ImportResult:
    """Make the files of a briefing from a document; `files` is the library, `known` its works."""
    diagnostics = Diagnostics()
    id_ = options.id or slugify(PurePosixPath(name).stem) or "imported"
    if existing := _existing_file(id_, files):
        return ImportResult({}, (message("import-stands", Location(name), path=existing),))
    if is_web_page(content):
        read = read_web_page(name, content, options.read_neighbour, diagnostics)
    else:
        read = _read_word(name, content, options.changes, diagnostics)
    if read is None:
        return ImportResult({}, diagnostics.remarks)
    tree, document = read
    works = CitedWorks({key: known[key].csl for key in known}, imported_addresses(files), name)
    written = write_briefing(tree, document, id_, word_styles(files, diagnostics), works, diagnostics)
    return ImportResult({} if any(errors(diagnostics.remarks)) else written, diagnostics.remarks)


def _existing_file(id_: str, files: Mapping[str, bytes]) -> str | None:
    """Return a file that would be overwritten, or that has the same id."""
    paths = {f"source/briefings/{id_}.md", f"source/references/from-{id_}.yaml"}
    paths |= {f"source/{folder}/{id_}.yaml" for folder in ("packs", "series")}
    paths |= {"source/handbook/pack.yaml"} if id_ == "handbook" else set()
    folder = f"source/briefings/{id_}/"
    texts_first = sorted(files, key=lambda path: (not path.endswith(".md"), path))
    return next((path for path in texts_first if path.casefold() in paths or path.casefold().startswith(folder)), None)


def _read_word(
    name: str, content: bytes, changes: TrackedChanges, diagnostics: Diagnostics
) -> tuple[PandocNode, DocumentContent] | None:
    """Read a Word document: pandoc's tree of it, and what else was found; None, after a report, if that fails."""
    package = open_package(name, content, diagnostics)
    prepared = prepare_document(name, package, changes, diagnostics) if package else None
    if prepared is None:
        return None
    try:
        return json.loads(run_pandoc((*_PANDOC, f"--track-changes={changes}"), prepared.docx)), prepared.content
    except PandocRefusal:
        hint = "A part of it is damaged: open it in a word processor and save it."
        diagnostics.report(unreadable(name, hint))
    except PandocLimit as limit:
        reason = f"reading was stopped: {limit}".rstrip(".")
        diagnostics.report(message("import-unsafe", Location(name), reason=reason))
    return None


WORD_STYLES = "source/word-styles.yaml"


def word_styles(files: Mapping[str, bytes], diagnostics: Diagnostics) -> Mapping[str, str]:
    """Return the boxes by names of styles; a style with another word is reported."""
    content = files.get(WORD_STYLES)
    text = read_text(WORD_STYLES, content, diagnostics) if content is not None else None
    document = read_yaml(text, WORD_STYLES, diagnostics) if text is not None else None
    if document is None:
        return {}
    value, marks = document
    boxes = {}
    for style, box in value.items() if isinstance(value, dict) else ():
        if box in BOXES:
            boxes[str(style)] = str(box)
        else:
            diagnostics.report(message("import-style-box", marks.at(str(style)), box=box, boxes=", ".join(BOXES)))
    return boxes


_MOST_BYTES = 200_000_000
_LIMIT = Limit(60, 1000)
"""Limit of an import."""

_ONE_AT_A_TIME = "Documents that came back are taken in one by one; --accept and --ticked are for them alone."
_REFERENCES = "source/references/"
_ReturnHandler = Callable[[Path, bytes, str | None, str | None, CommonOptions], Outcome]
RETURNED: Hook[Callable[[bytes], _ReturnHandler | None]] = Hook("returned")
"""Imports a returned document: file, bytes, and a choice or a text with ticked boxes; returns the outcome."""


@click.command("import")
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE...", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--as", "name", metavar="ID", help="The id of the briefing (default: from the file name).")
@click.option(
    "--changes",
    type=click.Choice(("accept", "reject")),
    default="accept",
    show_default=True,
    help="Accept or reject tracked changes.",
)
@click.option(
    "--accept",
    metavar="CHOICE",
    help="In a document for comment: all, none, numbers such as 1,3-5, or an author. "
    "If an author's name is a number: 'by 1'.",
)
@click.option(
    "--ticked",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="LIST",
    help="In a document for comment: the changes ticked in a list of --report markdown.",
)
@all_option
@verb_with_outcome("text", "json", "sarif", "html", "markdown", library=False)
def verb(
    options: CommonOptions,
    files: tuple[Path, ...],
    name: str | None,
    changes: TrackedChanges,
    accept: str | None,
    ticked: Path | None,
    whole: bool,
) -> Outcome:
    """Import Word documents or web pages as briefings.

    No existing file is overwritten. Everything that cannot be imported is listed with its paragraph.

    A returned document of 'briefings comment' is recognised: the proposed changes are listed, and --accept makes
    them in the source, word by word. --report markdown gives a list with a box for each proposal; --ticked makes
    those that are ticked.
    """
    if name is not None and (len(files) > 1 or slugify(name) != name):
        sentence = "--as gives one document an id: small letters, figures and hyphens, such as drug-markets."
        raise click.UsageError(sentence)
    click.get_current_context().with_resource(open_fault_log(options.project))
    remarks: list[Diagnostic] = []
    handlers: dict[Path, _ReturnHandler | None] = {}
    for file in files:
        with _report_faults(file, remarks):
            candidates = (hook(_content(file)) for hook in RETURNED)
            handlers[file] = next(filter(None, candidates), None) if name is None else None
    if any(handlers.values()) or accept is not None or ticked is not None:
        if len(files) > 1 or not all(handlers.values()) or name is not None:
            raise click.UsageError(_ONE_AT_A_TIME)
        if options.form("text", "json", "html", "markdown") == "markdown" and (accept or ticked):
            raise click.UsageError("--report markdown gives a list to tick: leave out --accept and --ticked.")
        if accept is not None and ticked is not None:
            raise click.UsageError("--accept and --ticked both choose: give one of them.")
        ticked_text = None if ticked is None else _content(ticked).decode("utf-8", "replace")
        if handler := handlers.get(files[0]):
            with _report_faults(files[0], remarks):
                return handler(files[0], _content(files[0]), accept, ticked_text, options)
        return _outcome(remarks, [], whole, options)
    options.form("text", "json", "sarif")
    written: list[str] = []
    for file in handlers:
        with _report_faults(file, remarks):
            paths, file_remarks = _import_file(file, name or "", changes, options)
            remarks += file_remarks
            written += paths
    return _outcome(remarks, written, whole, options)


def _outcome(remarks: Sequence[Diagnostic], files: Sequence[str], whole: bool, options: CommonOptions) -> Outcome:
    """Return the outcome of an import. Lists and pages hold no remarks, which go to standard error."""
    remarks = list(dict.fromkeys(remarks))
    return Outcome(
        remarks,
        [f"Written: {path}" for path in files],
        partial(exit_code, remarks),
        data={"files": files},
        forms=dict.fromkeys(("html", "markdown"), str),
        notes=[f"{tables.count_diagnostics(remarks)}. Then: {command_line(options.given)} check"] if files else (),
        is_report=options.report not in ("html", "markdown"),
        may_be_quiet=True,
        whole=whole,
    )


@contextmanager
def _report_faults(file: Path, remarks: list[Diagnostic]) -> Iterator[None]:
    """Report an unexpected exception, or a reached limit, at a document, and go on after the block."""
    diagnostics, place = Diagnostics(), Location(file.name)
    with report_faults(diagnostics, place, "took this document in"):
        try:
            with break_off_after(_LIMIT, alone=True):
                yield
        except LimitReached as limit:
            diagnostics.report(message("job-too-large", place, sentence=str(limit)))
        except MemoryError:
            diagnostics.report(message("job-too-large", place, sentence=_LIMIT.exceeded("memory")))
    remarks += diagnostics.remarks


def _import_file(
    file: Path, name: str, changes: TrackedChanges, options: CommonOptions
) -> tuple[list[str], list[Diagnostic]]:
    """Import one document; returns the paths of the files written, and remarks.

    Nothing is imported while a file of references has an error: its works would be new, and typed citations unknown.
    """
    project = open_project(options, 1)
    library, load_remarks = project.loaded
    if broken_references := [remark for remark in errors(load_remarks) if remark.place.path.startswith(_REFERENCES)]:
        return [], broken_references
    import_options = ImportOptions(name, changes, _reader_of(file.parent))
    result = import_document(file.name, _content(file), import_options, project.files, library.bibliography)
    for path, content in result.files.items():
        write_atomically(options.project / path, content)
    return list(result.files), list(result.remarks)


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(_MOST_BYTES + 1)
    except OSError as refused:
        raise EnvironmentFailure(f"{file} cannot be read: {refused.strerror}.") from refused


def _reader_of(folder: Path) -> Callable[[str], bytes | None]:
    """Return a reader of the files in a folder or below it."""

    def read(path: str) -> bytes | None:
        file = (folder / path).resolve()
        if not path or "://" in path or not file.is_relative_to(folder.resolve()) or not file.is_file():
            return None
        return _content(file)

    return read
