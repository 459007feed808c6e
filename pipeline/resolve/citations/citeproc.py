"""Citations formatted by pandoc's citeproc."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any

from pipeline.core.diagnostics import PipelineError
from pipeline.core.limits import Limit, Resource
from pipeline.core.pandoc import Pandoc, PandocLimit
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
"""Inlines or blocks in pandoc's JSON."""

ENTRY = "#ref-"
"""Prefix of the engine's links to entries."""


def read_inlines(tree: Tree, keys: Callable[[str], str]) -> tuple[Inline, ...]:
    """Convert pandoc's inlines to ours; `keys` maps the engine's name of a work to its key."""
    return join_texts(part for node in tree for part in _read(node, keys))


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
                yield CitationLink(keys(target.removeprefix(ENTRY)), 0, replace_links_by_words(children))
            elif target.startswith(("http://", "https://", "mailto:")):
                yield Link(target, replace_links_by_words(children))
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
    """Convert paragraphs and divisions to inlines, joined by spaces."""
    parts: list[Inline] = []
    for block in tree:
        content = block["c"][1] if block["t"] == "Div" else block["c"]
        inner = read_blocks(content, keys) if block["t"] == "Div" else read_inlines(content, keys)
        parts += [Text(" "), *inner] if parts else inner
    return join_texts(parts)


def join_texts(parts: Iterable[Inline]) -> tuple[Inline, ...]:
    """Join adjacent texts and drop empty ones."""
    nodes: list[Inline] = []
    for part in parts:
        last = nodes[-1] if nodes else None
        if isinstance(part, Text) and isinstance(last, Text):
            nodes[-1] = Text(last.text + part.text)
        elif not isinstance(part, Text) or part.text:
            nodes.append(part)
    return tuple(nodes)


def rebuild_inlines(
    parts: tuple[Inline, ...], change: Callable[[Inline], tuple[Inline, ...] | None]
) -> tuple[Inline, ...]:
    """Replace nodes at any depth by what `change` returns, unless this is None; adjacent texts are joined."""
    nodes: list[Inline] = []
    for part in parts:
        changed = change(part)
        if changed is not None:
            nodes += changed
        elif isinstance(part, Emphasis | Strong | Span):
            nodes.append(replace(part, children=rebuild_inlines(part.children, change)))
        else:
            nodes.append(part)
    return join_texts(nodes)


