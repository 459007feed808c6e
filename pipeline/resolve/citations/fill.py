"""Citations and reference lists: requests to the citation engine, and its answers in the text."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import message
from pipeline.core.sentences import suggest_names
from pipeline.load.markdown.citations import looks_like_target
from pipeline.model import body as tree
from pipeline.model.bibliography import PRINTED_STATES, Bibliography, Reference, Verification
from pipeline.model.body import rebuild_nodes, walk_nodes
from pipeline.model.publication import ReferenceEntry
from pipeline.model.source.briefing import Briefing
from pipeline.model.source.record import KeyPath
from pipeline.resolve.citations.citeproc import CitedDocument, FormattedDocument
from pipeline.resolve.environment import Environment
from pipeline.resolve.links import is_reference, referable_ids
from pipeline.resolve.reading import BriefingView, NodeIndex

_WHERE = "Entries live in source/references/."
_KEYS = "'briefings cites' lists their keys."


def named_works(briefing: Briefing) -> Iterator[tuple[str, KeyPath]]:
    """Yield the keys of works in the front matter with their paths, 'references' last."""
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
    for index, key in enumerate(briefing.fields.references):
        yield key, ("references", index)


def works_to_list(briefing: Briefing) -> tuple[str, ...]:
    """Keys of the works that are listed even if the text does not cite them."""
    return tuple(dict.fromkeys(key for key, _ in named_works(briefing)))


def bibliography_is_unread(environment: Environment) -> bool:
    """True if a bibliography could not be read: unknown works are not reported then."""
    return any(path.startswith("source/references/") for path in environment.unread)


# Rules


def cited_works_are_known(environment: Environment, nodes: NodeIndex) -> Iterator[Diagnostic]:
    """Every citation has an entry in the bibliography, or refers to an id of the text."""
    if bibliography_is_unread(environment):
        return
    works = environment.bibliography
    kinds = (tree.Heading, tree.Figure, tree.Table, tree.Equation)
    ids = referable_ids(node for kind in kinds for node in nodes.every(kind))
    for group in nodes.every(tree.CitationGroup):
        for citation in group.citations:
            key = citation.key
            if key not in works and not is_reference(citation, ids, works):
                yield _unknown_key(citation, group.narrative, works, ids)


def _unknown_key(citation: tree.Citation, narrative: bool, works: Bibliography, ids: frozenset[str]) -> Diagnostic:
    """Report an unknown key with the nearest keys, or the unknown id of a figure or the like."""
    key = citation.key
    if looks_like_target(key):
        hint = suggest_names(key, ids, f"Write {{#{key}}} after the figure, table or heading it refers to.")
        return message("link-unknown-anchor", citation.place, hint, where="this text", anchor=key)
    hint = _nearest_work(key, works)
    is_name = narrative and hint.startswith(_WHERE)
    name = f" If it is a name and not a work, write \\@{key}." if is_name else ""
    return message("cite-unknown-key", citation.place, f"{hint}{name}", key=key)


def _nearest_work(key: str, works: Iterable[str]) -> str:
    """The hint at the nearest keys; if none is near, at the command that lists them."""
    nearest = suggest_names(key, works, "")
    return f"{nearest} {_WHERE}" if nearest else f"{_WHERE} {_KEYS}"


def named_works_are_known(view: BriefingView) -> Iterator[Diagnostic]:
    """Every work that the front matter names has an entry in the bibliography."""
    known = view.environment.bibliography
    for key, path in named_works(view.briefing) if not bibliography_is_unread(view.environment) else ():
        if key not in known:
            place = view.briefing.marks.at(*path)
            yield message("cite-unknown-key", place, hint=_nearest_work(key, known), key=key)


def listed_works_are_cited(view: BriefingView) -> Iterator[Diagnostic]:
    """The text uses every work under 'references'."""
    used = {citation.key for citation in view.passage.every(tree.Citation)}
    for key, path in named_works(view.briefing):
        if path[0] != "references":
            used.add(key)
        elif key not in used and key in view.environment.bibliography:
            yield message("reference-uncited", view.briefing.marks.at(*path), key=key)


def works_are_settled(view: BriefingView) -> Iterator[Diagnostic]:
    """No work of a text is unresolved. Reported once for each work, at its first use."""
    return _report_works(view, Verification.UNRESOLVED, "reference-unresolved")


def partly_confirmed_works(view: BriefingView) -> Iterator[Diagnostic]:
    """Report works that are only partly confirmed: to be checked before the text is published."""
    return _report_works(view, Verification.PARTLY, "reference-partly-confirmed")


def _report_works(view: BriefingView, state: Verification, code: str) -> Iterator[Diagnostic]:
    known = view.environment.bibliography
    for key, place in first_uses(view).items():
        if key in known and known[key].verification is state:
            yield message(code, place, key=key)


def first_uses(view: BriefingView) -> dict[str, Location]:
    """Keys of the works that a text uses, each with the place of its first use."""
    places: dict[str, Location] = {}
    for citation in view.passage.every(tree.Citation):
        places.setdefault(citation.key, citation.place)
    for key, path in named_works(view.briefing):
        places.setdefault(key, view.briefing.marks.at(*path))
    return places


# Formatting


def request_citations(
    name: str, parts: tuple[Any, ...], listed: Iterable[str], known: Bibliography, style: str, language: str
) -> CitedDocument:
    """Return a text's request to the citation engine: its groups in order, without unknown works."""
    groups = []
    for node in walk_nodes(parts):
        if isinstance(node, tree.CitationGroup) and (cited := tuple(c for c in node.citations if c.key in known)):
            groups.append(replace(node, citations=cited))
    further = tuple(sorted({key for key in listed if key in known}))
    keys = {citation.key for group in groups for citation in group.citations} | set(further)
    return CitedDocument(name, style, language, tuple(groups), tuple(known[key] for key in sorted(keys)), further)


