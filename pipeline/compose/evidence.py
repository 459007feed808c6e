"""Evidence at a glance."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from markupsafe import Markup, escape

from pipeline.compose.language.words import (
    change_in_words,
    enumerated,
    plain,
    result,
    result_within,
    sentence,
    split_part,
)
from pipeline.compose.page.chapter import ChapterContext, block_element, element, join_lines, key_anchor, xml_text
from pipeline.compose.page.drawings import SHAPES, mark_colour, result_mark
from pipeline.compose.page.figures import region
from pipeline.compose.page.inlines import citation_link
from pipeline.model.publication import EvidenceBase, FindingRow, Publication, SourceLink
from pipeline.model.result import Result
from pipeline.model.source.evidence import Base, Finding
from pipeline.model.words import Phrases

# Direction of a finding: its studies, drawn on the side that they point to. After Thomson and Thomas (2013) and Boon
# and Thomson (2021): unfavourable studies are left of the line, favourable ones right of it, and on it is a mark for
# other results. The drawing shows which way studies point, never how far, and says no more than the record: where one
# result is known for several studies together, one mark is for all of them.

SIDES = (Result.UNFAVOURABLE, Result.FAVOURABLE)
"""The results that have a side, the left one first."""
MOST_MARKS, MOST_DOTS = 10, 200
"""Up to so many studies with known results have a mark each; up to the second number each is a dot; more are words."""

WIDTH = 92.0
"""Width of a drawing. Lengths here are points if the text has `_TEXT` points, and grow with it."""
_TEXT = 12.5
_MIDDLE = WIDTH / 2
_ROW = 12.0
_MARK, _MARK_PITCH, _MARKS_FROM, _MARKS_ACROSS = 8.8, 10.2, 4.0, 4
"""Side of a study's mark, distance to the next, distance from the line, marks in a row."""
_DOT, _DOT_PITCH, _DOTS_FROM, _DOTS_ACROSS = 2.1, 3.0, 16.5, 10
"""Diameter of a dot, distance to the next, distance of the first from the line, dots in a row."""
_LINE_MARK, _LINE_GAP = 9.5, 13.0
"""Side of a mark on the line, and width of the gap that the line has there."""


@dataclass(frozen=True, slots=True)
class Direction:
    """Studies of one finding with one result; `studies` None means not counted."""

    result: Result
    studies: int | None
    each_known: bool
    """Whether the record gives the result of each study, not only of all of them together."""

    @property
    def marks(self) -> int:
        """Marks beside the line: one a study, or one for all."""
        return self.studies if self.each_known and self.studies and self.studies <= MOST_MARKS else 1

    @property
    def dots(self) -> int:
        """Dots beside its one mark."""
        return self.studies if self.studies and self.marks < self.studies <= MOST_DOTS else 0

    @property
    def height(self) -> float:
        """Height of its marks with the space around them."""
        rows = (self.dots or self.marks) - 1
        high = rows // _DOTS_ACROSS * _DOT_PITCH + _DOT + 2 if self.dots else rows // _MARKS_ACROSS * _MARK_PITCH + _ROW
        return max(high, _ROW)


def directions(finding: Finding) -> tuple[Direction, ...]:
    """Return the results that the record gives for a finding: unfavourable, favourable, others."""
    counts: Counter[Result] = Counter()
    for part in finding.split:
        counts[part.result] += part.studies
    split = tuple(Direction(result, studies, True) for result, studies in counts.items() if studies)
    known = split or (Direction(finding.result, finding.studies, finding.studies == 1),)
    return tuple(sorted(known, key=lambda each: SIDES.index(each.result) if each.result in SIDES else len(SIDES)))


def direction_drawing(finding: Finding, words: Phrases, accent: str) -> Markup:
    """Draw the direction of a finding, with a label that says the same."""
    known = directions(finding)
    height = max((direction.height for direction in known if direction.result in SIDES), default=0)
    shapes = []
    for direction in known:
        if direction.result in SIDES:
            is_right = direction.result is Result.FAVOURABLE
            mirror = "" if is_right else f' transform="matrix(-1 0 0 1 {_number(WIDTH)} 0)"'
            shapes.append(_group(direction.result, accent, "".join(_study_marks(direction, height)), mirror))
        else:
            shapes.append(_mark_on_line(direction.result, height, accent))
            height += _ROW
    size = map(_number, (WIDTH / _TEXT, height / _TEXT, WIDTH, height))
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="sides" width="{}em" height="{}em" viewBox="0 0 {} {}" '
        'role="img" aria-label="{}" focusable="false">{}</svg>'
    ).format(*size, _direction_words(known, words), Markup("").join(shapes))


