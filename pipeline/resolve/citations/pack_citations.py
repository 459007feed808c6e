"""Citations and the list of works of a pack: 'a' and 'b' after years agree over the whole pack.

If a pack asks for one list of references its briefings share it; otherwise each keeps its own. Kept versions stay as
they were published.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pipeline.core.diagnostics import Diagnostic
from pipeline.core.digests import digest
from pipeline.core.faults import blame_faults_on
from pipeline.core.messages import message
from pipeline.model.bibliography import Reference
from pipeline.model.publication import Publication, ReferenceEntry
from pipeline.resolve.citations.citeproc import CitedDocument
from pipeline.resolve.citations.fill import NO_CITATIONS, entry_of
from pipeline.resolve.citations.style import numbers_works
from pipeline.resolve.publications import FormattedDrafts, PublicationDraft, RenderContext, publish, shown_entries
from pipeline.resolve.reading import BriefingView, PackView


def one_list_has_a_place(pack_view: PackView) -> Iterator[Diagnostic]:
    """A pack that asks for one list of references has a section for it."""
    fields = pack_view.pack.fields
    if fields.references == "pack" and "references" not in fields.back:
        reason = "it has no section 'references' at its back"
        yield message("pack-references", pack_view.pack.marks.at("references"), reason=reason)


def numbered_remarks(pack_view: PackView, context: RenderContext) -> Iterator[Diagnostic]:
    """Report a pack that asks for one list in a style that numbers works."""
    if pack_view.pack.fields.references == "pack" and numbers_works(context.style):
        reason = f"the style '{context.environment.imprint.fields.style}' numbers works as each text cites them"
        yield message("pack-references", pack_view.pack.marks.at("references"), reason=reason)


def shares_one_list(pack_view: PackView, context: RenderContext) -> bool:
    """True if the briefings of a pack share one list of references."""
    fields = pack_view.pack.fields
    return fields.references == "pack" and "references" in fields.back and not numbers_works(context.style)


def letters_agree_in_pack(pack_view: PackView, context: RenderContext) -> bool:
    """True if letters after years agree over the whole pack: it has no kept version."""
    return shares_one_list(pack_view, context) or not (
        numbers_works(context.style) or any(view.kept for view in pack_view.present)
    )


def _formatted_in_pack(
    pack_view: PackView, drafts: Mapping[str, PublicationDraft], context: RenderContext
) -> tuple[BriefingView, ...]:
    """The texts whose citations are formatted for the pack.

    With one list these are all but kept versions; otherwise those that cite a work with the name and year of another.
    """
    if shares_one_list(pack_view, context):
        return tuple(view for view in pack_view.present if not view.kept)
    if not letters_agree_in_pack(pack_view, context):
        return ()
    cited = {view.key: drafts[view.key].document.references for view in pack_view.present}
    works = {work.key: work for references in cited.values() for work in references}
    counts = Counter(map(_name_and_year, works.values()))
    alike = {key for key, work in works.items() if counts[_name_and_year(work)] > 1}
    return tuple(view for view in pack_view.present if any(work.key in alike for work in cited[view.key]))


def _name_and_year(work: Reference) -> tuple[str, str]:
    """Return the first name of a work and its year: works that differ in these never get a letter.

    Particles count as part of the name; signs and accents do not, because the citation engine ignores them.
    """
    creators = (work.csl[role][0] for role in ("author", "editor") if work.csl.get(role))
    person: Mapping[str, Any] = next(creators, {})
    family = f"{person.get('non-dropping-particle') or ''} {person.get('family') or ''}".strip()
    name = family or person.get("literal") or work.csl.get("publisher") or work.title
    years = work.csl.get("issued", {}).get("date-parts") or (("",),)
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", str(name).casefold()))), str(years[0][0])


def _pooled_documents(
    pack_view: PackView, drafts: Mapping[str, PublicationDraft], works: Mapping[str, Reference], context: RenderContext
) -> Iterator[CitedDocument]:
    """Request each text with all works of the pack, so that letters after years agree."""
    for view in _formatted_in_pack(pack_view, drafts, context):
        document = drafts[view.key].document
        yield replace(document, id=_name(pack_view, view), references=tuple(works.values()), listed=tuple(works))


def pooled_members(pack_view: PackView, texts: FormattedDrafts, context: RenderContext) -> dict[str, Publication]:
    """Publish the texts that cite differently in a pack than on their own; returns them by key."""
    members = {}
    pooled, name = shares_one_list(pack_view, context), pack_view.pack.id
    for view in _formatted_in_pack(pack_view, texts.drafts, context):
        draft = texts.drafts[view.key]
        in_pack = texts.formatted.get(_name(pack_view, view), NO_CITATIONS)
        keys = {reference.key for reference in draft.document.references}
        in_pack = replace(in_pack, entries=tuple(entry for entry in in_pack.entries if entry[0] in keys))
        alone = texts.citations_of(draft)
        if pooled or (in_pack.groups, in_pack.entries) != (alone.groups, alone.entries):
            text = publish(view, draft, in_pack, context)
            members[view.key] = replace(
                text, listed_in=name if pooled else "", told_in="" if pooled else name, formats=()
            )
    return members


def _name(pack_view: PackView, view: BriefingView) -> str:
    return f"pack/{pack_view.pack.id}/{view.key}"


# The list of all works at the end of a pack

_MARKUP = re.compile(r"<[^>]*>")


def merged_documents(
    pack_views: tuple[PackView, ...], drafts: Mapping[str, PublicationDraft], context: RenderContext
) -> Iterator[CitedDocument]:
    """Request the lists of packs: all works together, and with kept versions also each alone."""
    language = context.words.spoken(context.environment.imprint.fields.language)
    alone: dict[str, Reference] = {}
    for pack_view in pack_views:
        with blame_faults_on(pack_view.pack.path):
            works = _works(pack_view, drafts)
            if not letters_agree_in_pack(pack_view, context):
                alone |= {_document_id(work): work for work in works.values()}
            pooled = tuple(_pooled_documents(pack_view, drafts, works, context))
        yield from pooled
        if works:
            keys = tuple(works)
            yield CitedDocument(f"pack/{pack_view.pack.id}", context.style, language, (), tuple(works.values()), keys)
    for name, work in sorted(alone.items()):
        yield CitedDocument(name, context.style, language, (), (work,), (work.key,))


def _document_id(work: Reference) -> str:
    """Return the id of the request for one work; its details may differ in a kept version."""
    return f"work/{work.key}/{digest(work.csl)[:16]}"


def _works(pack_view: PackView, drafts: Mapping[str, PublicationDraft]) -> dict[str, Reference]:
    """Collect the works of a pack by key; present texts have precedence over kept versions."""
    works: dict[str, Reference] = {}
    for view in sorted(pack_view.present, key=lambda view: bool(view.kept)):
        for work in drafts[view.key].document.references:
            works.setdefault(work.key, work)
    return dict(sorted(works.items()))


def merged_references(
    pack_view: PackView, texts: FormattedDrafts, context: RenderContext
) -> tuple[ReferenceEntry, ...]:
    """Return every work of a pack once, with the briefings that list it."""
    citing: dict[str, tuple[str, ...]] = {}
    for view in pack_view.present:
        for reference in texts.drafts[view.key].document.references:
            citing[reference.key] = (*citing.get(reference.key, ()), view.briefing.id)
    if not citing:
        return ()
    works = _works(pack_view, texts.drafts)
    together = texts.formatted[f"pack/{pack_view.pack.id}"]
    use_together = numbers_works(context.style, in_list=True) or letters_agree_in_pack(pack_view, context)
    entries = []
    for key, words in together.entries:
        work = works[key]
        answer = together if use_together else texts.formatted[_document_id(work)]
        entry = entry_of(work, key, dict(answer.entries).get(key, words), dict(answer.shorts).get(key, key))
        title = str(work.csl.get("title-short", "")) or work.title.partition(": ")[0]
        entries.append(replace(entry, cited_by=citing[key], title=_MARKUP.sub("", title)))
    return shown_entries(tuple(entries), context)
