"""Keys of front matter that site builders, journals and notebooks have, and what stands for them here."""

from collections.abc import Container, Mapping
from types import MappingProxyType

_MEANT: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("description", "abstract", "excerpt", "subtitle"), "summary"),
        **dict.fromkeys(("author", "by"), "authors"),
        **dict.fromkeys(("date", "published"), "first_published"),
        **dict.fromkeys(("lastmod", "last_modified_at", "modified"), "updated"),
        **dict.fromkeys(("last_reviewed_on", "last_reviewed"), "reviewed"),
        **dict.fromkeys(("keywords", "categories"), "tags"),
        "lang": "language",
        "license": "licence",
    }
)
_THEIRS = frozenset(
    {
        *("layout", "toc", "format", "execute", "jupytext", "kernelspec", "bibliography", "csl", "weight", "permalink"),
        *("draft", "slug", "url", "alias", "aliases", "cssclass", "cssclasses", "hide", "icon", "nav_order", "parent"),
        *("sidebar_position", "output", "documentclass", "geometry", "header-includes", "future", "htmlwidgets"),
        *("affiliations", "affiliation", "math", "image", "thumbnail", "editor", "jupyter", "engine", "type"),
        *("number-sections", "link-citations", "review_in", "owner_slack", "redirect_from", "comments", "pubDate"),
    }
)
_IN_BRIEFINGS = "key_finding"
"""A key that the front matter of a briefing has, and no other record."""


def hint_elsewhere(key: str, known: Container[str], present: Container[str]) -> str:
    """Hint on a key of another program; empty if the key is not known to be one."""
    if _IN_BRIEFINGS not in known:
        return ""
    meant = _MEANT.get(key)
    if meant:
        return f"Delete it: '{meant}' says it here." if meant in present else f"The key for it is '{meant}' here."
    return "It is meant for another program: delete it with what is indented below it." if key in _THEIRS else ""
