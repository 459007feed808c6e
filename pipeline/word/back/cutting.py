"""Two long texts cut around the first difference between them, for a screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import takewhile

from pipeline.core.diagnostics import Diagnostic

_BEFORE = 40
"""So many characters before the difference are kept."""


def cut_beside(some: str, other: str, most: int = 140) -> tuple[str, str]:
    """Both texts with at most so many characters each, dots for what is left out; equal ones from their start."""
    together = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(some, other, strict=False)))
    start = 0 if together in (len(some), len(other)) and some == other else max(0, together - _BEFORE)
    return _cut(some, start, most), _cut(other, start, most)


def cut_pair(remark: Diagnostic, pairs: Mapping[Diagnostic, tuple[str, str]], most: int = 140) -> Diagnostic:
    """A remark in which two long texts, if it lays some side by side, are cut where they first differ."""
    sent, wanted = pairs.get(remark, ("", ""))
    short, beside = cut_beside(sent, wanted, most)
    if (short, beside) == (sent, wanted):
        return remark
    hint = remark.hint.replace(f"'{sent}'", f"'{short}'", 1).replace(f"'{wanted}'", f"'{beside}'", 1)
    return replace(remark, hint=hint)


def _cut(text: str, start: int, most: int) -> str:
    if len(text) <= most:
        return text
    if start:
        start = text.find(" ", start, start + _BEFORE // 2) + 1 or start
        start = max(0, min(start, len(text) - most // 2))
    part = text[start : start + most]
    return ("…" if start else "") + part.strip() + ("…" if start + most < len(text) else "")
