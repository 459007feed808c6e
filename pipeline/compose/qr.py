"""An address as a QR code, drawn in the line: level M, one path, the same every time."""

from __future__ import annotations

import segno
from markupsafe import Markup

QUIET = 4
"""Modules of white around the code (ISO/IEC 18004)."""


def qr(address: str) -> Markup:
    """The QR code of an address as inline SVG with its title; nothing without an address."""
    if not address:
        return Markup("")
    rows = tuple(tuple(map(bool, row)) for row in segno.make_qr(address, error="m", boost_error=False).matrix)
    side = len(rows) + 2 * QUIET
    path = "".join(_runs(row, y + QUIET) for y, row in enumerate(rows))
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="qr" viewBox="0 0 {0} {0}" role="img">'
        "<title>QR code of the address {1}</title>"
        '<path d="M0 0h{0}v{0}H0z" fill="#ffffff"/><path d="{2}" fill="#000000"/></svg>'
    ).format(side, address, path)


def _runs(row: tuple[bool, ...], y: int) -> str:
    """A row's dark modules as rectangles, neighbours joined."""
    out, x = [], 0
    while x < len(row):
        if row[x]:
            end = x
            while end < len(row) and row[end]:
                end += 1
            out.append(f"M{x + QUIET} {y}h{end - x}v1h-{end - x}z")
            x = end
        else:
            x += 1
    return "".join(out)
