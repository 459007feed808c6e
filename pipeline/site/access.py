"""The claims of the accessibility statement: of each kind of file that the site hands out, what is true of it. Pure."""

from collections.abc import Iterator

from pipeline.model.formats import EDITIONS, format_row
from pipeline.model.words import Words
from pipeline.site.values import Catalogue


def claims(site: Catalogue) -> Iterator[str]:
    """A sentence or two on each format."""
    files = [*(file for one in site.texts for file in one.files), *(file for one in site.groups for file in one.files)]
    for format in dict.fromkeys(file.format for file in files):
        yield from _said(site.words, format)


def _said(words: Words, format: str) -> Iterator[str]:
    row, called = format_row(format), words.say(f"site-format-{format}")
    called = called[:1].upper() + called[1:]
    if row.heard:
        yield words.say("site-access-tagged", format=called, standard="PDF/UA-1")
    elif row.paged:
        yield words.say("site-access-untagged", format=called)
    if row.paged and EDITIONS[row.edition].large:
        yield words.say("site-access-large", format=called)
    if not row.paged:
        yield words.say("site-access-reflows", format=called)
