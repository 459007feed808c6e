"""Dates of works that no calendar has."""

import pytest

from pipeline.load.references.records import DateFault, read_date


@pytest.mark.parametrize("day", ["1900-02-29", "2023-02-29", "2100-02-29"])
def test_only_a_leap_year_has_29_february(day: str) -> None:
    with pytest.raises(DateFault, match="there is no day 29 in month 2"):
        read_date(day)
    assert read_date("2000-02-29") == {"date-parts": [[2000, 2, 29]]}
