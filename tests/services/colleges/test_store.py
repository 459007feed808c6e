"""Deliveries into a store that a URL names: the manifest last, and exactly once, whatever happens on the transport."""

import threading
from dataclasses import replace
from pathlib import Path

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from pipeline.services.colleges.file_transports import StoreTransport
from pipeline.services.colleges.transport import DeliveryFailed, HandOver, OutcomeUnknown, Parcel, ServerUnavailable
from tests.support.colleges.deliveries import FILES, kept_ledger_in, killed_at, kinds, made, planned
from tests.support.colleges.shop import ShopFileSystem, refusing
from tests.support.project import sample

SECRET = "pl4nted-s3cret"
WHOLE = {**FILES, "manifest.json": b'{"files": {}}\n'}
THOSE = planned(2, "url")


@pytest.fixture(autouse=True)
def shop() -> type[ShopFileSystem]:
    """The store, empty."""
    for kept in (ShopFileSystem.store, ShopFileSystem.written, ShopFileSystem.fails, ShopFileSystem.closed):
        kept.clear()
    ShopFileSystem.pseudo_dirs[:] = [""]
    return ShopFileSystem


TRANSPORT = StoreTransport("shop://college/in", "nights", patience=60)


def arrived() -> dict[str, dict[str, bytes]]:
    """The folders that have a manifest, each with its files."""
    files = fsspec.filesystem("shop")
    found = [path.rpartition("/")[0] for path in files.find("/") if path.endswith("/manifest.json")]
    return {
        place.rpartition("/")[2]: {path.rpartition("/")[2]: files.cat_file(path) for path in files.find(place)}
        for place in found
    }


def require_once(home: Path) -> None:
    """Each delivery is there once, whole, and the ledger says so and holds."""
    places = arrived()
    assert set(places) == {"nights-delivery0", "nights-delivery1"}
    for files in places.values():
        assert {name: files[name] for name in WHOLE} == WHOLE
    kept = kept_ledger_in(home)
    assert sorted(kinds(kept, "sent")) == ["delivery0", "delivery1"]
    assert kept.faults() == ()


def test_the_manifest_comes_last(tmp_path: Path) -> None:
    """A second run writes nothing."""
    for _ in range(2):
        outcomes = made(kept_ledger_in(tmp_path), THOSE[:1], TRANSPORT, WHOLE)
    assert outcomes["delivery0"].state == "sent"
    assert ShopFileSystem.written == ["cover-note.txt", "nights.txt", "receipt.json", "manifest.json"]


@pytest.mark.proof
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_killed_at_any_line_it_arrives_once(tmp_path: Path, shop: type[ShopFileSystem]) -> None:
    (tmp_path / "whole").mkdir()
    with killed_at(0) as run:
        made(kept_ledger_in(tmp_path / "whole"), THOSE, TRANSPORT, WHOLE)
    for line in sample(range(1, run[0]), 5, 100):
        home = tmp_path / str(line)
        home.mkdir()
        shop.store.clear()
        with killed_at(line):
            made(kept_ledger_in(home), THOSE, TRANSPORT, WHOLE)
        made(kept_ledger_in(home), THOSE, TRANSPORT, WHOLE)
        require_once(home)


def test_an_answer_that_is_lost_is_asked_for(tmp_path: Path, shop: type[ShopFileSystem]) -> None:
    """The manifest is there though the store says that it failed."""

    def lose(path: str) -> None:
        MemoryFileSystem.pipe_file(fsspec.filesystem("shop"), path, WHOLE["manifest.json"])
        raise ConnectionResetError("reset")

    shop.fails.extend([None, None, None, lose])
    assert made(kept_ledger_in(tmp_path), THOSE[:1], TRANSPORT, WHOLE)["delivery0"].state == "sent"


