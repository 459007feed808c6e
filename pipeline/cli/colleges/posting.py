"""Letters and labels for what you post: written where the plan of a delivery says that a person is to send it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.build.posting.posted import make_post
from pipeline.build.project import Project
from pipeline.cli.colleges.letter_words import words_of_letters
from pipeline.cli.editions.issued_copies import PackToCopy
from pipeline.colleges.deliveries.paper import LABELS, POST, labels, posted_letter
from pipeline.colleges.deliveries.plan import PlannedDelivery
from pipeline.colleges.holdings import holdings
from pipeline.colleges.ledger.events import Event
from pipeline.colleges.recalls import recalls_asking
from pipeline.core.diagnostics import Diagnostic
from pipeline.core.files import write_whole
from pipeline.load.library.word_tables import wordbook
from pipeline.model.source.posting import Postage


@dataclass(frozen=True, slots=True)
class WrittenPost:
    """The file with the letters and labels, and what is wrong with it."""

    file: Path
    faults: tuple[Diagnostic, ...] = ()


def write_post(
    project: Project, events: Sequence[Event], issued: PackToCopy, planned: Sequence[PlannedDelivery], day: date
) -> WrittenPost | None:
    """Write letters and labels for what waits to be posted; nothing where nothing does."""
    posted = [one for one in planned if one.waits and one.channel == "post"]
    if not posted:
        return None
    library, issue = issued.library, issued.issue
    ours = wordbook(project.layouts).of(library.imprint.fields.language)
    theirs = words_of_letters(project, library, [one.college for one in posted])
    held = holdings(events)
    letters = [
        posted_letter(
            *(library, issue, one, held, (theirs[one.college], ours), day),
            recalls_asking(events, one.college, one.pack),
        )
        for one in posted
    ]
    folder = project.output / "deliveries" / issue.folder
    write_whole(folder / LABELS, labels(f"{issue.title}, {issue.edition}", posted, library.colleges))
    made = make_post(project, library, letters, folder / POST, (library.imprint.fields.post or Postage()).labels)
    return WrittenPost(made.file, made.faults)
