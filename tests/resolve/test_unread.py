"""Unreadable files: nothing is built unmarked, heirs are drafts, and a mistake is reported once."""

from collections.abc import Mapping

import pytest

from pipeline.load.library import load_library
from pipeline.model.formats import Order
from pipeline.resolve.resolve import ResolveResult, resolve
from tests.support.resolve.library_parts import PRODUCED, RESOURCES, rule_remarks

IMPRINT = "title: Evidence briefings\npublisher: Northmoor Institute\n"
BEAT = "---\ntitle: Beat\nsummary: What a beat does.\n{more}---\n\nWords.\n"


def resolved(files: Mapping[str, str]) -> tuple[ResolveResult, list[str]]:
    """The resolution of a library and the codes of its remarks."""
    written = {"library.yaml": IMPRINT, "briefings/beat.md": BEAT.format(more="")} | dict(files)
    library, remarks = load_library({f"source/{name}": text.encode() for name, text in written.items()})
    resolution = resolve(library, Order((), (), PRODUCED), RESOURCES)
    return resolution, sorted(remark.code for remark in (*remarks, *resolution.remarks))


@pytest.mark.parametrize(
    "marking",
    [
        "marking: OFFICIAL-SENSITIVE\n",
        "marking: {tier: OFFICIAL-SENSITIVE}\n",
        "marking: {tier: OFFICIAL, sensitve: true}\n",
        "marking: {tier: OFFICIAL, sensitive: perhaps}\n",
        "markings: {tier: OFFICIAL, sensitive: true}\n",
        "marking: {tier: OFFICIAL}\nmarking: {tier: OFFICIAL, sensitive: true}\n",
    ],
)
def test_nothing_is_published_with_an_unreadable_marking(marking: str) -> None:
    pack = "title: Beats\nbriefings: [beat]\n"
    series = "title: Beats\nbriefings: [beat]\n"
    for files in (
        {"briefings/beat.md": BEAT.format(more=marking), "packs/beats.yaml": pack},
        {"series/beats.yaml": series + marking, "packs/all.yaml": pack},
        {"library.yaml": IMPRINT + marking, "packs/beats.yaml": pack},
    ):
        resolution, codes = resolved(files)
        assert (resolution.publications, resolution.packs) == ((), ())
        assert "marking-unreadable" in codes
        assert not any(each.members for each in resolution.series)
    resolution, codes = resolved({"packs/beats.yaml": pack + marking})
    assert [p.id for p in resolution.publications] == ["beat"]
    assert resolution.packs == ()


def test_a_marking_of_its_own_replaces_an_unreadable_one() -> None:
    text = BEAT.format(more="marking: {tier: OFFICIAL, sensitive: true}\n")
    resolution, _ = resolved({"library.yaml": IMPRINT + "marking: SENSITIVE\n", "briefings/beat.md": text})
    assert [p.identity.statuses for p in resolution.publications] == [("DRAFT",)]


@pytest.mark.parametrize("path", ["library.yaml", "series/beats.yaml"])
def test_a_marking_in_a_file_that_cannot_be_read_at_all_counts(path: str) -> None:
    resolution, _ = resolved({path: "title: [\nmarking: {tier: OFFICIAL, sensitive: true}\n"})
    assert resolution.publications == ()
    resolution, _ = resolved({path: "title: [\n"})
    assert [p.identity.statuses for p in resolution.publications] == [("DRAFT",)]


@pytest.mark.parametrize(
    "files",
    [
        {"library.yaml": IMPRINT + "words_per_minute: many\n"},
        {"library.yaml": IMPRINT + "style: unheard-of\n"},
        {"series/beats.yaml": "title: Beats\nbriefings: [beat]\ncolour: red\n"},
        {"series/beats.yaml": "title: Beats\nbriefings: [beat]\nmethod_note: See [@nobody].\n"},
    ],
)
def test_a_mistake_in_an_inherited_value_makes_a_draft(files: Mapping[str, str]) -> None:
    finished = BEAT.format(more="status: published\nfirst_published: 2024-01-01\n")
    resolution, _ = resolved({"briefings/beat.md": finished} | dict(files))
    assert [p.identity.statuses for p in resolution.publications] == [("DRAFT",)]
    resolution, _ = resolved({"briefings/beat.md": finished, "series/other.yaml": "title: O\ncolour: red\n"})
    assert [p.identity.statuses for p in resolution.publications] == [()]


def test_a_pack_that_asks_for_a_version_which_is_not_kept_is_not_bound() -> None:
    """The present text does not replace it, even with the same number."""
    for version in ("0.1", "1.0"):
        resolution, codes = resolved({"packs/beats.yaml": f"title: Beats\nbriefings: [beat@{version}]\n"})
        assert (resolution.packs, codes) == ((), ["pack-version"])


NAMES = """references: [nobody]
tags: [nothing]
glossary: [nothing]
practice: [{id: a, name: A, force: nowhere, sources: [nobody], caveat: Not ours.}]
"""
FOLLOWING = {"cite-unknown-key", "entry-unknown"}
LISTS = {
    "references/works.yaml": "- {id: work, type: book, title: W}\n",
    "organisations.yaml": "force: {name: F, type: force}\n",
    "tags.yaml": "tag: {label: T}\n",
    "glossary.yaml": "term: {term: T, meaning: M}\n",
}


def test_a_list_that_cannot_be_read_is_reported_once() -> None:
    beat = {"briefings/beat.md": BEAT.format(more=NAMES) + "\n::: {.practice ref=a}\nWords [@nobody].\n:::\n"}
    assert set(resolved(beat | LISTS)[1]) == FOLLOWING
    resolution, codes = resolved(beat | dict.fromkeys(LISTS, "'"))
    assert codes == ["yaml-syntax"] * len(LISTS)
    assert "DRAFT" in resolution.publications[0].identity.statuses
    entry_lost = {name: text + text.replace(text.split(":")[0], "'X Y'") for name, text in LISTS.items()}
    entry_lost["references/works.yaml"] = "- {type: book, title: W}\n- {id: work, type: book, title: W}\n"
    assert set(resolved(beat | entry_lost)[1]) > FOLLOWING


@pytest.mark.every_service
@pytest.mark.parametrize(
    ("files", "code"),
    [
        (
            {
                "colleges.yaml": "nursing-school: {name: Nursing School, type: ward}\n",
                "packs/beats.yaml": "title: Beats\nbriefings: [beat]\nrecipients: [nursing-school]\n",
            },
            "value-wrong",
        ),
        (
            {
                "tags.yaml": "beats: {lable: Beats}\ncrime: {label: Crime}\n",
                "briefings/beat.md": BEAT.format(more="tags: [beats]\n"),
            },
            "field-missing unknown-key",
        ),
    ],
)
def test_a_record_that_was_refused_is_not_missed_elsewhere(files: Mapping[str, str], code: str) -> None:
    written = {"library.yaml": IMPRINT, "briefings/beat.md": BEAT.format(more="")} | dict(files)
    library, remarks = load_library({f"source/{name}": text.encode() for name, text in written.items()})
    all_remarks = (*remarks, *rule_remarks(library))
    assert sorted(remark.code for remark in all_remarks) == code.split()
