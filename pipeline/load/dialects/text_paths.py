"""Links by path, as Markdown elsewhere has them: 'costing.md', '../other/page/', '/docs/x.html#part'."""

import re
from collections.abc import Container
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from pipeline.load.yaml.value_words import as_id

BRIEFING = "briefing:"
_BRIEFINGS, _HANDBOOK = "source/briefings/", "source/handbook/"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_TEXT = re.compile(r"\.(?:md|markdown|mdx|qmd|rmd|rst|ipynb|adoc|html?|xhtml|php|aspx?)$", re.IGNORECASE)
HOST = re.compile(
    r"(?:[a-z0-9-]+\.){1,6}(?:com|org|net|edu|gov|int|info|io|uk|eu|us|de|fr|nl|ie|au|ca|nz)(?=[/:?#]|$)", re.IGNORECASE
)
"""Host of an address without 'https://'."""
_FOLDERS_OWN = ("index", "readme", "briefing", "default")
"""The file name of a folder's text: it goes by the folder's name."""


def is_text_path(href: str) -> bool:
    """True if an address is a path that a text may have: of a file of words, of a folder, or without an ending."""
    way = _split(href)[0]
    if not way or way.startswith(("//", "www.", "~")) or "\\" in way or _SCHEME.match(way) or _is_odd(way):
        return False
    if HOST.match(way):
        return False
    last = way.rpartition("/")[2]
    return bool(_TEXT.search(last)) or not last.strip(".") or "." not in last


def meant(href: str, path: str, known: Container[str]) -> str:
    """'briefing:ID#anchor' for a path that leads to a text; every other address as it is.

    `path` is the file that the link stands in, `known` are the ids of all texts.
    """
    if href.startswith(("#", "http", BRIEFING)) or not is_text_path(href):
        return href
    found = next((name for name in names_of(href, path) if name in known), None)
    anchor = _split(href)[1]
    return href if found is None else f"{BRIEFING}{found}{f'#{anchor}' if anchor else ''}"


def within(href: str, path: str) -> str:
    """'#anchor' for 'briefing:ID#anchor' where the link stands in that very text; else the address as it is."""
    name, _, anchor = href.removeprefix(BRIEFING).partition("#")
    own = _of_file(path.removeprefix("source"), path)
    return f"#{anchor}" if own and anchor and name == own else href


def target_of(href: str) -> str:
    """The path without its anchor: links to several parts of a text lead to one."""
    return _split(href)[0]


def names_of(href: str, path: str) -> tuple[str, ...]:
    """The ids that a text at this path may have, the likeliest first.

    That of the very file; then the longest end of the path, as a site's folders become part of a file's name here.
    """
    way = _split(href)[0]
    steps = [step for step in way.split("/") if step.strip(".")]
    steps[-1:] = [_TEXT.sub("", step) for step in steps[-1:]]
    own = as_id(steps[-1]) in _FOLDERS_OWN if steps else False
    ends = [*_ends(steps)[: -1 if own else None], *(_ends(steps[:-1]) if own else ()), *(_ends(steps[-1:]))]
    if path.startswith(_HANDBOOK):
        ends = [name for end in ends for name in (f"handbook-{end}", end)]
    return tuple(dict.fromkeys(filter(None, [_of_file(way, path), *ends])))


def _split(href: str) -> tuple[str, str]:
    """The path and the anchor of an address, both decoded; a query is left out."""
    way, _, anchor = href.partition("#")
    return unquote(way.partition("?")[0]), unquote(anchor)


def _is_odd(way: str) -> bool:
    """Whether it holds what no path of a text has, such as the marks of another system."""
    return any(ord(character) < 32 or character in '{}<>|*"`' for character in way)


def _ends(steps: list[str]) -> list[str]:
    """The ends of a path as ids, the longest first."""
    return ["-".join(filter(None, map(as_id, steps[at:]))) for at in range(len(steps))]


def _of_file(way: str, path: str) -> str:
    """The id of the briefing or page whose file a path names."""
    whole = normpath(join("source", way.lstrip("/")) if way.startswith("/") else join(dirname(path), way))
    if whole.startswith(_HANDBOOK):
        return f"handbook-{_TEXT.sub('', whole.removeprefix(_HANDBOOK)).replace('/', '-')}"
    name, _, rest = _TEXT.sub("", whole.removeprefix(_BRIEFINGS)).partition("/")
    return name if whole.startswith(_BRIEFINGS) and rest in ("", "briefing") else ""
