"""Whether a PDF has the tables, links and notes of its text: every table with its rows, every link with its words."""

from collections import Counter
from collections.abc import Iterator

from pipeline.codes import proofs
from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.tables import count
from pipeline.markup.roles import spaced
from pipeline.proof.parity.account import PaperAccount
from pipeline.proof.parity.differences import short
from pipeline.proof.parity.letters import letters
from pipeline.proof.pdf.code_lines import LinesOf, code_faults
from pipeline.proof.pdf.list_numbers import WordsOf, numbered_faults
from pipeline.proof.pdf.structure import first_page
from pipeline.proof.pdf.tags import NOTES, TaggedElement


def counted_faults(
    part: TaggedElement, text: PaperAccount, place: Place, said: WordsOf, lines: LinesOf
) -> Iterator[Diagnostic]:
    """Things lost, torn in two or one too many, in the part of a file that a text was bound into."""
    tables, links, notes = (part.of_kind("Table"), part.of_kind("Link"), part.of_kind(*NOTES))
    things = (("table", text.rows, tables), ("link", text.link_words, links), ("footnote", text.note_words, notes))
    for noun, expected, found in things:
        if len(expected) != len(found):
            yield proofs.COUNT.at(place, expected=count(len(expected), noun), found=count(len(found), noun))
    heads = len(part.of_kind("TH"))
    if heads != text.header_cells:
        nearest = Place(place.path, first_page(tables[0])) if tables else place
        cells = count(heads, "header cell"), count(text.header_cells, "header cell")
        yield proofs.HEADER_CELLS.at(nearest, found=cells[0], expected=cells[1])
    yield from _rows(tables, text.rows, place)
    yield from numbered_faults(part, text.numbers, text.shown_numbers, place, said)
    yield from code_faults(part, text.code_lines, place, lines)
    yield from _links(links, text.link_words, place, said)


def _rows(tables: list[TaggedElement], expected: list[int], place: Place) -> Iterator[Diagnostic]:
    """Every table has its rows. Those of a note are heard at its call, and composed at the end."""
    found = [len(list(_own_rows(table))) for table in tables]
    if len(found) != len(expected) or Counter(found) == Counter(expected):
        return
    table, meant, held = next(three for three in zip(tables, expected, found, strict=True) if three[1] != three[2])
    page = Place(place.path, first_page(table))
    yield proofs.ROWS.at(page, found=count(held, "row"), expected=count(meant, "row"))


def _own_rows(table: TaggedElement) -> Iterator[TaggedElement]:
    """The rows of a table, without those of a table in it."""
    for kid in table.kids:
        if isinstance(kid, TaggedElement) and kid.kind != "Table":
            yield from (kid,) if kid.kind == "TR" else ()
            yield from _own_rows(kid)


def _links(links: list[TaggedElement], expected: list[str], place: Place, said: WordsOf) -> Iterator[Diagnostic]:
    """Every link says what it says in the text. Those of a note are heard at its call, and composed at the end."""
    if len(links) != len(expected):
        return
    there = Counter(letters(said(link)) for link in links)
    missing = [words for words in expected if not _taken(there, letters(words))]
    meant = Counter(map(letters, expected))
    strange = [link for link in links if not _taken(meant, letters(said(link)))]
    for link, words in zip(strange, missing, strict=True):
        page = Place(place.path, first_page(link))
        yield proofs.LINK_WORDS.at(page, found=short(spaced(said(link))), expected=short(spaced(words)))


def _taken(counter: Counter[str], key: str) -> bool:
    """Whether there was one left to be taken."""
    counter[key] -= 1
    return counter[key] >= 0
