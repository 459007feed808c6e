"""Number of pixels of a picture, from the head of its file alone."""

import io
import warnings
from base64 import b64decode

MOST_PIXELS = 60_000_000
"""So many dots a picture may have: twice those of a sheet of A4 at 600 to the inch. Each takes four bytes, or more."""


def held_pixels(address: str) -> int:
    """The dots of a picture in a `data:` address; 0 where it cannot be read, which is reported when it is drawn."""
    from PIL import Image, UnidentifiedImageError

    try:
        held = b64decode(address.partition(",")[2])
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(held)) as picture:
            return picture.width * picture.height
    except Image.DecompressionBombError:
        return MOST_PIXELS + 1
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError):
        return 0
