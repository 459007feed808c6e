"""What a pack's section of changes says of briefings that the edition before held, by the register of copies."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.build.planning.scope import within
from pipeline.load.library.library import load
from pipeline.load.library.register import Entry, appended
from pipeline.model.order import Order
from pipeline.model.publication import GoneTitle, PackChanges
from pipeline.resolve.resolve import resolve
from tests.support.resolve.kept_versions import DAY, FILES, loaded
from tests.support.resolve.library_parts import STYLES, fake_cite
from tests.support.words import WORDBOOK


def other(title: str, more: str = "") -> str:
    """Another briefing."""
    return f"---\ntitle: {title}\nsummary: A text.\nfirst_published: 2023-05-02\n{more}---\n\nText.\n"


LIBRARY = FILES | {
    "briefings/lamps.md": other("Lamps", "status: withdrawn\nwithdrawn_reason: The study was retracted.\n"),
    "briefings/walks.md": other("Walks", "status: superseded\nsuperseded_by: patrol\n"),
    "briefings/gates.md": other("Alley gates"),
    "packs/p.yaml": "title: P\nedition: Spring 2024\nbriefings: [patrol]\nback: [changes]\nsince: 2024-01-31\n",
}


def entry(edition: str, versions: str, day: date, pack: str = "p") -> Entry:
    """What a college was prepared."""
    return Entry("north", pack, edition, versions, "epub", 1, 0, "ab", day)


def changes(*entries: Entry) -> PackChanges | None:
    """What the pack says has changed."""
    library = loaded(LIBRARY | {"copies.csv": appended(b"", entries).decode()})
    (pack,) = resolve(library, Order(("p",), (), DAY), fake_cite, STYLES, frozenset(), WORDBOOK).packs
    return pack.changes


def test_briefings_of_the_edition_before_are_told_with_what_became_of_them() -> None:
    held = "lamps@1.0 patrol@1.0 walks@1.0 gates@0.9 ways-home@1.0"
    found = changes(entry("Autumn 2023", held, date(2024, 1, 31)))
    assert found is not None
    assert found.gone == (
        GoneTitle("Lamps", withdrawn=True, reason="The study was retracted."),
        GoneTitle("Walks", superseded=True, newer="Foot patrol"),
        GoneTitle("Alley gates"),
        GoneTitle("ways-home"),
    )


HELD = appended(b"", [entry("Autumn 2023", "lamps@1.0", date(2023, 9, 1))])


@pytest.mark.parametrize(
    ("content", "line", "code"),
    [
        (b"<<<<<<< HEAD\n" + HELD + b"=======\n>>>>>>> spring\n", 1, "merge-mark"),
        (HELD + b"a,b\r\n", 3, "register-row"),
        (HELD + b"caf\xe9\r\n", 3, "register-row"),
    ],
    ids=["marks of git", "a bad row", "not UTF-8"],
)
def test_a_register_that_cannot_be_read_is_told_where_a_pack_asks(content: bytes, line: int, code: str) -> None:
    """The section of changes would lack what it says: the pack is a draft. Nothing else rests on the register."""
    files = {f"source/{path}": text.encode() for path, text in LIBRARY.items()} | {"source/copies.csv": content}
    library, remarks = load(files)
    told = [(one.code, one.place.line) for one in remarks if one.place.path == "source/copies.csv"]
    assert (told, library.unsound) == ([(code, line)], {"p"})
    assert [one.code for one in within(library, ("p",), remarks) if one.place.path == "source/copies.csv"] == [code]
    assert [one for one in within(library, ("gates",), remarks) if one.place.path == "source/copies.csv"] == []
    silent = files | {"source/packs/p.yaml": b"title: P\nedition: Spring 2024\nbriefings: [patrol]\n"}
    library, remarks = load(silent)
    assert ([one for one in remarks if one.place.path == "source/copies.csv"], library.unsound) == ([], frozenset())


@pytest.mark.parametrize(("held", "told"), [("lamps@1.0", []), ("patrol@1.0", ["pack-since"])])
def test_a_pack_that_tells_what_is_gone_is_not_said_to_tell_nothing(held: str, told: list[str]) -> None:
    """Though no version was kept by the day: the section stands, with what is no longer in the pack."""
    library = loaded(LIBRARY | {"copies.csv": appended(b"", [entry("Autumn 2023", held, date(2023, 9, 1))]).decode()})
    made = resolve(library, Order(("p",), (), DAY), fake_cite, STYLES, frozenset(), WORDBOOK)
    assert [one.code for one in made.remarks if one.code == "pack-since"] == told
    assert (made.packs[0].changes is None) is bool(told)
