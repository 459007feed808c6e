"""Pictures: size, safety, lookup by path."""

import io
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from hashlib import sha256
from pathlib import PurePosixPath
from posixpath import dirname, join, normpath

from pipeline.core.diagnostics import Diagnostic, Diagnostics, Location
from pipeline.core.limited_process import BrokenOff, limited
from pipeline.core.messages import message
from pipeline.core.processes import faults_reported
from pipeline.core.sentences import close_matches
from pipeline.load.pictures.kinds import media_type
from pipeline.load.pictures.svg import MOST_PIXELS, DamagedPicture, TooHeavy, safe_svg, without_drawing_notes
from pipeline.model.body import Figure, walk
from pipeline.model.body import Image as InlineImage
from pipeline.model.formats import Asset
from pipeline.model.source.briefing import Briefing
from pipeline.model.source.library_file import LibrarySettings, Series
from pipeline.model.source.versions import FOLDER

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
TOP = "source"


def picture_file(path: str, written: str) -> str | None:
    """The file that a picture is, by its path in the project; None where it would lie outside of `source/`.

    `path` is the file that names it. '../x.svg' begins above its folder, '/x.svg' at `source/`.
    """
    is_odd = "\\" in written or any(ord(character) < 32 for character in written)
    if is_odd or not written or written.startswith(("//", "~")) or _SCHEME.match(written):
        return None
    home = TOP if path.startswith(f"{TOP}/") else dirname(path)
    whole = normpath(join(home, written.lstrip("/")) if written.startswith("/") else join(dirname(path), written))
    return whole if (whole.startswith(f"{home}/") if home else not whole.startswith("..")) else None


def relative_path(file: str, path: str) -> str:
    """The path of a file of `source/` as one writes it in another, `path`."""
    there, here = file.split("/"), path.split("/")[:-1]
    shared = 0
    while shared < min(len(there) - 1, len(here)) and there[shared] == here[shared]:
        shared += 1
    return "/".join([*[".."] * (len(here) - shared), *there[shared:]])


# What reads pictures is loaded where there is one to be read: most have been read before.

KINDS = (".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".pdf")
_LIGHTER = "Save it as a PNG of 200 dots to the inch; or leave out what cannot be seen, and make tiles larger."
_MOST_SCANS = 30
"""Of a progressive JPEG: programs write 10, or 18 where it has four colours. Each is read over all dots again."""
_PAGE_LIMIT = (20, 1000)
"""Seconds and megabytes in which a page is drawn: most take a tenth of a second."""


def read_picture(path: str, content: bytes, place: Location) -> tuple[Asset | None, tuple[Diagnostic, ...]]:
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

    from pipeline.load.pictures.photos import as_shown, without_notes

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
        content = _printable(content)
    except DamagedPicture as wrong:
        raise DamagedPicture(f"it holds a picture that cannot be: {wrong}") from wrong
    return media_type(content), content


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


_LONGEST_SIDE = 4000
"""Dots of a page that is drawn."""
UNREADABLE = b"the PDF cannot be read"


def page_as_png(content: bytes) -> bytes:
    """A PNG of the page, 200 dots to the inch, or why there is none, as the end of a sentence."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
        page = document[0]
        longest = max(page.get_width(), page.get_height(), 1)
        scale = min(200 / 72, _LONGEST_SIDE / longest)
        picture = page.render(scale=scale).to_pil().convert("RGB")
        document.close()
    except (pypdfium2.PdfiumError, IndexError):
        return UNREADABLE
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=False)
    return out.getvalue()


ReadPicture = Callable[[str, bytes, Location], tuple[Asset | None, tuple[Diagnostic, ...]]]
"""Gives a picture as it will be printed, and what is wrong with it."""


class PictureSet:
    """Pictures by path, each looked at once. Lives only while `load` runs."""

    def __init__(self, files: Mapping[str, bytes], diagnostics: Diagnostics, read: ReadPicture = read_picture) -> None:
        self.files, self.diagnostics, self.read = files, diagnostics, read
        self.assets: dict[str, Asset] = {}
        self.told: set[tuple[str, str]] = set()
        """The pictures that cannot be had, each reported where a text first names it: the text and the picture."""

    def of_briefing(self, briefing: Briefing, pictures: Iterable[tuple[str, Location]]) -> None:
        """Gather the pictures that a briefing's texts name, and those of its front matter."""
        self.of_text(briefing.path, pictures)
        for number, record in enumerate(briefing.fields.figures):
            self.take(briefing.path, record.file, briefing.marks.at("figures", number, "file"))

    def of_text(self, path: str, pictures: Iterable[tuple[str, Location]]) -> None:
        """Gather the pictures that a text names."""
        for source, place in pictures:
            self.take(path, source, place)

    def of_texts(self, texts: Iterable[Series | LibrarySettings]) -> None:
        """Gather the pictures of the series' and the imprint's texts, and the publisher's logo."""
        for written in texts:
            if isinstance(written, LibrarySettings) and written.fields.design.logo:
                self.take(written.path, written.fields.design.logo.file, written.marks.at("design", "logo", "file"))
            landing = written.landing.blocks if isinstance(written, Series) else ()
            nodes = walk((landing, written.method_note, written.practice_caveat))
            pictures = (node for node in nodes if isinstance(node, Figure | InlineImage))
            self.of_text(written.path, ((picture.source, picture.place) for picture in pictures))

    def logo_of(self, imprint: LibrarySettings) -> Asset | None:
        """The publisher's logo, where it could be gathered."""
        chosen = imprint.fields.design.logo
        return self.assets.get(picture_file(imprint.path, chosen.file) or "") if chosen else None

    def take(self, text: str, source: str, place: Location) -> None:
        """Gather one picture that the file `text` names, or say once for the text why it cannot be had."""
        path = picture_file(text, source)
        if path in self.assets or not source or (text, path or source) in self.told:
            return
        if path is None:
            self.diagnostics.report(message("figure-outside", place, source=source))
        elif path not in self.files:
            folder, name = dirname(text), source
            if not path.startswith(f"{folder}/"):
                folder, _, name = path.rpartition("/")
            self.diagnostics.report(
                message("figure-missing", place, self._nearest(text, path), source=name, folder=folder)
            )
        else:
            with faults_reported(self.diagnostics, place, f"read the picture {path}"):
                asset, remarks = self.read(path, self.files[path], place)
                self.diagnostics.extend(remarks)
                self.assets |= {path: asset} if asset else {}
        if path not in self.assets:
            self.told.add((text, path or source))

    def _nearest(self, text: str, path: str) -> str | None:
        """The picture that was perhaps meant: one of nearly this name in its folder, or of this name elsewhere."""
        folders = dict.fromkeys((dirname(text), dirname(path)))
        beside = [name for name in self._names if any(name.startswith(f"{folder}/") for folder in folders)]
        ways = {relative_path(name, text): name for name in beside}
        guess = close_matches(relative_path(path, text), ways)
        last = path.rpartition("/")[2].casefold()
        guess = guess or [
            relative_path(name, text) for name in self._names if name.rpartition("/")[2].casefold() == last
        ]
        return f"Did you mean '{guess[0]}'?" if guess else None

    @cached_property
    def _names(self) -> tuple[str, ...]:
        """The files that are pictures by their names; those of kept versions belong to these alone."""
        return tuple(n for n in self.files if n.lower().endswith(KINDS) and not n.startswith(f"{FOLDER}/"))
