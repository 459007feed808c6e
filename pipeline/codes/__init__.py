"""The table of codes: every diagnostic there is, one row each.

Rows stand in one file an area; `TABLE` holds them all by name. To add a diagnostic: a row in the file of
its area, the check, `tests/codes/<name>/`; `explain` and the handbook page come from the table. The name of a row is
that of its constant in small letters, with hyphens.
"""

from pipeline.codes import (
    body,
    books,
    build,
    citation,
    colleges,
    copies,
    evidence,
    files,
    house,
    issues,
    kept,
    limits,
    made,
    packs,
    prints,
    proofs,
    word,
)
from pipeline.codes._code import CodeRow, name_rows

_OF_SOURCES = (files, limits, body, citation, evidence, house, packs, kept)
_OF_WHAT_IS_MADE = (word, copies, colleges, issues, build, made, prints, proofs, books)
AREAS = _OF_SOURCES + _OF_WHAT_IS_MADE

for _area in AREAS:
    name_rows(_area)

TABLE: dict[str, CodeRow] = {
    row.name: row
    for area in AREAS
    for row in sorted((v for v in vars(area).values() if isinstance(v, CodeRow)), key=lambda c: c.name)
}

__all__ = ["AREAS", "TABLE", "CodeRow"]
__all__ += [area.__name__.rpartition(".")[2] for area in AREAS]
