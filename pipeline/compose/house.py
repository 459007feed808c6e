"""Words of the house within a text that may be in another language."""

from __future__ import annotations

from markupsafe import Markup

from pipeline.typography import is_english


def in_english(language: str) -> Markup:
    """The attributes that say 'these words are English' within a text in another language; else nothing."""
    return Markup() if is_english(language) else Markup(' lang="en-GB" xml:lang="en-GB"')
