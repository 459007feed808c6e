"""An address as a QR code, drawn in the line: level M, one path, the same every time."""

import re

import segno
from markupsafe import Markup

_DARK = re.compile("1+")

QUIET = 4
"""Modules of white around the code (ISO/IEC 18004)."""


def qr(address: str) -> Markup:
    """The QR code of an address as inline SVG with its title; nothing without an address."""
    if not address:
        return Markup("")
    matrix = segno.make_qr(address, error="m", boost_error=False).matrix
    rows = ["".join(map(str, row)) for row in matrix]
    side = len(rows) + 2 * QUIET
    path = "".join(_runs(row, y + QUIET) for y, row in enumerate(rows))
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="qr" viewBox="0 0 {0} {0}" role="img">'
        "<title>QR code of the address {1}</title>"
        '<path d="M0 0h{0}v{0}H0z" fill="#ffffff"/><path d="{2}" fill="#000000"/></svg>'
    ).format(side, address, path)


def _runs(row: str, y: int) -> str:
    """A row's dark modules as rectangles, neighbours joined."""
    runs = ((run.start() + QUIET, len(run[0])) for run in _DARK.finditer(row))
    return "".join(f"M{x} {y}h{width}v1h-{width}z" for x, width in runs)
