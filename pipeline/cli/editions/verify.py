"""The verb verify: which edition a file or a code is of, whether it is whole, and whether it is current."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from pipeline.build.project import Project
from pipeline.cli.editions.answers import NOT_CHECKED, Answer, copies_of
from pipeline.cli.editions.verifying_codes import answers_code
from pipeline.cli.options import Shared
from pipeline.cli.outcome import Outcome, own_json, rendered
from pipeline.core.diagnostics import UsageError
from pipeline.core.printed_code import LENGTH, SHORTEST, may_be_as_long

_LONGEST = 100
"""Letters of a name that is no file and that is shown."""


@click.command("verify")
@click.argument("things", nargs=-1, metavar="[FILE|FOLDER|CODE]...")
@click.option(
    "--records", is_flag=True, help="Check all records, kept versions and archived files, or those of one pack."
)
@click.option(
    "--last", metavar="SHA256", help="With --records PACK: the SHA-256 of its last record, as a covering note has it."
)
@rendered("text", "json", "sarif", on_demand=True)
def verb(project: Project, things: tuple[str, ...], records: bool, last: str | None) -> Outcome:
    """Say which edition a file, a parcel or a code is of, whether it is whole, and whether it is current.

    Of a parcel, which is a folder, the signature is checked and every file. It ends with 0 if each file is as it was
    issued and its edition is current, and with 1 if anything else is so.
    """
    if records:
        from pipeline.cli.editions.auditing import audited

        if len(things) > 1:
            raise click.UsageError("--records takes one pack, or none for all.")
        if last and not things:
            raise click.UsageError("--last goes with --records and a pack: it is the SHA-256 of its last record.")
        return audited(project, next(iter(things), None), last)
    Shared(click.get_current_context()).form("text", "json")
    if not things or last:
        raise click.UsageError("Name a file, a folder or a code, or ask for --records.")
    answers = [answer for thing in things for answer in _answered(project, thing)]
    remarks = [remark for one in answers for remark in one.remarks]
    told = {"verified": [one.as_json() for one in answers]}
    code = int(not all(one.holds for one in answers))
    return Outcome(remarks, _lines(answers), code, forms=own_json(told))


def _answered(project: Project, thing: str) -> tuple[Answer, ...]:
    """The answers on a file, if there is one of that name, or on a code; of what is neither, that it is not."""
    place = Path(thing)
    try:
        place.lstat()
    except (OSError, ValueError):  # there is none, or no file can have such a name
        return _answers_code(project, thing if len(thing) <= _LONGEST else f"{thing[:_LONGEST]}…")
    if place.is_file():
        from pipeline.cli.editions.verifying import answer_file  # which loads all that reads files

        return answer_file(project, place)
    if (place / "bagit.txt").is_file():  # from 'disclose' or 'record --as bagit' of release 1
        whole = f"{NOT_CHECKED}: check its manifest with any BagIt tool."
        return (Answer(thing, "a bag (BagIt)", whole, grade="unchecked"),)
    if place.is_dir() and (known := copies_of(project)):
        return (known[0].parcel(place),)
    return _answers_code(project, thing)


def _answers_code(project: Project, thing: str) -> tuple[Answer, ...]:
    """The answers on a code; of what is none, that it is not."""
    try:
        return answers_code(project, _code_in(thing))
    except UsageError as refused:
        return (Answer(thing, f"nothing. {refused}", grade="unknown"),)


def _code_in(thing: str) -> str:
    """The same, if it may be a code. Raises `UsageError` for what is none, nor a file."""
    if any(sign in thing for sign in "./\\"):
        raise UsageError(f"There is no file '{thing}'.")
    if not may_be_as_long(sum(sign.isalnum() for sign in thing)):
        of_address = " This may be the end of an address: the code is at the foot of each page."
        hint = of_address if thing.isalnum() and len(thing) == SHORTEST else ""
        raise UsageError(f"There is no file '{thing}', and a code has {LENGTH} letters and figures.{hint}")
    return thing


def _lines(answers: Sequence[Answer]) -> Iterator[str]:
    for one in answers:
        yield one.asked
        yield f"  which: {one.which}"
        yield from (f"  whole: {one.whole}",) if one.whole else ()
        yield from (f"  now: {one.now}",) if one.now else ()
        yield from (f"  by: {one.by.rstrip('.')}.",) if one.by else ()
