"""Marks, signs and QR codes as drawings."""

import re

import segno
from markupsafe import Markup, escape

from pipeline.compose.page.chapter import element
from pipeline.core.documents.xhtml import SVG
from pipeline.model.result import Result
from pipeline.model.sheets import Identity

_UP = '<path d="M8 2 15 14H1z" fill="currentColor"/>'
_DOWN = '<path d="M8 14 1 2h14z" fill="currentColor"/>'
_RING = '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.75"/>'

SHAPES: dict[Result, str] = {
    Result.FAVOURABLE: _UP,
    Result.UNFAVOURABLE: _DOWN,
    Result.MIXED: '<path d="M4 2 7.75 14H.25z" fill="currentColor"/><path d="M12 14 8.25 2h7.5z" fill="currentColor"/>',
    Result.NO_EFFECT: '<path d="M1 5.75h14v4.5H1z" fill="currentColor"/>',
    Result.INCONCLUSIVE: _RING,
    Result.LITTLE_EVIDENCE: _RING + '<circle cx="8" cy="8" r="2.75" fill="currentColor"/>',
    Result.ASSOCIATED: '<circle cx="5.25" cy="8" r="4" fill="none" stroke="currentColor" stroke-width="1.75"/>'
    '<circle cx="10.75" cy="8" r="4" fill="none" stroke="currentColor" stroke-width="1.75"/>',
    Result.NO_STUDIES: '<path d="M2 5.5V2h3.5M10.5 2H14v3.5M14 10.5V14h-3.5M5.5 14H2v-3.5" '
    'fill="none" stroke="currentColor" stroke-width="1.75"/>',
}
"""Mark of each result, 16 units wide and high. No two differ in colour alone."""

INK = "#161616"
"""Colour of ticks, and of marks that say nothing of the effect, on paper; in print it is solid black."""

KNOWN_EFFECTS = frozenset({Result.FAVOURABLE, Result.UNFAVOURABLE, Result.MIXED, Result.NO_EFFECT})
"""Results that say something of the effect: their marks have the accent colour."""


def result_mark(result: Result, accent: str, label: str = "") -> Markup:
    """Draw a result's mark; a screen reader says the label, and without one skips the mark, as its word follows."""
    kind, colour = mark_colour(result, accent)
    return _draw_sign(f"mark mark-{kind} mark-{result}", SHAPES[result], colour, label)


def mark_colour(result: Result, accent: str) -> tuple[str, Markup]:
    """Return the last part of a mark's class, 'known' or 'open', and the colour as SVG has it."""
    return ("known", escape(accent)) if result in KNOWN_EFFECTS else ("open", Markup(INK))


def _draw_sign(classes: str, shapes: str, colour: str, label: str = "") -> Markup:
    """Draw a small sign in the line. The colour is for paper; style sheets of screens have their own."""
    return element(
        "svg",
        Markup(shapes),
        xmlns=SVG,
        class_=classes,
        viewBox="0 0 16 16",
        color=colour,
        role="img" if label else "",
        aria_label=label,
        aria_hidden="" if label else "true",
        focusable="false",
    )


def back_arrow(accent: str) -> Markup:
    """Draw the arrow of a link back."""
    path = '<path d="M8 14V3M3.5 7.5 8 3l4.5 4.5" fill="none" stroke="currentColor" stroke-width="1.75"/>'
    return _draw_sign("back", path, accent)


_TICK = '<path d="M1.5 1.5h13v13h-13z" fill="none" stroke="currentColor" stroke-width="1.5"/>'
_TICKED = f'{_TICK}<path d="M4 8.25 7 11.5 12 4.5" fill="none" stroke="currentColor" stroke-width="2"/>'


def tick(done: bool, label: str) -> Markup:
    """Draw the box of a task, ticked if it is done; a screen reader says the label."""
    return _draw_sign("tick", _TICKED if done else _TICK, INK, label)


# QR codes

_DARK = re.compile("1+")

_ALPHANUMERIC = re.compile(r"[0-9A-Z $%*+./:-]+")
"""Characters that a QR code packs closely (ISO/IEC 18004, 7.3.4)."""

QUIET_ZONE = 4
"""White modules around the code (ISO/IEC 18004)."""


def identity_qr(identity: Identity) -> Markup:
    """Draw the QR code that a text prints: the address of its status page, else its own."""
    page = identity.status_page
    return qr_drawing(page, _in_capitals(page)) if page else qr_drawing(identity.address)


def _in_capitals(page: str) -> str:
    """Return the address of a status page in capitals, which make a smaller code, if it leads to the same page.

    The page exists under both names; the folders above it may be case-sensitive.
    """
    folder, _, name = page.rpartition("/")
    host, slash, folders = folder.removeprefix("https://").partition("/")
    capitals = f"HTTPS://{host.upper()}{slash}{folders}/{name.upper()}"
    return capitals if folders == folders.upper() and _ALPHANUMERIC.fullmatch(capitals) else page


def qr_drawing(address: str, encoded: str = "") -> Markup:
    """Draw the QR code of an address as inline SVG with a title; nothing without an address.

    `encoded` is the address as the code has it, if that differs.
    """
    if not address:
        return Markup("")
    matrix = segno.make_qr(encoded or address, error="m", boost_error=False).matrix
    rows = ["".join(map(str, row)) for row in matrix]
    side = len(rows) + 2 * QUIET_ZONE
    path = "".join(_dark_runs(row, y + QUIET_ZONE) for y, row in enumerate(rows))
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="qr" viewBox="0 0 {0} {0}" role="img">'
        "<title>QR code of the address {1}</title>"
        '<path d="M0 0h{0}v{0}H0z" fill="#ffffff"/><path d="{2}" fill="#000000"/></svg>'
    ).format(side, address, path)


def _dark_runs(row: str, y: int) -> str:
    """Draw a row's dark modules as rectangles, neighbours joined."""
    runs = ((run.start() + QUIET_ZONE, len(run[0])) for run in _DARK.finditer(row))
    return "".join(f"M{x} {y}h{width}v1h-{width}z" for x, width in runs)
