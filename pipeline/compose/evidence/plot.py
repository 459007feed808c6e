"""The effect-direction plot: a row an outcome, the studies against and for on either side of a centre line.

After Thomson and Thomas (2013) and Boon and Thomson (2021): what is shown is which way studies point, never how
far. It is one table, drawn: a cell's marks are silent, since its words say the same, and words reflow where a
drawing could only shrink. It says no more than the record: where only one result is known for several studies, one
mark stands for all of them.
"""

from dataclasses import dataclass
from enum import Enum

from markupsafe import Markup

from pipeline.compose.evidence.outcomes import outcome_head, outcome_rows, worded_mark
from pipeline.compose.evidence.tally import Scale, each, scale_for, together
from pipeline.compose.language.words import result as worded
from pipeline.compose.page.galley import Galley, printed
from pipeline.compose.page.tables import region
from pipeline.model.publication import EvidenceBase, FindingRow
from pipeline.model.result import Result
from pipeline.model.source.evidence import Finding
from pipeline.model.words import Words

WHOLE = 8
"""A plot of so many rows is never broken over pages."""


class Side(Enum):
    """Side of the plot on which studies are drawn; the value is the class of the column."""

    AGAINST = "against"
    FOR = "for"
    NEITHER = "neither"


_SIDES = {Result.UNFAVOURABLE: Side.AGAINST, Result.FAVOURABLE: Side.FOR}
UNCLEAR = "no-clear-direction"
LABELS = {side: f"result-{result}" for result, side in _SIDES.items()} | {Side.NEITHER: UNCLEAR}
"""The words of a narrow screen in each cell in place of the heads, by its key."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Studies of one finding with one result; `studies` None means not counted."""

    result: Result
    studies: int | None
    of: int | None = None
    """All the studies of the finding, where it is split."""
    alike: bool = False
    """Whether the record gives the result of each of them, not only of all of them together."""
    unstated: bool = False
    """An association of which the record states no direction."""

    @property
    def side(self) -> Side:
        """The side on which the part is drawn; neither for a result that has no good or bad direction."""
        return _SIDES.get(self.result, Side.NEITHER)

    @property
    def group(self) -> str:
        """Its side, by the key of its words; a gap is not a direction that is unclear."""
        stands = self.side is not Side.NEITHER or self.result is Result.NO_STUDIES
        return f"result-{self.result}" if stands else UNCLEAR

    def count(self, words: Words) -> str:
        """'4 of 6', '24 studies together', 'not counted'; nothing where the word says 'No studies'."""
        if self.result is Result.NO_STUDIES and not self.studies:
            return ""
        if self.studies is None:
            return words.say("not-counted")
        if self.of is not None:
            said = words.say("n-of-all", n=words.number(self.studies), all=words.number(self.of))
        else:
            said = words.count("count-studies", self.studies)
            if self.side is not Side.NEITHER and not self.alike:
                said = words.say("together", studies=said)
        return words.say("not-stated-which-way", studies=said) if self.unstated else said


def parts(finding: Finding) -> tuple[_Part, ...]:
    """A finding as the parts that the record gives. Nothing is worked out: no part is added or taken away."""
    if finding.split:
        return tuple(_Part(part.result, part.studies, finding.studies, alike=True) for part in finding.split)
    stated = finding.change is not None and finding.change.direction != "not-stated"
    unstated = finding.result is Result.ASSOCIATED and not stated
    return (_Part(finding.result, finding.studies, alike=finding.studies == 1, unstated=unstated),)


def worth_plotting(found: EvidenceBase) -> bool:
    """Whether the plot shows what the table does not: studies of one outcome that differ. The record may decide."""
    if found.evidence.plot is not None:
        return found.evidence.plot
    return any(len({part.result for part in row.finding.split}) > 1 for row in found.rows)


def plot(galley: Galley, *, heading: bool = True) -> Markup:
    """The plot, once a chapter; nothing where there are no findings or it is set already."""
    found = galley.evidence
    if found is None or not found.rows or galley.plot_set:
        return Markup("")
    galley.plot_set = True
    title = galley.words.say("plot")
    head = Markup('<h3 id="evidence-plot-heading"{}>{}</h3>\n').format(galley.house, title) if heading else Markup("")
    scale = _scale(found)
    rows = outcome_rows(found.rows, galley, lambda row: _cells(row, scale, galley), lambda row: _outside(row, galley))
    table = region(
        Markup("<thead>\n<tr{}>{}</tr>\n</thead>\n<tbody>\n{}\n</tbody>").format(galley.house, _heads(galley), rows),
        Markup("") if heading else galley.said(title),
        galley,
        identity="evidence-plot",
        classes="plot whole" if len(found.rows) <= WHOLE else "plot",
        heading="evidence-plot-heading" if heading else "",
    )
    return Markup('<section class="directions" id="directions">\n{}{}\n{}\n{}\n</section>').format(
        head, table, _key(found, scale, galley), _in_words(found, galley)
    )


