"""Canonical wording of a text (words/1), and the codes that are printed for it."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from types import MappingProxyType
from typing import Any, TypeVar, assert_never

from pydantic import BaseModel

from pipeline.core.diagnostics import Diagnostic
from pipeline.core.digests import sha256
from pipeline.core.faults import blame_faults_on
from pipeline.core.messages import message
from pipeline.core.printed_code import PrintedCode, code_in_register
from pipeline.model import body as tree
from pipeline.model.publication import PackPublication, Publication
from pipeline.model.source.briefing import BriefingFields
from pipeline.model.source.record import Role, fields_with
from pipeline.model.source.versions import WORDING
from pipeline.model.words import ENGLISH, Phrases, PhraseTable
from pipeline.resolve import environment as inherit
from pipeline.resolve.environment import Environment
from pipeline.resolve.evidence import force_name
from pipeline.resolve.names import subjects_from_tags
from pipeline.resolve.packs import insert_path
from pipeline.resolve.parts import TextPart
from pipeline.resolve.publications import PublicationDraft, RenderContext, credits_of, draft_briefing, related_titles
from pipeline.resolve.reading import BriefingView, PackView
from pipeline.resolve.versions import link_targets_of

EDITION_FORM = "edition-words/1"


def edition_digest(
    pack: str, edition: str, texts: Iterable[tuple[str, str, str]], inserts: Iterable[tuple[str, str]] = ()
) -> str:
    """Return the digest of an edition: the name of the form and a SHA-256 of its parts.

    `texts` are the id, version and digest of each briefing, `inserts` the title and SHA-256 of each inserted PDF.

    The id of the pack and the name of the edition are part of the words, so that no two editions share a code.
    """
    parts: list[list[str]] = [["edition", pack, edition], *map(list, texts)]
    parts += [["insert", *insert] for insert in inserts]
    return f"{EDITION_FORM}:{sha256(json.dumps(parts, ensure_ascii=False, separators=(',', ':')).encode())}"


# The wording of a briefing, `words/1`, is everything that its readers read, as JSON; source/handbook/wording.md
# describes it. It never changes: it has no names of our classes and fields, and what is added to the tree later must
# leave the wording of older texts as it is, or be `words/2`.

Wording = list[Any]
"""A list for JSON: its first entry is the name of a kind, the others are words, numbers, objects or such lists."""

_BLANK = re.compile(r"[ \t\r\n]+")
_ASSET = "asset:"
_MEANINGFUL = frozenset(
    {tree.TextRole.SUBSCRIPT, tree.TextRole.SUPERSCRIPT, tree.TextRole.DELETED, tree.TextRole.INSERTED}
)
"""Roles that change the meaning of words."""


def block_wordings(blocks: Iterable[tree.Block | tree.Footnote | TextPart]) -> Wording:
    """Return the wording of each block; a plain division counts as its content."""
    return [wording for block in blocks for wording in _block_wording(block)]


def _block_wording(block: tree.Block | tree.Footnote | TextPart) -> Iterator[Wording]:
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
            kinds = {None: "item", True: "done", False: "to-do"}
            lines = [[kinds[item.done], *block_wordings(item.children)] for item in items]
            yield ["list", *((label, start) if ordered else ("-",)), *lines]
        case tree.DefinitionList(entries=entries):
            yield ["definitions", *chain.from_iterable(map(_definition_wording, entries))]
        case tree.Table(head=head, rows=rows, caption=caption):
            lines = [["row", *(["cell", *line_wording(cell)] for cell in row)] for row in (head, *rows)]
            yield ["table", ["caption", *line_wording(caption)], *lines]
        case tree.Figure(source=source, alt=alt, caption=caption, credit=credit, licence=licence, described=described):
            record = {"credit": credit, "licence": licence, "described": described}
            yield ["figure", *_picture_wording(source, alt), ["caption", *line_wording(caption)], _not_empty(record)]
        case tree.Box(kind=kind, heading=heading, ref=ref, children=children):
            title = [["heading", *line_wording(heading)]] if heading else []
            yield ["box", kind.value, _not_empty({"record": ref}), *title, *block_wordings(children)]
        case _:
            assert_never(block)


def _definition_wording(entry: tree.Definition) -> Iterator[Wording]:
    yield ["term", *line_wording(entry.term)]
    for meaning in entry.meanings:
        yield ["meaning", *block_wordings(meaning)]


def _picture_wording(source: str, alt: str) -> Wording:
    """The SHA-256 of a picture's file, or its path if it is missing, and its description."""
    return [source.removeprefix(_ASSET), alt]


