"""The pictures of a web page, laid apart while its text is read: they may be a hundred times as long as all else."""

import re
from collections.abc import Mapping

_PICTURE = re.compile(rb'(?<=src="data:image/)([a-z+]+;base64,)([A-Za-z0-9+/=]{200,})(?=")')


def pictures_apart(page: bytes) -> tuple[bytes, Mapping[str, memoryview]]:
    """A page with a number in the place of each long picture, and those by the address that each has now, in base64."""
    parts: list[bytes] = []
    pictures: dict[str, memoryview] = {}
    view, end = memoryview(page), 0
    for number, found in enumerate(_PICTURE.finditer(page)):
        parts += [page[end : found.start(2)], b"%d" % number]
        pictures[f"data:image/{found[1].decode()}{number}"] = view[found.start(2) : found.end(2)]
        end = found.end(2)
    return b"".join([*parts, page[end:]]), pictures
