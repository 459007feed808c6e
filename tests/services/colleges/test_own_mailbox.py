"""Mail with a copy to a mailbox of ours, asked of Dovecot: exactly once, whatever happens on the transport."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipeline.services.colleges.mail_transport import MailTransport, OwnMailbox
from pipeline.services.colleges.transport import Parcel, ServerUnavailable
from tests.support.colleges import imap_server as imap
from tests.support.colleges.deliveries import MOMENT, kept_ledger_in, killed_at, kinds, made, planned
from tests.support.colleges.mail_server import PASSWORD, TO, USER, delivery_in, mail_server, silent_server
from tests.support.project import sample

THOSE = planned(2, "mail", TO)


@pytest.fixture(scope="module")
def servers(pair: tuple[Path, Path]) -> Iterator[tuple[imap.CopyingBox, int, int]]:
    """The box of a mail server, its port, and that of the server of our mailbox."""
    if reason := imap.missing():
        pytest.skip(reason)
    with imap.imap_server(pair) as (asked, maildir):
        box = imap.CopyingBox(maildir)
        with mail_server(box, pair) as port:
            yield box, port, asked


@pytest.fixture
def box(
    servers: tuple[imap.CopyingBox, int, int], pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> imap.CopyingBox:
    """The box, as good as new, with an empty mailbox."""
    monkeypatch.setenv("SSL_CERT_FILE", str(pair[0]))
    for folder in ("new", "cur"):
        for path in (servers[0].maildir / folder).iterdir():
            path.unlink()
    vars(servers[0]).update(vars(imap.CopyingBox(servers[0].maildir)))
    return servers[0]


@pytest.fixture
def transport(servers: tuple[imap.CopyingBox, int, int], box: imap.CopyingBox) -> MailTransport:
    """The transport by both servers."""
    ours = OwnMailbox(imap.ADDRESS, "localhost", servers[2], imap.USER, imap.PASSWORD, patience=60)
    return MailTransport(
        "localhost", servers[1], "evidence@northmoor.example", lambda: MOMENT, USER, PASSWORD, 60, 60,
        copies=ours, copy_to=imap.ADDRESS, pauses=(0, 0.2),
    )  # fmt: skip


def test_a_copy_goes_to_our_mailbox(transport: MailTransport, box: imap.CopyingBox, tmp_path: Path) -> None:
    """The college is not told of it."""
    assert made(kept_ledger_in(tmp_path), THOSE[:1], transport)["delivery0"].state == "sent"
    assert [envelope.rcpt_tos for envelope in box.taken] == [[TO, imap.ADDRESS]]
    assert imap.ADDRESS.encode() not in (box.taken[0].original_content or b"")
    assert transport.copies
    assert transport.copies.contains("<delivery0@northmoor.example>")
    assert not transport.copies.contains("<delivery1@northmoor.example>")


def test_an_answer_that_is_lost_is_found_in_our_mailbox(
    transport: MailTransport, box: imap.CopyingBox, tmp_path: Path
) -> None:
    box.answer = None
    kept = kept_ledger_in(tmp_path)
    assert made(kept, THOSE[:1], transport)["delivery0"].state == "sent"
    assert (len(box.taken), kinds(kept, "uncertain")) == (1, [])


@pytest.mark.parametrize("taken", [True, False])
def test_what_is_in_doubt_is_settled_by_the_next_run(
    transport: MailTransport, box: imap.CopyingBox, tmp_path: Path, taken: bool
) -> None:
    """A copy may be late: nothing is sent again before a quarter of an hour is over."""
    box.answer, box.takes, box.late = None, taken, True
    kept = kept_ledger_in(tmp_path)
    first = made(kept, THOSE[:1], transport)["delivery0"]
    assert (first.state, first.failure, first.reason) == (
        "committing",
        "late",
        f"The connection ended as the message to {TO} was handed over",
    )
    box.answer, box.takes, box.late = "250 OK", True, False
    soon = made(kept, THOSE[:1], replace(transport, clock=lambda: MOMENT + timedelta(minutes=14)))["delivery0"]
    assert (soon.state, soon.failure, soon.reason) == (
        "committing",
        "late",
        f"No copy has come to {imap.ADDRESS}, and 15 minutes are not over",
    )
    for envelope in box.taken:
        box.put(envelope)
    later = replace(transport, clock=lambda: MOMENT + timedelta(minutes=16))
    assert made(kept, THOSE[:1], later)["delivery0"].state == "sent"
    assert len(box.taken) == 1
    assert kept.faults() == ()


def test_a_second_process_waits_for_the_copy_of_the_first(tmp_path: Path) -> None:
    """Its transport was made before the first handed the message over, or while an older attempt was the last."""
    dots: list[str] = []

    class Late(OwnMailbox):
        def contains(self, message_id: str) -> bool:
            return False

    class Lossy(MailTransport):
        def prepare(self, parcel: Parcel) -> Callable[[], str]:
            def put() -> str:
                dots.append(parcel.delivery)
                return self._find_after_loss(parcel)

            return put

    def process(now: datetime) -> Lossy:
        ours = Late(imap.ADDRESS, "localhost", 1, imap.USER, imap.PASSWORD)
        return Lossy("localhost", 1, "evidence@northmoor.example", lambda: now, copies=ours, pauses=(0,))

    first, second, later = process(MOMENT), process(MOMENT), process(MOMENT + timedelta(minutes=16))
    soon_after = process(MOMENT + timedelta(minutes=20))
    kept, other = kept_ledger_in(tmp_path), kept_ledger_in(tmp_path)
    for ledger, transport, number in ((kept, first, 1), (other, second, 1), (kept, later, 2), (other, soon_after, 2)):
        outcome = made(ledger, THOSE[:1], transport, now=transport.clock())["delivery0"]
        assert (outcome.state, len(dots)) == ("committing", number)


@pytest.mark.proof
def test_killed_at_any_line_it_arrives_exactly_once(
    transport: MailTransport, box: imap.CopyingBox, tmp_path: Path
) -> None:
    """Nothing is uncertain, and nothing is sent twice."""
    (tmp_path / "whole").mkdir()
    with killed_at(0) as run:
        made(kept_ledger_in(tmp_path / "whole"), THOSE, transport)
    later = replace(transport, clock=lambda: MOMENT + timedelta(hours=1))
    for line in sample(range(1, run[0]), 4, 100):
        home = tmp_path / str(line)
        home.mkdir()
        box.taken.clear()
        for path in [*(box.maildir / "new").iterdir(), *(box.maildir / "cur").iterdir()]:
            path.unlink()
        with killed_at(line):
            made(kept_ledger_in(home), THOSE, transport)
        made(kept_ledger_in(home), THOSE, later)
        kept = kept_ledger_in(home)
        assert sorted(delivery_in(envelope) for envelope in box.taken) == ["delivery0", "delivery1"]
        assert sorted(kinds(kept, "sent")) == ["delivery0", "delivery1"]
        assert kinds(kept, "uncertain") == []
        assert kept.faults() == ()


@pytest.mark.proof
def test_a_mailbox_that_cannot_be_asked_leaves_it_open(transport: MailTransport) -> None:
    """A wrong password, a folder that is not there, a server that is silent, or gone: each is told without secrets."""
    assert transport.copies
    wrong = replace(transport.copies, password="wr0ng-s3cret")
    with silent_server() as port:
        for box, said in (
            (wrong, "cannot be asked: "),
            (replace(transport.copies, folder="Nowhere"), "cannot be asked: "),
            (replace(transport.copies, port=port, patience=0.3), "localhost does not answer for 0.3 seconds"),
            (replace(transport.copies, port=1), "cannot be asked: [Errno 111] Connection refused"),
            (replace(transport.copies, server="127.0.0.1"), "cannot be asked: "),
        ):
            with pytest.raises(ServerUnavailable) as closed:
                box.contains("<delivery0@northmoor.example>")
            assert said in str(closed.value)
            assert "s3cret" not in f"{closed.value}{box!r}"
