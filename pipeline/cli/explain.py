"""The verb explain: what a diagnostic means and what to do."""

from difflib import get_close_matches
from typing import Any

import click

from pipeline.cli.options import Shared, shared
from pipeline.codes import TABLE, CodeRow
from pipeline.codes.renamed import present
from pipeline.codes.rules import setting_of
from pipeline.core import tables


def explanation(code: CodeRow, setting: str = "") -> str:
    """A code's page: what it says, why it matters, what to do; in words of one case where each is different.

    `setting` is how it counts in the library at hand, where that is another than it ships with.
    """
    says, advice = in_words(code)
    page = f"{code.name} ({setting or code.severity})\n\n{says}\n\nWhy: {code.why}\n\nWhat to do: {advice}\n"
    house = f" This library has it as '{setting}'; it ships as '{code.severity}'." if setting else ""
    return f"{page}\n{matter_of_style(code)}{house}\n" if code.style else page


def matter_of_style(code: CodeRow) -> str:
    """A library's setting for a remark of style."""
    return f"A matter of style: 'rules: {{{code.name}: off}}' in source/library.yaml switches it off."


def in_words(code: CodeRow) -> tuple[str, str]:
    """The sentence and the remedy of a code, of one case where they are different every time."""
    from pipeline.codes.examples import examples

    says, hint = examples().get(code.name, ("", ""))
    return says or code.says, hint if hint and "…" in code.advises else code.advises


@click.command("explain")
@click.argument("code", required=False)
@shared
@click.pass_context
def verb(context: click.Context, code: str | None) -> int:
    """Explain a diagnostic by its code, or list all codes.

    In a library remarks of style count as its `rules:` say.
    """
    rules, code = _rules(Shared(context)), code and present(code)
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
    from pipeline.cli.reports.survey import rules_of_the_house

    return rules_of_the_house(options.library)
