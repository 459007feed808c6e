"""Kept versions in packs: their own words, with the present status and reviews."""

import json
import re

import pytest

from pipeline.compose.design.tokens import logo_markup
from pipeline.load.library import load_library
from pipeline.model.body import Image, Link, plain_text, walk_nodes
from pipeline.model.source.briefing import Marking, Tier
from pipeline.resolve.protective_markings import marking_of, printed_marking
from tests.support.resolve.kept_versions import FILES, bound, loaded, pinned, published
from tests.support.resolve.library_parts import resolved, rule_remarks

BRIEFING = "briefings/patrol/briefing.md"
PACK = {"packs/p.yaml": "title: P\nbriefings: [patrol@1.0]\n"}
SENSITIVE = "marking: {sensitive: true, instruction: Recipients only}\n"
SERIES = {"series/beats.yaml": f"title: Beats\n{SENSITIVE}briefings: [patrol]\n"}
HIGH = "OFFICIAL-SENSITIVE – RECIPIENTS ONLY"


def marked(files: dict[str, str]) -> str:
    """The marking of the pinned text, in full."""
    reading = pinned(files)
    return printed_marking(marking_of(reading.environment, reading.briefing))


def without(files: dict[str, str], *names: str) -> dict[str, str]:
    """The library with files deleted."""
    return {path: text for path, text in files.items() if path not in names}


def pack_remarks(files: dict[str, str]) -> list[str]:
    """Remarks on the pack."""
    return [str(remark) for remark in rule_remarks(loaded(files)) if remark.place.path == "source/packs/p.yaml"]


@pytest.mark.parametrize("gone", [(), (BRIEFING,), (BRIEFING, *SERIES), tuple(SERIES)], ids=str)
def test_a_kept_version_is_never_marked_lower_than_it_was(gone: tuple[str, ...]) -> None:
    assert marked(without(published(FILES | SERIES), *gone)) == HIGH


def test_a_kept_version_is_marked_as_high_as_its_series_is_now() -> None:
    files = published(FILES)
    assert marked(files) == "OFFICIAL"
    assert marked(files | SERIES) == HIGH
    assert marked(without(files | SERIES, BRIEFING)) == HIGH


def test_a_version_kept_before_markings_were_is_marked_as_its_file_says() -> None:
    text = FILES[BRIEFING].replace("glossary:", f"{SENSITIVE}glossary:")
    files = published(FILES | {BRIEFING: text})
    record = "versions/patrol/1.0/kept.json"
    kept = json.loads(files[record])
    assert Marking.model_validate(kept.pop("marking")) == Marking(
        tier=Tier.OFFICIAL, sensitive=True, instruction="Recipients only"
    )
    files[record] = json.dumps(kept)
    assert marked(without(files, BRIEFING)) == HIGH
    assert marked(files | {BRIEFING: FILES[BRIEFING]}) == HIGH


def test_a_kept_version_with_an_unreadable_inherited_marking_is_withheld() -> None:
    files = without(published(FILES), BRIEFING) | PACK
    assert loaded(files).withheld == frozenset()
    files["library.yaml"] += "marking: OFFICIAL-SENSITIVE\n"
    assert loaded(files).withheld == frozenset({"patrol"})


def test_a_pack_says_that_a_pinned_briefing_is_gone() -> None:
    files = published(FILES) | PACK
    assert pack_remarks(files) == []
    (only,) = pack_remarks(without(files, BRIEFING))
    assert "pack-member-gone: The pack uses the published version 1.0 of 'patrol', but" in only


def test_a_line_without_a_version_says_what_was_published() -> None:
    (only,) = pack_remarks(without(published(FILES), BRIEFING) | {"packs/p.yaml": "title: P\nbriefings: [patrol]\n"})
    assert "briefing-unknown" in only
    assert only.endswith("The briefing is missing; its last published version is 'patrol@1.0'.")


def test_a_damaged_version_of_a_missing_briefing_is_reported_at_its_files() -> None:
    files = without(published(FILES), BRIEFING) | PACK
    files["versions/patrol/1.0/glossary.yaml"] += "\n"
    assert pack_remarks(files) == []
    assert [remark.code for remark in load_library({f"source/{p}": t.encode() for p, t in files.items()})[1]] == [
        "kept-broken"
    ]


UNREAD = {BRIEFING: "---\ntitle: [\n---\n\nPatrol.\n"}


def test_a_pack_with_a_pinned_version_is_bound_if_the_briefing_is_unreadable() -> None:
    files = published(FILES) | PACK | UNREAD
    (only,) = pack_remarks(files)
    assert "warning pack-member-gone: The pack uses the published version 1.0 of 'patrol', but" in only
    resolution = resolved(loaded(files), "p")
    assert [pack.id for pack in resolution.packs] == ["p"]


def test_a_pack_with_an_unreadable_briefing_is_offered_its_kept_version() -> None:
    pack = {"packs/p.yaml": "title: P\nbriefings: [patrol]\n"}
    (kept,), (not_kept,) = pack_remarks(published(FILES) | pack | UNREAD), pack_remarks(FILES | pack | UNREAD)
    assert "pack-member-broken: The pack cannot be built" in kept
    assert kept.endswith("Or use its published version: write 'patrol@1.0' instead.")
    assert "@1.0" not in not_kept


CORRECTION = ("history: [", "history: [{version: 1.1, date: 2024-01-02, kind: correction, summary: Table 1}, ")
NEWER = ("version: 1.0\n", "version: 1.1\n")


def corrections(files: dict[str, str]) -> list[str]:
    """The hints at pins that are behind a correction."""
    return [
        remark.rpartition("hint: ")[2] for remark in pack_remarks(files | PACK) if "warning pin-corrected" in remark
    ]