def replace_links_by_words(parts: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Replace every link by its words: a link may not contain a link."""
    return rebuild_inlines(
        parts, lambda part: replace_links_by_words(part.children) if isinstance(part, Link | CitationLink) else None
    )


def _without_stop(parts: tuple[Inline, ...]) -> tuple[Inline, ...]:
    match parts:
        case (*rest, Text(text=text)) if text.endswith("."):
            return join_texts((*rest, Text(text[:-1])))
        case _:
            return parts


# One link for each work

_Parts = tuple[Inline, ...]


def settle_links(citations: tuple[Citation, ...], parts: _Parts, shorts: Mapping[str, str]) -> _Parts:
    """Give a formatted group exactly one `CitationLink` for each of its citations.

    A work for which the style prints nothing (a style of names, if the name is suppressed) gets its short form.
    """
    wanted = Counter(citation.key for citation in citations)
    parts = _trimmed(_without_extra_links(parts, wanted))
    for citation in citations:
        if wanted[citation.key]:
            wanted[citation.key] -= 1
            parts = _added(parts, CitationLink(citation.key, 0, (Text(shorts[citation.key]),)))
    return parts


def narrative_link(citation: Citation, parts: _Parts, shorts: Mapping[str, str]) -> CitationLink:
    """Make one link of a work cited in running text: 'Eggins and others (2020)'."""
    whole = _trimmed(replace_links_by_words(parts))
    return CitationLink(citation.key, 0, whole if plain_text(whole).strip() else (Text(shorts[citation.key]),))


def join_narrative(first: CitationLink, rest: _Parts, delimiter: str) -> _Parts:
    """Join a work named in running text and others cited after it: 'Werb and others (2011; King and Mauer, 2006)'.

    If both have brackets, these are merged and the link has the name only.
    """
    match first.children, rest:
        case (*before, Text(text=text)), (Text(text=opening), *others) if opening.startswith(("(", "[")):
            year = re.fullmatch(r"(.*?)(\s*[(\[][^()\[\]]*)[)\]]", text, re.DOTALL)
            name = join_texts((*before, Text(year[1]))) if year else ()
            if year and plain_text(name).strip() and year[2].lstrip()[0] == opening[0]:
                link = CitationLink(first.key, 0, name)
                return (link, *join_texts((Text(year[2] + delimiter + opening[1:]), *others)))
        case _:
            pass
    return (first, *join_texts((Text(" "), *rest)))


def _without_extra_links(parts: _Parts, wanted: Counter[str]) -> _Parts:
    """Drop empty links, and links to a work beyond the number wanted; counts `wanted` down."""

    def change(part: Inline) -> _Parts | None:
        if not isinstance(part, CitationLink):
            return None
        if not plain_text(part.children).strip():
            return ()
        if not wanted[part.key]:
            return part.children
        wanted[part.key] -= 1
        return (part,)

    return rebuild_inlines(parts, change)


def _trimmed(parts: _Parts) -> _Parts:
    """Drop space at the beginning, and empty brackets where a link was dropped."""
    nodes: list[Inline] = []
    for position, part in enumerate(parts):
        if isinstance(part, Text):
            text = part.text if position else part.text.lstrip()
            part = Text(re.sub(r"\s*\(\)$", "", text))
        nodes.append(part)
    return join_texts(nodes)


def _added(parts: _Parts, link: CitationLink) -> _Parts:
    match parts:
        case ():
            return (Text("("), link, Text(")"))
        case (*before, Text(text=text)) if text.endswith((")", "]")):
            return join_texts((*before, Text(text[:-1] + "; "), link, Text(text[-1])))
        case _:
            return join_texts((*parts, Text(" ("), link, Text(")")))


# Documents


@dataclass(frozen=True, slots=True)
class CitedDocument:
    """A request to the citation engine. Every key in `groups` and `listed` is in `references`."""

    id: str
    style: str
    """The text of a CSL file."""
    language: str
    groups: tuple[CitationGroup, ...]
    references: tuple[Reference, ...]
    """The works cited or listed, and no others."""
    listed: tuple[str, ...] = ()
    """Keys that are listed even if not cited."""


@dataclass(frozen=True, slots=True)
class StoppedEngine:
    """Why the engine was stopped: a sentence, and the resource that it used too much of."""

    sentence: str
    resource: Resource


@dataclass(frozen=True, slots=True)
class FormattedDocument:
    """The engine's answer: formatted citations, reference list and short forms."""

    groups: tuple[tuple[Inline, ...], ...]
    entries: tuple[tuple[str, tuple[Inline, ...]], ...]
    """Key and words, in the order of the style."""
    shorts: tuple[tuple[str, str], ...]
    """Key and 'Eggins and others, 2020', in order of the key."""
    warnings: tuple[str, ...] = ()
    """Warnings of the citation engine, in its own words."""
    broken: StoppedEngine | None = None
    """Set if the engine was stopped: then keys are in place of works."""


class StyleError(PipelineError):
    """A style cannot be used: a sentence, and the ids of the documents with it."""

    exit_code = 1

    def __init__(self, sentence: str, documents: tuple[str, ...]) -> None:
        super().__init__(sentence, documents)
        self.sentence = sentence
        self.documents = documents

    def __str__(self) -> str:
        return f"The citation style of {', '.join(self.documents)} cannot be used. {self.sentence}"


_Entries = tuple[tuple[str, tuple[Inline, ...]], ...]


def format_documents(documents: tuple[CitedDocument, ...], pandoc: Pandoc) -> dict[str, FormattedDocument]:
    """Format documents; returns the answers by id.

    Raises:
        StyleError: if a style cannot be used.
    """
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
        reason = " ".join(next(iter(faults.values())).split())
        raise StyleError(f"The citation engine cannot use it: {reason}", tuple(faults))
    return {d.id: _formatted(d, styles[d.style], by_id, works) for d in documents}


def format_within_limits(documents: tuple[CitedDocument, ...], pandoc: Pandoc) -> dict[str, FormattedDocument]:
    """Format documents; leave those unformatted on which the engine takes too long."""
    try:
        return format_documents(documents, pandoc)
    except PandocLimit as broken:
        if len(documents) == 1:
            return {document.id: _unformatted(document, broken) for document in documents}
        middle = len(documents) // 2
        halves = (documents[:middle], documents[middle:])
        return {name: answer for half in halves for name, answer in format_within_limits(half, pandoc).items()}


def _unformatted(document: CitedDocument, broken: PandocLimit) -> FormattedDocument:
    """An answer with keys in place of works."""
    groups = tuple((Text(f"({'; '.join(cited.key for cited in group.citations)})"),) for group in document.groups)
    keys = sorted(reference.key for reference in document.references)
    entries, shorts = tuple((key, (Text(key),)) for key in keys), tuple((key, key) for key in keys)
    return FormattedDocument(groups, entries, shorts, broken=StoppedEngine(str(broken), broken.resource))


class _Works:
    """The works of a run, with plain names for the engine that sort like their keys."""

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
    """The input of cite.lua. A style without names gets a second document for the short forms."""
    short = read_style(SHORT_STYLE)
    numbers_of_styles: dict[tuple[Style, str], int] = {}
    jobs = []
    for document in documents:
        style = styles[document.style]
        numbers = {r.key: works.number(r) for r in document.references}
        names = {key: _name(number) for key, number in numbers.items()}
        groups = [_run(run, names, named) for group in document.groups for run, named in _runs(group)]
        shorts = [_run((Citation(key),), names, False) for key in sorted(names)]
        common = {"references": [numbers[key] for key in sorted(numbers)]}
        number = numbers_of_styles.setdefault((style, style.locale or document.language), len(numbers_of_styles) + 1)
        listed = [names[key] for key in document.listed]
        all_groups = groups + shorts if style.names_works else groups
        jobs.append({"id": document.id, "style": number, "listed": listed, "groups": all_groups, **common})
        if not style.names_works:
            number = numbers_of_styles.setdefault((short, document.language), len(numbers_of_styles) + 1)
            jobs.append({"id": _short_id(document), "style": number, "listed": [], "groups": shorts, **common})
    return {
        "references": works.records(),
        "styles": [{"csl": s.csl, "probe": s.probe, "language": language} for s, language in numbers_of_styles],
        "documents": jobs,
    }


def _short_id(document: CitedDocument) -> str:
    return f"{document.id}\0short"


def _runs(group: CitationGroup) -> tuple[tuple[tuple[Citation, ...], bool], ...]:
    """Split a group into requests: the work named in running text comes first.

    In one request a style that sorts would move the name after the others.
    """
    if not group.narrative:
        return ((group.citations, False),)
    first, rest = group.citations[:1], group.citations[1:]
    return ((first, True), (rest, False)) if rest else ((first, True),)


def _run(citations: tuple[Citation, ...], names: Mapping[str, str], named: bool) -> list[dict[str, str]]:
    return [_request(citation, names, named) for citation in citations]


def _request(citation: Citation, names: Mapping[str, str], named: bool) -> dict[str, str]:
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
    short_blocks = blocks if style.names_works else iter(answers[_short_id(document)]["ast"]["blocks"])
    keys = sorted(reference.key for reference in document.references)
    shorts = {key: _without_brackets(plain_text(words(next(short_blocks)))) for key in keys}
    groups = tuple(_linked(g, p, shorts, style) for g, p in zip(document.groups, printed, strict=True))
    entries = _complete(_entries(blocks, works), shorts)
    return FormattedDocument(groups, entries, tuple(shorts.items()), _warnings(answer["warnings"], works))


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
        (works.key(entry["c"][0][0].removeprefix("ref-")), link_addresses(read_blocks(entry["c"][1], works.key)))
        for block in blocks
        if block["t"] == "Div" and block["c"][0][0] == "refs"
        for entry in block["c"][1]
    )


