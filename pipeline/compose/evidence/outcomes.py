"""Rows of findings, each headed by its outcome and what was studied: for the evidence table and the plot."""

from collections.abc import Callable

from markupsafe import Markup

from pipeline.compose.language.words import result as worded
from pipeline.compose.language.words import sentence
from pipeline.compose.page.galley import Galley, printed
from pipeline.compose.page.marks import mark
from pipeline.model.publication import FindingRow
from pipeline.model.result import Result


def outcome_head(galley: Galley) -> Markup:
    """The head of the column of outcomes, in two lines."""
    return Markup('<th scope="col">{}<br/>\n<span class="studied">{}</span></th>').format(
        galley.words.say("outcome-and"), galley.words.say("what-was-studied")
    )


def outcome_rows(
    rows: tuple[FindingRow, ...],
    galley: Galley,
    cells: Callable[[FindingRow], Markup],
    more: Callable[[FindingRow], Markup] = lambda row: Markup(""),
) -> Markup:
    """A row a finding, with its cells; `more` says what else stands in its head, each thing on a line."""
    return Markup("\n").join(
        _row(row, galley, cells(row), more(row), _alike(before, row), _alike(row, after))
        for before, row, after in zip((None, *rows), rows, (*rows[1:], None), strict=False)
    )


def worded_mark(result: Result, galley: Galley) -> Markup:
    """A result's mark and its word, on one line."""
    return Markup('<span class="result">{}<span class="word"{}>{}</span></span>').format(
        mark(result, galley.accent), galley.house, worded(galley.words, result)
    )


def _alike(row: FindingRow | None, following: FindingRow | None) -> bool:
    """Whether two neighbours tell of one outcome."""
    return row is not None and following is not None and row.finding.outcome == following.finding.outcome


def _row(row: FindingRow, galley: Galley, cells: Markup, more: Markup, again: bool, goes_on: bool) -> Markup:
    """`again` if the row above has the same outcome, `goes_on` if the row below has: then it is said more quietly."""
    studied = Markup("{}").format(sentence(galley.words, ", ".join(map(printed, row.finding.intervention))))
    below = Markup("").join(
        Markup('<br/>\n<span class="studied">{}</span>').format(line) for line in (studied, more) if line
    )
    classes = " ".join(name for name, said in (("again", again), ("more", goes_on)) if said)
    return Markup('<tr{}><th scope="row"><span class="outcome">{}</span>{}</th>{}</tr>').format(
        Markup(' class="{}"').format(classes) if classes else "", printed(row.finding.outcome), below, cells
    )
