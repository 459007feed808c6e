"""Evidence at a glance."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from markupsafe import Markup

from pipeline.compose.language.words import (
    change_in_words,
    enumerated,
    plain,
    result,
    result_within,
    sentence,
    split_part,
)
from pipeline.compose.language.words import result as worded
from pipeline.compose.page.chapter import ChapterContext, key_anchor, xml_text
from pipeline.compose.page.drawings import SHAPES, coloured, mark
from pipeline.compose.page.figures import region
from pipeline.model.publication import EvidenceBase, FindingRow, Publication, SourceLink
from pipeline.model.result import Result
from pipeline.model.source.evidence import Base, Finding
from pipeline.model.words import Phrases

# Direction of a finding: its studies, drawn on the side that they point to. After Thomson and Thomas (2013) and Boon
# and Thomson (2021): left of the line are unfavourable studies, right of it favourable ones, and on it stands the
# mark of what is neither. It is shown which way studies point, never how far. The drawing says no more than the
# record: where one result is known for several studies, one mark stands for all of them.

SIDES = (Result.UNFAVOURABLE, Result.FAVOURABLE)
"""The results that have a side, that of the left first."""
LARGE = 10
"""Up to so many studies with a result of their own have a mark each; of more, each is a dot."""
MOST = 200
"""More studies than this are told in words alone: nobody counts so many dots."""

WIDTH = 92.0
"""The width of a drawing. Lengths here are points where the text has `_TEXT` of them, and grow with it."""
_TEXT = 12.5
_MIDDLE = WIDTH / 2
_ROW = 12.0
_MARK, _PITCH, _BESIDE, _ACROSS = 8.8, 10.2, 4.0, 4
"""Side of a study's mark, distance to the next, distance from the line, marks a row."""
_DOT, _DOT_PITCH, _DOTS_FROM, _DOTS_ACROSS = 2.1, 3.0, 16.5, 10
"""Diameter of a dot, distance to the next, distance of the first from the line, dots a row."""
_ON_LINE, _GROUND = 9.5, 13.0
"""Side of a mark on the line, and width of the ground that parts the line there."""


@dataclass(frozen=True, slots=True)
class Direction:
    """Studies of one finding with one result; `studies` None means not counted."""

    result: Result
    studies: int | None
    alike: bool
    """Whether the record gives the result of each of them, not only of all of them together."""

    @property
    def marks(self) -> int:
        """Marks beside the line: one a study, or one for all."""
        return self.studies if self.alike and self.studies and self.studies <= LARGE else 1

    @property
    def dots(self) -> int:
        """Dots beside its one mark."""
        return self.studies if self.studies and self.marks < self.studies <= MOST else 0

    @property
    def height(self) -> float:
        """The height of its marks with the room around them."""
        rows = (self.dots or self.marks) - 1
        high = rows // _DOTS_ACROSS * _DOT_PITCH + _DOT + 2 if self.dots else rows // _ACROSS * _PITCH + _ROW
        return max(high, _ROW)


def directions(finding: Finding) -> tuple[Direction, ...]:
    """A finding by the results that the record gives: unfavourable, favourable, others. No more is worked out."""
    counted: Counter[Result] = Counter()
    for part in finding.split:
        counted[part.result] += part.studies
    split = tuple(Direction(result, studies, True) for result, studies in counted.items() if studies)
    known = split or (Direction(finding.result, finding.studies, finding.studies == 1),)
    return tuple(sorted(known, key=lambda one: SIDES.index(one.result) if one.result in SIDES else len(SIDES)))


def drawn(finding: Finding, words: Phrases, accent: str) -> Markup:
    """The drawing of a finding, with what it shows in words."""
    known = directions(finding)
    height = max((one.height for one in known if one.result in SIDES), default=0)
    shapes = []
    for one in known:
        if one.result in SIDES:
            mirrored = "" if one.result is Result.FAVOURABLE else f' transform="matrix(-1 0 0 1 {_number(WIDTH)} 0)"'
            shapes.append(_coloured(one.result, accent, "".join(_studies(one, height)), mirrored))
        else:
            shapes.append(_on_the_line(one.result, height, accent))
            height += _ROW
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="sides" width="{}em" height="{}em" viewBox="0 0 {} {}" '
        'role="img" aria-label="{}" focusable="false">{}</svg>'
    ).format(
        *map(_number, (WIDTH / _TEXT, height / _TEXT, WIDTH, height)), in_words(finding, words), Markup("").join(shapes)
    )


