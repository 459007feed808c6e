"""Links between briefings, led to where this format can follow them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lxml import etree

from pipeline.bind.xhtml import XHTML, drop_attribute, elements

SCHEME = "briefing:"

Destination = Callable[[str, str], str | None]
"""Where a briefing's id and an anchor (or nothing) lead, or nothing where this copy has no way there."""


def lead_links(root: etree._Element, destination: Destination) -> None:
    """Replace every `briefing:` target; a link that leads nowhere becomes plain words."""
    for link in list(elements(root)):
        href = link.get("href", "")
        if not href.startswith(SCHEME):
            continue
        briefing, _, anchor = href.removeprefix(SCHEME).partition("#")
        target = destination(briefing, anchor)
        if target is None:
            _unlink(link)
        else:
            link.set("href", target)


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
