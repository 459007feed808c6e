"""Pictures: size, safety, lookup by path; the printer's colour profile."""

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
from pipeline.core.faults import report_faults
from pipeline.core.limits import BrokenOff, run_limited
from pipeline.core.messages import message
from pipeline.core.sentences import close_matches
from pipeline.load.pictures.svg import MOST_PIXELS, DamagedPicture, TooHeavy, media_type, remove_svg_metadata, safe_svg
from pipeline.model.body import Figure, walk_nodes
from pipeline.model.body import Image as InlineImage
from pipeline.model.formats import Asset
from pipeline.model.source.briefing import Briefing
from pipeline.model.source.library_file import LibrarySettings, Series
from pipeline.model.source.versions import FOLDER

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
TOP = "source"


def picture_file(path: str, written: str) -> str | None:
    """Return the path in the project of a picture that the file `path` names; None if it is outside of `source/`.

    '../x.svg' begins above the folder of the file, '/x.svg' at `source/`.
    """
    is_odd = "\\" in written or any(ord(character) < 32 for character in written)
    if is_odd or not written or written.startswith(("//", "~")) or _SCHEME.match(written):
        return None
    home = TOP if path.startswith(f"{TOP}/") else dirname(path)
    whole = normpath(join(home, written.lstrip("/")) if written.startswith("/") else join(dirname(path), written))
    return whole if (whole.startswith(f"{home}/") if home else not whole.startswith("..")) else None


def relative_path(file: str, path: str) -> str:
    """Return the path from the folder of the file `path` to another file of `source/`."""
    steps, folder = file.split("/"), path.split("/")[:-1]
    shared = 0
    while shared < min(len(steps) - 1, len(folder)) and steps[shared] == folder[shared]:
        shared += 1
    return "/".join([*[".."] * (len(folder) - shared), *steps[shared:]])


# Libraries that read pictures are imported in functions: most pictures come from the cache.

