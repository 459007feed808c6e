"""Whether an edition or a version is current: by the records after it, and by what became of its texts."""

from datetime import date

import pytest

from pipeline.core.diagnostics import Location
from pipeline.model.bibliography import Notice, Reference, WorkState
from pipeline.model.source.briefing import Amendment
from pipeline.model.source.versions import IssuedBriefing, IssuedFile, correction_of
from pipeline.services.editions.record_chain import serialize_record
from pipeline.services.editions.status import CurrentState, edition_now, version_now, with_doubts
from tests.support.editions.pinned_packs import CORRECTED, PINNED, WITHDRAWN, now
from tests.support.editions.records import NAMES, chain
from tests.support.resolve.kept_versions import FRONT, loaded

BRIEFING = IssuedBriefing(id="patrol", version="1.0", title="Foot patrol", digest="words/1:0")
PRINTED = IssuedFile(file="n.pdf", format="print", bytes=9, pages=1, sha256="0" * 64)
WITH = {"briefings": (BRIEFING,), "files": (PRINTED,)}
CHAIN = tuple(serialize_record(one.record.model_copy(update=WITH)) for one in chain())
NEWER = now(FRONT.replace("status: published", "status: superseded") + "superseded_by: walks\n") | {
    "briefings/walks.md": "---\ntitle: Walks\nsummary: All.\n---\n\nText.\n"
}
GONE = {path: text for path, text in PINNED.items() if path != "briefings/patrol/briefing.md"}


def said(files: dict[str, str], number: int = 3) -> tuple[str, ...]:
    """The word for an edition, and why."""
    found = edition_now(loaded(files), CHAIN, CHAIN[number - 1])
    return found.word, *found.reasons, *found.steps


def test_the_last_edition_is_current() -> None:
    assert said(PINNED) == ("current",)


def test_an_edition_before_the_last_is_superseded() -> None:
    assert said(PINNED, 1) == (
        "superseded",
        "This edition is superseded by 'Summer 2024', issued on 1 March 2024.",
        "Ask the publisher for 'Summer 2024'.",
    )


def test_an_edition_with_a_mistake_is_corrected() -> None:
    records = chain((*NAMES, "Summer 2024, corrected"), corrects="Summer 2024")
    records = tuple(serialize_record(one.record.model_copy(update=WITH)) for one in records)
    library = loaded(PINNED)
    found = edition_now(library, records, records[2])
    assert (found.word, (*found.reasons, *found.steps)) == (
        "corrected",
        (
            "This edition is corrected by 'Summer 2024, corrected', issued on 1 April 2024.",
            "Ask the publisher for 'Summer 2024, corrected'.",
        ),
    )
    assert edition_now(library, records, records[3]).word == "current"
    assert edition_now(library, records, records[0]).word == "superseded"


def test_a_text_that_was_withdrawn_weighs_most() -> None:
    assert said(WITHDRAWN) == ("withdrawn", "'Foot patrol' is withdrawn: Wrong. Do not use it.")
    assert said(WITHDRAWN, 1)[:2] == ("withdrawn", "'Foot patrol' is withdrawn: Wrong. Do not use it.")


def test_a_text_that_another_superseded_is_told_with_its_successor() -> None:
    assert said(NEWER) == ("superseded", "'Foot patrol' is superseded by 'Walks'.")


@pytest.mark.parametrize(
    ("version", "kinds", "later"),
    [
        ("1.0", "2.0 substantive, 3.1 correction, 4.0 substantive", ""),
        ("2.0", "2.0 substantive, 3.1 correction, 4.0 substantive", "3.1"),
        ("1.0", "1.1 correction, 1.2 correction", "1.2"),
        ("1.1", "1.2 correction, 1.1 correction", "1.2"),
        ("1.0", "1.1 review-no-change, 1.10 correction", "1.10"),
        ("1.0", "1.1 correction, 2.0 substantive, 2.1 correction", "1.1"),
        ("1.0", "1.1 correction, 9.9 correction", "1.1"),
        ("3.1", "2.0 substantive, 3.1 correction", ""),
    ],
)
def test_a_correction_concerns_versions_since_the_last_change_of_meaning(version: str, kinds: str, later: str) -> None:
    """Older ones are superseded and no more; what is not published corrects nothing."""
    entries = [one.split() for one in ("1.0 first", *kinds.split(", "))]
    history = [Amendment(version=one, date=date(2024, 1, 2), kind=kind, summary="S") for one, kind in entries]
    published = {one for one, _ in entries} - {"9.9"}
    assert correction_of(version, history, published) == later


def test_of_a_text_that_is_gone_nobody_can_say() -> None:
    assert said(GONE) == (
        "uncertain",
        "'Foot patrol' is not in the library any more: its present status is unknown.",
    )


def test_a_version_is_current_until_a_later_one_is_published() -> None:
    library = loaded(PINNED)
    assert version_now(library, "patrol", "1.0", "Foot patrol").word == "current"
    assert version_now(library, "patrol", "0.9", "Foot patrol").reasons == ("Version 1.0 is published since.",)
    assert version_now(loaded(CORRECTED), "patrol", "1.0", "Foot patrol").word == "corrected"


def work(state: WorkState, day: date | None = date(2019, 3, 9)) -> Reference:
    """A work of which something has become."""
    return Reference("hughes2018", {}, Location(), notice=Notice(state, day))


def test_works_that_do_not_hold_make_it_uncertain() -> None:
    """Each is told behind the text that rests on it; two texts may have one title."""
    state = with_doubts(
        CurrentState("current"), [("Walks", [work(WorkState.RETRACTED)]), ("Walks", [work(WorkState.CONCERN, None)])]
    )
    assert state.word == "uncertain"
    assert state.reasons == (
        "'Walks' rests on hughes2018, which was retracted on 9 March 2019.",
        "'Walks' rests on hughes2018, about which an expression of concern was published.",
    )
