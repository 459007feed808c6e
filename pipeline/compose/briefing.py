"""Briefings and series as manuscripts, with metadata and attachments."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import yaml
from markupsafe import Markup

from pipeline.compose.design.style import (
    EPUB_SHEETS,
    SERIES_PRINTED,
    SERIES_SHEETS,
    WEB_SHEETS,
    drawing_widths,
    paged_style,
    screen_style,
    web_style,
)
from pipeline.compose.design.tokens import accent_colour, logo_markup
from pipeline.compose.design.typeface import choose_fonts
from pipeline.compose.evidence import evidence_at_a_glance, set_verdict
from pipeline.compose.language.words import lang_attribute
from pipeline.compose.page.body import set_blocks, set_body, set_notes
from pipeline.compose.page.boxes import reference_entries, unplaced_practice
from pipeline.compose.page.chapter import ChapterContext, chapter_context, series_context
from pipeline.compose.page.drawings import identity_qr
from pipeline.compose.page.figures import descriptions
from pipeline.compose.page.fragment import fill_page
from pipeline.core.text.typography import typeset
from pipeline.load.briefing import without_html_comments
from pipeline.model.body import EvidenceMark, walk_nodes
from pipeline.model.formats import PDF_VARIANTS, USUAL_VARIANT, Attached, Attachment, Claim, Layouts, PdfVariant
from pipeline.model.library import Library
from pipeline.model.manuscript import Chapter, Conformance, Manuscript, Metadata
from pipeline.model.publication import PackPublication, Publication, SeriesPublication
from pipeline.model.sheets import Identity
from pipeline.model.source.briefing import Copyright, Licence
from pipeline.model.source.library_file import LibrarySettings
from pipeline.model.source.versions import version_ref


def briefing_metadata(publication: Publication) -> Metadata:
    """Return the metadata of a briefing."""
    fields, imprint = publication.briefing.fields, publication.imprint.fields
    series = publication.series
    position = 0
    if series and publication.id in series.fields.briefings:
        position = series.fields.briefings.index(publication.id) + 1
    return Metadata(
        id=publication.id,
        title=publication.identity.title,
        language=publication.identity.language,
        publisher=publication.identity.publisher or imprint.publisher,
        version="" if publication.manual else publication.identity.version,
        credits=publication.credits,
        description=typeset(fields.summary, publication.identity.language),
        subjects=publication.subjects,
        created=fields.first_published.isoformat() if fields.first_published else "",
        modified=modified(publication),
        rights=rights(publication.licence, publication.copyright),
        licence_url=publication.licence.url or "" if publication.licence else "",
        address=publication.identity.address,
        doi=fields.doi or "",
        isbns=fields.isbn.by_format,
        series=typeset(series.fields.title, imprint.language) if series else "",
        series_position=position,
        conformance=None if publication.manual else conformance(publication.imprint, publication.identity, publication),
    )


def modified(publication: Publication) -> str:
    """Return the ISO date of the last change: of first publication, update and history, but not of reviews."""
    fields = publication.briefing.fields
    days = [day for day in (fields.first_published, fields.updated) if day]
    days += [entry.date for entry in fields.history if entry.kind != "review-no-change"]
    return max(days).isoformat() if days else ""


def conformance(imprint: LibrarySettings, whole: Identity, *texts: Publication) -> Conformance | None:
    """Return the conformance claimed for texts: it was evaluated, none is a draft, and none has changed since."""
    claim = imprint.fields.accessibility
    if claim is None or any(identity.has("draft") for identity in (whole, *(text.identity for text in texts))):
        return None
    day = claim.evaluated.isoformat() if claim.evaluated else ""
    if day and any(modified(text) > day for text in texts):
        return None
    return Conformance(claim.conforms_to, claim.evaluated_by, day, claim.report or "", claim.credential or "")


def pack_metadata(pack: PackPublication) -> Metadata:
    """Return the metadata of a pack. Its members describe it and date its last change; it has no first date."""
    subjects = dict.fromkeys(subject for member in pack.members for subject in member.subjects)
    credits = dict.fromkeys(credit for member in pack.members for credit in member.credits)
    changed = [day for member in pack.members if (day := modified(member))]
    imprint = pack.imprint.fields
    return Metadata(
        id=pack.id,
        title=pack.identity.title,
        language=pack.identity.language,
        publisher=pack.identity.publisher or imprint.publisher,
        version=pack.identity.edition,
        description="" if pack.pack.manual else "; ".join(member.identity.title for member in pack.members),
        subtitle=typeset(pack.pack.fields.subtitle or "", pack.identity.language),
        credits=tuple(credits),
        subjects=tuple(subjects),
        modified=max(changed, default=""),
        rights=rights(imprint.licence, imprint.copyright),
        licence_url=imprint.licence.url or "" if imprint.licence else "",
        address=pack.identity.address,
        doi=pack.pack.fields.doi or "",
        isbns=pack.pack.fields.isbn.by_format,
        conformance=None if pack.pack.manual else conformance(pack.imprint, pack.identity, *pack.members),
    )


def series_metadata(series: SeriesPublication) -> Metadata:
    """Return the metadata of a series' page."""
    imprint = series.imprint.fields
    return Metadata(
        id=series.identity.id,
        title=series.identity.title,
        language=series.identity.language,
        publisher=series.identity.publisher or imprint.publisher,
        description=typeset(series.series.fields.summary or "", series.identity.language),
        rights=rights(series.series.fields.licence or imprint.licence, imprint.copyright),
        address=series.identity.address,
    )


