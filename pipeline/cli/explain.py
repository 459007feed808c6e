"""The verb explain: what a diagnostic means and what to do."""

from difflib import get_close_matches
from typing import Any

import click

from pipeline.cli.options import Shared
from pipeline.cli.outcome import Outcome, Table, rendered
from pipeline.core.messages import MessageType, catalogue, present, setting_of


def explanation(kind: MessageType, setting: str = "") -> str:
    """A code's page: what it says, why it matters, what to do; in words of one case where each is different.

    `setting` is how it counts in the library at hand, where that is another than it ships with.
    """
    says, advice = in_words(kind)
    page = f"{kind.name} ({setting or kind.severity})\n\n{says}\n\nWhy: {kind.why}\n\nWhat to do: {advice}\n"
    house = f" This library has it as '{setting}'; it ships as '{kind.severity}'." if setting else ""
    return f"{page}\n{matter_of_style(kind)}{house}\n" if kind.style else page


def matter_of_style(kind: MessageType) -> str:
    """A library's setting for a remark of style."""
    return f"A matter of style: 'rules: {{{kind.name}: off}}' in source/library.yaml switches it off."


def in_words(kind: MessageType) -> tuple[str, str]:
    """The sentence and the remedy of a code, of one case where they are different every time."""
    return kind.example or kind.summary, kind.example_hint or kind.advice


@click.command("explain")
@click.argument("code", required=False)
@rendered(library=False)
def verb(options: Shared, code: str | None) -> Outcome:
    """Explain a diagnostic by its code, or list all codes.

    In a library remarks of style count as its `rules:` say.
    """
    rules, code = _rules(options), code and present(code)
    if code is None:
        rows = [(kind.name, setting_of(kind.name, rules), kind.summary) for kind in catalogue().values()]
        return Outcome(table=Table(("code", "severity", "says"), rows))
    if code not in catalogue():
        near = get_close_matches(code, catalogue())
        raise click.UsageError(f"There is no code {code!r}." + (f" Did you mean {near[0]}?" if near else ""))
    setting = setting_of(code, rules)
    return Outcome(text=[explanation(catalogue()[code], "" if setting == catalogue()[code].severity else setting)])


def _rules(options: Shared) -> Any:
    """The rules of the house that the library at hand has; none where there is no library."""
    if options.library is None:
        return {}
    from pipeline.cli.reports.survey import rules_of_the_house

    return rules_of_the_house(options.library)
