"""A briefing or series page as a manuscript; metadata."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import yaml
from markupsafe import Markup

from pipeline.compose.design.style import EPUB, SERIES, SERIES_PRINTED, WEB, drawn, paged_style, screen_style, web_style
from pipeline.compose.design.tokens import accent, logo
from pipeline.compose.design.typeface import font_set
from pipeline.compose.evidence import evidence, verdict
from pipeline.compose.page.body import blocks, body, notes
from pipeline.compose.page.boxes import entries, unplaced
from pipeline.compose.page.chapter import ChapterContext, chapter_context, series_context
from pipeline.compose.page.drawings import qr_of
from pipeline.compose.page.figures import descriptions
from pipeline.compose.page.fragment import set_page
from pipeline.core.text.typography import typeset
from pipeline.load.briefing import without_comments
from pipeline.model.body import EvidenceMark, walk
from pipeline.model.formats import EDITIONS, USUAL_EDITION, Attached, Attachment, Claim, Edition, Layouts
from pipeline.model.library import Library
from pipeline.model.manuscript import Chapter, Conformance, Manuscript, Metadata
from pipeline.model.publication import PackPublication, Publication, SeriesPublication
from pipeline.model.sheets import Identity
from pipeline.model.source.briefing import Copyright, Licence
from pipeline.model.source.library_file import LibrarySettings
from pipeline.model.source.versions import version_ref


def briefing_metadata(publication: Publication) -> Metadata:
    """Metadata of a briefing."""
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
    """ISO date of the text's last change: the latest of first publication, update and history; a review is none."""
    fields = publication.briefing.fields
    days = [day for day in (fields.first_published, fields.updated) if day]
    days += [entry.date for entry in fields.history if entry.kind != "review-no-change"]
    return max(days).isoformat() if days else ""


def conformance(imprint: LibrarySettings, whole: Identity, *texts: Publication) -> Conformance | None:
    """Conformance claimed for texts: only if somebody has judged it, for no draft, and for no text changed since."""
    said = imprint.fields.accessibility
    if said is None or any(one.has("draft") for one in (whole, *(text.identity for text in texts))):
        return None
    on = said.evaluated.isoformat() if said.evaluated else ""
    if on and any(modified(text) > on for text in texts):
        return None
    return Conformance(said.conforms_to, said.evaluated_by, on, said.report or "", said.credential or "")


def pack_metadata(pack: PackPublication) -> Metadata:
    """Metadata of a pack: described by what it holds, changed with its members. Nobody says when it was published."""
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
    """Metadata of a series' page."""
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
    """'© Northmoor Institute 2022. Open Licence 3.0.'."""
    said = []
    if copyright_:
        said.append(f"© {copyright_.holder} {copyright_.year}.")
    if licence:
        said.append(f"{licence_name(licence)}.")
    return " ".join(said)


def licence_name(licence: Licence) -> str:
    """A licence's name with its version."""
    return f"{licence.name} {licence.version}" if licence.version else licence.name


# Attachments: nothing that is not printed, no note between editors, and nobody who approved a text

_INTERNAL = ("editorial_notes", "owner")
_APPROVAL = frozenset({"approved_by", "approved_on", "approved_code", "approved_words"})
_NOTES = frozenset({"note", "annote", "abstract", "keyword", "call-number"})
"""Fields of a work that its keepers write for themselves."""


def briefing_claim(publication: Publication, library: Library, edition: Edition) -> Claim | None:
    """Standard and attachments of an edition of a briefing's PDF; None for an edition that claims nothing."""
    if not EDITIONS[edition].tagged:
        return None
    asked = library.imprint.fields.pdf
    attach = () if publication.manual else asked.attach
    return Claim(_attachments(attach, (publication,), library))


def pack_claim(pack: PackPublication, library: Library, edition: Edition) -> Claim | None:
    """Standard and attachments of an edition of a pack's PDF: the source of each member, one list of works."""
    if not EDITIONS[edition].tagged:
        return None
    return Claim(_attachments(pack.pack.fields.attach, pack.members, library))


