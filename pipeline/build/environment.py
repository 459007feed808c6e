"""What a text depends on before it is resolved: itself, and what is around it.

Around it are all other files, but of the other texts only their front matter and where links may lead in them. No rule
and no publication reads more of another text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypeVar

from pipeline.build.project import Workshop
from pipeline.core.diagnostics import Desk
from pipeline.core.digest import digest
from pipeline.load.library.folders import REGISTER
from pipeline.load.yaml.front_matter import split_front_matter
from pipeline.model.briefing import Briefing
from pipeline.model.library import Library
from pipeline.model.order import Order
from pipeline.resolve.publish.chosen import texts_of
from pipeline.resolve.reading import Examined, bodies, by_kind, text_anchors

T = TypeVar("T")


class Surroundings:
    """The keys of texts and of things before they are resolved, and what is remembered under them.

    What is known of all texts is one result in the store, and what is known of all things another: a library has many.
    """

    def __init__(self, shop: Workshop, library: Library, produced: date) -> None:
        self._library = library
        self._store = shop.store
        texts = library.briefings.values()
        self._own = {one.id: self._store.key("build", "text", one.path, shop.files[one.path]) for one in texts}
        self.anchors = self._anchored(texts)
        """Where links may lead in each text."""
        paths = {one.path for one in texts}
        around = {path: content for path, content in shop.files.items() if path not in paths and path != REGISTER}
        heads = {path: _head(shop.files[path], path) for path in paths}
        self._around = digest(around, library.issued, heads, self.anchors, shop.aside, shop.layouts, produced)
        self._examined = self._store.key("build", "examined", self._around)

    def _anchored(self, texts: Iterable[Briefing]) -> dict[str, frozenset[str]]:
        key = self._store.key("build", "anchors")
        known: Mapping[str, frozenset[str]] = self._store.find(key, dict[str, frozenset[str]]) or {}
        found = {
            (own := self._own[one.id]): known[own] if own in known else text_anchors(one, by_kind(bodies(one)))
            for one in texts
        }
        if found != known:
            self._store.keep(key, found, dict[str, frozenset[str]])
        return {one.id: found[self._own[one.id]] for one in texts}

    def texts(self) -> dict[str, Examined]:
        """What the rules are known to say of texts, by their ids."""
        ledger: Mapping[str, tuple[str, Examined]] = (
            self._store.find(self._examined, dict[str, tuple[str, Examined]]) or {}
        )
        return {name: said for name, (own, said) in ledger.items() if self._own.get(name) == own}

    def keep_texts(self, texts: Mapping[str, Examined]) -> None:
        """Remember what the rules say of texts, beside what is known of others."""
        before = self.texts()
        if any(name not in before for name in texts):
            now = {**before, **texts}
            own = {name: (self._own[name], said) for name, said in now.items()}
            self._store.keep(self._examined, own, dict[str, tuple[str, Examined]])

    def things(self, order: Order, kind: type[T]) -> dict[str, T]:
        """What is known of things that are made of the texts that they were made of, by owner."""
        ledger: Mapping[str, tuple[str, T]] = self._store.find(self._of_things(order), _ledger(kind)) or {}
        return {owner: known for owner, (texts, known) in ledger.items() if self._texts_of(owner) == texts}

    def keep_things(self, order: Order, things: Mapping[str, T], kind: type[T]) -> None:
        """Remember what is known of all things."""
        known = {owner: (self._texts_of(owner), one) for owner, one in things.items()}
        self._store.keep(self._of_things(order), known, _ledger(kind))

    def _of_things(self, order: Order) -> str:
        return self._store.key("build", "ahead", self._around, order)

    def _texts_of(self, owner: str) -> str:
        """The digest of the texts that a thing is made of; nothing for one that is gone."""
        folder, _, name = owner.partition("/")
        library = self._library
        texts: tuple[str, ...] = (name,)
        if folder == "packs" and name in library.packs:
            texts = texts_of(library, library.packs[name])
        elif folder == "series" and name in library.series:
            texts = tuple(library.series[name].fields.briefings)
        return digest([self._own.get(text, text) for text in texts])


def _ledger(kind: type[T]) -> type[dict[str, tuple[str, T]]]:
    """The kind of what is known of things, each beside the digest of its texts."""
    return dict[str, tuple[str, kind]]  # type: ignore[valid-type]


def _head(content: bytes, path: str) -> str:
    """A text's front matter; all of a file that has none."""
    text = content.decode("utf-8", "replace")
    parts = split_front_matter(text, path, Desk())
    return parts.front if parts else text
