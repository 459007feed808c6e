"""The page of a disclosure: all that is in it and what is not, to be read in a browser without a network. Pure.

It has no script and fetches nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup

from pipeline.colleges.disclosure.bag import TAG_MANIFEST
from pipeline.colleges.disclosure.choice import Choice
from pipeline.colleges.disclosure.contents import ABOUT, EVENTS, LEDGER_ROWS, WHOLE, Disclosure
from pipeline.colleges.disclosure.event_list import EventRow
from pipeline.colleges.holdings import Holding
from pipeline.core.tables import count
from pipeline.markup.lone_page import lone_page
from pipeline.model.day import in_words

_STYLE = """\
body { max-width: 62rem }
h2 { font-family: var(--head-face), var(--other-head-faces, serif); font-weight: 600; font-size: 1.4em;
  line-height: 1.2; margin: 1.6em 0 .5em; border-top: 1px solid var(--ink); padding-top: .5em }
dl { margin: 0 0 1em }
dt { font-weight: 700 }
dd { margin: 0 0 .5em }
th, td { overflow-wrap: break-word }
code { font-family: var(--code-face), monospace; font-size: .8em; overflow-wrap: anywhere }
footer { border-top: 1px solid var(--line); margin-top: 2em }
@media (max-width: 46rem) {
  thead { position: absolute; clip-path: inset(50%); height: 1px; overflow: hidden }
  table, tbody, tr, th, td { display: block; border: 0; padding: .1em 0 }
  tr { border-bottom: 1px solid var(--line); padding: .4em 0 }
  td[data-head]::before { content: attr(data-head) ": "; font-weight: 700 }
  td:empty { display: none }
}
"""
"""Style of this page beside that of pages that travel with parcels: its tables become lists where it is narrow."""


@dataclass(frozen=True, slots=True)
class OnPage:
    """Words of the library on the page: who discloses, where questions go, and the style of its pages."""

    publisher: str
    contact: str
    style: str
    key: str = ""
    """The public key in the form of minisign, where the bag is signed."""


_Cell = str | Markup

_EVENT_HEADS = ("Day", "Event", "To", "Edition", "Copies", "What is on record", "Delivery, event")
_HELD_HEADS = ("College", "Pack and edition", "Copies", "Since", "Confirmed")
_TOLD_ELSEWHERE = ("published", "approved", "issued", "begun", "committing")
"""Events that stand in other tables, or that only say how far a machine had come: the list of events has them."""


def disclosure_page(made: Disclosure, words: OnPage) -> str:
    """The page, as a file."""
    title = f"Disclosure: {subject(made.choice, made.college)}"
    ask = f" Questions: {words.contact}" if words.contact else ""
    main = Markup("\n").join(_sections(made, title, words))
    foot = f"{words.publisher}, {in_words(made.on)}.{ask}"
    return lone_page(f"{title} – {words.publisher}", words.style + _STYLE, main, foot)


def subject(choice: Choice, college: str = "") -> str:
    """The choice in words: 'Fellbrook Learning Unit, pack nights, 1 January 2026 to 31 December 2026'."""
    said = [college or choice.college or ""]
    said += [f"briefing {choice.briefing}" if choice.briefing else "", f"pack {choice.pack}" if choice.pack else ""]
    return ", ".join(filter(None, (*said, period(choice)))) or "everything on record"


def period(choice: Choice) -> str:
    """The period in words; nothing where it is not limited."""
    if choice.first and choice.last:
        return f"{in_words(choice.first)} to {in_words(choice.last)}"
    if choice.first:
        return f"from {in_words(choice.first)}"
    return f"until {in_words(choice.last)}" if choice.last else ""


def _sections(made: Disclosure, title: str, words: OnPage) -> Iterator[Markup]:
    yield _tag("h1", title)
    until = period(made.choice)
    both = ", both days included" if made.choice.first and made.choice.last else ""
    but = ", but for issued files, which are given as they were published" if made.named else ""
    yield _tag(
        "p",
        f"What {words.publisher} has on record of this{both}. It names roles, not people{but}. What was left out "
        "stands below, with the reason.",
    )
    yield _tag("p", _links((ABOUT, EVENTS, LEDGER_ROWS)))
    yield from _table("Editions that were issued", ("Edition", "Issued", "Approved by", "Record"), _editions(made))
    yield from _table("Files, as they were issued", ("File", "Edition", "SHA-256"), _files(made))
    yield from _table(
        "Versions that were published", ("Version", "Published", "Approved by", "Record"), _versions(made)
    )
    others = [row for row in made.rows if row.event not in _TOLD_ELSEWHERE]
    yield from _table("Deliveries, answers and recalls", _EVENT_HEADS, map(_event, others))
    last = f" at the end of {in_words(made.choice.last)}" if made.choice.last else ""
    yield from _table(f"Held{last}", _HELD_HEADS, map(_holding, made.held))
    yield from _table("Left out, and why", ("What", "Why", "SHA-256"), _left_out(made))
    yield _tag("h2", "What each hash proves")
    yield _proofs(made)
    yield _tag("h2", "How to check it")
    yield _checks(bool(until), words.key)


_CALLED = {
    name.replace(".json", end): words
    for name, words in (("words.json", "words"), ("approved-words.json", "approved words"))
    for end in (".json", ".redacted.json")
}


def _editions(made: Disclosure) -> Iterator[Sequence[_Cell]]:
    links = {one.sha256: one.path for one in made.records if one.path}
    for one in made.editions:
        record = one.record
        by = record.approved_by or "not on record"
        name = f"{record.title}, {record.edition}"
        yield name, in_words(record.issued), by, _link(links[one.sha256], f"Record {record.number}") + _code(one.sha256)


def _files(made: Disclosure) -> Iterator[Sequence[_Cell]]:
    for one in made.issued:
        yield _link(one.path, one.file.file), one.of.record.edition, _code(one.file.sha256)


def _versions(made: Disclosure) -> Iterator[Sequence[_Cell]]:
    for one in made.versions:
        record, place = one.record, f"versions/{one.record.id}/{one.record.version}"
        path = next(path for path in (f"{place}/kept.json", f"{place}/kept.redacted.json") if path in made.files)
        words = (path for path in made.files if path.startswith(f"{place}/") and not path.startswith(f"{place}/kept"))
        links = [_link(path, "Record"), *(_link(path, _CALLED[path.partition(f"{place}/")[2]]) for path in words)]
        by = record.approved_by or "not on record"
        said = f"{by}, {in_words(record.approved_on)}" if record.approved_on else by
        name = f"{record.title}, version {record.version}"
        yield name, in_words(record.published), said, Markup(", ").join(links) + _code(one.sha256)


def _event(row: EventRow) -> Sequence[_Cell]:
    number = f"{row.delivery}, {row.number}" if row.number else ""
    edition = ", ".join(filter(None, (row.pack, row.edition)))
    return in_words(row.day), row.event, row.college, edition, row.copies, row.detail, number


def _holding(one: Holding) -> Sequence[_Cell]:
    many = f"{one.format}: copy {one.copy}" if one.copy else f"{one.format}: {count(one.quantity, 'copy', 'copies')}"
    return one.college, f"{one.pack}, {one.edition}", many, in_words(one.since), "yes" if one.confirmed else "no"


def _left_out(made: Disclosure) -> Iterator[Sequence[_Cell]]:
    for one in made.left_out:
        yield one.what, one.why, _code(one.sha256) if one.sha256 else ""


def _proofs(made: Disclosure) -> Markup:
    """The conclusions that a hash allows, one kind of hash after the other."""
    number, digest = made.last
    last = Markup("The last event is number {}, {}.").format(number, _code(digest)) if number else Markup("")
    pairs: list[tuple[str, _Cell]] = [
        (
            "The SHA-256 of a file",
            "One letter that is otherwise gives another hash. A file whose hash is in the record of an edition is the "
            "file that was issued, byte for byte.",
        ),
        (
            "The SHA-256 of a record",
            "Each record of an edition repeats the hash of the one before it (previous). So none can be changed, added "
            "or taken away without changing all that follow; and parcels, which colleges hold, name the last one of "
            "their day. The hash of a version's record (kept) stands in the records of its editions.",
        ),
        (
            "The digest of a wording",
            "words/1: and the SHA-256 of words.json, which holds all that a version tells its readers. The record of "
            "an edition has it of each of its texts. The code of an approval is made of it: these words were approved.",
        ),
        (
            "The hash of an event",
            Markup(
                "The SHA-256 of the event and of the hash of the one before it. Events are only added: one that is "
                "changed, dropped or put in between breaks the chain in {}. Parcels name the last event of their "
                "day. {}"
            ).format(_link(LEDGER_ROWS, LEDGER_ROWS), last),
        ),
        (
            "What no hash proves",
            "That what is on record is all that happened; and what is said in that which is given without names, or by "
            "its hash alone. The publisher keeps the originals, and its command compares them.",
        ),
    ]
    items = (_tag("dt", term) + _tag("dd", said) for term, said in pairs)
    return _tag("dl", Markup("\n").join(items))


def _checks(limited: bool, key: str) -> Markup:
    """Ways to check it, for a reader with nothing but the bag and for the publisher."""
    ways: list[_Cell] = [
        Markup("In the folder above this one: {} or {}. Both hold every file to the manifest.").format(
            _tag("code", "sha256sum -c manifest-sha256.txt"), _tag("code", "bagit.py --validate .")
        ),
        Markup(
            "Follow {}: the column {} repeats {} of the row above. Of a row that is given {}, {} is the SHA-256 of the "
            "list {}, in JSON with {} and {} between, and with what is not ASCII escaped."
        ).format(
            _link(LEDGER_ROWS, LEDGER_ROWS),
            *(_tag("code", word) for word in ("previous", "digest", WHOLE, "digest")),
            _tag("code", "[number, at, kind, subject, said, previous]"),
            _tag("code", ", "),
            _tag("code", ": "),
        ),
        Markup("The publisher can hold it to its own records and ledger by {}.").format(
            _tag("code", "briefings verify")
        ),
    ]
    if key:
        ways.append(
            Markup(
                "The last manifest is signed, and by it every file. The publisher's key stands in its catalogue too: {}"
            ).format(_tag("code", f"minisign -Vm {TAG_MANIFEST} -P {key}"))
        )
    if limited:
        ways.append(
            "A delivery belongs to a period if anything happened to it then, or if copies of it were held when the "
            "period began; its plan is told even where that is older."
        )
    return _tag("ul", Markup("\n").join(_tag("li", way) for way in ways))


def _table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[_Cell]]) -> Iterator[Markup]:
    """A section with a table, or with a sentence where there is nothing."""
    yield _tag("h2", caption)
    those = tuple(rows)
    if not those:
        yield _tag("p", "None.")
        return
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(one) for one in heads)
    lines = Markup("\n").join(_row(heads, row) for row in those)
    yield Markup("<table>\n<thead><tr>{}</tr></thead>\n<tbody>\n{}\n</tbody>\n</table>").format(head, lines)


def _row(heads: Sequence[str], row: Sequence[_Cell]) -> Markup:
    first = Markup('<th scope="row">{}</th>').format(row[0])
    cells = (
        Markup('<td data-head="{}">{}</td>').format(head, cell) for head, cell in zip(heads[1:], row[1:], strict=True)
    )
    return Markup("<tr>{}{}</tr>").format(first, Markup("").join(cells))


def _links(paths: Iterable[str]) -> Markup:
    return Markup("Beside this page: {}.").format(Markup(", ").join(_link(path, path) for path in paths))


def _link(path: str, words: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(quote(path), words)


def _code(digest: str) -> Markup:
    return Markup(" <code>{}</code>").format(digest)


def _tag(name: str, inner: _Cell) -> Markup:
    return Markup("<{0}>{1}</{0}>").format(Markup(name), inner)
