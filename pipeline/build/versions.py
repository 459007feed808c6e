"""Versions of a briefing: resolved, compared and measured."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipeline.build.builder import PRESS, Builder, Failure
from pipeline.build.project import Project
from pipeline.build.texts import compose_cached
from pipeline.compose.briefing import compose_briefing
from pipeline.compose.changes.marked_text import marked, phrases_of_marks
from pipeline.compose.changes.marking import MarkWords, WordChange
from pipeline.core.diagnostics import Diagnostics, UsageError
from pipeline.core.sentences import WordMeasure, count_noun, suggest_names
from pipeline.load.references.retractions import add_work_states
from pipeline.model.formats import USUAL_VARIANT, Order
from pipeline.model.library import Library
from pipeline.model.publication import PackPublication, Publication, TitleChanges
from pipeline.model.source.pack import Pack, PackFields
from pipeline.model.source.record import FieldLocations
from pipeline.model.source.versions import folder_of, version_ref
from pipeline.resolve.resolve import resolve

OldPages = Mapping[str, int]
"""The page on which each element of an older text begins, by id."""


async def pages_by_element(b: Builder, old: Publication) -> OldPages:
    """Return the pages of a text, counted from its first; empty if it cannot be typeset."""
    sheets = await b(PRESS, replace(compose_cached(b, old, USUAL_VARIANT), epub_style="", web_style=""))
    return {} if isinstance(sheets, Failure) else dict(sheets.targets)


def _pages_of_texts(project: Project, texts: Sequence[Publication]) -> list[OldPages]:
    """Return the pages of several texts, typeset side by side."""

    async def pages(b: Builder) -> list[OldPages]:
        return await asyncio.gather(*(pages_by_element(b, text) for text in texts))

    with project.workers() as workers, project.progress.work():
        return asyncio.run(pages(Builder(project, workers)))


# Two versions compared

_PACK = "compared"
"""Prefix and title of a pack that only binds a kept version."""
_RECIPIENT = "nobody"
"""A recipient: a pack without any is public, and may not hold sensitive texts."""
CHANGE_MARKS = MarkWords()
MAX_LETTERS = 300
"""Letters of a paragraph that are shown."""


@dataclass(frozen=True, slots=True)
class TextChanges:
    """The changes from one text to another, in order, and their measure; dates and history are not compared."""

    changes: tuple[WordChange, ...]
    measure: WordMeasure


def compare_texts(
    project: Project, old: Publication, new: Publication, pages: Mapping[str, int] | None = None
) -> TextChanges:
    """Compare two texts.

    `pages` has the page of each element of the old one, for paragraphs that have moved.
    """

    def compare() -> TextChanges:
        before, after = (compose_briefing(text, project.layouts).chapter.body for text in (old, new))
        found = marked(before, after, phrases_of_marks(new.identity.words), pages)
        return TextChanges(tuple(found.changes), found.measure)

    inputs = (old, new, project.layouts_digest, tuple(pages.items()) if pages else ())
    return project.store.remember("pipeline.compose.changes.marked_text", inputs, TextChanges, compare)


def compare_texts_with_pages(
    project: Project, pairs: Sequence[tuple[Publication, Publication]]
) -> tuple[TextChanges, ...]:
    """Compare several pairs of texts, an older and a newer one, with the pages of moved paragraphs.

    Only those older texts are typeset that have such a paragraph.
    """
    changes = [compare_texts(project, *pair) for pair in pairs]
    if moved := [number for number, text_changes in enumerate(changes) if text_changes.measure.moved]:
        for number, pages in zip(moved, _pages_of_texts(project, [pairs[n][0] for n in moved]), strict=True):
            changes[number] = compare_texts(project, *pairs[number], pages)
    return tuple(changes)


def resolve_text(project: Project, line: str, day: date) -> Publication:
    """Return a text: 'id' as it is now, 'id@version' as it was published. Raises `UsageError`."""
    return resolve_texts(project, (line,), day)[line]


def resolve_texts(project: Project, lines: Iterable[str], day: date) -> dict[str, Publication]:
    """Return texts by such lines, all resolved together. Raises `UsageError` if one is unknown or unreadable."""
    lines = tuple(dict.fromkeys(lines))
    for line in lines:
        _refuse_unknown(project.loaded[0], line)
    texts = readable_versions(project, lines, day)
    for line in lines:
        if line not in texts:
            name = line.partition("@")[0]
            raise UsageError(f"'{line}' cannot be read, or is marked too high; 'briefings check {name}' says why.")
    return texts


def readable_versions(project: Project, lines: Iterable[str], day: date) -> dict[str, Publication]:
    """Return texts by such lines, all resolved together, without those that are unreadable or marked too high."""
    lines = tuple(dict.fromkeys(lines))
    library = project.loaded[0]
    present = tuple(line for line in lines if "@" not in line)
    kept = tuple(line for line in lines if "@" in line)
    texts = {}
    if present:
        resolution = resolve(library, Order(present, (), day), project.resolve_resources)
        texts = {text.id: text for text in resolution.publications}
    return texts | (_kept_texts(project, library, kept, day) if kept else {})


def _refuse_unknown(library: Library, line: str) -> None:
    name, at, number = line.partition("@")
    if at and not number:
        raise UsageError(
            f"'{line}' names no version: '{name}@1.0' is one that is kept, '{name}' the text as it is now."
        )
    if name not in library.briefings and name not in library.kept_numbers:
        raise UsageError(f"There is no briefing '{name}'. {suggest_names(name, library.briefings, '')}".rstrip())
    known = library.kept_numbers.get(name, ())
    if number and number not in known:
        versions = f"kept are {', '.join(known)}" if known else "no version of it is kept"
        raise UsageError(f"There is no version {number} of '{name}': {versions}.")


def _kept_texts(project: Project, library: Library, lines: Sequence[str], day: date) -> dict[str, Publication]:
    """Return kept versions as packs bind them: each has its own pack, so that a broken one affects no other."""
    packs: dict[str, Pack] = {}
    for number, line in enumerate(lines):
        name = f"{_PACK}-{number}"
        fields = PackFields(title=_PACK, briefings=(line,), recipients=(_RECIPIENT,))
        packs[name] = Pack(name, "", fields, FieldLocations(""))
    names = {line.partition("@")[0] for line in lines}
    successors = {library.briefings[name].fields.superseded_by for name in names if name in library.briefings}
    briefings = {name: text for name, text in library.briefings.items() if name in names | successors}
    library = replace(library, packs=packs, briefings=briefings, kept=project.kept_versions(lines))
    library = add_work_states(library, project.files, project.notices, Diagnostics())
    resolution = resolve(library, Order(tuple(packs), (), day), project.resolve_resources)
    return {version_ref(member.id, member.kept): member for pack in resolution.packs for member in pack.members}


def describe_changes(changes: Sequence[WordChange], measure: WordMeasure | None) -> str:
    """Return the number of changes and their measure: '2 changes; 3 of 120 words are new, 1 word was removed'."""
    clauses = []
    if measure and measure.new:
        clauses.append(
            f"{measure.new} of {count_noun(measure.words, 'word')} {'is' if measure.new == 1 else 'are'} new"
        )
    if measure and measure.gone:
        clauses.append(f"{count_noun(measure.gone, 'word')} {'was' if measure.gone == 1 else 'were'} removed")
    number = count_noun(len(changes), "change")
    return f"{number}; {', '.join(clauses)}" if clauses else number


def change_lines(changes: Sequence[WordChange]) -> Iterator[str]:
    """Yield the changes for a terminal, a line each."""
    for change in changes:
        prefix = f"  row '{_short(change.row)}': " if change.row else "  "
        match change.kind:
            case "new":
                yield f"{prefix}{CHANGE_MARKS.new}{_short(change.now)}{CHANGE_MARKS.end}"
            case "gone":
                yield f"{prefix}{CHANGE_MARKS.gone}{_short(change.was)}{CHANGE_MARKS.end}"
            case "moved":
                yield f"{prefix}{CHANGE_MARKS.moved(change.page)}{_short(change.now)}{CHANGE_MARKS.end}"
            case _:
                yield f"{prefix}{_words_in_context(change)}"


def _words_in_context(change: WordChange) -> str:
    """Return a change within a paragraph, with the words around it."""
    if change.was == change.now:
        marked = f"[set or linked otherwise: {_short(change.now)}]"
    elif change.was and change.now:
        marked = f"{CHANGE_MARKS.was}{_short(change.was)}{CHANGE_MARKS.now}{_short(change.now)}{CHANGE_MARKS.end}"
    else:
        words, mark = _short(change.was or change.now), CHANGE_MARKS.gone if change.was else CHANGE_MARKS.new
        marked = f"{mark}{words if words.strip() else 'a blank'}{CHANGE_MARKS.end}"
    before = f"… {change.before.lstrip(' .,;:')}" if change.before else ""
    after = f"{change.after} …" if change.after else ""
    return f"{before}{marked}{after}"


def _short(words: str) -> str:
    return words if len(words) <= MAX_LETTERS else f"{words[:MAX_LETTERS].rstrip()} …"


# Measures of what has changed in the texts of a pack


def add_change_measures(project: Project, pack: PackPublication, day: date) -> PackPublication:
    """Return a pack with the measures of its changed texts."""
    if pack.changes is None or not pack.changes.changed:
        return pack
    measures = _measures(project, pack, day)
    changed = tuple(replace(title, measure=measures.get(title.id)) for title in pack.changes.changed)
    return replace(pack, changes=replace(pack.changes, changed=changed))


def _measures(project: Project, pack: PackPublication, day: date) -> Mapping[str, WordMeasure]:
    """Return the measures by id, without texts whose older version is not kept or unreadable."""
    members = {member.id: member for member in pack.members}
    numbers = project.loaded[0].kept_numbers
    changed = pack.changes.changed if pack.changes else ()
    titles = {title.id: title for title in changed if title.was in numbers.get(title.id, ())}
    keys = {name: _measure_key(project, title, members[name]) for name, title in titles.items()}
    measures = {name: measure for name, key in keys.items() if (measure := project.store.find(key, WordMeasure))}
    unknown = [(titles[name], members[name]) for name in titles if name not in measures]
    new = _measure(project, unknown, day) if unknown else {}
    for name, measure in new.items():
        project.store.keep(keys[name], measure, WordMeasure)
    return {**measures, **new}


def _measure_key(project: Project, title: TitleChanges, member: Publication) -> str:
    """Return the key of a measure: the files of the older version, the newer text, and the layouts."""
    folder = f"{folder_of(title.id, title.was)}/"
    files = tuple((path, content) for path, content in sorted(project.files.items()) if path.startswith(folder))
    return project.store.key(__name__, (files, member, project.layouts_digest))


def _measure(
    project: Project, unknown: Sequence[tuple[TitleChanges, Publication]], day: date
) -> Mapping[str, WordMeasure]:
    """Measure texts, each resolved by itself: in a pack it may lack its list of works.

    All are resolved at once, because checks of the whole library take longer than the texts.
    """
    old_lines = {member.id: version_ref(title.id, title.was) for title, member in unknown}
    new_lines = {member.id: version_ref(member.id, member.kept) if member.kept else member.id for _, member in unknown}
    alone = [new_lines[member.id] for _, member in unknown if member.set_for]
    texts = readable_versions(project, (*old_lines.values(), *alone), day)
    measures = {}
    for _, member in unknown:
        old, new = texts.get(old_lines[member.id]), texts.get(new_lines[member.id]) if member.set_for else member
        if old and new:
            measures[member.id] = compare_texts(project, old, new).measure
    return measures
