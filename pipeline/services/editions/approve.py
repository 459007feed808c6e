"""The verb approve: show the code of a briefing's words, or enter their approval in its history."""

import stat
from datetime import date, datetime

import click

from pipeline.build.output import output_lock
from pipeline.build.project import Project
from pipeline.build.summary import MadeFiles
from pipeline.build.survey import check_source
from pipeline.build.versions import resolve_text
from pipeline.cli.options import DAY, current_command_line, production_day
from pipeline.cli.outcome import Outcome, verb_with_outcome
from pipeline.compose.changes.marked_text import ApprovalNote
from pipeline.core.diagnostics import UsageError
from pipeline.core.files import write_atomically
from pipeline.core.printed_code import read_code
from pipeline.load.versions import write_gitattributes
from pipeline.model.formats import Format
from pipeline.model.source.briefing import Briefing
from pipeline.model.source.versions import (
    APPROVAL_ATTRIBUTES,
    CODE_ALONE,
    RECORD,
    WORDS,
    approval_of,
    folder_of,
    version_ref,
)
from pipeline.model.words import format_date
from pipeline.resolve.reading import BriefingView, view_briefings
from pipeline.resolve.wording import compute_wording, wording_digest
from pipeline.services.editions.approvals import (
    Approval,
    code_of_words,
    differences,
    find_approval,
    with_approval,
)
from pipeline.services.editions.changes import MarkedJob, formats_of, make_marked, marked_copies, places_of
from pipeline.services.editions.publish import require_briefing


def sheet(project: Project, reading: BriefingView, command: str) -> str:
    """Return the sheet for the approver of a text: its changes since the last kept version, and its code."""
    briefing, words = reading.briefing, compute_wording(reading)
    code, approval = code_of_words(words, reading.environment.codes), find_approval(briefing)
    heading = f"{briefing.fields.title}, version {briefing.fields.version} ({briefing.path})"
    lines = [heading, "", *_changes(project, briefing, words), "", f"Code of this text: {code}"]
    if approval and _is_approval_of(approval, words):
        lines.append(_say_approved(briefing, approval))
        lines += [f"{CODE_ALONE} Enter it again to have the words compared."] if approval.is_by_code_alone else []
    else:
        if approval:
            lines += ["", "Whoever has read them and answers for them has it entered by:"]
        else:
            lines += ["", f"Its history has no entry on version {briefing.fields.version}: write one, and then"]
            lines += ["whoever has read the words and answers for them has it entered by:"]
        lines.append(f"  {command} approve {briefing.id} --by ROLE --code {code}")
    return "\n".join(lines) + "\n"


def _changes(project: Project, briefing: Briefing, words: bytes) -> list[str]:
    """Return the changes since the last kept version, a line each."""
    last = next(reversed(project.loaded[0].kept_numbers.get(briefing.id, ())), "")
    old = project.files.get(f"{folder_of(briefing.id, last)}/{WORDS}", b"") if last else b""
    record = project.files.get(f"{folder_of(briefing.id, last)}/{RECORD}", b"")
    if not old or wording_digest(old).encode() not in record:
        sentence = f"Of version {last}, which is kept, there is no wording to compare with." if last else ""
        return [sentence or "No version of this text has been published yet: every word is new."]
    lines = differences(old, words)
    if not lines:
        return [f"Its words are those of version {last}, which is kept."]
    return [f"Changed since version {last}, which is kept:", *(f"  {line}" for line in lines)]


def _say_approved(briefing: Briefing, approval: Approval) -> str:
    day = f" on {format_date(approval.entry.approved_on)}" if approval.entry.approved_on else ""
    return f"Version {briefing.fields.version} of '{briefing.id}' was approved by {approval.entry.approved_by}{day}."


def _is_approval_of(approval: Approval, words: bytes) -> bool:
    """Return True if an approval is of these words, however their code was typed."""
    entry, digest = approval.entry, wording_digest(words)
    try:
        is_same_code = read_code(entry.approved_code or "").is_of(digest)
    except UsageError:
        return False
    return bool(entry.approved_by) and is_same_code and entry.approved_words in (None, digest)


