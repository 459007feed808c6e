"""The plan of a build: texts are resolved and compared with what stands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from pipeline.build.date_fields import Made
from pipeline.build.project import Project
from pipeline.build.unchanged import Ahead, Shelf, addresses_of
from pipeline.build.up_to_date import Standing
from pipeline.core.diagnostics import Diagnostic, errors
from pipeline.load.library.word_tables import wordbook
from pipeline.model.edition import PDF_FORMATS, Format
from pipeline.model.library import Library
from pipeline.model.order import Order
from pipeline.resolve.resolve import Resolution, resolve

BUILT: tuple[Format, ...] = (*PDF_FORMATS, "epub", "html")
"""The formats that can be made."""

Redate = Callable[[Mapping[str, Made]], Awaitable[dict[str, Made]]]
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
    asked: tuple[tuple[str, str], ...]
    forbidden: frozenset[str]
    left: Resolution
    """All that is to be made."""


async def prepared(task: Task, project: Project, redate: Redate) -> Prepared:
    """Find out what there is to do."""
    order, library = task.order, task.library
    ahead = Ahead(project, library, order, Shelf(project, task.thorough))
    resolution = _resolved(library, order, project, ahead)
    remarks = resolution.remarks
    addresses = addresses_of(resolution, ahead.stood.values())
    resolution = replace(resolution, series=()) if order.only_packs else resolution
    standing = Standing(resolution, ahead, order, task.wanted, library, addresses, project, task.key)
    dated = await standing.redate(redate)
    unread = {remark.place.path for remark in errors(project.loaded[1])}
    owners = tuple(pair for pair in _owners(library, unread) if pair[0] not in resolution.forbidden)
    asked = tuple(_asked(order, task.wanted, owners))
    standing.foresee(resolution)
    left = standing.left(resolution)
    return Prepared(remarks, addresses, standing, dated, owners, asked, resolution.forbidden, left)


def _resolved(library: Library, order: Order, shop: Project, ahead: Ahead) -> Resolution:
    """What is to be made, as far as it is not known to stand."""
    asked = (library, order, shop.cite, shop.layouts.styles, shop.coverage, wordbook(shop.layouts))
    resolution = resolve(*asked, ahead.known)
    if not ahead.holds(resolution):
        ahead.forget()
        resolution = resolve(*asked, ahead.known)
    return resolution


def _owners(library: Library, unread: Set[str]) -> Iterator[tuple[str, str]]:
    """Owner and format of everything that may stand in `output/`: of what has a source, the formats that it lists.

    What a file with a mistake lists may be more than could be read of it: then all formats may stand.
    """
    of_briefings = BUILT if library.imprint.path in unread else library.imprint.fields.formats
    briefings = [n for n, b in library.briefings.items() if not b.manual] + sorted(library.broken)
    for name in briefings:
        yield from ((f"briefings/{name}", kind) for kind in of_briefings)
    packs = {name: pack.fields.formats for name, pack in library.packs.items() if pack.path not in unread}
    for name, kinds in (dict.fromkeys(_named_by(unread, "packs"), BUILT) | packs).items():
        yield from ((f"packs/{name}", kind) for kind in kinds)
    for name in sorted({*library.series, *_named_by(unread, "series")}):
        yield f"series/{name}", "html"


def _named_by(paths: Iterable[str], folder: str) -> Iterator[str]:
    """The ids of the packs or series that some files are of."""
    for path in map(PurePosixPath, paths):
        if path.parent.name == folder:
            yield path.stem
        elif folder == "packs" and path.match("source/handbook/pack.yaml"):
            yield "handbook"


def _asked(order: Order, wanted: Set[Format], owners: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Those of them that are to be made."""
    for owner, kind in owners:
        folder, _, name = owner.partition("/")
        named = name in order.names if order.names else folder == "packs" or not order.only_packs
        if named and (kind in wanted):
            yield owner, kind
