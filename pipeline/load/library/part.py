"""A part of the library, for questions on a few texts: the imprint, lists of services, heads of briefings. Pure.

No Markdown is read, and nothing that is wrong is told.
"""

from collections.abc import Collection, Mapping

from pipeline.core.diagnostics import Desk
from pipeline.load.library.folders import LIBRARY
from pipeline.load.library.heads import read_head
from pipeline.load.library.kept import kept_numbers
from pipeline.load.library.lists import OTHERS, read_list
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
    paths = {name: f"source/{name}.yaml" for name in OTHERS}
    lists = {name: read_list(name, path, files[path], Desk())[name] for name, path in paths.items() if path in files}
    return Library(
        _imprint(files.get(LIBRARY)),
        {name: head for name, head in sorted(heads.items()) if head},
        others={name: records for name, (records, _) in lists.items()},
        broken=frozenset(name for name, head in heads.items() if not head),
        kept_numbers=kept_numbers(files),
    )


def _paths(name: str) -> tuple[str, str]:
    """The files that a briefing of a name may have, in the order in which the first is taken."""
    return f"source/briefings/{name}.md", f"source/briefings/{name}/briefing.md"


def _imprint(content: bytes | None) -> Imprint:
    read = read_library_fields(LIBRARY, content, Desk()) if content is not None else None
    return Imprint(LIBRARY, read[0].model, read[0].marks) if read else unnamed(LIBRARY)
