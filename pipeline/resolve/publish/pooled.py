"""Packs that ask for one list of references: their briefings cite as parts of one text, and share its list.

What is pinned to a kept version stays as it was published, with its own list.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from pipeline.cite.citeproc import CitedDocument, FormattedDocument
from pipeline.cite.style import numbers_works
from pipeline.codes import packs as codes
from pipeline.core.diagnostics import Diagnostic
from pipeline.model.bibliography import Reference
from pipeline.model.publication import Publication
from pipeline.resolve.publish.citations import NOTHING
from pipeline.resolve.publish.drafts import House, PublicationDraft
from pipeline.resolve.publish.publications import publish
from pipeline.resolve.reading import PackReading, Reading

Works = Mapping[str, Reference]


def one_list_has_a_place(binding: PackReading) -> Iterator[Diagnostic]:
    """A pack that asks for one list of references has a section for it."""
    fields = binding.pack.fields
    if fields.references == "pack" and "references" not in fields.back:
        reason = "it has no section 'references' at its back to hold one"
        yield codes.PACK_REFERENCES.at(binding.pack.marks.at("references"), reason=reason)


def numbered_remarks(bindings: Iterable[PackReading], house: House) -> Iterator[Diagnostic]:
    """Packs that ask for one list in a style that does not allow it."""
    for binding in bindings:
        if binding.pack.fields.references == "pack" and numbers_works(house.style):
            reason = f"the style '{house.environment.imprint.fields.style}' numbers works as each text cites them"
            yield codes.PACK_REFERENCES.at(binding.pack.marks.at("references"), reason=reason)


def is_pooled(binding: PackReading, house: House) -> bool:
    """Whether the briefings of a pack share one list."""
    fields = binding.pack.fields
    return fields.references == "pack" and "references" in fields.back and not numbers_works(house.style)


def sharing(binding: PackReading, house: House) -> tuple[Reading, ...]:
    """The texts of a pack that share its list."""
    return tuple(reading for reading in binding.present if not reading.kept) if is_pooled(binding, house) else ()


def pooled_documents(
    binding: PackReading, drafts: Mapping[str, PublicationDraft], works: Works, house: House
) -> Iterator[CitedDocument]:
    """Requests to the citation engine: each text among all works of the pack, so that suffixes agree."""
    for reading in sharing(binding, house):
        yield replace(
            drafts[reading.key].document,
            id=_name(binding, reading),
            references=tuple(works.values()),
            listed=tuple(works),
        )


def pooled_members(
    binding: PackReading,
    drafts: Mapping[str, PublicationDraft],
    formatted: Mapping[str, FormattedDocument],
    house: House,
    faulty: frozenset[str],
) -> dict[str, Publication]:
    """The texts that share a pack's list, by their keys: cited as the pack has it, their works without a list."""
    made = {}
    for reading in sharing(binding, house):
        draft = drafts[reading.key]
        given = formatted.get(_name(binding, reading), NOTHING)
        own = {reference.key for reference in draft.document.references}
        given = replace(given, entries=tuple(entry for entry in given.entries if entry[0] in own))
        text = publish(reading, draft, given, house, reading.key in faulty)
        made[reading.key] = replace(text, listed_in=binding.pack.id, formats=())
    return made


def _name(binding: PackReading, reading: Reading) -> str:
    return f"pack/{binding.pack.id}/{reading.key}"
