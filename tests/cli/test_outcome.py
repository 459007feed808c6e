"""Outcomes of verbs, written in the form asked for."""

import click
import pytest
from click.testing import CliRunner, Result

from pipeline.cli.outcome import Outcome, OutcomeTable, verb_with_outcome
from pipeline.core.diagnostics import Diagnostic, Location, Refused, Severity

REMARK = Diagnostic(Location("source/a.md", 3), Severity.ERROR, "field-missing", "'title' is missing.", "Write one.")
TOLD = "source/a.md:3:1: error field-missing: 'title' is missing.\n    hint: Write one.\n"
ROWS = OutcomeTable(("id", "title"), [("patrol", "Foot patrol")])


def run(one: Outcome, *arguments: str) -> Result:
    @click.command()
    @verb_with_outcome("text", "json", "csv", library=False)
    def tell(_: object) -> Outcome:
        return one

    return CliRunner().invoke(tell, arguments, standalone_mode=False)


@pytest.mark.parametrize(
    ("form", "out"),
    [
        ("text", "id      title\npatrol  Foot patrol\n"),
        ("json", '[\n  {\n    "id": "patrol",\n    "title": "Foot patrol"\n  }\n]\n'),
        ("csv", "\ufeffid,title\r\npatrol,Foot patrol\r\n"),
    ],
)
def test_remarks_beside_a_table_go_to_stderr_in_every_form(form: str, out: str) -> None:
    said = run(Outcome([REMARK], table=OutcomeTable(*ROWS), exit=1), "--report", form)
    assert (said.stdout_bytes.decode(), said.stderr, said.return_value) == (out, TOLD, 1)


def test_the_text_takes_the_place_of_the_table() -> None:
    assert run(Outcome(text=["Nothing is held."], table=ROWS)).stdout == "Nothing is held.\n"


def test_quiet_leaves_out_notes_and_the_text_that_may_be_quiet() -> None:
    said = run(Outcome([REMARK], ["Made."], notes=["Next."], warnings=["Not all."], may_be_quiet=True), "--quiet")
    assert (said.stdout, said.stderr) == ("", f"{TOLD}Not all.\n")


def test_the_exit_code_may_ask_whether_warnings_count() -> None:
    assert [run(Outcome(exit=int), *more).return_value for more in ((), ("--strict",))] == [0, 1]


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_is_refused_tells_its_remarks_and_nothing_else(form: str) -> None:
    @click.command()
    @verb_with_outcome("text", "json", library=False)
    def refuse(_: object) -> Outcome:
        raise Refused((REMARK,))

    said = CliRunner().invoke(refuse, ["--report", form], standalone_mode=False)
    assert (said.stdout, said.stderr, said.return_value) == ("", TOLD, 1)
