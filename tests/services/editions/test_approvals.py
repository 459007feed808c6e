"""Approval of these words and no others: the code, its entry in the history, and what publishing says of it."""

import re
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest

from pipeline.core.digests import sha256
from pipeline.core.printed_code import read_code
from pipeline.services.editions.approvals import differences
from tests.support.project import Said
from tests.support.publishing import rewrite
from tests.support.resolve.kept_versions import FILES, published

BRIEFING = "briefings/patrol/briefing.md"
WORDS = "library.yaml"
UNNAMED = {BRIEFING: FILES[BRIEFING].replace(", approved_by: Ann Bell", "")}
PLAIN = {WORDS: FILES[WORDS] + "formats: []\napproval: words\n"}
Write = Callable[..., Path]
Run = Callable[..., Said]


@pytest.fixture
def project(library: Write) -> Path:
    """A library that asks for the approval of words, and whose briefing nobody has approved."""
    return library(FILES | UNNAMED | PLAIN)


def code_of(briefings: Run, project: Path) -> str:
    """The code of the briefing's words, as the sheet says it."""
    found = re.search(r"^Code of this text: (\S+)$", briefings(project, "approve", "patrol").out, re.MULTILINE)
    assert found
    return found[1]


def approve(briefings: Run, project: Path, code: str, by: str = "Head of evidence", *more: str) -> Said:
    """Enter an approval."""
    return briefings(project, "approve", "patrol", "--by", by, "--code", code, "--date", "2026-11-27", *more)


def ready(briefings: Run, project: Path) -> Said:
    """Whether the briefing could be published."""
    return briefings(project, "ready", "patrol", "--date", "2024-04-26")


@pytest.mark.proof
def test_approved_words_can_be_published(project: Path, briefings: Run) -> None:
    assert f"{BRIEFING}:9:11: error publish-unapproved: Version" in (said := ready(briefings, project).out)
    assert "hint: 'briefings approve patrol' gives the code of the words; with --by and --code it enters" in said
    before = (project / "source" / BRIEFING).read_text()
    code = code_of(briefings, project)
    approved = approve(briefings, project, code)
    assert approved.out == (
        f"Entered in source/{BRIEFING}: version 1.0, approved by Head of evidence as {code}. Commit source/.\n"
    )
    words = f"words/1:{sha256((project / 'source/approvals/patrol/1.0.json').read_bytes())}"
    more = (
        f", approved_by: Head of evidence, approved_on: 2026-11-27, approved_code: {code}, approved_words: '{words}'}}]"
    )
    assert (project / "source" / BRIEFING).read_text() == before.replace("summary: First.}]", f"summary: First.{more}")
    assert briefings(project, "publish", "patrol", "--date", "2026-11-28").code == 0
    record = (project / "source/versions/patrol/1.0/kept.json").read_text()
    assert f'"approved_on": "2026-11-27",\n "approved_code": "{code}",\n "approved_words": "{words}"' in record


def test_other_words_with_the_same_code_are_refused(project: Path, briefings: Run) -> None:
    """A code has 30 bits of the digest: somebody who can write two texts can make two with one code."""
    approve(briefings, project, was := code_of(briefings, project))
    rewrite(project, BRIEFING, ("They like it.", "They love it."))
    now = code_of(briefings, project)
    rewrite(project, BRIEFING, (was, now))  # as if the words approved had this code
    refused = f"error approve-words: 'patrol' 1.0 was approved as {now} and has changed since"
    for verb in ("check", "publish"):
        said = briefings(project, verb, "patrol", "--date", "2026-11-28")
        assert (said.code, refused in said.out + said.err) == (1, True), said
    assert f"Other words of 'patrol' were approved as {now}" in approve(briefings, project, now).err


@pytest.mark.proof
@pytest.mark.parametrize("verb", ["check", "publish"])
def test_approved_words_without_their_code_are_refused(project: Path, briefings: Run, verb: str) -> None:
    approve(briefings, project, code_of(briefings, project))
    file = project / "source" / BRIEFING
    file.write_text(re.sub("approved_code: [^,]+, ", "", file.read_text()))
    said = briefings(project, verb, "patrol", "--date", "2026-11-28")
    assert (said.code, "error approve-code: " in said.out + said.err) == (1, True), said


