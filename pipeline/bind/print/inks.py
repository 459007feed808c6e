"""Convert colours to a printer's inks.

CSS `device-cmyk()` could replace this if it gave the same inks.

Screen colours are sRGB. A neutral colour (channels at most `_NEUTRAL` apart) is printed with black alone, so that small
type and hairlines need no register. A near-black (`_NEAR_BLACK` or darker) is printed solid, because a 97 % tint would
be broken into dots. Other colours go through the printer's profile: relative colorimetric, with black point
compensation. Without a profile, every colour becomes a tint of black.
"""

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache, partial
from io import BytesIO
from itertools import combinations
from typing import Any, cast

from pikepdf import Array, Dictionary, Name, Object
from PIL import Image, ImageChops, ImageCms
from PIL.ImageCms import ImageCmsTransform

from pipeline.core.diagnostics import TypesettingFailure

_NEUTRAL = 12 / 255
"""Largest difference between the channels of a grey."""
_NEAR_BLACK = 34 / 255
"""Lightest grey that is printed as solid black."""
_NEUTRAL_PICTURE = 4
"""Largest difference, of 255, between the channels of a grey picture."""

Ink = tuple[float, ...]
Rgb = tuple[float, float, float]


def _lightness(rgb: Rgb) -> float:
    """Return the lightness of a colour, from 0 to 1 (ISO 32000-1, 10.3.2: DeviceRGB to DeviceGray)."""
    return 0.3 * rgb[0] + 0.59 * rgb[1] + 0.11 * rgb[2]


def is_neutral(rgb: Rgb) -> bool:
    """True if a colour is a grey."""
    return max(rgb) - min(rgb) <= _NEUTRAL + 1e-6


class GreyInks:
    """DeviceGray for soft masks, where grey is how much shows through; base of the other inks."""

    name = "mask"
    space = Name.DeviceGray
    fill, stroke = "g", "G"
    black: Ink = (0,)
    overprints = False

    def from_rgb(self, rgb: Rgb) -> Ink:
        """Convert a solid sRGB colour."""
        return (_rounded(_lightness(rgb)),)

    def from_cmyk(self, cmyk: Ink) -> Ink:
        """Convert a colour that is given in inks (ISO 32000-1, 10.3.3)."""
        cyan, magenta, yellow, key = cmyk
        return (_rounded(1 - min(1, 0.3 * cyan + 0.59 * magenta + 0.11 * yellow + key)),)

    def from_gradient(self, shades: Sequence[Rgb], neutral: bool) -> list[Ink]:
        """Convert the colours of a gradient; `neutral` if all of it is grey."""
        return [GreyInks.from_rgb(self, shade) for shade in shades]

    def convert_picture(self, picture: Image.Image) -> Image.Image:
        """Convert a picture of mode L, RGB or CMYK to mode L or CMYK."""
        return picture.convert("L")


class BlackInk(GreyInks):
    """Tints of black, for a printer without a profile."""

    name = "black"

    def from_rgb(self, rgb: Rgb) -> Ink:
        """Convert a solid sRGB colour; near-blacks are solid."""
        return (0,) if max(rgb) <= _NEAR_BLACK + 1e-6 else super().from_rgb(rgb)


