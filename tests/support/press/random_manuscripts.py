"""Invented texts that mix every construct of our body over page breaks: the same for the same seed.

`generated(seed)` is a manuscript as compose writes it, in the style of our layouts. For press and proof.
"""

import random
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from pipeline.compose.design.style import paged_style
from pipeline.compose.design.typeface import choose_fonts
from pipeline.compose.evidence import evidence_at_a_glance
from pipeline.compose.page.chapter import chapter_context
from pipeline.compose.page.fragment import check_markup
from pipeline.compose.page.inlines import set_formula
from pipeline.model.formats import PdfVariant
from pipeline.model.manuscript import Chapter, FontFace, Manuscript
from pipeline.model.publication import EvidenceBase, FindingRow, SourceLink
from pipeline.model.result import Result
from pipeline.model.source.evidence import Base, Change, Evidence, Finding, Split
from tests.support.compose import samples
from tests.support.press.manuscripts import MARK, metadata, picture
from tests.support.project import sample

WORDS = (
    *("lamps", "were", "and", "left", "dark", "on", "streets", "after", "mended", "corners", "patrols", "evidence"),
    *("<em>mended</em>", "<code>x_1</code>", "<strong>bold</strong>", '<span lang="cy">heddlu</span>', f"{MARK} mixed"),
    *('<a href="https://e.example/">some streets of the town</a>', '<abbr title="police community officer">PCO</abbr>'),
)
SQUARE = picture('<rect width="9" height="9"/>')
FORMULAS = [str(set_formula(tex, False, "en-GB")) for tex in ("x^2", r"\frac{10}{30}", r"\bar{x} = 4", r"p < 0.05")]
EQUATIONS = [str(set_formula(tex, True, "en-GB")) for tex in (r"\sum_{i=1}^{n} \frac{w_i}{n}", r"a = \sqrt{b^2 + c^2}")]
EXTRA = """
.flex { display: flex }
.grid { display: grid; grid-template-columns: 1fr 1fr }
.beside { float: left; clear: left; width: 30mm; margin: 0 0 0 -40mm }
.within { float: left; width: 35mm; margin: 0 8pt 0 0 }
.place { position: relative; min-height: 40pt } .away { position: absolute; left: -45mm; top: 0; width: 40mm }
.atom { display: inline-block; width: 60pt } .blocks table, .blocks tbody, .blocks tr, .blocks th, .blocks td,
.blocks thead, .blocks caption { display: block } .blocks td::before { content: attr(data-label) ": " }
img { width: 20mm }
"""


@cache
def sheet(variant: PdfVariant = "screen") -> tuple[str, tuple[FontFace, ...]]:
    """The style of a briefing in an edition, with what our layouts do not use yet; and its faces."""
    layouts = samples.layouts()
    fonts = choose_fonts(samples.imprint(), layouts, variant)
    return paged_style("briefing", samples.imprint(), layouts, fonts, variant) + EXTRA, fonts.faces


LONG, MIDDLING, SHORT = 24, 16, 6
"""How many blocks a text has: one of the first ten, one of the others, one that is always tried."""
ALL = range(1, 51)
"""The texts there are."""
SEEDS = sample(ALL, 4)
"""Those that `make proof` has others look at too."""


def blocks_of(seed: int) -> int:
    """How many blocks the text of a seed has, unless somebody asks for more or fewer."""
    return LONG if seed <= 10 else MIDDLING


