"""The notices of a recall as files: one a college, in its language, as plain text and as a page."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from pathlib import Path

from pipeline.build.project import Project
from pipeline.cli.colleges.ledger_access import project_events
from pipeline.cli.colleges.letter_words import words_of_letters
from pipeline.cli.reports.issued_citing import editions_resting_on
from pipeline.colleges.deliveries.letters import as_page
from pipeline.colleges.holdings import Holding, deliveries
from pipeline.colleges.ledger.events import Event, renamed
from pipeline.colleges.notices import NoticeTerms, notice
from pipeline.colleges.recall_progress import progress
from pipeline.colleges.recalled_texts import TextsOnRecord, edition_titles, other_texts, recalled_title
from pipeline.colleges.recalls import Recall, recalls
from pipeline.core.files import refuse_links, write_whole
from pipeline.editions.issued.records import read_records
from pipeline.editions.sealing.check_page import page_style
from pipeline.model.bibliography import WorkState
from pipeline.model.library import Library
from pipeline.model.source.college import present_ids
from pipeline.model.source.kept import pin


def address_of(library: Library, name: str, events: Sequence[Event]) -> str:
    """The place to which a notice for a college goes: its role mailbox, else where its copies go; nothing of most.

    Of a college that is no more among the colleges it is where its last copies went.
    """
    college = library.colleges.get(name)
    if college is None:
        gone = [one.facts for one in deliveries(events).values() if one.college == name]
        return next((str(one.get("to", "")) for one in reversed(gone) if one.get("channel") in ("mail", "post")), "")
    return str(college.contact or college.channels.mail or college.channels.post or college.delivery or "")


def write_notices(project: Project, recall: Recall, found: Collection[Holding], again: date | None = None) -> None:
    """Write the notice to each college that has not answered for all; those of the others go away."""
    library = project.loaded[0]
    events = renamed(project_events(project)[0], present_ids(library.colleges))
    imprint = library.imprint.fields
    folder = folder_of_notices(project, recall)
    holders = {name: [one for one in found if one.college == name] for name in sorted({one.college for one in found})}
    clear_notices(folder, holders)
    style = page_style(library.imprint, project.layouts)
    told = {one.college for one in progress(events, recall) if one.is_told}
    standing, known = recalls(events).values(), texts_on_record(project)
    for college, words in words_of_letters(project, library, holders).items():
        own, taker = holders[college], library.colleges.get(college)
        title = recalled_title(recall.of, own, known, words)
        others, gone = other_texts(recall, own, standing, known, words)
        terms = NoticeTerms(
            title,
            edition_titles(own, known),
            imprint.contact,
            others,
            gone,
            again,
            college in told,
            address_of(library, college, events),
            imprint.publisher,
            (imprint.post.return_to if imprint.post else None) or "",
        )
        letter = notice(recall, taker.name if taker else college, own, terms, words)
        write_whole(folder / f"{college}.txt", letter.encode())
        head = words.say("recall-title", title=title)
        begins = f"\n\n{words.say('recall-answer')}\n\n"
        said, begin, slip = letter.replace(f"{head}\n", "", 1).partition(begins)
        page = as_page(head, said, words.language, style, imprint.publisher, f"{begin}{slip}")
        write_whole(folder / f"{college}.html", page.encode())


def folder_of_notices(project: Project, recall: Recall) -> Path:
    """The folder in which the notices of a recall lie."""
    return project.folder / "output" / "recalls" / recall.name


def texts_on_record(project: Project) -> TextsOnRecord:
    """The records of issued editions, with what is known of their texts now."""
    library = project.loaded[0]
    keys = [
        key
        for key, work in library.bibliography.entries.items()
        if work.notice and work.notice.state is WorkState.RETRACTED and not work.is_cited_knowingly
    ]
    retracted = {pin(one.citing.id, one.citing.version) for key in keys for one in editions_resting_on(project, key)}
    return TextsOnRecord(tuple(read_records(project.files).every()), library, frozenset(retracted))


def clear_notices(folder: Path, holders: Iterable[str] = ()) -> None:
    """Take the notices of all colleges away but these, who have not answered, and folders that are empty then."""
    refuse_links(folder / "notice.txt")
    wanted = set(holders)
    for path in folder.glob("*.*") if folder.is_dir() else ():
        if path.stem not in wanted and path.suffix in (".txt", ".html"):
            path.unlink()
    for left in (folder, folder.parent):
        if left.is_dir() and not any(left.iterdir()):
            left.rmdir()