class ProcessInks(GreyInks):
    """The four process inks of a press, described by its profile."""

    name = "press"
    space = Name.DeviceCMYK
    fill, stroke = "k", "K"
    black: Ink = (0, 0, 0, 1)
    overprints = True

    def __init__(self, profile: bytes) -> None:
        self._to_press, self._tints_by_grey = _transforms(profile)
        self._mixed: dict[Rgb, Ink] = {}

    def from_rgb(self, rgb: Rgb) -> Ink:
        """Convert a solid sRGB colour; a neutral one to black alone."""
        if is_neutral(rgb):
            return self.black if max(rgb) <= _NEAR_BLACK + 1e-6 else (0, 0, 0, self._tint(_lightness(rgb)))
        if rgb not in self._mixed:
            self._mixed[rgb] = self.from_gradient([rgb], neutral=False)[0]
        return self._mixed[rgb]

    def from_cmyk(self, cmyk: Ink) -> Ink:
        """Return the inks unchanged."""
        return tuple(map(_rounded, cmyk))

    def from_gradient(self, shades: Sequence[Rgb], neutral: bool) -> list[Ink]:
        """Convert the colours of a gradient."""
        if neutral:
            return [(0, 0, 0, self._tint(_lightness(shade))) for shade in shades]
        row = Image.frombytes("RGB", (len(shades), 1), bytes(round(255 * part) for rgb in shades for part in rgb))
        inks = self._apply_profile(row).tobytes()
        return [tuple(round(part / 255, 4) for part in inks[at : at + 4]) for at in range(0, len(inks), 4)]

    def convert_picture(self, picture: Image.Image) -> Image.Image:
        """Convert a picture to CMYK; a grey one to black alone."""
        if picture.mode == "CMYK":
            return picture
        if picture.mode == "RGB" and not _is_grey_picture(picture):
            return self._apply_profile(picture)
        return picture.convert("L").point([255 - round(255 * self._tint(grey / 255)) for grey in range(256)])

    def _apply_profile(self, picture: Image.Image) -> Image.Image:
        return cast(Image.Image, ImageCms.applyTransform(picture, self._to_press))

    def _tint(self, grey: float) -> float:
        """Return the tint of black that looks like a grey of sRGB.

        Both from 0 to 1. Their luminance between paper and solid black is the same.
        """
        level = min(max(grey, 0), 1) * 255
        below, tints = int(level), self._tints_by_grey
        above = min(below + 1, 255)
        return _rounded(tints[below] + (tints[above] - tints[below]) * (level - below))


def _is_grey_picture(picture: Image.Image) -> bool:
    """True if an RGB picture is grey in all its pixels."""
    differences = (ImageChops.difference(*channels) for channels in combinations(picture.split(), 2))
    return all(cast(tuple[float, float], each.getextrema())[1] <= _NEUTRAL_PICTURE for each in differences)


def inks_of(profile: bytes | None) -> GreyInks:
    """Return the printer's inks: four with a profile, else black."""
    return ProcessInks(profile) if profile else BlackInk()


@lru_cache(maxsize=4)
def _transforms(profile: bytes) -> tuple[ImageCmsTransform, tuple[float, ...]]:
    """Return the transform from sRGB to the press, and the tint of black for each of 256 greys."""
    press = ImageCms.ImageCmsProfile(BytesIO(profile))
    build = partial(ImageCms.buildTransform, renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC)
    srgb, lab_space = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    to_press = build(srgb, press, "RGB", "CMYK", flags=ImageCms.Flags.BLACKPOINTCOMPENSATION)
    to_lab = build(press, lab_space, "CMYK", "LAB", flags=ImageCms.Flags.NONE)
    ramp = Image.frombytes("CMYK", (256, 1), bytes(part for key in range(256) for part in (0, 0, 0, key)))
    lab = cast(Image.Image, ImageCms.applyTransform(ramp, to_lab))
    luminances = [_luminance(row / 2.55) for row in lab.getchannel(0).tobytes()]
    return to_press, _tints_by_grey(luminances)


def _tints_by_grey(luminances: Sequence[float]) -> tuple[float, ...]:
    """Return the tint for each of 256 greys, given the luminance of each tint.

    White stays white, black is solid.
    """
    paper, solid = luminances[0], luminances[-1]
    falling = [max(luminances[tint:]) for tint in range(len(luminances))]
    rising = falling[::-1]
    tints = []
    for grey in range(256):
        luminance = solid + (paper - solid) * _linear(grey / 255)
        tint = min(max(bisect_left(rising, luminance), 1), 255)
        low, high = rising[tint - 1], rising[tint]
        part = (luminance - low) / (high - low) if high > low else 0
        tints.append((255 - (tint - 1 + min(max(part, 0), 1))) / 255)
    return (1.0, *tints[1:-1], 0.0)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _luminance(light: float) -> float:
    """Return the relative luminance of CIE L*."""
    return ((light + 16) / 116) ** 3 if light > 8 else light / 903.3