class Writer:
    """Writes blocks with ids of their own, and the notes that are called in them."""

    def __init__(self, seed: int, calls: float = 0.12, long_notes: bool = True) -> None:
        self.dice = random.Random(seed)
        self.calls = calls
        self.long_notes = long_notes
        self.lengths = (12, 12, 30, 30, 30, 50, 50, 180) if long_notes else (12, 30, 50)
        self.count = 0
        self.notes: list[str] = []
        self.headed = False
        self._in_note = False

    def put(self, tag: str, content: str, more: str = "") -> str:
        """An element with an id."""
        self.count += 1
        return f'<{tag} id="x{self.count}"{more}>{content}</{tag}>'

    def words(self, most: int, least: int = 2) -> str:
        """Up to so many words, and perhaps the call of a note."""
        said = [self.dice.choice(WORDS) for _ in range(self.dice.randint(least, most))]
        if self.dice.random() < 0.05:
            said.insert(self.dice.randint(0, len(said)), self.dice.choice(FORMULAS))
        if not self._in_note and self.dice.random() < self.calls:
            said.insert(self.dice.randint(1, len(said)), self.call())
        return re.sub(r" (?=<a role)", "", " ".join(said))

    def call(self) -> str:
        """The call of a new note, or, rarely, of one that was called before."""
        if self.notes and self.dice.random() < 0.1:
            number = self.dice.randint(1, len(self.notes))
            return f'<a role="doc-noteref" class="noteref" href="#fn-{number}">{number}</a>,'
        self._in_note = True
        number = len(self.notes) + 1
        back = (
            f'<a role="doc-backlink" class="notenumber" href="#fnref-{number}" aria-label="Back to note {number}">'
            f"{number}</a> "
        )
        held = self.put("p", back + self.words(self.dice.choice(self.lengths)))
        if self.dice.random() < 0.15:
            held += self.put("p", self.words(30)) + (self.listing(2) if self.long_notes else "")
        self.notes.append(f'<aside role="doc-footnote" class="footnote" id="fn-{number}">{held}</aside>')
        self._in_note = False
        return f'<a role="doc-noteref" class="noteref" id="fnref-{number}" href="#fn-{number}">{number}</a>'

    def several(self, most: int, make: Callable[[], str]) -> str:
        """Up to so many of a thing."""
        return "".join(make() for _ in range(self.dice.randint(1, most)))

    def paragraph(self) -> str:
        """A paragraph."""
        return self.put("p", self.words(120))

    def listing(self, depth: int = 0) -> str:
        """A list, with lists in it."""

        def entry() -> str:
            text = self.words(50) if self.dice.random() < 0.6 else self.paragraph()
            return self.put("li", text + (self.listing(depth + 1) if depth < 2 and self.dice.random() < 0.3 else ""))

        plain = ' class="plain" role="list"' if self.dice.random() < 0.2 else ""
        return self.put(self.dice.choice(("ol", "ul")), self.several(7, entry), plain)

    def terms(self) -> str:
        """A definition list; at times of things with several meanings."""

        def entry() -> str:
            pair = self.put("dt", self.words(3)) + "\n" + self.several(2, lambda: self.put("dd", self.words(70)))
            return self.put("div", pair)

        return self.put("dl", self.several(6, entry))

    def table(self, rows: int = 25, inner: bool = True) -> str:
        """A table with a head and row heads; cells hold words, lists or a table, and may span."""
        columns = self.dice.randint(2, 3)
        head = "".join(self.put("th", self.words(2), ' scope="col"') for _ in range(columns + 1))

        def cell() -> str:
            many = (lambda: self.listing(2), lambda: self.table(2, inner=False))
            make = self.dice.choice(many) if inner and self.dice.random() < 0.04 else lambda: self.words(8)
            return self.put("td", make(), ' data-label="Studies"')

        def row() -> str:
            label = self.put("th", self.words(3), ' scope="row"')
            if self.dice.random() < 0.05:
                wide = self.put("td", self.words(8), f' colspan="{columns}"')
                return f"<tr>{label}{wide}</tr>"
            return f"<tr>{label}{''.join(cell() for _ in range(columns))}</tr>"

        caption = self.put("caption", self.words(6)) if self.dice.random() < 0.5 else ""
        body = "".join(row() for _ in range(self.dice.randint(2, rows)))
        table = self.put("table", f"{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody>")
        blocks = " blocks" if inner and self.dice.random() < 0.2 else ""
        return self.put("div", table, f' class="table{blocks}" role="region" tabindex="0" aria-label="Table"')

    def inside(self, most: int = 3) -> str:
        """A few simple blocks."""
        return self.several(most, self.dice.choice((self.paragraph, self.listing, self.terms)))

    def box(self) -> str:
        """A box with other blocks in it."""
        label = self.put("p", "Note", ' class="box-label"')
        return self.dice.choice(
            (
                lambda: self.put("div", label + self.inside(), ' class="box box-note" role="note" aria-label="Note"'),
                lambda: self.put("aside", self.inside()),
                lambda: self.put("blockquote", self.inside(2)),
            )
        )()

    def figure(self) -> str:
        """A picture with a caption, or a decoration."""
        alt = self.dice.choice(("A square", "A square of lamps", ""))
        image = f'<img src="asset:{SQUARE.sha256}" alt="{alt}"/>'
        return self.put("figure", image + self.put("figcaption", self.words(20)))

    def code(self) -> str:
        """Lines of code, one of them empty."""
        return self.put("pre", f"<code>{'one line of code' * self.dice.randint(1, 6)}\n\nlast</code>")

    def equation(self) -> str:
        """A formula on a line of its own, at times numbered."""
        if self.dice.random() < 0.5:
            return self.put("p", self.words(30) + " " + self.dice.choice(EQUATIONS) + " " + self.words(30))
        number = '<span class="label">(1)</span>'
        return self.put("div", f"{self.dice.choice(EQUATIONS)} {number}", ' class="equation"')

    def odd(self) -> str:
        """What is set in another way: columns, beside the text, away from it, in a row, in a grid, in one piece.

        A float stands at the start of its paragraph: in the middle of a line the engine draws some floats twice.
        """
        return self.dice.choice(
            (
                lambda: self.put("div", self.put("p", self.words(60)) + self.listing(2), ' class="columns"'),
                lambda: self.put("div", self.put("p", self.words(20)), ' class="beside"') + self.paragraph(),
                lambda: self.put("p", f'<span class="within">{self.words(5)}</span> {self.words(60)}'),
                lambda: self.put(
                    "div", self.paragraph() + self.put("p", self.words(12), ' class="away"'), ' class="place"'
                ),
                lambda: self.put("p", f"<span>{self.words(4)}</span> <span>{self.words(4)}</span>", ' class="flex"'),
                lambda: self.put("div", self.paragraph() + self.listing(2), ' class="grid"'),
                lambda: self.put("p", f'{self.words(9)} <span class="atom">{self.words(6)}</span> {self.words(30)}'),
            )
        )()

    def heading(self) -> str:
        """A heading, at times hung beside what it opens; the first of a text is no lower than a section's."""
        level = self.dice.choice(("h2", "h3"))
        self.headed, level = True, level if self.headed else "h2"
        head = self.put(level, self.words(6))
        opened = self.dice.random() < 0.5
        return (
            self.put("div", head + self.put("p", self.words(60, 20)), f' class="opening {level}"') if opened else head
        )

    def text(self, blocks: int) -> str:
        """A whole text with its notes at the end. A heading is never its last block."""
        kinds = (
            *(self.paragraph, self.paragraph, self.paragraph, self.heading, self.listing, self.terms, self.table),
            *(self.box, self.figure, self.code, self.equation, self.odd, self.odd),
        )
        said = [self.dice.choice(kinds)() for _ in range(blocks)]
        said.insert(self.dice.randint(0, len(said)), recorded(self.dice))
        text = self.put("h1", "Lamps") + self.put("div", "".join(said) + self.paragraph(), ' class="text"')
        if self.notes:
            text += self.put("section", self.put("h2", "Notes") + "".join(self.notes), ' class="notes"')
        return self.put("article", text)


