"""Boxes and reference lists."""

from collections.abc import Iterable

from markupsafe import Markup, escape

from pipeline.compose.evidence import source
from pipeline.compose.language.words import evaluated, rated
from pipeline.compose.page.chapter import BlockWriter, Galley, key_anchor, legal
from pipeline.compose.page.drawings import back_arrow
from pipeline.compose.page.inlines import inlines
from pipeline.model.body import Block, Box, BoxKind, Heading, ListBlock, ListItem, Paragraph, Text
from pipeline.model.publication import PracticeExample, ReferenceEntry, SourceLink
from pipeline.model.source.evidence import Practice

HUNG = 400
"""Letters of a record that hangs beside the words of an example, if these are more."""

_NOTHING = Markup("")


def box(node: Box, galley: Galley, blocks: BlockWriter) -> Markup:
    """A box: its kind in words, then what the author says, or the front matter; nothing where neither says a word."""
    if node.kind is BoxKind.PRACTICE:
        example = next((e for e in galley.practice if e.record.id == node.ref), None)
        if example:
            return practice(example, node.children, galley, blocks, _head(node, galley))
    words = node.children or _teaching(node.kind, galley)
    session = _session(galley) if node.kind is BoxKind.OUTCOMES else Markup("")
    head = _head(node, galley)
    if not words and not session and not head:
        return Markup("")
    said = Markup("\n").join(filter(None, (head, blocks(words, galley), session)))
    label = galley.words.say(f"box-{node.kind}")
    return Markup(
        '<div class="box box-{}" role="note" aria-label="{}">\n<p class="box-label"{}>{}</p>\n{}\n</div>'
    ).format(node.kind, label, galley.house, label, said)


def _head(node: Box, galley: Galley) -> Markup:
    """The heading that an author gives a box. It is none of the text's: nobody looks for it in the contents."""
    if not node.heading:
        return Markup("")
    return Markup('<p class="box-heading"><strong>{}</strong></p>').format(inlines(node.heading, galley))


def practice(
    example: PracticeExample, words: tuple[Block, ...], galley: Galley, blocks: BlockWriter, head: Markup = _NOTHING
) -> Markup:
    """A practice example: name and force, the words, the record, and the caveat, which never leaves it."""
    record = example.record
    galley.practice_set.add(record.id)
    level = min(galley.level + 1, 6)
    name = galley.claim(f"practice-{record.id}")
    heading = Markup("")
    if not (words and isinstance(words[0], Heading)):
        heading = Markup("<h{0}{1}>{2} ({3})</h{0}>\n").format(
            level, Markup(' id="{}"').format(name) if name else "", legal(record.name), legal(example.force)
        )
    said = Markup("\n").join(filter(None, (head, blocks(words, galley))))
    label = galley.words.say("box-practice")
    galley.level = level - 1
    box_label = Markup('<p class="box-label"{}>{}</p>').format(galley.house, label)
    facts = _record(example, galley)
    hangs = galley.across and len(facts.striptags()) <= HUNG and len(said.striptags()) > HUNG
    if hangs:
        box_label, facts = Markup('<div class="hung side">\n{}\n{}\n</div>').format(box_label, facts), Markup("")
    return Markup(
        '<div class="box box-practice" role="note" aria-label="{}">\n{}\n{}{}\n<div class="caveat">\n{}\n</div>\n</div>'
    ).format(
        label, box_label, heading, Markup("\n").join(filter(None, (said, facts))), blocks(example.caveat.blocks, galley)
    )


def unplaced(galley: Galley, blocks: BlockWriter) -> Markup:
    """The practice examples that no box of the text has shown."""
    left = [e for e in galley.practice if e.record.id not in galley.practice_set]
    if not left:
        return Markup("")
    galley.level = 2
    boxes = Markup("\n").join(practice(example, (), galley, blocks) for example in left)
    return Markup('<section class="practice" id="practice">\n<h2{}>{}</h2>\n{}\n</section>').format(
        galley.house, galley.words.say("practice"), boxes
    )


def _teaching(kind: BoxKind, galley: Galley) -> tuple[Block, ...]:
    """Blocks from the front matter for a box that the author left empty; a single entry is a paragraph, not a list."""
    if galley.teaching is None or kind not in (BoxKind.OUTCOMES, BoxKind.QUESTIONS):
        return ()
    lines = galley.teaching.outcomes if kind is BoxKind.OUTCOMES else galley.teaching.questions
    entries = tuple(Paragraph((Text(line),)) for line in lines)
    return entries if len(entries) < 2 else (ListBlock(False, tuple(ListItem((entry,)) for entry in entries)),)


