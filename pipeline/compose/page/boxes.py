"""Boxes and reference lists."""

from collections.abc import Iterable

from markupsafe import Markup, escape

from pipeline.compose.evidence import source
from pipeline.compose.language.words import evaluated, rated
from pipeline.compose.page.chapter import BlockWriter, ChapterContext, key_anchor, xml_text
from pipeline.compose.page.drawings import back_arrow
from pipeline.compose.page.inlines import inlines
from pipeline.model.body import Block, Box, BoxKind, Heading, ListBlock, ListItem, Paragraph, Text
from pipeline.model.publication import PracticeExample, ReferenceEntry, SourceLink
from pipeline.model.source.evidence import Practice

HUNG = 400
"""Letters of a record that hangs beside the words of an example, if these are more."""

_NOTHING = Markup("")


def box(node: Box, chapter: ChapterContext, blocks: BlockWriter) -> Markup:
    """A box: its kind in words, then what the author says, or the front matter; nothing where neither says a word."""
    if node.kind is BoxKind.PRACTICE:
        example = next((e for e in chapter.practice if e.record.id == node.ref), None)
        if example:
            return practice(example, node.children, chapter, blocks, _head(node, chapter))
    words = node.children or _teaching(node.kind, chapter)
    session = _session(chapter) if node.kind is BoxKind.OUTCOMES else Markup("")
    head = _head(node, chapter)
    if not words and not session and not head:
        return Markup("")
    said = Markup("\n").join(filter(None, (head, blocks(words, chapter), session)))
    label = chapter.words.say(f"box-{node.kind}")
    return Markup(
        '<div class="box box-{}" role="note" aria-label="{}">\n<p class="box-label"{}>{}</p>\n{}\n</div>'
    ).format(node.kind, label, chapter.house, label, said)


def _head(node: Box, chapter: ChapterContext) -> Markup:
    """The heading that an author gives a box. It is none of the text's: nobody looks for it in the contents."""
    if not node.heading:
        return Markup("")
    return Markup('<p class="box-heading"><strong>{}</strong></p>').format(inlines(node.heading, chapter))


def practice(
    example: PracticeExample,
    words: tuple[Block, ...],
    chapter: ChapterContext,
    blocks: BlockWriter,
    head: Markup = _NOTHING,
) -> Markup:
    """A practice example: name and force, the words, the record, and the caveat, which never leaves it."""
    record = example.record
    chapter.practice_set.add(record.id)
    level = min(chapter.level + 1, 6)
    name = chapter.claim(f"practice-{record.id}")
    heading = Markup("")
    if not (words and isinstance(words[0], Heading)):
        heading = Markup("<h{0}{1}>{2} ({3})</h{0}>\n").format(
            level,
            Markup(' id="{}"').format(name) if name else "",
            xml_text(record.name),
            xml_text(example.force),
        )
    said = Markup("\n").join(filter(None, (head, blocks(words, chapter))))
    label = chapter.words.say("box-practice")
    chapter.level = level - 1
    box_label = Markup('<p class="box-label"{}>{}</p>').format(chapter.house, label)
    facts = _record(example, chapter)
    hangs = chapter.across and len(facts.striptags()) <= HUNG and len(said.striptags()) > HUNG
    if hangs:
        box_label, facts = Markup('<div class="hung side">\n{}\n{}\n</div>').format(box_label, facts), Markup("")
    return Markup(
        '<div class="box box-practice" role="note" aria-label="{}">\n{}\n{}{}\n<div class="caveat">\n{}\n</div>\n</div>'
    ).format(
        label,
        box_label,
        heading,
        Markup("\n").join(filter(None, (said, facts))),
        blocks(example.caveat.blocks, chapter),
    )


def unplaced(chapter: ChapterContext, blocks: BlockWriter) -> Markup:
    """The practice examples that no box of the text has shown."""
    left = [e for e in chapter.practice if e.record.id not in chapter.practice_set]
    if not left:
        return Markup("")
    chapter.level = 2
    boxes = Markup("\n").join(practice(example, (), chapter, blocks) for example in left)
    return Markup('<section class="practice" id="practice">\n<h2{}>{}</h2>\n{}\n</section>').format(
        chapter.house, chapter.words.say("practice"), boxes
    )


def _teaching(kind: BoxKind, chapter: ChapterContext) -> tuple[Block, ...]:
    """Blocks from the front matter for a box that the author left empty; a single entry is a paragraph, not a list."""
    if chapter.teaching is None or kind not in (BoxKind.OUTCOMES, BoxKind.QUESTIONS):
        return ()
    lines = chapter.teaching.outcomes if kind is BoxKind.OUTCOMES else chapter.teaching.questions
    entries = tuple(Paragraph((Text(line),)) for line in lines)
    return entries if len(entries) < 2 else (ListBlock(False, tuple(ListItem((entry,)) for entry in entries)),)


