"""Colours as inks (goes if device-cmyk() gives the same)."""

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO
from typing import Any, cast

from pikepdf import Array, Dictionary, Name, Object
from PIL import Image, ImageChops, ImageCms
from PIL.ImageCms import ImageCmsTransform

from pipeline.core.diagnostics import TypesettingFailure

# Colours as inks: through the printer's profile, or on black alone. Screen colours are sRGB. A neutral (channels no
# further apart than `NEUTRAL`) is printed with black alone, so that small type and hairlines need no register; a
# near-black (`NEAR_BLACK` or darker) as solid black, because a tint of 97 % would be broken into dots. All else goes
# through the profile: relative colorimetric, black point compensated.

NEUTRAL = 12 / 255
"""Distance between the channels of a colour that still counts as a grey."""
NEAR_BLACK = 34 / 255
"""The lightest grey that is printed as solid black."""
NEUTRAL_PICTURE = 4
"""Distance, of 255, between the channels of a picture that still counts as grey."""

Ink = tuple[float, ...]
Rgb = tuple[float, float, float]


def lightness(rgb: Rgb) -> float:
    """Lightness of a colour, from 0 to 1 (ISO 32000-1, 10.3.2: DeviceRGB as DeviceGray)."""
    return 0.3 * rgb[0] + 0.59 * rgb[1] + 0.11 * rgb[2]


def is_neutral(rgb: Rgb) -> bool:
    """Whether a colour counts as a grey."""
    return max(rgb) - min(rgb) <= NEUTRAL + 1e-6


class Grey:
    """Everything as grey, and nothing else changed: for masks, where grey is how much shows through."""

    name = "mask"
    space = Name.DeviceGray
    fill, stroke = "g", "G"
    black: Ink = (0,)
    overprints = False

    def of_rgb(self, rgb: Rgb) -> Ink:
        """A solid colour."""
        return (_rounded(lightness(rgb)),)

    def of_cmyk(self, cmyk: Ink) -> Ink:
        """A colour that is named in inks already (ISO 32000-1, 10.3.3)."""
        cyan, magenta, yellow, key = cmyk
        return (_rounded(1 - min(1, 0.3 * cyan + 0.59 * magenta + 0.11 * yellow + key)),)

    def of_shades(self, shades: Sequence[Rgb], neutral: bool) -> list[Ink]:
        """The colours of a gradient; `neutral` where all of it is grey."""
        return [Grey.of_rgb(self, shade) for shade in shades]

    def of_picture(self, picture: Image.Image) -> Image.Image:
        """A picture of mode L, RGB or CMYK in mode L or CMYK."""
        return picture.convert("L")


class Black(Grey):
    """Everything in tints of black: for a printer whose inks nobody has named."""

    name = "black"

    def of_rgb(self, rgb: Rgb) -> Ink:
        """A solid colour."""
        return (0,) if max(rgb) <= NEAR_BLACK + 1e-6 else super().of_rgb(rgb)


class Press(Grey):
    """The four inks of a press, as its profile describes them."""

    name = "press"
    space = Name.DeviceCMYK
    fill, stroke = "k", "K"
    black: Ink = (0, 0, 0, 1)
    overprints = True

    def __init__(self, profile: bytes) -> None:
        self._to_press, self._tints = _links(profile)
        self._mixed: dict[Rgb, Ink] = {}

    def of_rgb(self, rgb: Rgb) -> Ink:
        """A solid colour."""
        if is_neutral(rgb):
            return self.black if max(rgb) <= NEAR_BLACK + 1e-6 else (0, 0, 0, self._tint(lightness(rgb)))
        if rgb not in self._mixed:
            self._mixed[rgb] = self.of_shades([rgb], neutral=False)[0]
        return self._mixed[rgb]

    def of_cmyk(self, cmyk: Ink) -> Ink:
        """A colour that is named in inks already: as it is."""
        return tuple(map(_rounded, cmyk))

    def of_shades(self, shades: Sequence[Rgb], neutral: bool) -> list[Ink]:
        """The colours of a gradient; `neutral` where all of it is grey."""
        if neutral:
            return [(0, 0, 0, self._tint(lightness(shade))) for shade in shades]
        row = Image.frombytes("RGB", (len(shades), 1), bytes(round(255 * part) for rgb in shades for part in rgb))
        inks = self._applied(row).tobytes()
        return [tuple(round(part / 255, 4) for part in inks[at : at + 4]) for at in range(0, len(inks), 4)]

    def of_picture(self, picture: Image.Image) -> Image.Image:
        """A picture of mode L, RGB or CMYK in mode L or CMYK: grey where it has no colour."""
        if picture.mode == "CMYK":
            return picture
        if picture.mode == "RGB" and not has_no_colour(picture):
            return self._applied(picture)
        return picture.convert("L").point([255 - round(255 * self._tint(grey / 255)) for grey in range(256)])

    def _applied(self, picture: Image.Image) -> Image.Image:
        return cast(Image.Image, ImageCms.applyTransform(picture, self._to_press))

    def _tint(self, grey: float) -> float:
        """Black alone that looks like a grey of sRGB, from 0 to 1: equal luminance between paper and solid."""
        place = min(max(grey, 0), 1) * 255
        below = int(place)
        above = min(below + 1, 255)
        return _rounded(self._tints[below] + (self._tints[above] - self._tints[below]) * (place - below))