def generated(
    seed: int, calls: float = 0.12, blocks: int | None = None, long_notes: bool = True, variant: PdfVariant = "screen"
) -> Manuscript:
    """A text that mixes everything, dressed for an edition."""
    chapter = Chapter("lighting", "Street lighting", Writer(seed, calls, long_notes).text(blocks or blocks_of(seed)))
    style, faces = sheet(variant)
    return Manuscript("briefing", (chapter,), metadata(), style, "", "", faces, (SQUARE,), variant=variant)


def letters(words: str) -> str:
    """Words without what parts them: a line may break anywhere, and pdfium writes a hyphen there as U+0002."""
    return "".join(re.sub(r"[-\x02]", "", words).split())


def composed(body: str) -> tuple[str, dict[str, str]]:
    """The words of a text without its notes and their heading, and those of each note."""
    root = ElementTree.fromstring(f"<body>{body}</body>")
    notes = {}
    for section in root.iter("section"):
        if section.get("class") == "notes":
            notes = {str(note.get("id")): letters("".join(_said(note))) for note in section.iter("aside")}
            section.clear()
    return letters("".join(_said(root))), notes


def _said(element: Element) -> list[str]:
    said = [element.text or ""]
    for child in element:
        if child.get("aria-hidden") != "true" and not child.tag.endswith("}math"):
            said += _said(child)
        said.append(child.tail or "")
    return said


OUTCOMES = ("Burglary", "Fear of crime", "Road collisions at night", "Calls to police", "Cost to the forces that paid")
MEANS = ("Brighter lamps", "New lamps", "Part-night lighting")
WORKS = ("Ashdown and others, 2019", "Birk and Dunmore, 2014", "Cole, 2021")


def recorded(dice: random.Random) -> str:
    """The figure of some findings, every block with an id. Only once a text: the ids are the layout's."""
    findings = [_finding(dice, number) for number in range(dice.randint(1, 14))]
    rows = [
        FindingRow(finding, tuple(SourceLink(work, work) for work in dice.sample(WORKS, dice.randint(1, 3))))
        for finding in findings
    ]
    base = Base(source=WORKS[0], type="systematic-review", studies=dice.randint(1, 90))
    found = EvidenceBase(Evidence(base=base, findings=tuple(findings)), tuple(rows), "limited", Result.MIXED)
    publication = replace(samples.publication(), evidence=found, references=())
    return check_markup(f"<div>{evidence_at_a_glance(chapter_context(publication, '#0f4c5c'))}</div>")[0]


def _finding(dice: random.Random, number: int) -> Finding:
    result = dice.choice(list(Result))
    studies = None if dice.random() < 0.2 else 0 if result is Result.NO_STUDIES else dice.randint(1, 40)
    split: tuple[Split, ...] = ()
    if studies and studies > 1 and dice.random() < 0.4:
        first = dice.randint(1, studies - 1)
        split = (
            Split(studies=first, result=Result.FAVOURABLE),
            Split(studies=studies - first, result=Result.UNFAVOURABLE, intervention=dice.choice(MEANS)),
        )
        result = Result.MIXED
    changed = dice.random() < 0.3 and not split
    return Finding(
        id=f"finding-{number}",
        outcome=dice.choice(OUTCOMES),
        intervention=tuple(dice.sample(MEANS, dice.randint(0, 2))),
        studies=studies,
        result=result,
        change=Change(measure="reports", direction=dice.choice(("up", "down", "not-stated"))) if changed else None,
        split=split,
        outside_base=dice.random() < 0.2,
        wording="the studies are few, small and old" if dice.random() < 0.2 else None,
    )
