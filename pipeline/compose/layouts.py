"""Layouts of a library: the folder that a pack asks for, and their faults, told in the file and line that has them."""

import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from pipeline.compose.design.style import bare_lines
from pipeline.compose.design.typeface import font_remarks
from pipeline.compose.templates import syntax_fault
from pipeline.core.diagnostics import Diagnostic, Diagnostics, LayoutFault, Location
from pipeline.core.messages import catalogue, message
from pipeline.core.sentences import suggestion
from pipeline.model.formats import EDITIONS, FLAWED, Layouts, flawed_line
from pipeline.model.library import Library

# Pack layouts

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
            hint = suggestion(name, known, catalogue()["pack-layout"].do)
            yield message("pack-layout", pack.marks.at("layout"), hint, name=name)


def in_its_layout(name: str, layouts: Layouts) -> Layouts:
    """The layouts as a pack sees them; one that nobody has counts for nothing."""
    own = _own(name, layouts)
    return replace(layouts, files={**layouts.files, **own}) if own else layouts


def _own(name: str, layouts: Layouts) -> dict[str, str]:
    """The files of a layout under the names of those whose place they take."""
    if name == PACK or name not in pack_layouts(layouts):
        return {}
    files = ((path.partition("/"), text) for path, text in layouts.files.items())
    return {f"{PACK}/{inner}": text for (folder, slash, inner), text in files if slash and folder == name}


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


# Templates


def layout_remarks(layouts: Layouts, named: Collection[str] = ()) -> tuple[Diagnostic, ...]:
    """A remark for each file of the layouts that can be seen to be unusable before anything is composed.

    `named` are the layouts that packs ask for.
    """
    diagnostics = Diagnostics()
    diagnostics.extend(font_remarks(layouts))
    for name, text in layouts.files.items():
        if name.endswith(".j2") and (miswritten := syntax_fault(name, text)):
            diagnostics.report(fault_remark(miswritten))
    diagnostics.extend(_undated(layouts))
    said = [_without_comments(text) for text in layouts.files.values()] if layouts.strange else []
    for name in layouts.strange:
        folder, _, inner = name.partition("/")
        takes_a_place = f"{PACK}/{inner}" in layouts.files and folder in pack_layouts(layouts) and folder != PACK
        if folder in named and takes_a_place:
            continue
        if not any(name in text or name.rpartition("/")[2] in text for text in said):
            nobody = f"No pack says 'layout: {folder}', and so none" if takes_a_place else "No layout"
            hint = f"Write 'layout: {folder}' into a pack that is to look so." if takes_a_place else None
            diagnostics.report(message("layout-unused", Location(f"layouts/{name}"), hint, nobody=nobody))
    return diagnostics.remarks


_SLOT = re.compile(r"""data-slot\s*=\s*(?:["']produced["']|["']?[^"'{>]*\{[{%])""")
"""A place for the date, or one whose name an expression gives: that may be it."""
_COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->|/\*.*?\*/", re.DOTALL)


def _undated(layouts: Layouts) -> Iterator[Diagnostic]:
    """A remark for each stamp block and cover that keeps no place for the date produced."""
    for name in ("briefing/stamp.html.j2", *(f"{folder}/cover.html.j2" for folder in pack_layouts(layouts))):
        if name not in layouts.files or syntax_fault(name, layouts.files[name]):
            continue
        if not any(_SLOT.search(_without_comments(layouts.files[one])) for one in _with_parts(name, layouts)):
            yield message("layout-no-date", Location(f"layouts/{name}"))


def _with_parts(name: str, layouts: Layouts) -> frozenset[str]:
    """A template, and every one that is named in it, or in one of these."""
    found, waiting = {name}, [name]
    while waiting:
        names = re.findall(r"[\w./-]+\.j2", _without_comments(layouts.files[waiting.pop()]))
        named = set(names) & layouts.files.keys() - found
        found |= named
        waiting += sorted(named)
    return frozenset(found)


def _without_comments(template: str) -> str:
    """A template or a style sheet without its comments."""
    return _COMMENT.sub("", template)


def fault_remark(fault: LayoutFault) -> Diagnostic:
    """The diagnostic of a layout's fault."""
    return message("layout-fault", Location(fault.path, fault.line), reason=fault.sentence)


# Flaws of style sheets


def told_in_layouts(remarks: Iterable[Diagnostic], layouts: Layouts) -> Iterator[Diagnostic]:
    """The remarks; the flaw of a style sheet stands where the sheet has it."""
    for remark in remarks:
        flawed = remark.code == "made-style" and remark.hint.startswith(FLAWED)
        places = _places(remark, layouts) if flawed else ()
        if not places:
            yield remark
        for place in places:
            yield replace(remark, place=place, hint=catalogue()["made-style"].do)


def _places(remark: Diagnostic, layouts: Layouts) -> tuple[Location, ...]:
    """Every line of the layouts that reads as the flawed one does."""
    named = re.search(r"`([^:`]+)", remark.sentence)
    return tuple(
        Location(f"layouts/{name}", number, max(text.splitlines()[number - 1].find(named[1]) + 1, 1) if named else 1)
        for name, text in layouts.files.items()
        if name.endswith(".css")
        for number, bare in bare_lines(text)
        if flawed_line(bare) == remark.hint
    )
