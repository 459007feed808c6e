"""Rules of style in a library: each remark of style is an error, a warning or off."""

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.core.messages import catalogue, setting_of, styles
from pipeline.model.source.library_file import Rules
from tests.support.project import IMPRINT, Said

Run = Callable[..., Said]
DAY = ("--date", "2026-11-25")

TEXT = """---
title: What walking a beat does to crime in the streets of a town
summary: What walking a beat does to crime.
abbreviations: {HCF: {full: home-county force}}
---

The studies were of home-county forces (HCFs).

| A | B | C | D | E |
|---|---|---|---|---|
| a | b | c | d | e |
"""
"""Three remarks of style: a long title, an abbreviation used once, a wide table."""


def house(library: Callable[..., Path], rules: str = "") -> Path:
    """A library of one text with these rules."""
    imprint = IMPRINT + (f"rules: {rules}\n" if rules else "")
    return library({"library.yaml": imprint, "briefings/foot-patrol.md": TEXT})


def severities(project: Path, briefings: Run, *more: str) -> dict[str, str]:
    """The severity of each code that `check` reports, and its exit code."""
    result = briefings(project, "check", *DAY, "--report", "json", *more)
    levels = {remark["code"]: remark["severity"] for remark in json.loads(result.out)["diagnostics"]}
    return levels | {"exit": str(result.code)}


def test_each_remark_is_set_by_its_code(library: Callable[..., Path], briefings: Run) -> None:
    project = house(library, "{table-wide: off, abbreviation-once: error}")
    assert severities(project, briefings) == {"abbreviation-once": "error", "short-title-long": "warning", "exit": "1"}


def test_remarks_of_load_are_set_as_well(library: Callable[..., Path], briefings: Run) -> None:
    text = "---\ntitle: Foot patrol\nsummary: S.\n---\n\n# A heading\n\nWords.\n"
    for setting, expected in (("off", {"exit": "0"}), ("error", {"heading-shifted": "error", "exit": "1"})):
        imprint = f"{IMPRINT}rules: {{heading-shifted: {setting}}}\n"
        project = library({"library.yaml": imprint, "briefings/foot-patrol.md": text}, setting)
        assert severities(project, briefings) == expected


@pytest.mark.proof
def test_an_error_of_style_marks_the_text_as_a_draft(library: Callable[..., Path], briefings: Run) -> None:
    published = TEXT.replace(
        "---\n\nThe", "status: published\nversion: 1.0\nfirst_published: 2026-01-05\n---\n\nThe", 1
    )
    pages = []
    for setting in ("warning", "error"):
        imprint = f"{IMPRINT}formats: [html]\nrules: {{table-wide: {setting}}}\n"
        project = library({"library.yaml": imprint, "briefings/foot-patrol.md": published}, setting)
        result = briefings(project, "build", *DAY)
        assert result.code == (1 if setting == "error" else 0)
        assert f" {setting} table-wide: " in result.err
        pages.append((project / "output/briefings/foot-patrol/foot-patrol.html").read_text())
    assert ["DRAFT" in page for page in pages] == [False, True]


def test_every_remark_of_style_can_be_set_and_no_other() -> None:
    keys = {field.alias or name for name, field in Rules.model_fields.items()}
    assert keys == {"all", *styles()}
    assert {setting_of(code, {}) for code in styles()} == {"warning"}


@pytest.mark.parametrize("code", sorted(set(catalogue()) - set(styles())))
def test_nothing_of_substance_can_be_switched_off(code: str) -> None:
    assert setting_of(code, {code: "off"}) == str(catalogue()[code].severity)


@pytest.mark.parametrize(
    ("rule", "code", "hint"),
    [
        ("table-widee: off", "unknown-key", "Did you mean 'table-wide'?"),
        ("table_wide: off", "unknown-key", "Did you mean 'table-wide'?"),
        ("figure-no-alt: off", "rule-fixed", "Delete the line. The handbook lists"),
        ("table-row: off", "rule-fixed", "'table-wide'"),
        ("table-wide: none", "value-wrong", "One of: error, warning, off."),
    ],
)
def test_a_slip_is_reported_at_its_line(
    library: Callable[..., Path], briefings: Run, rule: str, code: str, hint: str
) -> None:
    project = house(library, f"\n  abbreviation-once: off\n  {rule}")
    result = briefings(project, "check", *DAY)
    line, below = next(pair for pair in pairwise(result.out.splitlines()) if code in pair[0])
    assert line.startswith("source/library.yaml:5:")
    assert hint in below
    assert "abbreviation-once:" not in result.out


def test_a_plain_library_makes_no_remarks_of_style(tmp_path: Path, briefings: Run) -> None:
    for plain, expected in ((True, False), (False, True)):
        folder = tmp_path / str(plain)
        assert briefings(tmp_path, "new", str(folder), *(["--plain"] if plain else [])).code == 0
        assert severities(folder, briefings)["exit"] == "0"
        (folder / "source/briefings/foot.md").write_text(f"{TEXT}\n`\x0b`\n", encoding="utf-8")
        levels = severities(folder, briefings)
        assert ("table-wide" in levels) is expected
        assert "control-character" in levels