def rights(licence: Licence | None, copyright_: Copyright | None) -> str:
    """Return '© Northmoor Institute 2022. Open Licence 3.0.'."""
    sentences = [f"© {copyright_.holder} {copyright_.year}."] if copyright_ else []
    return " ".join([*sentences, f"{licence_name(licence)}."] if licence else sentences)


def licence_name(licence: Licence) -> str:
    """Return a licence's name with its version."""
    return f"{licence.name} {licence.version}" if licence.version else licence.name


# Attachments: no text that is not printed, no note between editors, and no name of who approved a text

_INTERNAL = ("editorial_notes", "owner")
_APPROVAL = frozenset({"approved_by", "approved_on", "approved_code", "approved_words"})
_NOTES = frozenset({"note", "annote", "abstract", "keyword", "call-number"})
"""Fields of a work that are for its keepers."""


def briefing_claim(publication: Publication, library: Library, variant: PdfVariant) -> Claim | None:
    """Return the standard and attachments of a variant of a briefing's PDF; None if it claims nothing."""
    if not PDF_VARIANTS[variant].tagged:
        return None
    attach = () if publication.manual else library.imprint.fields.pdf.attach
    return Claim(_attachments(attach, (publication,), library))


def pack_claim(pack: PackPublication, library: Library, variant: PdfVariant) -> Claim | None:
    """Return the standard and attachments of a variant of a pack's PDF: each member's source, one list of works."""
    if not PDF_VARIANTS[variant].tagged:
        return None
    return Claim(_attachments(pack.pack.fields.attach, pack.members, library))


def _attachments(
    attach: tuple[Attached, ...], publications: tuple[Publication, ...], library: Library
) -> tuple[Attachment, ...]:
    attachments = []
    if "source" in attach:
        attachments += [_source_attachment(text, library.sources[_source_name(text)]) for text in publications]
    if "references" in attach:
        attachments.append(_references_attachment(publications, library))
    return tuple(attachments)


def _source_name(publication: Publication) -> str:
    return version_ref(publication.id, publication.kept) if publication.kept else publication.id


