"""Remarks on the body of a text."""

from __future__ import annotations

from pipeline.core.diagnostics import Desk
from pipeline.load.markdown.reader import parse_body

QUOTE = "'"


def told(text: str) -> list[str]:
    """The remarks on a text in short: 'line:column code what'."""
    desk = Desk()
    parse_body(text, "x.md", desk)
    return [f"{r.place.line}:{r.place.column} {r.code} {r.sentence.split(QUOTE)[1:2]}" for r in desk.remarks]
