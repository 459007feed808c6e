"""Remarks on texts that use works which were retracted, corrected or the like."""

import pytest

from pipeline.resolve.citations.works import works_that_forbid_pack, works_that_forbid_publishing
from pipeline.resolve.reading import view_briefings
from pipeline.services.editions.edition import read_pack_with_texts
from tests.support.resolve.kept_versions import DAY, FILES, loaded, published
from tests.support.resolve.library_parts import rule_remarks
from tests.support.retraction_watch import CONCERN, CORRECTION, PATH, RETRACTION, row, watch_file

HART = "10.5555/hart.2018"
WORK = f"- {{id: hart2018, type: book, title: Beats, issued: 2018, DOI: {HART}}}\n"
BASE = FILES | {"references/works.yaml": WORK}
NOTICE = {PATH: watch_file(row("3/9/2019", RETRACTION, HART))}
PACK = {"packs/p.yaml": "title: P\nbriefings: [patrol@1.0]\n"}
PATROL = "briefings/patrol/briefing.md"
RETRACTED = "warning reference-retracted: hart2018 was retracted on 9 March 2019."
AT_THE_ENTRY = f"source/references/works.yaml:1:8: {RETRACTED}"
AT_THE_LINE = f"source/packs/p.yaml:2:13: {RETRACTED}"


def knowing(state: str) -> dict[str, str]:
    """The work with a state that its author knows."""
    return {"references/works.yaml": WORK.replace("}", f", custom: {{cited_as: {state}}}}}")}


def work_remarks(files: dict[str, str], *names: str) -> list[str]:
    """Remarks on works, without hints."""
    remarks = rule_remarks(loaded(files), *names)
    return [str(remark).partition("\n")[0] for remark in remarks if remark.code.startswith("reference-")]


def against(files: dict[str, str]) -> list[str]:
    """The codes of remarks on works that forbid publishing the briefing."""
    return [remark.code for remark in works_that_forbid_publishing(view_briefings(loaded(files), DAY)["patrol"])]


def test_a_retraction_is_reported_at_the_entry_once() -> None:
    other = {"briefings/lamps.md": "---\ntitle: Lamps\nsummary: Light.\n---\n\nDim [@hart2018; @hart2018].\n"}
    assert work_remarks(BASE | NOTICE | other) == [AT_THE_ENTRY]
    assert work_remarks(BASE | NOTICE | other, "lamps") == [AT_THE_ENTRY]


def test_a_work_without_uses_has_no_remarks() -> None:
    silent = {PATROL: BASE[PATROL].replace(" [@hart2018]", "")}
    assert work_remarks(BASE | NOTICE | silent) == []
    assert against(BASE | NOTICE | silent) == []


CITED = {
    "in the evidence": (PATROL, "practice:", "evidence: {base: {source: hart2018, type: Review}}\npractice:"),
    "behind an example": (PATROL, "force: northmoor", "force: northmoor, sources: [hart2018]"),
    "in a note on method": ("library.yaml", "publisher: P", "publisher: P\nmethod_note: As in @hart2018."),
    "in the caveat of the house": ("library.yaml", "was evaluated.", "was evaluated [@hart2018]."),
}


@pytest.mark.parametrize("where", CITED)
def test_a_text_rests_on_a_work_wherever_it_is_named(where: str) -> None:
    path, before, after = CITED[where]
    files = BASE | NOTICE | {PATROL: BASE[PATROL].replace(" [@hart2018]", "")}
    files[path] = files[path].replace(before, after)
    assert work_remarks(files) == [AT_THE_ENTRY]
    assert against(files) == ["reference-retracted"]


STATES = {
    "retracted": (RETRACTION, ["reference-retracted"]),
    "concern": (CONCERN, ["reference-concern"]),
    "corrected": (CORRECTION, []),
}


@pytest.mark.parametrize("state", STATES)
def test_a_retraction_and_a_concern_stand_against_publishing(state: str) -> None:
    nature, expected = STATES[state]
    files = BASE | {PATH: watch_file(row("3/9/2019", nature, HART))}
    assert against(files) == expected
    assert len(work_remarks(files)) == 1
    assert against(files | knowing(state)) == work_remarks(files | knowing(state)) == []
    assert against(files | knowing("retracted")) == work_remarks(files | knowing("retracted")) == []


@pytest.mark.parametrize("state", ["concern", "corrected"])
def test_an_author_who_knows_a_lesser_state_still_gets_a_remark(state: str) -> None:
    assert against(BASE | NOTICE | knowing(state)) == ["reference-retracted"]
    assert work_remarks(BASE | NOTICE | knowing(state)) == [AT_THE_ENTRY]


def test_a_pinned_version_is_reported_at_the_line_of_its_pack() -> None:
    files = published(BASE) | PACK | NOTICE
    now = {PATROL: files[PATROL].replace(" [@hart2018]", "").replace("version: 1.0\nfirst", "version: 1.1\nfirst")}
    assert work_remarks(files | now) == [AT_THE_LINE]
    (remark,) = (remark for remark in rule_remarks(loaded(files | now)) if remark.code == "reference-retracted")
    assert remark.hint == (
        "'patrol@1.0' cites it. Publish a version that does not, or that accepts it, and use that version."
    )


def test_remarks_that_forbid_a_pack_have_the_id_of_the_text() -> None:
    files = published(BASE) | NOTICE

    def pack_remarks(pack: str, **more: str) -> list[tuple[str, str]]:
        library = loaded(files | {"packs/p.yaml": f"title: P\nbriefings: [{pack}]\n"} | more)
        binding = read_pack_with_texts(library, library.packs["p"], DAY)
        return [(name, str(remark).partition("\n")[0]) for name, remark in works_that_forbid_pack(binding)]

    assert pack_remarks("patrol") == [("patrol", AT_THE_ENTRY)]
    assert pack_remarks("patrol@1.0") == [("patrol", AT_THE_LINE)]
    assert pack_remarks("patrol@1.0", **knowing("retracted")) == pack_remarks("patrol", **knowing("retracted")) == []