def _session(chapter: ChapterContext) -> Markup:
    """Length of a session and the parts of a curriculum that it serves, once a chapter."""
    teaching = chapter.teaching
    if teaching is None or chapter.session_set or not (teaching.minutes or teaching.curriculum):
        return Markup("")
    chapter.session_set = True
    facts = []
    if teaching.minutes:
        facts.append(("session", chapter.said(chapter.words.count("minutes", teaching.minutes))))
    if teaching.curriculum:
        facts.append(("curriculum", escape(xml_text("; ".join(teaching.curriculum)))))
    return _facts(facts, chapter)


def _facts(facts: Iterable[tuple[str, Markup]], chapter: ChapterContext) -> Markup:
    """Labels of the house, by their keys, each with what it names."""
    cells = Markup("\n").join(
        Markup("<div>\n<dt{}>{}</dt>\n<dd>{}</dd>\n</div>").format(chapter.house, chapter.words.say(label), words)
        for label, words in facts
    )
    return Markup('<dl class="facts">\n{}\n</dl>').format(cells)


def _record(example: PracticeExample, chapter: ChapterContext) -> Markup:
    """The record: who, what for, whether evaluated, how rated, and when somebody last checked."""
    record, words = example.record, chapter.words
    shorts = {entry.key: entry.short for entry in chapter.references}
    facts: list[tuple[str, str | Markup]] = [
        (example.label, example.force),
        ("aim", record.aim or ""),
        ("intended", record.intended_outcome or ""),
        ("evaluation", chapter.said(evaluated(words, record))),
        ("rating", chapter.said(rated(words, record))),
        ("stage", record.stage or ""),
        ("scale", record.scale or ""),
        ("region", record.region or ""),
        ("focus", record.focus or ""),
        ("dates", _span(record, chapter)),
        ("contact", record.contact or ""),
        (
            "sources",
            Markup("; ").join(source(SourceLink(key, shorts.get(key, key)), chapter) for key in record.sources),
        ),
        ("checked-on", chapter.said(words.day(record.checked_on)) if record.checked_on else ""),
    ]
    said = [(label, what if isinstance(what, Markup) else escape(xml_text(what))) for label, what in facts if what]
    return _facts(said, chapter)


def _span(record: Practice, chapter: ChapterContext) -> Markup | str:
    """'1 March 2019 to 3 May 2021', as far as the days are known."""
    days = {"start": record.start_date, "end": record.end_date}
    known = {name: chapter.words.day(on) for name, on in days.items() if on}
    if not known:
        return ""
    key = "date-span" if len(known) == 2 else "date-from" if "start" in known else "date-until"
    return chapter.said(chapter.words.say(key, **known))


# Reference lists


def entries(chapter: ChapterContext) -> Markup:
    """The entries of a briefing's own list."""
    return Markup("\n").join(
        Markup('<li id="ref-{}">{}{}{}</li>').format(
            key_anchor(entry.key),
            inlines(entry.children, chapter),
            known_of(entry, chapter),
            _ways_back(entry, chapter),
        )
        for entry in chapter.references
    )


def known_of(entry: ReferenceEntry, chapter: ChapterContext) -> Markup:
    """The visible notes on an entry: that its work was retracted or is in doubt, that nobody has settled it."""
    return work_status(entry, chapter) + (_noted("unresolved", chapter) if entry.unresolved else "")


def work_status(entry: ReferenceEntry, chapter: ChapterContext) -> Markup:
    """The visible note on an entry whose work was retracted or is in doubt."""
    if entry.state is None:
        return Markup("")
    return _noted(f"state-{entry.state}{'-in' if entry.state_year else ''}", chapter, year=entry.state_year)


def _noted(key: str, chapter: ChapterContext, **into: object) -> Markup:
    return Markup(' <span class="unsettled"{}>{}</span>').format(chapter.house, chapter.words.say(key, **into))


def _ways_back(entry: ReferenceEntry, chapter: ChapterContext) -> Markup:
    """A link back to each citation, in the text, the evidence and the boxes; one arrow for all. Paper has the first."""
    calls = list(enumerate(chapter.cited.get(entry.key, ()), start=1))
    if not calls:
        return Markup("")
    several = len(calls) > 1
    links = Markup(" ").join(
        Markup('<a role="doc-backlink"{} aria-label="{}" href="#{}">{}{}</a>').format(
            Markup(' class="further"') if call > 1 else "",
            chapter.words.say("back-to-citation", number=call, work=xml_text(entry.short)),
            anchor,
            back_arrow(chapter.accent) if call == 1 else "",
            Markup('<span class="call further">{}</span>').format(call) if several else "",
        )
        for call, anchor in calls
    )
    return Markup('\N{NO-BREAK SPACE}<span class="backlinks"{}>{}</span>').format(chapter.house, links)
