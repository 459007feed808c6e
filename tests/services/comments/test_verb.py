"""A round of comments as an editor types it."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

from pipeline.core.diagnostics import Location
from pipeline.services.comments.import_returned import MOST, TAKE_IN_LABEL, TickedList, boxes, ticked
from pipeline.services.comments.returned_document import Proposal, ReturnedDocument, numbers_of, read_returned_document
from tests.support.libraries import failing, here, written
from tests.support.project import Said
from tests.support.word.documents import docx, para
from tests.support.word.reviewing import DANA, RHYS, reviewed
from tests.support.word.rounds import FILES, PATH, TEXT

Run = Callable[..., Said]


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library whose briefing was sent and came back, in `back.docx`."""
    root = written(tmp_path_factory.mktemp("round"), FILES)
    assert here(root, "comment", "walks").code == 0
    document = (root / "output/comment/walks.docx").read_bytes()
    back = reviewed(
        document,
        lambda d: d.change("slowly", "at ease"),
        lambda d: d.change("Nobody", "No one", RHYS),
        lambda d: d.comment("third", "Why?"),
    )
    (root / "back.docx").write_bytes(back)
    return root


@pytest.fixture
def project(sent: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(sent, tmp_path / "library", ignore=shutil.ignore_patterns(".store"))


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_a_fault_of_the_program_is_reported_at_the_document(
    project: Path, briefings: Run, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setattr(
        import_module("pipeline.services.comments.import_returned"),
        "read_returned_document",
        failing(read_returned_document, "back.docx"),
    )
    said = briefings(project, "import", str(project / "back.docx"), "--report", form)
    assert said.code == 4
    assert "back.docx" in said.out + said.err
    assert "fault-of-ours" in (said.err if form in ("html", "markdown") else said.out)
    assert "Traceback" not in said.err
    assert "back.docx:1:1: KeyError" in (project / "output/faults.log").read_text("utf-8")


def test_it_only_tells_unless_something_is_accepted(project: Path, briefings: Run) -> None:
    said = briefings(project, "import", str(project / "back.docx"))
    assert said.code == 0
    assert said.out.splitlines()[:4] == [
        f"1. {PATH}:16:8: Dana Bell, 2026-05-04",
        "   walk [-slowly-]{+at ease+}",
        f"2. {PATH}:33:1: Rhys Owen, 2026-05-04",
        "   [-Nobody-]{+No one+} walked at night.",
    ]
    assert f"{PATH}:20:4: warning back-comment: Dana Bell, 2026-05-04: Why?" in said.out
    assert "--accept all" in said.err
    assert (project / PATH).read_text("utf-8") == TEXT


@pytest.mark.parametrize(
    ("choice", "made"),
    [("all", "12"), ("none", ""), ("2,1", "12"), ("rhys owen", "2")],
)
def test_a_choice_is_made(project: Path, briefings: Run, choice: str, made: str) -> None:
    wanted = TEXT.replace("slowly", "at ease") if "1" in made else TEXT
    wanted = wanted.replace("Nobody", "No one") if "2" in made else wanted
    said = briefings(project, "import", str(project / "back.docx"), "--accept", choice)
    assert (said.code, (project / PATH).read_text("utf-8")) == (0, wanted)
    assert (f"Written: {PATH}" in said.out) == bool(made)


@pytest.mark.parametrize(
    ("choice", "numbers"),
    [("1", {1}), ("by 1", {2}), ("1-2", {1, 2}), ("by 1-2", {3}), ("by all", {1}), ("ALL", {1}), ("by Dana", set())],
)
def test_a_number_is_a_change_and_never_a_name(choice: str, numbers: set[int]) -> None:
    names = ("All", "1", "1-2")
    proposals = [Proposal(n, Location(PATH, 3), name, "", "old", "new") for n, name in enumerate(names, 1)]
    assert (numbers_of(choice, proposals) or set()) == numbers


@pytest.mark.parametrize("choice", ["3", "Max", "1-99999999999"])
def test_a_choice_that_is_none_is_refused(project: Path, briefings: Run, choice: str) -> None:
    said = briefings(project, "import", str(project / "back.docx"), "--accept", choice)
    assert (said.code, "proposals 1 to 2, by 'Dana Bell', 'Rhys Owen'" in " ".join(said.err.split())) == (2, True)
    assert (project / PATH).read_text("utf-8") == TEXT


def test_it_is_told_as_json(project: Path, briefings: Run) -> None:
    said = json.loads(briefings(project, "--report", "json", "import", str(project / "back.docx"), "--accept", "2").out)
    assert [(one["number"], one["before"], one["after"], one["fate"]) for one in said["proposals"]] == [
        *((1, "slowly", "at ease", "open"), (2, "Nobody", "No one", "accepted"))
    ]
    assert (said["files"], said["proposals"][0]["place"]["line"]) == ([PATH], 16)


def test_without_its_source_it_belongs_to_nothing(project: Path, briefings: Run) -> None:
    """Whoever lost the copy is told where it stood; the document can be taken in as a new one."""
    shutil.rmtree(project / "source/sent")
    (project / PATH).write_text(TEXT.replace("Nobody", "Anybody"), "utf-8")
    said = briefings(project, "import", str(project / "back.docx"), "--accept", "all")
    assert (said.code, said.out.count("error back-unknown")) == (1, 1)
    assert "backup, or fetch all branches and commits of the library." in " ".join(said.out.split())
    assert briefings(project, "import", str(project / "back.docx"), "--as", "walks-anew").code == 0


def test_only_what_came_back_can_be_accepted(project: Path, briefings: Run) -> None:
    (project / "new.docx").write_bytes(docx(para("Foot patrol", "Title"), para("It works.")))
    for files in (["new.docx"], ["new.docx", "back.docx"], ["back.docx", "back.docx"]):
        said = briefings(project, "import", *(str(project / name) for name in files), "--accept", "all")
        assert (said.code, "one by one" in said.err) == (2, True)


@pytest.fixture(scope="module")
def page(sent: Path) -> str:
    """The report as a page."""
    return here(sent, "--report", "html", "import", str(sent / "back.docx")).out


def test_it_is_told_as_a_page(page: str) -> None:
    assert page.count("<article>") == 2
    first = page[page.index("<article>") : page.index("</article>")]
    assert "<h3>1. Dana Bell, 4 May 2026</h3>" in first
    assert f"{PATH}, line 16, column 8. Can be made." in first
    assert "<dd>walk <b>taken away:</b> <del>slowly</del></dd>" in first
    assert "<dd>walk <b>put in:</b> <ins>at ease</ins></dd>" in first
    assert "<strong>Dana Bell, 2026-05-04: Why?</strong>" in page
    assert not any(word in page for word in ("<script", "src=", "url(", "@import", "<link"))


@pytest.mark.parametrize("report", ["text", "json", "html", "markdown"])
def test_nothing_in_a_document_can_steer_a_terminal_or_reverse_a_report(
    project: Path, briefings: Run, report: str
) -> None:
    steering = "\u202e\x9b31m"
    name = project / f"back{steering}.docx"
    back = reviewed(
        (project / "output/comment/walks.docx").read_bytes(),
        lambda d: d.change("slowly", f"at{steering}ease", f"Dana{steering}"),
        lambda d: d.comment("third", f"Why{steering}?", f"Rhys{steering}"),
        lambda d: d.add("Nobody", f"They{steering} slept.", f"Dana{steering}"),
    )
    name.write_bytes(back)
    for choice in ((), ("--accept", "9")):
        said = briefings(project, "--report", report, "import", str(name), *choice)
        assert not [c for c in said.out + said.err if not c.isprintable() and c != "\n"]


def test_a_change_that_reverses_the_order_of_letters_is_told(project: Path, briefings: Run) -> None:
    """Only the character is left out where somebody accepts it: a name that holds one is typed as it is shown."""
    document = (project / "output/comment/walks.docx").read_bytes()
    back = reviewed(document, lambda d: d.change("slowly", "at\u202eease", "Dana\u202e"))
    (project / "back.docx").write_bytes(back)
    said = briefings(project, "import", str(project / "back.docx"), "--accept", r"Dana\u202e")
    assert f"{PATH}:16:8: warning direction-character: " in said.out
    assert "atease" in (project / PATH).read_text("utf-8")


def boxed(project: Path, briefings: Run) -> str:
    """The list of the document with a box for each proposal."""
    said = briefings(project, "import", str(project / "back.docx"), "--report", "markdown")
    assert said.code == 0
    return said.out


def settle(project: Path, briefings: Run, text: str) -> Said:
    """Take in what is ticked in a text."""
    (project / "list.md").write_text(text, encoding="utf-8", newline="")
    return briefings(project, "import", str(project / "back.docx"), "--ticked", str(project / "list.md"))


def tick(text: str, *beginnings: str) -> str:
    """A list in which the boxes before some words are ticked."""
    for words in beginnings:
        assert text.count(f"- [ ] {words}") == 1
        text = text.replace(f"- [ ] {words}", f"- [x] {words}")
    return text


def test_each_proposal_has_a_box(project: Path, briefings: Run) -> None:
    lines = boxed(project, briefings).splitlines()
    assert lines[0] == f"### `{project / 'back.docx'}`"
    assert lines[2] == f"2 proposals for `{PATH}`, by `Dana Bell`, `Rhys Owen`. Tick what is to be made."
    assert lines[4:7] == [
        "- [ ] all that have a box",
        "- [ ] 1. `Dana Bell, 2026-05-04`, line 16: take away `slowly`, put in `at ease`, in `walk […]`.",
        "- [ ] 2. `Rhys Owen, 2026-05-04`, line 33: take away `Nobody`, put in `No one`, in `[…] walked at night.`.",
    ]
    assert "- line 20: `Dana Bell, 2026-05-04: Why?` `On 'third'.`" in lines
    assert lines[-1] == f"- [ ] {TAKE_IN_LABEL}"


@pytest.mark.parametrize(("chosen", "made"), [(("2. ",), "2"), ((), ""), (("all that",), "12")])
def test_exactly_what_is_ticked_is_made(project: Path, briefings: Run, chosen: tuple[str, ...], made: str) -> None:
    """In a comment of a host, which may end its lines otherwise; the last line says that the document is done with."""
    text = tick(boxed(project, briefings), *chosen, TAKE_IN_LABEL).replace("\n", "\r\n")
    said = settle(project, briefings, f"<!-- a mark -->\r\n{text}\r\n[Files](x)\r\n")
    wanted = TEXT.replace("slowly", "at ease") if "1" in made else TEXT
    wanted = wanted.replace("Nobody", "No one") if "2" in made else wanted
    assert (said.code, (project / PATH).read_text("utf-8")) == (0, wanted)
    assert said.out.splitlines()[-1] == f"Settled: {project / 'back.docx'}"


def test_nothing_is_made_before_the_last_box(project: Path, briefings: Run) -> None:
    said = settle(project, briefings, tick(boxed(project, briefings), "1. ", "2. "))
    assert (said.code, said.out, "the last box of its list is not ticked" in said.err) == (0, "", True)
    assert (project / PATH).read_text("utf-8") == TEXT


def test_a_long_list_is_ticked_in_parts() -> None:
    """The document is done with when all of its proposals were listed; what was made is listed no more."""
    place = Location(PATH, 3)
    many = tuple(
        Proposal(n, place, DANA, "2026-05-04", f"Word {n}", f"Other {n}", ("x" * 30, "")) for n in range(1, 301)
    )
    returned = ReturnedDocument("back.docx", PATH, many)
    shown = boxes("back.docx", returned)
    assert len(shown) < MOST + 1_000
    offered = shown.count("- [ ] ") - 2
    assert f"- {300 - offered} more proposals, listed once these are taken in" in shown
    found = ticked(tick(shown, "all that", TAKE_IN_LABEL), shown, returned)
    assert found == TickedList(frozenset(range(1, offered + 1)), is_finished=True, is_whole=False)
    rest = tuple(replace(one, fate="made") if one.number <= offered else one for one in many)
    later = boxes("back.docx", replace(returned, proposals=rest))
    assert later.count("- [ ] ") == 300 - offered + 2
    assert "Word 1`" not in later


def test_boxes_of_a_list_that_reads_otherwise_now_count_for_nothing(project: Path, briefings: Run) -> None:
    """Its numbers may mean others since somebody changed the text, or the list."""
    text = tick(boxed(project, briefings), "1. ", TAKE_IN_LABEL)
    for changed in (text.replace("at ease", "in a hurry"), "", tick(text, "2. ").replace("Why?", "Why not?")):
        said = settle(project, briefings, changed)
        assert (said.code, "its list has changed" in said.err) == (1, True)
    (project / PATH).write_text(TEXT.replace("walk slowly", "run slowly"), encoding="utf-8")
    assert settle(project, briefings, text).code == 1
    assert (project / PATH).read_text("utf-8") == TEXT.replace("walk slowly", "run slowly")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--accept", "all", "--ticked", "back.docx"), "--accept and --ticked both choose"),
        (("--report", "markdown", "--accept", "all"), "--report markdown gives a list to tick"),
    ],
)
def test_choices_that_do_not_go_together(project: Path, briefings: Run, options: tuple[str, ...], told: str) -> None:
    options = tuple(str(project / one) if one == "back.docx" else one for one in options)
    said = briefings(project, "import", str(project / "back.docx"), *options)
    assert (said.code, told in said.err) == (2, True)
