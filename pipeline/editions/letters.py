"""Letters to colleges: what a delivery holds, what has changed, how to check it, in the words of its language. Pure."""

from collections.abc import Iterator, Sequence

from pipeline.compose.language.words import enumerated
from pipeline.compose.posting.parts import NOTHING, LetterItem, LetterPart
from pipeline.core.services import hooked
from pipeline.editions.copies import Issue
from pipeline.editions.states import FinishedFile, TextState
from pipeline.model.source.college import College, DeliverySettings
from pipeline.model.source.library_file import Imprint
from pipeline.model.words import Words
from pipeline.resolve.environment import address_under

COVER_NOTE = "cover-note.txt"


def as_text(parts: Sequence[LetterPart]) -> str:
    """A letter in plain text: its parts, an empty line between two."""
    return "\n\n".join("\n".join(part.text()) for part in parts if part != NOTHING) + "\n"


def cover_note(
    issue: Issue,
    college: College,
    files: Sequence[FinishedFile],
    printed: Sequence[int] | None,
    changes: LetterPart,
    words: Words,
) -> tuple[LetterPart, ...]:
    """The note that lies in a college's folder, and that is its mail."""
    imprint, statuses = issue.imprint.fields, issue.state.statuses
    says = (words.say("letter-pages-say", statuses=" · ".join(statuses)),) if statuses else ()
    who = words.say("letter-for", college=college.name), words.say("letter-produced", date=words.day(issue.produced))
    holds = tuple(LetterItem(_bound(issue, *one, words)) for one in issue.versions)
    numbered = printed or any(file.number for file in files)
    return (
        LetterPart((issue.title, issue.edition, *says)),
        LetterPart(who),
        LetterPart((words.say("letter-receive"),), tuple(_received(college, files, printed, words))),
        LetterPart((words.say("letter-holds"),), holds),
        changes,
        needs(college, words),
        LetterPart((words.say("letter-in-place"),) if changes != NOTHING else ()),
        LetterPart(tuple(_on_record(issue, bool(numbered), words))),
        LetterPart(tuple(_to_check(issue, words))),
        LetterPart((words.say("letter-yours"),) if numbered else ()),
        LetterPart((imprint.accessible_formats,) if imprint.accessible_formats else ()),
        LetterPart((words.say("letter-questions", contact=imprint.contact),) if imprint.contact else ()),
    )


def needs(college: College, words: Words) -> LetterPart:
    """The needs that a college has told of; nothing where it has none."""
    items = tuple(map(LetterItem, college.access_needs))
    return LetterPart((words.say("letter-needs"),), items) if items else NOTHING


def _received(
    college: College, files: Sequence[FinishedFile], printed: Sequence[int] | None, words: Words
) -> Iterator[LetterItem]:
    for file in files:
        said = words.say("letter-file", file=file.name, format=words.say(f"letter-{file.format}"))
        yield LetterItem(with_numbers(said, (file.number,) if file.number else (), words))
    if printed is not None and not college.copies:
        yield LetterItem(words.say("letter-not-printed"))
    elif printed is not None:
        way = "letter-by-post" if college.channels.post else "letter-by-printer"
        sent = words.say(way, copies=words.count("letter-printed", college.copies))
        yield LetterItem(with_numbers(sent, printed, words))


def with_numbers(what: str, numbers: Sequence[int], words: Words) -> str:
    """Copies with the numbers that they bear, if they have some: '24 printed copies, copies 3 to 26'."""
    return words.say("letter-numbered", what=what, numbers=numbers_said(numbers, words)) if numbers else what


def numbers_said(numbers: Sequence[int], words: Words) -> str:
    """The numbers of copies: 'copies 3 to 26 and 31'."""
    return words.count("letter-copies", len(numbers), numbers=_runs(numbers, words))


def _runs(numbers: Sequence[int], words: Words) -> str:
    """Numbers as a reader takes them in: '3 to 26 and 31'."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    each = (str(run[0]) if len(run) == 1 else words.say("letter-run", first=run[0], last=run[-1]) for run in runs)
    return enumerated(words, tuple(each))


def _bound(issue: Issue, name: str, version: str, title: str, words: Words) -> str:
    """A text with its version; that it is a draft or withdrawn, or was corrected since."""
    text = issue.state.texts.get(name, TextState())
    said = words.say("letter-version", title=title, version=version) + (f" ({text.words})" if text.words else "")
    return words.say("letter-corrected", text=said, version=text.corrected_by) if text.corrected_by else said


def code_said(code: str, numbered: bool, words: Words) -> str:
    """The sentences on the code of an edition, or of its copies where each has one of its own, and what it is for."""
    begin = code.partition("-")[0]
    said = words.say("letter-codes", begin=begin) if numbered else words.say("letter-code", code=code)
    return f"{said} {words.say('letter-code-for')}"


def newest_at(issue: Issue) -> str:
    """The address where the newest edition stands, for an edition that no page tells the state of; or nothing."""
    return "" if issue.status_page else address_under(issue.imprint, issue.pack.id)


def key_page(imprint: Imprint) -> str:
    """The page of the site that names the key, or nothing."""
    addresses = (address_of(imprint) for _, address_of in hooked("catalogue_address"))
    address = next(addresses, "") if imprint.fields.of(DeliverySettings).signing else ""
    return f"{address}/check.html" if address else ""


def _on_record(issue: Issue, numbered: bool, words: Words) -> Iterator[str]:
    """Lines on the record of an edition that was issued: whoever keeps the note is a witness of it."""
    yield code_said(issue.code, numbered, words)
    yield words.say("letter-record", record=issue.record[:8])
    yield words.say("letter-keep")


def _to_check(issue: Issue, words: Words) -> Iterator[str]:
    """Lines on how to find out whether the parcel is whole, ours and current."""
    signing = issue.imprint.fields.of(DeliverySettings).signing
    yield words.say("letter-check")
    yield words.say("letter-check-how")
    if signing:
        yield words.say("letter-key", key=signing.key)
        yield words.say("letter-key-keep")
        page = key_page(issue.imprint)
        yield words.say("letter-key-first", address=page) if page else words.say("letter-key-first-ask")
    yield from whether_current(issue, words)


def whether_current(issue: Issue, words: Words) -> Iterator[str]:
    """Lines on where to see whether an edition is current."""
    if issue.status_page:
        yield words.say("letter-current", address=issue.status_page)
    elif newest := newest_at(issue):
        yield words.say("letter-newest", address=newest)
        yield words.say("letter-replaced", edition=issue.edition)
