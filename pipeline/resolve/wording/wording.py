"""The wording of a briefing, `words/1`: all that its readers are told, as JSON in a form that outlives this code.

A kept version has it as `words.json`; its digest is that of the file's bytes, so any tool that knows SHA-256 can verify
it. source/handbook/wording.md describes the form; tests/resolve/wording/ has fixed examples. It never changes: names of
our classes and fields do not occur in it, and what is added to the tree later must leave the wording of older texts as
it is, or be `words/2`.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, assert_never

from pydantic import BaseModel

from pipeline.core.diagnostics import Diagnostic
from pipeline.core.digest import sha256
from pipeline.core.messages import message
from pipeline.model import body as tree
from pipeline.model.source.briefing import BriefingFields
from pipeline.model.source.imprint import Term
from pipeline.model.source.kept import WORDING
from pipeline.model.source.record import Role, fields_with
from pipeline.model.words import ENGLISH, Wordbook, Words
from pipeline.resolve import inherit
from pipeline.resolve.publish.credits import credits_of
from pipeline.resolve.publish.drafts import House, PublicationDraft, draft_briefing
from pipeline.resolve.publish.kept import anchors_of
from pipeline.resolve.publish.parts import TextPart
from pipeline.resolve.publish.publications import related_titles
from pipeline.resolve.reading import PackReading, Reading
from pipeline.resolve.rules.names import subjects_of
from pipeline.resolve.rules.practice import force_name

Wording = list[Any]
"""A list of JSON: its first entry is the name of a kind, the others are words, numbers, objects or lists like it."""

_BLANK = re.compile(r"[ \t\r\n]+")
_ASSET = "asset:"
_TOLD = frozenset({tree.TextRole.SUBSCRIPT, tree.TextRole.SUPERSCRIPT, tree.TextRole.DELETED, tree.TextRole.INSERTED})
"""Roles without which words mean something else."""


def block_wordings(blocks: Iterable[tree.Block | tree.Footnote | TextPart]) -> Wording:
    """The wording of each block, in reading order. A division of no known kind is what it holds."""
    return [said for block in blocks for said in _of_block(block)]


def _of_block(block: tree.Block | tree.Footnote | TextPart) -> Iterator[Wording]:
    match block:
        case tree.Division(children=children):
            yield from block_wordings(children)
        case TextPart(name=name, children=children):
            yield ["text", name, *block_wordings(children)]
        case tree.Footnote(number=number, children=children):
            yield ["note", number, *block_wordings(children)]
        case tree.Paragraph(children=line):
            yield ["paragraph", *line_wording(line)]
        case tree.Heading(level=level, children=line):
            yield ["heading", level, *line_wording(line)]
        case tree.Quote(children=children):
            yield ["quotation", *block_wordings(children)]
        case tree.CodeBlock(text=text):
            yield ["code", text]
        case tree.ThematicBreak():
            yield ["rule"]
        case tree.Equation(children=line):
            yield ["equation", *line_wording(line)]
        case tree.EvidenceMark(plot=plot):
            yield ["evidence-plot" if plot else "evidence-table"]
        case tree.PlaceholderBlock(text=text):
            yield ["missing", text]
        case tree.ListBlock(ordered=ordered, items=items, start=start, form=form):
            label = "1." if form in ("", "1)") else form
            yield ["list", *((label, start) if ordered else ("-",)), *map(_of_item, items)]
        case tree.DefinitionList(entries=entries):
            yield ["definitions", *(said for one in entries for said in _of_definition(one.term, one.meanings))]
        case tree.Table(head=head, rows=rows, caption=caption):
            lines = [["row", *(["cell", *line_wording(cell)] for cell in row)] for row in (head, *rows)]
            yield ["table", ["caption", *line_wording(caption)], *lines]
        case tree.Figure(source=source, alt=alt, caption=caption, credit=credit, licence=licence, described=described):
            told = {"credit": credit, "licence": licence, "described": described}
            yield ["figure", *_of_picture(source, alt), ["caption", *line_wording(caption)], _without_empty(told)]
        case tree.Box(kind=kind, heading=heading, ref=ref, children=children):
            own = [["heading", *line_wording(heading)]] if heading else []
            yield ["box", kind.value, _without_empty({"record": ref}), *own, *block_wordings(children)]
        case _:
            assert_never(block)


def _of_item(item: tree.ListItem) -> Wording:
    kind = {None: "item", True: "done", False: "to-do"}[item.done]
    return [kind, *block_wordings(item.children)]


def _of_definition(term: tuple[tree.Inline, ...], meanings: tuple[tuple[tree.Block, ...], ...]) -> Iterator[Wording]:
    yield ["term", *line_wording(term)]
    for meaning in meanings:
        yield ["meaning", *block_wordings(meaning)]


def _of_picture(source: str, alt: str) -> Wording:
    """The SHA-256 of a picture's file, or its path where it is not there, and its description."""
    return [source.removeprefix(_ASSET), alt]


