"""Deliveries by SFTP, to a server of OpenSSH: exactly once, whatever happens on the way.

`KILLS=120` ends it at as many lines, and for real at a quarter of them.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.colleges.deliveries.sftp import SftpWay
from pipeline.colleges.deliveries.ways import CannotAsk, NotDelivered, Parcel
from tests.support.colleges.arrivals import arrived, require_once
from tests.support.colleges.deliveries import FILES, kept_ledger_in, killed_at, kinds, made, planned
from tests.support.colleges.mail_server import silent_server
from tests.support.colleges.sftp_server import Server, cut_after, hanging_server, missing, new_key, sftp_server
from tests.support.project import ROOT

PASSWORD = "pl4nted-s3cret"
KILLS = int(os.environ.get("KILLS", "12"))


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server that lets us in."""
    if reason := missing():
        pytest.skip(reason)
    with sftp_server() as one:
        yield one


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with one for deliveries in it."""
    (tmp_path / "in").mkdir()
    return tmp_path


@pytest.fixture
def way(server: Server, home: Path) -> SftpWay:
    """The way into it."""
    return way_into(server, home)


def way_into(server: Server, home: Path, port: int = 0) -> SftpWay:
    """The way into the folder of a home."""
    return SftpWay(server.address(home / "in", port), server.host_key, "nights", server.key, patience=10)


def delivered(home: Path, way: SftpWay, number: int = 2) -> dict[str, str]:
    """The states of deliveries, with a ledger of this process."""
    kept = kept_ledger_in(home)
    outcomes = made(kept, planned(number, "sftp", way.address), way)
    kept.ledger.close()
    return {name: outcome.state for name, outcome in outcomes.items()}


def refusal(way: SftpWay, files: dict[str, bytes] = FILES) -> NotDelivered:
    """Why a parcel is not taken."""
    with pytest.raises(NotDelivered) as refused:
        way.prepare(Parcel("abcd2345", way.address, "Nights", files, ""))
    assert PASSWORD not in "".join(traceback.format_exception(refused.value)) + repr(way)
    return refused.value


def test_a_folder_arrives_whole_with_its_receipt(home: Path, way: SftpWay) -> None:
    """A second run does nothing."""
    assert delivered(home, way, 6) == delivered(home, way, 6) == {f"delivery{n}": "sent" for n in range(6)}
    require_once(home, 6)


@pytest.mark.proof
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")
def test_killed_at_any_line_it_arrives_once(home: Path, server: Server, way: SftpWay) -> None:
    """Any line of ours is a moment at which the process may end: then it is run again."""
    with killed_at(0) as run:
        delivered(home, way)
    assert run[0] > 300
    for line in range(9, run[0], run[0] // KILLS):
        other = home / str(line)
        (other / "in").mkdir(parents=True)
        with killed_at(line):
            delivered(other, way_into(server, other))
        delivered(other, way_into(server, other))
        require_once(other)


CHILD = """
import sys
from pathlib import Path
from pipeline.colleges.deliveries.sftp import SftpWay
from tests.colleges.test_sftp import delivered
delivered(Path(sys.argv[1]), SftpWay(sys.argv[2], sys.argv[3], "nights", sys.argv[4]), int(sys.argv[5]))
"""


@pytest.mark.proof
def test_two_processes_killed_for_real_deliver_once(home: Path, way: SftpWay) -> None:
    """Wherever they are; the last run brings all to an end."""
    luck, number = random.Random(23), KILLS
    command = [sys.executable, "-c", CHILD, str(home), way.address, way.host_key, way.key, str(number)]
    table = home / "source" / "ledger.csv"
    for _ in range(KILLS // 4):
        size = table.stat().st_size if table.exists() else 0
        pair = [subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": "."}) for _ in range(2)]
        for _ in range(400):
            if (table.exists() and table.stat().st_size > size) or pair[0].poll() is not None:
                break
            time.sleep(0.05)
        time.sleep(luck.random() * 0.4)
        for process in pair:
            process.send_signal(signal.SIGKILL)
            process.wait()
    delivered(home, way, number)
    require_once(home, number)


def test_two_at_once_deliver_once(home: Path, way: SftpWay) -> None:
    """Who comes second leaves what the first is at."""
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: delivered(home, way, 6), range(2)))
    require_once(home, 6)


def test_a_line_that_is_cut_in_mid_file_leaves_nothing_in_place(home: Path, server: Server) -> None:
    """The next run begins again beside it."""
    large = {**FILES, "large.pdf": bytes(2_000_000)}
    with cut_after(server.port, 1_000_000) as port:
        kept = kept_ledger_in(home)
        outcome = made(kept, planned(1, "sftp"), way_into(server, home, port), large)["delivery0"]
        assert (outcome.state, outcome.trouble, outcome.again) == ("failed", "refused", True)
    assert list(arrived(home)) == [".part-delivery0"]
    delivered(home, way_into(server, home), 1)
    require_once(home, 1)


@pytest.mark.parametrize("there", [True, False], ids=["renamed", "not renamed"])
def test_cut_off_at_the_rename_the_server_is_asked(home: Path, way: SftpWay, there: bool) -> None:
    """Whether it was done or not, it arrives once; while nobody answers it stays as it is."""
    kept = kept_ledger_in(home)
    one = planned(1, "sftp", way.address)[0]
    for kind, facts in (("planned", one.facts()), ("committing", {})):
        kept.add("2026-11-28T09:30:00Z", kind, "delivery0", facts)
    put = way.prepare(Parcel("delivery0", way.address, "Nights", FILES, ""))
    if there:
        put()
    closed = made(kept, [one], replace(way, address=way.address.replace(f":{way.where.rpartition(':')[2]}", ":1")))
    assert (closed["delivery0"].state, kinds(kept, "failed")) == ("committing", [])
    assert made(kept, [one], way)["delivery0"].state == "sent"
    require_once(home, 1)


def test_cut_off_at_the_rename_and_taken_in_nobody_knows(home: Path, way: SftpWay) -> None:
    """Neither in its place nor beside it."""
    kept = kept_ledger_in(home)
    one = planned(1, "sftp", way.address)[0]
    for kind, facts in (("planned", one.facts()), ("committing", {})):
        kept.add("2026-11-28T09:30:00Z", kind, "delivery0", facts)
    assert made(kept, [one], way)["delivery0"].state == "uncertain"


def test_another_host_key_gets_nothing(home: Path, way: SftpWay, server: Server, tmp_path: Path) -> None:
    """Not even the name of the user's key."""
    new_key(tmp_path / "other")
    other = " ".join((tmp_path / "other.pub").read_text(encoding="utf-8").split()[:2])
    told = refusal(replace(way, host_key=other))
    assert (told.trouble, str(told)) == (
        "host",
        f"The server {way.where} shows another key than the one in colleges.yaml",
    )
    rsa = other.replace("ssh-ed25519", "ecdsa-sha2-nistp256")
    assert str(refusal(replace(way, host_key=rsa))) == "'host_key' is the key of no server: 'ssh-keyscan' prints it"


