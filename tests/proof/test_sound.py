"""Sound sources that the proof once rejected: every edition is built without remarks."""

from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from pipeline.build.project import Project
from pipeline.build.run import run_build
from pipeline.cli.options import SHIPPED
from pipeline.core.cache import Cache
from pipeline.core.progress import ProgressReporter
from pipeline.model.formats import Order
from tests.support import libraries
from tests.support.press.cached_sheets import MEMORY
from tests.support.project import REFERENCES
from tests.support.proof.rich_briefing import FIGURE

TEXTS = {
    "list-goes-on": "First:\n\n1. Open\n\n```\nlamp --on\n```\n\n2. Paste\n3. Enter\n",
    "formulas-in-lines": " ".join(["$k_{1}$ (0 if)"] * 350),
    "formulas-apart": "\n\n".join(f"It comes: $$a_{{{n}}} + b$$ and words behind it." for n in range(60)),
    "corner-empty": "Pay:\n\n| | Junior | Senior |\n|---|---:|---:|\n| Pay | 1 | 2 |\n| | 3 | 4 |\n",
    "no-heads": "Pay:\n\n| | |\n|---|---|\n| Junior | 1 |\n| Senior | 2 |\n",
    "wide-groups": (
        "Counts:\n\n| | A | B | C | D | E |\n|---|---|---|---|---|---|\n| North | 1 | 2 | 3 | 4 | 5 |\n"
        "| | 6 | 7 | 8 | 9 | 10 |\n"
    ),
    "tabs-in-code": "Columns:\n\n```\nA\tAudit\n\tB\tBudget\n```\n\n- entry\n\n  ```\n  x\ty\n  ```\n",
    "empty-code": "\n\n".join(f"Line {n} of the text." for n in range(18)) + "\n\n## Next\n\n```\n```\n\nMore.\n",
    "faces-in-formulas": r"The set $\textbf{I}(A)$, $\textit{of x}$, $\texttt{mean}$, [$x_3$](https://example.org/x).",
    "pictures-in-links": (
        "[![A falling line](fall.svg)](https://example.org) and [**![A line](fall.svg)**](https://example.org/b)\n\n"
        "[![Falls](fall.svg)](https://example.org/c)\n\n[🎉](https://example.org/d)\n\n**Done** 🎉 and 🎉 🎉.\n"
    ),
    "odd-shapes": (
        "### Again[^1] and [again](https://example.org)[^1]\n\n| Ann | Bert |\n|---|---|\n\n"
        f"```\n# {'-' * 120}\n{'-' * 30}+{'-' * 30}+{'-' * 30}\n```\n\n"
        "Words [in the middle]{.leader}, [more]{.mark}. And [more]{.ruled}.\n\n[^1]: Twice.\n"
    ),
    "hard-breaks": (
        "North\\\nSouth **east**\\\n*west* and `code`\\\n`more`, $x$\\\n$y$.\n\n- one\\\n  two\n\n"
        "> said\\\n> again[^1]\\\n> and\n\n[^1]: Here\\\n    there.\n"
    ),
}
"""Texts by their names."""


CITING = "It was seen[^1] twice [@hughes2018].\n\n## Again\n\nAnd again [@hughes2018].[^1]\n\n[^1]: By two officers.\n"
PACK = """title: Streets
briefings: [dashed, patrols-by-night-and-by-day-in-the-small-places-of-the-old-town-and-by-the-harbour, twin]
front: [cover, contents]
back: [references]
formats: [screen, large-print, epub, html]
"""
"""Titles with a dash, two texts of one title, an id longer than the foot of a page."""
BOUND = {
    "dashed": "Lamps - and what they cost",
    "patrols-by-night-and-by-day-in-the-small-places-of-the-old-town-and-by-the-harbour": "Patrols",
    "twin": "Patrols",
}


@cache
def remarks_by_text() -> dict[str, list[str]]:
    """Remarks of the proof on each text, in all editions."""
    files = {f"briefings/{name}.md": libraries.briefing(f"## One\n\n{body}") for name, body in TEXTS.items()}
    files |= {f"briefings/{name}.md": libraries.briefing(CITING, title=title) for name, title in BOUND.items()}
    files |= {"briefings/fall.svg": FIGURE}
    files |= {"packs/streets.yaml": PACK, "references/works.yaml": REFERENCES}
    formats = "title: Evidence briefings\npublisher: Northmoor Institute\nformats: [screen, large-print, epub, html]\n"
    with TemporaryDirectory() as folder:
        project = Project(
            libraries.written(Path(folder), {"library.yaml": formats, **files}), SHIPPED, ProgressReporter()
        )
        project.store = Cache(MEMORY)
        result = run_build(Order(produced=date(2024, 4, 26)), project, "tests")
    remarks: dict[str, list[str]] = {name: [] for name in (*TEXTS, *BOUND, "streets")}
    for remark in result.remarks:
        if not remark.place.path.startswith("source/"):
            remarks[Path(remark.place.path).stem.removesuffix("-large-print")].append(str(remark))
    return remarks


@pytest.mark.proof
@pytest.mark.parametrize("name", [*TEXTS, *BOUND, "streets"])
def test_sound_sources_have_no_remarks(name: str) -> None:
    assert remarks_by_text()[name] == []
