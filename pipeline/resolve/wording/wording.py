"""The wording of a briefing, `words/1`: all that its readers are told, as JSON in a form that outlives this code.

A kept version has it as `words.json`; its digest is that of the file's bytes, so any tool that knows SHA-256 can verify
it. source/handbook/wording.md describes the form; tests/resolve/wording/ has fixed examples.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from pipeline.codes import kept as codes
from pipeline.core.diagnostics import Diagnostic
from pipeline.core.digest import sha256
from pipeline.model.source.briefing import BriefingFields
from pipeline.model.source.imprint import Term
from pipeline.model.source.kept import WORDING
from pipeline.model.source.record import Role, fields_with
from pipeline.model.words import ENGLISH, Wordbook, Words
from pipeline.resolve import inherit
from pipeline.resolve.publish.credits import credits_of
from pipeline.resolve.publish.drafts import House, PublicationDraft, draft_briefing
from pipeline.resolve.publish.kept import anchors_of
from pipeline.resolve.publish.publications import related_titles
from pipeline.resolve.reading import PackReading, Reading
from pipeline.resolve.rules.names import subjects_of
from pipeline.resolve.rules.practice import force_name
from pipeline.resolve.wording.blocks import Wording, block_wordings

_LEFT_OUT = fields_with(BriefingFields, Role.LIFE) | fields_with(BriefingFields, Role.APART)

_WITHIN = {
    "evidence": {"method_note": True, "findings": {"__all__": {"area"}}},
    "practice": {"__all__": {"caveat"}},
}
"""What is left out of keys within keys."""


_COMPARED = Wordbook(
    {ENGLISH: Words("en-GB", {name: (f"{name.capitalize()} {{number}}",) for name in ("figure", "table", "equation")})}
)
"""The words of references by which versions are compared: another table of words changes no text."""


def drafted(reading: Reading) -> PublicationDraft:
    """The texts of a version with all filled in that needs no citation engine."""
    return draft_briefing(reading, House(reading.environment, "", frozenset(), anchors_of(reading), _COMPARED))


def words_of(reading: Reading) -> bytes:
    """The wording of a text as it would be kept."""
    return wording(reading, drafted(reading))


def wording(reading: Reading, draft: PublicationDraft) -> bytes:
    """The wording of a briefing: `["words/1", entry, …]`, an entry or a block a line, in UTF-8."""
    told = [*_of_fields(reading), *_of_house(reading), *_of_works(draft)]
    texts = [_text(["text", part.name], block_wordings(part.children)) for part in draft.parts if part.children]
    return ("[\n" + ",\n".join((_json(WORDING), *map(_json, told), *texts)) + "\n]\n").encode()


def wording_digest(content: bytes) -> str:
    """The name of the form, a colon, and the SHA-256 of the bytes in hexadecimal."""
    return f"{WORDING}:{sha256(content)}"


def pinned_texts_read_as_published(binding: PackReading) -> Iterator[Diagnostic]:
    """A kept version that this release reads otherwise than the one that published it is not bound unnoticed."""
    for member in binding.members:
        kept, reading = binding.environment.kept.get(member.key), binding.readings.get(member.key)
        if kept is None or reading is None or not kept.record.digest.startswith(f"{WORDING}:"):
            continue
        if wording_digest(words_of(reading)) != kept.record.digest:
            place = binding.pack.marks.at(*member.way)
            yield codes.KEPT_OLD_DIALECT.at(place, name=member.id, version=member.version)


def _of_fields(reading: Reading) -> Iterator[Wording]:
    """Wording of the front matter, by key; values equal to their default are left out."""
    exclude: Any = dict.fromkeys(_LEFT_OUT, True) | _WITHIN
    said = reading.briefing.fields.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude=exclude)
    yield from (["field", name, value] for name, value in said.items())


def _of_house(reading: Reading) -> Iterator[Wording]:
    """Wording that the text takes from the library, its series and the small lists."""
    environment, briefing = reading.environment, reading.briefing
    fields, series, imprint = briefing.fields, reading.series, environment.imprint
    yield ["publisher", inherit.publisher_name(environment, briefing, series)]
    yield ["language", inherit.language_of(briefing, imprint)]
    yield from _record("licence", inherit.licence_of(briefing, series, imprint))
    yield from _record("copyright", inherit.copyright_of(briefing, imprint))
    yield ["words-per-minute", imprint.fields.words_per_minute]
    yield from (["author", credit.name] for credit in credits_of(environment, briefing) if credit.role == "author")
    for subject in subjects_of((*fields.tags, *fields.audience), environment.tags):
        yield ["subject", *filter(None, (subject.label, subject.scheme, subject.code))]
    yield from (["organisation", force_name(one.force, environment.organisations)] for one in fields.practice)
    yield from _of_terms(fields.glossary, environment.glossary)
    yield from (["related", *filter(None, (one.title, one.address))] for one in related_titles(environment, briefing))


def _of_terms(names: Iterable[str], known: Mapping[str, Term]) -> Iterator[Wording]:
    for name in names:
        yield from _record("term", known.get(name))


def _of_works(draft: PublicationDraft) -> Iterator[Wording]:
    """The works cited or listed, by key, each as CSL-JSON says it."""
    for work in sorted(draft.document.references, key=lambda one: one.key):
        yield ["work", work.key, {name: value for name, value in work.csl.items() if name != "id"}]


def _record(kind: str, record: BaseModel | None) -> Iterator[Wording]:
    if record:
        yield [kind, record.model_dump(mode="json", by_alias=True, exclude_defaults=True)]


def _text(begins: Wording, blocks: Wording) -> str:
    """A text as JSON, its blocks a line each."""
    return ",\n".join((_json(begins)[:-1], *map(_json, blocks))) + "]"


def _json(said: Any) -> str:
    return json.dumps(said, ensure_ascii=False, sort_keys=True)
