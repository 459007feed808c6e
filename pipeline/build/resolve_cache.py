"""The cache of what rules say of texts and of what was made of things, asked before anything is resolved.

A key is of a text and of its environment. Rules and publications are given just these, so they can read nothing that is
not in the key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypeVar

from pipeline.build.project import Project
from pipeline.build.toolchain import PROGRAM
from pipeline.core.diagnostics import Desk
from pipeline.core.digest import digest
from pipeline.load.library.folders import REGISTER
from pipeline.load.yaml.front_matter import split_front_matter
from pipeline.model.briefing import Briefing
from pipeline.model.library import Library
from pipeline.model.order import Order
from pipeline.resolve.chosen import texts_of
from pipeline.resolve.environment import Environment
from pipeline.resolve.reading import Examined, bodies, by_kind, read_library, text_anchors

T = TypeVar("T")


class ResolveCache:
    """The keys of texts and of things before they are resolved, and what is cached under them.

    What is known of all texts is one result in the store, and what is known of all things another: a library has many.
    """

    def __init__(self, shop: Project, library: Library, produced: date) -> None:
        self._library = library
        self._store = shop.store
        texts = library.briefings.values()
        self._own = {one.id: self._store.key(PROGRAM, "text", one.path, shop.files[one.path]) for one in texts}
        environment, _ = read_library(library, produced, self._anchored(texts))
        known = environment_digest(environment, shop.files)
        self._environment = digest(known, shop.aside, shop.layouts, produced)
        self._examined = self._store.key(PROGRAM, "examined", self._environment)

    def _anchored(self, texts: Iterable[Briefing]) -> dict[str, frozenset[str]]:
        key = self._store.key(PROGRAM, "anchors")
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
        return self._store.key(PROGRAM, "ahead", self._environment, order)

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


def environment_digest(environment: Environment, files: Mapping[str, bytes]) -> str:
    """The digest of an environment, by the files that it is read from: of texts their front matter, all else whole.

    Their bytes count, not what was read of them, because remarks tell places and a digest of values passes these over.
    What comes out of texts and out of the register of copies counts by its value.
    """
    texts = {one.path for one in environment.briefings.values()}
    read = {
        path: front_matter(files[path], path) if path in texts else files[path] for path in files if path != REGISTER
    }
    pictures, faults = frozenset(environment.assets), {name: str(fault) for name, fault in environment.faults.items()}
    return digest(read, environment.anchors, pictures, faults, environment.issued, environment.unread)


def _ledger(kind: type[T]) -> type[dict[str, tuple[str, T]]]:
    """The kind of what is known of things, each beside the digest of its texts."""
    return dict[str, tuple[str, kind]]  # type: ignore[valid-type]


def front_matter(content: bytes, path: str) -> str:
    """A text's front matter; all of a file that has none."""
    text = content.decode("utf-8", "replace")
    parts = split_front_matter(text, path, Desk())
    return parts.front if parts else text
