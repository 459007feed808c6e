"""What there is to say of the layouts: what their files hold is looked at once, and remembered."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.compose.design import design_remarks
from pipeline.compose.layouts import layout_remarks
from pipeline.compose.pack_layout import pack_layout_remarks
from pipeline.compose.reach import sheet_remarks
from pipeline.diagnostics import Diagnostic
from pipeline.model.library import Library
from pipeline.scope import within
from pipeline.workshop import Workshop


def on_layouts(library: Library, names: tuple[str, ...], shop: Workshop) -> Iterator[Diagnostic]:
    """What there is to say of the layouts, and of what the library, or what is named of it, asks of them."""
    layouts = shop.layouts
    named = frozenset(pack.fields.layout for pack in library.packs.values())
    yield from design_remarks(library.imprint, layouts)
    yield from shop.store.remember(
        *("compose", ("layouts", layouts, named), tuple[Diagnostic, ...]),
        lambda: (*sheet_remarks(layouts), *layout_remarks(layouts, named)),
    )
    yield from within(library, names, pack_layout_remarks(library, layouts))
