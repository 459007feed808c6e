"""The numbers of books as machines read them."""

import re


def digits_of(isbn: str) -> str:
    """An ISBN without its hyphens and spaces."""
    return re.sub(r"[- ]", "", isbn)
