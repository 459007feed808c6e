"""Pictures: what kind they are by their content, and whether they are safe to print.

What reads them is loaded where there is one to be read: most have been read before.
"""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import PurePosixPath

from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.limited_process import BrokenOff, limited
from pipeline.core.messages import message
from pipeline.load.pictures.kinds import media_type
from pipeline.load.pictures.pixels import MOST_PIXELS
from pipeline.load.pictures.svg import DamagedPicture, safe_svg
from pipeline.load.pictures.svg_privacy import without_drawing_notes
from pipeline.load.pictures.svg_weight import TooHeavy
from pipeline.model.asset import Asset

KINDS = (".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".pdf")
_LIGHTER = "Save it as a PNG of 200 dots to the inch; or leave out what cannot be seen, and make tiles larger."
_MOST_SCANS = 30
"""Of a progressive JPEG: programs write 10, or 18 where it has four colours. Each is read over all dots again."""
_PAGE_LIMIT = (20, 1000)
"""Seconds and megabytes in which a page is drawn: most take a tenth of a second."""


def read_picture(path: str, content: bytes, place: Place) -> tuple[Asset | None, tuple[Diagnostic, ...]]:
    """The picture as it will be printed, and what is wrong with it."""
    name = PurePosixPath(path).name
    kind = media_type(content)
    fonts: tuple[str, ...] = ()
    try:
        if kind == "image/svg+xml":
            content, unsafe, fonts = safe_svg(content)
            if unsafe:
                return None, (message("figure-unsafe", place, source=name, what=unsafe),)
            content = without_drawing_notes(content, _within_a_drawing)
        elif kind == "application/pdf":
            content, kind = _page_as_png(content), "image/png"
        elif kind:
            content = _printable(content)
            kind = media_type(content)
        else:
            return None, (message("figure-kind", place, source=name, found=""),)
    except TooHeavy as heavy:
        sentence = f"The picture '{name}' cannot be printed: {heavy}."
        return None, (message("job-too-large", place, _LIGHTER, sentence=sentence),)
    except DamagedPicture as wrong:
        return None, (message("figure-kind", place, source=name, found=f": {wrong}"),)
    except RecursionError:
        return None, (message("figure-kind", place, source=name, found=": it is too deep"),)
    remarks = (message("figure-font", place, source=name, font=", ".join(dict.fromkeys(fonts))),) if fonts else ()
    return Asset(path, kind, sha256(content).hexdigest(), content), remarks


def _printable(content: bytes) -> bytes:
    """The picture as it is shown: upright, in colours that every reader knows, without notes."""
    from PIL import Image

    from pipeline.load.pictures.privacy import without_notes
    from pipeline.load.pictures.screen_colours import as_shown

    try:
        with warnings.catch_warnings(action="ignore"), _as_we_read_them(), Image.open(io.BytesIO(content)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                most = MOST_PIXELS // 1_000_000
                raise DamagedPicture(f"it has {picture.width} × {picture.height} dots, and the most is {most} million")
            scans = without_notes(content, profile=False).count(b"\xff\xda") if picture.format == "JPEG" else 0
            if scans > _MOST_SCANS:
                raise TooHeavy(f"it is stored in {scans:,} passes, and the most is {_MOST_SCANS}")
            picture.load()
            return as_shown(picture, content)
    except (OSError, SyntaxError, ValueError) as wrong:
        raise DamagedPicture("it is damaged") from wrong


def _within_a_drawing(content: bytes) -> tuple[str, bytes]:
    """A picture of dots that a drawing holds, as it is shown, with its media type."""
    if media_type(content) not in ("image/png", "image/jpeg", "image/gif", "image/webp"):
        raise DamagedPicture("it holds a picture that cannot be read")
    try:
        shown = _printable(content)
    except DamagedPicture as wrong:
        raise DamagedPicture(f"it holds a picture that cannot be: {wrong}") from wrong
    return media_type(shown), shown


@contextmanager
def _as_we_read_them() -> Iterator[None]:
    """Have pictures opened whatever their size, which is looked at before their dots are read, and none cut short.

    The engine has told the library to let those pass.
    """
    from PIL import Image, ImageFile

    before = Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES
    Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES = None, False
    try:
        yield
    finally:
        Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES = before


def _page_as_png(content: bytes) -> bytes:
    """The first page of a PDF as a picture, drawn in a process of its own."""
    try:
        drawn = limited(page_as_png, content, *_PAGE_LIMIT)
    except BrokenOff as broken:
        raise TooHeavy(f"its page cannot be drawn: {str(broken)[:1].lower()}{str(broken)[1:-1]}") from broken
    if drawn.startswith(b"\x89PNG"):
        return drawn
    if drawn == UNREADABLE:
        raise DamagedPicture(UNREADABLE.decode())
    raise TooHeavy(drawn.decode())


_DPI = 200
_LONGEST_SIDE = 4000
UNREADABLE = b"the PDF cannot be read"


def page_as_png(content: bytes) -> bytes:
    """A PNG of the page, 200 dots to the inch, or why there is none, as the end of a sentence."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
        page = document[0]
        longest = max(page.get_width(), page.get_height(), 1)
        scale = min(_DPI / 72, _LONGEST_SIDE / longest)
        picture = page.render(scale=scale).to_pil().convert("RGB")
        document.close()
    except (pypdfium2.PdfiumError, IndexError):
        return UNREADABLE
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=False)
    return out.getvalue()
