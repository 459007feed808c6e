"""The key to the marks of findings: every mark that occurs, with its word."""

from pipeline.compose.language.words import result as worded
from pipeline.compose.language.words import result_within
from pipeline.compose.page.marks import mark
from pipeline.model.publication import Publication
from pipeline.model.result import Result
from pipeline.model.words import Words


def results_of(publication: Publication) -> tuple[Result, ...]:
    """The results of a briefing's findings, in its order."""
    rows = publication.evidence.rows if publication.evidence else ()
    return tuple(row.finding.result for row in rows)


def legend(results: tuple[Result, ...], accent: str, words: Words) -> dict[str, object]:
    """Every mark that occurs, with its word for a line of its own, and with that for within a sentence."""
    occurring = [result for result in Result if result in results]
    return {
        "key": tuple((mark(result, accent), worded(words, result)) for result in occurring),
        "within": tuple((mark(result, accent), result_within(words, result)) for result in occurring),
    }
