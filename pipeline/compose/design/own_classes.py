"""Names of classes that our style sheets give a look: where an author writes one, it is no wish for that look."""

import re

from pipeline.model.stamp_slots import SLOTS

_NAMES = """
    about about-parcel across address addressee addressee-name again answers answers-back approval-code asked back
    backlinks begins blank box box-caution box-label box-note box-outcomes box-practice box-questions boxed brief
    briefing call caveat changed chapter chapters citation cited-in columns contents correcting cover cover-head
    cover-page cover-parts current description direction display downloads edition emoji entries entry entry-facts
    entry-line entry-title equation evidence eyebrow facts field figure finding foot footnote formula found front
    further gaps glance ground h2 h3 halved handbook-diagnostics handbook-keys handbook-parts hangs history hung
    index index-columns inline issued key key-findings key-list key-to-sides label labels labels-8 landing lead-in
    leader letter letters listed listed-title logo long-formula loose low manual map map-alone map-close map-closest
    map-key map-on-cover map-over map-page map-roomy mark mark-known mark-open matter matter-note member
    member-summary members middle not-all notenumber noteref notes notice numbered on-pages on-paper opener opening
    outcome outcomes over overall page-foot page-id page-mark page-status page-word pair panel part part-of
    part-of-pack part-title parts placeholder plain practice publisher qr qr-box read record references register
    related rests-on result row rows ruled run-on said search-form sep series sheet short side sides sign sign-day
    sign-role signed signing-key signs site site-foot site-head site-name skip-link slot smaller smallest
    stacked stamp stamp-line strength stub studied subtitle summary table table-note tags task terms text third tick
    title unbroken unnumbered unsettled value verdict way-back which whole wide widest withdrawn word work works
    works-cited xref
"""
_OWN = frozenset(_NAMES.split()) | SLOTS.keys()
_COUNTED = re.compile(r"(?:width|high|hang|both|right)-[a-z0-9-]+")
PLAIN = frozenset({"small-caps", "strikeout", "subscript", "superscript", "underline"})
"""Looks that an author may ask for."""


def is_own(name: str) -> bool:
    """Whether a class belongs to our layouts: they hide, shift or draw what has it."""
    return name in _OWN or _COUNTED.fullmatch(name) is not None
