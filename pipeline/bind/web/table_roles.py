"""Tables that a narrow screen sets as blocks: told by role to be tables still.

A browser that is asked to set a table as blocks may forget that it is one. Roles say so again, in the same words as
the elements.
"""

from lxml import etree

from pipeline.markup.xhtml import elements, local

_REFLOWED = frozenset({"wide", "wordy", "slim"})
"""The classes of regions whose tables `layouts/stacked.css` sets as blocks."""

_ROLES = {"table": "table", "thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "td": "cell"}


def keep_tables(root: etree._Element) -> None:
    """Give every part of a table that may be set as blocks its role."""
    for region in elements(root):
        if region.get("role") == "region" and _REFLOWED & set(region.get("class", "").split()):
            for part in elements(region):
                if role := _role(part):
                    part.set("role", role)


def _role(part: etree._Element) -> str:
    if local(part) == "th":
        return "rowheader" if part.get("scope") == "row" else "columnheader"
    return _ROLES.get(local(part), "")
