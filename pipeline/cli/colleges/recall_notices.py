"""The notices of a recall as files: one a college, in its language, as plain text and as a page."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from pathlib import Path

from pipeline.build.project import Project
from pipeline.cli.colleges.letter_words import words_of_letters
from pipeline.cli.colleges.opening import project_events
from pipeline.cli.editions.archived_pages import pages_of_texts
from pipeline.colleges.deliveries.letters import as_page
from pipeline.colleges.holdings import Holding
from pipeline.colleges.notices import NoticeTerms, notice
from pipeline.colleges.recalls import Recall
from pipeline.colleges.told import progress
from pipeline.core.files import write_whole
from pipeline.editions.issued.records import read_records
from pipeline.model.library import Library
from pipeline.model.words import Words


def address_of(library: Library, name: str) -> str:
    """The place to which a notice for a college goes: its role mailbox, else where its copies go; nothing of most."""
    college = library.colleges.get(name)
    if college is None:
        return ""
    return str(college.contact or college.channels.mail or college.channels.post or college.delivery or "")


def write_notices(project: Project, recall: Recall, found: Collection[Holding], again: date | None = None) -> None:
    """Write the notice to each college that has not answered for all; those of the others go away."""
    library, folder = project.loaded[0], project.folder / "output" / "recalls" / recall.name
    holders = {name: [one for one in found if one.college == name] for name in sorted({one.college for one in found})}
    _clear(folder, holders)
    told = {one.college for one in progress(project_events(project)[0], recall) if one.told}
    pages = _pages(project, recall, found)
    for college, words in words_of_letters(project, library, holders).items():
        known, title = library.colleges.get(college), _title(recall.of, library, words)
        terms = NoticeTerms(
            {name: pack.fields.title for name, pack in library.packs.items()} | {recall.name: title},
            library.imprint.fields.contact,
            pages,
            _beside(recall, holders[college]),
            again,
            college in told,
            address_of(library, college),
        )
        letter = notice(recall, known.name if known else college, holders[college], terms, words)
        write_whole(folder / f"{college}.txt", letter.encode())
        write_whole(folder / f"{college}.html", as_page(title, letter, words.language).encode())


def _clear(folder: Path, holders: Iterable[str]) -> None:
    """Take the notices of colleges away that have answered since."""
    wanted = set(holders)
    for path in folder.glob("*.*") if folder.is_dir() else ():
        if path.stem not in wanted and path.suffix in (".txt", ".html"):
            path.unlink()


def _beside(recall: Recall, own: Iterable[Holding]) -> bool:
    """Whether copies hold other texts beside the one that is recalled."""
    return any(set(one.briefings) & set(recall.words) and set(one.briefings) - set(recall.words) for one in own)


def _pages(project: Project, recall: Recall, found: Iterable[Holding]) -> Mapping[tuple[str, str], str]:
    """The printed pages of the text that is recalled, by pack and edition."""
    wanted = {(one.pack, one.edition) for one in found}
    pages = {}
    for one in read_records(project.files).every():
        title = one.record.pack, one.record.edition
        names = [text.id for text in one.record.briefings if f"{text.id}@{text.version}" in recall.words]
        if title in wanted and names:
            labels = [label for own in pages_of_texts(project, one, names).values() for label in own]
            pages[title] = _runs(labels)
    return {title: said for title, said in pages.items() if said}


def _runs(labels: Iterable[str]) -> str:
    """Labels of pages in any language: '3–6, 9'."""
    runs: list[list[str]] = []
    for label in labels:
        before, hyphen, page = label.rpartition("-")
        if runs and page.isdecimal() and runs[-1][-1] == f"{before}{hyphen}{int(page) - 1}":
            runs[-1].append(label)
        else:
            runs.append([label])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def _title(of: str, library: Library, words: Words) -> str:
    """Title of what is recalled, with its version or edition."""
    name, _, which = of.partition("@")
    known = library.briefings.get(name) or library.packs.get(name)
    title = known.fields.title if known else name
    if not which:
        return title
    if name in library.briefings:
        return words.say("recall-title-version", title=title, version=which)
    return words.say("recall-title-edition", title=title, edition=which)
