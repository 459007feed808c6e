"""Metadata of a manuscript, from the record alone."""

from pipeline.model.identity import Identity
from pipeline.model.manuscript import Conformance, Metadata
from pipeline.model.publication import PackPublication, Publication, SeriesPublication
from pipeline.model.source.briefing import Copyright, Licence
from pipeline.model.source.imprint import Imprint
from pipeline.text.typography import typeset


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


def conformance(imprint: Imprint, whole: Identity, *texts: Publication) -> Conformance | None:
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
