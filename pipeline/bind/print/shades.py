"""Gradients for print: their functions in inks instead of screen colours (ISO 32000-1, 7.10 and 8.7.4)."""

from collections.abc import Callable, Iterator
from typing import Any

from pikepdf import Array, Dictionary, Object, Pdf

from pipeline.bind.print.inks import Grey, Ink, Rgb, is_neutral
from pipeline.core.errors import PressFailure

STEPS = 128
"""Colours of a gradient that are worked out between two of its stops; a printer's RIP fills in the rest."""

ToRgb = Callable[[list[float]], Rgb | None]


def shading_in_inks(pdf: Pdf, shading: Any, inks: Grey, to_rgb: ToRgb) -> Object:
    """An axial or radial shading in inks. `to_rgb` reads a colour of its space, or gives None if it is inks already."""
    if int(shading.ShadingType) not in (2, 3):
        raise PressFailure(f"A gradient of kind {int(shading.ShadingType)} cannot be printed.")
    ends = [[float(x) for x in end] for leaf in _leaves(shading.Function) for end in _ends(leaf)]
    colours = [to_rgb(end) for end in ends]
    neutral = all(colour is not None and is_neutral(colour) for colour in colours)

    def inks_at(values: list[list[float]]) -> list[Ink]:
        rgbs = [to_rgb(value) for value in values]
        screen = [rgb for rgb in rgbs if rgb is not None]
        if len(screen) == len(values):
            return inks.of_shades(screen, neutral)
        return [inks.of_cmyk(tuple(value)) for value in values]

    new = Dictionary({key: value for key, value in shading.items() if key not in ("/Background", "/Function")})
    new.ColorSpace = inks.space
    new.Function = _function(pdf, shading.Function, inks_at)
    if "/Background" in shading:
        new.Background = Array(inks_at([[float(x) for x in shading.Background]])[0])
    return pdf.make_indirect(new)


def _leaves(function: Any) -> Iterator[Any]:
    if isinstance(function, Array) or int(function.FunctionType) not in (2, 3):
        raise PressFailure("A gradient is described in a way that cannot be printed.")
    if int(function.FunctionType) == 3:
        for part in function.Functions:
            yield from _leaves(part)
    else:
        yield function


def _ends(leaf: Any) -> tuple[Any, Any]:
    return leaf.get("/C0", Array([0])), leaf.get("/C1", Array([1]))


def _function(pdf: Pdf, function: Any, inks_at: Callable[[list[list[float]]], list[Ink]]) -> Object:
    """The function with its stops where they are; between two different stops a row of samples."""
    if int(function.FunctionType) == 3:
        new = Dictionary({key: value for key, value in function.items() if key != "/Functions"})
        new.Functions = Array([_function(pdf, part, inks_at) for part in function.Functions])
        return new
    start, end = ([float(x) for x in part] for part in _ends(function))
    if start == end:
        (flat,) = inks_at([start])
        return Dictionary(FunctionType=2, Domain=[0, 1], C0=Array(flat), C1=Array(flat), N=1)
    power = float(function.get("/N", 1))
    points = [(at / (STEPS - 1)) ** power for at in range(STEPS)]
    shades = [[a + (b - a) * point for a, b in zip(start, end, strict=True)] for point in points]
    rows = inks_at(shades)
    data = bytes(round(255 * part) for row in rows for part in row)
    ranges = Array([0, 1] * len(rows[0]))
    return pdf.make_stream(
        data, FunctionType=0, Domain=Array([0, 1]), Range=ranges, Size=Array([STEPS]), BitsPerSample=8, Order=1
    )
