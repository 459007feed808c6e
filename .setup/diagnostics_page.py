"""Prints the handbook's page of diagnostics, from the table of codes. `make handbook` runs it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from pipeline.cli.explain import in_words, matter_of_style  # noqa: E402
from pipeline.codes import TABLE  # noqa: E402
from pipeline.core.diagnostics import Severity  # noqa: E402


def handbook_page() -> str:
    """The handbook's page of diagnostics: every code with its reason and its remedy."""
    lines = ["---", "title: Diagnostics", "---", "", _PREFACE]
    for severity, letters, heading in _GROUPS:
        lines += [f"## {heading}", ""]
        rows = (row for row in TABLE.values() if row.severity is severity and row.name[0] in letters)
        for code in sorted(rows, key=lambda row: row.name):
            says, advice = (_LONG.sub(r"\1-and-so-on", words) for words in in_words(code))
            lines += [f"### `{code.name}` {{#{code.name}}}", "", _quoted(_PICTOGRAPHS.sub("?", says)), ""]
            lines += [f"Why: {_escaped(code.why)}", "", f"What to do: {_escaped(advice)}", ""]
            lines += [_escaped(matter_of_style(code)), ""] if code.style else []
    return "\n".join(lines).rstrip() + "\n"


_GROUPS = (
    (Severity.ERROR, "abcdefghijkl", "Errors, a to l"),
    (Severity.ERROR, "mnopqrstuvwxyz", "Errors, m to z"),
    (Severity.WARNING, "abcdefghijklmnopqrstuvwxyz", "Warnings"),
)
"""The headings of the page with what stands under them. A validator follows 256 bookmarks in a row and no more."""

_PREFACE = """Every remark names its place (file, line, column), its code, what is wrong and what to do. Errors make
the run fail; warnings do so only with `--strict`. `briefings explain CODE` prints the same page in the terminal.
Where a sentence is different every time, one case of it is shown. This page is made from the table of codes: do not
edit it here.
"""


_PICTOGRAPHS = re.compile("[\u2e80-\U0010ffff]")
"""Characters that an example may show as missing, and that the handbook's own typeface lacks as well."""

_LONG = re.compile(r"([a-z-]{29}[a-z])[a-z-]{30,}")
"""A name that is too long for a column of the page as well."""

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


if __name__ == "__main__":
    sys.stdout.write(handbook_page())
