"""Changes for a college since the edition it got before, as its cover note lists them. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from pipeline.editions.copies import Issue
from pipeline.editions.retired import retired_in_words
from pipeline.load.library.register import Entry
from pipeline.model.day import in_words
from pipeline.model.library import Library
from pipeline.model.source.briefing import BriefingFields
from pipeline.model.source.kept import numbers, pin
from pipeline.resolve.publish.changes import amendments


def changes_for(library: Library, issue: Issue, entries: Sequence[Entry], college: str) -> tuple[str, ...]:
    """The lines of the note; none for a college that got no earlier edition of the pack."""
    before = _edition_before(issue, entries, college)
    if before is None:
        return ()
    was = dict(_pinned(before))
    lines = [line for one in issue.versions for line in _of(library, issue, was, *one)]
    gone = sorted(set(was) - {name for name, _, _ in issue.versions})
    lines += [f"- {_title(library, name)}: {_why_gone(library, name)}" for name in gone]
    head = f"What has changed since {before.edition}, which you had:"
    return (head, *lines) if lines else (f"The briefings are those of {before.edition}, which you had.",)


def _edition_before(issue: Issue, entries: Sequence[Entry], college: str) -> Entry | None:
    """First entry of the college's edition before this one. More copies of an older edition do not make it newer."""
    own = [entry for entry in entries if (entry.college, entry.pack) == (college, issue.pack.id)]
    first = {entry.edition: entry for entry in reversed(own)}
    editions = list(dict.fromkeys(entry.edition for entry in own))
    earlier = editions[: editions.index(issue.edition)] if issue.edition in first else editions
    return first[earlier[-1]] if earlier else None


def _pinned(entry: Entry) -> Iterator[tuple[str, str]]:
    """The briefings of an edition with their versions, as the register has them."""
    for line in entry.versions.split():
        name, _, version = line.partition("@")
        yield name, version


def _of(library: Library, issue: Issue, was: Mapping[str, str], name: str, now: str, title: str) -> Iterator[str]:
    """Line on a briefing of the pack that has changed or is no longer in force; none for the others."""
    retired = retired_in_words(library, name)
    too = f", and {retired}" if retired else ""
    if name not in was:
        yield f"- {title}: new in the pack{too}"
    elif was[name] == now:
        yield from (f"- {title}: {retired}",) if retired else ()
    else:
        older = ", an older version" if numbers(now) < numbers(was[name]) else ""
        yield f"- {title}: version {was[name]} became {now}{older}{too}"
        for entry in amendments(_fields(library, issue, name, now), was[name], now):
            yield f"  {entry.version}, {in_words(entry.date)}: {entry.summary}"


def _fields(library: Library, issue: Issue, name: str, version: str) -> BriefingFields:
    """The front matter of a briefing as the pack binds it."""
    line = pin(name, version)
    if line in issue.pack.lines and line in library.kept:
        return library.kept[line].briefing.fields
    return library.briefings[name].fields


def _why_gone(library: Library, name: str) -> str:
    """That a briefing is not in the pack any more, and why, where it no longer holds."""
    retired = retired_in_words(library, name)
    if retired.startswith("withdrawn: "):
        return retired
    return f"{retired}, and no longer in the pack" if retired else "no longer in the pack"


def _title(library: Library, name: str) -> str:
    return library.briefings[name].fields.title if name in library.briefings else name
