"""Faults of a library's layouts that can be found before anything is composed."""

import re
from collections.abc import Collection, Iterator

from pipeline.compose.design.typeface import font_remarks
from pipeline.compose.pack.layout import PACK, pack_layouts
from pipeline.compose.templates.templates import syntax_fault
from pipeline.core.diagnostics import Desk, Diagnostic, Place
from pipeline.core.errors import LayoutFault
from pipeline.core.messages import message
from pipeline.model.layouts import Layouts


def layout_remarks(layouts: Layouts, named: Collection[str] = ()) -> tuple[Diagnostic, ...]:
    """A remark for each file of the layouts that can be seen to be unusable before anything is composed.

    `named` are the layouts that packs ask for.
    """
    desk = Desk()
    desk.extend(font_remarks(layouts))
    for name, text in layouts.files.items():
        if name.endswith(".j2") and (miswritten := syntax_fault(name, text)):
            desk.report(fault_remark(miswritten))
    desk.extend(_undated(layouts))
    said = [_said(text) for text in layouts.files.values()] if layouts.strange else []
    for name in layouts.strange:
        folder, _, inner = name.partition("/")
        takes_a_place = f"{PACK}/{inner}" in layouts.files and folder in pack_layouts(layouts) and folder != PACK
        if folder in named and takes_a_place:
            continue
        if not any(name in text or name.rpartition("/")[2] in text for text in said):
            nobody = f"No pack says 'layout: {folder}', and so none" if takes_a_place else "No layout"
            hint = f"Write 'layout: {folder}' into a pack that is to look so." if takes_a_place else None
            desk.report(message("layout-unused", Place(f"layouts/{name}"), hint, nobody=nobody))
    return desk.remarks


_SLOT = re.compile(r"""data-slot\s*=\s*(?:["']produced["']|["']?[^"'{>]*\{[{%])""")
"""A place for the date, or one whose name an expression gives: that may be it."""
_COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->|/\*.*?\*/", re.DOTALL)


def _undated(layouts: Layouts) -> Iterator[Diagnostic]:
    """A remark for each stamp block and cover that keeps no place for the date produced."""
    for name in ("briefing/stamp.html.j2", *(f"{folder}/cover.html.j2" for folder in pack_layouts(layouts))):
        if name not in layouts.files or syntax_fault(name, layouts.files[name]):
            continue
        if not any(_SLOT.search(_said(layouts.files[one])) for one in _with_parts(name, layouts)):
            yield message("layout-no-date", Place(f"layouts/{name}"))


def _with_parts(name: str, layouts: Layouts) -> frozenset[str]:
    """A template, and every one that is named in it, or in one of these."""
    found, waiting = {name}, [name]
    while waiting:
        named = set(re.findall(r"[\w./-]+\.j2", _said(layouts.files[waiting.pop()]))) & layouts.files.keys() - found
        found |= named
        waiting += sorted(named)
    return frozenset(found)


def _said(template: str) -> str:
    """A template or a style sheet without its comments."""
    return _COMMENT.sub("", template)


def fault_remark(fault: LayoutFault) -> Diagnostic:
    """The diagnostic of a layout's fault."""
    return message("layout-fault", Place(fault.path, fault.line), reason=fault.sentence)
