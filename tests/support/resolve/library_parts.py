"""Small libraries in memory: front matter and bodies as an editor writes them, and a fake citation engine."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from pipeline.core.diagnostics import Diagnostic, Diagnostics, Location, Remarks
from pipeline.load.markdown.reader import parse_body
from pipeline.load.yaml.documents import read_yaml
from pipeline.load.yaml.fill import fill
from pipeline.model.bibliography import Bibliography, Reference, Verification
from pipeline.model.body import Body, CitationGroup, CitationLink, Inline, Text
from pipeline.model.formats import Asset, Order
from pipeline.model.library import Library
from pipeline.model.publication import Publication
from pipeline.model.source.briefing import Briefing, BriefingFields, FieldTexts
from pipeline.model.source.college import College
from pipeline.model.source.library_file import (
    LibraryFields,
    LibrarySettings,
    Organisation,
    Series,
    SeriesFields,
    Tag,
    Term,
)
from pipeline.model.source.pack import Pack, PackFields
from pipeline.model.source.record import FieldLocations
from pipeline.resolve.citations.citeproc import CitedDocument, FormattedDocument
from pipeline.resolve.resolve import ResolveResources, ResolveResult, check_by_rules, resolve
from tests.support.project import ROOT
from tests.support.words import WORDBOOK

PRODUCED = date(2024, 4, 26)
STYLES = {"house": '<style xmlns="http://purl.org/net/xbiblio/csl"><citation><layout/></citation></style>'}
HEAD = "title: Foot patrol\nsummary: What walking a beat does.\n"


def read(model: type[Any], text: str, path: str) -> tuple[Any, FieldLocations]:
    """The model and the marks of a YAML text, which must be right."""
    diagnostics = Diagnostics()
    plain = read_yaml(text, path, diagnostics)
    filled = fill(model, plain[0], plain[1], diagnostics) if plain else None
    assert filled, text
    assert not diagnostics.remarks, [str(remark) for remark in diagnostics.remarks]
    return filled.model, filled.locations


def words(text: str | None, path: str) -> Body:
    """A text's tree."""
    return parse_body(text, path, Diagnostics()) if text else Body()


def briefing(front: str = "", body: str = "Words.\n", name: str = "foot-patrol", head: str = HEAD) -> Briefing:
    """A briefing of front matter (under its title and summary) and a body whose lines count from 1."""
    path = f"source/briefings/{name}.md"
    fields, marks = read(BriefingFields, head + front, path)
    texts = FieldTexts(
        words(fields.key_finding, path),
        words(fields.recommendation, path),
        words(fields.evidence.method_note, path),
        tuple((record.id, words(record.caveat, path)) for record in fields.practice if record.caveat),
        tuple((f.id, words(f.long_description, path)) for f in fields.figures if f.long_description),
    )
    return Briefing(name, path, fields, marks, body=words(body, path), texts=texts)


def imprint(text: str = "") -> LibrarySettings:
    """The imprint of a small library, and what is said beside title and publisher."""
    path = "source/library.yaml"
    fields, marks = read(LibraryFields, f"title: Evidence\npublisher: Northmoor Institute\n{text}", path)
    return LibrarySettings(path, fields, marks, words(fields.practice_caveat, path), words(fields.method_note, path))


def series(text: str, name: str = "drug-crimes") -> Series:
    """A series."""
    path = f"source/series/{name}.yaml"
    fields, marks = read(SeriesFields, f"title: Drug crimes\n{text}", path)
    return Series(
        name,
        path,
        fields,
        marks,
        words(fields.landing, path),
        words(fields.method_note, path),
        words(fields.practice_caveat, path),
    )


def pack(text: str, name: str = "induction") -> Pack:
    """A pack."""
    path = f"source/packs/{name}.yaml"
    fields, marks = read(PackFields, f"title: Induction\n{text}", path)
    return Pack(name, path, fields, marks)


def work(key: str, author: str = "", state: Verification = Verification.CONFIRMED, **csl: object) -> Reference:
    """A work; the first letters of its key are its author."""
    who = author or key.rstrip("0123456789").capitalize()
    record = {"id": key, "type": "book", "title": f"On {who}", "author": [{"family": who}], **csl}
    return Reference(key, record, Location("source/references/works.yaml"), state)


def library(
    *things: Briefing | Series | Pack | Reference | LibrarySettings | Asset,
    organisations: Mapping[str, Organisation] | None = None,
    colleges: Mapping[str, College] | None = None,
    glossary: Mapping[str, Term] | None = None,
    tags: Mapping[str, Tag] | None = None,
    **more: Any,
) -> Library:
    """A library of these things."""

    def those(kind: type[Any]) -> dict[str, Any]:
        return {thing.id: thing for thing in things if isinstance(thing, kind)}  # type: ignore[union-attr]

    return Library(
        next((thing for thing in things if isinstance(thing, LibrarySettings)), imprint()),
        those(Briefing),
        those(Series),
        those(Pack),
        Bibliography({thing.key: thing for thing in things if isinstance(thing, Reference)}),
        organisations or {},
        glossary or {},
        tags or {},
        {thing.path: thing for thing in things if isinstance(thing, Asset)},
        others={"colleges": colleges or {}},
        **more,
    )


def fake_cite(documents: tuple[CitedDocument, ...]) -> dict[str, FormattedDocument]:
    """Formats a citation as '(key; key)' and an entry as 'key.', in order of the keys."""

    def group(of: CitationGroup) -> tuple[Inline, ...]:
        made: list[Inline] = [Text("(")]
        for number, citation in enumerate(of.citations):
            made += [Text("; ")] if number else []
            made.append(CitationLink(citation.key, 0, (Text(citation.key),)))
        return (*made, Text(")"))

    return {
        document.id: FormattedDocument(
            tuple(group(of) for of in document.groups),
            tuple((work.key, (Text(f"{work.key}."),)) for work in document.references),
            tuple((work.key, f"{work.key} short") for work in document.references),
        )
        for document in documents
    }


RESOURCES = ResolveResources(fake_cite, STYLES, frozenset(), WORDBOOK)


def resolved(of: Library, *names: str, produced: date = PRODUCED, **resources: Any) -> ResolveResult:
    """The resolution of a library, with the fake engine."""
    return resolve(of, Order(names, (), produced), replace(RESOURCES, **resources))


def publication(*things: Any, **more: Any) -> Publication:
    """The only publication of a library of these things."""
    (only,) = resolved(library(*things, **more)).publications
    return only


def said(remarks: tuple[Diagnostic, ...]) -> list[str]:
    """Remarks as an editor sees them in short: 'file:line:column code'."""
    short = (
        (remark.place.path.rpartition("/")[2], remark.place.line, remark.place.column, remark) for remark in remarks
    )
    return [f"{name}:{line}:{column} {remark.code}" for name, line, column, remark in short]


def rule_remarks(of: Library, *names: str, produced: date = PRODUCED, **resources: Any) -> Remarks:
    """The remarks of the rules on a library."""
    return check_by_rules(of, Order(names, (), produced), replace(RESOURCES, **resources)).remarks


def codes(*things: Any, produced: date = PRODUCED, coverage: frozenset[int] = frozenset(), **more: Any) -> list[str]:
    """The codes of what the rules remark on in a library of these things."""
    return [remark.code for remark in rule_remarks(library(*things, **more), produced=produced, coverage=coverage)]


def house_style() -> dict[str, str]:
    """The style that ships with the project."""
    path = ROOT / "layouts" / "styles" / "house.csl"
    return {"house": path.read_text(encoding="utf-8")}