def line_wording(line: Iterable[tree.Inline]) -> Wording:
    """The words of a line, and lists for all that is more than words. White space of any length is one space."""
    joined: Wording = []
    for piece in _pieces(line):
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        else:
            joined.append(piece)
    joined = [_BLANK.sub(" ", piece) if isinstance(piece, str) else piece for piece in joined]
    for end, strip in ((0, str.lstrip), (-1, str.rstrip)):
        if joined and isinstance(joined[end], str):
            joined[end] = strip(joined[end], " ")
    return [piece for piece in joined if piece != ""]


def _pieces(line: Iterable[tree.Inline]) -> Iterator[str | Wording]:
    for node in line:
        match node:
            case tree.Text(text=text) | tree.Code(text=text) | tree.Abbreviated(text=text):
                yield text
            case tree.LineBreak():
                yield " "
            case tree.Emphasis(children=children) | tree.Strong(children=children) | tree.Span(children=children):
                yield from _pieces(children)
            case tree.CitedText(children=children):
                yield from _pieces(children)
            case (
                tree.CrossReference(target=target, children=children)
                | tree.NumberReference(target=target, children=children)
            ):
                yield ["link", f"#{target}", *line_wording(children)]
            case tree.Link(href=href, children=children, title=title):
                yield ["link", href, *line_wording(children), *([["title", title]] if title else [])]
            case tree.Formula(tex=tex):
                yield ["formula", tex]
            case tree.EquationLabel(tag=tag, number=number):
                yield ["label", tag or number]
            case tree.Image(source=source, alt=alt):
                yield ["picture", *_of_picture(source, alt)]
            case tree.FootnoteCall(number=number):
                yield ["note-call", number]
            case tree.CitationGroup(citations=citations, narrative=narrative):
                yield ["citation-in-text" if narrative else "citation", *map(_of_citation, citations)]
            case tree.CitationLink(key=key, children=children):
                yield ["citation", {"work": key}, *line_wording(children)]
            case tree.Placeholder(text=text):
                yield ["missing", text]
            case tree.Marked(role=role, children=children, title=title):
                if role in _TOLD or title:
                    yield [role.value, *line_wording(children), *([["title", title]] if title else [])]
                else:
                    yield from _pieces(children)
            case _:
                assert_never(node)


def _of_citation(one: tree.Citation) -> dict[str, Any]:
    """A cited work by its key, with what is said of it; the label only where there is a locator."""
    locator = {"label": one.label, "locator": one.locator} if one.locator else {}
    author = {"author": "left out"} if one.suppress_author else {}
    return {"work": one.key, **_without_empty({"prefix": one.prefix, "suffix": one.suffix}), **locator, **author}


def _without_empty(told: dict[str, str]) -> dict[str, str]:
    return {name: said for name, said in told.items() if said}


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
            yield message("kept-old-dialect", place, name=member.id, version=member.version)


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
