"""Very long contents in very few bytes."""

import zlib


def repeated(piece: bytes, times: int) -> bytes:
    """So many times the same, packed: what a megabyte packs to stands there again and again, so it takes no time."""
    many = min(times, -(-(2**20) // len(piece)))
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    once = packer.compress(piece * many) + packer.flush(zlib.Z_FULL_FLUSH)
    rest = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    end = rest.compress(piece * (times % many)) + rest.flush()
    check = 1
    for _ in range(times // many):
        check = zlib.adler32(piece * many, check)
    check = zlib.adler32(piece * (times % many), check)
    return b"\x78\x9c" + once * (times // many) + end + check.to_bytes(4, "big")