def line_wording(line: Iterable[tree.Inline]) -> Wording:
    """Return the words of a line, and a list for each other node; white space is one space."""
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
            case tree.Emphasis() | tree.Strong() | tree.Span() | tree.CitedText():
                yield from _pieces(node.children)
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
                yield ["picture", *_picture_wording(source, alt)]
            case tree.FootnoteCall(number=number):
                yield ["note-call", number]
            case tree.CitationGroup(citations=citations, narrative=narrative):
                yield ["citation-in-text" if narrative else "citation", *map(_citation_wording, citations)]
            case tree.CitationLink(key=key, children=children):
                yield ["citation", {"work": key}, *line_wording(children)]
            case tree.Placeholder(text=text):
                yield ["missing", text]
            case tree.Marked(role=role, children=children, title=title):
                if role in _MEANINGFUL or title:
                    yield [role.value, *line_wording(children), *([["title", title]] if title else [])]
                else:
                    yield from _pieces(children)
            case _:
                assert_never(node)


def _citation_wording(work: tree.Citation) -> dict[str, Any]:
    """Return a cited work by its key, with the words around it."""
    locator = {"label": work.label, "locator": work.locator} if work.locator else {}
    author = {"author": "left out"} if work.suppress_author else {}
    return {"work": work.key, **_not_empty({"prefix": work.prefix, "suffix": work.suffix}), **locator, **author}


def _not_empty(values: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


_LEFT_OUT = fields_with(BriefingFields, Role.LIFE) | fields_with(BriefingFields, Role.APART)

_WITHIN = {"evidence": {"method_note": True, "findings": {"__all__": {"area"}}}, "practice": {"__all__": {"caveat"}}}
"""Keys within keys that are left out."""


_COMPARED = PhraseTable(
    {
        ENGLISH: Phrases(
            "en-GB", {name: (f"{name.capitalize()} {{number}}",) for name in ("figure", "table", "equation")}
        )
    }
)
"""Fixed words of references: a library with other words has the same wording."""


def draft_for_wording(view: BriefingView) -> PublicationDraft:
    """Draft a text without the citation engine, for its wording."""
    return draft_briefing(view, RenderContext(view.environment, "", frozenset(), link_targets_of(view), _COMPARED))


def compute_wording(view: BriefingView) -> bytes:
    """Draft a text and return its wording."""
    return write_wording(view, draft_for_wording(view))


def write_wording(view: BriefingView, draft: PublicationDraft) -> bytes:
    """Return the wording, `["words/1", entry, …]`, one entry or block a line, in UTF-8."""
    entries = [*_field_wordings(view), *_inherited_wordings(view), *_work_wordings(draft)]
    texts = [_text_json(part.name, block_wordings(part.children)) for part in draft.parts if part.children]
    return ("[\n" + ",\n".join((_json(WORDING), *map(_json, entries), *texts)) + "\n]\n").encode()


def wording_digest(content: bytes) -> str:
    """The name of the form, a colon, and the SHA-256 of the bytes in hexadecimal."""
    return f"{WORDING}:{sha256(content)}"


def pinned_texts_read_as_published(pack_view: PackView) -> Iterator[Diagnostic]:
    """A kept version in a pack has the wording of its publication."""
    for member in pack_view.members:
        kept, view = pack_view.environment.kept.get(member.key), pack_view.readings.get(member.key)
        if kept is None or view is None or not kept.record.digest.startswith(f"{WORDING}:"):
            continue
        if wording_digest(compute_wording(view)) != kept.record.digest:
            place = pack_view.place_of(member)
            yield message("kept-old-dialect", place, name=member.id, version=member.version)


def _field_wordings(view: BriefingView) -> Iterator[Wording]:
    """The front matter, by key, without values that are the default."""
    exclude: Any = dict.fromkeys(_LEFT_OUT, True) | _WITHIN
    values = view.briefing.fields.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude=exclude)
    yield from (["field", name, value] for name, value in values.items())


