"""A pack's findings as a field of marks: one mark each, in order of outcome, not to be counted up."""

from pipeline.compose.language.words import result as worded
from pipeline.compose.language.words import result_within
from pipeline.compose.page.marks import mark
from pipeline.model.publication import Publication
from pipeline.model.result import Result
from pipeline.model.words import Words

SIZES = (("large", 25), ("medium", 80), ("small", 10**9))
"""Sizes of the marks of a field, each with the greatest number of marks that it is used for."""


def marks_in_order(members: tuple[Publication, ...]) -> tuple[Result, ...]:
    """The results of all findings, by outcome, then in the order of the pack."""
    found = [row.finding for member in members if member.evidence for row in member.evidence.rows]
    return tuple(finding.result for finding in sorted(found, key=lambda finding: finding.outcome.casefold()))


def legend(results: tuple[Result, ...], accent: str, words: Words) -> dict[str, object]:
    """The field's marks, and the key: every mark that occurs, with its word, also as it stands within a sentence."""
    occurring = [result for result in Result if result in results]
    return {
        "size": next(size for size, most in SIZES if len(results) <= most),
        "marks": tuple(mark(result, accent) for result in results),
        "key": tuple((mark(result, accent), worded(words, result)) for result in occurring),
        "within": tuple((mark(result, accent), result_within(words, result)) for result in occurring),
    }
