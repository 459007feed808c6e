"""Rectangles of a PDF page."""

Rectangle = tuple[float, float, float, float]
"""Left, bottom, right, top, in points from the lower left corner of the page."""
