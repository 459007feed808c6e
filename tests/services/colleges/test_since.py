"""What a cover note says has changed since the edition that the college got before."""

from dataclasses import replace
from datetime import date

from pipeline.load.register import CopyEntry
from pipeline.model.library import Library
from pipeline.services.colleges.letters import compose_changes_for
from pipeline.services.colleges.recipients import PreparedEdition
from tests.support.resolve.kept_versions import FILES, FRONT, loaded
from tests.support.words import ENGLISH

NEXT = FRONT.replace("version: 1.0\nfirst", "version: 1.1\nfirst").replace(
    "approved_by: Ann Bell}]",
    "approved_by: Ann Bell}, {version: 1.1, date: 2026-02-03, kind: correction, summary: A number was put right.}]",
)
LIBRARY = loaded(
    FILES
    | {
        "briefings/patrol/briefing.md": f"---\n{NEXT}---\n\nText.\n",
        "packs/p.yaml": "title: P\nedition: Spring 2027\nbriefings: [patrol]\n",
    }
)


GONE = loaded(
    FILES
    | {
        "briefings/patrol/briefing.md": f"---\n{FRONT.replace('status: published', 'status: withdrawn')}"
        "withdrawn_reason: The study was retracted. Do not use.\n---\n\nText.\n",
        "briefings/lamps.md": "---\ntitle: Lamps\nsummary: Of old.\nstatus: superseded\nsuperseded_by: patrol\n"
        "first_published: 2023-05-02\n---\n\nText.\n",
        "packs/p.yaml": "title: P\nedition: Spring 2027\nbriefings: [walks]\n",
    }
)


def entry(college: str, edition: str, versions: str) -> CopyEntry:
    """What a college was prepared."""
    return CopyEntry(college, "p", edition, versions, "epub", 1, 0, "ab", date(2026, 1, 2))


def changes(
    *entries: CopyEntry,
    versions: tuple[tuple[str, str, str], ...] = (("patrol", "1.1", "Foot patrol"),),
    library: Library = LIBRARY,
) -> list[str]:
    """The lines for the college in the north."""
    issue = PreparedEdition(library.packs["p"], "P", "Spring 2027", versions, date(2026, 3, 1), library.imprint)
    return list(compose_changes_for(library, issue, entries, "north", ENGLISH).text())


def test_a_college_that_got_no_edition_before_is_told_of_no_change() -> None:
    """What others got says nothing of it, and nor does another pack."""
    other = replace(entry("north", "Autumn 2026", "patrol@1.0"), pack="q")
    assert changes(entry("east", "Autumn 2026", "patrol@1.0"), other) == []


def test_versions_are_told_with_what_the_history_says_of_them() -> None:
    assert changes(entry("north", "Autumn 2026", "lamps@2.0 patrol@1.0")) == [
        "Changes since Autumn 2026, which we sent you before:",
        "- Foot patrol: version 1.0 became 1.1",
        "  1.1, 3 February 2026: A number was put right.",
        "- lamps: no longer in the pack",
    ]
    assert changes(entry("north", "Autumn 2026", "")) == [
        "Changes since Autumn 2026, which we sent you before:",
        "- Foot patrol: new in the pack",
    ]


def test_a_text_that_is_gone_because_it_no_longer_holds_says_why() -> None:
    """Who has the earlier edition still teaches it."""
    had = entry("north", "Autumn 2026", "lamps@2.0 patrol@1.0 walks@1.0")
    assert changes(had, versions=(("walks", "1.0", "Walks"),), library=GONE) == [
        "Changes since Autumn 2026, which we sent you before:",
        "- Lamps: superseded by ‘Foot patrol’, and no longer in the pack",
        "- Foot patrol: withdrawn: The study was retracted. Do not use.",
    ]


def test_a_text_that_is_withdrawn_and_stays_is_told() -> None:
    """Somebody has given a reason to print it all the same, new or not."""
    patrol = (("patrol", "1.0", "Foot patrol"),)
    assert changes(entry("north", "Autumn 2026", "patrol@1.0"), versions=patrol, library=GONE)[1:] == [
        "- Foot patrol: withdrawn: The study was retracted. Do not use."
    ]
    assert changes(entry("north", "Autumn 2026", ""), versions=patrol, library=GONE)[1:] == [
        "- Foot patrol: new in the pack, and withdrawn: The study was retracted. Do not use."
    ]


def test_the_edition_before_is_the_last_one_that_the_college_got() -> None:
    """Prepared again, an edition is compared with what came before it, not with itself or what came later."""
    entries = (
        entry("north", "Summer 2026", "patrol@0.9"),
        entry("north", "Autumn 2026", "patrol@1.1"),
        entry("north", "Spring 2027", "patrol@1.1"),
        entry("north", "Summer 2027", "patrol@1.0"),
    )
    assert changes(*entries) == ["The briefings are the same as in Autumn 2026, which we sent you before."]
