"""Texts of known length for measuring: a plain page, a rich text of three pages, and that many times over."""

import re

from pipeline.model.manuscript import Chapter, Manuscript
from tests.support.press.manuscripts import HEAD, metadata, paragraphs, table
from tests.support.press.random_manuscripts import SQUARE, sheet

_REFERENCES = (
    '<section role="doc-bibliography" id="references"><h2 id="references-heading">References</h2>'
    '<ul id="list" class="references"><li id="ref-hart">Hart K (2019) Lamps.</li></ul></section>'
)


def plain() -> Manuscript:
    """A page of paragraphs with citations."""
    return _manuscript(f'<h1 id="title">Lamps</h1>{paragraphs(10)}{_REFERENCES}')


def rich(times: int = 1) -> Manuscript:
    """Headings, citations, a table, a list, a figure, a footnote: three pages, or two more each time."""
    parts = "".join(_part(number) for number in range(times))
    notes = "".join(
        f'<aside role="doc-footnote" class="footnote" id="fn-{n}"><p id="fp{n}"><a role="doc-backlink" '
        f'class="notenumber" href="#fnref-{n}" aria-label="Back to note {n}">{n}</a> A note with a reason.</p></aside>'
        for n in range(1, times + 1)
    )
    end = f'<section class="notes" id="notes"><h2 id="notes-heading">Notes</h2>{notes}</section>'
    return _manuscript(HEAD + parts + _REFERENCES + end)


def _part(number: int) -> str:
    n = number + 1
    call = f'<a role="doc-noteref" class="noteref" id="fnref-{n}" href="#fn-{n}">{n}</a>'
    text = paragraphs(14, 1 + 14 * number).replace("counted for a year", f"counted{call} for a year", 1)
    cells = re.sub(r'id="(\w+)"', lambda found: f'id="{found[1]}-{number}"', table(8))
    entries = "".join(f'<li id="l{number}-{i}">An entry of a list of things that were done.</li>' for i in range(5))
    figure = (
        f'<figure id="f{number}"><img src="asset:{SQUARE.sha256}" alt="A square"/>'
        f'<figcaption id="fc{number}">A caption of some words.</figcaption></figure>'
    )
    heading = f'<h2 id="part-{number}">Part {n}</h2>'
    return f'<section id="s{number}">{heading}{text}{cells}<ul id="u{number}">{entries}</ul>{figure}</section>'


def _manuscript(body: str) -> Manuscript:
    style, faces = sheet()
    return Manuscript("briefing", (Chapter("lighting", "Lamps", body),), metadata(), style, "", "", faces, (SQUARE,))
