"""The accounts of a promise's texts and of a file's, brought to one form: links say where they lead in one way."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from pipeline.markup.body import read_body
from pipeline.model.formats import FileKind
from pipeline.proof.markup.hiding import hidden, sheet_of
from pipeline.proof.parity.account import Lead, TextAccount
from pipeline.proof.parity.account_reader import read_account
from pipeline.proof.parity.files import BESIDE, Shown
from pipeline.proof.parity.promise import Promise, PromisedText, produced_on_screen

_BRIEFING = "briefing:"
_SECTION = re.compile(r"-(?:front|back)#(?P<chapter>[^.#]+)(?:\.(?P<anchor>.*))?")
"""Names of a pack's own matter in links: the section, then its chapter, then what stands in it."""

LeadOf = Callable[[str], str]
"""Destination of a link in the form of `Lead`; nothing where it leads nowhere and is plain words."""


def promised(
    promise: Promise, kind: FileKind, lacks: Callable[[Element], bool] = lambda element: False
) -> tuple[TextAccount, ...]:
    """Accounts of the promise's texts, as a file of this kind must show them; `lacks` is what it does not have.

    What the style for paper hides is left out, but for what `NOT_ON_SHEETS` names. In a book a link to a briefing
    that it does not hold, and of which no address is known, is plain words: there is no way there.
    """
    inside = kind.is_book or promise.pack
    held = {chapter.name for passage in promise.passages for chapter in passage.chapters}
    addresses = dict(promise.addresses)
    return tuple(
        _promised(
            passage,
            number,
            produced_on_screen(promise, passage),
            _way(chapter.name, held if inside else set(), addresses, kind),
            lacks,
        )
        for passage in promise.passages
        for number, chapter in enumerate(passage.chapters)
    )


def shown(text: Shown, kind: FileKind) -> TextAccount:
    """The account of a text of a file: what its own style hides is left out."""
    account = TextAccount(text.name)
    read_account(account, text.text, hidden(text.text, sheet_of(text.style, "screen")))

    def way(href: str) -> str:
        if href in text.links:
            name, _, anchor = text.links[href].partition("#")
            return f"#{anchor}" if name == text.name else _named(name, anchor)
        beside = BESIDE.fullmatch(href) if not kind.is_book else None
        if beside:
            return f"{_BRIEFING}{beside['id']}{unquote(beside['anchor'] or '')}"
        return unquote(href)

    _lead(account, way)
    return account


def _promised(
    passage: PromisedText, number: int, produced: str, way: LeadOf, lacks: Callable[[Element], bool]
) -> TextAccount:
    chapter = passage.chapters[number]
    account = TextAccount(chapter.name)
    body = read_body(chapter.body, chapter.name)
    lacking = frozenset(element for element in body.iter() if lacks(element))
    read_account(account, body, hidden(body, sheet_of(passage.style)), produced, lacking)
    _lead(account, way)
    return account


def _way(own: str, held: set[str], addresses: dict[str, str], kind: FileKind) -> LeadOf:
    def way(href: str) -> str:
        if not href.startswith(_BRIEFING):
            return unquote(href)
        aim = href.removeprefix(_BRIEFING)
        if section := _SECTION.fullmatch(aim):
            name, anchor = section["chapter"], section["anchor"] or ""
        else:
            name, _, anchor = aim.partition("#")
        if name in held:
            return f"#{anchor}" if name == own else _named(name, anchor)
        if address := addresses.get(name, ""):
            return unquote(f"{address}#{anchor}" if anchor else address)
        return _named(name, anchor) if not kind.is_book else ""

    return way


def _named(name: str, anchor: str) -> str:
    return f"{_BRIEFING}{name}#{anchor}" if anchor else f"{_BRIEFING}{name}"


def _lead(account: TextAccount, way: LeadOf) -> None:
    """Have every link say where it leads."""
    for leads in (account.citations, account.calls, account.links):
        leads[:] = _led(leads, way)


def _led(leads: list[Lead], way: LeadOf) -> Iterator[Lead]:
    for lead in leads:
        destination = way(lead.destination)
        if destination:
            yield replace(lead, destination=destination)
