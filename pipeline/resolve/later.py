"""What is read and kept, but does nothing today: told, so that nobody waits for it."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.codes import build as codes
from pipeline.diagnostics import Diagnostic
from pipeline.model.body import Box, BoxKind
from pipeline.model.imprint import PDF_FORMATS, Format
from pipeline.model.record import Step
from pipeline.resolve.reading import Binding, Reading

MADE_OF_PACKS: tuple[Format, ...] = (*PDF_FORMATS, "epub")
"""The formats of a pack that can be made."""

_OF_FIGURES = ("long_description", "credit", "licence")
_BOXES = (("outcomes", BoxKind.OUTCOMES), ("questions", BoxKind.QUESTIONS))


def fields_have_effect(reading: Reading) -> Iterator[Diagnostic]:
    """What a briefing says of itself is printed somewhere."""
    fields, marks = reading.briefing.fields, reading.briefing.marks
    ways: list[tuple[Step, ...]] = [(name,) for name in ("reviewers", "audience") if getattr(fields, name)]
    if fields.teaching:
        ways += [("teaching", name) for name in ("minutes", "curriculum") if getattr(fields.teaching, name)]
    for number, figure in enumerate(fields.figures):
        ways += [("figures", number, name) for name in _OF_FIGURES if getattr(figure, name)]
    for way in ways:
        yield codes.FIELD_LATER.at(marks.key_at(*way), field=_dotted(way))


def teaching_has_its_boxes(reading: Reading) -> Iterator[Diagnostic]:
    """Outcomes and questions in the front matter are printed where a box asks for them."""
    teaching, marks = reading.briefing.fields.teaching, reading.briefing.marks
    boxes = {box.kind for box in reading.passage.every(Box)}
    for name, kind in _BOXES:
        if teaching and getattr(teaching, name) and kind not in boxes:
            hint = f"Write a line '::: {name}' and a line ':::' under it where they are to stand in the text."
            yield codes.FIELD_LATER.at(marks.key_at("teaching", name), hint, field=f"teaching.{name}")


def formats_of_packs_are_made(binding: Binding) -> Iterator[Diagnostic]:
    """The formats that a pack lists can be made."""
    for index, wanted in enumerate(binding.pack.fields.formats):
        if wanted not in MADE_OF_PACKS:
            yield codes.FORMAT_LATER.at(binding.pack.marks.at("formats", index), format=wanted)


def _dotted(way: tuple[Step, ...]) -> str:
    return ".".join(step for step in way if isinstance(step, str))
