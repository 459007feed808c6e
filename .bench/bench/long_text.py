"""The long text: one briefing of over 120 pages with 300 formulas and 200 citations, and one of twice as much.

Each is built from nothing as PDF, EPUB, web page and plain text, by one process, within the limits of a library that
sets none.
"""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

from bench import library
from bench.aside import put_aside
from bench.complete import pages
from bench.ours import command
from bench.plan import FIRST_DAY, Plan
from bench.results import OURS, Measured
from tests.support.invented import WORDS, reference, sentence

NAME = "long-text"
ROWS = {NAME: 1, "long-text-twice": 2}
"""The rows, with how many times the text each is."""

CHAPTERS = 50
"""Chapters of the shorter text; each has the same number of everything."""

CITED, DISPLAYED, WITHIN, PARAGRAPHS = 4, 3, 3, 12
"""Of each chapter: citations, formulas between paragraphs and within lines, paragraphs."""

WORKS = 60


def long_text(plan: Plan) -> Iterator[Measured]:
    """The row of the text and that of its double, one run each."""
    for row in sorted(plan.rows & ROWS.keys()):
        project, times = plan.folder / row, ROWS[row]
        shutil.rmtree(project, ignore_errors=True)
        write_long_text(project, times)
        made = command(project, "build", "--jobs", "1", "--date", FIRST_DAY)
        counted = pages([project / "output" / "briefings" / NAME / f"{NAME}.pdf"])
        remark = (
            f"{CHAPTERS * times * (DISPLAYED + WITHIN)} formulas, {CHAPTERS * times * CITED} citations, one process"
        )
        yield Measured(row, OURS, 1, (made,), counted, remark)
        put_aside(project)


def write_long_text(root: Path, times: int = 1, seed: int = library.SEED) -> Path:
    """A library of one long text, so many times as long; gives its folder."""
    source = root / "source"
    for folder in ("briefings", "references"):
        (source / folder).mkdir(parents=True)
    imprint = library.IMPRINT.replace("[screen, epub]", "[screen, epub, html, text]")
    (source / "library.yaml").write_text(imprint, encoding="utf-8")
    works = "".join(reference(random.Random(f"{seed}-work-{number}"), number) for number in range(WORKS))
    (source / "references" / "works.yaml").write_text(works, encoding="utf-8")
    front = "---\ntitle: Invented long text\nsummary: One text of many chapters.\n---\n\n"
    chapters = "\n\n".join(_chapter(random.Random(f"{seed}-{number}"), number) for number in range(CHAPTERS * times))
    (source / "briefings" / f"{NAME}.md").write_text(f"{front}{chapters}\n", encoding="utf-8")
    return root


def _chapter(dice: random.Random, number: int) -> str:
    words = [" ".join(sentence(dice) for _ in range(dice.randint(4, 6))) for _ in range(PARAGRAPHS)]
    for place in range(CITED):
        words[place * 3] = f"{words[place * 3][:-1]} [@work{dice.randrange(WORKS)}, p. {dice.randint(1, 90)}]."
    for place in range(WITHIN):
        words[place * 4 + 1] += f" Here $x_{{{place}}} = \\frac{{a_{{{number}}}}}{{b^2 + {place}}}$ holds."
    for place in range(DISPLAYED):
        formula = (
            f"\\sum_{{i=1}}^{{n}} w_i x_i^{{{place + 2}}} = \\sqrt{{\\alpha + \\frac{{\\beta_{{{number}}}}}{{2}}}}"
        )
        words[place * 4 + 2] += f"\n\n$$ {formula} $$ {{#eq-{number}-{place}}}"
    halfway = PARAGRAPHS // 2
    words[0] = f"## Chapter {number + 1} on {dice.choice(WORDS)} {{#chapter-{number}}}\n\n{words[0]}"
    words[halfway] = f"### Part {number + 1} on {dice.choice(WORDS)} {{#part-{number}}}\n\n{words[halfway]}"
    words[halfway + 1] += f" See [](#eq-{number}-0) and [](#chapter-{number}).[^{number}]"
    return "\n\n".join((*words, f"[^{number}]: {sentence(dice)}"))
