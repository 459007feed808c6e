"""Whether EPUB, web page and plain text say what their text says: headings, tables, pictures, notes, links, words.

The PDF is held to the same text by `agreement`; so the editions agree with each other.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pipeline.codes import CodeRow, parity
from pipeline.core.diagnostics import Desk, Diagnostic, Place
from pipeline.core.tables import count
from pipeline.model.formats import TEXT, FileKind
from pipeline.proof.job import ParityJob
from pipeline.proof.parity.account import AccountEntry, Lead, TextAccount
from pipeline.proof.parity.differences import TextDifference, differences, short, under
from pipeline.proof.parity.files import FileContent, Unreadable, open_book, pack_page, page_text
from pipeline.proof.parity.frame import frame_faults
from pipeline.proof.parity.pages import list_faults, page_faults
from pipeline.proof.parity.plain import plain_faults
from pipeline.proof.parity.promise import Promise
from pipeline.proof.parity.texts import promised, shown

MOST = 3
"""Differences of one kind that are told of a file; of the others, how many there are."""


def parity_proof(job: ParityJob) -> tuple[Diagnostic, ...]:
    """Differences between a file and its texts."""
    desk = Desk()
    desk.extend(parity_faults(job.content, job.kind, job.promise, job.path))
    return desk.remarks


def parity_faults(content: bytes, kind: FileKind, promise: Promise, path: str) -> Iterator[Diagnostic]:
    """Every difference between a file and its texts; of many of one kind the first, and how many more there are."""
    faults = plain_faults(content, promise, path) if kind == TEXT else _text_faults(content, kind, promise, path)
    told: dict[str, int] = {}
    for fault in faults:
        told[fault.code] = told.get(fault.code, 0) + 1
        if told[fault.code] <= MOST:
            yield fault
    more = sum(many - MOST for many in told.values() if many > MOST)
    if more:
        yield parity.PARITY_MORE.at(Place(path), count=count(more, "difference"))


def _text_faults(content: bytes, kind: FileKind, promise: Promise, path: str) -> Iterator[Diagnostic]:
    """Every difference between an EPUB or a web page and its texts."""
    expected = promised(promise, kind)
    try:
        book = open_book(content) if kind.is_book else _open_page(content, promise, expected)
    except Unreadable as flaw:
        yield parity.PARITY_UNREAD.at(Place(path), reason=flaw.words)
        return
    accounts = tuple(shown(text, kind) for text in book.texts)
    yield from _faults(expected, book, accounts, promise, path)
    if kind.is_book:
        yield from list_faults(promise.pages, accounts, book.pages, path)


def _open_page(content: bytes, promise: Promise, expected: Sequence[TextAccount]) -> FileContent:
    return pack_page(content) if promise.pack else FileContent((page_text(content, expected[0].name),), ())


def _faults(
    expected: Sequence[TextAccount], book: FileContent, accounts: Sequence[TextAccount], promise: Promise, path: str
) -> Iterator[Diagnostic]:
    names = [[AccountEntry(account.name, "", 0) for account in listed] for listed in (expected, accounts)]
    for difference in differences(*names):
        yield parity.PARITY_TEXTS.at(Place(path), difference=difference.words)
    yield from frame_faults(promise, book, accounts, path)
    found = {account.name: account for account in accounts}
    begun = 0
    pairs = [(text, found[text.name]) for text in expected if text.name in found]
    for text, account in pairs:
        for code, difference in _compared(text, account):
            place = Place(path, max(1, begun + difference.page))
            yield code.at(place, where=difference.where, difference=difference.words)
        begun += len(account.marks)
    for text, account in pairs:
        for lead in (*account.citations, *account.calls, *account.links):
            if not _lands(lead.destination, text, expected, found):
                said = f"'{short(lead.words)}' leads to '{short(lead.destination)}', which is not where the text has it"
                yield parity.PARITY_LINKS.at(Place(path), where=under(lead.entry.heading), difference=said)
    yield from page_faults(promise.pages, accounts, path)


def _compared(text: TextAccount, account: TextAccount) -> Iterator[tuple[CodeRow, TextDifference]]:
    """Every difference of two accounts with its code. What one kind tells, the words need not tell again."""
    seen: set[str] = set()
    for code, kind, expected, found in (
        (parity.PARITY_HEADINGS, "heading", text.headings, account.headings),
        (parity.PARITY_TABLES, "table", text.tables, account.tables),
        (parity.PARITY_LISTS, "", text.lists, account.lists),
        (parity.PARITY_CODE, "code", text.code, account.code),
        (parity.PARITY_FORMULAS, "", text.formulas, account.formulas),
        (parity.PARITY_PICTURES, "", text.pictures, account.pictures),
        (parity.PARITY_NOTES, "", _notes(text), _notes(account)),
        (parity.PARITY_CITATIONS, "", _leads(text.citations), _leads(account.citations)),
        (parity.PARITY_LINKS, "", _leads(text.links), _leads(account.links)),
    ):
        for difference in differences(expected, found):
            seen.add(kind)
            yield code, difference
    blocks = ([b for b in listed if not b.kind or b.kind not in seen] for listed in (text.blocks, account.blocks))
    yield from ((parity.PARITY_WORDS, difference) for difference in differences(*blocks))


def _leads(leads: Sequence[Lead]) -> list[AccountEntry]:
    return [replace(lead.entry, words=f"{lead.words} → {lead.destination}") for lead in leads]


def _notes(account: TextAccount) -> list[AccountEntry]:
    """The calls of notes, then the notes."""
    calls = [replace(call, words=f"call {call.words}") for call in _leads(account.calls)]
    return [*calls, *account.notes]


def _lands(
    destination: str, own: TextAccount, expected: Sequence[TextAccount], found: Mapping[str, TextAccount]
) -> bool:
    """Whether what a link within the file leads to stands where the text has it. Texts that differ are not judged."""
    name, mark, anchor = destination.removeprefix("briefing:").partition("#")
    meant = next((text for text in expected if text.name == (name or own.name)), None)
    if not mark or meant is None or (name and not destination.startswith("briefing:")):
        return True
    held = found.get(meant.name)
    return held is None or held.stream != meant.stream or held.anchors.get(anchor) == meant.anchors.get(anchor)
