"""What a build has to do, found out: texts are resolved, compared with what stands, and put into parts.

A large build has it found out by a copy of this process: what resolving leaves behind would stay in memory for as long
as the build lasts, and it takes more room than all that is made of a part.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, replace

from pipeline.advance import Advance
from pipeline.ahead import Ahead, Shelf, addresses_of, things_of
from pipeline.apart import POSSIBLE, Ask, apart
from pipeline.dating import Made
from pipeline.diagnostics import Diagnostic
from pipeline.line import Line
from pipeline.model.edition import PDF_FORMATS, Format
from pipeline.model.library import Library
from pipeline.model.order import Order
from pipeline.model.publication import Publication
from pipeline.parts import TEXTS, Parts
from pipeline.resolve.chosen import choose
from pipeline.resolve.resolve import Resolution, resolve
from pipeline.sharing import Shared
from pipeline.standing import Standing
from pipeline.store import Account
from pipeline.workshop import Workshop

BUILT: tuple[Format, ...] = (*PDF_FORMATS, "epub", "html")
"""The formats that can be made."""

Redate = Callable[[Mapping[str, Made]], dict[str, Made]]
"""Gives what was made on other days the day of the build."""


@dataclass(frozen=True)
class Task:
    """What a build is asked: its order, the library, the formats wanted, and the key that it is remembered by."""

    order: Order
    library: Library
    wanted: frozenset[Format]
    key: str
    thorough: bool
    """Whether all files that are left alone are looked at first."""


@dataclass(frozen=True)
class Prepared:
    """What was found out."""

    remarks: tuple[Diagnostic, ...]
    """What was said in resolving."""
    addresses: Mapping[str, str]
    standing: Standing
    dated: int
    """Files of another day that were given this one."""
    owners: tuple[tuple[str, str], ...]
    parts: Parts


def prepared(task: Task, shop: Workshop, line: Line, redate: Redate) -> Prepared:
    """Find out what there is to do."""
    ahead = Ahead(shop, task.library, task.order, Shelf(shop, task.thorough))
    texts = choose(task.library, task.order.names).needed
    new = sum(f"briefings/{name}" not in ahead.stood for name in texts)
    if new <= TEXTS or not POSSIBLE:
        return _prepare(task, shop, ahead, redate, Advance(line, task.wanted, shop))
    shared = Shared(task.library.assets.values())
    begun = shop.store.account()

    def work(ask: Ask) -> tuple[Prepared, Account, frozenset[str]]:
        found = _prepare(task, shop, ahead, ask, lambda publication: None)
        return found, shop.store.account(), frozenset(shop.rests_on)

    found, account, rests_on = apart(work, redate, shared)
    shop.store.take_account(account, begun)
    shop.rests_on |= rests_on
    found.standing.belongs_to(shop)
    return found


def _prepare(
    task: Task, shop: Workshop, ahead: Ahead, redate: Redate, advance: Callable[[Publication], None]
) -> Prepared:
    order, library = task.order, task.library
    resolution = _resolved(library, order, shop, ahead, advance)
    remarks = resolution.remarks
    addresses = addresses_of(resolution, ahead.stood.values())
    resolution = replace(resolution, series=()) if order.only_packs else resolution
    standing = Standing(resolution, ahead, order, task.wanted, library, addresses, shop, task.key)
    dated = standing.redate(redate)
    owners = _owners(library, order, {*ahead.stood, *things_of(resolution)})
    parts = Parts(standing.left(resolution))
    standing.foresee(resolution)
    return Prepared(remarks, addresses, standing, dated, owners, parts)


def _resolved(
    library: Library, order: Order, shop: Workshop, ahead: Ahead, advance: Callable[[Publication], None]
) -> Resolution:
    """What is to be made, as far as it is not known to stand."""
    asked = (library, order, shop.cite, shop.layouts.styles, shop.coverage)
    resolution = resolve(*asked, ahead.known, advance)
    if not ahead.holds(resolution):
        ahead.forget()
        resolution = resolve(*asked, ahead.known, advance)
    return resolution


def _owners(library: Library, order: Order, made: Set[str]) -> tuple[tuple[str, str], ...]:
    """Owner and format of everything that may stand in `output/`.

    What the library no longer lists has no place there, nor what has just been refused: marked too high, or a
    pack that may not be bound. Earlier files of what could not be read stay, and are told of.
    """
    chosen = choose(library, order.names)
    refused = {*(f"briefings/{n}" for n in chosen.briefings), *(f"packs/{n}" for n in chosen.packs)} - made
    briefings = [n for n, b in library.briefings.items() if not b.manual] + sorted(library.broken)
    pairs = [(f"briefings/{n}", f) for n in briefings for f in library.imprint.fields.formats]
    pairs += [(f"packs/{n}", f) for n, pack in library.packs.items() for f in pack.fields.formats]
    pairs += [(f"packs/{n}", f) for n in sorted(library.broken) for f in BUILT]
    pairs += [(f"series/{n}", "html") for n in library.series]
    return tuple(pair for pair in pairs if pair[0] not in refused)