@pytest.mark.proof
def test_verify_reads_no_file_of_3_gb(project: Path, tmp_path: Path, briefings: Run) -> None:
    with (tmp_path / "large.pdf").open("wb") as file:
        file.truncate(3_000_000_000)
    refused = briefings(project, "verify", str(tmp_path / "large.pdf"))
    assert (refused.code, "large.pdf is larger than 500 MB, the limit of an edition." in refused.err) == (3, True), (
        refused
    )


@pytest.mark.proof
def test_what_verify_says_of_approved_words(project: Path, briefings: Run) -> None:
    approve(briefings, project, code := code_of(briefings, project))
    assert briefings(project, "publish", "patrol", "--date", "2026-11-28").code == 0
    said = briefings(project, "verify", code)
    assert "  by: the record here; its words are those that were approved, by their SHA-256." in said.out
    record = project / "source/versions/patrol/1.0/kept.json"
    other = re.sub(r'(?<="approved_words": "words/1:)\w+', "0" * 64, record.read_text())
    record.write_text(other)
    said = briefings(project, "verify", code)
    assert (said.code, "its words are not those that were approved" in said.out) == (1, True), said
    assert "error approve-words: 'patrol' 1.0 was approved as" in briefings(project, "verify", "--records").out


@pytest.mark.proof
def test_an_older_approval_holds_by_its_code_alone(project: Path, briefings: Run) -> None:
    approve(briefings, project, code := code_of(briefings, project))
    file = project / "source" / BRIEFING
    with_words = file.read_text()
    file.write_text(re.sub(r", approved_words: '[^']+'", "", with_words))
    alone = "Only the code of the approved words was compared, which two texts can share."
    assert alone in briefings(project, "approve", "patrol").out
    assert approve(briefings, project, code).code == 0
    assert file.read_text() == with_words
    file.write_text(re.sub(r", approved_words: '[^']+'", "", with_words))
    assert alone in briefings(project, "publish", "patrol", "--date", "2026-11-28").out
    assert f"  by: the record here. {alone}" in briefings(project, "verify", code).out


@pytest.mark.proof
def test_a_name_alone_is_not_enough_where_words_are_approved(library: Write, briefings: Run) -> None:
    said = ready(briefings, library(FILES | PLAIN))
    fault = "error publish-unapproved: Version 1.0 of 'patrol' is not approved"
    assert f"source/{BRIEFING}:9:11: {fault}" in said.out
    assert ready(briefings, library(FILES | {WORDS: FILES[WORDS] + "formats: []\n"})).code == 0


@pytest.mark.proof
def test_one_word_changed_after_approval_is_told_with_its_paragraph(project: Path, briefings: Run) -> None:
    code = code_of(briefings, project)
    approve(briefings, project, code)
    rewrite(project, BRIEFING, ("They like it.", "They love it."))
    said = briefings(project, "publish", "patrol", "--date", "2026-11-28")
    assert said.code == 1
    assert (
        f"error approve-words: 'patrol' 1.0 was approved as {code} and has changed since in 1 place: "
        "the paragraph 'They love it.' was changed."
    ) in said.err
    again = code_of(briefings, project)
    assert approve(briefings, project, again).code == 0
    assert code not in (project / "source" / BRIEFING).read_text()
    assert ready(briefings, project).code == 0


@pytest.mark.proof
def test_a_mistyped_code_in_the_history_is_told(project: Path, briefings: Run) -> None:
    code = code_of(briefings, project)
    approve(briefings, project, code)
    rewrite(project, BRIEFING, (code, code[:-1] + ("0" if code[-1] != "0" else "1")))
    told = "error approve-code: The approval code cannot be read: Something in the code is mistyped; if "
    assert told in ready(briefings, project).out


