"""What a text depends on before it is resolved: itself, and what is around it.

Around it are all other files, but of the other texts only their front matter and where links may lead in them. No rule
and no publication reads more of another text.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pipeline.diagnostics import Desk
from pipeline.digest import digest
from pipeline.editions.register import REGISTER
from pipeline.load.front_matter import split_front_matter
from pipeline.model.briefing import Briefing
from pipeline.model.library import Library
from pipeline.model.order import Order
from pipeline.resolve.chosen import texts_of
from pipeline.resolve.reading import Examined, anchors, bodies, by_kind
from pipeline.workshop import Workshop


class Surroundings:
    """The keys of texts and of things before they are resolved."""

    def __init__(self, shop: Workshop, library: Library, produced: date) -> None:
        self._library = library
        self._store = shop.store
        texts = library.briefings.values()
        self._own = {one.id: self._store.key("build", "text", one.path, shop.files[one.path]) for one in texts}
        self.anchors = {one.id: self._anchors(one) for one in texts}
        paths = {one.path for one in texts}
        around = {path: content for path, content in shop.files.items() if path not in paths and path != REGISTER}
        heads = {path: _head(shop.files[path], path) for path in paths}
        self._around = digest(around, heads, self.anchors, shop.aside, shop.layouts, produced)

    def _anchors(self, briefing: Briefing) -> frozenset[str]:
        """Where links may lead in a text, remembered by its file."""
        key = self._own[briefing.id]
        found = self._store.find(key)
        if found is None:
            found = anchors(by_kind(bodies(briefing)))
            self._store.keep(key, found)
        known: frozenset[str] = found
        return known

    def texts(self) -> dict[str, Examined]:
        """What the rules are known to say of texts, by their ids."""
        found = {name: self._store.find(self._text(name)) for name in self._own}
        return {name: said for name, said in found.items() if isinstance(said, Examined)}

    def keep(self, texts: Mapping[str, Examined]) -> None:
        """Remember what the rules say of texts."""
        for name, said in texts.items():
            self._store.keep(self._text(name), said)

    def _text(self, name: str) -> str:
        return self._store.key("build", "examined", self._own[name], self._around)

    def thing(self, owner: str, order: Order) -> str:
        """The key of what is known of a thing."""
        owns = tuple(self._own.get(text, text) for text in self._texts_of(owner))
        return self._store.key("build", "ahead", owner, owns, self._around, order)

    def _texts_of(self, owner: str) -> tuple[str, ...]:
        """The ids of the texts that a thing is made of."""
        folder, _, name = owner.partition("/")
        match folder:
            case "packs":
                return texts_of(self._library, self._library.packs[name])
            case "series":
                return tuple(self._library.series[name].fields.briefings)
            case _:
                return (name,)


def _head(content: bytes, path: str) -> str:
    """A text's front matter; all of a file that has none."""
    text = content.decode("utf-8", "replace")
    parts = split_front_matter(text, path, Desk())
    return parts.front if parts else text
