"""The store of a session: it reads what builds have left, and writes nothing."""

from pathlib import Path

from pipeline.core.cache import Cache, SessionCache
from tests.support.project import files_in

KEY, OTHER = "a" * 64, "b" * 64


def test_what_is_made_stays_in_memory(tmp_path: Path) -> None:
    store = SessionCache(tmp_path / "store")
    store.keep(KEY, b"made")
    store.note_last("build", KEY)
    assert store.find(KEY, bytes) == b"made"
    assert store.holds(KEY)
    assert list(tmp_path.iterdir()) == []


def test_what_a_build_has_left_is_found(tmp_path: Path) -> None:
    Cache(tmp_path).keep(KEY, b"built")
    before = files_in(tmp_path)
    store = SessionCache(tmp_path)
    assert store.holds(KEY)
    assert store.find(KEY, bytes) == b"built"
    assert store.find(OTHER, bytes) is None
    store.keep(OTHER, b"made")
    assert files_in(tmp_path) == before


def test_what_nobody_asks_for_is_let_go(tmp_path: Path) -> None:
    store = SessionCache(tmp_path)
    store.keep(KEY, b"asked for")
    store.keep(OTHER, b"left")
    for _ in range(3):
        store.next_round()
        assert store.find(KEY, bytes) == b"asked for"
    assert store.find(OTHER, bytes) is None
