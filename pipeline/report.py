"""How remarks and lists are said: text for people, JSON and SARIF for machines, CSV for spreadsheets."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from pipeline import __version__
from pipeline.codes import TABLE, Code
from pipeline.diagnostics import Diagnostic, Severity


def as_text(diagnostics: Iterable[Diagnostic], colour: bool = False) -> str:
    """The diagnostics in the form `path:line:col: severity code: sentence`, a hint below."""
    return "".join(f"{_painted(d) if colour else d}\n" for d in diagnostics)


def _painted(diagnostic: Diagnostic) -> str:
    hue = "31" if diagnostic.severity is Severity.ERROR else "33"
    said = str(diagnostic)
    return said.replace(f": {diagnostic.severity} ", f": \x1b[1;{hue}m{diagnostic.severity}\x1b[0m ", 1)


def tally(diagnostics: Sequence[Diagnostic]) -> str:
    """'2 errors, 1 warning', or 'no remarks'."""
    errors = sum(d.severity is Severity.ERROR for d in diagnostics)
    warnings = len(diagnostics) - errors
    parts = [count(errors, "error")] if errors else []
    parts += [count(warnings, "warning")] if warnings else []
    return ", ".join(parts) or "no remarks"


def count(number: int, noun: str) -> str:
    """'1 file', '2 files'."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def as_json(diagnostics: Sequence[Diagnostic], **more: object) -> str:
    """The diagnostics as JSON: `diagnostics`, `errors`, `warnings`, and whatever else is given."""
    return _json(
        {
            "diagnostics": [
                {
                    "path": d.place.path,
                    "line": d.place.line,
                    "column": d.place.column,
                    "severity": str(d.severity),
                    "code": d.code,
                    "sentence": d.sentence,
                    "hint": d.hint,
                }
                for d in diagnostics
            ],
            "errors": sum(d.severity is Severity.ERROR for d in diagnostics),
            "warnings": sum(d.severity is Severity.WARNING for d in diagnostics),
            **more,
        }
    )


def as_sarif(diagnostics: Sequence[Diagnostic]) -> str:
    """The diagnostics as a SARIF 2.1.0 log, for code hosts and editors."""
    rules = sorted({d.code for d in diagnostics})
    run = {
        "tool": {
            "driver": {
                "name": "briefings",
                "version": __version__,
                "rules": [_sarif_rule(TABLE[name]) for name in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(d, rules.index(d.code)) for d in diagnostics],
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return _json({"$schema": schema, "version": "2.1.0", "runs": [run]})


def _sarif_rule(code: Code) -> dict[str, Any]:
    return {
        "id": code.name,
        "shortDescription": {"text": code.says},
        "fullDescription": {"text": code.why},
        "help": {"text": code.advises},
        "defaultConfiguration": {"level": str(code.severity)},
    }


def _sarif_result(diagnostic: Diagnostic, index: int) -> dict[str, Any]:
    said = diagnostic.sentence + (f" {diagnostic.hint}" if diagnostic.hint else "")
    where = {
        "artifactLocation": {"uri": quote(diagnostic.place.path)},
        "region": {"startLine": diagnostic.place.line, "startColumn": diagnostic.place.column},
    }
    return {
        "ruleId": diagnostic.code,
        "ruleIndex": index,
        "level": str(diagnostic.severity),
        "message": {"text": said},
        "locations": [{"physicalLocation": where}],
    }


def explanation(code: Code, setting: str = "") -> str:
    """A code's page: what it says, why it matters, what to do; in words of one case where each is different.

    `setting` is how it counts in the library at hand, where that is another than it ships with.
    """
    says, advice = _in_words(code)
    page = f"{code.name} ({setting or code.severity})\n\n{says}\n\nWhy: {code.why}\n\nWhat to do: {advice}\n"
    house = f" This library has it as '{setting}'; it ships as '{code.severity}'." if setting else ""
    return f"{page}\n{matter_of_style(code)}{house}\n" if code.style else page


def matter_of_style(code: Code) -> str:
    """How a library sets a remark of style."""
    return f"A matter of style: 'rules: {{{code.name}: off}}' in source/library.yaml switches it off."


def _in_words(code: Code) -> tuple[str, str]:
    """The sentence and the remedy of a code, of one case where they are different every time."""
    from pipeline.codes.examples import examples

    says, hint = examples().get(code.name, ("", ""))
    return says or code.says, hint if hint and "…" in code.advises else code.advises


def handbook_page() -> str:
    """The handbook's page of diagnostics: every code with its reason and its remedy."""
    lines = ["---", "title: Diagnostics", "---", "", _PREFACE]
    for severity, heading in ((Severity.ERROR, "Errors"), (Severity.WARNING, "Warnings")):
        lines += [f"## {heading}", ""]
        for code in sorted((c for c in TABLE.values() if c.severity is severity), key=lambda c: c.name):
            says, advice = _in_words(code)
            lines += [f"### `{code.name}` {{#{code.name}}}", "", f"Says: {_quoted(_PICTOGRAPHS.sub('?', says))}", ""]
            lines += [f"Why: {_escaped(code.why)}", "", f"What to do: {_escaped(advice)}", ""]
            lines += [_escaped(matter_of_style(code)), ""] if code.style else []
    return "\n".join(lines).rstrip() + "\n"


_PREFACE = """Every remark names its place (file, line, column), its code, what is wrong and what to do. Errors make
the run fail; warnings do so only with `--strict`. `briefings explain CODE` prints the same page in the terminal.
Where a sentence is different every time, one case of it is shown. This page is made from the table of codes: do not
edit it here.
"""


_PICTOGRAPHS = re.compile("[\u2e80-\U0010ffff]")
"""Characters that an example may show as missing, and that the handbook's own typeface lacks as well."""

_AS_CODE = re.compile(
    r"(?<!\w)'(?P<said>[^'\n]+)'(?!\w)"
    r"|(?:::: |@\w+ )?!?(?:\[[^\[\]\n]*\]|\{[^{}\n]*\})(?:\([^()\n]*\)|\{[^{}\n]*\})*"
    r"|[^\s'(]*[<>@*_#$\\|^~](?:[^\s.,;:]|[.,;:](?=[^\s]))*"
)


def _quoted(template: str) -> str:
    return f"`{template}`" if "`" not in template else f"`` {template} ``"


def _escaped(text: str) -> str:
    """Words in quotation marks and words that Markdown would read as markup, set as code."""
    return _AS_CODE.sub(lambda found: _quoted(found["said"] or found[0]), text)


def as_csv(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table for spreadsheets: UTF-8 with a byte-order mark so that accents survive, lines ended by CRLF.

    A cell that a spreadsheet would take for a formula is led by an apostrophe.
    """
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(heads)
    table.writerows([f"'{cell}" if runs_in_a_spreadsheet(cell) else cell for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()


def runs_in_a_spreadsheet(cell: str) -> bool:
    """Whether a spreadsheet would take a cell for a formula: by its first character, of full width too."""
    return cell[:1] in _FORMULA_SIGNS


_FORMULA_SIGNS = frozenset("=+-@\t\r\n＝＋－＠")
"""Excel reads the wide signs as it does the narrow ones."""


def as_columns(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in aligned columns of plain text."""
    table = [list(heads), *([cell or "–" for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in table) for column in range(len(heads))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table)
    return "".join(f"{line}\n" for line in lines)


def as_records(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table as a JSON list of objects."""
    return _json([dict(zip(heads, row, strict=True)) for row in rows])


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
