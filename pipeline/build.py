"""A build as the command sees it: what was made, what was said, and what stands in `output/` afterwards.

A build that was done before, and whose files all stand, is over before any engine is loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pipeline import outputs
from pipeline.built import Build
from pipeline.editions.register import REGISTER
from pipeline.errors import PressFailure
from pipeline.model.publication import Order
from pipeline.outputs import Output
from pipeline.store import locked
from pipeline.tools import versions
from pipeline.workshop import Workshop

WAITING = "Another build is at work here; waiting for it to end."


@dataclass(frozen=True, slots=True)
class Remembered:
    """A build as the store keeps it: what it gave, and the keys of all results that it rested on."""

    built: Build
    keys: frozenset[str]


def build(order: Order, shop: Workshop) -> Build:
    """Make what is ordered; files that stand already are left alone, what a removed source had made is deleted."""
    with locked(shop.output, lambda: shop.voice.say(WAITING)):
        key = shop.store.key("build", _built_from(shop.files), shop.aside, shop.layouts, order)
        known: Remembered | None = shop.store.find(key)
        before = outputs.recorded(shop.output)
        if known and _stands(known.built, before, shop):
            built = replace(known.built, pressed=0, bound=0)
            shop.store.note_last(key)
        else:
            from pipeline.making import make  # the engines: not needed where nothing has changed

            built = make(order, shop)
            _remember(built, key, shop)
        kept = _tidy(built, before, order, shop)
        return replace(built, earlier=tuple(o.path for o in kept if o.owner in built.unread))


def _built_from(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """The sources without the register of copies, which tells of builds and decides none."""
    return {path: content for path, content in files.items() if path != REGISTER}


def prune(shop: Workshop) -> int:
    """Forget what the last build did not rest on; gives how many results went."""
    if not shop.output.is_dir():
        return 0
    with locked(shop.output, lambda: shop.voice.say(WAITING)):
        last = shop.store.last()
        known: Remembered | None = shop.store.find(last) if last else None
        return shop.store.prune(known.keys if known else frozenset())


def _remember(built: Build, key: str, shop: Workshop) -> None:
    """Keep a build under its key; one that lacks what could not be made is tried again."""
    if built.exit_code() < PressFailure.exit_code:
        shop.store.keep(key, Remembered(built, frozenset(shop.store.asked)))
        shop.store.note_last(key)


def _stands(built: Build, before: Iterable[Output], shop: Workshop) -> bool:
    """Whether all that a build made is recorded and still there."""
    return set(built.outputs) <= set(before) and all(output.stands(shop.output) for output in built.outputs)


def _tidy(built: Build, before: Iterable[Output], order: Order, shop: Workshop) -> tuple[Output, ...]:
    """Delete what has no place in `output/` any more, and write the record anew; gives what stands there now."""
    owned = set(built.owners)
    kept = {o.path: o for o in before if (o.owner, o.format) in owned}
    outputs.remove(shop.output, [o for o in before if o.path not in kept])
    kept.update({output.path: output for output in built.outputs})
    outputs.write_record(shop.output, kept.values(), order.produced, versions())
    return tuple(sorted(kept.values()))
