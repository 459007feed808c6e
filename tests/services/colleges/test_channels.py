"""The verb deliver by every channel of a machine at once, on real servers; and no secret stands anywhere after it."""

import re
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from pipeline.services.colleges.ledger import open_file_ledger
from tests.support import libraries
from tests.support.colleges import imap_server as imap
from tests.support.colleges import sftp_server as ssh
from tests.support.colleges.mail_server import PASSWORD, certificate, mail_server
from tests.support.colleges.shop import ShopFileSystem, refusing
from tests.support.editions.issued_library import FILES, HOUSE, PACK, issue, library
from tests.support.project import Said
from tests.support.publishing import rewrite

SECRETS = {
    "BRIEFINGS_SMTP_PASSWORD": PASSWORD,
    "BRIEFINGS_IMAP_PASSWORD": imap.PASSWORD,
    "BRIEFINGS_TOR_PASSWORD": "pl4nted-sftp-s3cret",
    "SHOP_SECRET_ACCESS_KEY": "pl4nted-shop-s3cret",
}
HOSTS = {"BRIEFINGS_SMTP_HOST": "localhost", "BRIEFINGS_IMAP_HOST": "localhost"}
HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILmBPvPpCZVUf5xGGK3nEqeDEKpUFi3HlnbLfYjQ5Oxj"
NAMES = ("east", "north", "south", "tor", "west")
HEAD = "{name}:\n  name: {name} unit\n  type: agency\n  licence_basis: licensed\n  formats: [text]\n  channels:\n"
CHANNELS = {
    "east": "    mail: library@east.example\n",
    "north": "    sftp:\n      address: {sftp}\n      host_key: {host_key}\n      key: BRIEFINGS_NORTH_KEY\n",
    "south": "    url: shop://south/in\n",
    "tor": "    sftp:\n      address: {sftp}\n      host_key: {host_key}\n      key: BRIEFINGS_NORTH_KEY\n",
    "west": "    folder: ../west\n",
}
MAIL = (
    "mail: {{server: localhost, port: {smtp}, sender: evidence@northmoor.example, user: briefings, "
    "copy_to: sent@northmoor.example, imap: {{server: localhost, port: {imap}, user: sent}}}}\n"
)


class Place:
    """A library whose colleges have every channel, and the servers that it names."""

    def __init__(self, project: Path, box: imap.CopyingBox) -> None:
        self.project, self.box = project, box

    def deliver(self, *more: str) -> Said:
        """Deliver the pack."""
        return libraries.here(self.project, "deliver", "nights", "--date", "2024-12-02", *more)

    def states(self) -> dict[str, str]:
        """The last state of the delivery to each college, by the ledger."""
        kept = open_file_ledger(self.project)
        events = kept.events()
        kept.close()
        to = {event.subject: event.facts["college"] for event in events if event.kind == "planned"}
        return {to[event.subject]: event.kind for event in events if event.subject in to}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """The library, issued, with its servers."""
    if reason := imap.missing() or ssh.missing():
        pytest.skip(reason)
    pair = certificate(tmp_path)
    for name, secret in (*SECRETS.items(), *HOSTS.items(), ("SSL_CERT_FILE", str(pair[0]))):
        monkeypatch.setenv(name, secret)
    for folder in ("north", "west"):
        (tmp_path / folder).mkdir()
    with ssh.sftp_server() as server, imap.imap_server(pair) as (asked, maildir):
        box = imap.CopyingBox(maildir)
        monkeypatch.setenv("BRIEFINGS_NORTH_KEY", server.key)
        with mail_server(box, pair) as port:
            said = {"sftp": server.address(tmp_path / "north"), "host_key": server.host_key}
            files = {
                "library.yaml": HOUSE.replace("CC-BY-4.0", "NCCL") + MAIL.format(smtp=port, imap=asked),
                "colleges.yaml": "".join(HEAD.format(name=name) + CHANNELS[name].format(**said) for name in NAMES),
                "packs/nights.yaml": PACK,
            }
            project = library(tmp_path / "library", **files)
            assert issue(project, "2024-10-01").code == 0
            yield Place(project, box)
    ShopFileSystem.store.clear()
    ShopFileSystem.fails.clear()