def _source_attachment(publication: Publication, body: str) -> Attachment:
    """Return the Markdown of a briefing under new front matter, which has what is published."""
    front = yaml.safe_dump(_front_matter(publication), sort_keys=False, allow_unicode=True, width=110)
    identity = publication.identity
    return Attachment(
        name=f"{publication.id}.md",
        media_type="text/markdown",
        relationship="Source",
        description=f"Source of {identity.title}, version {identity.version}",
        modified=modified(publication),
        content=f"---\n{front}---\n\n{body}".encode(),
    )


def _references_attachment(publications: tuple[Publication, ...], library: Library) -> Attachment:
    """Return the works that the briefings list, each once, by key, as CSL-JSON; a kept version lists its own works.

    If texts have a work in two forms, the attachment has that of the present text, like the pack's list.
    """
    works: dict[str, Mapping[str, Any]] = {}
    for publication in sorted(publications, key=lambda publication: bool(publication.kept)):
        text_library = library.kept[publication.key].library if publication.kept else library
        for key in (entry.key for entry in publication.references):
            if key in text_library.bibliography:
                works.setdefault(key, text_library.bibliography[key].csl)
    public = [{field: value for field, value in works[key].items() if field not in _NOTES} for key in sorted(works)]
    return Attachment(
        name="references.json",
        media_type="application/vnd.citationstyles.csl+json",
        relationship="Data",
        description="Works cited, as CSL-JSON",
        modified=max((modified(publication) for publication in publications), default=""),
        content=(json.dumps(public, ensure_ascii=False, indent=1) + "\n").encode(),
    )


def _front_matter(publication: Publication) -> dict[str, Any]:
    """Return the fields that the author set, in the order of the handbook, and the terms that the briefing inherits."""
    fields, identity = publication.briefing.fields, publication.identity
    left_out: dict[str, Any] = dict.fromkeys(_INTERNAL, True) | {"history": {"__all__": set(_APPROVAL)}}
    if not publication.imprint.fields.show_authors:
        left_out |= dict.fromkeys(("authors", "reviewers"), True)
    values = fields.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True, exclude=left_out)
    values |= {"schema": fields.schema_, "id": publication.id, "version": fields.version}
    values["status"] = "draft" if identity.has("draft") else fields.status.value
    values["language"] = identity.language
    for name, record in (("licence", publication.licence), ("copyright", publication.copyright)):
        if record:
            values[name] = record.model_dump(mode="json", exclude_none=True)
    values["marking"] = publication.marking.model_dump(mode="json", exclude_none=True)
    order = [field.alias or name for name, field in type(fields).model_fields.items()]
    return {name: _without_comments(values[name]) for name in order if name in values}


def _without_comments(value: Any) -> Any:
    """Return a value of the front matter without comments in its words."""
    if isinstance(value, str):
        return without_html_comments(value)
    if isinstance(value, Mapping):
        return {name: _without_comments(part) for name, part in value.items()}
    if isinstance(value, Iterable):
        return [_without_comments(part) for part in value]
    return value


# Manuscripts


def compose_briefing(
    publication: Publication, layouts: Layouts, variant: PdfVariant = USUAL_VARIANT, with_places: bool = False
) -> Manuscript:
    """Compose a briefing, in the style of a variant of the PDF.

    With `with_places` its words carry the lines of their source, as the live page needs them.
    """
    imprint, identity = publication.imprint, publication.identity
    chapter = chapter_context(
        publication,
        accent_colour(imprint, layouts, variant),
        has_side_column=PDF_VARIANTS[variant].across,
        with_places=with_places,
    )
    name = "briefing/manual.html.j2" if publication.manual else "briefing/briefing.html.j2"
    values = {"publication": publication, "words": identity.words, **_briefing_values(publication, chapter)}
    markup, bookmarks = fill_page(layouts, name, values, identity.language)
    fonts = choose_fonts(imprint, layouts, variant, markup)
    return Manuscript(
        layout="briefing",
        chapters=(Chapter(publication.id, identity.title, markup, bookmarks, landmark="bodymatter"),),
        metadata=briefing_metadata(publication),
        style=paged_style("briefing", imprint, layouts, fonts, variant) + drawing_widths(publication.assets, variant),
        epub_style=screen_style(EPUB_SHEETS, imprint, layouts),
        web_style=web_style(WEB_SHEETS, "briefing", imprint, layouts),
        fonts=fonts.faces,
        images=publication.assets,
        variant=variant,
    )