def _rounded(part: float) -> float:
    return round(min(max(float(part), 0), 1), 4)


_BASE_SPACES = {
    **dict.fromkeys(("/DeviceGray", "/CalGray", "/G"), "/DeviceGray"),
    **dict.fromkeys(("/DeviceRGB", "/CalRGB", "/RGB"), "/DeviceRGB"),
    **dict.fromkeys(("/DeviceCMYK", "/CMYK"), "/DeviceCMYK"),
    **{"/Indexed": "/Indexed", "/I": "/Indexed", "/Lab": "/Lab", "/Pattern": "/Pattern"},
}
_SPACE_BY_CHANNELS = {1: "/DeviceGray", 3: "/DeviceRGB", 4: "/DeviceCMYK"}


def resolve_space(space: Object, spaces: Any) -> Object:
    """Return the colour space that a name has in the resources, or the space itself."""
    resolved = spaces.get(str(space)) if isinstance(space, Name) and spaces is not None else None
    return resolved if resolved is not None else space


def base_space(space: Any) -> str:
    """Return the device space that a colour space amounts to, or /Lab, /Pattern, /Indexed."""
    name = str(space[0] if isinstance(space, Array) else space)
    if name == "/ICCBased":
        return _SPACE_BY_CHANNELS[int(space[1].N)]
    if name not in _BASE_SPACES:
        raise TypesettingFailure(f"Colours of the kind '{name[1:]}' cannot be printed.")
    return _BASE_SPACES[name]


def to_srgb(kind: str, values: Sequence[float]) -> Rgb | None:
    """Convert a colour to sRGB; None if it is given in inks."""
    match kind:
        case "/DeviceGray":
            return (values[0],) * 3
        case "/DeviceRGB":
            return (values[0], values[1], values[2])
        case "/Lab":
            return _lab_to_srgb(*values[:3])
        case "/DeviceCMYK":
            return None
        case _:
            raise TypesettingFailure(f"A colour of the kind '{kind[1:]}' cannot be printed.")


def _lab_to_srgb(light: float, a: float, b: float) -> Rgb:
    """Convert CIE L*a*b* (white point D50) to sRGB, clipped; the matrix adapts to D65 after Bradford."""
    middle = (light + 16) / 116
    x, y, z = (
        white * (part**3 if part > 6 / 29 else (part - 16 / 116) * 108 / 841)
        for white, part in ((0.96430, middle + a / 500), (1.0, middle), (0.82511, middle - b / 200))
    )
    return (
        _encode_srgb(3.1338561 * x - 1.6168667 * y - 0.4906146 * z),
        _encode_srgb(-0.9787684 * x + 1.9161415 * y + 0.0334540 * z),
        _encode_srgb(0.0719453 * x - 0.2289914 * y + 1.4052427 * z),
    )


def _encode_srgb(light: float) -> float:
    part = min(max(light, 0), 1)
    return 12.92 * part if part <= 0.0031308 else float(1.055 * part ** (1 / 2.4) - 0.055)


def solid_colour(space: Object, values: Sequence[float], inks: GreyInks) -> Ink:
    """Convert a solid colour of a space to inks."""
    rgb = to_srgb(base_space(space), values)
    return inks.from_cmyk(tuple(values)) if rgb is None else inks.from_rgb(rgb)


def convert_group(group: Any, inks: GreyInks) -> Dictionary:
    """Have a transparency group blend in inks.

    With black alone, the group has no colour space and blends on the page's own plates: a RIP that manages colour would
    convert a grey group to four inks. A mask keeps its greys.
    """
    new = Dictionary(dict(group.items()))
    if inks.name == "black" and "/CS" in new:
        del new["/CS"]
    elif "/CS" in new:
        new.CS = inks.space
    return new
