"""Every kind of mistake: a small library that shows it, and the table, the handbook and the reports that name it.

`tests/codes/CODE/source/` is the library, `expected.txt` what `briefings check` says of it. To add one, write the
library, run `pytest tests/codes/test_codes.py --update-golden` and read the diff.
"""

import json
import re
import runpy
import shutil
from collections.abc import Callable
from pathlib import Path
from string import Formatter

import pytest
from jsonschema import Draft7Validator

from pipeline.cli.check import explain_code
from pipeline.core.messages import catalogue, former_names, present
from tests.support.code_cases import CASES, shown
from tests.support.project import ROOT, Said

FOLDER = ROOT / "tests" / "codes"

handbook_page = runpy.run_path(str(ROOT / ".setup" / "diagnostics_page.py"))["handbook_page"]
DAY = "2026-11-25"

FOLDERS = tuple(sorted(path.parent.name for path in FOLDER.glob("*/source")))

FINISHED = tuple(code for code in catalogue() if code.startswith(("made-", "proof-")))
"""Codes that tell of finished files."""

BY_NAME = {"bind-failed", "import-words-differ", "recall-open"} | {"deliver-full"}
"""Codes whose tests read the sentence and not the code."""

REWRITE = "if the new words are right: pytest tests/codes/test_codes.py --update-golden, and read the diff"

Run = Callable[..., Said]


@pytest.mark.parametrize("code", FOLDERS)
def test_check_says_what_the_folder_expects(
    code: str, tmp_path: Path, briefings: Run, request: pytest.FixtureRequest
) -> None:
    """One small library a code, or a former one: the remark, its place and its hint, word for word."""
    for folder in (FOLDER / code).glob("*/"):
        shutil.copytree(folder, tmp_path / folder.name)
    said = briefings(tmp_path, "check", "--date", DAY)
    expected = FOLDER / code / "expected.txt"
    if request.config.getoption("--update-golden"):
        expected.write_text(said.out, encoding="utf-8")
    assert said.out == expected.read_text(encoding="utf-8"), REWRITE
    assert said.out.count(f" {present(code)}: ") == 1
    assert said.code == (1 if ": error " in said.out else 0)


def test_each_code_has_its_library_or_stands_in_another_test() -> None:
    assert {present(code) for code in FOLDERS} <= set(catalogue())
    files = [path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__)]
    words = "\n".join(path.read_text(encoding="utf-8") for path in files)
    named = set(re.findall(r"[a-z]+(?:-[a-z]+)+", words))
    assert set(catalogue()) - set(FOLDERS) - set(FINISHED) - BY_NAME - named == set()


def test_the_handbook_lists_the_table() -> None:
    """The page of diagnostics is made from the table: `make handbook` writes it again."""
    page = (ROOT / "source" / "handbook" / "diagnostics.md").read_text(encoding="utf-8")
    assert page == handbook_page(), "make handbook writes the page again"


@pytest.mark.parametrize("code", ["cite-unknown-key", "figure-missing", "page-hole"])
def test_explain_knows_a_code(code: str, briefings: Run) -> None:
    """What it says, why it matters, what to do, with no field of a template left in it."""
    said = briefings(ROOT, "explain", code)
    kind = catalogue()[code]
    assert said.code == 0
    assert said.out.startswith(
        f"{code} ({kind.severity})\n\n{kind.example or kind.summary}\n\nWhy: {kind.why}\n\nWhat to do: "
    )


def one_case(code: str) -> tuple[str, str]:
    """The sentence and the hint of the remark that a code's folder shows."""
    said = (FOLDER / code / "expected.txt").read_text(encoding="utf-8")
    found = re.search(
        rf"^\S+: (?:error|warning) {code}: (?P<says>.*)(?:\n    hint: (?P<hint>.*))?$", said, re.MULTILINE
    )
    assert found
    return found["says"], (found["hint"] or "") if "…" in catalogue()[code].advice else ""


DIFFERENT = tuple(name for name, kind in catalogue().items() if "…" in kind.summary or "…" in kind.advice)
"""The codes whose sentence or hint is different every time."""


def test_explain_shows_what_is_said_once() -> None:
    """Where a sentence is different every time, `explain` gives a case that a check has made, and no dots."""
    told = (code for code in DIFFERENT if code in {*CASES, *FOLDERS, *FINISHED})
    wanted = {code: one_case(code) if code in FOLDERS else shown(code) for code in told}
    known = {name: (kind.example, kind.example_hint) for name, kind in catalogue().items()}
    assert [(code, words) for code, words in wanted.items() if known[code] != words] == [], "write `example` so"
    assert [code for code in DIFFERENT if not known[code][0]] == []


PLACEHOLDERS = ["field-missing", "footnote-unknown"]
"""Here the author is to put words in the place of the dots."""


def test_no_explanation_leaves_words_out() -> None:
    """Neither in the terminal nor on the handbook's page does a dot stand for what a remark would say."""
    page = handbook_page()
    shown_to_authors = {code: explain_code(row) for code, row in catalogue().items()}
    assert [code for code, words in shown_to_authors.items() if "…" in words] == PLACEHOLDERS
    assert page.count("…") == sum(words.count("…") for words in shown_to_authors.values())


