"""Documents of a frame: a web page as it is, and of a book the chapter with all that it leads to."""

from collections.abc import Mapping
from hashlib import blake2b
from io import BytesIO
from mimetypes import guess_type
from pathlib import PurePosixPath
from zipfile import ZipFile

from pipeline.model.formats import EPUB, FileKind
from pipeline.preview.desk import ServedFile

_MEDIA = {".xhtml": "application/xhtml+xml", ".css": "text/css", ".otf": "font/otf", ".ttf": "font/ttf"}


def framed(kind: FileKind, name: str, file: bytes) -> tuple[str, Mapping[str, ServedFile]]:
    """The path of the document that shows a file, and all files that it needs by their paths.

    A digest is the first part of each path: another file has others.
    """
    digest = blake2b(file, digest_size=12).hexdigest()
    if kind != EPUB:
        path = f"{digest}/{name}{kind.end}"
        return path, {path: ServedFile(f"{kind.media_type}; charset=utf-8", file)}
    with ZipFile(BytesIO(file)) as book:
        held = {f"{digest}/{path}": ServedFile(_media_type(path), book.read(path)) for path in book.namelist()}
    own = (path for path in held if PurePosixPath(path).stem == name and path.endswith(".xhtml"))
    return next(own, ""), held


def _media_type(path: str) -> str:
    return _MEDIA.get(PurePosixPath(path).suffix) or guess_type(path)[0] or "application/octet-stream"
