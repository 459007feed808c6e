"""Size and rotation of a page of a PDF, as it is seen (ISO 32000-1, 7.7.3.3)."""

from typing import Any

from pikepdf import Page


def size(page: Page) -> tuple[float, float]:
    """The width and height of a page as it is seen, in points."""
    left, bottom, right, top = (float(part) for part in page.cropbox)
    width, height = abs(right - left), abs(top - bottom)
    return (height, width) if turned(page) % 180 else (width, height)


def turned(page: Page) -> int:
    """By how many degrees a page is turned clockwise to be seen."""
    node: Any = page.obj
    for _ in range(50):
        if "/Rotate" in node or "/Parent" not in node:
            break
        node = node.Parent
    return int(node.get("/Rotate", 0)) % 360