def has_no_colour(picture: Image.Image) -> bool:
    """Whether an RGB picture is grey in all its dots."""
    red, green, blue = picture.split()
    pairs = ((red, green), (green, blue), (blue, red))
    return all(_farthest(ImageChops.difference(*pair)) <= NEUTRAL_PICTURE for pair in pairs)


def _farthest(difference: Image.Image) -> float:
    return cast(tuple[float, float], difference.getextrema())[1]


def inks_of(profile: bytes | None) -> Grey:
    """The inks that a printer has: four with a profile, else black."""
    return Press(profile) if profile else Black()


@lru_cache(maxsize=4)
def _links(profile: bytes) -> tuple[ImageCmsTransform, tuple[float, ...]]:
    """From sRGB to the press; and the tint of black that looks like each grey of 256."""
    press = ImageCms.ImageCmsProfile(BytesIO(profile))
    relative = ImageCms.Intent.RELATIVE_COLORIMETRIC
    compensated = ImageCms.Flags.BLACKPOINTCOMPENSATION
    to_press = _link(ImageCms.createProfile("sRGB"), press, "RGB", "CMYK", relative, compensated)
    to_eye = _link(press, ImageCms.createProfile("LAB"), "CMYK", "LAB", relative, ImageCms.Flags.NONE)
    ramp = Image.frombytes("CMYK", (256, 1), bytes(part for key in range(256) for part in (0, 0, 0, key)))
    eyed = cast(Image.Image, ImageCms.applyTransform(ramp, to_eye))
    seen = [_luminance(row / 2.55) for row in eyed.getchannel(0).tobytes()]
    return to_press, _tints(seen)


def _link(source: Any, target: Any, inside: str, outside: str, intent: Any, flags: Any) -> ImageCmsTransform:
    return ImageCms.buildTransform(source, target, inside, outside, renderingIntent=intent, flags=flags)


def _tints(seen: Sequence[float]) -> tuple[float, ...]:
    """The tint for each grey of 256, from the luminance of each tint: white stays white, black is solid."""
    paper, solid = seen[0], seen[-1]
    falling = [max(seen[at:]) for at in range(len(seen))]
    rising = falling[::-1]
    tints = []
    for grey in range(256):
        wanted = solid + (paper - solid) * _linear(grey / 255)
        at = min(max(bisect_left(rising, wanted), 1), 255)
        low, high = rising[at - 1], rising[at]
        part = (wanted - low) / (high - low) if high > low else 0
        tints.append((255 - (at - 1 + min(max(part, 0), 1))) / 255)
    return (1.0, *tints[1:-1], 0.0)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _luminance(light: float) -> float:
    """Relative luminance of CIE L*."""
    return ((light + 16) / 116) ** 3 if light > 8 else light / 903.3


def _rounded(part: float) -> float:
    return round(min(max(float(part), 0), 1), 4)


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
    raise TypesettingFailure(f"Colours of the kind '{name[1:]}' cannot be printed.")


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
            raise TypesettingFailure(f"A colour of the kind '{kind[1:]}' cannot be printed.")


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
