"""Numbers under which bookshops, libraries and citations know a publication."""

import re
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from pipeline.model.isbn import digits_of
from pipeline.model.source.record import Record


def _bare(value: object) -> object:
    return re.sub(r"^(https?://(dx\.)?doi\.org/|doi:\s*)", "", value.strip()) if isinstance(value, str) else value


Doi = Annotated[str, BeforeValidator(_bare), StringConstraints(pattern=r"^10\.\d{4,9}/\S+$")]
"""A DOI without the address before it: 10.1234/abc."""


def _sound(value: object) -> object:
    if not isinstance(value, str):
        return value
    digits = digits_of(value.strip())
    if not re.fullmatch(r"97[89]\d{10}", digits):
        raise ValueError(f"'{value}' is not an ISBN; one has 13 digits and begins with 978 or 979")
    sum_ = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits[:12]))
    last = str(-sum_ % 10)
    if digits[12] != last:
        raise ValueError(f"'{value}' is not an ISBN; its digits do not agree with the last one, which would be {last}")
    return value


Isbn = Annotated[str, BeforeValidator(_sound), StringConstraints(pattern=r"^97[89]([- ]?\d){10}$")]
"""An ISBN of 13 digits, with or without hyphens or spaces."""


class Isbns(Record):
    """The ISBN of each format that has one. Each format is a product of its own, so no two share a number."""

    screen: Isbn | None = None
    """Of the PDF for screens."""
    print: Isbn | None = None
    """Of the printed book."""
    large_print: Isbn | None = Field(default=None, alias="large-print")
    """Of the PDF in large print."""
    booklet: Isbn | None = None
    """Of the booklet."""
    epub: Isbn | None = None
    """Of the EPUB."""

    @model_validator(mode="after")
    def _one_each(self) -> Self:
        seen: dict[str, str] = {}
        for name, isbn in self.by_format:
            other = seen.setdefault(digits_of(isbn), name)
            if other != name:
                raise ValueError(f"'{other}' and '{name}' have the same ISBN, but each format has its own")
        return self

    @property
    def by_format(self) -> tuple[tuple[str, str], ...]:
        """The formats that have an ISBN, each with it, as written."""
        named = ((field.alias or name, getattr(self, name)) for name, field in type(self).model_fields.items())
        return tuple((name, isbn) for name, isbn in named if isbn)
