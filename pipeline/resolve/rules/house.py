"""What the house asks of titles, tables, boxes, figures, numbers and words of the starter."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.messages import catalogue, message
from pipeline.core.tables import enumerated
from pipeline.load.pictures.paths import picture_file
from pipeline.model.body import Box, BoxKind, Figure, Image, Table, Text, plain_text
from pipeline.model.formats import FORMATS
from pipeline.model.isbn import digits_of
from pipeline.model.source.briefing import BriefingHead
from pipeline.model.source.imprint import Imprint
from pipeline.model.source.pack import Pack
from pipeline.model.source.record import Marks, Record
from pipeline.resolve.environment import Environment
from pipeline.resolve.inherit import language_of
from pipeline.resolve.nearest import did_you_mean
from pipeline.resolve.reading import Passage, Reading
from pipeline.resolve.rules.characters import written_words
from pipeline.resolve.rules.places import place_in
from pipeline.text.fitting import TITLE_ROOM, TITLE_SIZE, shortened
from pipeline.text.typography import typeset

COLUMNS_MOST = 4


def titles_fit_the_running_header(reading: Reading) -> Iterator[Diagnostic]:
    """The short title, or the title in its place, stands whole between the date and the status."""
    fields = reading.briefing.fields
    title = typeset(fields.short_title or fields.title, language_of(reading.briefing, reading.environment.imprint))
    shown = shortened(title, TITLE_ROOM, TITLE_SIZE)
    if shown != title:
        place = reading.briefing.marks.at("short_title" if fields.short_title else "title")
        yield message("short-title-long", place, shown=shown.removesuffix("…"))


def tables_fit_on_a_small_screen(reading: Reading) -> Iterator[Diagnostic]:
    """A table keeps its columns wherever it is read."""
    for table in reading.passage.every(Table):
        if len(table.aligns) > COLUMNS_MOST:
            yield message("table-wide", table.place, columns=len(table.aligns), most=COLUMNS_MOST)


def columns_have_heads(reading: Reading) -> Iterator[Diagnostic]:
    """Check that a table has rows, and words above each column with words; the corner may be empty."""
    for table in reading.passage.every(Table):
        if not table.rows:
            yield message("table-empty", table.place)
        if missing := [str(number + 1) for number in range(len(table.head)) if _lacks_head(table, number)]:
            yield message("table-no-head", table.place, columns=_in_words(missing))


def _lacks_head(table: Table, number: int) -> bool:
    if table.head[number] or (number == 0 and table.row_heads):
        return False
    return any(number < len(row) and plain_text(row[number]).strip() for row in table.rows)


def _in_words(numbers: list[str]) -> str:
    """'Column 2 has', 'Columns 2, 3 and 4 have'."""
    return f"Column{'s' * (len(numbers) > 1)} {enumerated(numbers)} of this table {'have' if numbers[1:] else 'has'}"


_BOXES = (
    ("outcomes", BoxKind.OUTCOMES),
    ("questions", BoxKind.QUESTIONS),
    ("minutes", BoxKind.OUTCOMES),
    ("curriculum", BoxKind.OUTCOMES),
)
"""Fields for a trainer, and the box that each is printed in."""


def briefings_have_a_text(reading: Reading) -> Iterator[Diagnostic]:
    """A briefing is more than its front matter."""
    if not reading.briefing.body.blocks:
        yield message("body-empty", reading.briefing.marks.key_at("title"))


def teaching_has_its_boxes(reading: Reading) -> Iterator[Diagnostic]:
    """Every field for a trainer is printed where a box of the text asks for it."""
    teaching, marks = reading.briefing.fields.teaching, reading.briefing.marks
    boxes = {box.kind for box in reading.passage.every(Box)}
    for name, kind in _BOXES:
        if teaching and getattr(teaching, name) and kind not in boxes:
            yield message("teaching-not-placed", marks.key_at("teaching", name), field=f"teaching.{name}", box=kind)


def records_have_their_figures(reading: Reading) -> Iterator[Diagnostic]:
    """Each record of a figure has its figure in the text, by id or by file."""
    figures: tuple[Figure | Image, ...] = (*reading.passage.every(Figure), *reading.passage.every(Image))
    ids = {figure.id for figure in reading.passage.every(Figure) if figure.id}
    path = reading.briefing.path
    files = {picture_file(path, figure.source) for figure in figures}
    for number, record in enumerate(reading.briefing.fields.figures):
        if record.id not in ids and picture_file(path, record.file) not in files:
            place = reading.briefing.marks.at("figures", number, "id")
            hint = did_you_mean(record.id, ids, catalogue()["figure-not-placed"].do)
            yield message("figure-not-placed", place, hint=hint, id=record.id, file=record.file)


PLACEHOLDERS = (
    "Say here how you search",
    "Describe here what a force does",
    "Your Institute",
    "your-institute.example",
    "Your Police Force",
    "Your Police College",
)
"""Beginnings or whole texts of each of them."""


def texts_are_ones_own(passage: Passage) -> Iterator[Diagnostic]:
    """Nothing in a text still says what should be written in its place."""
    for text in passage.every(Text):
        for words in PLACEHOLDERS:
            if (at := text.text.find(words)) >= 0:
                yield message("starter-words", place_in(text, at), words=words)


def fields_are_ones_own(environment: Environment) -> Iterator[Diagnostic]:
    """Nothing in the imprint or the lists still has an invented name."""
    imprint = environment.imprint
    yield from _placeholder_words(imprint.fields, imprint.marks.at)
    lists: Mapping[str, Mapping[str, Record]] = {
        "organisations": environment.organisations,
        **environment.others,
    }
    for name, records in lists.items():
        marks = environment.list_marks.get(name, Marks(f"source/{name}.yaml"))
        for key, record in records.items():
            yield from _placeholder_words(record, lambda *way, marks=marks, key=key: marks.at(key, *way))


def _placeholder_words(record: Record, place: Callable[..., Place]) -> Iterator[Diagnostic]:
    for text, way in written_words(record, ()):
        if words := next((words for words in PLACEHOLDERS if words in text), ""):
            yield message("starter-words", place(*way), words=words)


def the_printer_is_known(imprint: Imprint, packs: Iterable[Pack]) -> Iterator[Diagnostic]:
    """The library names the profile of the press where it, or one of these packs, lists a print edition.

    Told once, at the first list.
    """
    if imprint.fields.print.profile:
        return
    lists: tuple[Imprint | Pack, ...] = (imprint, *packs)
    places = (
        listed.marks.at("formats", place)
        for listed in lists
        for place, kind in enumerate(listed.fields.formats)
        if FORMATS[kind].printed
    )
    for place in islice(places, 1):
        yield message("print-no-profile", place)


@dataclass(frozen=True, slots=True)
class _Number:
    """A number as somebody wrote it for a publication."""

    kind: str
    written: str
    owner: str
    place: Place

    @property
    def known_by(self) -> tuple[str, str]:
        """Form that it is compared by: an ISBN may have hyphens, a DOI capitals."""
        return self.kind, digits_of(self.written) if self.kind == "ISBN" else self.written.casefold()


def numbers_are_of_one_publication(environment: Environment, chosen: Collection[str]) -> Iterator[Diagnostic]:
    """No two briefings or packs have one ISBN or DOI. Told at those chosen, and not at the first if all of them are."""
    alike: dict[tuple[str, str], list[_Number]] = defaultdict(list)
    things: tuple[BriefingHead | Pack, ...] = (*environment.briefings.values(), *environment.packs.values())
    for thing in things:
        for number in _numbers(thing):
            alike[number.known_by].append(number)
    for numbers in alike.values():
        first, *others = sorted(numbers, key=lambda number: number.owner in chosen)
        for number in others:
            if number.owner != first.owner and number.owner in chosen:
                yield message(
                    "number-shared",
                    number.place,
                    kind=number.kind,
                    number=number.written,
                    first=first.owner,
                    place=first.place,
                )


def _numbers(thing: BriefingHead | Pack) -> Iterator[_Number]:
    if thing.fields.doi:
        yield _Number("DOI", thing.fields.doi, thing.id, thing.marks.at("doi"))
    for edition, isbn in thing.fields.isbn.by_format:
        yield _Number("ISBN", isbn, thing.id, thing.marks.at("isbn", edition))
