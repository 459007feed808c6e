"""The files of a kept version: a library of one briefing, with all that its text rests on, and the record of it.

Files that authors wrote are kept as they are. What a text takes from lists that others share is kept as far as it
takes it, so that a change elsewhere in them is no change here.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml
from pydantic import BaseModel

from pipeline.core.digests import sha256
from pipeline.core.printed_code import code_among, code_of
from pipeline.load.pictures.picture import picture_file
from pipeline.model.bibliography import Reference, Verification
from pipeline.model.formats import Asset
from pipeline.model.source.library_file import Imprint, Series
from pipeline.model.source.versions import PRINTED, RECORD, WORDS, KeptRecord, LedTo, Overridden
from pipeline.resolve import environment as inherit
from pipeline.resolve.markings import marking_of
from pipeline.resolve.reading import Reading, bodies, pictures_in
from pipeline.resolve.versions import texts_by_path
from pipeline.resolve.wording import drafted, wording, wording_digest

SOURCE = "source/"
CITED = "references/cited.json"


@dataclass(frozen=True, slots=True)
class Publishing:
    """Record of publishing a version: the day, the approver, and the objections overridden."""

    on: date
    approved_by: str | None = None
    overridden: tuple[Overridden, ...] = ()
    approved_on: date | None = None
    approved_code: str | None = None
    approved_words: str | None = None


def version_files(reading: Reading, files: Mapping[str, bytes], publishing: Publishing) -> dict[str, bytes]:
    """Every file of a kept version by its path in its folder; `files` are those of `source/`, by path."""
    environment, briefing = reading.environment, reading.briefing
    draft = drafted(reading)
    kept = {
        _inner(briefing.path): files[briefing.path],
        **{_inner(path): files[path] for path in pictures_of(reading)},
        "library.yaml": _yaml(_printed(environment.imprint)),
        **dict(_shared(reading)),
    }
    if draft.document.references:
        kept[CITED] = _csl(draft.document.references)
    kept[WORDS] = wording(reading, draft)
    digest = wording_digest(kept[WORDS])
    code = code_among(digest, environment.codes)
    record = KeptRecord(
        id=briefing.id,
        version=briefing.fields.version,
        title=briefing.fields.title,
        published=publishing.on,
        approved_by=publishing.approved_by,
        approved_on=publishing.approved_on,
        approved_code=publishing.approved_code,
        approved_words=publishing.approved_words,
        digest=digest,
        marking=marking_of(environment, briefing),
        overridden=publishing.overridden,
        leads_to=tuple(_led_to(reading)),
        code=str(code) if code != code_of(digest) else None,
        files={name: sha256(kept[name]) for name in sorted(kept)},
    )
    said = record.model_dump(mode="json", by_alias=True, exclude_none=True)
    kept[RECORD] = (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()
    return dict(sorted(kept.items()))


def pictures_of(reading: Reading) -> dict[str, Asset]:
    """The pictures that the texts and records of a version name, by path: each file, though another has its bytes."""
    briefing, imprint = reading.briefing, reading.environment.imprint
    texts = [(text, briefing.path) for text in bodies(briefing)]
    for held in (reading.series, imprint):
        texts += [(text, held.path) for text in (held.method_note, held.practice_caveat)] if held else []
    named = {picture_file(path, node.source) for text, path in texts for node in pictures_in(text)}
    named |= {picture_file(briefing.path, record.file) for record in briefing.fields.figures}
    assets = reading.environment.assets
    return {path: assets[path] for path in sorted(filter(None, named)) if path in assets}


def _inner(path: str) -> str:
    return path.removeprefix(SOURCE)


def _printed(imprint: Imprint) -> dict[str, Any]:
    """Fields of `library.yaml` that are part of the text, and the title that the file must have."""
    said = _dumped(imprint.fields)
    return {name: said[name] for name in ("title", *PRINTED) if name in said}


def _shared(reading: Reading) -> Iterator[tuple[str, bytes]]:
    """Files of the series and of the small lists, cut to the parts that the text uses."""
    environment, fields = reading.environment, reading.briefing.fields
    if reading.series:
        yield f"series/{reading.series.id}.yaml", _yaml(_series(reading.series, reading.briefing.id))
    for name, ids in (
        ("glossary", set(fields.glossary)),
        ("organisations", set(_organisations(reading))),
        ("tags", {*fields.tags, *fields.audience}),
    ):
        listed: Mapping[str, BaseModel] = getattr(environment, name)
        records: dict[str, Any] = {one: _dumped(record) for one, record in listed.items() if one in ids}
        if name == "tags" and any(finding.area for finding in fields.evidence.findings):
            records = {"areas": [_dumped(area) for area in environment.areas], **records}
        if records:
            yield f"{name}.yaml", _yaml(records)


def _series(series: Series, briefing: str) -> dict[str, Any]:
    said = _dumped(series.fields)
    kept = ("title", "method_note", "practice_caveat", "publisher", "licence")
    return {name: said[name] for name in kept if name in said} | {"briefings": [briefing]}


def _organisations(reading: Reading) -> Iterator[str]:
    """The organisations that a text names: publisher, forces of its examples, authors that are bodies."""
    environment, fields = reading.environment, reading.briefing.fields
    named = {fields.publisher, environment.imprint.fields.publisher, *(record.force for record in fields.practice)}
    named |= {reading.series.fields.publisher} if reading.series else set()
    people = {person.name.casefold() for person in (*fields.authors, *fields.reviewers)}
    for name, body in environment.organisations.items():
        if name in named or people & {said.casefold() for said in (body.name, body.short_name) if said}:
            yield name


def _led_to(reading: Reading) -> Iterator[LedTo]:
    """The related titles and the texts that are linked to by a path, as they are called now."""
    environment, briefing = reading.environment, reading.briefing
    for name in dict.fromkeys((*briefing.fields.related, *texts_by_path(reading))):
        other = environment.briefings.get(name)
        if other and name != briefing.id:
            address = inherit.address_of(other, environment.imprint) or None
            yield LedTo(id=name, title=other.fields.title, language=other.fields.language, address=address)


def _dumped(record: BaseModel) -> dict[str, Any]:
    return record.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _yaml(said: Mapping[str, Any]) -> bytes:
    return yaml.safe_dump(dict(said), allow_unicode=True, sort_keys=False, width=116).encode()


def _csl(references: Iterable[Reference]) -> bytes:
    """The works as CSL-JSON, by key, each with what is known of it."""
    works = [dict(one.csl) | _custom(one) for one in sorted(references, key=lambda one: one.key)]
    return (json.dumps(works, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _custom(work: Reference) -> dict[str, Any]:
    status = {} if work.verification is Verification.NOT_RECORDED else {"status": str(work.verification)}
    known = {"cited_as": str(work.cited_as)} if work.cited_as else {}
    return {"custom": {**status, **known}} if status or known else {}
