"""A briefing of a library made ready to be sent: what its document shows, and the copy of its source that is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from pipeline.compose.language.words import result, study_count
from pipeline.load.pictures.paths import picture_file
from pipeline.model.body import BoxKind
from pipeline.model.library import Library
from pipeline.model.source.briefing import Briefing
from pipeline.model.source.evidence import Finding
from pipeline.model.words import Words
from pipeline.word.commenting.blocks import SentBlock
from pipeline.word.commenting.document import FixedParagraph, SentDocument, written
from pipeline.word.commenting.labels import labels
from pipeline.word.commenting.pictures import ShownPicture, shown
from pipeline.word.commenting.reading import above_of, in_units
from pipeline.word.commenting.sent import Sent, sent_of


def document_for_comment(
    briefing: Briefing, library: Library, files: Mapping[str, bytes], words: Words
) -> tuple[Sent, bytes] | None:
    """Origin of the document, and the document itself; nothing where the source cannot be read."""
    content = files[briefing.path]
    macros = library.imprint.fields.maths.declared
    text = in_units(
        briefing.path,
        content,
        macros,
        partial(labels, works=library.bibliography, name=lambda kind, number: words.say(kind, number=number)),
    )
    if text is None:
        return None
    sent = sent_of(briefing.id, content)
    language = briefing.fields.language or library.imprint.fields.language
    made = SentDocument(
        *(sent, briefing.fields.title, language, tuple(_above(briefing, words)), text.blocks),
        *(_evidence(briefing, words), words.say("evidence-caption")),
        {kind.value: words.say(f"box-{kind}") for kind in BoxKind},
        dict(_pictures(briefing, text.blocks, files)),
    )
    return sent, written(made)


def _above(briefing: Briefing, words: Words) -> Iterator[FixedParagraph]:
    """Parts of the front matter that are read before the text."""
    styles = {"title": "Title", "summary": "Subtitle"}
    for key, said in above_of(briefing):
        if key not in styles:
            yield FixedParagraph(words.say(key), "Term")
        yield FixedParagraph(said, styles.get(key, "Normal"))


def _evidence(briefing: Briefing, words: Words) -> tuple[tuple[str, ...], ...]:
    """The rows of the evidence table: outcomes, and what studies found."""
    findings = briefing.fields.evidence.findings
    if not findings:
        return ()
    head = (words.say("outcome"), words.say("what-studies-found"))
    return (head, *((one.outcome, _found(one, words)) for one in findings))


def _found(finding: Finding, words: Words) -> str:
    """A result and the studies that it is of: 'Favourable (24 studies)'."""
    studies = words.count("count-studies", finding.studies) if finding.studies else study_count(words, finding.studies)
    return f"{result(words, finding.result)} ({studies})"


def _pictures(
    briefing: Briefing, blocks: tuple[SentBlock, ...], files: Mapping[str, bytes]
) -> Iterator[tuple[str, ShownPicture]]:
    for block in blocks:
        source = getattr(block.node, "source", "") if block.kind == "picture" else ""
        file = picture_file(briefing.path, source) if source else None
        if file in files and (picture := shown(files[file or ""])):
            yield source, picture