def in_words(finding: Finding, words: Phrases) -> str:
    """'4 unfavourable, 2 favourable', '65 favourable, judged together', 'neither'."""
    known = directions(finding)
    said = [_counted(one, words) for one in known if one.result in SIDES]
    if neither := [one.studies or 0 for one in known if one.result not in SIDES]:
        word = words.say("neither")
        said.append(words.say("studies-with-result", n=words.number(sum(neither)), result=word) if said else word)
    return ", ".join(said)


def _counted(one: Direction, words: Phrases) -> str:
    word = result_within(words, one.result)
    if one.studies is None:
        return word
    said = words.say("studies-with-result", n=words.number(one.studies), result=word)
    return said if one.alike else words.say("judged-together", studies=said)


def _studies(one: Direction, height: float) -> Iterator[str]:
    top = (height if one.dots else _ROW) / 2 - _MARK / 2
    for number in range(one.marks):
        row, column = divmod(number, _ACROSS)
        yield _placed(one.result, _MIDDLE + _BESIDE + column * _PITCH, top + row * _PITCH, _MARK)
    if one.dots:
        places = [divmod(number, _DOTS_ACROSS) for number in range(one.dots)]
        top, left = (height - places[-1][0] * _DOT_PITCH) / 2, _MIDDLE + _DOTS_FROM
        outline = "".join(
            f"M{_number(left + column * _DOT_PITCH)} {_number(top + row * _DOT_PITCH)}h.01" for row, column in places
        )
        yield (
            f'<path d="{outline}" fill="none" stroke="currentColor" stroke-width="{_number(_DOT)}" '
            'stroke-linecap="round"/>'
        )


def _on_the_line(result: Result, top: float, accent: str) -> Markup:
    """A mark on the line, which is parted there by the ground of the page."""
    left, width = _number(_MIDDLE - _GROUND / 2), _number(_GROUND)
    ground = f"M{left} {_number(top)}h{width}v{_number(_ROW)}h-{width}z"
    shape = _placed(result, _MIDDLE - _ON_LINE / 2, top + (_ROW - _ON_LINE) / 2, _ON_LINE)
    return Markup(f'<path class="ground" d="{ground}" fill="#ffffff"/>') + _coloured(result, accent, shape)


def _coloured(result: Result, accent: str, shapes: str, moved: str = "") -> Markup:
    kind, colour = coloured(result, accent)
    return Markup(f'<g class="mark-{kind}" color="{colour}"{moved}>{shapes}</g>')


def _placed(result: Result, x: float, y: float, side: float) -> str:
    return f'<g transform="translate({_number(x)} {_number(y)}) scale({_number(side / 16)})">{SHAPES[result]}</g>'


def _number(value: float) -> str:
    """A number as short as it can be said."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


# The key


def results_of(publication: Publication) -> tuple[Result, ...]:
    """The results of a briefing's findings, in its order."""
    rows = publication.evidence.rows if publication.evidence else ()
    return tuple(row.finding.result for row in rows)


def legend(results: tuple[Result, ...], accent: str, words: Phrases) -> dict[str, object]:
    """Every mark that occurs, with its word for a line of its own, and with that for within a sentence."""
    occurring = [result for result in Result if result in results]
    return {
        "key": tuple((mark(result, accent), worded(words, result)) for result in occurring),
        "within": tuple((mark(result, accent), result_within(words, result)) for result in occurring),
    }


# Rows


def outcome_rows(
    rows: tuple[FindingRow, ...],
    chapter: ChapterContext,
    cells: Callable[[FindingRow], Markup],
    usual: tuple[str, ...] = (),
) -> Markup:
    """A row a finding, with its cells. Its head says what was studied, unless that is `usual`."""
    return Markup("\n").join(
        _row(row.finding, cells(row), usual, above is not None and above.finding.outcome == row.finding.outcome)
        for above, row in zip((None, *rows), rows, strict=False)
    )


