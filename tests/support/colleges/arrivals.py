"""Deliveries as they arrive in a folder."""

from pathlib import Path

from tests.support.colleges.deliveries import FILES, kept_ledger_in, kinds


def arrived(home: Path) -> dict[str, dict[str, bytes]]:
    """The folders that arrived, each with its files."""
    found = sorted((home / "in").iterdir())
    return {place.name: {path.name: path.read_bytes() for path in place.iterdir()} for place in found}


def require_once(home: Path, number: int = 2) -> None:
    """Each delivery is there once, whole, nothing is left beside it, and the ledger says so and holds."""
    places = arrived(home)
    assert set(places) == {f"nights-delivery{n}" for n in range(number)}
    for files in places.values():
        assert {name: files[name] for name in FILES} == FILES
    kept = kept_ledger_in(home)
    assert sorted(kinds(kept, "sent")) == sorted(kinds(kept, "planned"))
    assert set(kinds(kept, "sent")) == {f"delivery{n}" for n in range(number)}
    assert kept.faults() == ()
    kept.close()