FILE = "nights-autumn-2024.txt"
"""The file of each parcel: its name says the edition."""


@pytest.mark.proof
def test_every_channel_brings_the_same_files_once(place: Place) -> None:
    for _ in range(2):
        said = place.deliver()
        assert said.code == 0, said
    assert place.states() == dict.fromkeys(NAMES, "sent")
    (west,) = (place.project.parent / "west").iterdir()
    there = {path.name: path.read_bytes() for path in west.iterdir() if path.name != "receipt.json"}
    assert set(there) == {FILE, "cover-note.txt", "manifest.json", "SHA256SUMS", "verify.html"}
    by_sftp = list((place.project.parent / "north").iterdir())
    assert len(by_sftp) == 2
    for folder in by_sftp:
        assert {path.name for path in folder.iterdir()} == {*there, "receipt.json"}
        assert (folder / FILE).read_bytes() == there[FILE]
    shop = fsspec.filesystem("shop")
    assert [shop.cat_file(path) for path in shop.find("/south") if path.endswith(FILE)] == [there[FILE]]
    assert len(place.box.taken) == 1
    assert open_file_ledger(place.project).faults() == ()


@pytest.mark.proof
def test_what_each_channel_says_holds_no_secret(place: Place, capfd: pytest.CaptureFixture[str]) -> None:
    """Each college has its remark, the others their delivery; no output, no ledger and no file repeats a secret."""
    place.box.answer, place.box.takes = f"554 5.7.1 {PASSWORD} is not liked", False
    ShopFileSystem.fails.append(refusing(PermissionError(f"403 for {SECRETS['SHOP_SECRET_ACCESS_KEY']}")))
    text = (place.project / "source/colleges.yaml").read_text(encoding="utf-8")
    north, tor = text.partition("tor:\n")[0], "tor:\n" + text.partition("tor:\n")[2]
    tor = tor.replace("key: BRIEFINGS_NORTH_KEY", "password: BRIEFINGS_TOR_PASSWORD")
    mine = text.partition("host_key: ")[2].partition("\n")[0]
    (place.project / "source/colleges.yaml").write_text(north.replace(mine, HOST_KEY) + tor, encoding="utf-8")
    said = place.deliver()
    assert said.code == 5, said
    assert said.err.count("error deliver-refused: ") == 3
    assert said.err.count("error deliver-host: The server ") == 1
    assert place.states() == {name: "sent" if name == "west" else "failed" for name in NAMES}
    rewrite(place.project, "library.yaml", ("user: sent", "user: nobody"))
    place.box.answer = None
    said_too = place.deliver("--to", "east")
    assert said_too.code == 5
    assert "error deliver-ask: The mailbox sent@northmoor.example cannot be asked: " in said_too.err
    rewrite(place.project, "library.yaml", ("user: nobody", "user: sent"))
    late = place.deliver("--to", "east")
    assert late.code == 5
    assert "error deliver-ask: No copy has come to sent@northmoor.example, and 15 minutes are not over" in late.err
    assert "Run the same command again after a quarter of an hour" in late.err
    spoken = "".join((said.out, said.err, said_too.out, said_too.err, late.out, late.err, *capfd.readouterr()))
    written = [path.read_bytes() for path in place.project.parent.rglob("*") if path.is_file()]
    for secret in SECRETS.values():
        assert secret not in spoken
        assert not any(secret.encode() in content for content in written)


