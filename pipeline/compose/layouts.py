"""What is wrong with a library's layouts, as far as it can be seen before anything is composed."""

from __future__ import annotations

from collections.abc import Collection

from pipeline.codes import build as codes
from pipeline.compose.templates import syntax_fault
from pipeline.compose.typeface import font_remarks
from pipeline.diagnostics import Desk, Diagnostic, Place
from pipeline.errors import LayoutFault
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
    for name in layouts.strange:
        folder, _, inner = name.partition("/")
        if folder in named and f"pack/{inner}" in layouts.files:
            continue
        if not any(name in text or name.rpartition("/")[2] in text for text in layouts.files.values()):
            desk.report(codes.LAYOUT_UNUSED.at(Place(f"layouts/{name}")))
    return desk.remarks


def fault_remark(fault: LayoutFault) -> Diagnostic:
    """The diagnostic of a layout's fault."""
    return codes.LAYOUT_FAULT.at(Place(fault.path, fault.line), reason=fault.sentence)
