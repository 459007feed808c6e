"""Faults around a text in an EPUB or on a web page: statuses told late, and words that are not its own."""

from collections.abc import Iterator, Sequence

from pipeline.codes import parity, proofs
from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.model.identity import Identity
from pipeline.proof.parity.account import TextAccount
from pipeline.proof.parity.files import FileContent
from pipeline.proof.parity.letters import letters
from pipeline.proof.parity.promise import Promise, said_of_day
from pipeline.proof.pdf.feet import LEAST_ID, statuses_of


def frame_faults(
    promise: Promise, book: FileContent, accounts: Sequence[TextAccount], path: str
) -> Iterator[Diagnostic]:
    """Words around a text that are not its own, and statuses that are not told before it begins."""
    identities = {chapter.name: p.identity for p in promise.passages for chapter in p.chapters}
    of_all = statuses_of(promise.identity) if book.one_page else ()
    known: tuple[str, ...] = ()
    page = 1
    for text, account in zip(book.texts, accounts, strict=True):
        place = Place(path, page)
        page += len(account.marks)
        own = statuses_of(identities.get(text.name, promise.identity))
        statuses = tuple(dict.fromkeys((*(of_all if not known else ()), *(said for said in own if said not in known))))
        for name, words in text.frame:
            if not _belongs(name, words, (*of_all, *own), promise, identities.get(text.name)):
                yield parity.PARITY_FRAME.at(place, words=words[:80])
        first = letters(" ".join(words for name, words in text.frame if name == "page-status"))
        for status in statuses:
            if letters(status) not in first + account.stream[: account.opening]:
                yield proofs.STATUS_LATE.at(place, status=status)
        known = of_all


def _belongs(name: str, words: str, statuses: Sequence[str], promise: Promise, briefing: Identity | None) -> bool:
    match name:
        case "page-status":
            return set(words.split(" · ")) <= set(statuses)
        case "page-foot":
            day = said_of_day(promise, promise.identity, code=promise.identity.code)
            said = (words, words.removesuffix(f" {day}"))
            return words == day or any(names_the_text(one, promise.identity) for one in said)
        case "way-back":
            said_by = briefing.words if briefing else promise.identity.words
            return promise.pack and words == said_by.say("back-to-map", map=said_by.say("evidence-map"))
        case "parts":
            titles = {letters(chapter.title) for passage in promise.passages for chapter in passage.chapters}
            return bool(titles) and not _rest(letters(words), titles)
        case _:
            return name != ""


def names_the_text(words: str, identity: Identity) -> bool:
    """Whether words are the id, version and edition of a text; where they are long, an end may be cut."""
    version = identity.words.say("version", number=identity.version) if identity.version else ""
    expected = " · ".join(filter(None, (identity.id, version, identity.edition))).split(" · ")
    found = words.split(" · ")
    pairs = zip(found, expected, strict=False)
    alike = all(said == meant or (said.endswith("…") and meant.startswith(said[:-1])) for said, meant in pairs)
    named = found[0].removesuffix("…")[:LEAST_ID] == identity.id[:LEAST_ID]
    ends = len(found) == len(expected) or (len(found) < len(expected) and found[-1].endswith("…"))
    return alike and named and ends


def _rest(said: str, titles: set[str]) -> str:
    """The rest of some words once titles are taken from their beginning."""
    while found := max((title for title in titles if title and said.startswith(title)), key=len, default=""):
        said = said[len(found) :]
    return said
