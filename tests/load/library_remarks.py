"""Remarks on a small library."""

from __future__ import annotations

from pipeline.load.library import load

SMALL = {"library.yaml": "title: L\npublisher: P\n"}
HEAD = "---\ntitle: T\nsummary: S\n{more}---\n\n{body}\n"


def told(files: dict[str, str]) -> list[tuple[str, str]]:
    """Place and code, and the hint, of everything told of a library."""
    _, remarks = load({f"source/{name}": text.encode() for name, text in (SMALL | files).items()})
    return [(f"{r.place.line}:{r.place.column} {r.code}", r.hint) for r in remarks]
