"""The layout that a pack asks for: a folder whose files take the place of those of `layouts/pack/`, file by file."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from pipeline.core.diagnostics import Diagnostic
from pipeline.core.errors import LayoutFault
from pipeline.core.messages import catalogue, message
from pipeline.model.formats import EDITIONS
from pipeline.model.layouts import Layouts
from pipeline.model.library import Library
from pipeline.resolve.nearest import did_you_mean

PACK = "pack"
_OF_EDITIONS = {style.partition("/")[0] for row in EDITIONS.values() for style in row.styles}
_OTHERS = frozenset({"briefing", "cover", "epub", "stamp", "styles", "web", *_OF_EDITIONS})
"""The folders of `layouts/` that are for something else."""


def pack_layouts(layouts: Layouts) -> tuple[str, ...]:
    """The names that a pack may give: every folder of `layouts/` that is for nothing else."""
    folders = {name.partition("/")[0] for name in layouts.files if "/" in name}
    return tuple(sorted(folders - _OTHERS))


def pack_layout_remarks(library: Library, layouts: Layouts) -> Iterator[Diagnostic]:
    """A layout that a pack asks for and nobody has."""
    known = pack_layouts(layouts)
    for pack in library.packs.values():
        name = pack.fields.layout
        if name not in known:
            hint = did_you_mean(name, known, catalogue()["pack-layout"].do)
            yield message("pack-layout", pack.marks.at("layout"), hint, name=name)


def in_its_layout(name: str, layouts: Layouts) -> Layouts:
    """The layouts as a pack sees them; one that nobody has counts for nothing."""
    own = _own(name, layouts)
    return replace(layouts, files={**layouts.files, **own}) if own else layouts


def _own(name: str, layouts: Layouts) -> dict[str, str]:
    """The files of a layout under the names of those whose place they take."""
    if name == PACK or name not in pack_layouts(layouts):
        return {}
    return {f"{PACK}/{path.removeprefix(f'{name}/')}": text for path, text in layouts.files.items() if _in(path, name)}


def _in(path: str, folder: str) -> bool:
    return path.startswith(f"{folder}/")


@contextmanager
def told_where_it_is(name: str, layouts: Layouts) -> Iterator[None]:
    """Have the fault of a layout told at the file that it is in, not at the one whose place that takes."""
    try:
        yield
    except LayoutFault as fault:
        inner = fault.path.removeprefix("layouts/")
        if inner not in _own(name, layouts):
            raise
        path = f"layouts/{name}/{inner.removeprefix(f'{PACK}/')}"
        raise LayoutFault(fault.sentence, path, fault.line) from fault