@pytest.mark.proof
def test_fifty_colleges_with_all_channels_are_served_side_by_side(place: Place) -> None:
    """Each once, with the same files; the ledger holds."""
    colleges = (place.project / "source/colleges.yaml").read_text(encoding="utf-8")
    blocks = [block for block in re.split(r"(?m)^(?=[a-z]+:$)", colleges) if block]
    more = [re.sub(r"^[a-z]+", rf"\g<0>-{n}", block) for n in range(2, 11) for block in blocks]
    (place.project / "source/colleges.yaml").write_text(colleges + "".join(more), encoding="utf-8")
    said = place.deliver()
    assert said.code == 0, said
    assert list(place.states().values()) == ["sent"] * 50
    assert len(place.box.taken) == len({envelope.content for envelope in place.box.taken}) == 10
    assert [len(list((place.project.parent / name).iterdir())) for name in ("north", "west")] == [20, 10]
    assert len([path for path in fsspec.filesystem("shop").find("/south") if path.endswith("manifest.json")]) == 10
    assert open_file_ledger(place.project).faults() == ()
    assert place.deliver().code == 0
    assert len(place.box.taken) == 10


def sftp(more: str, host_key: str = "ssh-rsa AA", address: str = "sftp://us@h.example/in") -> str:
    """A server of SFTP, as a library names it."""
    return f"sftp: {{address: '{address}', host_key: {host_key}{more}}}"


NOT_WHOLE = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILmBPvPpCZVUf5xGGK3nEqeDEKpUFi3HlnbLfYjQ"
OTHER_TYPE = HOST_KEY.replace("ssh-ed25519", "ssh-rsa")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (sftp(", key: A", address="sftp://us:pl4nted@h.example/in"), "Passwords do not belong"),
        (sftp(", key: A", address="sftp://us:pl4/nted@h.example/in"), "Passwords do not belong"),
        (sftp(", key: A", address="https://h.example/in"), "The address is none such as sftp://"),
        (sftp(", key: A", HOST_KEY, "sftp://us@h.example:0/in"), "A port is from 1 to 65535"),
        (sftp(", key: A", HOST_KEY, "sftp://us@h.example:99999/in"), "A port is from 1 to 65535"),
        (sftp("", HOST_KEY), "holds the secret by 'key' or by 'password'"),
        (sftp(", key: A", "AA"), "'ssh-keyscan' prints"),
        (sftp(", key: pl4nted"), "his is no name of a variable of the environment"),
        (sftp(", key: A", "ssh-rsa AAAA"), "The key of a server is not whole"),
        (sftp(", key: A"), "The key of a server is not whole"),
        (sftp(", key: A", OTHER_TYPE), "The key of a server is not whole"),
        (sftp(", key: A", NOT_WHOLE), "The key of a server is not whole"),
        ("url: 'ftp://us:pl4nted@h.example/in'", "Passwords do not belong"),
        ("url: 'ftp://us:pl4/nted@h.example/in'", "Passwords do not belong"),
        ("url: 'sftp://us@h.example/in'", "Use 'sftp:', which knows the server by its key"),
        ("url: 'ssh://us@h.example/in'", "Use 'sftp:', which knows the server by its key"),
        ("url: 'memory://in'", "Files in memory:// are lost"),
        ("url: 'https://h.example/in'", "A web address takes no files"),
        ("url: 'zip://in::s3://fellbrook'", "The address is no URL such as s3://"),
        ("url: h.example/in", "The address is no URL such as s3://"),
        ("{url: 's3://in', folder: in}", "Files go one way: name 'folder' or 'url', not both"),
    ],
)
def test_a_channel_that_cannot_be_is_told_at_its_line(tmp_path: Path, said: str, told: str) -> None:
    """Without what may be a secret."""
    channels = said if said.startswith("{") else f"{{{said}}}"
    colleges = f"east:\n  name: East\n  type: agency\n  channels: {channels}\n"
    libraries.written(tmp_path, {**FILES, "colleges.yaml": colleges})
    found = libraries.here(tmp_path, "check")
    assert found.code == 1
    assert told in found.out + found.err
    assert "source/colleges.yaml:4:" in found.out + found.err
    assert "pl4nted" not in found.out + found.err
