"""Boxes and reference lists."""

from collections.abc import Iterable

from markupsafe import Markup, escape

from pipeline.compose.evidence import source_link
from pipeline.compose.language.words import evaluated, rated
from pipeline.compose.page.chapter import BlockWriter, ChapterContext, key_anchor, xml_text
from pipeline.compose.page.drawings import back_arrow
from pipeline.compose.page.inlines import set_inlines
from pipeline.model.body import Block, Box, BoxKind, Heading, ListBlock, ListItem, Paragraph, Text
from pipeline.model.publication import PracticeExample, ReferenceEntry, SourceLink
from pipeline.model.source.evidence import Practice

HANGING_LETTERS = 400
"""The most letters of a record that hangs beside the words of an example, if these are longer."""

_NOTHING = Markup("")


def box(node: Box, chapter: ChapterContext, blocks: BlockWriter) -> Markup:
    """Set a box: its kind in words, then the author's words or those of the front matter; nothing without either."""
    head = _head(node, chapter)
    if node.kind is BoxKind.PRACTICE:
        example = next((e for e in chapter.practice if e.record.id == node.ref), None)
        if example:
            return _practice(example, node.children, chapter, blocks, head)
    content = node.children or _teaching(node.kind, chapter)
    session = _session(chapter) if node.kind is BoxKind.OUTCOMES else Markup("")
    if not content and not session and not head:
        return Markup("")
    markup = Markup("\n").join(filter(None, (head, blocks(content, chapter), session)))
    label = chapter.words.say(f"box-{node.kind}")
    return Markup(
        '<div class="box box-{}" role="note" aria-label="{}">\n<p class="box-label"{}>{}</p>\n{}\n</div>'
    ).format(node.kind, label, chapter.phrase_lang, label, markup)


def _head(node: Box, chapter: ChapterContext) -> Markup:
    """Set the heading of a box, which is not in the contents."""
    if not node.heading:
        return Markup("")
    return Markup('<p class="box-heading"><strong>{}</strong></p>').format(set_inlines(node.heading, chapter))


def _practice(
    example: PracticeExample,
    content: tuple[Block, ...],
    chapter: ChapterContext,
    blocks: BlockWriter,
    head: Markup = _NOTHING,
) -> Markup:
    """Set a practice example: name and force, the author's words, the record, and always its caveat."""
    record, state = example.record, chapter.state
    state.practice.add(record.id)
    level = min(state.level + 1, 6)
    anchor = chapter.claim_anchor(f"practice-{record.id}")
    heading = Markup("")
    if not (content and isinstance(content[0], Heading)):
        heading = Markup("<h{0}{1}>{2} ({3})</h{0}>\n").format(
            level,
            Markup(' id="{}"').format(anchor) if anchor else "",
            xml_text(record.name),
            xml_text(example.force),
        )
    words = Markup("\n").join(filter(None, (head, blocks(content, chapter))))
    label = chapter.words.say("box-practice")
    state.level = level - 1
    box_label = Markup('<p class="box-label"{}>{}</p>').format(chapter.phrase_lang, label)
    facts = _record(example, chapter)
    is_short = len(facts.striptags()) <= HANGING_LETTERS < len(words.striptags())
    if is_short and chapter.has_side_column:
        box_label, facts = Markup('<div class="hung side">\n{}\n{}\n</div>').format(box_label, facts), Markup("")
    return Markup(
        '<div class="box box-practice" role="note" aria-label="{}">\n{}\n{}{}\n<div class="caveat">\n{}\n</div>\n</div>'
    ).format(
        label,
        box_label,
        heading,
        Markup("\n").join(filter(None, (words, facts))),
        blocks(example.caveat.blocks, chapter),
    )


def unplaced_practice(chapter: ChapterContext, blocks: BlockWriter) -> Markup:
    """Set the practice examples that are in no box of the text."""
    examples = [e for e in chapter.practice if e.record.id not in chapter.state.practice]
    if not examples:
        return Markup("")
    chapter.state.level = 2
    boxes = Markup("\n").join(_practice(example, (), chapter, blocks) for example in examples)
    return Markup('<section class="practice" id="practice">\n<h2{}>{}</h2>\n{}\n</section>').format(
        chapter.phrase_lang, chapter.words.say("practice"), boxes
    )


def _teaching(kind: BoxKind, chapter: ChapterContext) -> tuple[Block, ...]:
    """Return blocks of the front matter for a box that is empty; a single entry is a paragraph, not a list."""
    if chapter.teaching is None or kind not in (BoxKind.OUTCOMES, BoxKind.QUESTIONS):
        return ()
    lines = chapter.teaching.outcomes if kind is BoxKind.OUTCOMES else chapter.teaching.questions
    entries = tuple(Paragraph((Text(line),)) for line in lines)
    return entries if len(entries) < 2 else (ListBlock(False, tuple(ListItem((entry,)) for entry in entries)),)


