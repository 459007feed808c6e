"""The verbs on the ledger: who holds what, what a college answers, and whether the ledger holds."""

import csv
import io
import json
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from pipeline.core.diagnostics import UsageError
from pipeline.core.digests import sha256
from pipeline.core.printed_code import read_code
from pipeline.services.colleges.ledger import open_file_ledger
from pipeline.services.colleges.recall import begin_recall
from pipeline.services.colleges.recalls import list_recalls
from tests.support import libraries
from tests.support.colleges.histories import file, planned
from tests.support.editions.issued_library import issue, library
from tests.support.libraries import here as said
from tests.support.publishing import files_of, rewrite
from tests.support.words import made_up

AT = "2025-03-01T09:30:00Z"
RECORD = "source/editions/nights/001-autumn-2024.json"


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library whose pack is issued, with two deliveries of it on record: 24 copies, and numbers 7 and 8."""
    project = library(tmp_path_factory.mktemp("ledger") / "library")
    assert issue(project, "2024-10-01").code == 0
    record = json.loads((project / RECORD).read_text(encoding="utf-8"))
    kept = open_file_ledger(project)
    for name, college, files in (
        ("3f9a0001", "south", [file("print", 24)]),
        ("3f9a0002", "estmere", [file("print", 2, (7, 8))]),
    ):
        more = {"to": "", "record": record["previous"], "briefings": ["foot-patrol@1.0"]}
        facts = {**planned(college, "Autumn 2026", files), "edition": "Autumn 2024", **more}
        kept.add(AT, "planned", name, facts)
        kept.add(AT, "sent", name, {"on": "2025-03-01", "by": "person"})
    kept.close()
    return project


@pytest.fixture
def project(issued: Path, tmp_path: Path) -> Path:
    """A copy of it to change."""
    return libraries.copied(issued, tmp_path / "library")


def code_of(project: Path, copy: int = 0) -> str:
    """The code of the edition, or of a copy of it."""
    record = json.loads((project / RECORD).read_text(encoding="utf-8"))
    return str(read_code(record["code"]).of_copy(copy))


def table(project: Path, *words: str) -> list[dict[str, str]]:
    """The holdings as a table."""
    found = said(project, "holdings", "--report", "csv", *words)
    assert found.code == 0, found
    return list(csv.DictReader(io.StringIO(found.out.removeprefix("\ufeff"))))


def test_what_a_college_held_on_a_day(project: Path) -> None:
    before = said(project, "holdings", "--on", "2025-02-28")
    assert (before.code, before.out) == (0, "Nothing is held on 28 February 2025, as far as the ledger knows.\n")
    assert table(project, "--on", "2025-02-28") == []
    rows = table(project, "--on", "2025-03-03", "--college", "south")
    assert [(row["edition"], row["quantity"], row["state"], row["briefings"]) for row in rows] == [
        ("Autumn 2024", "24", "held", "foot-patrol@1.0")
    ]
    assert len(table(project, "--briefing", "foot-patrol@1.0")) == 3


def test_of_a_day_to_come_it_is_said_what_is_known(project: Path) -> None:
    """The answer is that of today, and a table for programs stays one."""
    found = said(project, "holdings", "--on", "2099-01-01", "--report", "csv")
    assert (found.code, found.out.count("Autumn 2024")) == (0, 3)
    assert found.err.startswith("1 January 2099 is still to come: this is what is known up to ")
    assert "still to come" not in said(project, "holdings", "--on", "2025-03-03").err


def test_a_name_that_the_ledger_does_not_know_is_told(project: Path) -> None:
    """An empty answer would look like one."""
    for kind, name, near in (
        ("college", "sooth", "south"),
        ("pack", "night", "nights"),
        ("edition", "Autumn 2025", "Autumn 2024"),
        ("briefing", "foot-patroll", "foot-patrol"),
        ("briefing", "foot-patrol@2.0", "foot-patrol@1.0"),
    ):
        found = said(project, "holdings", f"--{kind}", name, "--on", "2025-02-28")
        assert (found.code, found.out) == (2, "")
        assert f"Nothing of the {kind} '{name}' is on record. Did you mean '{near}'" in found.err
    assert said(project, "holdings", "--briefing", "foot-patrol", "--on", "2025-02-28").code == 0


def test_a_slip_is_taken_in(project: Path, tmp_path: Path) -> None:
    """It is kept in the archive, and the table beside the sources tells of it."""
    slip = tmp_path / "slip.pdf"
    slip.write_bytes(b"%PDF-1.7 signed")
    answer = ("3f9a0001", "--how", "destroyed", "--quantity", "20", "--on", "2025-04-01")
    found = said(project, "acknowledge", *answer, "--file", str(slip))
    assert found.code == 0, found
    assert found.out == (
        "south, 'Autumn 2024' of 'nights': 20 copies destroyed on 1 April 2025.\n"
        f"The slip is in the archive, as {sha256(slip.read_bytes())[:8]}…: "
        "'briefings acknowledge 3f9a0001 --slips FOLDER'.\n"
        "Of this delivery it holds 4 copies.\n"
        "If that is wrong: 'briefings acknowledge 3f9a0001 --undo 5'.\n"
    )
    assert [(row["quantity"], row["state"]) for row in table(project, "--college", "south", "--all")] == [
        ("4", "held"),
        ("20", "destroyed"),
    ]
    assert "destroyed" in (project / "source/ledger.csv").read_text(encoding="utf-8").splitlines()[-1]
    (kept,) = (path for path, content in files_of(project.parent / "archive").items() if content == slip.read_bytes())
    assert kept.name in (project / "source/ledger.csv").read_text(encoding="utf-8")
    assert said(project, "acknowledge", "3f9a", "--slips", str(tmp_path / "out")).code == 2  # of 2 deliveries
    assert said(project, "acknowledge", "3f9a0001", "--slips", str(tmp_path / "out")).code == 0
    assert (tmp_path / "out/3f9a0001-5-destroyed.pdf").read_bytes() == slip.read_bytes()
    assert "No answer to 3f9a0002" in said(project, "acknowledge", "3f9a0002", "--slips", str(tmp_path / "out")).err


def test_a_numbered_copy_is_known_by_its_code(project: Path) -> None:
    """As it is printed at the foot of its pages."""
    found = said(project, "acknowledge", code_of(project, 8), "--how", "lost", "--on", "2025-04-01")
    assert found.out.startswith("estmere, 'Autumn 2024' of 'nights': copy 8 lost on 1 April 2025.\n"), found
    assert [(row["copy"], row["state"]) for row in table(project, "--college", "estmere", "--all")] == [
        ("7", "held"),
        ("8", "lost"),
    ]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("3f9a0003", "--how", "received"), "There is no delivery '3f9a0003'. Did you mean '3f9a0002'"),
        (
            ("3f9a0001", "--how", "received", "--on", "2025-02-01"),
            "3f9a0001 was sent on 1 March 2025, after 1 February 2025.",
        ),
        (("3f9a0001", "--how", "received", "--on", "2999-01-01"), "1 January 2999 is still to come."),
        (("3f9a0001", "--how", "returned", "--quantity", "25"), "south holds 24 copies of 3f9a0001, not 25."),
        (
            ("3f9a0002", "--how", "returned", "--quantity", "2"),
            "The copies of 3f9a0002 are numbered (copies 7 to 8): name those that are meant by --copies 1,4-6.",
        ),
        (("3f9a0002", "--how", "returned", "--copies", "8-7"), "'8-7' is no copy number. Write --copies 7,8 or 7-12."),
        (("3f9a0002", "--how", "returned", "--copies", "9"), "estmere does not hold copy 9 of 3f9a0002."),
        (("3f9a0002", "--how", "returned", "--copies", "7,x"), "'x' is no copy number. Write --copies 7,8 or 7-12."),
        (("3f9a0001", "--how", "received", "--file", "slip.pdf"), "There is no file 'slip.pdf'."),
        (("3f9a0001", "--how", "received", "--quantity", "25"), "3f9a0001 has 24 copies without numbers: 25 cannot"),
        (("3f9a0002", "--how", "received", "--copies", "9"), "Copy 9 is not in 3f9a0002."),
        (("3f9a0002", "--how", "lost", "--copies", "7", "--quantity", "1"), "or say how many by --quantity, not both."),
        (("3f9a", "--how", "received"), "'3f9a' could be one of 2 deliveries: 3f9a0001, 3f9a0002."),
        (("3f9a0001", "--undo", "2"), "2 is not the number of a current answer to 3f9a0001. It has none."),
        (("3f9a0001", "--undo", "2", "--how", "lost"), "leave the other options away."),
        (
            ("3f9a0001", "--how", "lost", "--slips", "out"),
            "--slips FOLDER writes slips to be answered: leave the other",
        ),
        (("3f9a0001",), "Say the answer of the college by --how, or take one back by --undo NUMBER."),
    ],
)
def test_an_answer_that_cannot_be_is_refused(issued: Path, words: tuple[str, ...], told: str) -> None:
    """With what is on record; and nothing is written."""
    before = (issued / "source/ledger.csv").read_bytes()
    found = said(issued, "acknowledge", *words)
    assert (found.code, found.out) == (2, "")
    assert told in found.err
    assert (issued / "source/ledger.csv").read_bytes() == before


def test_a_code_of_all_copies_names_no_delivery(issued: Path) -> None:
    """Two colleges hold it: which one answers must be said."""
    found = said(issued, "acknowledge", code_of(issued), "--how", "received")
    assert "Name the delivery: 3f9a0001 to south, 3f9a0002 to estmere." in found.err


def test_a_wrong_answer_is_taken_back(project: Path) -> None:
    """The table keeps both, and the copies are held as before."""
    assert said(project, "acknowledge", "3f9a0001", "--how", "destroyed").code == 0
    found = said(project, "acknowledge", "3F9A0001", "--undo", "5")
    assert found.code == 0, found
    assert "(print: 24 copies)" in found.out
    assert found.out.endswith(" is taken back.\nOf this delivery it holds 24 copies.\n")
    kinds = [row["kind"] for row in csv.DictReader((project / "source/ledger.csv").open(encoding="utf-8"))]
    assert kinds[4:] == ["destroyed", "withdrawn"]
    assert said(project, "acknowledge", "3f9a0001", "--undo", "5").code == 2


@pytest.mark.proof
def test_two_answers_at_once_are_never_about_more_than_there_is(project: Path) -> None:
    """Of 24 copies two processes cannot destroy 20 each."""
    words = ("acknowledge", "3f9a0001", "--how", "destroyed", "--quantity", "20")
    with ThreadPoolExecutor(2) as pool:
        codes = sorted(done.code for done in pool.map(lambda _: libraries.run(project, *words), range(2)))
    assert codes == [0, 2]
    assert sum(int(row["quantity"]) for row in table(project, "--college", "south", "--all")) == 24


@pytest.mark.proof
def test_two_recalls_at_once_have_names_of_their_own(project: Path) -> None:
    words = ("--reason", "Table 2 is wrong.")
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda of: libraries.run(project, "recall", of, *words), ("foot-patrol", "nights")))
    assert [one.code for one in done] == [0, 0]
    assert {path.name for path in (project / "output/recalls").iterdir()} == {"recall-1", "recall-2"}


def plan_copies(project: Path, name: str, state: str, copies: tuple[int, ...], kind: str = "print") -> None:
    """One more delivery to estmere, in a state."""
    kept = open_file_ledger(project)
    facts = next(event for event in kept.events() if event.subject == "3f9a0002").facts
    files = [file(kind, len(copies) or 1, copies)]
    kept.add(AT, "planned", name, {**facts, "channel": "post", "files": files})
    if state != "planned":
        kept.add(AT, state, name, {"on": "2025-03-02"})
    kept.close()


def test_a_delivery_is_known_by_its_first_letters(project: Path) -> None:
    """As settle knows it; one that is uncertain is settled first."""
    plan_copies(project, "7c000001", "uncertain", (9,))
    plan_copies(project, "8c000001", "planned", (10,))
    for letters, known in (("7c00", "7c000001 is uncertain"), ("8C00", "8c000001 is not known to be sent")):
        found = said(project, "acknowledge", letters, "--how", "received")
        assert found.code == 2
        assert f"{known}: 'briefings settle {known[:8]} --sent' first." in found.err
    assert said(project, "settle", "7c00", "--sent").code == 0
    assert said(project, "acknowledge", "7c00", "--how", "received").code == 0


def test_a_code_of_a_copy_that_was_sent_again_names_both_deliveries(project: Path) -> None:
    plan_copies(project, "7c000000", "failed", (8,))
    code = code_of(project, 8)
    assert "copy 8 received" in said(project, "acknowledge", code, "--how", "received").out
    plan_copies(project, "7c000001", "sent", (8,))
    found = said(project, "acknowledge", code, "--how", "lost")
    assert (
        "Copy 8 of 'Autumn 2024' stands in 2 deliveries. "
        "Name the one that is meant: 3f9a0002 to estmere, 7c000001 to estmere." in found.err
    )


def test_the_ledger_is_checked(project: Path) -> None:
    """And says its last hash, as covering notes do."""
    last = open_file_ledger(project).events()[-1]
    found = said(project, "ledger", "check")
    assert (found.code, found.out) == (
        0,
        f"4 events, each following from the one before; the last has the hash {last.digest[:8]}.\n",
    )


def test_a_ledger_that_was_changed_is_told(project: Path) -> None:
    table = project / "source/ledger.csv"
    table.write_bytes(table.read_bytes().replace(b",sent,", b",failed,", 1))
    found = said(project, "ledger", "check")
    assert (found.code, "Event 2 of the ledger does not follow event 1." in found.err) == (1, True)
    restored = said(project, "ledger", "restore")
    assert (restored.code, "bring that file back from git or a backup" in restored.err) == (2, True)


def test_a_clone_without_the_folder_of_the_ledger_knows_who_holds_what(project: Path) -> None:
    rows = table(project)
    shutil.rmtree(project / ".ledger")
    assert table(project) == rows
    assert not (project / ".ledger").exists()


def test_a_backup_is_a_ledger(project: Path, tmp_path: Path) -> None:
    """The handbook says so: it takes the place of source/ledger.csv."""
    assert said(project, "ledger", "backup", str(tmp_path / "backup.csv")).code == 0
    events = open_file_ledger(project).events()
    (tmp_path / "backup.csv").rename(project / "source/ledger.csv")
    assert open_file_ledger(project).events() == events
    assert said(project, "ledger", "backup", str(project / "source/ledger.csv")).code == 2


def test_the_moment_of_an_event_may_be_given(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1750000000")
    assert said(project, "acknowledge", "3f9a0001", "--how", "received").code == 0
    assert datetime.fromisoformat(open_file_ledger(project).events()[-1].at).timestamp() == 1750000000


def test_a_text_is_taken_back_from_everybody_who_holds_it(project: Path) -> None:
    """One notice a college, until every copy is accounted for."""
    dry = said(project, "recall", "foot-patrol", "--dry-run")
    assert dry.out.splitlines() == [
        "  estmere: 2 copies",
        "  south: 24 copies (post@south.example)",
        "It covers foot-patrol@1.0. They would be asked for. Nothing was written.",
    ]
    begun = said(project, "recall", "foot-patrol@1.0", "--reason", "A wrong number.", "--date", "2025-05-01")
    assert begun.code == 0, begun
    letter = (project / "output/recalls/recall-1/south.txt").read_text(encoding="utf-8")
    assert letter.startswith(
        "Please stop using: Foot patrol, version 1.0\n\nFrom P\n\nTo South Tor, 1 May 2025\npost@south.example\n"
    )
    assert "- Nights, Autumn 2024: printed, 24 copies\n" in letter
    assert {row["recalled"] for row in table(project, "--on", "2025-04-30")} == {""}
    assert {row["recalled"] for row in table(project, "--on", "2025-05-01")} == {"recall-1"}
    assert said(project, "acknowledge", "3f9a0001", "--how", "destroyed").code == 0
    left = said(project, "holdings", "--recall", "recall-1")
    assert (left.code, left.out.count("estmere"), left.out.count("south")) == (1, 2, 0)
    assert "2 copies are open in recall-1." in left.err
    for more in (("--on", "2025-05-01"), ("--college", "south")):
        assert "leave the other options away" in said(project, "holdings", "--recall", "recall-1", *more).err
    (project / "output/recalls/recall-1/estmere.txt").unlink()
    assert said(project, "recall", "recall-1").code == 0
    assert (project / "output/recalls/recall-1/estmere.txt").is_file()
    assert said(project, "acknowledge", "3f9a0002", "--how", "returned", "--copies", "7-8").code == 0
    done = said(project, "holdings", "--recall", "recall-1")
    assert done.code == 0
    assert done.out.endswith("All copies of recall-1 are accounted for.\n")


def test_a_notice_speaks_the_language_of_its_college(project: Path) -> None:
    """All but names, and what the reason says; the page says which language that is."""
    (project / "layouts/words").mkdir(parents=True)
    (project / "layouts/words/cy.yaml").write_text(made_up("cy"), encoding="utf-8")
    rewrite(project, "colleges.yaml", ("type: university", "type: university, language: cy"))
    begun = said(project, "recall", "foot-patrol@1.0", "--reason", "A wrong number.", "--date", "2025-05-01")
    assert begun.code == 0, begun
    notices = project / "output/recalls/recall-1"
    letter = (notices / "south.txt").read_text(encoding="utf-8")
    bare = re.sub("«[^»]*»", "", letter)
    assert " ".join(re.findall("[A-Za-z]{2,}", bare)) == (
        "Foot patrol South Tor post south example wrong number Nights Autumn Nights Autumn recall"
    )
    for college, language in (("south", "cy"), ("estmere", "en-GB")):
        mail = message_from_bytes((notices / f"{college}.eml").read_bytes(), policy=policy.default)
        assert f'<html lang="{language}">' in mail.get_body(("html",)).get_content()


def test_a_college_whose_language_has_no_words_is_told_once(project: Path) -> None:
    """Its letters are in English."""
    rewrite(project, "colleges.yaml", ("type: university", "type: university, language: cy"))
    told = "source/colleges.yaml:1:54: warning language-without-words: There are no labels in 'cy'"
    assert told in said(project, "check").out
    assert said(project, "recall", "foot-patrol", "--reason", "A wrong number.").code == 0
    assert (project / "output/recalls/recall-1/south.txt").read_text("utf-8").startswith("Please stop using: ")


def test_copies_on_their_way_are_recalled_too(project: Path) -> None:
    """Even if nothing else is held, until they are settled."""
    for delivery in ("3f9a0001", "3f9a0002"):
        assert said(project, "acknowledge", delivery, "--how", "lost").code == 0
    plan_copies(project, "7c000001", "uncertain", (9,))
    plan_copies(project, "8c000001", "planned", (10,))
    begun = said(project, "recall", "foot-patrol", "--reason", "A wrong number.")
    assert "  estmere: 2 copies, 2 of them may be out\nrecall-1 asks for 2 copies at 1 college.\n" in begun.out, begun
    letter = (project / "output/recalls/recall-1/estmere.txt").read_text(encoding="utf-8")
    assert "\nThese may be on their way to you:\n- Nights, Autumn 2024: printed, copies 9 to 10\n" in letter
    assert "By our records you hold" not in letter
    assert said(project, "holdings", "--recall", "recall-1").out.count("may be out") == 2
    assert said(project, "settle", "7c00", "--not-sent").code == 0
    left = said(project, "holdings", "--recall", "recall-1")
    assert (left.code, left.out.count("may be out")) == (1, 1)
    assert said(project, "acknowledge", "3f9a0001", "--undo", "5").code == 0
    assert "25 copies are open" in said(project, "holdings", "--recall", "recall-1").err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("lamps", "--reason", "x"), "Nothing of 'lamps' was ever published, issued or delivered."),
        (("foot-patroll", "--reason", "x"), "published, issued or delivered. Did you mean 'foot-patrol'"),
        (("foot-patrol",), "A recall takes a reason, which the colleges read: --reason WORDS."),
        (
            ("foot-patrol", "--reason", "x", "--date", "2025-05-01", "--answer-by", "2025-04-30"),
            "--answer-by names 30 April 2025",
        ),
        (("foot-patrol", "--reason", "x", "--date", "2999-01-01"), "1 January 2999 is still to come."),
    ],
)
def test_a_recall_that_cannot_be_is_refused(issued: Path, words: tuple[str, ...], told: str) -> None:
    found = said(issued, "recall", *words)
    assert found.code == 2
    assert told in found.err
    assert not (issued / "output/recalls").exists()


@pytest.mark.parametrize("of", ["foot-patrol", "foot-patrol@1.0", "nights@Autumn 2024"])
def test_what_nobody_holds_is_recalled_all_the_same(project: Path, of: str) -> None:
    """It was issued, and must not go out any more."""
    kept = open_file_ledger(project)
    for delivery in ("3f9a0001", "3f9a0002"):
        kept.add(AT, "destroyed", delivery, {"on": "2025-04-01"})
    kept.close()
    begun = said(project, "recall", of, "--reason", "A wrong number.")
    assert begun.out.endswith("Nobody holds anything of recall-1, as far as the ledger knows.\n"), begun
    (one,) = list_recalls(open_file_ledger(project).events()).values()
    assert bool(one.names_in("nights", "Autumn 2024", ("foot-patrol@1.0",)))
    assert list((project / "output").glob("recalls/*/*")) == []


def test_a_reason_that_is_far_too_long_is_cut_short(project: Path) -> None:
    """The ledger keeps it for good."""
    assert said(project, "recall", "foot-patrol", "--reason", "a" * 131_000).code == 0
    assert len(open_file_ledger(project).events()[-1].facts["reason"]) == 2000
    assert said(project, "ledger", "check").code == 0


def test_the_same_is_recalled_once(project: Path) -> None:
    """Also where another does so between the look at the ledger and the entry; a recall that was lifted is none."""
    facts = {"of": "foot-patrol", "reason": "A wrong number.", "on": "2025-05-01", "words": ["foot-patrol@1.0"]}
    assert begin_recall(open_file_ledger(project), facts).name == "recall-1"
    with pytest.raises(UsageError, match="recall-1 has taken that back since 1 May 2025"):
        begin_recall(open_file_ledger(project), facts)
    refused = said(project, "recall", "foot-patrol@1.0", "--reason", "Again.")
    assert (refused.code, "'briefings recall recall-1' writes its notices again" in refused.err) == (2, True)
    assert said(project, "recall", "recall-1", "--lift", "It is right.").code == 0
    assert begin_recall(open_file_ledger(project), facts).name == "recall-2"


def test_a_recall_stays_as_it_was_begun(project: Path) -> None:
    """Its notices are written again only as they were."""
    assert said(project, "recall", "foot-patrol", "--reason", "A wrong number.").code == 0
    letter = (project / "output/recalls/recall-1/south.txt").read_bytes()
    for more in (("--reason", "Another."), ("--answer-by", "2025-06-01"), ("--by", "Head of evidence")):
        refused = said(project, "recall", "recall-1", *more)
        assert (refused.code, "A recall stays as it was begun" in refused.err) == (2, True)
    assert said(project, "recall", "recall-1").code == 0
    assert (project / "output/recalls/recall-1/south.txt").read_bytes() == letter


def test_versions_that_are_published_and_not_issued_are_recalled_too(project: Path) -> None:
    """They would be in the next edition; what comes later is not among them."""
    rewrite(project, "briefings/foot-patrol.md", ("\nversion: 1.0\n", "\nversion: 1.1\n"))
    begun = said(project, "recall", "foot-patrol", "--reason", "A wrong number.")
    told = "recall-1 covers foot-patrol@1.0, foot-patrol@1.1: none of that is delivered any more.\n"
    assert begun.out.startswith(told), begun
    (one,) = list_recalls(open_file_ledger(project).events()).values()
    assert one.covered == ("foot-patrol@1.0", "foot-patrol@1.1")


def test_what_was_settled_by_mistake_is_taken_back(project: Path) -> None:
    plan_copies(project, "7c000001", "uncertain", (9,))
    assert said(project, "settle", "7c000001", "--sent").code == 0
    assert said(project, "acknowledge", "7c000001", "--how", "received").code == 0
    refused = said(project, "settle", "7c000001", "--undo")
    assert (refused.code, "'briefings acknowledge 7c000001 --undo 8'" in refused.err) == (2, True)
    assert said(project, "acknowledge", "7c000001", "--undo", "8").code == 0
    found = said(project, "settle", "7c000001", "--undo")
    assert (found.code, found.out) == (0, "estmere, 'Autumn 2024' of 'nights': uncertain, as before.\n")
    assert "7c000001" not in said(project, "holdings").out
    assert "nothing to take back" in said(project, "settle", "7c000001", "--undo").err
    assert said(project, "settle", "7c000001", "--sent").code == 0
    assert said(project, "ledger", "check").code == 0


def test_several_deliveries_are_settled_or_none(project: Path) -> None:
    for name, number in (("7c000001", 9), ("8c000001", 10)):
        plan_copies(project, name, "planned", (number,))
    before = (project / "source/ledger.csv").read_bytes()
    refused = said(project, "settle", "7c000001", "3f9a0001", "--sent")
    assert (refused.code, "3f9a0001 was sent on 1 March 2025" in refused.err) == (2, True)
    assert (project / "source/ledger.csv").read_bytes() == before
    assert said(project, "settle", "7c00", "8c00", "--sent").out.count("sent, as you say.") == 2


def test_several_deliveries_are_answered_at_once(project: Path) -> None:
    found = said(project, "acknowledge", "3f9a0001", "3f9a0002", "--how", "received", "--on", "2025-04-01")
    assert (found.code, found.out.count("received on 1 April 2025.")) == (0, 2), found
    assert {row["confirmed"] for row in table(project)} == {"yes"}
    assert (
        "enter the others alone"
        in said(project, "acknowledge", "3f9a0001", "3f9a0002", "--how", "lost", "--copies", "7").err
    )


ANSWERS = "delivery;how;on;quantity;copies\n3f9a0001;received;2025-04-01;23;\n3f9a0001;lost;2025-04-01;1;\n"


def test_answers_come_in_from_a_table(project: Path, tmp_path: Path) -> None:
    answers = f"{ANSWERS}3f9a0002;destroyed;;;7-8\n"
    (tmp_path / "answers.csv").write_text(answers, encoding="utf-8-sig")
    found = said(project, "acknowledge", "--from", str(tmp_path / "answers.csv"))
    assert found.code == 0, found
    assert [(row["quantity"], row["state"], row["confirmed"]) for row in table(project, "--all")] == [
        ("1", "destroyed", "no"), ("1", "destroyed", "no"), ("23", "held", "yes"), ("1", "lost", "no"),
    ]  # fmt: skip


def test_an_answer_is_entered_once(project: Path, tmp_path: Path) -> None:
    """The table of answers may grow, and be taken in again after a kill."""
    answers = f"{ANSWERS}3f9a0002;destroyed;;;7-8\n"
    for more, new in (("", 3), ("", 0), ("3f9a0001;returned;;;\n", 1), ("", 0)):
        answers += more
        (tmp_path / "answers.csv").write_text(answers, encoding="utf-8")
        found = said(project, "acknowledge", "--from", str(tmp_path / "answers.csv"))
        assert (found.code, found.out.count("If that is wrong")) == (0, new), found
        assert found.out.count("is on record already, as entry") == answers.count("\n") - 1 - new
    one = said(project, "acknowledge", "3f9a0001", "--how", "lost", "--quantity", "1", "--on", "2025-04-01")
    assert (one.code, "To add to it: 'briefings acknowledge 3f9a0001 --undo 6'" in one.err) == (2, True), one


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("3f9a0001;lost;;2;\n", "answers.csv:4: south holds 23 copies of 3f9a0001, not 24."),
        ("3f9a0009;lost;;;\n", "answers.csv:4: There is no delivery '3f9a0009'."),
        ("3f9a0001;gone;;;\n", "answers.csv:4: 'gone' is not one of 'received', "),
        ("3f9a0001;lost;1 April;;\n", "answers.csv:4: '1 April' "),
        ("3f9a0001;lost;;-1;\n", "answers.csv:4: -1 is not in the range x>=1."),
        ("3f9a0001;lost;;;x\n", "answers.csv:4: 'x' is no copy number."),
        (";;;;\n3f9a0001;lost;;2;;2\n", "answers.csv:5: the row has more cells than the table has columns."),
    ],
)
def test_a_table_with_a_wrong_answer_enters_none(project: Path, tmp_path: Path, more: str, told: str) -> None:
    before = (project / "source/ledger.csv").read_bytes()
    (tmp_path / "answers.csv").write_text(ANSWERS + more.replace(";2;", ";24;"), encoding="utf-8")
    found = said(project, "acknowledge", "--from", str(tmp_path / "answers.csv"))
    assert (found.code, found.out, told in found.err) == (2, "", True), found.err
    assert (project / "source/ledger.csv").read_bytes() == before


def test_a_table_that_is_missing_or_lacks_columns_is_refused(project: Path, tmp_path: Path) -> None:
    for content, told in (
        ("delivery,what\n", "'how' is missing"),
        ("delivery,how,college\n", "'college' is missing, unknown or twice"),
        ("delivery,how,how\n", "'how' is missing, unknown or twice"),
        ("delivery,how\n", "answers.csv has no answers below its heads."),
    ):
        (tmp_path / "answers.csv").write_text(content, encoding="utf-8")
        assert told in said(project, "acknowledge", "--from", str(tmp_path / "answers.csv")).err
    found = said(project, "acknowledge", "--from", "answers.csv")
    assert (found.code, found.err) == (2, "briefings: answers.csv cannot be read: No such file or directory.\n")


def test_a_table_takes_no_options_beside_it(project: Path, tmp_path: Path) -> None:
    """They would hold for no row of it."""
    (tmp_path / "answers.csv").write_text(ANSWERS, encoding="utf-8")
    found = said(project, "acknowledge", "--from", str(tmp_path / "answers.csv"), "--on", "2025-04-01")
    assert (found.code, "leave all else away" in found.err) == (2, True)
