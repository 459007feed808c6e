"""Whether every page of the PDF is marked once, in order, and right to the word."""

from collections.abc import Iterator, Sequence

from pipeline.codes import parity
from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.proof.parity.account import Mark, TextAccount
from pipeline.proof.parity.promise import Opening
from pipeline.proof.pdf.agreement import around
from pipeline.proof.pdf.openings import ENOUGH


def page_faults(pages: Sequence[Opening], accounts: Sequence[TextAccount], path: str) -> Iterator[Diagnostic]:
    """Pages that are not marked, or marked twice or in another order, and marks at the wrong word."""
    marks = [(mark, account) for account in accounts for mark in account.marks]
    for difference in _order([page.folio for page in pages], [mark.folio for mark, _ in marks]):
        yield parity.PARITY_PAGES.at(Place(path), difference=difference)
    openings = {page.folio: page.letters for page in pages}
    for number, (mark, account) in enumerate(marks, 1):
        opening = openings.get(mark.folio, "")[:ENOUGH]
        if not _is_right(account, mark, opening):
            behind = around(account.spoken, mark.letters)[1]
            place = account.stream.find(opening)
            meant = opening if place < 0 else around(account.spoken, place)[1]
            yield parity.PARITY_PAGE_START.at(Place(path, number), folio=mark.folio, expected=meant, found=behind)


def list_faults(
    pages: Sequence[Opening], accounts: Sequence[TextAccount], listed: Sequence[tuple[str, str]], path: str
) -> Iterator[Diagnostic]:
    """Whether a book's list of pages names every page of the PDF, in order, and leads to its mark."""
    for difference in _order([page.folio for page in pages], [folio for folio, _ in listed]):
        yield parity.PARITY_PAGE_LIST.at(Place(path), difference=difference)
    marks = {mark.folio: f"{account.name}#{mark.id}" for account in accounts for mark in account.marks}
    for folio, place in listed:
        if folio in marks and marks[folio] != place:
            yield parity.PARITY_PAGE_LIST.at(Place(path), difference=f"page {folio} leads to '{place}'")


def _order(meant: Sequence[str], found: Sequence[str]) -> Iterator[str]:
    """The fault of a run of folios."""
    yield from (f"page {folio} is missing" for folio in meant if folio not in found)
    yield from (f"page {folio} is none of the PDF's" for folio in found if folio not in meant)
    yield from (f"page {folio} stands there {found.count(folio)} times" for folio in meant if found.count(folio) > 1)
    once = [folio for folio in dict.fromkeys(found) if folio in meant]
    for folio, after in zip([folio for folio in meant if folio in once], once, strict=True):
        if folio != after:
            yield f"page {after} stands before page {folio}"
            return


def _is_right(account: TextAccount, mark: Mark, opening: str) -> bool:
    """Whether a page that begins with these letters is marked where it should be.

    A heading, a caption or a head cell is never marked inside: where a page begins in one, the mark stands before it,
    or, in a row, behind it in the first plain cell. Nothing stands between but others of their kind, such as the
    caption of a table whose head begins the page.
    """
    within = (range(start, end) for start, end in _beside(account, mark.letters))
    return any(_goes_on(account, at, opening) for places in ((mark.letters,), *within) for at in places)


def _goes_on(account: TextAccount, at: int, opening: str) -> bool:
    """Whether the text goes on so from a letter. On paper notes stand at their calls, so it may leave them out."""
    if account.stream.startswith(opening, at):
        return True
    places = {at}
    for letter in opening:
        places = {place + 1 for place in places if account.stream.startswith(letter, place)}
        for start, end in sorted(account.notes_apart):
            places |= {end} if start in places else set()
    return bool(places)


def _beside(account: TextAccount, mark: int) -> Iterator[tuple[int, int]]:
    """The closed stretch that leads to a mark, or from it, without a gap."""
    before = after = mark
    for start, end in sorted(account.closed, key=lambda pair: pair[1], reverse=True):
        if end == before:
            before = start
            yield start, end
    for start, end in sorted(account.closed):
        if start == after:
            after = end
            yield start, end