def _direction_words(known: tuple[Direction, ...], words: Phrases) -> str:
    """Return '4 unfavourable, 2 favourable', '65 favourable, judged together', 'neither'."""
    parts = [_study_words(direction, words) for direction in known if direction.result in SIDES]
    if others := [direction.studies or 0 for direction in known if direction.result not in SIDES]:
        neither = words.say("neither")
        counted = words.say("studies-with-result", n=words.number(sum(others)), result=neither)
        parts.append(counted if parts else neither)
    return ", ".join(parts)


def _study_words(direction: Direction, words: Phrases) -> str:
    word = result_within(words, direction.result)
    if direction.studies is None:
        return word
    studies = words.say("studies-with-result", n=words.number(direction.studies), result=word)
    return studies if direction.each_known else words.say("judged-together", studies=studies)


def _study_marks(direction: Direction, height: float) -> Iterator[str]:
    """Draw the marks and dots of studies on the right side."""
    top = (height if direction.dots else _ROW) / 2 - _MARK / 2
    for number in range(direction.marks):
        row, column = divmod(number, _MARKS_ACROSS)
        left = _MIDDLE + _MARKS_FROM + column * _MARK_PITCH
        yield _placed(direction.result, left, top + row * _MARK_PITCH, _MARK)
    if direction.dots:
        places = [divmod(number, _DOTS_ACROSS) for number in range(direction.dots)]
        top, left = (height - places[-1][0] * _DOT_PITCH) / 2, _MIDDLE + _DOTS_FROM
        outline = "".join(
            f"M{_number(left + column * _DOT_PITCH)} {_number(top + row * _DOT_PITCH)}h.01" for row, column in places
        )
        yield (
            f'<path d="{outline}" fill="none" stroke="currentColor" stroke-width="{_number(_DOT)}" '
            'stroke-linecap="round"/>'
        )


def _mark_on_line(result: Result, top: float, accent: str) -> Markup:
    """Draw a mark on the line, which has a gap in the colour of the page there."""
    left, width = _number(_MIDDLE - _LINE_GAP / 2), _number(_LINE_GAP)
    gap = f"M{left} {_number(top)}h{width}v{_number(_ROW)}h-{width}z"
    shape = _placed(result, _MIDDLE - _LINE_MARK / 2, top + (_ROW - _LINE_MARK) / 2, _LINE_MARK)
    return Markup(f'<path class="ground" d="{gap}" fill="#ffffff"/>') + _group(result, accent, shape)


def _group(result: Result, accent: str, shapes: str, transform: str = "") -> Markup:
    kind, colour = mark_colour(result, accent)
    return Markup(f'<g class="mark-{kind}" color="{colour}"{transform}>{shapes}</g>')


def _placed(result: Result, x: float, y: float, side: float) -> str:
    return f'<g transform="translate({_number(x)} {_number(y)}) scale({_number(side / 16)})">{SHAPES[result]}</g>'


def _number(value: float) -> str:
    """Write a number with at most three decimals."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


# The key


def finding_results(publication: Publication) -> tuple[Result, ...]:
    """Return the results of a briefing's findings, in order."""
    rows = publication.evidence.rows if publication.evidence else ()
    return tuple(row.finding.result for row in rows)


def mark_legend(results: tuple[Result, ...], accent: str, words: Phrases) -> dict[str, object]:
    """Return every mark that occurs with its word, for a line of its own and for a sentence."""
    occurring = [result for result in Result if result in results]
    return {
        "key": tuple((result_mark(each, accent), result(words, each)) for each in occurring),
        "within": tuple((result_mark(each, accent), result_within(words, each)) for each in occurring),
    }


# Rows


def outcome_rows(
    rows: tuple[FindingRow, ...],
    chapter: ChapterContext,
    cells: Callable[[FindingRow], Markup],
    usual: tuple[str, ...] = (),
) -> list[Markup]:
    """Set a row for each finding, with its cells. Its head says what was studied, unless that is `usual`."""
    return [
        _row(row.finding, cells(row), usual, above is not None and above.finding.outcome == row.finding.outcome)
        for above, row in zip((None, *rows), rows, strict=False)
    ]


