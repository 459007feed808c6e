"""Rows of findings, each headed by its outcome and what was studied, and what studies found in a line."""

from collections import Counter
from collections.abc import Callable

from markupsafe import Markup

from pipeline.compose.language.words import result as worded
from pipeline.compose.page.galley import Galley, legal
from pipeline.compose.page.marks import mark
from pipeline.model.publication import FindingRow
from pipeline.model.result import Result
from pipeline.model.source.evidence import Finding


def outcome_rows(
    rows: tuple[FindingRow, ...],
    galley: Galley,
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


def worded_mark(result: Result, galley: Galley) -> Markup:
    """A result's mark and its word, on one line."""
    return Markup('<span class="result">{}<span class="word"{}>{}</span></span>').format(
        mark(result, galley.accent), galley.house, worded(galley.words, result)
    )


def found_in_short(finding: Finding, galley: Galley) -> Markup:
    """Mark and word, and how many studies: 'Favourable, 3 studies'. A gap has none to count, a split its parts'."""
    words, said = galley.words, worded_mark(finding.result, galley)
    if finding.studies:
        return said + ", " + galley.said(words.count("count-studies", finding.studies))
    is_counted = finding.studies == 0 or finding.split or finding.result is Result.NO_STUDIES
    return said if is_counted else said + ", " + galley.said(words.say("not-counted"))


def _row(finding: Finding, cells: Markup, usual: tuple[str, ...], again: bool) -> Markup:
    """`again` if the row above has the same outcome: then it is said more quietly."""
    studied = "" if finding.intervention == usual else ", ".join(map(legal, finding.intervention))
    return Markup('<tr{}><th scope="row"><span class="outcome">{}</span>{}</th>{}</tr>').format(
        Markup(' class="again"') if again else "",
        legal(finding.outcome),
        Markup('<span class="studied">, {}</span>').format(studied) if studied else "",
        cells,
    )
