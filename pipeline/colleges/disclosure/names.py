"""Names of people, addresses of people and secrets, and how they are taken out of what is disclosed. Pure.

Roles stay. What is not plainly a role counts as a person: a name that is withheld by mistake can be asked for, one that
is handed out cannot be taken back.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from unicodedata import normalize
from urllib.parse import quote

from pipeline.editions.issued.page_words import letters_of
from pipeline.resolve.publish.filing import BEFORE_NAMES, OF_BODIES, PARTICLES, filed_name

NAME, ADDRESS, SECRET = "[name withheld]", "[address withheld]", "[secret withheld]"
"""Words that stand in the place of what was taken out."""
_MOST_TAKEN = {NAME: 120, ADDRESS: 254, SECRET: 4096}
"""The letters that each of them stands for at most."""
_TABLES = frozenset({"files", "tools"})
_FIXED = _TABLES | {
    "address", "approved_code", "approved_on", "briefings", "channel", "code", "college", "commit", "copies",
    "corrects", "digest", "edition", "event", "file", "folios", "format", "from", "id", "issued", "kept", "language",
    "of", "on", "pack", "previous", "published", "record", "release", "scan", "schema", "sha256", "supersedes",
    "tier", "version", "what", "words", "work",
}  # fmt: skip
"""Names of values from which nothing is taken out: ids, paths, days, hashes, and the words of lists of ours."""
_PLACEHOLDER = re.compile("|".join(map(re.escape, (NAME, ADDRESS, SECRET))))

_ROLES = frozenset(
    {
        "administrator", "adviser", "advisor", "analyst", "approver", "assessor", "chair", "commander", "commissioner",
        "constable", "coordinator", "curator", "desk", "director", "editor", "editors", "examiner", "head", "inspector",
        "lead", "leads", "leader", "librarian", "manager", "officer", "owner", "publisher", "researcher", "reviewer",
        "secretary", "superintendent", "supervisor", "trainer", "trainers",
    }
)  # fmt: skip
"""Words by which roles are called."""
_BEFORE_ROLES = frozenset(
    {
        "academic", "acting", "assistant", "associate", "chief", "clinical", "communications", "content", "copy",
        "deputy", "desk", "editorial", "evidence", "executive", "external", "interim", "internal", "knowledge",
        "learning", "legal", "library", "managing", "medical", "peer", "policing", "policy", "production",
        "publications", "publishing", "quality", "research", "responsible", "review", "scientific", "section",
        "senior", "series", "standards", "subject", "technical", "training", "the", "an", "a",
    }
)  # fmt: skip
"""Words that a role may begin with, beside those of the library itself."""
_SMALL = frozenset({"of", "for", "to", "in", "on", "at", "the", "and", "&", "a", "an"})
_MAILBOXES = frozenset(
    {
        "admin", "archive", "archives", "bookings", "briefings", "communications", "contact", "contracts", "copies",
        "courses", "delivery", "desk", "editor", "editorial", "enquiries", "evidence", "feedback", "help", "helpdesk",
        "hello", "info", "inbox", "learning", "librarian", "library", "licensing", "mail", "office", "orders", "post",
        "printer", "printing", "publications", "publishing", "reception", "records", "research", "resources",
        "sales", "sent", "service", "support", "team", "training", "unit",
    }
)  # fmt: skip
"""Words that the mailboxes of roles begin with, before the sign @."""

_RANKS = (
    "Inspector", "Insp", "Sergeant", "Sgt", "Superintendent", "Supt", "Constable", "Detective", "Commander",
    "Commissioner", "Captain", "Capt", "Major", "Colonel", "Lieutenant", "Lt", "Judge", "Councillor", "Cllr",
    "Reverend", "Baroness", "Baron", "Madam", "Mx", "Attention",
)  # fmt: skip
"""Ranks and titles that a name may follow, beside those that no alphabet counts."""
_SHORT_RANKS = ("PC", "PS", "DC", "DS", "DI", "DCI", "DSU", "DCS", "ACC", "DCC", "FAO")
_ANY_CASE = ("dr", "mr", "mrs", "prof", "c/o", "attn", "fao", "for the attention of")
"""Words behind which a name stands, in whatever letters either is written."""

_PARTS = re.compile(r"\s*(?:[,;:/()|]|\s[-–—]\s)\s*")
"""Signs that part a name from a role: 'A. Bell, head of evidence'."""
_AND = re.compile(r"\s*(?:\band\b|&)\s*", re.IGNORECASE)
_WORDS = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*")
_HOST = r"(?:\[[^\]\s]+\]|[\w-]+(?:\.[\w-]+)*)"
_MAILBOX = re.compile(rf"(?P<user>[\w.+'-]+)(?:@|%40|\s*\(at\)\s*)(?P<host>{_HOST})", re.IGNORECASE)
_PIN = re.compile(r"\d+\.\d+|[A-Z][\w-]*")
"""Behind the sign @ a version, or the first word of an edition's name: 'lamps@1.0', 'nights@Autumn 2026'."""
_LOGIN = re.compile(r"(?P<before>[a-z][a-z0-9+.-]*://)(?P<user>[^\s/@]+)@", re.IGNORECASE)
_LONG = 8
"""The letters of a name that is looked for without its blanks."""
_TITLES = "|".join(
    sorted(
        {*_RANKS, *(one.capitalize() for one in BEFORE_NAMES), *map(str.upper, (*_RANKS, *BEFORE_NAMES, *_SHORT_RANKS))}
    )
)
_TITLED = re.compile(
    rf"(?<!\w)(?:(?P<any>(?i:{'|'.join(_ANY_CASE)}))|{_TITLES})(?!\w)[:.]?(?P<behind>(?:\s+[^\W_][\w'’-]*\.?){{1,5}})"
)
"""A title or a rank and what stands behind it; and whom a letter is to be given to."""
_KNOWN = _ROLES | _BEFORE_ROLES | OF_BODIES | _SMALL | {one.casefold() for one in _RANKS}


