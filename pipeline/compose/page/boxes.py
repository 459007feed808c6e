"""Boxes and reference lists."""

from collections.abc import Iterable

from markupsafe import Markup, escape

from pipeline.compose.evidence import source_link
from pipeline.compose.language.words import evaluated, rated
from pipeline.compose.page.chapter import (
    BlockWriter,
    ChapterContext,
    block_element,
    element,
    join_lines,
    key_anchor,
    xml_text,
)
from pipeline.compose.page.drawings import back_arrow
from pipeline.compose.page.inlines import set_inlines
from pipeline.model.body import Block, Box, BoxKind, Heading, ListBlock, ListItem, Paragraph, Text
from pipeline.model.publication import PracticeExample, ReferenceEntry, SourceLink
from pipeline.model.source.evidence import Practice

HANGING_LETTERS = 400
"""The most letters of a record that hangs beside the words of an example, if these are longer."""


def box(node: Box, chapter: ChapterContext, blocks: BlockWriter) -> Markup:
    """Set a box: its kind in words, then the author's words or those of the front matter; nothing without either."""
    head = Markup("")  # a paragraph, so that it is not in the contents
    if node.heading:
        head = element("p", element("strong", set_inlines(node.heading, chapter)), class_="box-heading")
    if node.kind is BoxKind.PRACTICE:
        example = next((e for e in chapter.practice if e.record.id == node.ref), None)
        if example:
            return _practice(example, node.children, chapter, blocks, head)
    content = node.children or _teaching(node.kind, chapter)
    session = _session(chapter) if node.kind is BoxKind.OUTCOMES else Markup("")
    if not content and not session and not head:
        return Markup("")
    return _labelled_box(node.kind, _box_label(node.kind, chapter), chapter, head, blocks(content, chapter), session)


def _box_label(kind: BoxKind, chapter: ChapterContext) -> Markup:
    return element("p", chapter.words.say(f"box-{kind}"), class_="box-label", lang=chapter.phrase_language)


def _labelled_box(kind: BoxKind, label: Markup, chapter: ChapterContext, *content: Markup) -> Markup:
    spoken = chapter.words.say(f"box-{kind}")
    return block_element("div", label, *content, class_=f"box box-{kind}", role="note", aria_label=spoken)


def _practice(
    example: PracticeExample,
    content: tuple[Block, ...],
    chapter: ChapterContext,
    blocks: BlockWriter,
    head: Markup,
) -> Markup:
    """Set a practice example: name and force, the author's words, the record, and always its caveat."""
    record, state = example.record, chapter.state
    state.practice.add(record.id)
    level = min(state.level + 1, 6)
    anchor = chapter.claim_anchor(f"practice-{record.id}")
    heading = Markup("")
    if not (content and isinstance(content[0], Heading)):
        heading = element(f"h{level}", f"{xml_text(record.name)} ({xml_text(example.force)})", id=anchor)
    words = join_lines((head, blocks(content, chapter)))
    state.level = level - 1
    label, facts = _box_label(BoxKind.PRACTICE, chapter), _record(example, chapter)
    is_short = len(facts.striptags()) <= HANGING_LETTERS < len(words.striptags())
    if is_short and chapter.has_side_column:
        label, facts = block_element("div", label, facts, class_="hung side"), Markup("")
    caveat = block_element("div", blocks(example.caveat.blocks, chapter), class_="caveat")
    return _labelled_box(BoxKind.PRACTICE, label, chapter, heading, words, facts, caveat)


def unplaced_practice(chapter: ChapterContext, blocks: BlockWriter) -> Markup:
    """Set the practice examples that are in no box of the text."""
    examples = [e for e in chapter.practice if e.record.id not in chapter.state.practice]
    if not examples:
        return Markup("")
    chapter.state.level = 2
    heading = element("h2", chapter.words.say("practice"), lang=chapter.phrase_language)
    boxes = (_practice(example, (), chapter, blocks, Markup("")) for example in examples)
    return block_element("section", heading, *boxes, class_="practice", id="practice")


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
    pairs = [
        (element("dt", chapter.words.say(label), lang=chapter.phrase_language), element("dd", fact))
        for label, fact in facts
    ]
    return block_element("dl", *(block_element("div", *pair) for pair in pairs), class_="facts")


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


def _dates(record: Practice, chapter: ChapterContext) -> Markup:
    """Return '1 March 2019 to 3 May 2021', with the days that are known."""
    days = {"start": record.start_date, "end": record.end_date}
    known = {name: chapter.words.day(day) for name, day in days.items() if day}
    if not known:
        return Markup("")
    key = "date-span" if len(known) == 2 else "date-from" if "start" in known else "date-until"
    return chapter.in_phrase_lang(chapter.words.say(key, **known))


# Reference lists


def reference_entries(chapter: ChapterContext) -> Markup:
    """Set the entries of a briefing's reference list."""
    return join_lines(
        element(
            "li",
            set_inlines(entry.children, chapter),
            entry_status(entry, chapter),
            _back_links(entry, chapter),
            id=f"ref-{key_anchor(entry.key)}",
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
    status = element("span", chapter.words.say(key, **into), class_="unsettled", lang=chapter.phrase_language)
    return Markup(" ") + status


def _back_links(entry: ReferenceEntry, chapter: ChapterContext) -> Markup:
    """Link back to each citation, in text, evidence and boxes. One arrow is for all; paper has only the first link."""
    citations = list(enumerate(chapter.state.citations.get(entry.key, ()), start=1))
    if not citations:
        return Markup("")
    links = Markup(" ").join(
        element(
            "a",
            back_arrow(chapter.accent) if number == 1 else "",
            element("span", number, class_="call further") if len(citations) > 1 else "",
            role="doc-backlink",
            class_="further" if number > 1 else "",
            aria_label=chapter.words.say("back-to-citation", number=number, work=xml_text(entry.short)),
            href=f"#{anchor}",
        )
        for number, anchor in citations
    )
    return Markup("\N{NO-BREAK SPACE}") + element("span", links, class_="backlinks", lang=chapter.phrase_language)
