"""Addresses of pages and mailboxes that stand bare in the words: links, as GitHub reads them."""

import re

from markdown_it.rules_inline import StateInline

# The rules of that plugin do not say where in the words a link begins, which a remark needs; what they look for does.
from mdit_py_plugins.gfm_autolink._match import match_any_email, match_http, match_www

_SCHEME = re.compile(r"(?:https?|mailto)\Z", re.IGNORECASE)
_MAILBOX = re.compile(r"[A-Za-z0-9.+_-]{1,64}\Z")
_HOST = re.compile(r"^(?:https?://|mailto:)[^\s/?#]")
_ENDS = re.compile(r"[“”„‘’«»…—，。、]|'s?(?![\w/?#=&%-])|\s")
"""Marks that end an address, though GitHub's rules let some of them in."""
_LONGEST = 2_000
"""Characters of an address."""


def bare_address(state: StateInline, silent: bool) -> bool:
    """`https://…`, `www.…`, `mailto:…` or `name@example.org`, outside links and code."""
    first = state.src[state.pos]
    if silent or first not in ":@w" or state.linkLevel:
        return False
    end = min(state.posMax, state.pos + _LONGEST)
    if first == "w":
        back, found = 0, match_www(_uncut(state.src[state.pos : end]))
    else:
        before = state.pending
        scheme = (_SCHEME if first == ":" else _MAILBOX).search(before[-64:])
        if scheme is None:
            return False
        back = len(scheme[0])
        found = _match(scheme[0] + _uncut(state.src[state.pos : end]), first)
    start = state.pos - back
    if found is None or not _HOST.search(found[0]) or (start and not _may_precede(state.src[start - 1])):
        return False
    _link(state, start, found[0], state.src[start : start + found[1]], back)
    return True


def _uncut(words: str) -> str:
    """The words as far as an address may reach: to a typographic mark, or to 's at its end."""
    found = _ENDS.search(words)
    return words[: found.start()] if found else words


def _match(words: str, sign: str) -> tuple[str, int] | None:
    if sign == "@":
        return match_any_email(words, 0, None)
    scheme, _, rest = words.partition(":")
    plain = f"{scheme.lower()}:{rest}"
    return match_any_email(plain, len("mailto:"), "mailto") if scheme.lower() == "mailto" else match_http(plain)


def _may_precede(character: str) -> bool:
    return not (character.isalnum() or character in "/.@+-_=&#?%")


def _link(state: StateInline, start: int, address: str, words: str, back: int) -> None:
    if back:
        state.pending = state.pending[:-back]
    state.pos = start
    opened = state.push("link_open", "a", 1)
    opened.attrs, opened.markup, opened.info = {"href": address}, "bare", "auto"
    state.push("text", "", 0).content = words
    state.push("link_close", "a", -1)
    state.pos = start + len(words)
