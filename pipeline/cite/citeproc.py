"""Citations and reference lists, formatted by pandoc's citeproc: many documents, one process."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any

from pipeline.cite.inlines import read_blocks, read_inlines
from pipeline.cite.links import join_narrative, narrative_link, settle_links
from pipeline.cite.pandoc import Pandoc, PandocLimit
from pipeline.cite.style import SHORT_STYLE, Style, StyleFault, read_style
from pipeline.core.errors import PipelineError
from pipeline.core.limits import Limit, Resource
from pipeline.model.bibliography import Reference
from pipeline.model.body import Citation, CitationGroup, Emphasis, Inline, Link, Span, Strong, Text, plain_text


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
    styles = _styles(documents)
    works = _Works(documents)
    job = _job(documents, styles, works)
    limit = Limit(10 + len(documents) // 2, 1000)  # a hundred take a second and a half
    with resources.as_file(resources.files("pipeline.cite") / "cite.lua") as script:
        answers = json.loads(pandoc(("lua", str(script)), json.dumps(job, ensure_ascii=False), limit))
    by_id = {answer["id"]: answer for answer in answers}
    _refuse_faults(by_id)
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


def _styles(documents: tuple[CitedDocument, ...]) -> dict[str, Style]:
    styles: dict[str, Style] = {}
    for text in dict.fromkeys(document.style for document in documents):
        try:
            styles[text] = read_style(text)
        except StyleFault as fault:
            raise StyleError(str(fault), tuple(d.id for d in documents if d.style == text)) from fault
    return styles


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


def _refuse_faults(answers: Mapping[str, dict[str, Any]]) -> None:
    faults = {id.partition("\0")[0]: str(answer["fault"]) for id, answer in answers.items() if "fault" in answer}
    if faults:
        said = " ".join(next(iter(faults.values())).split())
        raise StyleError(f"The citation engine cannot use it: {said}", tuple(faults))


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
            yield from _split(text)
        case Emphasis(children=children) | Strong(children=children) | Span(children=children):
            yield replace(part, children=linked(children))
        case _:
            yield part


def _split(text: str) -> Iterator[Inline]:
    start = 0
    for found in _ADDRESS.finditer(text):
        address = _whole(found[0])
        if start < found.start():
            yield Text(text[start : found.start()])
        yield Link(address, (Text(address),))
        start = found.start() + len(address)
    if start < len(text):
        yield Text(text[start:])


def _whole(address: str) -> str:
    """The address without the stop of its sentence, or a bracket that was opened before it."""
    address = address.rstrip(_ENDS)
    while address.endswith(")") and address.count(")") > address.count("("):
        address = address[:-1].rstrip(_ENDS)
    return address
