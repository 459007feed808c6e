"""Fonts listed in `layouts/fonts.yaml`: families with their packages and faces, each mistake reported at its place."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from pipeline.codes import build as codes
from pipeline.core.diagnostics import Desk, Diagnostic, Place
from pipeline.core.errors import EnvironmentFailure
from pipeline.load.library.text import read_text
from pipeline.load.yaml.documents import fill, read_yaml
from pipeline.model.source.fonts import ListedFamily
from pipeline.model.source.record import Marks, Record
from pipeline.text.fonts import font_path

FONTS = "layouts/fonts.yaml"


class FontList(Record):
    """All families."""

    families: Annotated[tuple[ListedFamily, ...], Field(min_length=1)]


def read_fonts(content: str, desk: Desk) -> tuple[ListedFamily, ...]:
    """The families, the first of which sets the text; none after a mistake, which is reported."""
    text = read_text(FONTS, content.encode("utf-8", "replace"), desk)
    read = read_yaml(text, FONTS, desk) if text is not None else None
    if read is None:
        return ()
    plain, marks = read
    if not isinstance(plain, list) or not plain:
        desk.report(codes.LAYOUT_FAULT.at(Place(FONTS), reason="it lists no family."))
        return ()
    within = Marks(
        marks.path,
        {("families", *way): place for way, place in marks.entries.items()},
        {("families", *way): place for way, place in marks.keys.items()},
    )
    told = Desk()
    filled = fill(FontList, {"families": plain}, within, told)
    families = filled.model.families if filled else ()
    if not told.remarks:
        told.extend(_absent(families, within))
    if not told.remarks and families[0].for_ != "text":
        told.report(codes.LAYOUT_FAULT.at(within.at("families", 0, "for"), reason="the first family sets the text."))
    desk.extend(told.remarks)
    return () if told.remarks else families


def _absent(families: tuple[ListedFamily, ...], marks: Marks) -> Iterator[Diagnostic]:
    """The faces that are not installed."""
    for number, family in enumerate(families):
        for place, face in enumerate(family.faces):
            try:
                font_path(family.package, face.file)
            except EnvironmentFailure as absent:
                where = marks.at("families", number, "faces", place, "file")
                yield codes.LAYOUT_FAULT.at(where, reason=str(absent))
