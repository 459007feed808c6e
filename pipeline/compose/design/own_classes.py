"""Names of classes that our style sheets give a look: where an author writes one, it is no wish for that look."""

import re

_NAMES = """
    about address again against back backlinks box box-caution box-label box-note box-outcomes box-questions
    boxed briefing call caveat chapter citation cited-in contents copy cover cover-head cover-page current current-plain
    details directions display edition entries entries-back entries-front entry entry-line entry-title equation
    evidence eyebrow facts field field-key field-large field-medium field-small figure folio foot foot-id footnote
    for formula front gaps glance handbook-diagnostics head-date head-title history index index-columns inline key
    key-findings key-list label landing lead-in leader logo long-formula loose manual mark mark-known mark-open
    marking-bottom marking-top matter matter-note member member-status member-summary members middle more neither
    notenumber noteref numbered on-pages on-paper opener outcome outcomes over page-foot page-id page-mark page-status
    page-word panel part particulars parts placeholder plain plot produced produced-copy publisher qr qr-box
    references register related rests-on result rows ruled said sep series skip-link slot source stacked stamp
    stamp-line status studied studies subtitle summary table table-note tags tally task terms text tick title
    unbroken unsettled value which whole wide widest withdrawn word xref
"""
_OWN = frozenset(_NAMES.split())
_COUNTED = re.compile(r"(?:width|high|hang|both|right)-[a-z0-9-]+")
PLAIN = frozenset({"small-caps", "strikeout", "subscript", "superscript", "underline"})
"""Looks that an author may ask for."""


def is_own(name: str) -> bool:
    """Whether a class belongs to our layouts: they hide, shift or draw what has it."""
    return name in _OWN or _COUNTED.fullmatch(name) is not None
