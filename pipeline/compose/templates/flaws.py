"""Flaws of style sheets that the press has met, told in the file and line of the layouts that have them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.compose.design.style import bare_lines
from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.messages import catalogue
from pipeline.model.layouts import FLAWED, Layouts, flawed_line


def told_in_layouts(remarks: Iterable[Diagnostic], layouts: Layouts) -> Iterator[Diagnostic]:
    """The remarks; the flaw of a style sheet stands where the sheet has it."""
    for remark in remarks:
        flawed = remark.code == "made-style" and remark.hint.startswith(FLAWED)
        places = _places(remark, layouts) if flawed else ()
        if not places:
            yield remark
        for place in places:
            yield replace(remark, place=place, hint=catalogue()["made-style"].do)


def _places(remark: Diagnostic, layouts: Layouts) -> tuple[Place, ...]:
    """Every line of the layouts that reads as the flawed one does."""
    named = re.search(r"`([^:`]+)", remark.sentence)
    return tuple(
        Place(f"layouts/{name}", number, max(text.splitlines()[number - 1].find(named[1]) + 1, 1) if named else 1)
        for name, text in layouts.files.items()
        if name.endswith(".css")
        for number, bare in bare_lines(text)
        if flawed_line(bare) == remark.hint
    )
