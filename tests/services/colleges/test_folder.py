"""Deliveries into folders, of this machine and of an SFTP server: exactly once, whatever happens on the way."""

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.services.colleges.file_transports import FolderTransport
from pipeline.services.colleges.ledger_stores import Ledger
from pipeline.services.colleges.sftp_transport import SftpTransport
from pipeline.services.colleges.transport import Transport
from tests.support.colleges.arrivals import arrived, require_once
from tests.support.colleges.deliveries import FILES, kept_ledger_in, killed_at, kinds, ledger_at, made, planned
from tests.support.project import ROOT, SEED, sample

THOSE = planned(2)


def transport_into(home: Path, address: str = "", host_key: str = "", key: str = "") -> Transport:
    """The transport into the folder of a home; by SFTP, if there is an address."""
    if address:
        return SftpTransport(f"{address}{home / 'in'}", host_key, "nights", key, patience=60)
    return FolderTransport(home / "in", "nights")


@pytest.fixture(params=["folder", "sftp"])
def server(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """The address, host key and key of an SFTP server; nothing for a folder of this machine."""
    if request.param == "folder":
        return ()
    running = request.getfixturevalue("sftp")
    return (running.address(Path()).removesuffix("."), running.host_key, running.key)


def delivered(home: Path, number: int = len(THOSE), server: tuple[str, ...] = ()) -> dict[str, str]:
    """Deliver into the folder of a home, with a ledger of this process; the states of the deliveries."""
    kept, transport = kept_ledger_in(home), transport_into(home, *server)
    outcomes = made(kept, planned(number, "sftp" if server else "folder", transport.where), transport)
    kept.close()
    return {name: outcome.state for name, outcome in outcomes.items()}


def test_a_folder_arrives_whole_with_its_receipt(home: Path, server: tuple[str, ...]) -> None:
    """It has the delivery's id and the SHA-256 of each file; a second run does nothing."""
    sent = {f"delivery{n}": "sent" for n in range(6)}
    assert delivered(home, 6, server) == delivered(home, 6, server) == sent
    require_once(home, 6)
    receipt = json.loads(arrived(home)["nights-delivery0"]["receipt.json"])
    assert (receipt["delivery"], set(receipt["files"])) == ("delivery0", set(FILES))


@pytest.mark.proof
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")
@pytest.mark.parametrize("times", [1, 2])
def test_killed_at_any_line_it_arrives_once(home: Path, server: tuple[str, ...], times: int) -> None:
    """Any line of ours is a moment at which the process may end: then it is run again, and may be killed again."""
    with killed_at(0) as run:
        delivered(home, server=server)
    lines, luck = run[0], random.Random(SEED)
    assert lines > 150, "the lines of the service are counted"
    for line in sample(range(1, lines + 1), 5, 120 if server else 180):
        other = home / str(line)
        (other / "in").mkdir(parents=True)
        for at in (line, luck.randint(1, lines))[:times]:
            with killed_at(at):
                delivered(other, server=server)
        delivered(other, server=server)
        require_once(other)


CHILD = """
import sys
from pathlib import Path
from tests.services.colleges.test_folder import delivered
delivered(Path(sys.argv[1]), int(sys.argv[2]), tuple(sys.argv[3:]))
"""
MANY = 4
"""How many deliveries there are where the process is killed for real, and how often it is."""


def wait_for_more(table: Path, process: subprocess.Popen[bytes]) -> None:
    """Wait until an event is added to the table, or the process has ended."""
    size, end = table.stat().st_size if table.exists() else 0, time.monotonic() + 120
    while process.poll() is None and time.monotonic() < end and not (table.exists() and table.stat().st_size > size):
        time.sleep(0.01)


@pytest.mark.proof
def test_killed_for_real_two_at_once_it_arrives_once(home: Path, server: tuple[str, ...]) -> None:
    """SIGKILL at random moments, until all is done."""
    luck, command = random.Random(SEED), [sys.executable, "-c", CHILD, str(home), str(MANY), *server]

    def start_two() -> list[subprocess.Popen[bytes]]:
        return [subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": "."}) for _ in range(2)]

    for _ in range(MANY):
        pair = start_two()
        wait_for_more(home / "source" / "ledger.csv", pair[0])
        time.sleep(luck.random() * (0.4 if server else 0.08))
        for process in pair:
            process.send_signal(signal.SIGKILL)
            process.wait()
        if len(kinds(kept_ledger_in(home), "sent")) == MANY:
            break
    assert [process.wait() for process in start_two()] == [0, 0]
    delivered(home, MANY, server)
    require_once(home, MANY)


@pytest.mark.proof
def test_each_kind_of_database_brings_it_to_its_end(database: str, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    transport = FolderTransport(tmp_path / "in", "nights")
    for line in (150, 300, 450):
        kept = ledger_at(database, tmp_path)
        with killed_at(line):
            made(kept, planned(4), transport)
        kept.close()
    for _ in range(600):  # a server takes a moment to see that whoever held a lock is gone
        kept = ledger_at(database, tmp_path)
        made(kept, planned(4), transport)
        kept.close()
        if len(arrived(tmp_path)) == 4:
            break
        time.sleep(0.2)
    assert len(arrived(tmp_path)) == 4
    kept = ledger_at(database, tmp_path)
    assert len(kinds(kept, "sent")) == len(kinds(kept, "planned")) == 4
    assert kept.faults() == ()


def test_two_at_once_deliver_once(home: Path, server: tuple[str, ...]) -> None:
    """Who comes second leaves what the first is at."""
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: delivered(home, 6, server), range(2)))
    require_once(home, 6)


def test_what_is_held_is_left_to_whoever_holds_it(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    kept, other = kept_ledger_in(tmp_path), kept_ledger_in(tmp_path)
    with other.lock_subject("delivery0"):
        outcomes = made(kept, THOSE, FolderTransport(tmp_path / "in", "nights"))
    assert {name: outcome.state for name, outcome in outcomes.items()} == {
        "delivery0": "elsewhere",
        "delivery1": "sent",
    }


def test_a_receipt_that_was_there_before_is_no_delivery(home: Path, server: tuple[str, ...]) -> None:
    """Whoever may write into the folder can know the id of a delivery, which is the same each time."""
    (home / "in/nights-delivery0").mkdir()
    (home / "in/nights-delivery0/receipt.json").write_text('{"delivery": "delivery0", "files": {}}', encoding="utf-8")
    outcome = made(kept_ledger_in(home), THOSE[:1], transport_into(home, *server))["delivery0"]
    assert (outcome.state, outcome.failure) == ("failed", "refused")
    assert server or outcome.reason == f"The folder {home / 'in'} cannot be written: Directory not empty"


@pytest.mark.parametrize("committing", [{}, {"receipt": "0" * 64}], ids=["older ledger", "another receipt"])
def test_a_forged_receipt_after_a_cut_is_not_believed(tmp_path: Path, committing: dict[str, str]) -> None:
    """A person has to ask the college."""
    kept, transport = cut_off_at_the_rename(tmp_path, committing)
    (tmp_path / "in/nights-delivery0").mkdir()
    forged = '{"delivery": "delivery0", "files": {"nights.txt": "0"}}'
    (tmp_path / "in/nights-delivery0/receipt.json").write_text(forged, encoding="utf-8")
    assert made(kept, THOSE[:1], transport)["delivery0"].state == "uncertain"


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    """It may be a drive that is not mounted; the next run tries again."""
    kept = kept_ledger_in(tmp_path)
    outcomes = made(kept, THOSE, FolderTransport(tmp_path / "in", "nights"))
    assert {outcome.state for outcome in outcomes.values()} == {"failed"}
    assert outcomes["delivery0"].reason == f"The folder {tmp_path / 'in'} is not there"
    (tmp_path / "in").mkdir()
    delivered(tmp_path)
    require_once(tmp_path)


def cut_off_at_the_rename(home: Path, facts: Mapping[str, str] = {}) -> tuple[Ledger, FolderTransport]:
    """A ledger of which the last word is that a delivery is about to be renamed, and the transport of it."""
    (home / "in").mkdir()
    kept = kept_ledger_in(home)
    for kind, more in (("planned", THOSE[0].facts()), ("committing", facts)):
        kept.add("2026-11-28T09:30:00Z", kind, "delivery0", more)
    return kept, FolderTransport(home / "in", "nights")


def test_cut_off_at_the_rename_and_gone_it_cannot_be_asked(tmp_path: Path) -> None:
    """It stays as it is until the folder is there again."""
    kept, transport = cut_off_at_the_rename(tmp_path)
    (tmp_path / "in/.part-delivery0").mkdir()
    (tmp_path / "in").rename(tmp_path / "away")
    assert made(kept, THOSE[:1], transport)["delivery0"].state == "committing"
    assert kinds(kept, "failed") == []
    (tmp_path / "away").rename(tmp_path / "in")
    assert made(kept, THOSE[:1], transport)["delivery0"].state == "sent"
    require_once(tmp_path, 1)


def test_where_there_is_no_room_nothing_is_left(tmp_path: Path) -> None:
    """It says so, and takes away what was begun."""
    (tmp_path / "in").mkdir()
    kept = kept_ledger_in(tmp_path)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, before[1]))
    try:
        large = {**FILES, "large.pdf": bytes(3_000_000)}
        outcome = made(kept, THOSE[:1], FolderTransport(tmp_path / "in", "nights"), large)["delivery0"]
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (outcome.state, outcome.failure) == ("failed", "full")
    assert outcome.reason == f"There is no room in the folder {tmp_path / 'in'}"
    assert list((tmp_path / "in").iterdir()) == []


def test_cut_off_at_the_rename_and_taken_in_nobody_knows(tmp_path: Path, server: tuple[str, ...]) -> None:
    """A parcel lies beside its place until the rename: where both are gone, the college may have it."""
    kept, _ = cut_off_at_the_rename(tmp_path)
    assert made(kept, THOSE[:1], transport_into(tmp_path, *server))["delivery0"].state == "uncertain"
    assert list((tmp_path / "in").iterdir()) == []
