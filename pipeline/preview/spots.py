"""The list of the lines of sources that pages show, as the page in the browser reads it."""

import json
from collections.abc import Sequence
from hashlib import blake2b

from pipeline.model.sheets import SourceSpot
from pipeline.preview.pictures import SCALE, PagePicture

PARTS = 10_000
"""Parts of the width and of the height of a page by which places are told."""


def spot_list(spots: Sequence[SourceSpot], pages: Sequence[PagePicture]) -> tuple[str, bytes]:
    """A name, which is a digest, and the list: the files, and of each spot its page, box, file and line."""
    paths = list(dict.fromkeys(spot.path for spot in spots))
    rows = [_row(spot, pages[spot.page - 1], paths) for spot in spots if spot.page <= len(pages)]
    listed = json.dumps({"paths": paths, "spots": rows}, separators=(",", ":"), ensure_ascii=False).encode()
    return f"places/{blake2b(listed, digest_size=12).hexdigest()}", listed


def _row(spot: SourceSpot, page: PagePicture, paths: Sequence[str]) -> list[int]:
    """The numbers of a spot: page, left, top, width and height in parts of the page, file and line."""
    wide, high = page.width / SCALE, page.height / SCALE
    top = high - spot.y - spot.height
    box = (spot.x / wide, top / high, spot.width / wide, spot.height / high)
    return [spot.page, *(round(part * PARTS) for part in box), paths.index(spot.path), spot.line]
