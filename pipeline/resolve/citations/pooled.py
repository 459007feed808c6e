"""Packs as one text for the citation engine: works of one author and year have their letters over the whole pack.

Where a pack asks for one list of references its briefings share that; else each keeps its own. What is pinned to a
kept version stays as it was published.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from pipeline.core.diagnostics import Diagnostic
from pipeline.core.messages import message
from pipeline.model.bibliography import Reference
from pipeline.model.publication import Publication
from pipeline.resolve.citations.citeproc import CitedDocument, FormattedDocument
from pipeline.resolve.citations.fill import NOTHING
from pipeline.resolve.citations.style import numbers_works
from pipeline.resolve.publications import PublicationDraft, RenderContext, publish
from pipeline.resolve.reading import BriefingView, PackView

Works = Mapping[str, Reference]


def one_list_has_a_place(binding: PackView) -> Iterator[Diagnostic]:
    """A pack that asks for one list of references has a section for it."""
    fields = binding.pack.fields
    if fields.references == "pack" and "references" not in fields.back:
        reason = "it has no section 'references' at its back to hold one"
        yield message("pack-references", binding.pack.marks.at("references"), reason=reason)


def numbered_remarks(bindings: Iterable[PackView], house: RenderContext) -> Iterator[Diagnostic]:
    """Packs that ask for one list in a style that does not allow it."""
    for binding in bindings:
        if binding.pack.fields.references == "pack" and numbers_works(house.style):
            reason = f"the style '{house.environment.imprint.fields.style}' numbers works as each text cites them"
            yield message("pack-references", binding.pack.marks.at("references"), reason=reason)


def is_pooled(binding: PackView, house: RenderContext) -> bool:
    """Whether the briefings of a pack share one list."""
    fields = binding.pack.fields
    return fields.references == "pack" and "references" in fields.back and not numbers_works(house.style)


def sharing(binding: PackView, house: RenderContext) -> tuple[BriefingView, ...]:
    """The texts of a pack that share its list."""
    return tuple(reading for reading in binding.present if not reading.kept) if is_pooled(binding, house) else ()


def is_lettered(binding: PackView, house: RenderContext) -> bool:
    """Whether letters after years are those of the whole pack: not beside a kept version, which has its own."""
    return is_pooled(binding, house) or not (
        numbers_works(house.style) or any(reading.kept for reading in binding.present)
    )


def _told_apart(
    binding: PackView, drafts: Mapping[str, PublicationDraft], house: RenderContext
) -> tuple[BriefingView, ...]:
    """The texts with lists of their own that cite a work of which another in the pack has the name and year."""
    if is_pooled(binding, house) or not is_lettered(binding, house):
        return ()
    cited = {reading.key: drafts[reading.key].document.references for reading in binding.present}
    works = {work.key: work for references in cited.values() for work in references}
    times = Counter(map(_name_and_year, works.values()))
    alike = {key for key, work in works.items() if times[_name_and_year(work)] > 1}
    return tuple(reading for reading in binding.present if any(work.key in alike for work in cited[reading.key]))


def _name_and_year(work: Reference) -> tuple[str, str]:
    """The first name of a work, and its year: works that differ in these are never told apart by a letter.

    Particles are part of a name, wherever they are written, and signs and accents are none: nothing is parted here
    that the citation engine holds for one name.
    """
    who: Mapping[str, Any] = next((work.csl[kind][0] for kind in ("author", "editor") if work.csl.get(kind)), {})
    family = f"{who.get('non-dropping-particle') or ''} {who.get('family') or ''}".strip()
    name = family or who.get("literal") or work.csl.get("publisher") or work.title
    years = work.csl.get("issued", {}).get("date-parts") or (("",),)
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", str(name).casefold()))), str(years[0][0])


def pooled_documents(
    binding: PackView, drafts: Mapping[str, PublicationDraft], works: Works, house: RenderContext
) -> Iterator[CitedDocument]:
    """Requests to the citation engine: each text among all works of the pack, so that suffixes agree."""
    for reading in (*sharing(binding, house), *_told_apart(binding, drafts, house)):
        yield replace(
            drafts[reading.key].document,
            id=_name(binding, reading),
            references=tuple(works.values()),
            listed=tuple(works),
        )


def pooled_members(
    binding: PackView,
    drafts: Mapping[str, PublicationDraft],
    formatted: Mapping[str, FormattedDocument],
    house: RenderContext,
    faulty: frozenset[str],
) -> dict[str, Publication]:
    """The texts that cite otherwise in a pack than by themselves, by their keys; a shared list is none of theirs."""
    made = {}
    for reading in (*sharing(binding, house), *_told_apart(binding, drafts, house)):
        draft = drafts[reading.key]
        given = formatted.get(_name(binding, reading), NOTHING)
        own = {reference.key for reference in draft.document.references}
        given = replace(given, entries=tuple(entry for entry in given.entries if entry[0] in own))
        pooled = is_pooled(binding, house)
        alone = formatted.get(draft.document.id, NOTHING)
        if not pooled and (given.groups, given.entries) == (alone.groups, alone.entries):
            continue
        text = publish(reading, draft, given, house, reading.key in faulty)
        name = binding.pack.id
        made[reading.key] = replace(text, listed_in=name * pooled, told_in=name * (not pooled), formats=())
    return made


def _name(binding: PackView, reading: BriefingView) -> str:
    return f"pack/{binding.pack.id}/{reading.key}"
