"""Drawings that paint very much."""

from base64 import b64encode
from collections.abc import Callable

from tests.support.bombs.pixels import png


def drawing(content: str, view: int = 10_000) -> bytes:
    """An SVG drawing."""
    links = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f'<svg {links} viewBox="0 0 {view} {view}">{content}</svg>'.encode()


def copies(levels: int, each: int = 10) -> bytes:
    """Groups, each of which holds several copies of the one before."""
    groups = "".join(f'<g id="g{n + 1}">{f"""<use xlink:href="#g{n}"/>""" * each}</g>' for n in range(levels))
    return drawing(f'<defs><path id="g0" d="M0 0h9v9z"/>{groups}</defs><use href="#g{levels}"/>')


def pattern(size: float) -> str:
    """A pattern of tiles of a size, and a square that is laid out with it."""
    inside = '<path d="M0 0L10 10" stroke="black"/>'
    return (
        f'<defs><pattern id="p" patternUnits="userSpaceOnUse" width="{size}" height="{size}">{inside}</pattern></defs>'
        '<rect width="10000" height="10000" fill="url(#p)"/>'
    )


def chain(attribute: str, element: str, levels: int) -> bytes:
    """Masks or clip paths that name the next twice."""
    held = "".join(
        f'<{element} id="m{n}"><rect width="9" height="9" {attribute}="url(#m{n + 1})"/>'
        f'<rect width="8" height="8" {attribute}="url(#m{n + 1})"/></{element}>'
        for n in range(levels)
    )
    return drawing(f'<defs>{held}</defs><rect width="9" height="9" {attribute}="url(#m0)"/>')


def marked() -> bytes:
    """An outline of a thousand corners, with a mark at each that has marks at its own."""
    marks = "".join(
        f'<marker id="k{n}"><path d="{"M0 0L9 9" * 40}" marker-mid="url(#k{n + 1})"/></marker>' for n in range(4)
    )
    return drawing(f'<defs>{marks}</defs><polyline points="{"1 2 " * 1000}" style="marker:url(#k0)"/>')


def pictured() -> bytes:
    """A drawing that holds a picture of very many dots."""
    held = b64encode(png(30_000, 30_000)).decode()
    return drawing(f'<image width="9" height="9" href="data:image/png;base64,{held}"/>')


DRAWINGS: dict[str, Callable[[], bytes]] = {
    "copies of copies": lambda: copies(10),
    "copies, five levels": lambda: copies(5),
    "copies that double": lambda: copies(40, 2),
    "copies in a circle": lambda: drawing('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>'),
    "very many shapes": lambda: drawing('<rect width="1" height="1"/>' * 120_000),
    "masks of masks": lambda: chain("mask", "mask", 30),
    "clip paths of clip paths": lambda: chain("clip-path", "clipPath", 30),
    "marks on marks": marked,
    "parts in parts": lambda: drawing("<g>" * 200 + "<path/>" + "</g>" * 200),
    "names and elements": lambda: drawing(
        "".join(f'<clipPath id="c{n}"/><g clip-path="url(#c{n})"/>' for n in range(12_000))
    ),
    "rules and elements": lambda: drawing(f"<style>{'g g * {fill: red}' * 3000}</style>{'<g/>' * 9000}"),
    "a picture of many dots": pictured,
}
"""Each is refused by what it would paint, before anything is drawn."""
