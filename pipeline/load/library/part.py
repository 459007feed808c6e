"""A part of the library, for what is asked of a few texts: the imprint, the colleges, and heads of briefings. Pure.

No Markdown is read, and nothing that is wrong is told.
"""

from collections.abc import Collection, Mapping

from pipeline.core.diagnostics import Desk
from pipeline.load.library.folders import COLLEGES, LIBRARY
from pipeline.load.library.heads import read_head
from pipeline.load.library.kept import kept_numbers
from pipeline.load.library.lists import read_list
from pipeline.load.library.records import read_library_fields, unnamed
from pipeline.model.library import Library
from pipeline.model.source.briefing import Briefing
from pipeline.model.source.imprint import Imprint


def load_part(files: Mapping[str, bytes], names: Collection[str]) -> Library:
    """The library with only the heads of these briefings, and of those that supersede them.

    Which versions are kept is known of all. A briefing whose front matter cannot be read is among the broken ones.
    """
    heads: dict[str, Briefing | None] = {}
    wanted = sorted(names)
    while wanted:
        name = wanted.pop()
        path = next((path for path in _paths(name) if path in files), None)
        if path is None or name in heads:
            continue
        head = heads[name] = read_head(path, files[path], name)
        if head and head.fields.superseded_by:
            wanted.append(head.fields.superseded_by)
    colleges = read_list("colleges", COLLEGES, files[COLLEGES], Desk()) if COLLEGES in files else {}
    return Library(
        _imprint(files.get(LIBRARY)),
        {name: head for name, head in sorted(heads.items()) if head},
        colleges=colleges["colleges"][0] if colleges else {},
        broken=frozenset(name for name, head in heads.items() if not head),
        kept_numbers=kept_numbers(files),
    )


def _paths(name: str) -> tuple[str, str]:
    """The files that a briefing of a name may have, in the order in which the first is taken."""
    return f"source/briefings/{name}.md", f"source/briefings/{name}/briefing.md"


def _imprint(content: bytes | None) -> Imprint:
    read = read_library_fields(LIBRARY, content, Desk()) if content is not None else None
    return Imprint(LIBRARY, read[0].model, read[0].marks) if read else unnamed(LIBRARY)
