"""Commands for formulas that `library.yaml` gives: they hold in every text of the library."""

import pytest

from pipeline.core.diagnostics import Diagnostic
from pipeline.load.library import load_library
from pipeline.model.body import Body, Formula, unpack_body, walk_nodes
from pipeline.model.library import Library

IMPRINT = """title: L
publisher: P
method_note: With $\\RR$.
maths:
  macros:
    RR: \\mathbb{R}
    \\norm: '\\lVert #1 \\rVert'
"""
TEXT = """---
title: T
summary: S
key_finding: In $\\RR$.
practice: [{id: p, name: N, force: F, caveat: "Of $\\\\RR$."}]
---

On $\\RR$ and $\\norm{x}$.
"""


def read(imprint: str = IMPRINT, text: str = TEXT) -> tuple[Library, tuple[Diagnostic, ...]]:
    """A library of one briefing, and what is told of it."""
    series = "title: S\nbriefings: [x]\nlanding: Is $\\RR$.\n"
    files = {"library.yaml": imprint, "briefings/x.md": text, "series/s.yaml": series}
    return load_library({f"source/{name}": content.encode() for name, content in files.items()})


def formulas(body: Body) -> list[str]:
    """The TeX of every formula of a text."""
    return [node.tex for node in walk_nodes(unpack_body(body)) if isinstance(node, Formula)]


def test_the_commands_of_the_library_hold_in_every_text() -> None:
    library, _ = read()
    briefing = library.briefings["x"]
    assert formulas(briefing.body) == [r"\mathbb{R}", r"\lVert x \rVert"]
    texts = (briefing.texts.key_finding, *(caveat for _, caveat in briefing.texts.caveats))
    texts += (library.imprint.method_note, library.series["s"].landing)
    assert [formulas(text) for text in texts] == [[r"\mathbb{R}"]] * 4


def test_a_formula_may_be_long() -> None:
    """Those that authors have written are up to three thousand characters long. It is broken over lines."""
    tex = " + ".join(["x_{1}"] * 400)
    library, told = read(text=f"{TEXT}\n${tex}$\n")
    assert len(tex) > 3000
    assert formulas(library.briefings["x"].body)[-1] == tex
    assert not [remark for remark in told if remark.code.startswith("formula-")]


@pytest.mark.parametrize(
    ("line", "said"), [("R2: x", "'R2' is no name of a command"), ("RR: '{x'", "has a brace without its partner: '{x'")]
)
def test_a_command_that_cannot_be_one_is_told_at_its_place(line: str, said: str) -> None:
    _, remarks = read(f"title: L\npublisher: P\nmaths:\n  macros:\n    {line}\n")
    (told,) = (one for one in remarks if one.place.path == "source/library.yaml")
    assert (told.place.line, said in told.sentence) == (5, True)