def _session(galley: Galley) -> Markup:
    """Length of a session and the parts of a curriculum that it serves, once a chapter."""
    teaching = galley.teaching
    if teaching is None or galley.session_set or not (teaching.minutes or teaching.curriculum):
        return Markup("")
    galley.session_set = True
    facts = []
    if teaching.minutes:
        facts.append(("session", galley.said(galley.words.count("minutes", teaching.minutes))))
    if teaching.curriculum:
        facts.append(("curriculum", escape(legal("; ".join(teaching.curriculum)))))
    return _facts(facts, galley)


def _facts(facts: Iterable[tuple[str, Markup]], galley: Galley) -> Markup:
    """Labels of the house, by their keys, each with what it names."""
    cells = Markup("\n").join(
        Markup("<div>\n<dt{}>{}</dt>\n<dd>{}</dd>\n</div>").format(galley.house, galley.words.say(label), words)
        for label, words in facts
    )
    return Markup('<dl class="facts">\n{}\n</dl>').format(cells)


def _record(example: PracticeExample, galley: Galley) -> Markup:
    """The record: who, what for, whether evaluated, how rated, and when somebody last checked."""
    record, words = example.record, galley.words
    shorts = {entry.key: entry.short for entry in galley.references}
    facts: list[tuple[str, str | Markup]] = [
        (example.label, example.force),
        ("aim", record.aim or ""),
        ("intended", record.intended_outcome or ""),
        ("evaluation", galley.said(evaluated(words, record))),
        ("rating", galley.said(rated(words, record))),
        ("stage", record.stage or ""),
        ("scale", record.scale or ""),
        ("region", record.region or ""),
        ("focus", record.focus or ""),
        ("dates", _span(record, galley)),
        ("contact", record.contact or ""),
        ("sources", Markup("; ").join(source(SourceLink(key, shorts.get(key, key)), galley) for key in record.sources)),
        ("checked-on", galley.said(words.day(record.checked_on)) if record.checked_on else ""),
    ]
    said = [(label, what if isinstance(what, Markup) else escape(legal(what))) for label, what in facts if what]
    return _facts(said, galley)


def _span(record: Practice, galley: Galley) -> Markup | str:
    """'1 March 2019 to 3 May 2021', as far as the days are known."""
    days = {"start": record.start_date, "end": record.end_date}
    known = {name: galley.words.day(on) for name, on in days.items() if on}
    if not known:
        return ""
    key = "date-span" if len(known) == 2 else "date-from" if "start" in known else "date-until"
    return galley.said(galley.words.say(key, **known))


# Reference lists


def entries(galley: Galley) -> Markup:
    """The entries of a briefing's own list."""
    return Markup("\n").join(
        Markup('<li id="ref-{}">{}{}{}</li>').format(
            key_anchor(entry.key), inlines(entry.children, galley), known_of(entry, galley), _ways_back(entry, galley)
        )
        for entry in galley.references
    )


def known_of(entry: ReferenceEntry, galley: Galley) -> Markup:
    """The visible notes on an entry: that its work was retracted or is in doubt, that nobody has settled it."""
    return become_of(entry, galley) + (_noted("unresolved", galley) if entry.unresolved else "")


def become_of(entry: ReferenceEntry, galley: Galley) -> Markup:
    """The visible note on an entry whose work was retracted or is in doubt."""
    if entry.state is None:
        return Markup("")
    return _noted(f"state-{entry.state}{'-in' if entry.state_year else ''}", galley, year=entry.state_year)


def _noted(key: str, galley: Galley, **into: object) -> Markup:
    return Markup(' <span class="unsettled"{}>{}</span>').format(galley.house, galley.words.say(key, **into))


def _ways_back(entry: ReferenceEntry, galley: Galley) -> Markup:
    """A link back to each citation, in the text, the evidence and the boxes; one arrow for all. Paper has the first."""
    calls = list(enumerate(galley.cited.get(entry.key, ()), start=1))
    if not calls:
        return Markup("")
    several = len(calls) > 1
    links = Markup(" ").join(
        Markup('<a role="doc-backlink"{} aria-label="{}" href="#{}">{}{}</a>').format(
            Markup(' class="further"') if call > 1 else "",
            galley.words.say("back-to-citation", number=call, work=legal(entry.short)),
            anchor,
            back_arrow(galley.accent) if call == 1 else "",
            Markup('<span class="call further">{}</span>').format(call) if several else "",
        )
        for call, anchor in calls
    )
    return Markup('\N{NO-BREAK SPACE}<span class="backlinks"{}>{}</span>').format(galley.house, links)
