"""The notices of a recall as files: one a college, in its language, as a message and as plain text."""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from pipeline.build.project import Project
from pipeline.cli.colleges.letter_words import words_of_letters
from pipeline.colleges.holdings import Holding, deliveries
from pipeline.colleges.ledger.events import Event
from pipeline.colleges.notices import NoticeTerms, notice, notice_mail, notice_title, titles_by_name
from pipeline.colleges.recalls import Recall
from pipeline.compose.design.style import page_style
from pipeline.core.files import refuse_links, write_whole
from pipeline.editions.issued.records import read_records
from pipeline.model.library import Library
from pipeline.model.source.college import DeliverySettings, colleges_of


def address_of(library: Library, name: str, events: Sequence[Event]) -> str:
    """The place to which a notice for a college goes: its role mailbox, else where its copies go; nothing of most.

    Of a college that is no more among the colleges it is where its last copies went.
    """
    college = colleges_of(library.others).get(name)
    if college is None:
        gone = [one.facts for one in deliveries(events).values() if one.college == name]
        return next((str(one.get("to", "")) for one in reversed(gone) if one.get("channel") in ("mail", "post")), "")
    return str(college.contact or college.channels.mail or college.channels.post or college.delivery or "")


def write_notices(project: Project, recall: Recall, found: Collection[Holding], events: Sequence[Event]) -> None:
    """Write the notice to each college that has not answered for all; those of the others go away."""
    library = project.loaded[0]
    imprint, folder = library.imprint.fields, folder_of_notices(project, recall)
    holders = {name: [one for one in found if one.college == name] for name in sorted({one.college for one in found})}
    clear_notices(folder, holders)
    titles = titles_by_name(read_records(project.files).every(), library)
    settings = imprint.of(DeliverySettings)
    terms = NoticeTerms(titles, imprint.publisher, imprint.contact, settings.return_to or "")
    sender = settings.mail.sender if settings.mail else _mailbox(imprint.contact or "")
    style = page_style(library.imprint, project.layouts)
    for college, words in words_of_letters(project, library, holders).items():
        taker, to = colleges_of(library.others).get(college), address_of(library, college, events)
        title = notice_title(recall, holders[college], terms, words)
        letter = notice(recall, taker.name if taker else college, to, holders[college], terms, words)
        mail = notice_mail(recall, sender, _mailbox(to), title, letter, words.language, style, imprint.publisher)
        write_whole(folder / f"{college}.txt", f"{title}\n\n{letter}".encode())
        write_whole(folder / f"{college}.eml", mail)


def _mailbox(address: str) -> str:
    """An address, if it is one of mail."""
    return address if "@" in address and len(address.split()) == 1 else ""


def folder_of_notices(project: Project, recall: Recall) -> Path:
    """The folder in which the notices of a recall lie."""
    return project.folder / "output" / "recalls" / recall.name


def clear_notices(folder: Path, holders: Iterable[str] = ()) -> None:
    """Take the notices of all colleges away but these, who have not answered, and folders that are empty then."""
    refuse_links(folder / "notice.txt")
    wanted = {f"{name}{suffix}" for name in holders for suffix in (".txt", ".eml")}
    for path in folder.glob("*.*") if folder.is_dir() else ():
        if path.name not in wanted and path.suffix in (".txt", ".eml", ".html"):
            path.unlink()
    for left in (folder, folder.parent):
        if left.is_dir() and not any(left.iterdir()):
            left.rmdir()