def test_a_key_that_is_refused_is_named_by_its_fingerprint(way: SftpWay, server: Server) -> None:
    """It is what the college is to allow."""
    told = refusal(replace(way, key=str(server.home / "stranger")))
    assert str(told).startswith(f"{way.address} refused the key; ask them to allow SHA256:")
    assert (told.trouble, told.passing) == ("refused", False)


def test_a_password_that_is_refused_is_not_told(way: SftpWay) -> None:
    """In no message and no traceback."""
    told = refusal(replace(way, key="", password=PASSWORD))
    assert str(told) == f"{way.address} refused the password"


@pytest.mark.parametrize("said", ["/nowhere/key", "/", "the key itself", "no\0path"])
def test_a_key_file_that_is_not_there_is_told(way: SftpWay, server: Server, said: str) -> None:
    """No server is asked, and what may be the key itself is not repeated."""
    key = Path(server.key).read_text(encoding="utf-8") * 20 if said == "the key itself" else said
    told = refusal(replace(way, key=key, address="sftp://us@127.0.0.1:1/in"))
    words = "The key file cannot be read: the variable that 'key' names must hold the path of a file"
    assert (told.passing, str(told)) == (False, words)


def test_a_key_file_that_is_none_is_told(way: SftpWay, tmp_path: Path) -> None:
    """So is one with a passphrase."""
    words = "The key file holds no private key without a passphrase"
    (tmp_path / "none").write_text("PuTTY\n", encoding="utf-8")
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "passphrase", "-f", str(tmp_path / "closed")], check=True
    )
    for name in ("none", "closed"):
        told = refusal(replace(way, key=str(tmp_path / name), address="sftp://us@127.0.0.1:1/in"))
        assert (told.passing, str(told)) == (False, words)


