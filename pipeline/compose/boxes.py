"""Boxes: practice examples with their record and caveat, notes, cautions, questions, outcomes."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from markupsafe import Markup, escape

from pipeline.compose.evidence import source
from pipeline.compose.galley import Galley, printed
from pipeline.compose.words import EVALUATED, RATINGS, counted
from pipeline.model.body import Block, Box, BoxKind, Heading, ListBlock, ListItem, Paragraph, Text
from pipeline.model.day import in_words as long_date
from pipeline.model.publication import PracticeExample, SourceLink

LABELS = {
    BoxKind.PRACTICE: "Practice example",
    BoxKind.NOTE: "Note",
    BoxKind.CAUTION: "Caution",
    BoxKind.QUESTIONS: "Questions for discussion",
    BoxKind.OUTCOMES: "Learning outcomes",
}

Blocks = Callable[[tuple[Block, ...], Galley], Markup]


def box(node: Box, galley: Galley, blocks: Blocks) -> Markup:
    """A box: its kind in words, then what the author says, or the front matter; nothing where neither says a word."""
    if node.kind is BoxKind.PRACTICE:
        example = _example(node, galley)
        if example:
            return practice(example, node.children, galley, blocks)
    words = node.children or _teaching(node.kind, galley)
    session = _session(galley) if node.kind is BoxKind.OUTCOMES else Markup("")
    if not words and not session:
        return Markup("")
    said = Markup("\n").join(filter(None, (blocks(words, galley), session)))
    return Markup(
        '<div class="box box-{}" role="note" aria-label="{}">\n<p class="box-label"{}>{}</p>\n{}\n</div>'
    ).format(node.kind, LABELS[node.kind], galley.house, LABELS[node.kind], said)


def practice(example: PracticeExample, words: tuple[Block, ...], galley: Galley, blocks: Blocks) -> Markup:
    """A practice example: name and force, the words, the record, and the caveat, which never leaves it."""
    record = example.record
    galley.practice_set.add(record.id)
    level = min(galley.level + 1, 6)
    name = galley.claim(f"practice-{record.id}")
    heading = Markup("")
    if not (words and isinstance(words[0], Heading)):
        heading = Markup("<h{0}{1}>{2} ({3})</h{0}>\n").format(
            level, Markup(' id="{}"').format(name) if name else "", printed(record.name), printed(example.force)
        )
    said = blocks(words, galley)
    galley.level = level - 1
    return Markup(
        '<div class="box box-practice" role="note" aria-label="{}">\n<p class="box-label"{}>{}</p>\n{}{}\n{}\n'
        '<div class="caveat">\n{}\n</div>\n</div>'
    ).format(
        LABELS[BoxKind.PRACTICE],
        galley.house,
        LABELS[BoxKind.PRACTICE],
        heading,
        said,
        _record(example, galley),
        blocks(example.caveat.blocks, galley),
    )


def unplaced(galley: Galley, blocks: Blocks) -> Markup:
    """The practice examples that no box of the text has shown."""
    left = [e for e in galley.practice if e.record.id not in galley.practice_set]
    if not left:
        return Markup("")
    galley.level = 2
    boxes = Markup("\n").join(practice(example, (), galley, blocks) for example in left)
    return Markup('<section id="practice">\n<h2{}>Examples of practice</h2>\n{}\n</section>').format(
        galley.house, boxes
    )


def _teaching(kind: BoxKind, galley: Galley) -> tuple[Block, ...]:
    """What the front matter holds for a box that the author left empty. One thing is not a list."""
    if galley.teaching is None or kind not in (BoxKind.OUTCOMES, BoxKind.QUESTIONS):
        return ()
    lines = galley.teaching.outcomes if kind is BoxKind.OUTCOMES else galley.teaching.questions
    entries = tuple(Paragraph((Text(line),)) for line in lines)
    return entries if len(entries) < 2 else (ListBlock(False, tuple(ListItem((entry,)) for entry in entries)),)


def _session(galley: Galley) -> Markup:
    """How long a session takes and what of a curriculum it serves, once a chapter."""
    teaching = galley.teaching
    if teaching is None or galley.session_set or not (teaching.minutes or teaching.curriculum):
        return Markup("")
    galley.session_set = True
    facts = []
    if teaching.minutes:
        facts.append(("Session", Markup(galley.said(counted(teaching.minutes, "minute", "minutes")))))
    if teaching.curriculum:
        facts.append(("Curriculum", escape(printed("; ".join(teaching.curriculum)))))
    return _facts(facts, galley)


def _facts(facts: Iterable[tuple[str, Markup]], galley: Galley) -> Markup:
    """Labels of the house, each with what it names."""
    cells = Markup("\n").join(
        Markup("<div>\n<dt{}>{}</dt>\n<dd>{}</dd>\n</div>").format(galley.house, label, words) for label, words in facts
    )
    return Markup('<dl class="facts">\n{}\n</dl>').format(cells)


def _example(node: Box, galley: Galley) -> PracticeExample | None:
    return next((e for e in galley.practice if e.record.id == node.ref), None)


def _record(example: PracticeExample, galley: Galley) -> Markup:
    """The record: who, what for, whether evaluated, how rated, and when somebody last checked."""
    record = example.record
    rating = RATINGS[record.rating]
    facts: list[tuple[str, str | Markup]] = [
        ("Force", example.force),
        ("Aim", record.aim or ""),
        ("Intended", record.intended_outcome or ""),
        ("Evaluation", EVALUATED[record.evaluated]),
        ("Rating", f"{rating}, by {record.rated_by}" if record.rated_by else rating),
        *_more(example, galley),
    ]
    said = [(label, words if isinstance(words, Markup) else escape(printed(words))) for label, words in facts if words]
    return _facts(said, galley)


def _more(example: PracticeExample, galley: Galley) -> list[tuple[str, str | Markup]]:
    record = example.record
    start = long_date(record.start_date) if record.start_date else ""
    end = long_date(record.end_date) if record.end_date else ""
    return [
        ("Stage", record.stage or ""),
        ("Scale", record.scale or ""),
        ("Region", record.region or ""),
        ("Focus", record.focus or ""),
        ("Dates", f"{start} to {end}" if start and end else f"from {start}" if start else f"to {end}" if end else ""),
        ("Contact", record.contact or ""),
        ("Sources", _sources(record.sources, galley)),
        ("Checked on", long_date(record.checked_on) if record.checked_on else ""),
    ]


def _sources(keys: tuple[str, ...], galley: Galley) -> Markup:
    shorts = {entry.key: entry.short for entry in galley.references}
    return Markup("; ").join(source(SourceLink(key, shorts.get(key, key)), galley) for key in keys)
