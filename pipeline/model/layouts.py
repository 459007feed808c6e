"""The layouts a library is set in: templates, style sheets and citation styles, as text."""

from collections.abc import Mapping
from dataclasses import dataclass, field

FLAWED = "It stands in this line: "
"""The beginning of the hint on a flaw of a style sheet, as long as its file is not known."""


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Layouts:
    """Every text file of `layouts/`: the project's own where it has one, else the one that ships."""

    large = True
    """Its digest is computed once and kept."""

    files: Mapping[str, str] = field(default_factory=dict, hash=False)
    """By path under `layouts/`, such as `briefing/briefing.html.j2`; without the citation styles."""
    styles: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Citation styles (CSL) by name, such as `house`."""

    english: str = ""
    """The table of English words that ships: what a library's own leaves out is said as it says."""

    strange: tuple[str, ...] = ()
    """Paths of the project's own files that stand in for no shipped one."""


def flawed_line(rule: str) -> str:
    """The hint that shows the line of a flaw."""
    return f"{FLAWED}{' '.join(rule.split())[:300]}"
