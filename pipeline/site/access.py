"""The claims of the accessibility statement: of each kind of file that the site hands out, what is true of it. Pure."""

from collections.abc import Iterator

from pipeline.model.formats import EDITIONS, format_row
from pipeline.model.words import Words
from pipeline.site.values import Catalogue


def claims(site: Catalogue, standard: str) -> Iterator[str]:
    """A sentence or two on each format; `standard` is the one that tagged PDFs are held to."""
    files = [*(file for one in site.texts for file in one.files), *(file for one in site.groups for file in one.files)]
    for format in dict.fromkeys(file.format for file in files):
        yield from _said(site.words, format, standard)


def _said(words: Words, format: str, standard: str) -> Iterator[str]:
    row, called = format_row(format), words.say(f"site-format-{format}")
    called = called[:1].upper() + called[1:]
    if row.heard:
        yield words.say("site-access-tagged", format=called, standard=standard)
    elif row.paged:
        yield words.say("site-access-untagged", format=called)
    if row.paged and EDITIONS[row.edition].large:
        yield words.say("site-access-large", format=called)
    if not row.paged:
        yield words.say("site-access-reflows", format=called)