def _briefing_values(publication: Publication, chapter: ChapterContext) -> dict[str, object]:
    """Set the parts of a briefing's page in reading order, because citations are numbered in that order."""
    chapter.state.level = 2
    key_finding = set_body(publication.key_finding, chapter)
    recommendation = set_body(publication.recommendation, chapter)
    chapter.state.has_verdict = bool(key_finding)
    is_placed = any(isinstance(node, EvidenceMark) and not node.plot for node in walk_nodes(publication.body.blocks))
    glance = Markup("") if is_placed else evidence_at_a_glance(chapter)
    chapter.state.level = 2 if key_finding or recommendation or glance else 1
    terms = [("", short, full) for short, full in publication.abbreviations]
    terms += [(f"term-{name}", term.term, term.meaning) for name, term in publication.glossary]
    return {
        "key_finding": key_finding,
        "recommendation": recommendation,
        "evidence": glance,
        "text": set_body(publication.body, chapter),
        "practice": unplaced_practice(chapter, set_blocks),
        "notes": set_notes(publication.body.footnotes, chapter),
        "descriptions": descriptions(chapter, set_blocks),
        "method": set_blocks(publication.method_note.blocks, chapter),
        "references": reference_entries(chapter),
        "terms": tuple(sorted(terms, key=lambda entry: entry[1].casefold())),
        "verdict": set_verdict(chapter.evidence, chapter.words, chapter.accent),
        "qr": identity_qr(publication.identity),
        "house": lang_attribute(publication.identity.words, publication.identity.language),
        "logo": logo_markup(publication.imprint, publication.assets),
        "licence": licence_name(publication.licence) if publication.licence else "",
    }


def compose_series(series: SeriesPublication, layouts: Layouts) -> Manuscript:
    """Compose the page of a series: what it is, its briefings with key findings and verdicts, how it was made."""
    imprint, identity, colour = series.imprint, series.identity, accent_colour(series.imprint, layouts)
    chapter = series_context(series, colour, level=2)
    record = series.series
    members = [
        (
            member,
            set_verdict(member.evidence, identity.words, colour),
            set_body(member.key_finding, chapter_context(member, colour, anchors_in=f"briefing:{member.id}")),
        )
        for member in series.members
    ]
    values = {
        "series": series,
        "words": identity.words,
        "house": lang_attribute(identity.words, identity.language),
        "members": members,
        "landing": set_body(record.landing, chapter),
        "method": set_blocks((record.method_note or imprint.method_note).blocks, chapter),
        "caveat": set_blocks((record.practice_caveat or imprint.practice_caveat).blocks, chapter),
        "notes": set_notes(record.landing.footnotes, chapter),
        "publication": series,
        "references": reference_entries(chapter),
        "logo": logo_markup(imprint, series.assets),
    }
    markup, bookmarks = fill_page(layouts, "web/series.html.j2", values, identity.language)
    fonts = choose_fonts(imprint, layouts, text=markup)
    return Manuscript(
        layout="series",
        chapters=(Chapter(identity.id, identity.title, markup, bookmarks, landmark="bodymatter"),),
        metadata=series_metadata(series),
        style=paged_style("briefing", imprint, layouts, fonts),
        epub_style=screen_style(EPUB_SHEETS, imprint, layouts),
        web_style=web_style(SERIES_SHEETS, "briefing", imprint, layouts, SERIES_PRINTED),
        fonts=fonts.faces,
        images=series.assets,
    )