def _complete(entries: _Entries, shorts: Mapping[str, str]) -> _Entries:
    """Add works for which the style prints nothing to the list, by their short forms."""
    printed = {key for key, words in entries if plain_text(words).strip()}
    missing = {key: (Text(short),) for key, short in shorts.items() if key not in printed}
    return tuple((key, missing.pop(key, words)) for key, words in entries) + tuple(missing.items())


def _warnings(lines: list[str], works: _Works) -> tuple[str, ...]:
    """Put our keys into the engine's warnings; drop those on citations without print."""
    warnings = dict.fromkeys(re.sub(r"\bw\d{6}\b", lambda name: works.key(name[0]), line) for line in lines)
    return tuple(line for line in warnings if "no printed form" not in line)


def _without_brackets(short: str) -> str:
    match = re.fullmatch(r"[(\[](.*)[)\]]", short.strip(), re.DOTALL)
    return match[1] if match else short.strip()


_ADDRESS = re.compile(r"https?://[^\s<>\"‘’“”\[\]]+")
_ENDS = ".,;:!?'"


def link_addresses(parts: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Make a link of every address in the text that has none."""
    return rebuild_inlines(parts, lambda part: tuple(_link_in(part.text)) if isinstance(part, Text) else None)


def _link_in(text: str) -> Iterator[Inline]:
    start = 0
    for match in _ADDRESS.finditer(text):
        address = _without_punctuation(match[0])
        yield Text(text[start : match.start()])
        yield Link(address, (Text(address),))
        start = match.start() + len(address)
    yield Text(text[start:])


def _without_punctuation(address: str) -> str:
    """Drop the full stop of the sentence, and a bracket that was opened before the address."""
    address = address.rstrip(_ENDS)
    while address.endswith(")") and address.count(")") > address.count("("):
        address = address[:-1].rstrip(_ENDS)
    return address