def _session(chapter: ChapterContext) -> Markup:
    """Set the length of a session and the parts of a curriculum that it serves, once a chapter."""
    teaching = chapter.teaching
    if teaching is None or chapter.state.has_session or not (teaching.minutes or teaching.curriculum):
        return Markup("")
    chapter.state.has_session = True
    facts = []
    if teaching.minutes:
        facts.append(("session", chapter.in_phrase_lang(chapter.words.count("minutes", teaching.minutes))))
    if teaching.curriculum:
        facts.append(("curriculum", escape(xml_text("; ".join(teaching.curriculum)))))
    return _facts(facts, chapter)


def _facts(facts: Iterable[tuple[str, Markup]], chapter: ChapterContext) -> Markup:
    """Set facts, each with its label, which is given by its key in the phrases."""
    cells = Markup("\n").join(
        Markup("<div>\n<dt{}>{}</dt>\n<dd>{}</dd>\n</div>").format(chapter.phrase_lang, chapter.words.say(label), fact)
        for label, fact in facts
    )
    return Markup('<dl class="facts">\n{}\n</dl>').format(cells)


def _record(example: PracticeExample, chapter: ChapterContext) -> Markup:
    """Set the record: who, what for, how evaluated and rated, and when it was last checked."""
    record, words = example.record, chapter.words
    short_forms = {entry.key: entry.short for entry in chapter.references}
    links = (source_link(SourceLink(key, short_forms.get(key, key)), chapter) for key in record.sources)
    facts: list[tuple[str, str | Markup]] = [
        (example.label, example.force),
        ("aim", record.aim or ""),
        ("intended", record.intended_outcome or ""),
        ("evaluation", chapter.in_phrase_lang(evaluated(words, record))),
        ("rating", chapter.in_phrase_lang(rated(words, record))),
        ("stage", record.stage or ""),
        ("scale", record.scale or ""),
        ("region", record.region or ""),
        ("focus", record.focus or ""),
        ("dates", _dates(record, chapter)),
        ("contact", record.contact or ""),
        ("sources", Markup("; ").join(links)),
        ("checked-on", chapter.in_phrase_lang(words.day(record.checked_on)) if record.checked_on else ""),
    ]
    known = [(label, fact if isinstance(fact, Markup) else escape(xml_text(fact))) for label, fact in facts if fact]
    return _facts(known, chapter)


def _dates(record: Practice, chapter: ChapterContext) -> Markup | str:
    """Return '1 March 2019 to 3 May 2021', with the days that are known."""
    days = {"start": record.start_date, "end": record.end_date}
    known = {name: chapter.words.day(day) for name, day in days.items() if day}
    if not known:
        return ""
    key = "date-span" if len(known) == 2 else "date-from" if "start" in known else "date-until"
    return chapter.in_phrase_lang(chapter.words.say(key, **known))


# Reference lists


def reference_entries(chapter: ChapterContext) -> Markup:
    """Set the entries of a briefing's reference list."""
    return Markup("\n").join(
        Markup('<li id="ref-{}">{}{}{}</li>').format(
            key_anchor(entry.key),
            set_inlines(entry.children, chapter),
            entry_status(entry, chapter),
            _back_links(entry, chapter),
        )
        for entry in chapter.references
    )


def entry_status(entry: ReferenceEntry, chapter: ChapterContext) -> Markup:
    """Say that a work was retracted or is in doubt, or that it is not confirmed."""
    return work_status(entry, chapter) + (_status("unresolved", chapter) if entry.unresolved else "")


def work_status(entry: ReferenceEntry, chapter: ChapterContext) -> Markup:
    """Say that a work was retracted or is in doubt."""
    if entry.state is None:
        return Markup("")
    return _status(f"state-{entry.state}{'-in' if entry.state_year else ''}", chapter, year=entry.state_year)


def _status(key: str, chapter: ChapterContext, **into: object) -> Markup:
    return Markup(' <span class="unsettled"{}>{}</span>').format(chapter.phrase_lang, chapter.words.say(key, **into))


def _back_links(entry: ReferenceEntry, chapter: ChapterContext) -> Markup:
    """Link back to each citation, in text, evidence and boxes. One arrow is for all; paper has only the first link."""
    citations = list(enumerate(chapter.state.citations.get(entry.key, ()), start=1))
    if not citations:
        return Markup("")
    links = Markup(" ").join(
        Markup('<a role="doc-backlink"{} aria-label="{}" href="#{}">{}{}</a>').format(
            Markup(' class="further"') if number > 1 else "",
            chapter.words.say("back-to-citation", number=number, work=xml_text(entry.short)),
            anchor,
            back_arrow(chapter.accent) if number == 1 else "",
            Markup('<span class="call further">{}</span>').format(number) if len(citations) > 1 else "",
        )
        for number, anchor in citations
    )
    return Markup('\N{NO-BREAK SPACE}<span class="backlinks"{}>{}</span>').format(chapter.phrase_lang, links)
