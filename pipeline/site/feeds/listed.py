"""Parts that every feed has: addresses, days, the packs and texts that are in it."""

from collections.abc import Iterator
from datetime import date

from pipeline.site.values import Catalogue, CataloguedGroup, CataloguedText, Download

OPEN = "http://opds-spec.org/acquisition/open-access"
"""The relation of a file that anybody may take."""

NEVER = date(1970, 1, 1)
"""Stands for the day of a text that has none."""


def address(site: Catalogue, path: str, at: str = "") -> str:
    """A path of the site as a feed names it: in full where the site's address is known, else from the file `at` on."""
    return f"{site.address}/{path}" if site.address else "../" * at.count("/") + path


def moment(day: date | None) -> str:
    """The beginning of a day, as feeds write it."""
    return f"{(day or NEVER).isoformat()}T00:00:00Z"


def listed(site: Catalogue) -> Iterator[tuple[CataloguedText | CataloguedGroup, tuple[Download, ...]]]:
    """Packs and texts that hold and have files, each with these."""
    yield from ((pack, pack.files) for pack in site.packs if pack.files)
    yield from ((text, text.files) for text in site.in_force if text.files)


def identifier(site: Catalogue, one: CataloguedText | CataloguedGroup) -> str:
    """The name of a publication: its address, else a name that no other has here."""
    own = one.address if isinstance(one, CataloguedText) else ""
    return own or (f"{site.address}/{one.id}" if site.address else f"urn:x-briefings:{one.id}")


def modified(site: Catalogue, one: CataloguedText | CataloguedGroup) -> date | None:
    """The last day on which something became of it: of a pack that of the texts in it."""
    if isinstance(one, CataloguedText):
        return one.modified
    texts = (site.by_id[member.id] for member in one.members if member.id in site.by_id)
    return max((text.modified for text in texts if text.modified), default=None)