def enter_approval(project: Project, reading: BriefingView, by: str, typed_code: str, on: date) -> str:
    """Enter an approval and return a sentence on it. Raises `UsageError` if words or approver are others."""
    briefing, words = reading.briefing, compute_wording(reading)
    version, code = briefing.fields.version, code_of_words(words, reading.environment.codes)
    typed = read_code(typed_code)
    if typed.copy:
        raise UsageError(f"{typed_code} is the code of copy {typed.copy}: words are approved by their own code.")
    if not typed.is_of(wording_digest(words)):
        raise UsageError(f"'{briefing.id}' has changed since {typed_code}: its code is now {code}.")
    approval = find_approval(briefing)
    if approval is None:
        place = briefing.marks.at("history")
        raise UsageError(
            f"{place}: there is no entry on version {version} to enter it in: write one with its version, date, kind "
            "and summary."
        )
    if approval.entry.approved_by not in (None, by):
        raise UsageError(
            f"{_say_approved(briefing, approval)} Remove 'approved_by' from that entry if {by} approves it instead."
        )
    if _is_approval_of(approval, words) and not approval.is_by_code_alone:
        return f"{_say_approved(briefing, approval)} There is nothing to do."
    digest = wording_digest(words)
    if approval.entry.approved_code == code and approval.entry.approved_words not in (None, digest):
        raise UsageError(
            f"Other words of '{briefing.id}' were approved as {code}: two texts share this code. Compare it with "
            f"{approval_of(briefing.id, version)}. To approve it, delete 'approved_words' in its entry."
        )
    old_source = project.files[briefing.path]
    source = with_approval(old_source, briefing.path, approval.number, by, on, code, digest)
    with output_lock(project):
        if (project.folder / briefing.path).read_bytes() != old_source:
            raise UsageError(f"{briefing.path} has changed since: nothing was entered. Get its code again.")
        write_gitattributes(project.folder / APPROVAL_ATTRIBUTES)
        write_atomically(project.folder / approval_of(briefing.id, version), words, durable=True)
        path = (project.folder / briefing.path).resolve()  # keep a symbolic link within the sources
        write_atomically(path, source, durable=True, mode=stat.S_IMODE(path.stat().st_mode))
    return f"Entered in {briefing.path}: version {version}, approved by {by} as {code}. Commit source/."


@click.command("approve")
@click.argument("name")
@click.option("--by", metavar="ROLE", help="The role that approves the text, such as 'Head of evidence'.")
@click.option("--code", metavar="CODE", help="The code on the text that was read.")
@marked_copies
@click.option("--date", "on", type=DAY, metavar="YYYY-MM-DD", help="The day of the approval (default: today).")
@verb_with_outcome("text", jobs=2)
def verb(
    project: Project, /, name: str, by: str | None, code: str | None, on: datetime | None, **wanted: bool
) -> Outcome:
    """Show the code of a briefing's text, or record its approval.

    Without options, shows the changes since the last kept version, and the code. --by and --code record the
    approval with the SHA-256 of the text; 'check', 'publish' and 'verify' then compare it. A marked copy is a sheet
    to read and sign, with the changes marked.
    """
    if (by is None) != (code is None):
        raise click.UsageError("An approval takes both --by and --code.")
    formats = formats_of(wanted)
    if by is not None and formats:
        raise click.UsageError("A sheet is made before an approval is entered: leave out --by and --code.")
    day = production_day(on, project)
    require_briefing(project.loaded[0], name)
    reading = view_briefings(project.loaded[0], day)[name]
    if by is not None and code is not None:
        by = " ".join(by.split())
        if not by or not by.isprintable():
            raise click.UsageError("--by takes the role that approves the words, such as 'Head of evidence'.")
        return Outcome(text=[enter_approval(project, reading, by, code, day)])
    sheets = _sheets(project, reading, formats, day) if formats else MadeFiles()
    text = [sheet(project, reading, current_command_line()), *places_of(sheets)]
    return Outcome(sheets.remarks, text, sheets.exit_code, whole=False)


def _sheets(project: Project, reading: BriefingView, formats: tuple[Format, ...], day: date) -> MadeFiles:
    """Make the sheets to be read and signed, with changes since the last kept version marked."""
    name = reading.briefing.id
    last = next(reversed(project.loaded[0].kept_numbers.get(name, ())), "")
    remarks = tuple(remark.sentence for remark in check_source(project, (name,), day))
    note = ApprovalNote(code_of_words(compute_wording(reading), reading.environment.codes), remarks)
    kept_text = resolve_text(project, version_ref(name, last), day) if last else None
    return make_marked(project, MarkedJob(kept_text, resolve_text(project, name, day), note), formats, day)
