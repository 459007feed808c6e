"""Two versions of a briefing resolved and measured."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipeline.build.builder import Builder
from pipeline.build.project import Project
from pipeline.build.rules import PRESS, Failure
from pipeline.build.texts import composed
from pipeline.compose.briefing import compose_briefing
from pipeline.compose.changes.marked_text import mark_words, marked
from pipeline.compose.changes.marking import MarkWords, WordChange
from pipeline.core.diagnostics import Diagnostics, UsageError
from pipeline.core.sentences import WordMeasure, count, suggestion
from pipeline.load.references.retractions import with_states
from pipeline.load.words import wordbook
from pipeline.model.formats import USUAL_EDITION, Order
from pipeline.model.library import Library
from pipeline.model.publication import PackPublication, Publication, TitleChanges
from pipeline.model.source.pack import Pack, PackFields
from pipeline.model.source.record import FieldLocations
from pipeline.model.source.versions import folder_of, version_ref
from pipeline.resolve.resolve import ResolveResult, resolve

OldPages = Mapping[str, int]
"""The page on which each element of an older text begins, by id."""


async def old_pages(b: Builder, old: Publication) -> OldPages:
    """The pages of a text, counted from its first; none of a text that cannot be set."""
    sheets = await b(PRESS, replace(composed(b, old, USUAL_EDITION), epub_style="", web_style=""))
    return {} if isinstance(sheets, Failure) else dict(sheets.targets)


def pages_of(project: Project, texts: Sequence[Publication]) -> list[OldPages]:
    """The pages of several texts, set side by side."""

    async def pages(b: Builder) -> list[OldPages]:
        return await asyncio.gather(*(old_pages(b, text) for text in texts))

    with project.workers() as workers, project.progress.work():
        return asyncio.run(pages(Builder(project, workers)))


# Two versions compared

_BOUND = "compared"
"""Begins the id of a pack that only binds a kept version."""
_TAKER = "nobody"
"""Stands for a recipient: a pack without any is public, and holds nothing that is sensitive."""
WORDS = MarkWords()
LONGEST = 300
"""Letters of a paragraph that are shown."""


@dataclass(frozen=True, slots=True)
class TextChanges:
    """The changes from one text to another, in order, and their measure. Dates and the history of versions are none."""

    changes: tuple[WordChange, ...]
    measure: WordMeasure


def changes_between(
    project: Project, old: Publication, new: Publication, pages: Mapping[str, int] | None = None
) -> TextChanges:
    """The changes from one text to another. `pages` has the page of each element of the old one, for what has moved."""

    def compared() -> TextChanges:
        before, after = (compose_briefing(one, project.layouts).chapter.body for one in (old, new))
        found = marked(before, after, mark_words(new.identity.words), pages)
        return TextChanges(tuple(found.changes), found.measure)

    asked = (old, new, project.layouts_digest, tuple(pages.items()) if pages else ())
    return project.store.remember("pipeline.compose.changes.marked_text", asked, TextChanges, compared)


def changes_with_pages(project: Project, pairs: Sequence[tuple[Publication, Publication]]) -> tuple[TextChanges, ...]:
    """The changes of several pairs of texts, an older and a newer one. What has moved tells the page of the older text.

    Only the older texts of which something has moved are set for that.
    """
    found = [changes_between(project, *pair) for pair in pairs]
    if moved := [number for number, one in enumerate(found) if one.measure.moved]:
        for number, pages in zip(moved, pages_of(project, [pairs[n][0] for n in moved]), strict=True):
            found[number] = changes_between(project, *pairs[number], pages)
    return tuple(found)


def text_version(project: Project, line: str, day: date) -> Publication:
    """A text, by 'id' as it is now or by 'id@version' as it is kept. Raises `UsageError`."""
    return text_versions(project, (line,), day)[line]


def text_versions(project: Project, lines: Iterable[str], day: date) -> dict[str, Publication]:
    """Texts by such lines, all resolved together. Raises `UsageError` where one is not there or cannot be read."""
    lines = tuple(dict.fromkeys(lines))
    for line in lines:
        _refuse_unknown(project.loaded[0], line)
    found = readable_versions(project, lines, day)
    for line in lines:
        if line not in found:
            name = line.partition("@")[0]
            raise UsageError(f"'{line}' cannot be read, or is marked too high; 'briefings check {name}' says why.")
    return found


def readable_versions(project: Project, lines: Iterable[str], day: date) -> dict[str, Publication]:
    """Texts by such lines, all resolved together; those that cannot be read, or are marked too high, are left out."""
    lines = tuple(dict.fromkeys(lines))
    library = project.loaded[0]
    present = tuple(line for line in lines if "@" not in line)
    kept = tuple(line for line in lines if "@" in line)
    found = (
        {one.id: one for one in _resolved(project, library, Order(present, (), day)).publications} if present else {}
    )
    return found | (_kept(project, library, kept, day) if kept else {})


def _refuse_unknown(library: Library, line: str) -> None:
    name, at, number = line.partition("@")
    if at and not number:
        raise UsageError(
            f"'{line}' names no version: '{name}@1.0' is one that is kept, '{name}' the text as it is now."
        )
    if name not in library.briefings and name not in library.kept_numbers:
        raise UsageError(f"There is no briefing '{name}'. {suggestion(name, library.briefings, '')}".rstrip())
    known = library.kept_numbers.get(name, ())
    if number and number not in known:
        told = f"kept are {', '.join(known)}" if known else "no version of it is kept"
        raise UsageError(f"There is no version {number} of '{name}': {told}.")


def _kept(project: Project, library: Library, lines: Sequence[str], day: date) -> dict[str, Publication]:
    """Kept versions, as packs would bind them: each has a pack to itself, so that a broken one spoils no other."""
    packs: dict[str, Pack] = {}
    for place, line in enumerate(lines):
        name = f"{_BOUND}-{place}"
        packs[name] = Pack(
            name, "", PackFields(title=_BOUND, briefings=(line,), recipients=(_TAKER,)), FieldLocations("")
        )
    names = {line.partition("@")[0] for line in lines}
    newer = {library.briefings[name].fields.superseded_by for name in names if name in library.briefings}
    briefings = {name: one for name, one in library.briefings.items() if name in names | newer}
    library = replace(library, packs=packs, briefings=briefings, kept=project.kept_versions(lines))
    library = with_states(library, project.files, project.notices, Diagnostics())
    found = _resolved(project, library, Order(tuple(packs), (), day))
    return {version_ref(member.id, member.kept): member for one in found.packs for member in one.members}


def _resolved(project: Project, library: Library, order: Order) -> ResolveResult:
    words = wordbook(project.layouts)
    return resolve(library, order, project.cite, project.layouts.styles, project.coverage, words)


def measured(changes: Sequence[WordChange], measure: WordMeasure | None) -> str:
    """The number of changes, and what they come to: '2 changes; 3 of 120 words are new, 1 is gone'."""
    clauses = []
    if measure and measure.new:
        clauses.append(f"{measure.new} of {count(measure.words, 'word')} {_are(measure.new)} new")
    if measure and measure.gone:
        clauses.append(f"{count(measure.gone, 'word')} {_are(measure.gone)} gone")
    said = count(len(changes), "change")
    return f"{said}; {', '.join(clauses)}" if clauses else said


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def lines_of(changes: Sequence[WordChange]) -> Iterator[str]:
    """The changes for a terminal, a line each."""
    for one in changes:
        where = f"  row '{_short(one.row)}': " if one.row else "  "
        match one.kind:
            case "new":
                yield f"{where}{WORDS.new}{_short(one.now)}{WORDS.end}"
            case "gone":
                yield f"{where}{WORDS.gone}{_short(one.was)}{WORDS.end}"
            case "moved":
                yield f"{where}{WORDS.moved(one.page)}{_short(one.now)}{WORDS.end}"
            case _:
                yield f"{where}{_in_line(one)}"


def _in_line(one: WordChange) -> str:
    """A change within a paragraph, with the words around it."""
    if one.was == one.now:
        marked = f"[set or linked otherwise: {_short(one.now)}]"
    elif one.was and one.now:
        marked = f"{WORDS.was}{_short(one.was)}{WORDS.now}{_short(one.now)}{WORDS.end}"
    else:
        said = _short(one.was or one.now)
        marked = f"{WORDS.gone if one.was else WORDS.new}{said if said.strip() else 'a blank'}{WORDS.end}"
    before, after = (f"… {one.before.lstrip(' .,;:')}" if one.before else ""), (f"{one.after} …" if one.after else "")
    return f"{before}{marked}{after}"


def _short(words: str) -> str:
    return words if len(words) <= LONGEST else f"{words[:LONGEST].rstrip()} …"


# Measures of what has changed in the texts of a pack


def with_measures(project: Project, pack: PackPublication, day: date) -> PackPublication:
    """A pack whose changed texts have their measures; one without any as it is."""
    if pack.changes is None or not pack.changes.changed:
        return pack
    found = _measures(project, pack, day)
    changed = tuple(replace(one, measure=found.get(one.id)) for one in pack.changes.changed)
    return replace(pack, changes=replace(pack.changes, changed=changed))


def _measures(project: Project, pack: PackPublication, day: date) -> Mapping[str, WordMeasure]:
    """The measures by id; none of a text whose older version is not kept, or cannot be read."""
    members = {member.id: member for member in pack.members}
    numbers = project.loaded[0].kept_numbers
    told = {one.id: one for one in pack.changes.changed if one.was in numbers.get(one.id, ())} if pack.changes else {}
    keys = {name: _key(project, one, members[name]) for name, one in told.items()}
    known = {name: project.store.find(key, WordMeasure) for name, key in keys.items()}
    found = {name: measure for name, measure in known.items() if measure}
    unknown = [(told[name], members[name]) for name in told if name not in found]
    made = _taken(project, unknown, day) if unknown else {}
    for name, measure in made.items():
        project.store.keep(keys[name], measure, WordMeasure)
    return {**found, **made}


def _key(project: Project, one: TitleChanges, member: Publication) -> str:
    """The key of a measure: by the files of the older version, the newer text, and the layouts."""
    folder = f"{folder_of(one.id, one.was)}/"
    files = tuple((path, content) for path, content in sorted(project.files.items()) if path.startswith(folder))
    return project.store.key(__name__, (files, member, project.layouts_digest))


def _taken(
    project: Project, unknown: Sequence[tuple[TitleChanges, Publication]], day: date
) -> Mapping[str, WordMeasure]:
    """The measures of texts as each reads by itself: in a pack it may lack its list of works.

    All are resolved at once: what is asked of the whole library costs more than the texts.
    """
    was = {member.id: version_ref(one.id, one.was) for one, member in unknown}
    now = {member.id: version_ref(member.id, member.kept) if member.kept else member.id for _, member in unknown}
    alone = [now[member.id] for _, member in unknown if member.set_for]
    texts = readable_versions(project, (*was.values(), *alone), day)
    found = {}
    for _, member in unknown:
        old, new = texts.get(was[member.id]), texts.get(now[member.id]) if member.set_for else member
        if old and new:
            found[member.id] = changes_between(project, old, new).measure
    return found
