"""Bibliographies and citation styles that would hold up the citation engine."""

import json
from collections.abc import Callable


def _json(title: str) -> str:
    return json.dumps([{"id": "bomb", "type": "book", "title": title}])


def _lines(number: int, line: Callable[[int], str]) -> str:
    return "\n".join(map(line, range(number))) + "\n"


def _doubled_text() -> str:
    doubled = _lines(40, lambda n: f"@string{{s{n + 1} = s{n} # s{n}}}")
    return f'@string{{s0 = "word "}}\n{doubled}\n@book{{doubled, title = {{A}}, note = s40}}'


WORKS: dict[str, Callable[[], str]] = {
    "itself.bib": lambda: "@book{bomb, crossref = {bomb}, title = {A}, year = 2020}",
    "each-other.bib": lambda: "@book{bomb, crossref = {b}, title = {A}}\n@book{b, xdata = {bomb}, title = {B}}",
    "a-long-circle.bib": lambda: _lines(
        500, lambda n: f"@book{{bomb{n}, crossref = {{bomb{(n + 1) % 500}}}, title={{A}}}}"
    ),
    "a-long-chain.bib": lambda: _lines(2000, lambda n: f"@book{{bomb{n}, crossref = {{bomb{n + 1}}}, title = {{A}}}}"),
    "doubling-parents.bib": lambda: (
        _lines(60, lambda n: f"@xdata{{x{n}, xdata = {{x{n + 1},x{n + 1}}}, note = {{A}}}}")
        + "\n@book{parents, title = {A}, xdata = {x0}}"
    ),
    "doubling-words.bib": _doubled_text,
    "open-italics.json": lambda: _json("<i>" * 60 + "A"),
    "open-quotes.json": lambda: _json("“‘" * 60 + "A"),
    "crossed.json": lambda: _json("<i>“<b>‘</i>" * 40 + "A"),
    "aliases.yaml": lambda: "a0: &a0 [x, x]\n" + _lines(40, lambda n: f"a{n + 1}: &a{n + 1} [*a{n}, *a{n}]"),
    "deep.yaml": lambda: "[" * 50_000,
    "deep.json": lambda: "[" * 50_000,
}
"""Each is told at its own place, and leaves the works of other files as they are."""