def usual_intervention(rows: tuple[FindingRow, ...], titles: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
    """The intervention of rows that do not name one, and whether that has to be said: not if it is a title.

    It is that of most rows. Where a row says nothing of what was studied, each of the others does.
    """
    studied = Counter(row.finding.intervention for row in rows)
    folded = {title.casefold() for title in titles}
    named = next((one for one in studied if ", ".join(one).casefold() in folded), ())
    most, times = max(studied.items(), key=lambda pair: pair[1])
    return (named, False) if named else (most, True) if times > 1 and all(studied) else ((), False)


def worded_mark(result: Result, chapter: ChapterContext) -> Markup:
    """A result's mark and its word, on one line."""
    return Markup('<span class="result">{}<span class="word"{}>{}</span></span>').format(
        mark(result, chapter.accent), chapter.house, worded(chapter.words, result)
    )


def found_in_short(finding: Finding, chapter: ChapterContext) -> Markup:
    """Mark and word, and how many studies: 'Favourable, 3 studies'. A gap has none to count, a split its parts'."""
    words, said = chapter.words, worded_mark(finding.result, chapter)
    if finding.studies:
        return said + ", " + chapter.said(words.count("count-studies", finding.studies))
    is_counted = finding.studies == 0 or finding.split or finding.result is Result.NO_STUDIES
    return said if is_counted else said + ", " + chapter.said(words.say("not-counted"))


def _row(finding: Finding, cells: Markup, usual: tuple[str, ...], again: bool) -> Markup:
    """`again` if the row above has the same outcome: then it is said more quietly."""
    studied = "" if finding.intervention == usual else ", ".join(map(xml_text, finding.intervention))
    return Markup('<tr{}><th scope="row"><span class="outcome">{}</span>{}</th>{}</tr>').format(
        Markup(' class="again"') if again else "",
        xml_text(finding.outcome),
        Markup('<span class="studied">, {}</span>').format(studied) if studied else "",
        cells,
    )


# The verdict


def verdict(found: EvidenceBase | None, words: Phrases, accent: str) -> Markup:
    """'○ Inconclusive overall, evidence limited', in two parts; nothing where nobody has judged the whole."""
    said = []
    if found and found.overall:
        word = result(words, found.overall)
        said.append(Markup('<span class="overall">{}{}</span>').format(mark(found.overall, accent), word))
    if found and found.strength:
        strength = words.say(f"strength-{found.strength}")
        key = "overall-strength" if found.overall else "strength-is"
        said.append(Markup('<span class="strength">{}</span>').format(words.say(key, strength=strength)))
    elif found and found.overall:
        said.append(Markup('<span class="strength">{}</span>').format(words.say("overall")))
    return Markup(" ").join(said)


# Evidence at a glance


def evidence(chapter: ChapterContext, *, heading: bool = True) -> Markup:
    """The evidence at a glance, once a chapter; nothing where there are no findings or it is set already."""
    found = chapter.evidence
    if found is None or not found.rows or chapter.evidence_set:
        return Markup("")
    chapter.evidence_set = True
    words = chapter.words
    if heading:
        head = Markup('<h2 id="evidence-heading"{}>{}</h2>\n').format(chapter.house, words.say("evidence"))
        caption = Markup("")
    else:
        head, caption = Markup(""), chapter.said(words.say("evidence-caption"))
    usual, is_said = usual_intervention(found.rows, chapter.titles)
    # before the table: ways back to citations are numbered as they are set
    rests_on = _rests_on(found, usual if is_said else (), chapter)
    rows = outcome_rows(found.rows, chapter, lambda row: _cells(row, found.evidence.base, chapter), usual)
    table = region(
        Markup("<thead>\n<tr{}>{}</tr>\n</thead>\n<tbody>\n{}\n</tbody>").format(chapter.house, _heads(chapter), rows),
        caption,
        chapter,
        identity="evidence-table",
        classes="evidence wide",
        heading="evidence-heading" if heading else "",
    )
    said = Markup("") if chapter.verdict_set else verdict(found, chapter.words, chapter.accent)
    lead = head + (Markup('<p class="verdict"{}>{}</p>\n').format(chapter.house, said) if said else said) + rests_on
    row = Markup('<div class="row">\n{}</div>\n').format(lead) if lead else lead
    return Markup('<section class="glance" id="evidence">\n{}{}\n{}\n</section>').format(
        row, table, _note(found, chapter)
    )


def source(link: SourceLink, chapter: ChapterContext) -> Markup:
    """A work by its short form, leading to its entry if the briefing lists it."""
    listed = any(entry.key == link.key for entry in chapter.references)
    if not listed:
        return Markup("{}").format(xml_text(link.short))
    key = key_anchor(link.key)
    heard = chapter.heard(link.key, xml_text(link.short))
    return Markup('<a role="doc-biblioref" class="citation"{}{} href="{}">{}</a>').format(
        chapter.cite(link.key, f"cites-{key}"), heard, chapter.entry(link.key), xml_text(link.short)
    )


def _rests_on(found: EvidenceBase, usual: tuple[str, ...], chapter: ChapterContext) -> Markup:
    """'Systematic review (…): 13 studies in 18 documents, no meta-analysis. Rows are about … unless they say so.'."""
    said: list[Markup] = []
    base = found.evidence.base
    if base:
        said.append(_base(base, chapter))
    if usual:
        said.append(chapter.said(chapter.put("rows-are-about", studied=enumerated(chapter.words, usual))))
    return Markup('<p class="rests-on">{}</p>\n').format(Markup(" ").join(said)) if said else Markup("")


def _base(base: Base, chapter: ChapterContext) -> Markup:
    short = next((e.short for e in chapter.references if e.key == base.source), base.source)
    facts, words = [], chapter.words
    if base.studies is not None:
        facts.append(words.count("count-studies", base.studies))
    if base.documents is not None:
        documents = words.count("count-documents", base.documents)
        facts = [words.say("studies-in-documents", studies=facts[0], documents=documents) if facts else documents]
    if base.meta_analysis is not None:
        facts.append(words.say("with-meta-analysis" if base.meta_analysis else "no-meta-analysis"))
    return chapter.said(
        chapter.put(
            "based-on-facts" if facts else "based-on",
            kind=xml_text(sentence(words, plain(words, base.type))),
            source=source(SourceLink(base.source, short), chapter),
            facts=", ".join(facts),
        )
    )


def _heads(chapter: ChapterContext) -> Markup:
    words = chapter.words
    against, favouring = (mark(result, chapter.accent) for result in SIDES)
    direction = Markup('<th scope="col" class="direction">{} {} {}</th>').format(
        against, words.say("direction"), favouring
    )
    return Markup('<th scope="col">{}</th>{}<th scope="col" class="found">{}</th>').format(
        words.say("outcome"), direction if chapter.across else "", words.say("what-studies-found")
    )


def _cells(row: FindingRow, base: Base | None, chapter: ChapterContext) -> Markup:
    direction = Markup("")
    if chapter.across:
        drawing = drawn(row.finding, chapter.words, chapter.accent)
        direction = Markup('<td class="direction">{}</td>').format(drawing)
    finding, words = row.finding, chapter.words
    said = found_in_short(finding, chapter)
    if finding.strength:
        strength = words.say(f"strength-{finding.strength}")
        said += ", " + chapter.said(words.say("strength-within", strength=strength))
    outside = chapter.said(words.say("outside-the-review")) if finding.outside_base else Markup("")
    if where := Markup(": ").join(filter(None, (outside, _sources(row, base, chapter)))):
        said += Markup(" ({})").format(where)
    told = [xml_text(change_in_words(words, finding.change))] if finding.change and not _says_no_more(finding) else []
    told += [f"‘{xml_text(finding.wording)}’"] if finding.wording else []
    if told:
        said += ": " + "; ".join(told)
    parts = (
        Markup('<span class="part-of">{}{}</span>').format(
            mark(part.result, chapter.accent), xml_text(split_part(words, part))
        )
        for part in finding.split
    )
    return Markup('{}<td class="found">{}</td>').format(direction, Markup("\n").join((said, *parts)))


def _says_no_more(finding: Finding) -> bool:
    """Whether a change repeats the outcome beside the authors' own words of it."""
    change = finding.change
    if change is None or change.of or change.within or not finding.wording:
        return False
    return change.measure.casefold() in finding.outcome.casefold()


def _sources(row: FindingRow, base: Base | None, chapter: ChapterContext) -> Markup:
    """The works of a finding but for the review that all rest on."""
    others = [link for link in row.sources if base is None or link.key != base.source]
    said = Markup("; ").join(source(link, chapter) for link in others)
    return chapter.put("cited-in-work", works=said, work=source(row.via, chapter)) if row.via and others else said


def _note(found: EvidenceBase, chapter: ChapterContext) -> Markup:
    """The meaning of the marks, then what they are not."""
    words, findings = chapter.words, tuple(row.finding for row in found.rows)
    said = chapter.said(words.say("marks-direction"))
    if any(finding.result is Result.NO_STUDIES for finding in findings):
        said += " " + chapter.said(words.say("no-studies-is-a-gap"))
    return Markup('<p class="table-note">{}{}</p>').format(_key(findings, chapter) if chapter.across else "", said)


def _key(findings: tuple[Finding, ...], chapter: ChapterContext) -> Markup:
    """'▼ unfavourable left, ▲ favourable right, on the line neither; a triangle is a study.', as far as they occur."""
    words = chapter.words
    left, right = (mark(result, chapter.accent) + result_within(words, result) for result in SIDES)
    sided = [one for finding in findings for one in directions(finding) if one.result in SIDES]
    said: list[str] = [chapter.put("key-sides", left=left, right=right)]
    if any(one.studies is None for one in sided):
        said.append(words.say("key-study-or-several"))
    elif any(one.studies == one.marks for one in sided):
        said.append(words.say("key-study"))
    if dotted := [one for one in sided if one.dots]:
        said.append(words.say("key-dots" if any(one.alike for one in dotted) else "key-dots-together"))
    if any(one.studies and one.studies > MOST for one in sided):
        said.append(words.say("key-too-many", most=words.number(MOST)))
    return Markup('<span class="key-to-sides"{}>{}. </span>').format(chapter.house, Markup("; ").join(said))