def is_role(said: str, vocabulary: Iterable[str] = ()) -> bool:
    """Whether words are plainly a role or a body, and no person; the vocabulary has words of the library's own."""
    return bool(_WORDS.search(said)) and not people_in(said, vocabulary)


def people_in(said: str, vocabulary: Iterable[str] = ()) -> tuple[str, ...]:
    """The parts of what is said of an approver or an author that are no role: 'Ann Bell' of 'Editor Ann Bell'."""
    words = frozenset(vocabulary)
    found = (one for part in _PARTS.split(said) for one in _people(part.strip(), words))
    return tuple(one for one in found if one != NAME)


def _people(part: str, vocabulary: frozenset[str]) -> Iterator[str]:
    """The people in words that no sign parts. A role may have an 'and' in it; of a body a word of its name follows."""
    role = body = False
    for one in _AND.split(part):
        words = [word[0] for word in _WORDS.finditer(one)]
        more = role and all(_fits(word, "", vocabulary) for word in words)
        if not words or more or (body and len(words) == 1):
            continue
        at = _name_at(one, vocabulary)
        role, body = at != 0, at is None and any(word.casefold() in OF_BODIES for word in words)
        if at is not None:
            yield one[at:]


def _name_at(said: str, vocabulary: frozenset[str]) -> int | None:
    """The place at which a name begins: behind a role, or at the start; nothing where all of it is a role."""
    words = [*_WORDS.finditer(said)]
    plain = [word[0].casefold() for word in words]
    begins = plain[0] in _KNOWN | vocabulary and plain[0].rstrip(".") not in BEFORE_NAMES
    if not begins or not any(word in _ROLES | OF_BODIES for word in plain):
        return 0
    behind = zip(words[1:], plain, strict=False)
    return next((word.start() for word, before in behind if not _fits(word[0], before, vocabulary)), None)


