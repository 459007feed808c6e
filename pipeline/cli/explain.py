"""The verb explain: what a diagnostic means and what to do; and the handbook's page of all."""

import re
from difflib import get_close_matches
from typing import Any

import click

from pipeline.cli.options import Shared, shared
from pipeline.codes import TABLE, CodeRow
from pipeline.codes.rules import setting_of
from pipeline.core import tables
from pipeline.core.diagnostics import Severity


def explanation(code: CodeRow, setting: str = "") -> str:
    """A code's page: what it says, why it matters, what to do; in words of one case where each is different.

    `setting` is how it counts in the library at hand, where that is another than it ships with.
    """
    says, advice = _in_words(code)
    page = f"{code.name} ({setting or code.severity})\n\n{says}\n\nWhy: {code.why}\n\nWhat to do: {advice}\n"
    house = f" This library has it as '{setting}'; it ships as '{code.severity}'." if setting else ""
    return f"{page}\n{matter_of_style(code)}{house}\n" if code.style else page


def matter_of_style(code: CodeRow) -> str:
    """A library's setting for a remark of style."""
    return f"A matter of style: 'rules: {{{code.name}: off}}' in source/library.yaml switches it off."


def _in_words(code: CodeRow) -> tuple[str, str]:
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


@click.command("explain")
@click.argument("code", required=False)
@click.option("--handbook", is_flag=True, help="Print the handbook's page of all codes.")
@shared
@click.pass_context
def verb(context: click.Context, code: str | None, handbook: bool) -> int:
    """Explain a diagnostic by its code, or list all codes.

    In a library remarks of style count as its `rules:` say.
    """
    if handbook:
        click.echo(handbook_page(), nl=False)
        return 0
    rules = _rules(Shared(context))
    if code is None:
        rows = [(row.name, setting_of(row.name, rules), row.says) for row in TABLE.values()]
        click.echo(tables.as_columns(("code", "severity", "says"), rows), nl=False)
    elif code in TABLE:
        setting = setting_of(code, rules)
        click.echo(explanation(TABLE[code], "" if setting == TABLE[code].severity else setting), nl=False)
    else:
        near = get_close_matches(code, TABLE)
        raise click.UsageError(f"There is no code {code!r}." + (f" Did you mean {near[0]}?" if near else ""))
    return 0


def _rules(options: Shared) -> Any:
    """The rules of the house that the library at hand has; none where there is no library."""
    if options.library is None:
        return {}
    from pipeline.cli.survey import rules_of_the_house

    return rules_of_the_house(options.library)
