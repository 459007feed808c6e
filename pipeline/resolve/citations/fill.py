"""Citations and reference lists: what a text asks of the citation engine, and what it is given."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import message
from pipeline.core.sentences import suggestion
from pipeline.load.markdown.citations import is_target
from pipeline.model import body as tree
from pipeline.model.bibliography import PRINTED_STATES, Bibliography, Reference, Verification
from pipeline.model.body import rebuild, walk
from pipeline.model.publication import ReferenceEntry
from pipeline.model.source.briefing import Briefing
from pipeline.model.source.record import KeyPath
from pipeline.resolve.citations.citeproc import CitedDocument, FormattedDocument
from pipeline.resolve.environment import Environment
from pipeline.resolve.links import referable_ids, refers
from pipeline.resolve.reading import BriefingView, NodeIndex

_WHERE = "Entries live in source/references/."
_KEYS = "'briefings cites' lists their keys."


def sources(briefing: Briefing) -> Iterator[tuple[str, KeyPath]]:
    """The works that the evidence and the practice examples rest on, with where each is named."""
    evidence = briefing.fields.evidence
    if evidence.base:
        yield evidence.base.source, ("evidence", "base", "source")
    for number, finding in enumerate(evidence.findings):
        for index, key in enumerate(finding.sources):
            yield key, ("evidence", "findings", number, "sources", index)
        if finding.via:
            yield finding.via, ("evidence", "findings", number, "via")
    for number, record in enumerate(briefing.fields.practice):
        for index, key in enumerate(record.sources):
            yield key, ("practice", number, "sources", index)


def listed(briefing: Briefing) -> tuple[str, ...]:
    """The works that stand in the list of a briefing whether its text cites them or not."""
    return tuple(dict.fromkeys([*(key for key, _ in sources(briefing)), *briefing.fields.references]))


def works_are_unread(environment: Environment) -> bool:
    """Whether works may be unknown only because a bibliography could not be read, which has been told."""
    return any(path.startswith("source/references/") for path in environment.unread)


# Rules


def cited_works_are_known(environment: Environment, passage: NodeIndex) -> Iterator[Diagnostic]:
    """Every citation has its entry in the bibliography."""
    if works_are_unread(environment):
        return
    works = environment.bibliography
    own = referable_ids(
        node for kind in (tree.Heading, tree.Figure, tree.Table, tree.Equation) for node in passage.every(kind)
    )
    for group in passage.every(tree.CitationGroup):
        for citation in group.citations:
            key = citation.key
            if key not in works and not refers(citation, own, works):
                yield _unknown(citation, group.narrative, works, own)


def _unknown(citation: tree.Citation, narrative: bool, works: Bibliography, own: frozenset[str]) -> Diagnostic:
    """The nearest keys; of what looks like the id of a figure the nearest ids; how a name is printed with its @."""
    key = citation.key
    if is_target(key):
        hint = suggestion(key, own, f"Write {{#{key}}} behind the figure, table or heading it refers to.")
        return message("link-unknown-anchor", citation.place, hint, where="this text", anchor=key)
    hint = _nearest_work(key, works)
    is_name = narrative and hint.startswith(_WHERE)
    name = f" Where it is a name and no work is meant, write \\@{key}." if is_name else ""
    return message("cite-unknown-key", citation.place, f"{hint}{name}", key=key)


def _nearest_work(key: str, works: Iterable[str]) -> str:
    """The nearest keys of works; where none is near, the command that lists them."""
    nearest = suggestion(key, works, "")
    return f"{nearest} {_WHERE}" if nearest else f"{_WHERE} {_KEYS}"


def sources_are_known(reading: BriefingView) -> Iterator[Diagnostic]:
    """Every work that a finding or an example rests on has its entry in the bibliography."""
    known = reading.environment.bibliography
    unread = works_are_unread(reading.environment)
    for key, way in sources(reading.briefing):
        if key not in known and not unread:
            hint = _nearest_work(key, known)
            yield message("cite-unknown-key", reading.briefing.marks.at(*way), hint=hint, key=key)


def listed_works_are_cited(reading: BriefingView) -> Iterator[Diagnostic]:
    """A work under 'references' is known, and something in the text rests on it."""
    known = reading.environment.bibliography
    used = {citation.key for citation in reading.passage.every(tree.Citation)}
    used.update(key for key, _ in sources(reading.briefing))
    for index, key in enumerate(reading.briefing.fields.references):
        place = reading.briefing.marks.at("references", index)
        if key not in known:
            if works_are_unread(reading.environment):
                continue
            yield message("cite-unknown-key", place, hint=_nearest_work(key, known), key=key)
        elif key not in used:
            yield message("reference-uncited", place, key=key)


def works_are_settled(reading: BriefingView) -> Iterator[Diagnostic]:
    """Somebody has settled that each work is the one meant; told once a work, where it first stands."""
    for key, place in first_named(reading).items():
        if is_unresolved(reading.environment.bibliography, key):
            yield message("reference-unresolved", place, key=key)


def partly_confirmed(reading: BriefingView) -> Iterator[Diagnostic]:
    """The works of a text of which only a part has been checked: worth a look before it is published."""
    known = reading.environment.bibliography
    for key, place in first_named(reading).items():
        if key in known and known[key].verification is Verification.PARTLY:
            yield message("reference-partly-confirmed", place, key=key)


def first_named(reading: BriefingView) -> dict[str, Location]:
    """The works that a text names, each with the first place."""
    briefing = reading.briefing
    places: dict[str, Location] = {}
    for citation in reading.passage.every(tree.Citation):
        places.setdefault(citation.key, citation.place)
    for key, way in sources(briefing):
        places.setdefault(key, briefing.marks.at(*way))
    for index, key in enumerate(briefing.fields.references):
        places.setdefault(key, briefing.marks.at("references", index))
    return places


def is_unresolved(bibliography: Bibliography, key: str) -> bool:
    """Whether nobody has settled that this is the work meant."""
    return key in bibliography and bibliography[key].verification is Verification.UNRESOLVED


# Formatting


def cited_document(
    name: str, parts: tuple[Any, ...], listed: Iterable[str], known: Bibliography, style: str, language: str
) -> CitedDocument:
    """A text's request to the citation engine: its groups in order, with the known works only."""
    groups = []
    for node in walk(parts):
        if isinstance(node, tree.CitationGroup):
            citations = tuple(citation for citation in node.citations if citation.key in known)
            if citations:
                groups.append(replace(node, citations=citations))
    further = tuple(sorted({key for key in listed if key in known}))
    keys = {citation.key for group in groups for citation in group.citations} | set(further)
    return CitedDocument(name, style, language, tuple(groups), tuple(known[key] for key in sorted(keys)), further)