def _fits(word: str, before: str, vocabulary: frozenset[str]) -> bool:
    """Whether a word may belong to a role: a known one, one in small letters, or what somebody is the head of."""
    if len(word) == 1 and word.isupper():
        return False
    return word.casefold() in _KNOWN | vocabulary or word[0].islower() or before in ("of", "for")


@dataclass(frozen=True)
class Withheld:
    """Everything that must not stand in a disclosure."""

    people: frozenset[str] = frozenset()
    """Names of people, as they are written; those of one word are looked for among approvers alone."""
    more: frozenset[str] = frozenset()
    """Other words that must not stand in it, looked for everywhere."""
    secrets: tuple[str, ...] = ()
    """Secrets of the environment: none should be anywhere, and this makes sure."""
    vocabulary: frozenset[str] = frozenset()
    """Words of the library's own, in small letters, with which the name of a role may begin."""
    mailboxes: frozenset[str] = frozenset()
    """Names before the sign @ that are no person's: ids of deliveries and colleges."""

    @cached_property
    def full_names(self) -> re.Pattern[str] | None:
        """The pattern of names of more than one word, in either order, looked for everywhere; and of other words."""
        forms = {form for name in self.people | self.more for form in _forms(normalize("NFC", name))}
        forms |= {word for word in self.more if not word.isalpha()}
        longest = sorted(forms, key=lambda form: (-len(form), form))
        found = "|".join(r"\s+".join(map(_as_set, form.split())) for form in longest)
        single = (normalize("NFC", word) for word in sorted(self.more) if word.isalpha())
        both = [f"(?i:{found})"] if found else []
        both += [re.escape(form) for word in single for form in (word[0].upper() + word[1:], word.upper())]
        return re.compile(rf"(?<!\w)(?:{'|'.join(both)})(?!\w)") if both else None

    def names(self, text: str) -> bool:
        """Whether a text names somebody, also where lines or hyphens part a name."""
        if self.full_names is None:
            return False
        text = normalize("NFC", text)
        letters = _letters(text)
        return bool(self.full_names.search(text)) or any(one in letters for one in self._long_names)

    @cached_property
    def _long_names(self) -> frozenset[str]:
        """The letters of names that are in no other words by chance."""
        forms = {_letters(form) for name in self.people | self.more for form in _forms(normalize("NFC", name))}
        return frozenset(form for form in forms if len(form) >= _LONG)

    def out_of_words(self, text: str) -> str:
        """A published text without the names of those who made it. Whom it cites is part of it."""
        plain = normalize("NFC", text)
        told = self.full_names.sub(NAME, plain) if self.full_names else plain
        return text if told == plain else told

    def out_of_record(self, text: str) -> str:
        """A text from the records without secrets, names, titled names, and addresses that are no role's."""
        told = plain = normalize("NFC", text)
        for secret in self.secrets:
            for form in (secret, quote(secret, safe="")):
                told = told.replace(form, SECRET)
        told = _LOGIN.sub(lambda m: m[0] if self._is_of_role(m["user"]) else f"{m['before']}{ADDRESS}@", told)
        told = _MAILBOX.sub(lambda m: m[0] if self._is_no_person(m["user"], m["host"]) else ADDRESS, told)
        told = _without_titled(self.out_of_words(told))
        return text if told == plain else told

    def approver(self, said: str) -> str:
        """The words on an approver without what is no role."""
        told = plain = normalize("NFC", said)
        for person in sorted(people_in(plain, self.vocabulary), key=len, reverse=True):
            told = told.replace(person, NAME)
        told = self.out_of_record(told)
        return said if told == plain else told

    def _is_no_person(self, user: str, host: str) -> bool:
        pinned = bool(_PIN.fullmatch(host)) and bool(re.fullmatch("[a-z0-9-]+", user))
        return pinned or self._is_of_role(user)

    def _is_of_role(self, user: str) -> bool:
        """Whether a name before the sign @ is that of a role: every part of it is a word of roles."""
        name = user.casefold()
        parts = [part for part in re.split(r"[.+_-]", name) if part]
        return name in self.mailboxes or (bool(parts) and all(part in _MAILBOXES | _ROLES for part in parts))


