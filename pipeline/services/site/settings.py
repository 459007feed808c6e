"""The key of `library.yaml` for the catalogue."""

from pydantic import Field

from pipeline.model.source.briefing import Marking, WebAddress
from pipeline.model.source.record import Line, Record


class Site(Record):
    """The catalogue of `briefings site`: where it stands, what it may show, what its accessibility statement says."""

    address: WebAddress | None = None
    """Where it stands, if not at the library's `address`, such as `https://northmoor.example`; feeds and the list of
    pages for search engines name it."""
    marking: Marking = Marking()
    """The highest marking that it may show: texts and packs above it are left out, and so is one with an instruction or
    a descriptor that this does not have."""
    known_limits: tuple[Line, ...] = Field(default=())
    """Sentences on what is known not to be accessible yet; its accessibility statement says them."""


class SiteSettings(Record):
    """The key of `library.yaml` for the catalogue."""

    site: Site = Site()
    """The catalogue that `briefings site` makes."""