@pytest.mark.proof
def test_what_is_not_entered_says_why(project: Path, briefings: Run) -> None:
    """Another code, another approver, a second approval, half an approval: nothing is written."""
    code = code_of(briefings, project)
    file = project / "source" / BRIEFING
    before = file.read_text()
    wrong = approve(briefings, project, "5ZK8D-R00YC")
    assert wrong.code == 2
    assert f"'patrol' has changed since 5ZK8D-R00YC: its code is now {code}." in wrong.err
    of_copy = str(read_code(code).of_copy(7))
    said = approve(briefings, project, of_copy)
    assert said.code == 2
    assert f"{of_copy} is the code of copy 7: words are approved by their own code." in said.err
    assert "An approval takes both --by and --code." in briefings(project, "approve", "patrol", "--by", "Ann").err
    for by in ("  ", "a\x01b"):
        said = approve(briefings, project, code, by=by)
        assert (said.code, "--by takes the role that approves the words" in said.err) == (2, True)
    assert "A code has 10 letters and figures, and this has 0." in approve(briefings, project, "").err
    assert file.read_text() == before
    approve(briefings, project, code)
    once = file.read_text()
    other = approve(briefings, project, code, by="Chief constable")
    assert (other.code, other.err.splitlines()[0]) == (
        2,
        "briefings: Version 1.0 of 'patrol' was approved by Head of evidence on 27 November 2026. Remove "
        "'approved_by' from that entry if Chief constable approves it instead.",
    )
    second = approve(briefings, project, code)
    assert (second.code, second.out.splitlines()[-1][-25:]) == (0, "2026. There is nothing to do."[-25:])
    assert file.read_text() == once


@pytest.mark.proof
def test_an_approver_who_was_taken_out_has_approved_nothing(project: Path, briefings: Run) -> None:
    code = code_of(briefings, project)
    approve(briefings, project, code)
    rewrite(project, BRIEFING, ("approved_by: Head of evidence, ", ""))
    assert "was approved by" not in briefings(project, "approve", "patrol").out
    assert approve(briefings, project, code, by="Chief constable").code == 0
    assert "approved_by: Chief constable" in (project / "source" / BRIEFING).read_text()


@pytest.mark.proof
def test_other_words_are_never_kept_as_the_approved_ones(project: Path, briefings: Run) -> None:
    """Whatever reason is given: the record would bear the code of other words."""
    approve(briefings, project, code_of(briefings, project))
    rewrite(project, BRIEFING, ("They like it.", "They love it."))
    why = ("--override", "approve-words=Nobody was there")
    said = briefings(project, "publish", "patrol", "--date", "2026-11-28", *why)
    assert (said.code, "'approve-words' cannot be overridden." in said.err) == (2, True)


@pytest.mark.proof
def test_a_wording_that_is_damaged_is_not_compared(library: Write, briefings: Run) -> None:
    project = library(published(FILES))
    (project / "source/versions/patrol/1.0/words.json").write_text("<<<<<<< ours\n[]\n")
    assert "there is no wording to compare with." in briefings(project, "approve", "patrol").out


@pytest.mark.proof
def test_differences_are_new_changed_or_gone() -> None:
    was = b'[\n"words/1",\n["text","body",["paragraph","One."],["heading",2,"Costs"],["paragraph","Two."]]\n]'
    now = b'[\n"words/1",\n["text","body",["paragraph","One, and more."],["paragraph","Two."],["rule"]]\n]'
    assert differences(was, now) == (
        "the paragraph 'One, and more.' was changed",
        "the heading 'Costs' is gone",
        "the rule '' is new",
    )


@pytest.mark.proof
def test_the_sheet_is_the_text_with_its_code_to_be_read_and_signed(project: Path, briefings: Run) -> None:
    """As PDF and web page: what is still said of it stands there too, and lines to sign."""
    code = code_of(briefings, project)
    said = briefings(project, "approve", "patrol", "--pdf", "--html", "--date", "2024-04-26")
    assert said.code == 0
    pdf, page = (project / f"output/briefings/patrol/patrol-approval-1.0.{end}" for end in ("pdf", "html"))
    shown = " ".join(pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range().split())
    assert "FOR APPROVAL" in shown
    assert f"Code of this text {code} No version of this text has been published yet" in shown
    assert "Approved by Role Date" in shown
    assert code in page.read_text("utf-8")
