"""Links between briefings, led to where this format can follow them."""

import re
from collections.abc import Callable, Mapping

from lxml import etree

from pipeline.markup.xhtml import XHTML, drop_attribute, elements

SCHEME = "briefing:"

_WEB = re.compile("(https?|mailto):", re.IGNORECASE)
_NOT_IN_ADDRESSES = re.compile(r"[^A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]|%(?![0-9A-Fa-f]{2})")
"""RFC 3986 has no place for these: DOIs with angle brackets, accents, a stray per cent sign."""

Destination = Callable[[str, str], str | None]
"""Destination of a briefing's id and an anchor (or nothing), or nothing where this copy has no way there."""


def lead_links(root: etree._Element, destination: Destination) -> None:
    """Replace every `briefing:` target, and encode addresses; a link that leads nowhere becomes plain words."""
    for link in list(elements(root)):
        href = link.get("href", "")
        if _WEB.match(href):
            link.set("href", encoded(href))
        if not href.startswith(SCHEME):
            continue
        briefing, _, anchor = href.removeprefix(SCHEME).partition("#")
        target = destination(briefing, anchor)
        if target is None:
            _unlink(link)
        else:
            link.set("href", target)


def encoded(address: str) -> str:
    """The address with every character that may not stand in one written as its bytes."""
    return _NOT_IN_ADDRESSES.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), address)


def says_address(words: str, address: str) -> bool:
    """Whether words are the address, with or without what it begins with."""
    bare = words.partition("://")[2] or words.removeprefix("doi:")
    return bool(bare) and encoded(address).rstrip("/").endswith(encoded(bare).rstrip("/"))


def with_anchor(address: str, anchor: str) -> str:
    """The address, leading to the anchor if there is one."""
    return f"{address}#{anchor}" if anchor else address


def in_addresses(addresses: Mapping[str, str]) -> Destination:
    """Leads to a briefing's canonical address, where it has one."""

    def destination(briefing: str, anchor: str) -> str | None:
        address = addresses.get(briefing, "")
        return with_anchor(address, anchor) if address else None

    return destination


def _unlink(link: etree._Element) -> None:
    link.tag = f"{{{XHTML}}}span"
    for attribute in ("href", "role", "title", "aria-label"):
        drop_attribute(link, attribute)