@dataclass(frozen=True, slots=True)
class CitedTexts:
    """Texts with their citations formatted, and whether anything is missing."""

    parts: tuple[Any, ...]
    has_placeholder: bool


Legible = Callable[[tree.Text], tuple[Any, ...] | None]
"""Gives a text with its missing letters shown by their numbers, or nothing if all are there."""


def fill_citations(
    parts: tuple[Any, ...], formatted: FormattedDocument, bibliography: Bibliography, legible: Legible
) -> CitedTexts:
    """The parts with their citations formatted and numbered."""
    waiting = iter(formatted.groups)
    calls: Counter[str] = Counter()
    missing: list[object] = []

    def number(node: Any) -> tuple[Any, ...] | None:
        if isinstance(node, tree.CitationLink):
            calls[node.key] += 1
            return (replace(node, children=rebuild(node.children, number), occurrence=calls[node.key]),)
        return legible(node) if isinstance(node, tree.Text) else None

    def change(node: Any) -> tuple[Any, ...] | None:
        if not isinstance(node, tree.CitationGroup):
            if isinstance(node, tree.Placeholder | tree.PlaceholderBlock):
                missing.append(node)
            return None
        unknown = tuple(c.key for c in node.citations if c.key not in bibliography)
        made: list[Any] = []
        if len(unknown) < len(node.citations):
            made.append(tree.CitedText(rebuild(next(waiting), number)))
        missing.extend(unknown)
        for key in unknown:
            made += [tree.Text(" ", node.place)] if made else []
            made.append(tree.Placeholder(f"[{key}: not found]"))
        return tuple(made)

    return CitedTexts(rebuild(parts, change), bool(missing))


def reference_list(formatted: FormattedDocument, bibliography: Bibliography) -> tuple[ReferenceEntry, ...]:
    """The reference list of a text, in the order of the style."""
    shorts = dict(formatted.shorts)
    return tuple(
        entry_of(bibliography.entries.get(key), key, words, shorts.get(key, key)) for key, words in formatted.entries
    )


def entry_of(work: Reference | None, key: str, words: tuple[tree.Inline, ...], short: str) -> ReferenceEntry:
    """An entry of a reference list, with what is known of its work."""
    if work is None:
        return ReferenceEntry(key, words, short)
    unresolved = work.verification is Verification.UNRESOLVED
    if work.state not in PRINTED_STATES:
        return ReferenceEntry(key, words, short, unresolved)
    return ReferenceEntry(key, words, short, unresolved, work.state, work.state_day.year if work.state_day else None)


def engine_remarks(reading: BriefingView, formatted: FormattedDocument) -> Iterator[Diagnostic]:
    """Remarks of the citation engine on a briefing, told at its first citation."""
    first = min(
        (citation.place for citation in reading.passage.every(tree.Citation)), default=Location(reading.briefing.path)
    )
    if formatted.broken:
        sentence = f"The citations of this text could not be formatted. {formatted.broken.sentence}"
        hint = "Look at its citation style, and at the works it cites."
        yield message("job-too-large", first, hint, sentence=sentence)
    for words in formatted.warnings:
        yield message("cite-engine", first, words=" ".join(words.split()))


NOTHING = FormattedDocument((), (), ())
"""The engine's result for a text without works."""
