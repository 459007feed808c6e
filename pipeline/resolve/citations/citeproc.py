"""Citations formatted by pandoc's citeproc."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any

from pipeline.core.diagnostics import PipelineError
from pipeline.core.processes import Limit, Pandoc, PandocLimit, Resource
from pipeline.model.bibliography import Reference
from pipeline.model.body import (
    Attributes,
    Citation,
    CitationGroup,
    CitationLink,
    Code,
    Emphasis,
    Inline,
    LineBreak,
    Link,
    Span,
    Strong,
    Text,
    plain_text,
)
from pipeline.resolve.citations.style import SHORT_STYLE, Style, StyleFault, read_style

Tree = list[dict[str, Any]]
"""Inlines or blocks as pandoc's JSON has them."""

ENTRY = "#ref-"
"""First characters of the engine's links to entries."""


def read_inlines(tree: Tree, keys: Callable[[str], str]) -> tuple[Inline, ...]:
    """The inlines of a tree; `keys` gives the key behind the engine's name of a work."""
    return joined(part for node in tree for part in _read(node, keys))


def _read(node: dict[str, Any], keys: Callable[[str], str]) -> Iterator[Inline]:
    kind: str = node["t"]
    content: Any = node.get("c")
    match kind:
        case "Str":
            yield Text(content)
        case "Space" | "SoftBreak":
            yield Text(" ")
        case "LineBreak":
            yield LineBreak()
        case "Emph":
            yield Emphasis(read_inlines(content, keys))
        case "Strong":
            yield Strong(read_inlines(content, keys))
        case "Superscript" | "Subscript" | "SmallCaps" | "Underline" | "Strikeout":
            yield Span(read_inlines(content, keys), Attributes(classes=(_CLASSES[kind],)))
        case "Code":
            yield Code(content[1])
        case "Math":
            yield Text(content[1])
        case "Quoted":
            opening, closing = ("‘", "’") if content[0]["t"] == "SingleQuote" else ("“", "”")
            yield from (Text(opening), *read_inlines(content[1], keys), Text(closing))
        case "Link":
            target = content[2][0]
            children = read_inlines(content[1], keys)
            if target.startswith(ENTRY):
                yield CitationLink(keys(target.removeprefix(ENTRY)), 0, unlinked(children))
            elif target.startswith(("http://", "https://", "mailto:")):
                yield Link(target, unlinked(children))
            else:
                yield from children
        case "Span" | "Cite":
            yield from read_inlines(content[1], keys)
        case "Note":
            yield from (Text(" ("), *_without_stop(read_blocks(content, keys)), Text(")"))
        case "RawInline":
            yield Text(content[1])
        case _:
            raise ValueError(f"the engine gave an inline of the unknown kind {kind}")


_CLASSES = {
    "Superscript": "superscript",
    "Subscript": "subscript",
    "SmallCaps": "small-caps",
    "Underline": "underline",
    "Strikeout": "strikeout",
}


def read_blocks(tree: Tree, keys: Callable[[str], str]) -> tuple[Inline, ...]:
    """The inlines of paragraphs and divisions, one after the other with a space between."""
    parts: list[Inline] = []
    for block in tree:
        content = block["c"][1] if block["t"] == "Div" else block["c"]
        inner = read_blocks(content, keys) if block["t"] == "Div" else read_inlines(content, keys)
        parts += [Text(" "), *inner] if parts else inner
    return joined(parts)


def joined(parts: Iterable[Inline]) -> tuple[Inline, ...]:
    """The inlines with neighbouring words put together and without empty ones."""
    out: list[Inline] = []
    for part in parts:
        if isinstance(part, Text):
            if not part.text:
                continue
            last = out[-1] if out else None
            if isinstance(last, Text):
                out[-1] = Text(last.text + part.text)
                continue
        out.append(part)
    return tuple(out)


