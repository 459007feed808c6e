"""Photographs: personal metadata removed, turned upright, in screen colours."""

import io
import re
import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import cast

from PIL import ExifTags, Image, ImageCms

# Files are taken apart and put together without metadata, so that no dot changes. Kept is what a reader needs to show
# the picture; whatever is not known to be that goes, and so does all that lies behind the picture's end.

_PROFILE = b"ICC_PROFILE\0"
_SCAN_END = re.compile(rb"\xff(?=[^\x00\xd0-\xd7\xff])")
_FRAMES = frozenset((*range(0xC0, 0xD0), 0xDA, 0xDB, 0xDC, 0xDD, 0xDE, 0xDF))
"""Frames, tables and scans of a JPEG (ISO/IEC 10918-1, table B.1)."""
_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS bKGD pHYs sBIT acTL fcTL fdAT gAMA cHRM sRGB cICP mDCV cLLI iCCP".split()
)
_WEBP_KEPT = frozenset((b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_WEBP_SAYS_NOTES, _WEBP_SAYS_PROFILE = 0b1100, 0b100000
"""Flags of VP8X: there are EXIF and XMP; there is a profile."""


def remove_photo_metadata(content: bytes, profile: bool = True) -> bytes:
    """The file of a JPEG, PNG, GIF or WebP without notes, and without its colour profile if that is not wanted.

    Raises ValueError where the parts of the file cannot be told apart.
    """
    plain = next((plain for start, plain in _KINDS.items() if content.startswith(start)), None)
    if plain is None:
        raise ValueError("not a picture of dots")
    try:
        return b"".join(plain(content, profile))
    except (IndexError, struct.error) as wrong:
        raise ValueError("the picture is cut short") from wrong


def has_photo_metadata(content: bytes) -> bool:
    """Whether a picture of dots carries what `remove_photo_metadata` leaves out."""
    try:
        return remove_photo_metadata(content) != content
    except ValueError:
        return False


def _jpeg(content: bytes, profile: bool) -> Iterator[bytes]:
    yield b"\xff\xd8"
    at = 2
    while (at := content.find(b"\xff", at)) >= 0:
        while content[at] == 0xFF:  # a marker may be padded
            at += 1
        kind = content[at]
        at += 1
        if kind == 0xD9:
            break
        if kind in (0, 1) or 0xD0 <= kind <= 0xD8:
            continue
        (length,) = struct.unpack_from(">H", content, at)
        kept = _segment(kind, content[at + 2 : at + length], profile)
        at += length
        if kept is not None:
            yield struct.pack(">BBH", 0xFF, kind, len(kept) + 2) + kept
        if kind == 0xDA:
            end = _SCAN_END.search(content, at)
            stop = end.start() if end else len(content)
            yield content[at:stop]
            at = stop
    yield b"\xff\xd9"


def _segment(kind: int, said: bytes, profile: bool) -> bytes | None:
    """A segment of a JPEG without metadata, or None: of JFIF all but the thumbnail, of Adobe the colours."""
    if kind in _FRAMES:
        return said
    if kind == 0xE0 and said.startswith(b"JFIF\0") and len(said) >= 12:
        return said[:12] + b"\0\0"
    if kind == 0xEE and said.startswith(b"Adobe"):
        return said[:12]
    return said if kind == 0xE2 and profile and said.startswith(_PROFILE) else None


def _png(content: bytes, profile: bool) -> Iterator[bytes]:
    yield content[:8]
    for kind, chunk in _chunks(content, 8, len(content), ">I4s", 12):
        if kind in _PNG_KEPT and (profile or kind != b"iCCP"):
            yield chunk
        if kind == b"IEND":
            return


def _webp(content: bytes, profile: bool) -> Iterator[bytes]:
    end = min(len(content), 8 + struct.unpack_from("<I", content, 4)[0])
    kept = b"".join(_frames(content, 12, end, profile))
    yield b"RIFF" + struct.pack("<I", 4 + len(kept)) + b"WEBP" + kept


def _frames(content: bytes, at: int, end: int, profile: bool) -> Iterator[bytes]:
    """The chunks of a WebP, or of one of its frames, that show something."""
    for kind, chunk in _chunks(content, at, end, "<4sI", 8):
        if kind == b"VP8X":
            flags = chunk[8] & ~(_WEBP_SAYS_NOTES | (0 if profile else _WEBP_SAYS_PROFILE))
            yield chunk[:8] + bytes([flags]) + chunk[9:]
        elif kind == b"ANMF":
            frame = chunk[8:24] + b"".join(_frames(chunk, 24, 8 + struct.unpack_from("<I", chunk, 4)[0], False))
            yield b"ANMF" + struct.pack("<I", len(frame)) + frame
        elif kind in _WEBP_KEPT and (profile or kind != b"ICCP"):
            yield chunk


def _chunks(content: bytes, at: int, end: int, head: str, around: int) -> Iterator[tuple[bytes, bytes]]:
    """The kind and the whole of each chunk; `around` bytes of it are not counted in the length that it says."""
    while at + 8 <= end:
        said = struct.unpack_from(head, content, at)
        kind, length = (said[1], said[0]) if isinstance(said[0], int) else said
        whole = around + length + (length % 2 if around == 8 else 0)
        held = content[at : at + whole]
        yield kind, held.ljust(min(whole, len(held) + 1), b"\0")  # whatever length it claims
        at += whole


def _gif(content: bytes, profile: bool) -> Iterator[bytes]:
    del profile  # which stands in a note
    at = 13 + _table(content[10])
    yield content[:at]
    while at < len(content) and content[at] != 0x3B:
        start = at
        if content[at] == 0x2C:
            at = _after_blocks(content, at + 11 + _table(content[at + 9]))
            yield content[start:at]
        elif content[at] == 0x21:
            label, first = content[at + 1], content[at + 3 : at + 14]
            at = _after_blocks(content, at + 2)
            if label == 0xF9 or (label == 0xFF and first in (b"NETSCAPE2.0", b"ANIMEXTS1.0")):
                yield content[start:at]
        else:
            at += 1
    yield b"\x3b"


def _table(flags: int) -> int:
    """The bytes of a table of colours (GIF89a, 18 and 20)."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _after_blocks(content: bytes, at: int) -> int:
    while content[at]:
        at += content[at] + 1
    return at + 1


_KINDS: Mapping[bytes, Callable[[bytes, bool], Iterator[bytes]]] = {
    b"\xff\xd8\xff": _jpeg,
    b"\x89PNG\r\n\x1a\n": _png,
    b"GIF8": _gif,
    b"RIFF": _webp,
}


# Neither the engine nor a browser can be trusted with inks, with 16 bits a dot, or with a camera's own profile, and
# PDF/A-2 allows a picture in inks only beside a profile of a press (ISO 19005-2, 6.2.4.3).

QUALITY = 95
"""Of a JPEG that had to be changed, without thinning of its colours."""

_GREY = ("L", "LA")
_TURNS: Mapping[int, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""By the orientation that EXIF 2.3 (4.6.4 A) notes."""
_UNREADABLE = (SyntaxError, ValueError, TypeError, KeyError, IndexError, OSError, struct.error)
"""Errors raised by a broken EXIF block."""


def as_shown(picture: Image.Image, content: bytes) -> bytes:
    """The file of a picture upright, in sRGB or grey, 8 bits a dot, without notes.

    No dot is changed without need: a picture that is so already is taken as it is.
    """
    profile, turn = _profile(picture), None
    with suppress(*_UNREADABLE):
        turn = _TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
    screen = profile is not None and _is_the_screens(profile)
    changed = _in_screen_colours(picture, None if screen else profile)
    if turn is not None:
        changed = changed.transpose(turn)
    if changed is picture:
        return remove_photo_metadata(content, profile=screen)
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
        wide = picture.convert("I")  # of 16 bits a dot
        return wide.point([min(value // 256, 255) for value in range(65536)], "L")
    if picture.mode == "CMYK":
        return _through(profile, picture) if profile else picture.convert("RGB")
    if profile is None:
        return picture
    grey = picture.mode in _GREY
    changed = _through(profile, picture.convert("L" if grey else "RGB")).convert("L" if grey else "RGB")
    if picture.has_transparency_data:
        changed.putalpha(picture.convert("RGBA").getchannel("A"))
    return changed


def _profile(picture: Image.Image) -> ImageCms.ImageCmsProfile | None:
    """The profile that says what a picture's colours are, unless it makes no sense."""
    embedded = picture.info.get("icc_profile")
    if not embedded:
        return None
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(embedded))
    except (OSError, ImageCms.PyCMSError) as wrong:
        if picture.mode == "CMYK":
            raise ValueError("the colours of its inks are unknown") from wrong
        return None
    space = "CMYK" if picture.mode == "CMYK" else "GRAY" if picture.mode in _GREY else "RGB"
    fits = profile.profile.xcolor_space.strip() == space
    return profile if fits or (space == "GRAY" and _is_the_screens(profile)) else None


def _is_the_screens(profile: ImageCms.ImageCmsProfile) -> bool:
    return "srgb" in (profile.profile.profile_description or "").lower()


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