def _attachments(
    attach: tuple[Attached, ...], publications: tuple[Publication, ...], library: Library
) -> tuple[Attachment, ...]:
    made = [source_of(p, library.sources[_filed(p)]) for p in publications] if "source" in attach else []
    if "references" in attach:
        made.append(references_of(publications, library))
    return tuple(made)


def _filed(publication: Publication) -> str:
    """Name of the source of a text, the same if the text shares its pack's references."""
    return version_ref(publication.id, publication.kept) if publication.kept else publication.id


def source_of(publication: Publication, body: str) -> Attachment:
    """The Markdown of a briefing under its front matter, written anew from what is known of it."""
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


def references_of(publications: tuple[Publication, ...], library: Library) -> Attachment:
    """The works that the briefings list, each once, by key, as CSL-JSON; a kept version lists what it rests on.

    Where texts know a work in two ways it is as the present text has it, as in a pack's own list.
    """
    found: dict[str, Mapping[str, Any]] = {}
    for publication in sorted(publications, key=lambda publication: bool(publication.kept)):
        own = library.kept[publication.key].library if publication.kept else library
        for key in (entry.key for entry in publication.references):
            if key in own.bibliography:
                found.setdefault(key, own.bibliography[key].csl)
    works = [{field: value for field, value in found[key].items() if field not in _NOTES} for key in sorted(found)]
    return Attachment(
        name="references.json",
        media_type="application/vnd.citationstyles.csl+json",
        relationship="Data",
        description="Works cited, as CSL-JSON",
        modified=max((modified(publication) for publication in publications), default=""),
        content=(json.dumps(works, ensure_ascii=False, indent=1) + "\n").encode(),
    )


def _front_matter(publication: Publication) -> dict[str, Any]:
    """The fields that the author set, in the order of the handbook, with what the briefing inherits of its terms."""
    fields = publication.briefing.fields
    left_out: dict[str, Any] = dict.fromkeys(_INTERNAL, True) | {"history": {"__all__": set(_APPROVAL)}}
    if not publication.imprint.fields.show_authors:
        left_out |= dict.fromkeys(("authors", "reviewers"), True)
    said = fields.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True, exclude=left_out)
    identity = publication.identity
    said |= {"schema": fields.schema_, "id": publication.id, "version": fields.version}
    said["status"] = "draft" if identity.has("draft") else fields.status.value
    said["language"] = identity.language
    for name, record in (("licence", publication.licence), ("copyright", publication.copyright)):
        if record:
            said[name] = record.model_dump(mode="json", exclude_none=True)
    said["marking"] = publication.marking.model_dump(mode="json", exclude_none=True)
    order = [field.alias or name for name, field in type(fields).model_fields.items()]
    return {name: _spoken(said[name]) for name in order if name in said}


def _spoken(value: Any) -> Any:
    """The value without comments in its words."""
    if isinstance(value, str):
        return without_comments(value)
    if isinstance(value, Mapping):
        return {name: _spoken(part) for name, part in value.items()}
    if isinstance(value, Iterable):
        return [_spoken(part) for part in value]
    return value


# Manuscripts


def compose_briefing(
    publication: Publication, layouts: Layouts, edition: Edition = USUAL_EDITION, with_places: bool = False
) -> Manuscript:
    """A briefing in the layout 'briefing', in the style of an edition of the PDF.

    `with_places`: its words carry the lines of the sources that they stand in, as the live page needs them.
    """
    chapter = chapter_context(publication, accent(publication.imprint, layouts, edition))
    chapter.across = EDITIONS[edition].across
    chapter.manual = publication.manual
    chapter.with_places = with_places
    name = "briefing/manual.html.j2" if publication.manual else "briefing/briefing.html.j2"
    values = {"publication": publication, "words": publication.identity.words, **pieces(publication, chapter)}
    markup, bookmarks = set_page(layouts, name, values, publication.identity.language)
    bound = Chapter(publication.id, publication.identity.title, markup, bookmarks, landmark="bodymatter")
    fonts = font_set(publication.imprint, layouts, edition, markup)
    style = paged_style("briefing", publication.imprint, layouts, fonts, edition)
    return Manuscript(
        layout="briefing",
        chapters=(bound,),
        metadata=briefing_metadata(publication),
        style=style + drawn(publication.assets, edition),
        epub_style=screen_style(EPUB, publication.imprint, layouts),
        web_style=web_style(WEB, "briefing", publication.imprint, layouts),
        fonts=fonts.faces,
        images=publication.assets,
        edition=edition,
    )


