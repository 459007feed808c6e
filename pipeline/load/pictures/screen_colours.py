"""Photographs as they are shown: turned upright, in sRGB or grey, without notes; the same in all formats.

Neither the engine nor a browser can be trusted with inks, with 16 bits a dot, or with a camera's own profile, and
PDF/A-2 allows a picture in inks only beside a profile of a press (ISO 19005-2, 6.2.4.3).
"""

import io
import struct
from types import MappingProxyType
from typing import cast

from PIL import Image, ImageCms

from pipeline.load.pictures.privacy import without_notes

QUALITY = 95
"""Of a JPEG that had to be changed, without thinning of its colours."""

_SCREEN = "srgb"
_GREY = ("L", "LA")
_ORIENTATION = 0x0112
_TURNS = MappingProxyType(
    {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
)
"""By the orientation that EXIF 2.3 (4.6.4 A) notes."""
_UNREADABLE = (SyntaxError, ValueError, TypeError, KeyError, IndexError, OSError, struct.error)
"""Errors raised by a broken EXIF block."""


def as_shown(picture: Image.Image, content: bytes) -> bytes:
    """The file of a picture upright, in sRGB or grey, 8 bits a dot, without notes.

    No dot is changed without need: a picture that is so already is taken as it is.
    """
    profile, turn = _profile(picture), _turn(picture)
    screen = profile is not None and _is_the_screens(profile)
    changed = _in_screen_colours(picture, None if screen else profile)
    if turn is not None:
        changed = changed.transpose(turn)
    if changed is picture:
        return without_notes(content, profile=screen)
    changed.info = {key: value for key, value in picture.info.items() if key == "transparency"}
    own = picture.info["icc_profile"] if screen else None
    out = io.BytesIO()
    if picture.format in ("JPEG", "MPO"):
        changed.save(out, "JPEG", quality=QUALITY, subsampling=0, icc_profile=own)
    else:
        changed.save(out, "PNG", icc_profile=own)
    return out.getvalue()


def _in_screen_colours(picture: Image.Image, profile: ImageCms.ImageCmsProfile | None) -> Image.Image:
    """The picture itself where it has the colours of screens."""
    if picture.mode.startswith(("I", "F")):
        return _eight_bits(picture)
    if picture.mode == "CMYK":
        return _through(profile, picture) if profile else picture.convert("RGB")
    if profile is None:
        return picture
    grey = picture.mode in _GREY
    changed = _through(profile, picture.convert("L" if grey else "RGB")).convert("L" if grey else "RGB")
    if picture.has_transparency_data:
        changed.putalpha(picture.convert("RGBA").getchannel("A"))
    return changed


def _turn(picture: Image.Image) -> Image.Transpose | None:
    """Rotation that sets a picture upright as its EXIF says; None if it is upright."""
    try:
        return _TURNS.get(picture.getexif().get(_ORIENTATION, 1))
    except _UNREADABLE:
        return None


def _profile(picture: Image.Image) -> ImageCms.ImageCmsProfile | None:
    """The profile that says what a picture's colours are, unless it makes no sense."""
    embedded = picture.info.get("icc_profile")
    if not embedded:
        return None
    try:
        found = ImageCms.ImageCmsProfile(io.BytesIO(embedded))
    except (OSError, ImageCms.PyCMSError) as wrong:
        if picture.mode == "CMYK":
            raise ValueError("nobody can say what its inks look like") from wrong
        return None
    space = "CMYK" if picture.mode == "CMYK" else "GRAY" if picture.mode in _GREY else "RGB"
    fits = found.profile.xcolor_space.strip() == space
    return found if fits or (space == "GRAY" and _is_the_screens(found)) else None


def _is_the_screens(profile: ImageCms.ImageCmsProfile) -> bool:
    return _SCREEN in (profile.profile.profile_description or "").lower()


def _through(profile: ImageCms.ImageCmsProfile, picture: Image.Image) -> Image.Image:
    try:
        changed = ImageCms.profileToProfile(
            *(picture, profile, ImageCms.createProfile("sRGB")),
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except ImageCms.PyCMSError:
        return picture.convert("RGB")
    return cast(Image.Image, changed)


def _eight_bits(picture: Image.Image) -> Image.Image:
    """A grey picture of 16 bits a dot in 8."""
    wide = picture.convert("I")
    return wide.point([min(value // 256, 255) for value in range(65536)], "L")
