"""Canonical wording of a text (words/1) and its codes."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, TypeVar, assert_never

from pydantic import BaseModel

from pipeline.core.diagnostics import Diagnostic
from pipeline.core.digests import sha256
from pipeline.core.messages import message
from pipeline.core.printed_code import PrintedCode, code_among
from pipeline.core.processes import blamed_on
from pipeline.model import body as tree
from pipeline.model.publication import PackPublication, Publication
from pipeline.model.source.briefing import BriefingFields
from pipeline.model.source.record import Role, fields_with
from pipeline.model.source.versions import WORDING
from pipeline.model.words import ENGLISH, Phrases, PhraseTable
from pipeline.resolve import environment as inherit
from pipeline.resolve.environment import Environment
from pipeline.resolve.evidence import force_name
from pipeline.resolve.names import subjects_of
from pipeline.resolve.packs import path_of
from pipeline.resolve.parts import TextPart
from pipeline.resolve.publications import PublicationDraft, RenderContext, credits_of, draft_briefing, related_titles
from pipeline.resolve.reading import BriefingView, PackView
from pipeline.resolve.versions import anchors_of

FORM = "edition-words/1"

BoundText = tuple[str, str, str]
"""A briefing of an edition: its id, its version and the digest of its wording."""

BoundInsert = tuple[str, str]
"""A finished PDF of others in it: its title and the SHA-256 of its bytes."""


def words_digest(pack: str, edition: str, texts: Iterable[BoundText], inserts: Iterable[BoundInsert] = ()) -> str:
    """The digest of the words of an edition: the name of the form, and the SHA-256 of its parts as JSON.

    The pack and the name of the edition, which stand on every page, are words of it: no two editions share a code.
    """
    said: list[list[str]] = [["edition", pack, edition], *map(list, texts)]
    said += [["insert", *insert] for insert in inserts]
    return f"{FORM}:{sha256(json.dumps(said, ensure_ascii=False, separators=(',', ':')).encode())}"


# The wording of a briefing, `words/1`, is all that its readers are told, as JSON; source/handbook/wording.md describes
# it. It never changes: it has no names of our classes and fields, and what is added to the tree later must leave the
# wording of older texts as it is, or be `words/2`.

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

_WITHIN = {"evidence": {"method_note": True, "findings": {"__all__": {"area"}}}, "practice": {"__all__": {"caveat"}}}
"""What is left out of keys within keys."""


_COMPARED = PhraseTable(
    {
        ENGLISH: Phrases(
            "en-GB", {name: (f"{name.capitalize()} {{number}}",) for name in ("figure", "table", "equation")}
        )
    }
)
"""The words of references by which versions are compared: another table of words changes no text."""


def drafted(reading: BriefingView) -> PublicationDraft:
    """The texts of a version with all filled in that needs no citation engine."""
    return draft_briefing(reading, RenderContext(reading.environment, "", frozenset(), anchors_of(reading), _COMPARED))


def words_of(reading: BriefingView) -> bytes:
    """The wording of a text as it would be kept."""
    return wording(reading, drafted(reading))


def wording(reading: BriefingView, draft: PublicationDraft) -> bytes:
    """The wording of a briefing: `["words/1", entry, …]`, an entry or a block a line, in UTF-8."""
    told = [*_of_fields(reading), *_of_house(reading), *_of_works(draft)]
    texts = [_text(["text", part.name], block_wordings(part.children)) for part in draft.parts if part.children]
    return ("[\n" + ",\n".join((_json(WORDING), *map(_json, told), *texts)) + "\n]\n").encode()


def wording_digest(content: bytes) -> str:
    """The name of the form, a colon, and the SHA-256 of the bytes in hexadecimal."""
    return f"{WORDING}:{sha256(content)}"


def pinned_texts_read_as_published(binding: PackView) -> Iterator[Diagnostic]:
    """A kept version that this release reads otherwise than the one that published it is not bound unnoticed."""
    for member in binding.members:
        kept, reading = binding.environment.kept.get(member.key), binding.readings.get(member.key)
        if kept is None or reading is None or not kept.record.digest.startswith(f"{WORDING}:"):
            continue
        if wording_digest(words_of(reading)) != kept.record.digest:
            place = binding.pack.marks.at(*member.way)
            yield message("kept-old-dialect", place, name=member.id, version=member.version)


def _of_fields(reading: BriefingView) -> Iterator[Wording]:
    """Wording of the front matter, by key; values equal to their default are left out."""
    exclude: Any = dict.fromkeys(_LEFT_OUT, True) | _WITHIN
    said = reading.briefing.fields.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude=exclude)
    yield from (["field", name, value] for name, value in said.items())


def _of_house(reading: BriefingView) -> Iterator[Wording]:
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
    for name in fields.glossary:
        yield from _record("term", environment.glossary.get(name))
    yield from (["related", *filter(None, (one.title, one.address))] for one in related_titles(environment, briefing))


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


# The codes that pages bear: a text that of its wording, a pack that of its edition. They are printed where somebody can
# be asked: the library has an archive of its editions, or pages on what is current.

PageCode = tuple[str, str]
"""A code as it is printed, and the address of its status page; nothing where there is none."""

UNCODED: PageCode = ("", "")

CodedThing = TypeVar("CodedThing", Publication, PackPublication)

Digests = Mapping[str, str]
"""The digest of the wording of each text, by its key; none where no codes are printed."""


def text_digest(environment: Environment, reading: BriefingView) -> str:
    """The digest of a text's wording: of a kept version as its record has it."""
    kept = environment.kept.get(reading.key)
    if kept and kept.record.digest.startswith(f"{WORDING}:"):
        return kept.record.digest
    return wording_digest(words_of(reading))


def text_digests(
    environment: Environment, texts: Iterable[BriefingView], known: Digests = MappingProxyType({})
) -> Digests:
    """The digest of each text, by its key, but for pages of the handbook; none where no codes are printed."""
    if not environment.imprint.prints_codes:
        return {}
    wanted = (reading for reading in texts if not reading.briefing.manual)
    found = {}
    for one in wanted:
        with blamed_on(one.path):
            found[one.key] = known.get(one.key) or text_digest(environment, one)
    return found


def coded_text(environment: Environment, digest: str) -> PageCode:
    """The code of a wording, beside those on record."""
    if not digest:
        return UNCODED
    code, base = code_among(digest, environment.codes), environment.imprint.fields.status_pages
    return str(code), status_page(base, code)


def status_page(base: str | None, code: PrintedCode) -> str:
    """The address of the page on what a code is of; nothing where a library has no such pages."""
    return f"{base.rstrip('/')}/{code.text.casefold()}" if base else ""


def coded_pack(binding: PackView, digests: Digests) -> PageCode:
    """The code of the edition that a pack names; none where it names none."""
    return coded_text(binding.environment, pack_digest(binding, digests) if digests else "")


def with_code(thing: CodedThing, coded: PageCode) -> CodedThing:
    """A text or a pack whose pages bear a code."""
    code, page = coded
    return replace(thing, identity=replace(thing.identity, code=code, status_page=page))


def pack_digest(binding: PackView, digests: Digests) -> str:
    """The digest of the words of the edition that a pack names, or nothing."""
    pack, inserts = binding.pack, binding.environment.inserts
    if not pack.fields.edition or pack.manual:
        return ""
    bound = ((one.briefing.id, one.briefing.fields.version, digests[one.key]) for one in binding.present)
    others = ((insert.title, inserts[path_of(insert)].sha256) for insert, _ in binding.inserts)
    return words_digest(pack.id, pack.fields.edition, bound, others)
