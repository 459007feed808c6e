"""Kind of a picture by the first bytes of its file: its name may be wrong."""

_STARTS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
)


def media_type(content: bytes) -> str:
    """The media type that the first bytes show, or nothing."""
    for start, kind in _STARTS:
        if content.startswith(start):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    head = content[:4000].removeprefix(b"\xef\xbb\xbf").lstrip()
    return "image/svg+xml" if head.startswith(b"<") and b"<svg" in content[:20000] else ""
