"""A briefing or a pack as one file of plain text, for e-mail and for readers that take nothing else."""

from collections.abc import Mapping, Sequence
from datetime import date

from pipeline.bind.epub.documents import EpubChapter, in_book, leaves_its_code
from pipeline.bind.links import in_addresses, lead_links
from pipeline.bind.pdf.notices import notices
from pipeline.bind.plain.blocks import TextLines, blocks, written
from pipeline.bind.stamps.produced import fill_produced, produced_here
from pipeline.markup.xhtml import XHTML, join_addresses, parse
from pipeline.model.identity import Identity
from pipeline.text.filling import COLUMNS, filled

_RULE = TextLines(("=" * COLUMNS,), 2)
"""Stands before each text of a pack."""


def bind_text(
    chapters: Sequence[EpubChapter], identity: Identity, produced: date, addresses: Mapping[str, str]
) -> bytes:
    """The finished file: UTF-8, lines that end in a line feed and have at most 72 columns.

    An address and a line of code may be longer, as they are not to be broken.
    """
    said = notices(identity, tuple(bound.chapter for bound in chapters))
    found: list[TextLines] = _statuses(said)
    dated = False
    for number, bound in enumerate(chapters):
        own = notices(bound.identity, (bound.chapter,)) if bound.identity else ()
        text, says_day = _chapter(chapters, bound, identity, produced, addresses)
        dated |= says_day
        found += [_RULE] if number else []
        found += [*_statuses([notice for notice in own if notice not in said]), *text]
    dated &= not leaves_its_code(chapters, identity)
    day = [] if dated else [produced_here(identity, produced)]
    found += [TextLines(("-" * COLUMNS,), 2), *_foot((_named(identity), *day))]
    return ("\n".join(written(found)) + "\n").encode()


def _chapter(
    chapters: Sequence[EpubChapter],
    bound: EpubChapter,
    identity: Identity,
    produced: date,
    addresses: Mapping[str, str],
) -> tuple[list[TextLines], bool]:
    """The blocks of a text, and whether it says when this copy was produced."""
    root = parse(f'<body xmlns="{XHTML}">\n{bound.chapter.body}\n</body>', bound.chapter.name)
    dated = fill_produced(root, bound.identity or identity, produced, whole=not bound.identity)
    lead_links(root, in_book(tuple(chapters), in_addresses(addresses)))
    join_addresses(root)
    return blocks(root, COLUMNS), dated


def _statuses(said: Sequence[str]) -> list[TextLines]:
    """Statuses and marking that a text does not say itself."""
    return [TextLines(tuple(filled(" · ".join(said))))] if said else []


def _named(identity: Identity) -> str:
    """Id, version and edition, statuses and marking, as a page says them at its head and foot."""
    version = identity.words.say("version", number=identity.version) if identity.version else ""
    said = (identity.id, version, identity.edition, *identity.statuses, identity.marking)
    return " · ".join(filter(None, said))


def _foot(said: Sequence[str]) -> list[TextLines]:
    return [TextLines(tuple(filled(words)), 0 if number else 1) for number, words in enumerate(said)]