def _heads(galley: Galley) -> Markup:
    sides = Markup("").join(
        Markup('<th scope="col" class="{}">{}<br/>\n{}</th>').format(
            side.value, each(result, 1, Scale.FULL, galley.accent), worded(galley.words, result)
        )
        for result, side in _SIDES.items()
    )
    return outcome_head(galley) + sides + _in_two_lines(galley.words.say(UNCLEAR))


def _in_two_lines(head: str) -> Markup:
    """The head of the last column, its last word in a line of its own."""
    before, _, last = head.rpartition(" ")
    lines = Markup("<br/>\n").join(filter(None, (before, last)))
    return Markup('<th scope="col" class="neither">{}</th>').format(lines)


def _cells(row: FindingRow, scale: Scale, galley: Galley) -> Markup:
    known = parts(row.finding)
    return Markup("").join(
        Markup('<td class="{}" data-label="{}">{}</td>').format(
            side.value,
            galley.words.say(label),
            Markup("<br/>\n").join(_part(part, scale, galley) for part in known if part.side is side),
        )
        for side, label in LABELS.items()
    )


def _outside(row: FindingRow, galley: Galley) -> Markup:
    return galley.said(galley.words.say("outside-the-review")) if row.finding.outside_base else Markup("")


def _part(part: _Part, scale: Scale, galley: Galley) -> Markup:
    """Beside the line the drawn studies and their count; in the last column mark and word, then the count."""
    if part.side is Side.NEITHER:
        drawn = worded_mark(part.result, galley)
    else:
        draw = each if part.alike else together
        drawn = draw(part.result, part.studies or 0, scale, galley.accent, leftwards=part.side is Side.AGAINST)
    return Markup("<br/>\n").join(line for line in (drawn, galley.said(part.count(galley.words))) if line)


def _scale(found: EvidenceBase) -> Scale:
    sided = [part for _, part in _all(found) if part.side is not Side.NEITHER]
    return scale_for(
        (part.studies or 0 for part in sided if part.alike), (part.studies or 0 for part in sided if not part.alike)
    )


def _all(found: EvidenceBase) -> tuple[tuple[Finding, _Part], ...]:
    return tuple((row.finding, part) for row in found.rows for part in parts(row.finding))


def _key(found: EvidenceBase, scale: Scale, galley: Galley) -> Markup:
    """Key to the marks and dots that occur in the plot."""
    sided = [part for _, part in _all(found) if part.side is not Side.NEITHER and part.studies]
    said = []
    if scale is Scale.BARE:
        said.append("plot-too-many")
    else:
        if any(part.alike for part in sided):
            said.append("plot-each")
        if any(not part.alike for part in sided):
            said.append("plot-together")
    said.append("plot-not-size")
    return Markup('<p class="table-note"{}>{}</p>').format(galley.house, " ".join(map(galley.words.say, said)))


def _in_words(found: EvidenceBase, galley: Galley) -> Markup:
    """The plot in a sentence for each side, and one for the gaps: which outcomes, and how many studies."""
    known = _all(found)
    sentences = []
    gap = f"result-{Result.NO_STUDIES}"
    for group in (LABELS[Side.AGAINST], LABELS[Side.FOR], UNCLEAR, gap):
        elsewhere = {finding.outcome for finding, part in known if part.group != group}
        named = dict.fromkeys(
            _named(finding, part, galley, finding.outcome in elsewhere)
            for finding, part in known
            if part.group == group
        )
        if named:
            label = galley.words.say(group)
            sentences.append(Markup("<strong{}>{}:</strong> {}.").format(galley.house, label, Markup("; ").join(named)))
    return Markup('<p class="table-note" id="evidence-plot-words">{}</p>').format(Markup(" ").join(sentences))


def _named(finding: Finding, part: _Part, galley: Galley, shared: bool) -> Markup:
    """'Drug harms (4 of 6)'; 'Drug crime (arrest)' where others of its outcome stand elsewhere in the plot."""
    said = []
    if shared and len(parts(finding)) == 1 and finding.intervention:
        said.append(Markup("{}").format(", ".join(map(printed, finding.intervention))))
    if part.side is not Side.NEITHER and (count := part.count(galley.words)):
        said.append(galley.said(count))
    inside = Markup(": ").join(said)
    outcome = Markup("{}").format(printed(finding.outcome))
    return Markup("{} ({})").format(outcome, inside) if inside else outcome
