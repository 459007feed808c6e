"""What stands and is known to stand before anything is resolved.

To resolve a library of 300 briefings takes seconds, and almost nothing of it comes out otherwise after a change of a
few words. A briefing, pack or series whose own texts and environment are as they were is as it was, and it is left out
if what was made of it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pipeline.build.date_fields import Made
from pipeline.build.outputs import Output
from pipeline.build.project import Project
from pipeline.build.resolve_cache import ResolveCache
from pipeline.codes import citation
from pipeline.core.diagnostics import Diagnostic
from pipeline.model.edition import Format
from pipeline.model.library import Library
from pipeline.model.order import Order
from pipeline.model.publication import PackPublication, Publication, SeriesPublication
from pipeline.resolve.chosen import choose
from pipeline.resolve.resolve import Known, Resolution

Thing = Publication | PackPublication | SeriesPublication
Address = tuple[str, str, str]
"""The key of a text, its id and its address."""


@dataclass(frozen=True, slots=True)
class Stood:
    """What was found of a thing when it was resolved."""

    made: str
    """The key of what was made of it."""
    formats: tuple[Format, ...]
    said: tuple[Diagnostic, ...]
    """What the citation engine said of it."""
    rules: tuple[Diagnostic, ...]
    """Of a pack what the rules say."""
    addresses: tuple[Address, ...]
    ids: frozenset[str]
    """Itself and the texts in it."""
    faulty: frozenset[str]
    """Those of them that had a mistake, their own or an inherited one."""


class Shelf:
    """What was made of things in earlier builds, as far as their files stand. Each is looked at once.

    At first by its size alone: whoever leaves a file alone has it looked at whole before the build is over.
    """

    def __init__(self, shop: Project, thorough: bool = False) -> None:
        self._shop = shop
        self._is_there = Output.stands if thorough else Output.lies
        self._found: dict[str, Made | None] = {}

    def made(self, key: str) -> Made | None:
        """What was made under a key, if all of it stands."""
        if key not in self._found:
            self._found[key] = self._look(key)
        return self._found[key]

    def _look(self, key: str) -> Made | None:
        made = self._shop.store.find(key, Made)
        if made is None or not self._shop.store.holds(made.build):
            return None
        return made if all(self._is_there(output, self._shop.output) for output in made.outputs) else None


class Ahead:
    """What need not be asked of texts, and what need not be resolved; and the record of it for the next build."""

    def __init__(self, shop: Project, library: Library, order: Order, shelf: Shelf) -> None:
        self._library, self._order, self.shelf = library, order, shelf
        self._cache = ResolveCache(shop, library, order.produced)
        self.texts = self._cache.texts()
        """What the rules say of texts."""
        self.stood = dict(self._stood(shelf))
        """What is known of things that stand, by owner."""

    @property
    def _whole(self) -> bool:
        """Whether everything is built: a build of what is named may rest on texts that it does not make."""
        return not (self._order.names or self._order.only_packs)

    def _stood(self, shelf: Shelf) -> Iterator[tuple[str, Stood]]:
        things = self._cache.things(self._order, Stood) if self._whole else {}
        for owner in _owners(self._library):
            stood = things.get(owner)
            if stood and (made := shelf.made(stood.made)) and made.produced == self._order.produced:
                yield owner, stood

    @property
    def known(self) -> Known:
        """All that need not be asked again."""
        packs = {owner.partition("/")[2]: one.rules for owner, one in self.stood.items() if owner.startswith("packs/")}
        return Known(self.texts, packs, {owner: one.said for owner, one in self.stood.items()})

    def holds(self, resolution: Resolution) -> bool:
        """Whether what is known to stand is stamped as it was: a new mistake elsewhere may be told at its file."""
        broken = self.stood and _breaks_the_style(resolution)
        return not broken and all(resolution.faulty & one.ids == one.faulty for one in self.stood.values())

    def forget(self) -> None:
        """Leave nothing out."""
        self.stood = {}

    def record(
        self, resolution: Resolution, made: Mapping[str, str], formats: Mapping[str, tuple[Format, ...]]
    ) -> None:
        """Keep what was found out of texts, and of things with what was made of them."""
        self._cache.keep_texts(resolution.texts)
        if _breaks_the_style(resolution) or not self._whole:
            return
        found = {
            owner: _known_of(owner, thing, resolution, made[owner], formats[owner])
            for owner, thing in things_of(resolution).items()
        }
        self._cache.keep_things(self._order, {**self.stood, **found}, Stood)


def _breaks_the_style(resolution: Resolution) -> bool:
    """Whether the engine has refused the style: it says so of all texts that are set at once, or of none."""
    return any(remark.code == citation.STYLE_BROKEN.name for remark in resolution.remarks)


def _owners(library: Library) -> Iterator[str]:
    chosen = choose(library)
    for folder, names in (("briefings", chosen.briefings), ("packs", chosen.packs), ("series", chosen.series)):
        yield from (f"{folder}/{name}" for name in names)


def _known_of(owner: str, thing: Thing, resolution: Resolution, made: str, formats: tuple[Format, ...]) -> Stood:
    """What was found of a thing."""
    texts = (thing,) if isinstance(thing, Publication) else thing.members
    pages = [f"briefings/{text.id}" for text in texts if text.manual]
    said = (remark for one in (owner, *pages) for remark in resolution.things.get(one, ()))
    ids = frozenset((owner.partition("/")[2], *(text.key for text in texts)))
    rules = resolution.said_of_packs.get(owner.partition("/")[2], ()) if isinstance(thing, PackPublication) else ()
    addresses = tuple((text.key, text.id, text.identity.address) for text in texts)
    return Stood(made, formats, tuple(said), rules, addresses, ids, resolution.faulty & ids)


def owner_of(thing: Thing) -> str:
    """Whom files of a thing belong to."""
    match thing:
        case Publication():
            return f"briefings/{thing.id}"
        case PackPublication():
            return f"packs/{thing.id}"
        case SeriesPublication():
            return f"series/{thing.identity.id}"


def things_of(resolution: Resolution) -> dict[str, Thing]:
    """What was resolved, by owner."""
    things: tuple[Thing, ...] = (*resolution.publications, *resolution.packs, *resolution.series)
    return {owner_of(thing): thing for thing in things}


def everything(resolution: Resolution) -> tuple[Publication, ...]:
    """Every text to be pressed, by its key: those ordered and the members of packs and series."""
    found = {p.key: p for p in resolution.publications}
    for members in (*(pack.members for pack in resolution.packs), *(s.members for s in resolution.series)):
        found.update({member.key: member for member in members})
    return tuple(found[name] for name in sorted(found))


def addresses_of(resolution: Resolution, stood: Iterable[Stood]) -> dict[str, str]:
    """The address of each text of a build, by its id; of a kept version as it is now."""
    known = {(key, name): address for one in stood for key, name, address in one.addresses}
    known |= {(text.key, text.id): text.identity.address for text in everything(resolution)}
    return {name: address for (_, name), address in sorted(known.items())}
