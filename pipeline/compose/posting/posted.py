"""Letters and labels for what is posted: a letter a delivery, each a text of its own, and the sheets of labels."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from pipeline.compose.design.style import joined, paged_style
from pipeline.compose.design.typeface import font_set
from pipeline.compose.language.house import speaking
from pipeline.compose.page.fragment import set_page
from pipeline.compose.posting.parts import NOTHING, LetterPart
from pipeline.model.formats import USUAL_EDITION
from pipeline.model.layouts import Layouts
from pipeline.model.manuscript import Chapter, Manuscript, Metadata
from pipeline.model.source.imprint import Imprint
from pipeline.model.words import Words
from pipeline.text.fitting import width

LETTER, LABELS, SHEET = "post/letter.html.j2", "post/labels.html.j2", "post/post.css"
BLANK = "{blank}"
"""Stands in a phrase where a line to fill in is to be."""

LABEL_ROOM, LABEL_SIZE = 245.0, 12
"""Points that a line of a label has, and the size of its type."""
LABEL_LINES = {14: 5, 8: 10}
"""Lines that name and address may have on a label, above the line on the parcel, by the labels on a sheet."""


@dataclass(frozen=True, slots=True)
class PostedLetter:
    """Everything that the letter with a delivery says, and the label on its parcel."""

    delivery: str
    """The delivery's id."""
    words: Words
    """The words of the college's language."""
    name: str
    """The college's name."""
    address: tuple[str, ...]
    """The postal address, part by part."""
    title: str
    edition: str
    issued: date
    enclosed: str
    """The copies in the parcel, with their numbers, in words."""
    label: str
    """The line on its label below the address: the delivery and the copies, in the library's words."""
    code: str = ""
    status_page: str = ""
    newer: str = ""
    """The newest edition, where this one is not."""
    changes: LetterPart = NOTHING
    held: tuple[tuple[str, str], ...] = ()
    """Older editions that the college holds on paper: the name of each, and its copies in words."""
    only_old: str = ""
    """The sentence that tells old copies from new ones, where both bear the same numbers."""
    recalled: str = ""
    """The sentence that a recall asks for some of these copies too, if one does."""
    return_to: str = ""
    """The postal address that old copies go back to, if the publisher takes them."""
    answer_by: date | None = None
    """The day by which the college is asked to answer, if there is one."""
    newest: str = ""
    """The address where the newest edition stands, where no page tells whether this one is current."""
    numbered: bool = False
    needs: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())
    """Sentences of the library that stand at the end."""

    @property
    def chapter(self) -> str:
        """The name of its chapter."""
        return f"letter-{self.delivery}"


def compose_post(
    letters: Sequence[PostedLetter], imprint: Imprint, words: Words, layouts: Layouts, per_sheet: int = 14
) -> Manuscript:
    """The letters, in the order of delivery, and behind them the labels; `words` are those of the library."""
    first = letters[0]
    chapters = (
        *(_letter(one, imprint, layouts) for one in letters),
        *_sheets_of_labels(letters, words, layouts, per_sheet, imprint.fields.language),
    )
    markup = "".join(chapter.body for chapter in chapters)
    fonts = font_set(imprint, layouts, USUAL_EDITION, markup)
    return Manuscript(
        layout="briefing",
        chapters=chapters,
        metadata=Metadata(
            id="post",
            title=words.say("post-of", title=first.title, edition=first.edition),
            language=imprint.fields.language,
            publisher=imprint.fields.publisher,
            version=first.edition,
            modified=first.issued.isoformat(),
        ),
        style=paged_style("briefing", imprint, layouts, fonts, USUAL_EDITION) + joined((SHEET,), layouts),
        epub_style="",
        web_style="",
        fonts=fonts.faces,
    )


def _letter(one: PostedLetter, imprint: Imprint, layouts: Layouts) -> Chapter:
    fields, words = imprint.fields, one.words
    values = {
        "words": words,
        "house": speaking(words, fields.language),
        "letter": one,
        "blank": BLANK,
        "publisher": fields.publisher,
        "contact": fields.contact or fields.publisher,
        "key": fields.signing.key if fields.signing else "",
    }
    markup, bookmarks = set_page(layouts, LETTER, values, words.language)
    return Chapter(one.chapter, one.name, markup, bookmarks[:1])


def _sheets_of_labels(
    letters: Sequence[PostedLetter], words: Words, layouts: Layouts, per_sheet: int, language: str
) -> Iterator[Chapter]:
    for number, first in enumerate(range(0, len(letters), per_sheet), 1):
        labels = [
            {
                "name": one.name,
                "address": address_lines(one.name, one.address, LABEL_LINES[per_sheet]),
                "about": one.label,
            }
            for one in letters[first : first + per_sheet]
        ]
        values = {"words": words, "labels": labels, "per_sheet": per_sheet}
        markup, bookmarks = set_page(layouts, LABELS, values, language)
        yield Chapter(f"labels-{number:03}", words.say("post-title"), markup, bookmarks)


def address_lines(name: str, parts: Sequence[str], most: int) -> tuple[str, ...]:
    """The parts of an address line by line; where they are too many for a label, some share a line that has room."""
    lines = list(parts)
    left = most - _lines_of(name)
    while len(lines) > 1 and sum(map(_lines_of, lines)) > left:
        pairs = pairwise(lines)
        _, at = min((width(f"{one}, {other}", LABEL_SIZE), n) for n, (one, other) in enumerate(pairs))
        lines[at : at + 2] = [f"{lines[at]}, {lines[at + 1]}"]
    return tuple(lines)


def label_lines(name: str, parts: Sequence[str], most: int) -> int:
    """Lines that a name and its address take on a label that has so many, as they are set there."""
    return sum(map(_lines_of, (name, *address_lines(name, parts, most))))


def _lines_of(words: str) -> int:
    """Lines that some words take on a label."""
    return -(-int(width(words, LABEL_SIZE)) // int(LABEL_ROOM))