def _without_titled(text: str) -> str:
    """A text without names behind titles, and without those; roles, such as 'Chief Constable', stay."""
    told, at = "", 0
    while found := _TITLED.search(text, at):
        words = re.findall(r"\s+\S+", found["behind"])
        taken = words[: _length(words, bool(found["any"]))]
        plain = {word.strip().rstrip(".").casefold() for word in taken}
        end = found.start("behind") + len("".join(taken))
        told += text[at:end] if plain <= _KNOWN else text[at : found.start()] + NAME
        at = end
    return told + text[at:]


def _length(words: Sequence[str], first: bool) -> int:
    """The number of words behind a title that are a name; the first one is, where it stands behind the surest ones."""
    length = int(first)
    for number, word in enumerate(words[:4], 1):
        plain = word.strip().rstrip(".")
        if plain[0].isupper():
            length = number
        elif not plain.isdigit() and plain not in PARTICLES:
            break
    return length


def _as_set(word: str) -> str:
    """The pattern of a word, whichever apostrophe and hyphen it is set with."""
    return re.sub("['’]", "['’]", re.sub(r"\\?-", "[-\u2010\u2011]", re.escape(word)))


def _letters(text: str) -> str:
    return letters_of((text.replace("’", "'"),))[0].casefold()


def _forms(name: str) -> Iterator[str]:
    """A name as it is written, and with the family name first; of one word, nothing."""
    words = " ".join(name.split())
    if " " in words:
        turned = filed_name(words)
        yield from {words, turned, json.dumps(words)[1:-1]}


def redacted(said: Any, withheld: Withheld, clean: Callable[[str], str], name: str = "") -> Any:
    """A value of JSON with every text cleaned; those named `approved_by` keep roles alone.

    What other things are known by stays as it is: ids, paths, days and hashes.
    """
    if isinstance(said, str):
        if name in _FIXED:
            return said
        if name == "title":
            return withheld.out_of_words(said)
        return withheld.approver(said) if name == "approved_by" else clean(said)
    if isinstance(said, list):
        return [redacted(one, withheld, clean, name) for one in said]
    if isinstance(said, dict):
        return {key: redacted(one, withheld, clean, _inner(name, key)) for key, one in said.items()}
    return said


def _inner(name: str, key: str) -> str:
    """The name of a value within another: in a table of hashes or of releases it is the table's."""
    return name if name in _TABLES else key


def is_redaction(told: Any, original: Any, name: str = "") -> bool:
    """Whether a value is another one from which something may have been taken out, and is the same beside that."""
    if isinstance(told, str) and isinstance(original, str):
        return told == original or (name not in _FIXED and _is_cut(told, normalize("NFC", original)))
    if isinstance(told, list) and isinstance(original, list):
        return len(told) == len(original) and all(
            is_redaction(one, other, name) for one, other in zip(told, original, strict=True)
        )
    if isinstance(told, dict) and isinstance(original, dict):
        return told.keys() == original.keys() and all(
            is_redaction(told[key], original[key], _inner(name, key)) for key in told
        )
    return bool(type(told) is type(original) and told == original)


def _is_cut(told: str, original: str) -> bool:
    """Whether a text is another one with something taken out, at most as much as a name or an address has letters."""
    first, *others = _PLACEHOLDER.split(told)
    if not others or not original.startswith(first):
        return False
    taken = len(original) - len(first) - sum(map(len, others))
    most = sum(_MOST_TAKEN[one] for one in _PLACEHOLDER.findall(told))
    at = len(first)
    for part in others[:-1]:  # the first place is the best one: what follows has more room
        found = original.find(part, at + 1)
        if found < 0:
            return False
        at = found + len(part)
    return len(others) <= taken <= most and original.endswith(others[-1]) and at < len(original) - len(others[-1])
