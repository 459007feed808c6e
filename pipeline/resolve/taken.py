"""What a text prints that stands in other files: names, terms, labels, titles, and how the house reckons."""

from __future__ import annotations

from pipeline.model.briefing import Briefing
from pipeline.model.library import Library
from pipeline.resolve import inherit
from pipeline.resolve.filing import credits_of
from pipeline.resolve.names import subjects_of
from pipeline.resolve.practice import force_name
from pipeline.resolve.publications import related_titles


def from_imprint(library: Library, briefing: Briefing) -> dict[str, object]:
    """What a text takes from its series or the library where it says nothing itself, by key of `library.yaml`."""
    series = library.series_of(briefing.id)
    return {
        "publisher": inherit.publisher_name(library, briefing, series),
        "language": inherit.language_of(briefing, library.imprint),
        "licence": inherit.licence_of(briefing, series, library.imprint),
        "copyright": inherit.copyright_of(briefing, library.imprint),
        "words_per_minute": library.imprint.fields.words_per_minute,
        "show_authors": tuple(credit.name for credit in credits_of(library, briefing)),
    }


def taken(library: Library, briefing: Briefing) -> dict[str, object]:
    """All that a text prints of other files, its works, notes and pictures apart."""
    fields = briefing.fields
    return from_imprint(library, briefing) | {
        "terms": {name: library.glossary.get(name) for name in fields.glossary},
        "subjects": subjects_of(library, (*fields.tags, *fields.audience)),
        "forces": tuple(force_name(record.force, library.organisations) for record in fields.practice),
        "related": related_titles(library, briefing),
        "credits": credits_of(library, briefing),
    }