def test_a_pin_behind_a_correction_is_reported() -> None:
    now = changed(NEWER, CORRECTION)
    assert corrections(now) == [
        "Once 1.1 is published, write 'patrol@1.1'. Write 'patrol' to use the text as it is now."
    ]
    assert corrections(published(now)) == ["Write 'patrol@1.1', or 'patrol' to use the text as it is now."]
    assert corrections(changed(NEWER, CORRECTION, ("status: published", "status: draft"))) == []
    assert corrections(changed(NEWER, (CORRECTION[0], CORRECTION[1].replace("correction", "substantive")))) == []


@pytest.mark.parametrize("path", ["library.yaml", "series/beats.yaml"])
def test_links_of_inherited_notes_lead_where_they_led(path: str) -> None:
    note = "method_note: Read [how we work](briefing:methods#how).\n"
    files = FILES | {"series/beats.yaml": "title: Beats\nbriefings: [patrol]\n"}
    files |= {"briefings/methods.md": "---\ntitle: Methods\nsummary: S.\n---\n\n## How\n\nWe read.\n"}
    files[path] += note
    text = bound(without(published(files), "briefings/methods.md"))
    assert plain_text(text.method_note.blocks) == "Read how we work."
    assert [link.href for link in walk_nodes(text.method_note.blocks) if isinstance(link, Link)] == [
        "briefing:methods#how"
    ]
    assert "DRAFT" not in text.identity.statuses


def changed(*changes: tuple[str, str], files: dict[str, str] = FILES) -> dict[str, str]:
    """The library with its briefing published, and its file changed after that."""
    kept = published(files)
    text = kept[BRIEFING]
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return kept | {BRIEFING: text}


REVIEWED = ("glossary:", "reviewed: 2024-02-03\nreview_by: 2025-02-03\nglossary:")


def dates(files: dict[str, str]) -> list[str]:
    """The dates of the pinned text, each with its label."""
    text = bound(files)
    return [f"{label.label} {label.words}" for label in (*text.dates, *filter(None, (text.review_by,)))]


def test_a_review_without_change_counts_for_its_version() -> None:
    assert dates(changed(REVIEWED)) == [
        "First published 2 May 2023",
        "Last reviewed 3 February 2024",
        "Next review 3 February 2025",
    ]
    assert dates(changed(REVIEWED, NEWER)) == ["First published 2 May 2023"]


def test_a_review_date_that_is_taken_back_is_taken_back() -> None:
    early = FILES | {BRIEFING: FILES[BRIEFING].replace("glossary:", "review_by: 2024-01-01\nglossary:")}
    assert bound(published(early)).identity.statuses == ("DUE FOR REVIEW",)
    assert bound(changed(("2024-01-01", "2025-01-01"), files=early)).identity.statuses == ()
    assert bound(changed(("2024-01-01", "2025-01-01"), NEWER, files=early)).identity.statuses == ("DUE FOR REVIEW",)


@pytest.mark.parametrize("version", [(), (NEWER,)], ids=["the same", "a newer one"])
@pytest.mark.parametrize(
    ("retired", "stamp"),
    [
        ("status: withdrawn\nwithdrawn_reason: It was never true.", "WITHDRAWN"),
        ("status: superseded\nsuperseded_by: lamps", "SUPERSEDED BY Lamps"),
    ],
)
def test_a_retired_briefing_retires_its_versions(
    version: tuple[tuple[str, str], ...], retired: str, stamp: str
) -> None:
    files = changed(("status: published", retired), *version) | PACK
    files |= {"briefings/lamps.md": "---\ntitle: Lamps\nsummary: S.\n---\n\nx\n"}
    assert bound(files).identity.statuses == (stamp,)
    assert ["pack-member-retired" in remark for remark in pack_remarks(files)] == [True]


def test_a_newer_version_changes_nothing_of_an_older_one() -> None:
    files = published(FILES)
    newer = changed(NEWER, REVIEWED, ("They like it.", "They do not."), ("title:", "reviewers: [Ann Bell]\ntitle:"))
    assert bound(newer) == bound(files)


def test_the_logo_is_the_publisher_s_of_today() -> None:
    drawn = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M{}h1"/></svg>'
    design = "design:\n  logo: {file: mark.svg, alt: Northmoor}\n"
    note = "method_note: We count. ![Key](mark.svg){.decorative}\n"
    files = FILES | {"library.yaml": FILES["library.yaml"] + note, "mark.svg": drawn.format("1 1")}
    kept = published(files) | {"mark.svg": drawn.format("2 2")}
    kept["library.yaml"] += design
    text = bound(kept)
    (key,) = (node for node in walk_nodes(text.method_note.blocks) if isinstance(node, Image))
    shown = {f"asset:{asset.sha256}": asset.content.decode() for asset in text.assets}
    assert shown[key.source] == drawn.format("1 1")
    match = re.search(r'src="(asset:\w+)" alt="Northmoor"', logo_markup(text.imprint, text.assets))
    assert match
    assert shown[match[1]] == drawn.format("2 2")


@pytest.mark.parametrize("path", [BRIEFING, "series/beats.yaml"])
def test_a_pinned_version_that_is_marked_too_high_today_is_reported(path: str) -> None:
    """It is not bound, though the kept version itself was marked lower."""
    files = published(FILES | {"series/beats.yaml": "title: Beats\nbriefings: [patrol]\n"}) | PACK
    files[path] = files[path].replace("title:", "marking: {tier: SECRET}\ntitle:", 1)
    resolution = resolved(loaded(files), "p")
    assert resolution.packs == ()
    assert "The pack cannot be built, because the briefing 'patrol' cannot be built." in {
        remark.sentence for remark in resolution.remarks
    }
