"""The verbs check, list, cites and explain."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from difflib import get_close_matches
from functools import partial
from pathlib import Path

import click

from pipeline.build import survey
from pipeline.build.plan import owners_of_paths
from pipeline.build.project import Project
from pipeline.cli.options import DAY, CommonOptions, all_option, production_day
from pipeline.cli.outcome import Outcome, OutcomeTable, list_outcome, verb_with_outcome
from pipeline.core.diagnostics import Diagnostic, exit_code
from pipeline.core.messages import MessageType, Setting, catalogue, present, setting_of
from pipeline.core.sentences import count_diagnostics, count_noun, format_columns
from pipeline.core.services import Hook
from pipeline.model.words import format_date
from pipeline.resolve.listing import IssuedCitingText

CITES: Hook[Callable[[Project, str], Iterable[IssuedCitingText]]] = Hook("cites")

FORMS = dict(Hook[Callable[[tuple[Diagnostic, ...], Path], str]]("forms").items())
"""Forms of the report that services add."""


@click.command("check")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--date", "produced", type=DAY, metavar="YYYY-MM-DD", help="The day for review dates (default: today).")
@click.option("--files", is_flag=True, help="NAMES are paths of files; check their briefings and packs.")
@all_option
@verb_with_outcome("text", "json", "sarif", *FORMS)
def check_verb(
    project: Project, names: tuple[str, ...], produced: datetime | None, files: bool, whole: bool
) -> Outcome:
    """Check the source files, and build nothing.

    With --report github, the first 10 errors and 10 warnings appear in the pull request, and all of them in the
    summary of the step. --report gitlab prints a code quality report.
    """
    if files:
        names = owners_of_paths(project.loaded[0], [_path_in(project.folder.resolve(), Path(name)) for name in names])
    remarks = survey.check_source(project, names, production_day(produced, project))
    return Outcome(
        remarks,
        exit=partial(exit_code, remarks),
        forms={name: partial(form, remarks, project.folder) for name, form in FORMS.items()},
        notes=[f"{count_diagnostics(remarks)}."],
        is_report=True,
        whole=whole,
        named=bool(names),
    )


def _path_in(home: Path, path: Path) -> str:
    """Return a path in the library as remarks have it; for a file elsewhere its name, which belongs to no text."""
    full = path.parent.resolve() / path.name
    return full.relative_to(home).as_posix() if full.is_relative_to(home) else path.name


@click.command("cites")
@click.argument("key", required=False)
@verb_with_outcome("text", "json", "csv")
def cites_verb(project: Project, key: str | None) -> Outcome:
    """List the briefings that cite a work, or all works.

    The list includes kept versions in packs, and issued editions with the colleges that hold them. The first line
    shows whether the work is retracted or unresolved.
    """
    issued = tuple(edition for find in CITES for edition in find(project, key)) if key else ()
    heads, rows = survey.works_table(project) if key is None else survey.texts_that_cite(project, key, issued)
    briefings = [row[:5] for row in rows[: len(rows) - len(issued)]]
    none = "The bibliography holds no works." if key is None else f"No briefing rests on {key}."
    text = [survey.describe_work_status(project, key)] if key else []
    text.append(format_columns(heads[:5], briefings) if briefings else none)
    for edition in issued:
        holders = count_noun(edition.colleges, "college") if edition.colleges else "no college"
        name = f"{edition.edition} of {edition.pack} ({edition.citing.id} {edition.citing.version})"
        text.append(f"Issued: {name}, {format_date(edition.issued)}, held by {holders}.")
    return list_outcome(survey.unread_errors(project), OutcomeTable(heads, rows), *filter(None, text))


def explain_code(kind: MessageType, setting: str = "") -> str:
    """Return the explanation of a code: what it says, why it matters, what to do.

    `setting` is its severity in the library at hand, if the library has changed it.
    """
    says, advice = explain_in_words(kind)
    page = f"{kind.name} ({setting or kind.severity})\n\n{says}\n\nWhy: {kind.why}\n\nWhat to do: {advice}\n"
    house = f" This library has it as '{setting}'; it ships as '{kind.severity}'." if setting else ""
    return f"{page}\n{matter_of_style(kind)}{house}\n" if kind.style else page


def matter_of_style(kind: MessageType) -> str:
    """Return the sentence on how a library switches a remark of style off."""
    return f"A matter of style: 'rules: {{{kind.name}: off}}' in source/library.yaml switches it off."


def explain_in_words(kind: MessageType) -> tuple[str, str]:
    """Return the sentence and the remedy of a code, or of an example if they differ each time."""
    return kind.example or kind.summary, kind.example_hint or kind.advice


@click.command("explain")
@click.argument("code", required=False)
@verb_with_outcome(library=False)
def explain_verb(options: CommonOptions, code: str | None) -> Outcome:
    """Explain a message by its code, or list all codes.

    In a library, the severity is that set under `rules:` in library.yaml.
    """
    rules: Mapping[str, Setting] = survey.style_settings(options.library) if options.library else {}
    code = code and present(code)
    if code is None:
        rows = [(kind.name, setting_of(kind.name, rules), kind.summary) for kind in catalogue().values()]
        return Outcome(table=OutcomeTable(("code", "severity", "says"), rows))
    if code not in catalogue():
        similar = get_close_matches(code, catalogue())
        raise click.UsageError(f"There is no code {code!r}." + (f" Did you mean {similar[0]}?" if similar else ""))
    setting = setting_of(code, rules)
    return Outcome(text=[explain_code(catalogue()[code], "" if setting == catalogue()[code].severity else setting)])


@click.command("list")
@click.option("--date", "produced", type=DAY, metavar="YYYY-MM-DD", help="The day for review dates (default: today).")
@verb_with_outcome("text", "json", "csv")
def list_verb(project: Project, produced: datetime | None) -> Outcome:
    """List all briefings with version, status and dates.

    json and csv also have owner, series, packs, works cited and findings.
    """
    brief, full = survey.list_tables(project, production_day(produced, project))
    return list_outcome(survey.unread_errors(project), OutcomeTable(*full), format_columns(*brief))
