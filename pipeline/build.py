"""A build as the command sees it: what was made, what was said, and what stands in `output/` afterwards.

A build that was done before, and whose files all stand, is over before any engine is loaded.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pipeline import outputs
from pipeline.built import Build
from pipeline.model.publication import Order
from pipeline.outputs import Output
from pipeline.store import locked
from pipeline.tools import versions
from pipeline.workshop import Workshop


def build(order: Order, shop: Workshop) -> Build:
    """Make what is ordered; files that stand already are left alone, what a removed source had made is deleted."""
    with locked(shop.output, lambda: shop.voice.say("Another build is at work here; waiting for it to end.")):
        key = shop.store.key("build", shop.files, shop.layouts, order)
        known: Build | None = shop.store.find(key)
        before = outputs.recorded(shop.output)
        if known and set(known.outputs) <= set(before) and all(o.stands(shop.output) for o in known.outputs):
            built = replace(known, pressed=0, bound=0)
        else:
            from pipeline.making import make  # the engines: not needed where nothing has changed

            built = make(order, shop)
            shop.store.keep(key, built)
        _tidy(built, before, order, shop)
        return built


def _tidy(built: Build, before: Iterable[Output], order: Order, shop: Workshop) -> None:
    """Delete what nothing in the library lists any more, and write the record anew."""
    owned = set(built.owners)
    kept = {o.path: o for o in before if (o.owner, o.format) in owned}
    outputs.remove(shop.output, [o for o in before if o.path not in kept])
    kept.update({output.path: output for output in built.outputs})
    outputs.write_record(shop.output, kept.values(), order.produced, versions())