ShowMissing = Callable[[tree.Text], tuple[Any, ...] | None]
"""Shows the letters of a text that the fonts lack by their numbers; None if there are none."""


def fill_citations(
    parts: tuple[Any, ...], formatted: FormattedDocument, bibliography: Bibliography, legible: ShowMissing
) -> tuple[tuple[Any, ...], bool]:
    """Fill in the formatted citations, and number the calls of each work.

    Returns the texts, and whether anything in them is missing.
    """
    groups = iter(formatted.groups)
    calls: Counter[str] = Counter()
    missing: list[object] = []

    def number(node: Any) -> tuple[Any, ...] | None:
        if isinstance(node, tree.CitationLink):
            calls[node.key] += 1
            return (replace(node, children=rebuild_nodes(node.children, number), occurrence=calls[node.key]),)
        return legible(node) if isinstance(node, tree.Text) else None

    def change(node: Any) -> tuple[Any, ...] | None:
        if not isinstance(node, tree.CitationGroup):
            if isinstance(node, tree.Placeholder | tree.PlaceholderBlock):
                missing.append(node)
            return None
        unknown = tuple(c.key for c in node.citations if c.key not in bibliography)
        nodes: list[Any] = []
        if len(unknown) < len(node.citations):
            nodes.append(tree.CitedText(rebuild_nodes(next(groups), number)))
        missing.extend(unknown)
        for key in unknown:
            nodes += [tree.Text(" ", node.place)] if nodes else []
            nodes.append(tree.Placeholder(f"[{key}: not found]"))
        return tuple(nodes)

    return rebuild_nodes(parts, change), bool(missing)


def reference_list(formatted: FormattedDocument, bibliography: Bibliography) -> tuple[ReferenceEntry, ...]:
    """The reference list of a text, in the order of the style."""
    shorts = dict(formatted.shorts)
    works = bibliography.entries
    return tuple(entry_of(works.get(key), key, words, shorts.get(key, key)) for key, words in formatted.entries)


def entry_of(work: Reference | None, key: str, words: tuple[tree.Inline, ...], short: str) -> ReferenceEntry:
    """An entry of a reference list, with the state of its work."""
    if work is None:
        return ReferenceEntry(key, words, short)
    unresolved = work.verification is Verification.UNRESOLVED
    if work.state not in PRINTED_STATES:
        return ReferenceEntry(key, words, short, unresolved)
    year = work.state_day.year if work.state_day else None
    return ReferenceEntry(key, words, short, unresolved, work.state, year)


def engine_remarks(view: BriefingView, formatted: FormattedDocument) -> Iterator[Diagnostic]:
    """Report what the citation engine says of a briefing, at its first citation."""
    places = (citation.place for citation in view.passage.every(tree.Citation))
    first = min(places, default=Location(view.briefing.path))
    if formatted.broken:
        sentence = f"The citations of this text could not be formatted. {formatted.broken.sentence}"
        hint = "Check its citation style and the works it cites."
        yield message("job-too-large", first, hint, sentence=sentence)
    for words in formatted.warnings:
        yield message("cite-engine", first, words=" ".join(words.split()))


NO_CITATIONS = FormattedDocument((), (), ())
"""The engine's answer for a text without works."""
