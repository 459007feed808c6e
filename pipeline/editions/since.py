"""Changes for a college since the edition it got before, as its letter lists them. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from pipeline.compose.posting.parts import NOTHING, LetterItem, LetterPart
from pipeline.editions.copies import Issue
from pipeline.load.register import Entry
from pipeline.model.library import Library
from pipeline.model.source.briefing import RETIRED, BriefingFields, Status
from pipeline.model.source.versions import numbers, pin
from pipeline.model.words import Words
from pipeline.resolve.packs import amendments
from pipeline.resolve.status import reason_of_withdrawal


def changes_for(library: Library, issue: Issue, entries: Sequence[Entry], college: str, words: Words) -> LetterPart:
    """The part of the letter; nothing for a college that got no earlier edition of the pack."""
    before = _edition_before(issue, entries, college)
    return NOTHING if before is None else changes_since(library, issue, before.edition, before.versions.split(), words)


def changes_since(library: Library, issue: Issue, edition: str, pins: Sequence[str], words: Words) -> LetterPart:
    """The part of the letter on what has changed since an edition, of which `pins` are the briefings by version."""
    was = {name: version for name, _, version in (line.partition("@") for line in pins)}
    items = [item for one in issue.versions for item in _of(library, issue, was, one, words)]
    gone = sorted(set(was) - {name for name, _, _ in issue.versions})
    items += [LetterItem(_state(_title(library, name), _why_gone(library, name, words), words)) for name in gone]
    return LetterPart((words.say("letter-changed" if items else "letter-same", edition=edition),), tuple(items))


def _edition_before(issue: Issue, entries: Sequence[Entry], college: str) -> Entry | None:
    """First entry of the college's edition before this one. More copies of an older edition do not make it newer."""
    own = [entry for entry in entries if (entry.college, entry.pack) == (college, issue.pack.id)]
    first = {entry.edition: entry for entry in reversed(own)}
    editions = list(dict.fromkeys(entry.edition for entry in own))
    earlier = editions[: editions.index(issue.edition)] if issue.edition in first else editions
    return first[earlier[-1]] if earlier else None


def _of(
    library: Library, issue: Issue, was: Mapping[str, str], one: tuple[str, str, str], words: Words
) -> Iterator[LetterItem]:
    """Item on a briefing of the pack that has changed or is no longer in force; none for the others."""
    name, now, title = one
    retired = _retired(library, name, words)

    def too(what: str) -> str:
        return words.say("letter-and", what=what, state=retired) if retired else what

    if name not in was:
        yield LetterItem(too(words.say("letter-new", title=title)))
    elif was[name] == now:
        yield from (LetterItem(_state(title, retired, words)),) if retired else ()
    else:
        became = "letter-became-older" if numbers(now) < numbers(was[name]) else "letter-became"
        entries = amendments(_fields(library, issue, name, now), was[name], now)
        more = (
            words.say("letter-entry", version=entry.version, date=words.day(entry.date), summary=entry.summary)
            for entry in entries
        )
        yield LetterItem(too(words.say(became, title=title, was=was[name], now=now)), tuple(more))


def _fields(library: Library, issue: Issue, name: str, version: str) -> BriefingFields:
    """The front matter of a briefing as the pack binds it."""
    line = pin(name, version)
    if line in issue.pack.lines and line in library.kept:
        return library.kept[line].briefing.fields
    return library.briefings[name].fields


def _why_gone(library: Library, name: str, words: Words) -> str:
    """That a briefing is not in the pack any more, and why, where it no longer holds."""
    retired = _retired(library, name, words)
    if retired and library.briefings[name].fields.status is Status.WITHDRAWN:
        return retired
    return words.say("letter-gone-too", state=retired) if retired else words.say("letter-gone")


def _retired(library: Library, name: str, words: Words) -> str:
    """That a text no longer holds: 'withdrawn: The study was retracted.'; nothing of one in force, or of none."""
    briefing = library.briefings.get(name)
    if briefing is None or briefing.fields.status not in RETIRED:
        return ""
    if briefing.fields.status is Status.WITHDRAWN:
        reason = reason_of_withdrawal(briefing)
        return words.say("letter-withdrawn-why", reason=reason) if reason else words.say("letter-withdrawn")
    newer = library.briefings.get(briefing.fields.superseded_by or "")
    return words.say("letter-superseded-by", title=newer.fields.title) if newer else words.say("letter-superseded")


def _state(title: str, state: str, words: Words) -> str:
    return words.say("letter-state", title=title, state=state)


def _title(library: Library, name: str) -> str:
    return library.briefings[name].fields.title if name in library.briefings else name
