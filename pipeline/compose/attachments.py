"""Attachments of a finished PDF: the source it is made of and the works it cites.

Readers may have both: nothing goes in that is not printed, no note between editors, and nobody who approved a text.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from pipeline.compose.page.metadata import modified
from pipeline.load.library.published import without_comments
from pipeline.model.claim import Attached, Attachment, Claim
from pipeline.model.formats import EDITIONS, Edition
from pipeline.model.library import Library
from pipeline.model.publication import PackPublication, Publication
from pipeline.model.source.kept import pin

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
    return pin(publication.id, publication.kept) if publication.kept else publication.id


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
