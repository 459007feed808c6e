"""The verb comment: a briefing as a Word document that reviewers can change and comment on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

import click

from pipeline.build.project import Project
from pipeline.cli.options import current_command_line
from pipeline.cli.outcome import Outcome, json_form, verb_with_outcome
from pipeline.compose.language.words import result, study_count
from pipeline.core.diagnostics import Diagnostic, UsageError, errors
from pipeline.core.files import write_atomically
from pipeline.core.sentences import close_matches
from pipeline.load.pictures.picture import picture_file
from pipeline.load.versions import write_gitattributes
from pipeline.load.words import phrase_table
from pipeline.model.body import Body, BoxKind
from pipeline.model.formats import Layouts
from pipeline.model.library import Library
from pipeline.model.source.briefing import Briefing
from pipeline.model.words import Phrases
from pipeline.resolve.environment import environment_of
from pipeline.resolve.protective_markings import marking_of
from pipeline.resolve.protective_markings import marking_on_pages as shown_marking
from pipeline.resolve.status import briefing_statuses
from pipeline.services.comments.blocks import (
    SentBlock,
    front_matter_parts,
    house_labels,
    read_text_blocks,
    words_of_body,
)
from pipeline.services.comments.units import FOLDER, LockLabel, SentSource, identify_source
from pipeline.services.comments.word_document import (
    CommentDocument,
    FixedParagraph,
    picture_for_word,
    write_comment_document,
)


def document_for_comment(
    briefing: Briefing, library: Library, layouts: Layouts, files: Mapping[str, bytes], words: Phrases
) -> tuple[SentSource, bytes] | None:
    """Return the source of the document and the document itself; None if the source cannot be read."""
    content = files[briefing.path]
    macros = library.imprint.fields.maths.declared
    label_body = house_labels(library.bibliography, words)
    text = read_text_blocks(briefing.path, content, macros, label_body)
    if text is None:
        return None
    origin = identify_source(briefing.id, content)
    language = briefing.fields.language or library.imprint.fields.language
    pictures = {}
    for block in text.blocks:
        source = getattr(block.node, "source", "") if block.kind == "picture" else ""
        asset = library.assets.get((source and picture_file(briefing.path, source)) or "")
        if asset and (picture := picture_for_word(asset, library.imprint, layouts)):
            pictures[source] = picture
    head, foot = _running_words(briefing, library, words)
    document = CommentDocument(
        sent=origin,
        title=briefing.fields.title,
        language=language,
        above=tuple(_above(briefing, words, label_body)),
        blocks=text.blocks,
        evidence=_evidence(briefing, words),
        evidence_caption=words.say("evidence-caption"),
        box_names={kind.value: words.say(f"box-{kind}") for kind in BoxKind},
        pictures=pictures,
        head=head,
        foot=foot,
        names=dict(_numbers(text.blocks, words)),
    )
    return origin, write_comment_document(document)


def _running_words(briefing: Briefing, library: Library, words: Phrases) -> tuple[str, str]:
    """Return the words at the head and at the foot of every page: status and marking, as on the pages of the text.

    They do not depend on the day, as the same source must give the same bytes.
    """
    environment = environment_of(library)
    inherited = environment.briefings[briefing.id]
    marking = shown_marking(marking_of(environment, inherited), library.imprint)
    status = briefing_statuses(environment, inherited, date.min, False, words)
    return " · ".join(filter(None, (*status, marking))), marking


def _numbers(blocks: tuple[SentBlock, ...], words: Phrases) -> Iterator[tuple[str, str]]:
    """Yield the container of each caption of a figure or table, and a name such as 'Figure 2'."""
    counts = {"figure": 0, "table": 0}
    for block in blocks:
        within = f"figure {getattr(block.node, 'id', '')}" if block.kind == "picture" else ""
        within = block.within[-1] if block.kind == "caption" and block.within[-1].startswith("table ") else within
        kind, _, name = within.partition(" ")
        if name:
            counts[kind] += 1
            yield within, words.say(kind, number=counts[kind])


def _above(briefing: Briefing, words: Phrases, label_body: Callable[[Body], LockLabel]) -> Iterator[FixedParagraph]:
    styles = {"title": "Title", "summary": "Subtitle"}
    for key, content in front_matter_parts(briefing, lambda body: words_of_body(body, label_body(body))):
        if key not in styles:
            yield FixedParagraph(words.say(key), "Term")
        yield FixedParagraph(content, styles.get(key, "Normal"))


def _evidence(briefing: Briefing, words: Phrases) -> tuple[tuple[str, ...], ...]:
    findings = briefing.fields.evidence.findings
    if not findings:
        return ()
    head = (words.say("outcome"), words.say("what-studies-found"))
    rows = []
    for finding in findings:
        number = finding.studies
        studies = words.count("count-studies", number) if number else study_count(words, number)
        rows.append((finding.outcome, f"{result(words, finding.result)} ({studies})"))
    return (head, *rows)


@click.command("comment")
@click.argument("names", nargs=-1, required=True, metavar="ID...")
@verb_with_outcome("text", "json")
def verb(project: Project, names: tuple[str, ...]) -> Outcome:
    """Make Word documents for comment, with tracked changes.

    The documents are written to output/comment/. Import a returned document with 'briefings import'. source/sent/
    keeps a copy of each source until then, to compare with.
    """
    for name in names:
        _require_readable(name, project.loaded[0])
    results = [_write_document(project, name) for name in dict.fromkeys(names)]
    files = [path for paths, _ in results for path in paths]
    remarks = [remark for _, faults in results for remark in faults]
    text = [f"Written: {path}" for path in files]
    note = f"Send it out. Then: {current_command_line()} import RETURNED.docx"
    return Outcome(remarks, text, forms=json_form({"files": files}), notes=[note], may_be_quiet=True, whole=False)


def _write_document(project: Project, name: str) -> tuple[tuple[str, ...], tuple[Diagnostic, ...]]:
    """Write the document of a briefing; return the paths of the files, and the errors of its source."""
    library, diagnostics = project.loaded
    briefing = library.briefings[name]
    words = phrase_table(project.layouts).of(briefing.fields.language or library.imprint.fields.language)
    remarks = tuple(error for error in errors(diagnostics) if error.place.path == briefing.path)
    result = document_for_comment(briefing, library, project.layouts, project.files, words)
    if result is None:
        return (), remarks
    origin, document = result
    files = {origin.copy: project.files[briefing.path], f"output/comment/{name}.docx": document}
    for path, content in files.items():
        write_atomically(project.folder / path, content)
    write_gitattributes(project.folder / FOLDER / ".gitattributes")
    return tuple(files), remarks


def _require_readable(name: str, library: Library) -> None:
    if name in library.withheld:
        raise UsageError(f"'{name}' is not built, because its marking cannot be read or is too high.")
    if name in library.broken:
        raise UsageError(f"The front matter of '{name}' cannot be read: 'briefings check' says why.")
    if name not in library.briefings:
        guess = close_matches(name, tuple(library.briefings))
        raise UsageError(f"There is no briefing '{name}'." + (f" Did you mean '{guess[0]}'?" if guess else ""))
