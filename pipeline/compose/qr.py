"""An address as a QR code, drawn in the line: level M, one path, the same every time."""

import re

import segno
from markupsafe import Markup

from pipeline.model.identity import Identity

_DARK = re.compile("1+")

_ALPHANUMERIC = re.compile(r"[0-9A-Z $%*+./:-]+")
"""An address that a QR code packs closely (ISO/IEC 18004, 7.3.4)."""

QUIET = 4
"""Modules of white around the code (ISO/IEC 18004)."""


def qr_of(identity: Identity) -> Markup:
    """The one QR code that a text prints: of its status page, which tells of these very words; else of its address."""
    page = identity.status_page
    return qr(page, _in_capitals(page)) if page else qr(identity.address)


def _in_capitals(page: str) -> str:
    """The address of a status page in capitals, which make a smaller code, where it leads to the same page.

    The page is there in both; the folders above it go by the letters that they have.
    """
    above, _, name = page.rpartition("/")
    host, slash, folders = above.removeprefix("https://").partition("/")
    capitals = f"HTTPS://{host.upper()}{slash}{folders}/{name.upper()}"
    return capitals if folders == folders.upper() and _ALPHANUMERIC.fullmatch(capitals) else page


def qr(address: str, written: str = "") -> Markup:
    """The QR code of an address as inline SVG with its title; nothing without an address.

    `written` is the same address as the code has it.
    """
    if not address:
        return Markup("")
    matrix = segno.make_qr(written or address, error="m", boost_error=False).matrix
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
