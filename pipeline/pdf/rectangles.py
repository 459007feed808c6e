"""Rectangles of a PDF page."""

from __future__ import annotations

Rectangle = tuple[float, float, float, float]
"""Left, bottom, right, top, in points from the lower left corner of the page."""
