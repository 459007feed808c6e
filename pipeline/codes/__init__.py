"""The table of codes: every diagnostic there is, one row each.

Rows stand in one file an area; `TABLE` holds them all by name. To add a diagnostic: a row here, the
check, `tests/codes/<name>/`; `explain` and the handbook page come from the table.
"""

from __future__ import annotations

from pipeline.codes import body, build, citation, evidence, files, house, made, packs, prints
from pipeline.codes._code import Code

_AREAS = (files, body, citation, evidence, house, packs, build, made, prints)

TABLE: dict[str, Code] = {
    row.name: row
    for area in _AREAS
    for row in sorted((v for v in vars(area).values() if isinstance(v, Code)), key=lambda c: c.name)
}

__all__ = ["TABLE", "Code", "body", "build", "citation", "evidence", "files", "house", "made", "packs", "prints"]