def usual_intervention(rows: tuple[FindingRow, ...], titles: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
    """Return the intervention of most rows, which these need not name, and whether the page must say it.

    An intervention that is a title of the text is the usual one, and need not be said. If a row names no intervention,
    there is no usual one: each of the others names its own.
    """
    counts = Counter(row.finding.intervention for row in rows)
    folded = {title.casefold() for title in titles}
    titular = next((names for names in counts if ", ".join(names).casefold() in folded), ())
    most, times = max(counts.items(), key=lambda pair: pair[1])
    return (titular, False) if titular else (most, True) if times > 1 and all(counts) else ((), False)


def mark_with_word(kind: Result, chapter: ChapterContext) -> Markup:
    """Set a result's mark and its word on one line."""
    word = element("span", result(chapter.words, kind), class_="word", lang=chapter.phrase_language)
    return element("span", result_mark(kind, chapter.accent), word, class_="result")


def counted_result(finding: Finding, chapter: ChapterContext) -> Markup:
    """Set mark, word and number of studies: 'Favourable, 3 studies'; no number for a gap, or a split with its own."""
    words, markup = chapter.words, mark_with_word(finding.result, chapter)
    if finding.studies:
        return markup + ", " + chapter.in_phrase_lang(words.count("count-studies", finding.studies))
    is_counted = finding.studies == 0 or finding.split or finding.result is Result.NO_STUDIES
    return markup if is_counted else markup + ", " + chapter.in_phrase_lang(words.say("not-counted"))


def _row(finding: Finding, cells: Markup, usual: tuple[str, ...], repeats: bool) -> Markup:
    """Set a row; one that `repeats` the outcome of the row above has a class that makes it quieter."""
    studied = "" if finding.intervention == usual else ", ".join(map(xml_text, finding.intervention))
    head = element(
        "th",
        element("span", xml_text(finding.outcome), class_="outcome"),
        element("span", ", ", studied, class_="studied") if studied else "",
        scope="row",
    )
    return element("tr", head, cells, class_="again" if repeats else "")


# The verdict


def set_verdict(base: EvidenceBase | None, words: Phrases, accent: str) -> Markup:
    """Return '○ Inconclusive overall, evidence limited', in two parts; nothing if the whole was not judged."""
    parts = []
    if base and base.overall:
        parts.append(element("span", result_mark(base.overall, accent), result(words, base.overall), class_="overall"))
    if base and base.strength:
        strength = words.say(f"strength-{base.strength}")
        key = "overall-strength" if base.overall else "strength-is"
        parts.append(element("span", words.say(key, strength=strength), class_="strength"))
    elif base and base.overall:
        parts.append(element("span", words.say("overall"), class_="strength"))
    return Markup(" ").join(parts)


# Evidence at a glance


def evidence_at_a_glance(chapter: ChapterContext, *, heading: bool = True) -> Markup:
    """Set the evidence at a glance, once a chapter; nothing if there are no findings."""
    base = chapter.evidence
    if base is None or not base.rows or chapter.state.has_evidence:
        return Markup("")
    chapter.state.has_evidence = True
    words, head, caption, heading_id = chapter.words, Markup(""), Markup(""), ""
    if heading:
        heading_id = "evidence-heading"
        head = element("h2", words.say("evidence"), id=heading_id, lang=chapter.phrase_language)
    else:
        caption = chapter.in_phrase_lang(words.say("evidence-caption"))
    usual, is_said = usual_intervention(base.rows, chapter.titles)
    # before the table: links back to citations are numbered in this order
    rests_on = _rests_on(base, usual if is_said else (), chapter)
    rows = outcome_rows(base.rows, chapter, lambda row: _cells(row, base.evidence.base, chapter), usual)
    table = region(
        _heads(chapter),
        rows,
        chapter,
        caption=caption,
        identity="evidence-table",
        classes=("evidence", "wide"),
        heading=heading_id,
    )
    overall = Markup("") if chapter.state.has_verdict else set_verdict(base, words, chapter.accent)
    if overall:
        overall = element("p", overall, class_="verdict", lang=chapter.phrase_language)
    lead = join_lines((head, overall, rests_on))
    row = block_element("div", lead, class_="row") if lead else lead
    return block_element("section", row, table, _table_note(base, chapter), class_="glance", id="evidence")


def source_link(link: SourceLink, chapter: ChapterContext) -> Markup:
    """Set the short form of a work, as a link to its entry if the briefing lists it."""
    if not any(entry.key == link.key for entry in chapter.references):
        return escape(xml_text(link.short))
    short = xml_text(link.short)
    return citation_link(link.key, short, short, f"cites-{key_anchor(link.key)}", chapter)


def _rests_on(base: EvidenceBase, usual: tuple[str, ...], chapter: ChapterContext) -> Markup:
    """Return 'Systematic review (…): 13 studies in 18 documents. Rows are about … unless they say so.'."""
    sentences: list[Markup] = []
    if base.evidence.base:
        sentences.append(_review(base.evidence.base, chapter))
    if usual:
        studied = enumerated(chapter.words, usual)
        sentences.append(chapter.in_phrase_lang(chapter.phrase("rows-are-about", studied=studied)))
    return element("p", Markup(" ").join(sentences), class_="rests-on") if sentences else Markup("")


def _review(base: Base, chapter: ChapterContext) -> Markup:
    """Name the review that the findings rest on, with its numbers."""
    short = next((entry.short for entry in chapter.references if entry.key == base.source), base.source)
    facts, words = [], chapter.words
    if base.studies is not None:
        facts.append(words.count("count-studies", base.studies))
    if base.documents is not None:
        documents = words.count("count-documents", base.documents)
        facts = [words.say("studies-in-documents", studies=facts[0], documents=documents) if facts else documents]
    if base.meta_analysis is not None:
        facts.append(words.say("with-meta-analysis" if base.meta_analysis else "no-meta-analysis"))
    return chapter.in_phrase_lang(
        chapter.phrase(
            "based-on-facts" if facts else "based-on",
            kind=xml_text(sentence(words, plain(words, base.type))),
            source=source_link(SourceLink(base.source, short), chapter),
            facts=", ".join(facts),
        )
    )


def _heads(chapter: ChapterContext) -> Markup:
    words = chapter.words
    left, right = (result_mark(result, chapter.accent) for result in SIDES)
    direction = element("th", left, " ", words.say("direction"), " ", right, scope="col", class_="direction")
    return element(
        "tr",
        element("th", words.say("outcome"), scope="col"),
        direction if chapter.has_side_column else "",
        element("th", words.say("what-studies-found"), scope="col", class_="found"),
        lang=chapter.phrase_language,
    )


def _cells(row: FindingRow, base: Base | None, chapter: ChapterContext) -> Markup:
    finding, words, direction = row.finding, chapter.words, Markup("")
    if chapter.has_side_column:
        direction = element("td", direction_drawing(finding, words, chapter.accent), class_="direction")
    text = counted_result(finding, chapter)
    if finding.strength:
        strength = words.say(f"strength-{finding.strength}")
        text += ", " + chapter.in_phrase_lang(words.say("strength-within", strength=strength))
    outside = chapter.in_phrase_lang(words.say("outside-the-review")) if finding.outside_base else Markup("")
    if origin := Markup(": ").join(filter(None, (outside, _sources(row, base, chapter)))):
        text += Markup(" ({})").format(origin)
    details = []
    if finding.change and not _repeats_outcome(finding):
        details.append(xml_text(change_in_words(words, finding.change)))
    if finding.wording:
        details.append(f"‘{xml_text(finding.wording)}’")
    if details:
        text += ": " + "; ".join(details)
    parts = (
        element("span", result_mark(part.result, chapter.accent), xml_text(split_part(words, part)), class_="part-of")
        for part in finding.split
    )
    return direction + element("td", Markup("\n").join((text, *parts)), class_="found")


def _repeats_outcome(finding: Finding) -> bool:
    """Whether a change says no more than the outcome, and the authors' own words of it follow."""
    change = finding.change
    if change is None or change.of or change.within or not finding.wording:
        return False
    return change.measure.casefold() in finding.outcome.casefold()


def _sources(row: FindingRow, base: Base | None, chapter: ChapterContext) -> Markup:
    """Set the works of a finding, without the review that all findings rest on."""
    others = [link for link in row.sources if base is None or link.key != base.source]
    works = Markup("; ").join(source_link(link, chapter) for link in others)
    if not (row.via and others):
        return works
    return chapter.phrase("cited-in-work", works=works, work=source_link(row.via, chapter))


def _table_note(base: EvidenceBase, chapter: ChapterContext) -> Markup:
    """Say what the marks mean, then what they do not."""
    words, findings = chapter.words, tuple(row.finding for row in base.rows)
    text = chapter.in_phrase_lang(words.say("marks-direction"))
    if any(finding.result is Result.NO_STUDIES for finding in findings):
        text += " " + chapter.in_phrase_lang(words.say("no-studies-is-a-gap"))
    key = _direction_key(findings, chapter) if chapter.has_side_column else ""
    return element("p", key, text, class_="table-note")


def _direction_key(findings: tuple[Finding, ...], chapter: ChapterContext) -> Markup:
    """Explain the marks that occur: '▼ unfavourable left, ▲ favourable right, …; a triangle is a study.'."""
    words = chapter.words
    left, right = (result_mark(result, chapter.accent) + result_within(words, result) for result in SIDES)
    sided = [each for finding in findings for each in directions(finding) if each.result in SIDES]
    parts: list[str] = [chapter.phrase("key-sides", left=left, right=right)]
    if any(direction.studies is None for direction in sided):
        parts.append(words.say("key-study-or-several"))
    elif any(direction.studies == direction.marks for direction in sided):
        parts.append(words.say("key-study"))
    if dotted := [direction for direction in sided if direction.dots]:
        each_known = any(direction.each_known for direction in dotted)
        parts.append(words.say("key-dots" if each_known else "key-dots-together"))
    if any(direction.studies and direction.studies > MOST_DOTS for direction in sided):
        parts.append(words.say("key-too-many", most=words.number(MOST_DOTS)))
    return element("span", Markup("; ").join(parts), ". ", class_="key-to-sides", lang=chapter.phrase_language)