KINDS = (".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".pdf")
_LIGHTER = "Save it as a PNG of 200 dots to the inch. Or remove hidden parts, and make tiles larger."
_MOST_SCANS = 30
"""Greatest number of scans of a JPEG: programs write 10, or 18 with four colours. Each is a pass over all dots."""
_PAGE_LIMIT = (20, 1000)
"""Seconds and megabytes for drawing a page: most take a tenth of a second."""


def read_picture(path: str, content: bytes, place: Location) -> tuple[Asset | None, tuple[Diagnostic, ...]]:
    """Return the picture as it will be printed, and remarks on it."""
    name = PurePosixPath(path).name
    kind = media_type(content)
    fonts: tuple[str, ...] = ()
    try:
        if kind == "image/svg+xml":
            content, unsafe, fonts = safe_svg(content)
            if unsafe:
                return None, (message("figure-unusable", place, source=name, reason=f"it has {unsafe}"),)
            content = remove_svg_metadata(content, _embedded_picture)
        elif kind == "application/pdf":
            content, kind = _page_as_png(content), "image/png"
        elif kind:
            content = _printable(content)
            kind = media_type(content)
        else:
            return None, (message("figure-unusable", place, source=name, reason="its format is unknown"),)
    except TooHeavy as heavy:
        sentence = f"The picture '{name}' cannot be printed: {heavy}."
        return None, (message("job-too-large", place, _LIGHTER, sentence=sentence),)
    except DamagedPicture as wrong:
        return None, (message("figure-unusable", place, source=name, reason=str(wrong)),)
    except RecursionError:
        return None, (message("figure-unusable", place, source=name, reason="it is too deep"),)
    remarks = (message("figure-font", place, source=name, font=", ".join(dict.fromkeys(fonts))),) if fonts else ()
    return Asset(path, kind, sha256(content).hexdigest(), content), remarks


def _printable(content: bytes) -> bytes:
    """Return the picture upright, in colours that every reader knows, without metadata."""
    from PIL import Image

    from pipeline.load.pictures.photos import as_shown, remove_photo_metadata

    try:
        with warnings.catch_warnings(action="ignore"), _any_size(), Image.open(io.BytesIO(content)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                most = MOST_PIXELS // 1_000_000
                raise DamagedPicture(f"it has {picture.width} × {picture.height} dots, and the limit is {most} million")
            scans = remove_photo_metadata(content, profile=False).count(b"\xff\xda") if picture.format == "JPEG" else 0
            if scans > _MOST_SCANS:
                raise TooHeavy(f"it is stored in {scans:,} passes, and the limit is {_MOST_SCANS}")
            picture.load()
            return as_shown(picture, content)
    except (OSError, SyntaxError, ValueError) as wrong:
        raise DamagedPicture("it is damaged") from wrong


def _embedded_picture(content: bytes) -> tuple[str, bytes]:
    """Return the media type and the printable content of a raster picture within a drawing."""
    if media_type(content) not in ("image/png", "image/jpeg", "image/gif", "image/webp"):
        raise DamagedPicture("it has a picture that cannot be read")
    try:
        content = _printable(content)
    except DamagedPicture as wrong:
        raise DamagedPicture(f"it holds a picture that cannot be: {wrong}") from wrong
    return media_type(content), content


@contextmanager
def _any_size() -> Iterator[None]:
    """Let Pillow open pictures of any size, which is checked before they are read, and refuse truncated ones.

    WeasyPrint has told Pillow to accept those.
    """
    from PIL import Image, ImageFile

    settings = Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES
    Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES = None, False
    try:
        yield
    finally:
        Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES = settings


def _page_as_png(content: bytes) -> bytes:
    """Return the first page of a PDF as a picture, drawn in a process of its own."""
    try:
        drawn = run_limited(page_as_png, content, *_PAGE_LIMIT)
    except BrokenOff as broken:
        raise TooHeavy(f"its page cannot be drawn: {str(broken)[:1].lower()}{str(broken)[1:-1]}") from broken
    if drawn.startswith(b"\x89PNG"):
        return drawn
    if drawn == UNREADABLE:
        raise DamagedPicture(UNREADABLE.decode())
    raise TooHeavy(drawn.decode())


_LONGEST_SIDE = 4000
"""Greatest width or height of a drawn page in dots."""
UNREADABLE = b"the PDF cannot be read"


def page_as_png(content: bytes) -> bytes:
    """Return a PNG of the first page, 200 dots to the inch, or the end of a sentence that says why there is none."""
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
"""Reader of a picture: the picture as it will be printed, and remarks."""


class PictureSet:
    """The pictures of a library by path, each read once."""

    def __init__(self, files: Mapping[str, bytes], diagnostics: Diagnostics, read: ReadPicture = read_picture) -> None:
        self.files, self.diagnostics, self.read = files, diagnostics, read
        self.assets: dict[str, Asset] = {}
        self.reported: set[tuple[str, str]] = set()
        """Paths of texts and of pictures that could not be read for them."""

    def add_of_briefing(self, briefing: Briefing, named: Iterable[tuple[str, Location]]) -> None:
        """Read the pictures that a briefing's texts name, and those of its front matter."""
        self.add_named(briefing.path, named)
        for number, record in enumerate(briefing.fields.figures):
            self.add(briefing.path, record.file, briefing.marks.at("figures", number, "file"))

    def add_named(self, path: str, named: Iterable[tuple[str, Location]]) -> None:
        """Read the pictures that a text names, each with its place."""
        for source, place in named:
            self.add(path, source, place)

    def add_of_texts(self, texts: Iterable[Series | LibrarySettings]) -> None:
        """Read the pictures in texts of series and of the library's settings, and the publisher's logo."""
        for record in texts:
            if isinstance(record, LibrarySettings) and record.fields.design.logo:
                self.add(record.path, record.fields.design.logo.file, record.marks.at("design", "logo", "file"))
            landing = record.landing.blocks if isinstance(record, Series) else ()
            nodes = walk_nodes((landing, record.method_note, record.practice_caveat))
            pictures = (node for node in nodes if isinstance(node, Figure | InlineImage))
            self.add_named(record.path, ((picture.source, picture.place) for picture in pictures))

    def logo_of(self, imprint: LibrarySettings) -> Asset | None:
        """Return the publisher's logo, if it could be read."""
        logo = imprint.fields.design.logo
        return self.assets.get(picture_file(imprint.path, logo.file) or "") if logo else None

    def add(self, text: str, source: str, place: Location) -> None:
        """Read a picture that the file `text` names, or report once for the text why it cannot be read."""
        path = picture_file(text, source)
        if path in self.assets or not source or (text, path or source) in self.reported:
            return
        if path is None:
            self.diagnostics.report(message("figure-missing", place, source=source, folder="this library"))
        elif path not in self.files:
            folder, name = dirname(text), source
            if not path.startswith(f"{folder}/"):
                folder, _, name = path.rpartition("/")
            self.diagnostics.report(
                message("figure-missing", place, self._suggest(text, path), source=name, folder=folder)
            )
        else:
            with report_faults(self.diagnostics, place, f"read the picture {path}"):
                asset, remarks = self.read(path, self.files[path], place)
                self.diagnostics.extend(remarks)
                self.assets |= {path: asset} if asset else {}
        if path not in self.assets:
            self.reported.add((text, path or source))

    def _suggest(self, text: str, path: str) -> str | None:
        """Return a hint with a picture of a similar name in the folder, or of the same name in another."""
        folders = dict.fromkeys((dirname(text), dirname(path)))
        nearby = [name for name in self._names if any(name.startswith(f"{folder}/") for folder in folders)]
        guess = close_matches(relative_path(path, text), [relative_path(name, text) for name in nearby])
        last = path.rpartition("/")[2].casefold()
        guess = guess or [
            relative_path(name, text) for name in self._names if name.rpartition("/")[2].casefold() == last
        ]
        return f"Did you mean '{guess[0]}'?" if guess else None

    @cached_property
    def _names(self) -> tuple[str, ...]:
        """The paths of pictures, except those of kept versions."""
        return tuple(n for n in self.files if n.lower().endswith(KINDS) and not n.startswith(f"{FOLDER}/"))


# The printer's profile.

PROFILE_ENDS = (".icc", ".icm")
_PROFILE_TYPE = "application/vnd.iccprofile"
_DEVICES = {
    "scnr": "a scanner or camera",
    "mntr": "a screen",
    "link": "the way between two devices",
    "spac": "a colour space",
    "abst": "a colour effect",
    "nmcl": "a list of named colours",
}


def read_profile(imprint: LibrarySettings, files: Mapping[str, bytes], diagnostics: Diagnostics) -> Asset | None:
    """Return the profile that `library.yaml` names; None if it names none, or after a remark."""
    name = imprint.fields.print.profile
    if name is None:
        return None
    folder, place = PurePosixPath(imprint.path).parent, imprint.marks.at("print", "profile")
    path = str(folder / name)
    if ".." in PurePosixPath(name).parts or name.startswith("/"):
        diagnostics.report(message("profile-unfit", place, name=name, reason="it is outside source/"))
    elif path not in files:
        known = [file.removeprefix(f"{folder}/") for file in files if file.lower().endswith(PROFILE_ENDS)]
        guess = close_matches(name, known) or known[:1]
        hint = f"Did you mean '{guess[0]}'?" if guess else None
        diagnostics.report(message("profile-unfit", place, hint, name=name, reason="there is no such file in source/"))
    elif reason := profile_fault(files[path]):
        diagnostics.report(message("profile-unfit", place, name=name, reason=reason))
    else:
        return Asset(path, _PROFILE_TYPE, sha256(files[path]).hexdigest(), files[path])
    return None


def profile_fault(content: bytes) -> str:
    """Return why a file is not the ICC profile of a press with four inks; '' if it is."""
    if len(content) < 132 or content[36:40] != b"acsp":  # the header and the count of tags (ICC.1:2022, 7.1)
        return "it is not an ICC profile"
    from PIL import ImageCms  # few libraries name a profile

    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(content))
        kind, space = profile.profile.device_class, profile.profile.xcolor_space.strip()
        if kind != "prtr":
            return f"it describes {_DEVICES.get(kind, 'something else')}, not a printing press"
        if space != "CMYK":
            return f"its inks are {space}, not CMYK"
        screen, relative = ImageCms.createProfile("sRGB"), ImageCms.Intent.RELATIVE_COLORIMETRIC
        for source, target, inside, outside in ((screen, profile, "RGB", "CMYK"), (profile, screen, "CMYK", "RGB")):
            ImageCms.buildTransform(source, target, inside, outside, renderingIntent=relative)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return "it is damaged"
    return ""
