"""A briefing of a library made ready to be sent: what its document shows, and the copy of its source that is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from pipeline.compose.language.words import result, study_count
from pipeline.load.pictures.picture import picture_file
from pipeline.model.body import Body, BoxKind
from pipeline.model.formats import Layouts
from pipeline.model.library import Library
from pipeline.model.source.briefing import Briefing
from pipeline.model.source.evidence import Finding
from pipeline.model.words import Words
from pipeline.resolve.environment import environment_of
from pipeline.resolve.markings import marking_of
from pipeline.resolve.markings import shown as shown_marking
from pipeline.resolve.status import statuses
from pipeline.word.commenting.blocks import SentBlock
from pipeline.word.commenting.document import FixedParagraph, SentDocument, written
from pipeline.word.commenting.labels import house_labels
from pipeline.word.commenting.pictures import ShownPicture, shown
from pipeline.word.commenting.reading import above_of, in_units, words_of_body
from pipeline.word.commenting.sent import Sent, sent_of
from pipeline.word.commenting.units import LockLabel


def document_for_comment(
    briefing: Briefing, library: Library, layouts: Layouts, files: Mapping[str, bytes], words: Words
) -> tuple[Sent, bytes] | None:
    """Origin of the document, and the document itself; nothing where the source cannot be read."""
    content = files[briefing.path]
    macros = library.imprint.fields.maths.declared
    labelled = house_labels(library.bibliography, words)
    text = in_units(briefing.path, content, macros, labelled)
    if text is None:
        return None
    sent = sent_of(briefing.id, content)
    language = briefing.fields.language or library.imprint.fields.language
    made = SentDocument(
        *(sent, briefing.fields.title, language, tuple(_above(briefing, words, labelled)), text.blocks),
        *(_evidence(briefing, words), words.say("evidence-caption")),
        {kind.value: words.say(f"box-{kind}") for kind in BoxKind},
        dict(_pictures(briefing, text.blocks, library, layouts)),
        *_running(briefing, library, words),
        dict(_numbers(text.blocks, words)),
    )
    return sent, written(made)


def _running(briefing: Briefing, library: Library, words: Words) -> tuple[str, str]:
    """The words at the head and at the foot of every page: status and marking, as the pages of the text have them.

    Nothing that changes with the day is said: the same source gives the same bytes.
    """
    environment = environment_of(library)
    head = environment.briefings[briefing.id]
    marking = shown_marking(marking_of(environment, head), library.imprint)
    return " · ".join(filter(None, (*statuses(environment, head, date.min, False, words), marking))), marking


def _numbers(blocks: tuple[SentBlock, ...], words: Words) -> Iterator[tuple[str, str]]:
    """The names that figures and tables go by, such as 'Figure 2', by what their captions stand in."""
    counted = {"figure": 0, "table": 0}
    for block in blocks:
        within = f"figure {getattr(block.node, 'id', '')}" if block.kind == "picture" else ""
        within = block.within[-1] if block.kind == "caption" and block.within[-1].startswith("table ") else within
        kind, _, name = within.partition(" ")
        if name:
            counted[kind] += 1
            yield within, words.say(kind, number=counted[kind])


def _above(briefing: Briefing, words: Words, labelled: Callable[[Body], LockLabel]) -> Iterator[FixedParagraph]:
    """Parts of the front matter that are read before the text."""
    styles = {"title": "Title", "summary": "Subtitle"}
    for key, said in above_of(briefing, lambda body: words_of_body(body, labelled(body))):
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
    briefing: Briefing, blocks: tuple[SentBlock, ...], library: Library, layouts: Layouts
) -> Iterator[tuple[str, ShownPicture]]:
    for block in blocks:
        source = getattr(block.node, "source", "") if block.kind == "picture" else ""
        asset = library.assets.get((source and picture_file(briefing.path, source)) or "")
        if asset and (picture := shown(asset, library.imprint, layouts)):
            yield source, picture
