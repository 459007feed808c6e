"""Pictures of very many dots in very few bytes."""

import struct
import zlib

from tests.support.bombs.packing import repeated


def png(width: int, height: int, depth: int = 1) -> bytes:
    """A PNG of one colour, packed as it is made: a picture of ten gigabytes never stands in memory."""

    def chunk(kind: bytes, held: bytes) -> bytes:
        return struct.pack(">I", len(held)) + kind + held + struct.pack(">I", zlib.crc32(kind + held))

    rows = repeated(bytes(1 + -(-width * depth // 8)), height)
    head = struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def gif(width: int, height: int) -> bytes:
    """A GIF that says it has so many dots, and holds none."""
    return (
        b"GIF89a"
        + struct.pack("<HHBBB", width, height, 0, 0, 0)
        + b","
        + struct.pack("<HHHHB", 0, 0, width, height, 0)
        + b"\x02\x02L\x01\x00;"
    )


def jpeg(width: int, height: int) -> bytes:
    """A JPEG of four dots whose head says that it has very many."""
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.new("L", (8, 8)).save(out, "JPEG")
    made = bytearray(out.getvalue())
    start = made.index(b"\xff\xc0") + 5
    made[start : start + 4] = struct.pack(">HH", height, width)
    return bytes(made)


def scanned(scans: int, mode: str = "L", size: int = 1_000) -> bytes:
    """A progressive JPEG whose last pass over the dots stands in it so many times more."""
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.new(mode, (size, size)).save(out, "JPEG", progressive=True)
    made = out.getvalue()
    return made[:-2] + made[made.rindex(b"\xff\xda") : -2] * scans + made[-2:]


def webp(width: int, height: int) -> bytes:
    """A WebP picture of one colour with so many dots, at most 16,383 to a side."""
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (width, height)).save(out, "WEBP", lossless=True, quality=0, method=0)
    return out.getvalue()
