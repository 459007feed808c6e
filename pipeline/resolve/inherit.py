"""Values that a briefing takes from its series or the library where it says nothing itself."""

from pipeline.model.source.briefing import BriefingHead, Copyright, Licence
from pipeline.model.source.imprint import Imprint, Series
from pipeline.resolve.environment import Environment


def publisher_name(environment: Environment, briefing: BriefingHead | None, series: Series | None) -> str:
    """The publisher's full name: the briefing's, else the series', else the library's."""
    own = briefing.fields.publisher if briefing else None
    inherited = series.fields.publisher if series else None
    name = own or inherited or environment.imprint.fields.publisher
    return environment.organisations[name].name if name in environment.organisations else name


def licence_of(briefing: BriefingHead, series: Series | None, imprint: Imprint) -> Licence | None:
    """The terms that hold for a briefing: its own, else its series', else the library's."""
    inherited = series.fields.licence if series else None
    return briefing.fields.licence or inherited or imprint.fields.licence


def copyright_of(briefing: BriefingHead, imprint: Imprint) -> Copyright | None:
    """Holder of the rights in a briefing: as it says, else as the library says."""
    return briefing.fields.copyright or imprint.fields.copyright


def address_of(briefing: BriefingHead, imprint: Imprint) -> str:
    """The canonical address of a briefing: as it says, else the library's with its id; or nothing."""
    if briefing.fields.canonical_url:
        return briefing.fields.canonical_url
    return "" if briefing.manual else address_under(imprint, briefing.id)


def address_under(imprint: Imprint, name: str) -> str:
    """The library's address with a name at its end, or nothing."""
    base = imprint.fields.address
    return f"{base.rstrip('/')}/{name}" if base else ""


def language_of(briefing: BriefingHead, imprint: Imprint) -> str:
    """The language of a briefing: its own, else the library's."""
    return briefing.fields.language or imprint.fields.language
