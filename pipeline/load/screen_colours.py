"""Photographs in other colours than the screen's: changed into sRGB or grey once, so that all formats show them alike.

Neither the engine nor a browser can be trusted with inks, with 16 bits a dot, or with a camera's own profile, and
PDF/A-2 allows a picture in inks only beside a profile of a press (ISO 19005-2, 6.2.4.3).
"""

from __future__ import annotations

import io
from typing import cast

from PIL import Image, ImageCms, ImageOps

QUALITY = 95
"""Of a JPEG that had to be changed, without thinning of its colours."""

_SCREEN = "srgb"


def in_screen_colours(picture: Image.Image, content: bytes) -> bytes:
    """The file of a picture in sRGB or grey, 8 bits a dot; the file as it is where it is so already."""
    profile = _profile(picture)
    if picture.mode.startswith(("I", "F")):
        changed = _eight_bits(picture)
    elif picture.mode == "CMYK":
        changed = _through(profile, picture) if profile else picture.convert("RGB")
    elif profile and picture.mode in ("RGB", "RGBA", "P"):
        alpha = picture.convert("RGBA").getchannel("A") if picture.has_transparency_data else None
        changed = _through(profile, picture.convert("RGB"))
        if alpha:
            changed.putalpha(alpha)
    else:
        return content
    changed = ImageOps.exif_transpose(changed)
    out = io.BytesIO()
    if picture.format in ("JPEG", "MPO"):
        changed.save(out, "JPEG", quality=QUALITY, subsampling=0)
    else:
        changed.save(out, "PNG")
    return out.getvalue()


def _profile(picture: Image.Image) -> ImageCms.ImageCmsProfile | None:
    """The profile that says what a picture's colours are, unless it is the screen's or makes no sense."""
    embedded = picture.info.get("icc_profile")
    if not embedded:
        return None
    try:
        found = ImageCms.ImageCmsProfile(io.BytesIO(embedded))
    except (OSError, ImageCms.PyCMSError) as wrong:
        if picture.mode == "CMYK":
            raise ValueError("nobody can say what its inks look like") from wrong
        return None
    fits = found.profile.xcolor_space.strip() == ("CMYK" if picture.mode == "CMYK" else "RGB")
    return found if fits and _SCREEN not in (found.profile.profile_description or "").lower() else None


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
    plain = cast(Image.Image, changed)
    plain.info = {key: value for key, value in picture.info.items() if key == "exif"}
    return plain


def _eight_bits(picture: Image.Image) -> Image.Image:
    """A grey picture of 16 bits a dot in 8."""
    wide = picture.convert("I")
    return wide.point([min(value // 256, 255) for value in range(65536)], "L")
