"""Colour spaces of a page, read as screen colours or as inks (ISO 32000-1, 8.6)."""

from collections.abc import Callable, Sequence
from typing import Any

from pikepdf import Array, Dictionary, Name, Object

from pipeline.bind.print.inks import Grey, Ink, Rgb
from pipeline.core.errors import PressFailure

GREYS = ("/DeviceGray", "/CalGray", "/G")
RGBS = ("/DeviceRGB", "/CalRGB", "/RGB")
INKS = ("/DeviceCMYK", "/CMYK")
_CHANNELS = {1: "/DeviceGray", 3: "/DeviceRGB", 4: "/DeviceCMYK"}


def named_space(space: Object, spaces: Any) -> Object:
    """The space that a name stands for in the resources, or the space itself."""
    found = spaces.get(str(space)) if isinstance(space, Name) and spaces is not None else None
    return found if found is not None else space


def family(space: Any) -> str:
    """The device space that a space amounts to; or /Lab, /Pattern, /Indexed."""
    name = str(space[0] if isinstance(space, Array) else space)
    if name == "/ICCBased":
        return _CHANNELS[int(space[1].N)]
    for names, device in ((GREYS, "/DeviceGray"), (RGBS, "/DeviceRGB"), (INKS, "/DeviceCMYK")):
        if name in names:
            return device
    if name == "/I":
        return "/Indexed"
    if name in ("/Lab", "/Pattern", "/Indexed"):
        return name
    raise PressFailure(f"Colours of the kind '{name[1:]}' cannot be printed.")


def as_rgb(kind: str, values: Sequence[float]) -> Rgb | None:
    """A colour of a family as sRGB, or None if it is inks already."""
    match kind:
        case "/DeviceGray":
            return (values[0],) * 3
        case "/DeviceRGB":
            return (values[0], values[1], values[2])
        case "/Lab":
            return _of_lab(*values[:3])
        case "/DeviceCMYK":
            return None
        case _:
            raise PressFailure(f"A colour of the kind '{kind[1:]}' cannot be printed.")


def _of_lab(light: float, a: float, b: float) -> Rgb:
    """CIE L*a*b* (white D50) as sRGB, clipped to it; the matrix is Bradford's, from D50 to D65."""
    middle = (light + 16) / 116
    x, y, z = (
        white * (part**3 if part > 6 / 29 else (part - 16 / 116) * 108 / 841)
        for white, part in ((0.96430, middle + a / 500), (1.0, middle), (0.82511, middle - b / 200))
    )
    return (
        _curved(3.1338561 * x - 1.6168667 * y - 0.4906146 * z),
        _curved(-0.9787684 * x + 1.9161415 * y + 0.0334540 * z),
        _curved(0.0719453 * x - 0.2289914 * y + 1.4052427 * z),
    )


def _curved(light: float) -> float:
    part = min(max(light, 0), 1)
    return 12.92 * part if part <= 0.0031308 else float(1.055 * part ** (1 / 2.4) - 0.055)


def to_rgb(space: Object) -> Callable[[Sequence[float]], Rgb | None]:
    """Reads the colours of a space."""
    kind = family(space)
    return lambda values: as_rgb(kind, values)


def in_inks(space: Object, values: Sequence[float], inks: Grey) -> Ink:
    """A solid colour of a space in inks."""
    rgb = as_rgb(family(space), values)
    return inks.of_cmyk(tuple(values)) if rgb is None else inks.of_rgb(rgb)


def group_in_inks(group: Any, inks: Grey) -> Dictionary:
    """A transparency group that blends inks instead of light.

    Where there is black alone it blends on the page's own plates: a RIP that manages colour would convert the greys
    of a grey group of its own to four inks. A mask keeps its greys.
    """
    new = Dictionary(dict(group.items()))
    if inks.name == "black" and "/CS" in new:
        del new["/CS"]
    elif "/CS" in new:
        new.CS = inks.space
    return new
