"""The verb approve: the code of a briefing's words, and their approval entered in its history."""

import stat
from datetime import date, datetime

import click

from pipeline.build.output import output_lock
from pipeline.build.project import Project
from pipeline.build.summary import MadeFiles
from pipeline.build.survey import check
from pipeline.build.versions import text_version
from pipeline.cli.options import DAY, day_of, typed_here
from pipeline.cli.outcome import Outcome, rendered
from pipeline.compose.changes.marked_text import ApprovalNote
from pipeline.core.diagnostics import UsageError
from pipeline.core.files import write_whole
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
from pipeline.resolve.reading import BriefingView, read_briefings
from pipeline.resolve.wording import wording_digest, words_of
from pipeline.services.editions.approvals import (
    Approval,
    differences,
    entry_of,
    is_by_code_alone,
    with_approval,
    words_code,
)
from pipeline.services.editions.changes import MarkedJob, formats_of, make_marked, marked_copies, places_of
from pipeline.services.editions.publish import chosen


def sheet(project: Project, reading: BriefingView, command: str) -> str:
    """The sheet for whoever is to approve a text: what has changed since the last kept version, and its code."""
    briefing, words = reading.briefing, words_of(reading)
    code, found = words_code(words, reading.environment.codes), entry_of(briefing)
    head = f"{briefing.fields.title}, version {briefing.fields.version} ({briefing.path})"
    lines = [head, "", *_changes(project, briefing, words), "", f"The code of these words: {code}"]
    if found and _is_of(found, words):
        lines.append(_approved(briefing, found))
        lines += [f"{CODE_ALONE} Enter it again to have the words compared."] if is_by_code_alone(found) else []
    else:
        if found:
            lines += ["", "Whoever has read them and answers for them has it entered by:"]
        else:
            lines += ["", f"Its history has no entry on version {briefing.fields.version}: write one, and then"]
            lines += ["whoever has read the words and answers for them has it entered by:"]
        lines.append(f"  {command} approve {briefing.id} --by ROLE --code {code}")
    return "\n".join(lines) + "\n"


def _changes(project: Project, briefing: Briefing, words: bytes) -> list[str]:
    """Changes since the last kept version, a line each."""
    last = next(reversed(project.loaded[0].kept_numbers.get(briefing.id, ())), "")
    before = project.files.get(f"{folder_of(briefing.id, last)}/{WORDS}", b"") if last else b""
    record = project.files.get(f"{folder_of(briefing.id, last)}/{RECORD}", b"")
    if not before or wording_digest(before).encode() not in record:
        kept = f"Of version {last}, which is kept, there is no wording to compare with." if last else ""
        return [kept or "No version of it is kept yet: every word is new."]
    found = differences(before, words)
    if not found:
        return [f"Its words are those of version {last}, which is kept."]
    return [f"Changed since version {last}, which is kept:", *(f"  {one}" for one in found)]


def _approved(briefing: Briefing, found: Approval) -> str:
    """That a version is approved, by whom and when."""
    on = f" on {format_date(found.entry.approved_on)}" if found.entry.approved_on else ""
    return f"Version {briefing.fields.version} of '{briefing.id}' was approved by {found.entry.approved_by}{on}."


def _is_of(found: Approval, words: bytes) -> bool:
    """Whether an entry approves these words, however their code was typed."""
    entry, digest = found.entry, wording_digest(words)
    try:
        same = read_code(entry.approved_code or "").is_of(digest)
    except UsageError:
        return False
    return bool(entry.approved_by) and same and entry.approved_words in (None, digest)