def _inherited_wordings(view: BriefingView) -> Iterator[Wording]:
    """What the text takes from the library, its series and the small lists."""
    environment, briefing = view.environment, view.briefing
    fields, series, imprint = briefing.fields, view.series, environment.imprint
    yield ["publisher", inherit.publisher_name_of(environment, briefing, series)]
    yield ["language", inherit.language_of(briefing, imprint)]
    yield from _record("licence", inherit.licence_of(briefing, series, imprint))
    yield from _record("copyright", inherit.copyright_of(briefing, imprint))
    yield ["words-per-minute", imprint.fields.words_per_minute]
    yield from (["author", credit.name] for credit in credits_of(environment, briefing) if credit.role == "author")
    for subject in subjects_from_tags((*fields.tags, *fields.audience), environment.tags):
        yield ["subject", *filter(None, (subject.label, subject.scheme, subject.code))]
    yield from (["organisation", force_name(record.force, environment.organisations)] for record in fields.practice)
    for name in fields.glossary:
        yield from _record("term", environment.glossary.get(name))
    for related in related_titles(environment, briefing):
        yield ["related", *filter(None, (related.title, related.address))]


def _work_wordings(draft: PublicationDraft) -> Iterator[Wording]:
    """The works that are cited or listed, by key, as CSL-JSON."""
    for work in sorted(draft.document.references, key=lambda work: work.key):
        yield ["work", work.key, {name: value for name, value in work.csl.items() if name != "id"}]


def _record(kind: str, record: BaseModel | None) -> Iterator[Wording]:
    if record:
        yield [kind, record.model_dump(mode="json", by_alias=True, exclude_defaults=True)]


def _text_json(name: str, blocks: Wording) -> str:
    """A text as JSON with one line for each block."""
    return ",\n".join((_json(["text", name])[:-1], *map(_json, blocks))) + "]"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


# Codes on pages: a text has that of its wording, a pack that of its edition. They are printed if readers can look them
# up: the library has an archive of its editions, or status pages.

PageCode = tuple[str, str]
"""A code as printed, and the address of its status page, or ''."""

CodedThing = TypeVar("CodedThing", Publication, PackPublication)

Digests = Mapping[str, str]
"""The digest of the wording of each text, by key; empty if no codes are printed."""


def text_digest(environment: Environment, view: BriefingView) -> str:
    """Return the digest of a text's wording; a kept version has it in its record."""
    kept = environment.kept.get(view.key)
    if kept and kept.record.digest.startswith(f"{WORDING}:"):
        return kept.record.digest
    return wording_digest(compute_wording(view))


def text_digests(
    environment: Environment, texts: Iterable[BriefingView], known: Digests = MappingProxyType({})
) -> Digests:
    """Return the digest of each text by key; none if no codes are printed."""
    if not environment.imprint.prints_codes:
        return {}
    digests = {}
    for view in texts:
        if not view.briefing.manual:
            with blame_faults_on(view.path):
                digests[view.key] = known.get(view.key) or text_digest(environment, view)
    return digests


def page_code_of(environment: Environment, digest: str) -> PageCode:
    """The code of a digest, unlike all codes on record, and its status page."""
    if not digest:
        return "", ""
    code, base = code_in_register(digest, environment.codes), environment.imprint.fields.status_pages
    return str(code), status_page_of(base, code)


def status_page_of(base: str | None, code: PrintedCode) -> str:
    """The address of a code's status page; '' if the library has none."""
    return f"{base.rstrip('/')}/{code.text.casefold()}" if base else ""


def set_page_code(publication: CodedThing, page_code: PageCode) -> CodedThing:
    """Set the code that the pages of a text or pack have."""
    code, page = page_code
    return replace(publication, identity=replace(publication.identity, code=code, status_page=page))


def pack_digest(pack_view: PackView, digests: Digests) -> str:
    """Return the digest of the words of the edition that a pack names; '' if it has none or no codes are printed."""
    pack, inserts = pack_view.pack, pack_view.environment.inserts
    if not digests or not pack.fields.edition or pack.manual:
        return ""
    texts = ((view.briefing.id, view.briefing.fields.version, digests[view.key]) for view in pack_view.present)
    pdfs = ((insert.title, inserts[insert_path(insert)].sha256) for insert, _ in pack_view.inserts)
    return edition_digest(pack.id, pack.fields.edition, texts, pdfs)
