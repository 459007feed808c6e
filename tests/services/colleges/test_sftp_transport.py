"""Deliveries by SFTP, to a server of OpenSSH: exactly once, whatever happens on the transport."""

import os
import subprocess
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.services.colleges.sftp_transport import SftpTransport
from pipeline.services.colleges.transport import DeliveryFailed, HandOver, Parcel, ServerUnavailable
from tests.support.colleges.arrivals import arrived, require_once
from tests.support.colleges.deliveries import FILES, kept_ledger_in, kinds, made, planned
from tests.support.colleges.mail_server import silent_server
from tests.support.colleges.ports import PATIENCE
from tests.support.colleges.sftp_server import Server, cut_after, hanging_server, new_key

PASSWORD = "pl4nted-s3cret"


@pytest.fixture
def transport(sftp: Server, home: Path) -> SftpTransport:
    """The transport into it."""
    return transport_into(sftp, home)


def transport_into(server: Server, home: Path, port: int = 0) -> SftpTransport:
    """The transport into the folder of a home."""
    return SftpTransport(server.address(home / "in", port), server.host_key, "nights", server.key, patience=60)


def delivered(home: Path, transport: SftpTransport, number: int = 2) -> dict[str, str]:
    """The states of deliveries, with a ledger of this process."""
    kept = kept_ledger_in(home)
    outcomes = made(kept, planned(number, "sftp", transport.address), transport)
    kept.close()
    return {name: outcome.state for name, outcome in outcomes.items()}


def refusal(transport: SftpTransport, files: dict[str, bytes] = FILES) -> DeliveryFailed:
    """Why a parcel is not taken."""
    with pytest.raises(DeliveryFailed) as refused:
        transport.prepare(Parcel("abcd2345", transport.address, "Nights", files, ""))
    assert PASSWORD not in "".join(traceback.format_exception(refused.value)) + repr(transport)
    return refused.value


@pytest.mark.proof
def test_a_line_that_is_cut_in_mid_file_leaves_nothing_in_place(home: Path, sftp: Server) -> None:
    """The next run begins again beside it."""
    large = {**FILES, "large.pdf": bytes(2_000_000)}
    with cut_after(sftp.port, 1_000_000) as port:
        kept = kept_ledger_in(home)
        outcome = made(kept, planned(1, "sftp"), transport_into(sftp, home, port), large)["delivery0"]
        assert (outcome.state, outcome.failure, outcome.again) == ("failed", "refused", True)
    assert list(arrived(home)) == [".part-delivery0"]
    delivered(home, transport_into(sftp, home), 1)
    require_once(home, 1)


@pytest.mark.parametrize("there", [True, False], ids=["renamed", "not renamed"])
def test_cut_off_at_the_rename_the_server_is_asked(home: Path, transport: SftpTransport, there: bool) -> None:
    """Whether it was done or not, it arrives once; while nobody answers it stays as it is."""
    kept = kept_ledger_in(home)
    one = planned(1, "sftp", transport.address)[0]
    for kind, facts in (("planned", one.facts()), ("committing", {})):
        kept.add("2026-11-28T09:30:00Z", kind, "delivery0", facts)
    put = transport.prepare(Parcel("delivery0", transport.address, "Nights", FILES, ""))
    if there:
        put()
    closed = made(
        kept,
        [one],
        replace(transport, address=transport.address.replace(f":{transport.where.rpartition(':')[2]}", ":1")),
    )
    assert (closed["delivery0"].state, kinds(kept, "failed")) == ("committing", [])
    assert made(kept, [one], transport)["delivery0"].state == "sent"
    require_once(home, 1)


def test_another_host_key_gets_nothing(home: Path, transport: SftpTransport, sftp: Server, tmp_path: Path) -> None:
    """Not even the name of the user's key."""
    new_key(tmp_path / "other")
    other = " ".join((tmp_path / "other.pub").read_text(encoding="utf-8").split()[:2])
    told = refusal(replace(transport, host_key=other))
    assert (told.kind, str(told)) == (
        "host",
        f"The server {transport.where} shows another key than the one in colleges.yaml",
    )
    rsa = other.replace("ssh-ed25519", "ecdsa-sha2-nistp256")
    assert (
        str(refusal(replace(transport, host_key=rsa))) == "'host_key' is the key of no server: 'ssh-keyscan' prints it"
    )


def test_a_key_that_is_refused_is_named_by_its_fingerprint(transport: SftpTransport, sftp: Server) -> None:
    """It is what the college is to allow."""
    told = refusal(replace(transport, key=str(sftp.home / "stranger")))
    assert str(told).startswith(f"{transport.address} refused the key; ask them to allow SHA256:")
    assert (told.kind, told.passing) == ("refused", False)