def enter(project: Project, reading: BriefingView, by: str, typed_code: str, on: date) -> str:
    """Enter an approval, unless the code is of other words or another has approved them; gives what was done."""
    briefing, words = reading.briefing, words_of(reading)
    version, code = briefing.fields.version, words_code(words, reading.environment.codes)
    asked = read_code(typed_code)
    if asked.copy:
        raise UsageError(f"{typed_code} is the code of copy {asked.copy}: words are approved by their own code.")
    if not asked.is_of(wording_digest(words)):
        raise UsageError(f"'{briefing.id}' reads otherwise than the words of {typed_code}: its code is {code} now.")
    found = entry_of(briefing)
    if found is None:
        place = briefing.marks.at("history")
        raise UsageError(
            f"{place}: there is no entry on version {version} to enter it in: write one with its version, date, kind "
            "and summary."
        )
    if found.entry.approved_by not in (None, by):
        raise UsageError(
            f"{_approved(briefing, found)} Take 'approved_by' out of that entry if {by} approves it instead."
        )
    if _is_of(found, words) and not is_by_code_alone(found):
        return f"{_approved(briefing, found)} There is nothing to do."
    digest = wording_digest(words)
    if found.entry.approved_code == code and found.entry.approved_words not in (None, digest):
        raise UsageError(
            f"Other words of '{briefing.id}' were approved as {code}: two texts share this code. Compare it with "
            f"{approval_of(briefing.id, version)}. To approve it, delete 'approved_words' in its entry."
        )
    before = project.files[briefing.path]
    source = with_approval(before, briefing.path, found.number, by, on, code, digest)
    with output_lock(project):
        if (project.folder / briefing.path).read_bytes() != before:
            raise UsageError(f"{briefing.path} was changed meanwhile: nothing was entered. Ask for its code again.")
        write_gitattributes(project.folder / APPROVAL_ATTRIBUTES)
        write_whole(project.folder / approval_of(briefing.id, version), words, durable=True)
        path = (project.folder / briefing.path).resolve()  # a link within the sources stays
        write_whole(path, source, durable=True, mode=stat.S_IMODE(path.stat().st_mode))
    return f"Entered in {briefing.path}: version {version}, approved by {by} as {code}. Commit source/."


@click.command("approve")
@click.argument("name")
@click.option("--by", metavar="ROLE", help="Who approves the words, such as 'Head of evidence'.")
@click.option("--code", metavar="CODE", help="The code of the words that were read.")
@marked_copies
@click.option("--date", "on", type=DAY, metavar="YYYY-MM-DD", help="The day of the approval (default: today).")
@rendered("text", jobs=2)
def verb(
    project: Project, /, name: str, by: str | None, code: str | None, on: datetime | None, **wanted: bool
) -> Outcome:
    """Give the code of a briefing's words, or enter their approval in its history.

    Alone it says what has changed since the last kept version, and the code. With --by and --code it enters the
    approval with the SHA-256 of the words, and changes nothing else. From then on 'check', 'publish' and 'verify'
    compare that SHA-256. The code alone finds slips: two texts can be made that share one. A marked copy is the sheet
    to be read and signed: the text with what has changed marked, the code, and what is still said of it.
    """
    if (by is None) != (code is None):
        raise click.UsageError("An approval takes both --by and --code.")
    formats = formats_of(wanted)
    if by is not None and formats:
        raise click.UsageError("A sheet is made before an approval is entered: leave out --by and --code.")
    day = day_of(on, project)
    chosen(project.loaded[0], name)
    reading = read_briefings(project.loaded[0], day)[name]
    if by is not None and code is not None:
        by = " ".join(by.split())
        if not by or not by.isprintable():
            raise click.UsageError("--by takes the role that approves the words, such as 'Head of evidence'.")
        return Outcome(text=[enter(project, reading, by, code, day)])
    made = _sheets(project, reading, formats, day) if formats else MadeFiles()
    text = [sheet(project, reading, typed_here()), *places_of(made)]
    return Outcome(made.remarks, text, made.exit_code, whole=False)


def _sheets(project: Project, reading: BriefingView, formats: tuple[Format, ...], day: date) -> MadeFiles:
    """The sheets to be read and signed, marked against the last version that is kept."""
    name = reading.briefing.id
    last = next(reversed(project.loaded[0].kept_numbers.get(name, ())), "")
    said = tuple(one.sentence for one in check(project, (name,), day))
    note = ApprovalNote(words_code(words_of(reading), reading.environment.codes), said)
    old = text_version(project, version_ref(name, last), day) if last else None
    return make_marked(project, MarkedJob(old, text_version(project, name, day), note), formats, day)