def test_explain_offers_the_nearest_code(briefings: Run) -> None:
    """A slip of the pen is no dead end."""
    said = briefings(ROOT, "explain", "cite-unknown-kye")
    assert (said.code, "cite-unknown-key" in said.err) == (2, True)


TYPE_NAMES = re.compile(
    r"\b(dict|tuple|NoneType|None|str|bool|float|frozenset|dataclass|pydantic|traceback|exception"
    r"|NoneType|object at|int\(|list\(|list\[|TypeError|ValueError|KeyError)\b|<class|\bint\b",
)


def test_rows_name_no_python_type_and_no_field() -> None:
    for row in catalogue().values():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row.name)
        assert not TYPE_NAMES.search(f"{row.says} {row.why} {row.do}"), row.name
        assert not [name for _, name, _, _ in Formatter().parse(row.why) if name], row.name


SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "minItems": 1, "items": {"$ref": "#/definitions/run"}},
    },
    "definitions": {
        "text": {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}},
        "run": {
            "type": "object", "required": ["tool", "results", "columnKind"],
            "properties": {
                "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                "tool": {"type": "object", "required": ["driver"], "properties": {"driver": {
                    "type": "object", "required": ["name", "version", "rules"],
                    "properties": {"rules": {"type": "array", "items": {"$ref": "#/definitions/rule"}}},
                }}},
                "results": {"type": "array", "items": {"$ref": "#/definitions/result"}},
            },
        },
        "rule": {
            "type": "object", "required": ["id", "shortDescription", "fullDescription", "help"],
            "properties": {name: {"$ref": "#/definitions/text"}
                           for name in ("shortDescription", "fullDescription", "help")},
        },
        "result": {
            "type": "object", "required": ["ruleId", "ruleIndex", "level", "message", "locations"],
            "properties": {
                "level": {"enum": ["none", "note", "warning", "error"]},
                "ruleIndex": {"type": "integer", "minimum": 0},
                "message": {"$ref": "#/definitions/text"},
                "locations": {"type": "array", "minItems": 1, "maxItems": 1, "items": {
                    "type": "object", "required": ["physicalLocation"],
                    "properties": {"physicalLocation": {
                        "type": "object", "required": ["artifactLocation", "region"],
                        "properties": {
                            "artifactLocation": {"properties": {"uri": {"type": "string", "pattern": r"^[!-~]+$"}}},
                            "region": {"properties": {
                                name: {"type": "integer", "minimum": 1} for name in ("startLine", "startColumn")
                            }},
                        },
                    }},
                }},
            },
        },
    },
}  # fmt: skip
"""The part of the schema of SARIF 2.1.0 that our logs use."""


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """A library with four mistakes of two severities, one in a file whose name has a space."""
    for code in ("table-wide", "reference-type", "practice-placed-twice"):
        shutil.copytree(FOLDER / code / "source", tmp_path / "source", dirs_exist_ok=True)
    (tmp_path / "source" / "briefings" / "Hot spots.txt").write_text("Notes.\n", encoding="utf-8")
    return tmp_path


def test_json_and_sarif_hold_the_remarks_of_the_text(mixed: Path, briefings: Run) -> None:
    runs = {form: briefings(mixed, "check", "--date", DAY, "--report", form) for form in ("text", "json", "sarif")}
    assert {said.code for said in runs.values()} == {1}
    remarks = json.loads(runs["json"].out)["diagnostics"]
    text = "".join(
        f"{r['path']}:{r['line']}:{r['column']}: {r['severity']} {r['code']}: {r['sentence']}\n    hint: {r['hint']}\n"
        for r in remarks
    )
    assert text == runs["text"].out
    log = json.loads(runs["sarif"].out)
    Draft7Validator(SARIF).validate(log)
    (run,) = log["runs"]
    assert len(remarks) == len(run["results"]) > 2
    for remark, result in zip(remarks, run["results"], strict=True):
        where = result["locations"][0]["physicalLocation"]
        assert where["artifactLocation"]["uri"] == remark["path"].replace(" ", "%20")
        assert where["region"] == {"startLine": remark["line"], "startColumn": remark["column"]}
        assert result["message"]["text"] == f"{remark['sentence']} {remark['hint']}"
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == remark["code"]


def test_a_run_without_remarks_is_a_valid_report(library: Callable[..., Path], briefings: Run) -> None:
    """Nothing to say is said in the same form."""
    project = library()
    log = json.loads(briefings(project, "check", "--report", "sarif").out)
    Draft7Validator(SARIF).validate(log)
    assert log["runs"][0]["results"] == []
    assert json.loads(briefings(project, "check", "--report", "json").out)["diagnostics"] == []


def test_former_names_of_codes_are_known(briefings: Run) -> None:
    """Records of kept versions have them, and scripts."""
    assert not set(former_names()) & set(catalogue())
    assert briefings(ROOT, "explain", "tag-unknown").out.startswith("entry-unknown")
