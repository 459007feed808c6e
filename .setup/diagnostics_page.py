"""Prints the handbook's page of diagnostics, from the table of codes. `make handbook` runs it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from pipeline.cli.check import explain_in_words as in_words  # noqa: E402
from pipeline.core.diagnostics import Severity  # noqa: E402
from pipeline.core.messages import catalogue  # noqa: E402


def handbook_page() -> str:
    """The handbook's page of diagnostics: every code with its reason and its remedy."""
    lines = ["---", "title: Diagnostics", f"summary: {_SUMMARY}", "---", "", _PREFACE]
    for severity, proofed, heading in _GROUPS:
        lines += [f"## {heading}", ""]
        rows = (row for row in catalogue().values() if row.severity is severity)
        rows = (row for row in rows if proofed is None or row.name.startswith("proof-") is proofed)
        for code in sorted(rows, key=lambda row: row.name):
            says, advice = (_LONG.sub(r"\1-and-so-on", words) for words in in_words(code))
            message = _quoted(_PICTOGRAPHS.sub("?", says))
            reasons = (_ONCE.sub("", words).strip() for words in (code.why, advice))
            told = " ".join(filter(None, (message, *map(_escaped, reasons)))).replace(_HYPHEN, "a hyphen (`-`)")
            lines += [f"### `{code.name}` {{#{code.name}}}", "", _SHORT_LAST.sub("\u00a0", told), ""]
    return "\n".join(lines).rstrip() + "\n"


_GROUPS = (
    (Severity.ERROR, False, "Errors"),
    (Severity.ERROR, True, "Errors that the proof finds"),
    (Severity.WARNING, None, "Warnings"),
)
"""The headings of the page and the messages under them. A validator follows 256 bookmarks in a row and no more."""

_SUMMARY = "What each message means, and what to do."

_PREFACE = """<!-- Made from the table of codes, by `make handbook`: do not edit it here. -->

Each entry has the message, the reason and what to do. Where a message differs from case to case, the entry shows one
case. `briefings explain CODE` prints the same.

If an entry names nothing to do, and your text and layout are correct, please report an error in the program.

PDF, EPUB and web page are editions of one text: each must have everything that the others have.

An error makes the run fail; a warning does so only with `--strict`. If you override a message, your reason is recorded.
[The rules](briefing:handbook-keys#keys-rules) list the messages on style.
"""

_ONCE = re.compile(
    r"If (nothing (here is wrong|in the (source is wrong|layout hides or adds it))"
    r"|the (layout draws nothing unusual|source is correct)), .*"
    r"|PDF, EPUB and web page are editions of one text: each must have everything that the others have\."
    r"|(?<=or give a reason), which is recorded(?=:)"
)
"""Words that the page says once, at its beginning, and each message for itself."""

_HYPHEN = "`- `"
"""A hyphen that is typed. It must not end a line: there programs that copy take it for one that parts a word."""

_PICTOGRAPHS = re.compile("[\u2e80-\U0010ffff]")
"""Characters that an example may show as missing, and that the handbook's own typeface lacks as well."""

_LONG = re.compile(r"([a-z-]{29}[a-z])[a-z-]{30,}")
"""A name that is too long for a column of the page as well."""

_SHORT_LAST = re.compile(r" (?=[\w'-]{1,7}\.$)")
"""The space before a short last word, which would be alone on a line."""

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
