"""The web page of a briefing or a pack within the catalogue: its links lead beside it, and a line leads back. Pure.

Not a word of it changes. Where a link leads to a text that the catalogue does not show, it leads nowhere.
"""

import re
from collections.abc import Iterable, Mapping
from html import escape, unescape

NAME = "read.html"
"""The name of the page in the folder of its text."""

_HREF = re.compile(r'(<a\b[^>]*?) href="([^"]*)"([^>]*)>')
_BESIDE = re.compile(r"\.\./\.\./briefings/(?P<id>[a-z0-9-]+)/(?P=id)\.[a-z]+(?P<anchor>#.*)?")
_TOLD = re.compile(r' data-address="[^"]*"')


def reading_page(content: bytes, addresses: Mapping[str, str], shown: Iterable[str], back: str) -> bytes:
    """The page, led, with a line back in the words of `back`; `addresses` are those of briefings, with their ids."""
    known = frozenset(shown)

    def led(found: re.Match[str]) -> str:
        before, href, behind = found.groups()
        target = _target(unescape(href), addresses)
        if target is None:
            return found[0]
        name, anchor = target
        said = f"{before}{behind}>"
        if name not in known:
            return _TOLD.sub("", said)
        page = "index.html" if 'class="address"' in said else NAME  # where its state is told
        return f'{before} href="../{name}/{page}{escape(anchor)}"{behind}>'

    page = _HREF.sub(led, content.decode())
    label = escape(back)
    back = f'<nav aria-label="{label}"><p class="way-back"><a href="index.html">{label}</a></p></nav>'
    return page.replace("<main ", f"{back}\n<main ", 1).encode()


def _target(href: str, addresses: Mapping[str, str]) -> tuple[str, str] | None:
    """The briefing that a link leads to, and the anchor there; nothing where it leads elsewhere."""
    if found := _BESIDE.fullmatch(href):
        return found["id"], found["anchor"] or ""
    address, hash_mark, anchor = href.partition("#")
    return (addresses[address], hash_mark + anchor) if address in addresses else None
