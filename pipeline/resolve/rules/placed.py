"""Front matter for a place in the text finds its place there: boxes of a lesson, figures' records."""

from collections.abc import Iterator

from pipeline.core.diagnostics import Diagnostic
from pipeline.core.messages import catalogue, message
from pipeline.load.pictures.paths import picture_file
from pipeline.model.body import Box, BoxKind, Figure, Image
from pipeline.resolve.nearest import did_you_mean
from pipeline.resolve.reading import Reading

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
