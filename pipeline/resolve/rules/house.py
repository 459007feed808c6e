"""The style of the house: long titles and wide tables. Warnings only."""

from collections.abc import Iterator

from pipeline.core.diagnostics import Diagnostic
from pipeline.core.messages import message
from pipeline.model.body import Table
from pipeline.resolve.inherit import language_of
from pipeline.resolve.reading import Reading
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