def unlinked(parts: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """The inlines with every link replaced by its words: no link may stand in a link."""
    out: list[Inline] = []
    for part in parts:
        match part:
            case Link(children=children) | CitationLink(children=children):
                out += unlinked(children)
            case Emphasis(children=children) | Strong(children=children) | Span(children=children):
                out.append(replace(part, children=unlinked(children)))
            case _:
                out.append(part)
    return joined(out)


def _without_stop(parts: tuple[Inline, ...]) -> tuple[Inline, ...]:
    match parts:
        case (*rest, Text(text=text)) if text.endswith("."):
            return joined((*rest, Text(text[:-1])))
        case _:
            return parts


# One link a work

_Parts = tuple[Inline, ...]


def settle_links(citations: tuple[Citation, ...], parts: _Parts, shorts: Mapping[str, str]) -> _Parts:
    """The formatted group with exactly one `CitationLink` for each of its citations.

    A work that the style prints nothing for (one of names only does, where the name is suppressed) is
    called by its short form.
    """
    wanted = Counter(citation.key for citation in citations)
    parts = _trimmed(_thinned(parts, wanted))
    for citation in citations:
        if wanted[citation.key]:
            wanted[citation.key] -= 1
            parts = _added(parts, CitationLink(citation.key, 0, (Text(shorts[citation.key]),)))
    return parts


def narrative_link(citation: Citation, parts: _Parts, shorts: Mapping[str, str]) -> CitationLink:
    """A work cited in running text as one link, name and year: 'Eggins and others (2020)'."""
    whole = _trimmed(unlinked(parts))
    return CitationLink(citation.key, 0, whole if plain_text(whole).strip() else (Text(shorts[citation.key]),))


def join_narrative(first: CitationLink, rest: _Parts, delimiter: str) -> _Parts:
    """A work named in running text, and others cited behind it: 'Werb and others (2011; King and Mauer, 2006)'.

    Where both stand in brackets the brackets become one, and the link is the name alone.
    """
    match first.children, rest:
        case (*before, Text(text=text)), (Text(text=opening), *others) if opening.startswith(("(", "[")):
            found = re.fullmatch(r"(.*?)(\s*[(\[][^()\[\]]*)[)\]]", text, re.DOTALL)
            name = joined((*before, Text(found[1]))) if found else ()
            if found and plain_text(name).strip() and found[2].lstrip()[0] == opening[0]:
                link = CitationLink(first.key, 0, name)
                return (link, *joined((Text(found[2] + delimiter + opening[1:]), *others)))
        case _:
            pass
    return (first, *joined((Text(" "), *rest)))


def _thinned(parts: _Parts, wanted: Counter[str]) -> _Parts:
    """The parts without empty links and without more links to a work than wanted, which is counted down."""
    out: list[Inline] = []
    for part in parts:
        match part:
            case CitationLink(key=key, children=children):
                if not plain_text(children).strip():
                    continue
                if wanted[key]:
                    wanted[key] -= 1
                    out.append(part)
                else:
                    out += children
            case Emphasis(children=children) | Strong(children=children) | Span(children=children):
                out.append(replace(part, children=_thinned(children, wanted)))
            case _:
                out.append(part)
    return joined(out)


def _trimmed(parts: _Parts) -> _Parts:
    """The parts without space before them and without the brackets that an empty link leaves behind."""
    out: list[Inline] = []
    for position, part in enumerate(parts):
        if isinstance(part, Text):
            text = part.text if position else part.text.lstrip()
            part = Text(re.sub(r"\s*\(\)$", "", text))
        out.append(part)
    return joined(out)


def _added(parts: _Parts, link: CitationLink) -> _Parts:
    match parts:
        case ():
            return (Text("("), link, Text(")"))
        case (*before, Text(text=text)) if text.endswith((")", "]")):
            return joined((*before, Text(text[:-1] + "; "), link, Text(text[-1])))
        case _:
            return joined((*parts, Text(" ("), link, Text(")")))


# Documents


@dataclass(frozen=True, slots=True)
class CitedDocument:
    """Citations, listed works and style of one document. Every key in `groups` and `listed` is in `references`."""

    id: str
    style: str
    """The text of a CSL file."""
    language: str
    groups: tuple[CitationGroup, ...]
    references: tuple[Reference, ...]
    """The works cited or listed, and no others."""
    listed: tuple[str, ...] = ()
    """Keys that stand in the list whether cited or not."""


@dataclass(frozen=True, slots=True)
class Broken:
    """Why the engine was broken off: a sentence, and what it took too much of."""

    sentence: str
    resource: Resource


@dataclass(frozen=True, slots=True)
class FormattedDocument:
    """Formatted citations of one document: its groups in order, its reference list, and a short form of every work."""

    groups: tuple[tuple[Inline, ...], ...]
    entries: tuple[tuple[str, tuple[Inline, ...]], ...]
    """Key and words, in the order of the style."""
    shorts: tuple[tuple[str, str], ...]
    """Key and 'Eggins and others, 2020', in order of the key."""
    warnings: tuple[str, ...] = ()
    """Warnings of the citation engine, in its own words."""
    broken: Broken | None = None
    """Why nothing was formatted, where the engine was broken off: keys stand for works."""


class StyleError(PipelineError):
    """A style that cannot be used: a sentence, and the ids of the documents that ask for it."""

    exit_code = 1

    def __init__(self, sentence: str, documents: tuple[str, ...]) -> None:
        super().__init__(sentence, documents)
        self.sentence = sentence
        self.documents = documents

    def __str__(self) -> str:
        return f"The citation style of {', '.join(self.documents)} cannot be used. {self.sentence}"


_Entries = tuple[tuple[str, tuple[Inline, ...]], ...]


def format_documents(documents: tuple[CitedDocument, ...], pandoc: Pandoc) -> dict[str, FormattedDocument]:
    """Every document's citations, list and short forms, by id. Raises `StyleError` for a style that will not do."""
    if not documents:
        return {}
    styles: dict[str, Style] = {}
    for text in dict.fromkeys(document.style for document in documents):
        refused = ""
        try:
            styles[text] = read_style(text)
        except StyleFault as fault:
            refused = str(fault)
        if refused:  # raised here, chained to nothing: Dask pickles causes too, and lxml's errors cannot be pickled
            raise StyleError(refused, tuple(d.id for d in documents if d.style == text))
    works = _Works(documents)
    job = _job(documents, styles, works)
    limit = Limit(10 + len(documents) // 2, 1000)  # a hundred take a second and a half
    with resources.as_file(resources.files("pipeline.resolve.citations") / "cite.lua") as script:
        answers = json.loads(pandoc(("lua", str(script)), json.dumps(job, ensure_ascii=False), limit))
    by_id = {answer["id"]: answer for answer in answers}
    faults = {id.partition("\0")[0]: str(answer["fault"]) for id, answer in by_id.items() if "fault" in answer}
    if faults:
        said = " ".join(next(iter(faults.values())).split())
        raise StyleError(f"The citation engine cannot use it: {said}", tuple(faults))
    return {d.id: _formatted(d, styles[d.style], by_id, works) for d in documents}


def format_within_limits(documents: tuple[CitedDocument, ...], pandoc: Pandoc) -> dict[str, FormattedDocument]:
    """The same; documents over which the engine must be broken off are found by halves, and left as they are."""
    try:
        return format_documents(documents, pandoc)
    except PandocLimit as broken:
        if len(documents) == 1:
            return {document.id: _unformatted(document, broken) for document in documents}
        middle = len(documents) // 2
        halves = (documents[:middle], documents[middle:])
        return {name: made for half in halves for name, made in format_within_limits(half, pandoc).items()}


def _unformatted(document: CitedDocument, broken: PandocLimit) -> FormattedDocument:
    """A document with the keys of its works."""
    groups = tuple((Text(f"({'; '.join(cited.key for cited in group.citations)})"),) for group in document.groups)
    keys = sorted(reference.key for reference in document.references)
    return FormattedDocument(
        groups,
        tuple((key, (Text(key),)) for key in keys),
        tuple((k, k) for k in keys),
        (),
        Broken(str(broken), broken.resource),
    )


class _Works:
    """The works of a run, each under a name the engine cannot trip over; names sort as the keys do."""

    def __init__(self, documents: tuple[CitedDocument, ...]) -> None:
        records = {(r.key, _record(r)) for document in documents for r in document.references}
        self._numbers = {work: number for number, work in enumerate(sorted(records), 1)}
        self._keys = {_name(number): key for (key, _), number in self._numbers.items()}

    def records(self) -> list[dict[str, Any]]:
        """The CSL-JSON records in order."""
        return [json.loads(record) | {"id": _name(n)} for (_, record), n in self._numbers.items()]

    def number(self, reference: Reference) -> int:
        """The number of a work, from 1."""
        return self._numbers[reference.key, _record(reference)]

    def key(self, name: str) -> str:
        """The key behind a name."""
        return self._keys[name]


def _name(number: int) -> str:
    return f"w{number:06}"


def _record(reference: Reference) -> str:
    return json.dumps({k: v for k, v in reference.csl.items() if k != "custom"}, sort_keys=True, ensure_ascii=False)


def _job(documents: tuple[CitedDocument, ...], styles: Mapping[str, Style], works: _Works) -> dict[str, Any]:
    short = read_style(SHORT_STYLE)
    asked: dict[tuple[Style, str], int] = {}
    jobs = []
    for document in documents:
        style = styles[document.style]
        numbers = {r.key: works.number(r) for r in document.references}
        names = {key: _name(number) for key, number in numbers.items()}
        groups = [_run(run, names, named) for group in document.groups for run, named in _runs(group)]
        shorts = [_run((Citation(key),), names, False) for key in sorted(names)]
        common = {"references": [numbers[key] for key in sorted(numbers)]}
        number = asked.setdefault((style, style.locale or document.language), len(asked) + 1)
        listed = [names[key] for key in document.listed]
        own = groups + shorts if style.names_works else groups
        jobs.append({"id": document.id, "style": number, "listed": listed, "groups": own, **common})
        if not style.names_works:
            number = asked.setdefault((short, document.language), len(asked) + 1)
            jobs.append({"id": _short_id(document), "style": number, "listed": [], "groups": shorts, **common})
    return {
        "references": works.records(),
        "styles": [{"csl": s.csl, "probe": s.probe, "language": language} for s, language in asked],
        "documents": jobs,
    }


def _short_id(document: CitedDocument) -> str:
    return f"{document.id}\0short"


def _runs(group: CitationGroup) -> tuple[tuple[tuple[Citation, ...], bool], ...]:
    """Requests to the engine for one group: the work named in running text, then the works cited with it.

    Asked for together, a style that sorts would move the name behind the others.
    """
    if not group.narrative:
        return ((group.citations, False),)
    first, rest = group.citations[:1], group.citations[1:]
    return ((first, True), (rest, False)) if rest else ((first, True),)


def _run(citations: tuple[Citation, ...], names: Mapping[str, str], named: bool) -> list[dict[str, str]]:
    return [_asked(citation, names, named) for citation in citations]


def _asked(citation: Citation, names: Mapping[str, str], named: bool) -> dict[str, str]:
    mode = "AuthorInText" if named else "SuppressAuthor" if citation.suppress_author else "NormalCitation"
    prefix, suffix = citation.prefix.strip(), citation.suffix.rstrip()
    if suffix and not suffix[0].isspace() and suffix[0] not in ",.;:!?":
        suffix = f" {suffix}"
    return {
        "id": names[citation.key],
        "mode": mode,
        "prefix": f"{prefix} " if prefix else "",
        "label": citation.label,
        "locator": citation.locator.strip().replace("{", "(").replace("}", ")"),
        "suffix": suffix,
    }


def _formatted(
    document: CitedDocument, style: Style, answers: Mapping[str, dict[str, Any]], works: _Works
) -> FormattedDocument:
    def words(block: dict[str, Any]) -> tuple[Inline, ...]:
        return read_inlines(block["c"], works.key)

    answer = answers[document.id]
    blocks = iter(answer["ast"]["blocks"])
    printed = [[words(next(blocks)) for _ in _runs(group)] for group in document.groups]
    if not style.names_works:
        entries = _entries(blocks, works)
        blocks = iter(answers[_short_id(document)]["ast"]["blocks"])
    shorts = {key: _bare(plain_text(words(next(blocks)))) for key in sorted(r.key for r in document.references)}
    if style.names_works:
        entries = _entries(blocks, works)
    groups = tuple(_linked(g, p, shorts, style) for g, p in zip(document.groups, printed, strict=True))
    return FormattedDocument(
        groups, _complete(entries, shorts), tuple(shorts.items()), _warnings(answer["warnings"], works)
    )


def _linked(
    group: CitationGroup, printed: list[tuple[Inline, ...]], shorts: Mapping[str, str], style: Style
) -> tuple[Inline, ...]:
    if not group.narrative:
        return settle_links(group.citations, printed[0], shorts)
    first = narrative_link(group.citations[0], printed[0], shorts)
    if len(printed) == 1:
        return (first,)
    return join_narrative(first, settle_links(group.citations[1:], printed[1], shorts), style.delimiter)


def _entries(blocks: Iterator[dict[str, Any]], works: _Works) -> _Entries:
    return tuple(
        (works.key(entry["c"][0][0].removeprefix("ref-")), linked(read_blocks(entry["c"][1], works.key)))
        for block in blocks
        if block["t"] == "Div" and block["c"][0][0] == "refs"
        for entry in block["c"][1]
    )


def _complete(entries: _Entries, shorts: Mapping[str, str]) -> _Entries:
    """The list with every work in it: one that the style prints nothing for stands by its short form."""
    printed = {key for key, words in entries if plain_text(words).strip()}
    lost = {key: (Text(short),) for key, short in shorts.items() if key not in printed}
    return tuple((key, lost.pop(key, words)) for key, words in entries) + tuple(lost.items())


def _warnings(said: list[str], works: _Works) -> tuple[str, ...]:
    """The engine's remarks with our keys; of a citation that printed nothing its short form stands already."""
    told = dict.fromkeys(re.sub(r"\bw\d{6}\b", lambda name: works.key(name[0]), line) for line in said)
    return tuple(line for line in told if "no printed form" not in line)


def _bare(short: str) -> str:
    found = re.fullmatch(r"[(\[](.*)[)\]]", short.strip(), re.DOTALL)
    return found[1] if found else short.strip()


_ADDRESS = re.compile(r"https?://[^\s<>\"‘’“”\[\]]+")
_ENDS = ".,;:!?'"


def linked(parts: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """The inlines with a link over every address that has none."""
    return tuple(out for part in parts for out in _linked_part(part))


def _linked_part(part: Inline) -> Iterator[Inline]:
    match part:
        case Text(text=text):
            start = 0
            for found in _ADDRESS.finditer(text):
                address = _whole(found[0])
                if start < found.start():
                    yield Text(text[start : found.start()])
                yield Link(address, (Text(address),))
                start = found.start() + len(address)
            if start < len(text):
                yield Text(text[start:])
        case Emphasis(children=children) | Strong(children=children) | Span(children=children):
            yield replace(part, children=linked(children))
        case _:
            yield part


def _whole(address: str) -> str:
    """The address without the stop of its sentence, or a bracket that was opened before it."""
    address = address.rstrip(_ENDS)
    while address.endswith(")") and address.count(")") > address.count("("):
        address = address[:-1].rstrip(_ENDS)
    return address