def test_a_folder_that_is_not_there_is_not_made(way: SftpWay, home: Path) -> None:
    """It may be a drive that is not mounted."""
    (home / "in").rmdir()
    assert str(refusal(way)) == f"The folder of {way.address} is not there"


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/in", "/in/nights-a"),
        ("/in/", "/in/nights-a"),
        ("/", "/nights-a"),
        ("/~/", "./nights-a"),
        ("/~", "./nights-a"),
        ("", "./nights-a"),
        ("/~/in/", "in/nights-a"),
        ("/~/a%20b", "a b/nights-a"),
    ],
)
def test_a_path_is_from_the_root_or_from_the_home(path: str, place: str) -> None:
    """As it is written."""
    assert SftpWay(f"sftp://us@h.example{path}", "", "nights").place("a") == place


def test_a_folder_that_cannot_be_written_is_told(way: SftpWay) -> None:
    """By the words of the server; `/proc` takes no folder of anybody."""
    told = refusal(replace(way, address=f"sftp://{way.where}/proc"))
    assert told.trouble == "refused"


def test_where_there_is_no_room_nothing_is_left(server: Server, tmp_path: Path) -> None:
    """It says so, and takes away what was begun; the next run sends it."""
    (tmp_path / "in").mkdir()
    if os.getuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", tmp_path / "in"]).returncode:
        pytest.skip("no small disk can be made here")
    try:
        way = way_into(server, tmp_path)
        told = refusal(way, {**FILES, "large.pdf": bytes(3_000_000)})
        assert (told.trouble, str(told)) == ("full", f"There is no room in the folder of {way.address}")
        assert list((tmp_path / "in").iterdir()) == []
        assert delivered(tmp_path, way, 1) == {"delivery0": "sent"}
    finally:
        subprocess.run(["umount", tmp_path / "in"], check=True)


def test_a_server_that_says_nothing_is_left_after_a_while(way: SftpWay) -> None:
    """It may answer later."""
    with silent_server() as port:
        told = refusal(replace(way, address=f"sftp://briefings@127.0.0.1:{port}/in", patience=0.5))
    assert (told.trouble, told.passing) == ("hangs", True)
    assert str(told) == f"No answer from briefings@127.0.0.1:{port} for 0.5 seconds"


@pytest.mark.parametrize("act", ["open", "close"])
def test_a_server_that_hangs_at_a_file_is_left_after_a_while(tmp_path: Path, act: str) -> None:
    """As it is opened, and as it is closed; and when it is asked for its receipt."""
    (tmp_path / "in").mkdir()
    with hanging_server() as (port, host_key, hangs):
        way = SftpWay(f"sftp://us@127.0.0.1:{port}{tmp_path}/in", host_key, "nights", "", PASSWORD, patience=1)
        way.prepare(Parcel("delivery0", way.address, "Nights", FILES, ""))()
        assert way.find("delivery0", way.address) == "nights-delivery0"
        hangs.append(act)
        with ThreadPoolExecutor(2) as pool:
            told = pool.submit(refusal, way).result(10)
            asked = pool.submit(way.find, "delivery0", way.address)
            with pytest.raises(CannotAsk):
                asked.result(10)
    assert (told.trouble, told.passing) == ("hangs", True)


def test_a_server_that_is_not_there_is_told(way: SftpWay) -> None:
    """It may be back soon."""
    told = refusal(replace(way, address="sftp://briefings@127.0.0.1:1/in"))
    assert (told.trouble, told.passing) == ("refused", True)
    assert "cannot be reached" in str(told)
