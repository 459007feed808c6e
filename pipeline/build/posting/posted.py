"""Letters and labels for what is posted: composed, pressed, bound and checked as any other text."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.bind.pdf.posted import bind_posted, posted_lines
from pipeline.build.builder import Builder
from pipeline.build.checks import File, checked
from pipeline.build.output.beside import make_beside
from pipeline.build.project import Project
from pipeline.build.rules import PRESS
from pipeline.compose.posting.posted import PostedLetter, compose_post
from pipeline.compose.stamp import compose_stamps
from pipeline.core.diagnostics import Diagnostic, errors, ordered
from pipeline.core.digest import sha256
from pipeline.core.files import write_whole
from pipeline.load.library.word_tables import wordbook
from pipeline.model.claim import Claim
from pipeline.model.formats import USUAL_EDITION
from pipeline.model.library import Library


@dataclass(frozen=True, slots=True)
class MadePost:
    """The file that was made, and what is wrong with it."""

    file: Path
    pages: int
    faults: tuple[Diagnostic, ...] = ()


def make_post(
    project: Project, library: Library, letters: Sequence[PostedLetter], place: Path, per_sheet: int
) -> MadePost:
    """Make the letters and labels of deliveries in their order, and put them in their place."""
    return make_beside(project, lambda b: _made(b, library, letters, place, per_sheet))


async def _made(b: Builder, library: Library, letters: Sequence[PostedLetter], place: Path, per_sheet: int) -> MadePost:
    imprint, layouts = library.imprint, b.project.layouts
    words = wordbook(layouts).of(imprint.fields.language)
    text = compose_post(letters, imprint, words, layouts, per_sheet)
    sheets = await b.result(PRESS, text)
    feet = {one.chapter: (one.name, one.words.say("post-delivery", id=one.delivery), one.words) for one in letters}
    stamps = compose_stamps(imprint, layouts)
    lines = await b.stamps(stamps, (line for page in posted_lines(sheets, feet) for line in page))
    claim = Claim()
    content = bind_posted(sheets, text.metadata, feet, lines, claim)
    path, digest = place.relative_to(b.project.folder).as_posix(), sha256(content)
    said = await checked(b, File(path, digest, USUAL_EDITION, digest, read=lambda: content))
    write_whole(place, content, b.project.output)
    faults = errors((*b.remarks, *sheets.remarks, *said))  # doubts that letters are alike are none here
    return MadePost(place, sheets.pages, ordered(faults))