@pytest.mark.parametrize("said", ["/nowhere/key", "/", "the key itself", "no\0path"])
def test_a_key_file_that_is_not_there_is_told(transport: SftpTransport, sftp: Server, said: str) -> None:
    """No server is asked, and what may be the key itself is not repeated."""
    key = Path(sftp.key).read_text(encoding="utf-8") * 20 if said == "the key itself" else said
    told = refusal(replace(transport, key=key, address="sftp://us@127.0.0.1:1/in"))
    words = "The key file cannot be read: the variable that 'key' names must hold the path of a file"
    assert (told.passing, str(told)) == (False, words)


def test_a_key_file_that_is_none_is_told(transport: SftpTransport, tmp_path: Path) -> None:
    """So is one with a passphrase."""
    words = "The key file holds no private key without a passphrase"
    (tmp_path / "none").write_text("PuTTY\n", encoding="utf-8")
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "passphrase", "-f", str(tmp_path / "closed")], check=True
    )
    for name in ("none", "closed"):
        told = refusal(replace(transport, key=str(tmp_path / name), address="sftp://us@127.0.0.1:1/in"))
        assert (told.passing, str(told)) == (False, words)


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
    assert SftpTransport(f"sftp://us@h.example{path}", "", "nights").place("a") == place


@pytest.mark.parametrize(
    ("changes", "kind", "passing", "sentence"),
    [
        ({"key": "", "password": PASSWORD}, "refused", False, "{0.address} refused the password"),
        ({"address": "{0.address}/none"}, "refused", False, "The folder of {0.address} is not there"),
        ({"address": "sftp://{0.where}/proc"}, "refused", False, "The folder of {0.address} cannot be written: "),
        ({"address": "sftp://briefings@127.0.0.1:1/in"}, "refused", True, "{0.where} cannot be reached: "),
    ],
    ids=["password", "no folder", "no rights", "no server"],
)
def test_why_a_server_takes_nothing_is_told(
    transport: SftpTransport, changes: dict[str, Any], kind: str, passing: bool, sentence: str
) -> None:
    address = changes.get("address", transport.address).format(transport)
    other = replace(transport, **{**changes, "address": address})
    told = refusal(other)
    assert (told.kind, told.passing) == (kind, passing)
    assert str(told).startswith(sentence.format(other))


def test_where_there_is_no_room_nothing_is_left(sftp: Server, tmp_path: Path) -> None:
    """It says so, and takes away what was begun; the next run sends it."""
    (tmp_path / "in").mkdir()
    if os.getuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", tmp_path / "in"]).returncode:
        pytest.skip("no small disk can be made here")
    try:
        transport = transport_into(sftp, tmp_path)
        told = refusal(transport, {**FILES, "large.pdf": bytes(3_000_000)})
        assert (told.kind, str(told)) == ("full", f"There is no room in the folder of {transport.address}")
        assert list((tmp_path / "in").iterdir()) == []
        assert delivered(tmp_path, transport, 1) == {"delivery0": "sent"}
    finally:
        subprocess.run(["umount", "--lazy", tmp_path / "in"], check=True)  # the server may not have let go of it yet


def test_a_server_that_says_nothing_is_left_after_a_while(transport: SftpTransport) -> None:
    """It may answer later."""
    with silent_server() as port:
        told = refusal(replace(transport, address=f"sftp://briefings@127.0.0.1:{port}/in", patience=0.5))
    assert (told.kind, told.passing) == ("hangs", True)
    assert str(told) == f"No answer from briefings@127.0.0.1:{port} for 0.5 seconds"


@pytest.mark.proof
@pytest.mark.parametrize("act", ["open", "close"])
def test_a_server_that_hangs_at_a_file_is_left_after_a_while(tmp_path: Path, act: str) -> None:
    """As it is opened, and as it is closed; and when it is asked for its receipt."""
    (tmp_path / "in").mkdir()
    with hanging_server() as (port, host_key, hangs):
        transport = SftpTransport(
            f"sftp://us@127.0.0.1:{port}{tmp_path}/in", host_key, "nights", "", PASSWORD, patience=60
        )
        transport.prepare(Parcel("delivery0", transport.address, "Nights", FILES, ""))()
        assert transport.find(HandOver("delivery0", transport.address)) == "nights-delivery0"
        hangs.append(act)
        quick = replace(transport, patience=3)
        with ThreadPoolExecutor(2) as pool:
            told = pool.submit(refusal, quick).result(PATIENCE)
            asked = pool.submit(quick.find, HandOver("delivery0", quick.address))
            with pytest.raises(ServerUnavailable):
                asked.result(PATIENCE)
    assert (told.kind, told.passing) == ("hangs", True)
