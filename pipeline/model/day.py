"""Days as readers are told them."""

from datetime import date

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def in_words(on: date) -> str:
    """A date for readers: '19 October 2022'."""
    return f"{on.day} {_MONTHS[on.month - 1]} {on.year}"
