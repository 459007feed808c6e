"""Whether a table has rows, and its columns say what they are."""

from collections.abc import Iterator

from pipeline.codes import house as codes
from pipeline.core.diagnostics import Diagnostic
from pipeline.core.tables import enumerated
from pipeline.model.body import Table, plain_text
from pipeline.resolve.reading import Reading


def columns_have_heads(reading: Reading) -> Iterator[Diagnostic]:
    """Check that a table has rows, and words above each column with words; the corner may be empty."""
    for table in reading.passage.every(Table):
        if not table.rows:
            yield codes.TABLE_EMPTY.at(table.place)
        if missing := [str(number + 1) for number in range(len(table.head)) if _lacks_head(table, number)]:
            yield codes.TABLE_NO_HEAD.at(table.place, columns=_in_words(missing))


def _lacks_head(table: Table, number: int) -> bool:
    if table.head[number] or (number == 0 and table.row_heads):
        return False
    return any(number < len(row) and plain_text(row[number]).strip() for row in table.rows)


def _in_words(numbers: list[str]) -> str:
    """'Column 2 has', 'Columns 2, 3 and 4 have'."""
    return f"Column{'s' * (len(numbers) > 1)} {enumerated(numbers)} of this table {'have' if numbers[1:] else 'has'}"