def test_cut_off_at_the_manifest_the_store_is_asked(tmp_path: Path) -> None:
    """A manifest that is half there is written again; where all is gone, somebody may have taken it in."""
    put = TRANSPORT.prepare(Parcel("delivery0", "college", "Nights", WHOLE, ""))
    files = fsspec.filesystem("shop")
    assert TRANSPORT.find(HandOver("delivery0", "college")) is None
    files.pipe_file("/college/in/nights-delivery0/manifest.json", b'{"files"')
    assert TRANSPORT.find(HandOver("delivery0", "college")) is None
    put()
    assert TRANSPORT.find(HandOver("delivery0", "college")) == "nights-delivery0"
    files.rm("/college/in/nights-delivery0", recursive=True)
    with pytest.raises(OutcomeUnknown):
        TRANSPORT.find(HandOver("delivery0", "college"))


def test_a_manifest_is_held_to_the_receipt() -> None:
    manifest = b'{"files": [{"file": "a"}, {"file": "b"}]}\n'
    put = TRANSPORT.prepare(Parcel("delivery0", "college", "Nights", {**FILES, "manifest.json": manifest}, ""))
    for cut in range(len(manifest)):
        fsspec.filesystem("shop").pipe_file("/college/in/nights-delivery0/manifest.json", manifest[:cut])
        assert TRANSPORT.find(HandOver("delivery0", "college")) is None, cut
    put()
    assert TRANSPORT.find(HandOver("delivery0", "college")) == "nights-delivery0"


@pytest.mark.parametrize(
    "gone",
    [["receipt.json"], ["nights.txt", "manifest.json"], ["cover-note.txt", "manifest.json"], ["receipt.json", "*"]],
)
def test_what_was_taken_in_or_tidied_away_nobody_knows(gone: list[str]) -> None:
    """The store shows part of it: it may have arrived."""
    TRANSPORT.prepare(Parcel("delivery0", "college", "Nights", WHOLE, ""))()
    files = fsspec.filesystem("shop")
    for name in gone:
        for path in files.glob(f"/college/in/nights-delivery0/{name}"):
            files.rm(path)
    with pytest.raises(OutcomeUnknown):
        TRANSPORT.find(HandOver("delivery0", "college"))


def test_a_store_that_fails_as_it_is_asked_leaves_it_open(shop: type[ShopFileSystem]) -> None:
    """Nothing is said to be gone."""
    TRANSPORT.prepare(Parcel("delivery0", "college", "Nights", WHOLE, ""))
    shop.closed.append(ConnectionResetError("reset"))
    with pytest.raises(ServerUnavailable):
        TRANSPORT.find(HandOver("delivery0", "college"))


@pytest.mark.proof
def test_a_store_that_hangs_is_left_after_a_while(shop: type[ShopFileSystem]) -> None:
    """At its manifest it may do it yet, and is asked by the next run."""
    quick, over = StoreTransport("shop://college/in", "nights", patience=2), threading.Event()

    def hang(path: str) -> None:
        over.wait(120)
        raise ConnectionResetError("reset")

    shop.fails.append(hang)
    with pytest.raises(DeliveryFailed) as hung:
        quick.prepare(Parcel("delivery0", "college", "Nights", WHOLE, ""))
    assert (hung.value.kind, hung.value.passing) == ("hangs", True)
    put = quick.prepare(Parcel("delivery0", "college", "Nights", WHOLE, ""))
    shop.fails.append(hang)
    try:
        with pytest.raises(ServerUnavailable):
            put()
    finally:
        over.set()


def test_what_a_store_says_is_told_without_secrets(shop: type[ShopFileSystem], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_SECRET_ACCESS_KEY", SECRET)
    shop.fails.append(refusing(PermissionError(f"403 with {SECRET}\nis not allowed.")))
    with pytest.raises(DeliveryFailed) as refused:
        replace(TRANSPORT, secrets=(SECRET,)).prepare(Parcel("delivery0", "college", "Nights", WHOLE, ""))
    assert str(refused.value) == "The store shop://college cannot be used: 403 with … is not allowed"
    with pytest.raises(DeliveryFailed) as unknown:
        StoreTransport("nosuch://college/in", "nights").prepare(Parcel("delivery0", "college", "Nights", WHOLE, ""))
    assert "nosuch" in str(unknown.value)