def pieces(publication: Publication, chapter: ChapterContext) -> dict[str, object]:
    """The parts of a briefing's page as XHTML, set in reading order: citations are numbered so."""
    chapter.level = 2
    key_finding = body(publication.key_finding, chapter)
    recommendation = body(publication.recommendation, chapter)
    chapter.verdict_set = bool(key_finding)
    placed = any(isinstance(node, EvidenceMark) and not node.plot for node in walk(publication.body.blocks))
    glance = Markup("") if placed else evidence(chapter)
    chapter.level = 2 if key_finding or recommendation or glance else 1
    text = body(publication.body, chapter)
    examples = unplaced(chapter, blocks)
    ending = notes(publication.body.footnotes, chapter)
    listed = [("", short, full) for short, full in publication.abbreviations]
    listed += [(f"term-{name}", term.term, term.meaning) for name, term in publication.glossary]
    return {
        "key_finding": key_finding,
        "recommendation": recommendation,
        "evidence": glance,
        "text": text,
        "practice": examples,
        "descriptions": descriptions(chapter, blocks),
        "notes": ending,
        "method": blocks(publication.method_note.blocks, chapter),
        "references": entries(chapter),
        "terms": tuple(sorted(listed, key=lambda entry: entry[1].casefold())),
        "verdict": verdict(chapter.evidence, chapter.words, chapter.accent),
        "qr": qr_of(publication.identity),
        "house": chapter.house,
        "logo": logo(publication.imprint, publication.assets),
        "licence": licence_name(publication.licence) if publication.licence else "",
    }


def compose_series(series: SeriesPublication, layouts: Layouts) -> Manuscript:
    """The landing page: what the series is, its briefings with their key findings and verdicts, how it was made."""
    colour = accent(series.imprint, layouts)
    chapter = series_context(series, colour, level=2)
    known = series.series
    members = [
        (
            member,
            verdict(member.evidence, series.identity.words, colour),
            body(member.key_finding, chapter_context(member, colour, elsewhere=f"briefing:{member.id}")),
        )
        for member in series.members
    ]
    values = {
        "series": series,
        "words": series.identity.words,
        "house": chapter.house,
        "members": members,
        "landing": body(known.landing, chapter),
        "method": blocks((known.method_note or series.imprint.method_note).blocks, chapter),
        "caveat": blocks((known.practice_caveat or series.imprint.practice_caveat).blocks, chapter),
        "notes": notes(known.landing.footnotes, chapter),
        "publication": series,
        "references": entries(chapter),
        "logo": logo(series.imprint, series.assets),
    }
    markup, bookmarks = set_page(layouts, "web/series.html.j2", values, series.identity.language)
    fonts = font_set(series.imprint, layouts, text=markup)
    return Manuscript(
        layout="series",
        chapters=(Chapter(series.identity.id, series.identity.title, markup, bookmarks, landmark="bodymatter"),),
        metadata=series_metadata(series),
        style=paged_style("briefing", series.imprint, layouts, fonts),
        epub_style=screen_style(EPUB, series.imprint, layouts),
        web_style=web_style(SERIES, "briefing", series.imprint, layouts, SERIES_PRINTED),
        fonts=fonts.faces,
        images=series.assets,
    )
