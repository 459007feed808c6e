"""Days as readers are told them."""

from calendar import monthrange
from datetime import date

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def in_words(on: date) -> str:
    """A date for readers: '19 October 2022'."""
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def months_after(on: date, months: int) -> date:
    """The same day so many months later, or the last day of that month."""
    year, month = divmod(on.month - 1 + months, 12)
    year, month = on.year + year, month + 1
    if year > date.max.year:
        return date.max
    return date(year, month, min(on.day, monthrange(year, month)[1]))
