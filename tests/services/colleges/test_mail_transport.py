"""Deliveries by mail: encrypted, never twice, and uncertain only where nobody can know."""

import time
import traceback
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from pipeline.core.diagnostics import PipelineError
from pipeline.services.colleges.mail_transport import MailTransport, compose_message, escape_leading_dots
from pipeline.services.colleges.transport import DeliveryFailed, Parcel
from tests.support.colleges.deliveries import FILES, MOMENT, kept_ledger_in, killed_at, kinds, made, planned
from tests.support.colleges.mail_server import (
    PASSWORD,
    TO,
    USER,
    Box,
    delivery_in,
    expired_certificate,
    mail_server,
    silent_server,
    talking_server,
)
from tests.support.project import sample

THOSE = planned(2, "mail", TO)
LETTER = "Nights & days\n\nYou receive:\n- nights.txt: text\n- <b>\n"


@pytest.fixture(scope="module")
def server(pair: tuple[Path, Path]) -> Iterator[tuple[Box, int]]:
    """A server with its box, and its port."""
    box = Box()
    with mail_server(box, pair) as port:
        yield box, port


@pytest.fixture
def box(server: tuple[Box, int], pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> Box:
    """The box of the server, as good as new, whose certificate is known."""
    monkeypatch.setenv("SSL_CERT_FILE", str(pair[0]))
    vars(server[0]).update(vars(Box()))
    return server[0]


@pytest.fixture
def transport(server: tuple[Box, int], box: Box) -> MailTransport:
    """The transport to the server."""
    return transport_to(server[1])


def transport_to(port: int, server: str = "localhost", password: str = PASSWORD, patience: float = 60) -> MailTransport:
    """A transport to a server on this machine."""
    return MailTransport(server, port, "evidence@northmoor.example", lambda: MOMENT, USER, password, patience, patience)


def parcel(files: dict[str, bytes] = FILES) -> Parcel:
    """A parcel for a college."""
    return Parcel("abcd2345", TO, "Nights, Autumn 2026", files, LETTER)


def test_a_message_is_a_letter_in_text_and_html_with_the_files(
    transport: MailTransport, box: Box, tmp_path: Path
) -> None:
    """Each file byte for byte, lines that are a dot too; the Message-ID is the delivery's."""
    outcomes = made(kept_ledger_in(tmp_path), THOSE, transport)
    assert [outcome.state for outcome in outcomes.values()] == ["sent", "sent"]
    assert [envelope.rcpt_tos for envelope in box.taken] == [[TO], [TO]]
    content = next(envelope.content for envelope in box.taken if delivery_in(envelope) == "delivery0")
    assert isinstance(content, bytes)
    letter = message_from_bytes(content, EmailMessage, policy=policy.default)
    assert letter["Message-ID"] == "<delivery0@northmoor.example>"
    assert letter["Subject"] == "Nights, Autumn 2026"
    assert [part.get_content_type() for part in letter.walk()][1:4] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    attached = {part.get_filename(): part.get_payload(decode=True) for part in letter.iter_attachments()}
    assert attached == {"nights.txt": FILES["nights.txt"]}


def test_the_letter_in_html_has_paragraphs_and_lists() -> None:
    """Nothing in it is taken for markup."""
    letter = message_from_bytes(compose_message(parcel(), "a@b.example", MOMENT), EmailMessage, policy=policy.default)
    body = letter.get_body(("html",))
    assert body
    said = body.get_content().replace("\r\n", "\n")
    assert "<p>Nights &amp; days</p>\n<p>You receive:</p>\n<ul>\n<li>nights.txt: text</li>\n<li>&lt;b&gt;</li>" in said


def test_a_dot_at_the_beginning_of_a_line_is_doubled() -> None:
    """Otherwise it would end the message."""
    assert escape_leading_dots(b".\r\n..a\r\nb.\r\n") == b"..\r\n...a\r\nb.\r\n"


@pytest.mark.proof
def test_killed_at_any_line_it_never_arrives_twice(transport: MailTransport, box: Box, tmp_path: Path) -> None:
    """It is uncertain only where it was cut off between the dot and the ledger; what is told as sent is there."""
    (tmp_path / "whole").mkdir()
    with killed_at(0) as run:
        made(kept_ledger_in(tmp_path / "whole"), THOSE, transport)
    for line in sample(range(1, run[0] + 1), 6, 100):
        home = tmp_path / str(line)
        home.mkdir()
        box.taken.clear()
        with killed_at(line):
            made(kept_ledger_in(home), THOSE, transport)
        made(kept_ledger_in(home), THOSE, transport)
        kept = kept_ledger_in(home)
        there = [delivery_in(envelope) for envelope in box.taken]
        assert len(there) == len(set(there))
        assert set(kinds(kept, "sent")) <= set(there)
        assert sorted(kinds(kept, "sent") + kinds(kept, "uncertain")) == ["delivery0", "delivery1"]
        assert kept.faults() == ()
        assert line > run[0] / 2 or not kinds(kept, "uncertain")  # the dots are in the second half


def test_what_is_uncertain_is_never_sent_again_by_itself(transport: MailTransport, box: Box, tmp_path: Path) -> None:
    """The server takes it, and the answer is lost."""
    box.answer = None
    outcome = made(kept_ledger_in(tmp_path), THOSE[:1], transport)["delivery0"]
    assert outcome.state == "uncertain"
    assert outcome.reason == f"The connection ended as the message to {TO} was handed over"
    box.answer = "250 OK"
    assert made(kept_ledger_in(tmp_path), THOSE[:1], transport)["delivery0"].state == "uncertain"
    assert len(box.taken) == 1


@pytest.mark.parametrize(
    ("answer", "trouble", "tries", "reason"),
    [
        ("552 5.2.2 mailbox over quota", "full", 1, "localhost says: 552 5.2.2 mailbox over quota"),
        ("452 4.2.2 no room now", "full", 3, "localhost says: 452 4.2.2 no room now"),
        ("554 5.7.1 spam", "refused", 1, "localhost says: 554 5.7.1 spam"),
        (f"554 5.7.1 {PASSWORD}", "refused", 1, "localhost says: 554 5.7.1 …"),
    ],
)
def test_what_is_refused_at_the_dot_did_not_arrive(
    transport: MailTransport, box: Box, tmp_path: Path, answer: str, trouble: str, tries: int, reason: str
) -> None:
    """A failure that may pass is tried three times; the next run sends it."""
    box.answer, box.takes = answer, False
    kept = kept_ledger_in(tmp_path)
    outcome = made(kept, THOSE[:1], transport)["delivery0"]
    assert (outcome.state, outcome.failure, outcome.reason) == ("failed", trouble, reason)
    assert len(kinds(kept, "begun")) == len(kinds(kept, "failed")) == tries
    box.answer, box.takes = "250 OK", True
    assert made(kept, THOSE[:1], transport)["delivery0"].state == "sent"
    assert len(box.taken) == 1


def refusal(transport: MailTransport, to_send: Parcel | None = None) -> DeliveryFailed:
    """Why a parcel is not taken."""
    with pytest.raises(DeliveryFailed) as refused:
        transport.prepare(to_send or parcel())
    said = "".join(traceback.format_exception(refused.value))
    assert PASSWORD not in said
    return refused.value


def test_a_mailbox_that_is_unknown_is_told(transport: MailTransport, box: Box) -> None:
    box.rcpt = "550 5.1.1 no such mailbox"
    assert str(refusal(transport)) == "localhost says: 550 5.1.1 no such mailbox"


def test_a_wrong_password_is_told_without_it(server: tuple[Box, int], box: Box) -> None:
    """Though the server repeats it."""
    told = refusal(transport_to(server[1], password="wrong-s3cret"))
    assert (told.kind, told.passing) == ("refused", False)
    assert "s3cret" not in str(told)
    assert "s3cret" not in repr(transport_to(server[1]))


def test_a_certificate_of_another_name_or_of_nobody_is_refused(
    server: tuple[Box, int], box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is said to a server that is not who it should be."""
    assert str(refusal(transport_to(server[1], "127.0.0.1"))).startswith("The certificate of 127.0.0.1 was rejected: ")
    monkeypatch.delenv("SSL_CERT_FILE")
    assert str(refusal(transport_to(server[1]))).startswith("The certificate of localhost was rejected: ")
    assert box.taken == []


def test_a_certificate_that_has_expired_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box, pair = Box(), expired_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pair[0]))
    with mail_server(box, pair) as port:
        said = str(refusal(transport_to(port)))
    assert said == "The certificate of localhost was rejected: certificate has expired"
    assert box.taken == []


def test_a_server_that_says_nothing_is_left_after_a_while() -> None:
    """It may answer later."""
    with silent_server() as port:
        told = refusal(transport_to(port, patience=0.3))
    assert (told.kind, told.passing, str(told)) == ("hangs", True, "No answer from localhost for 0.3 seconds")


@pytest.mark.parametrize("line", [b"220-Wait a little.\r\n", b"2"])
def test_a_greeting_without_end_is_left_after_a_while(line: bytes) -> None:
    with talking_server(line) as port:
        before = time.monotonic()
        error = refusal(transport_to(port, patience=0.5))
        assert time.monotonic() - before < 5
    assert (error.kind, error.passing) in (("hangs", True), ("refused", True))


def test_a_server_that_is_not_there_is_told() -> None:
    """It may be back soon."""
    told = refusal(transport_to(1))
    assert (told.kind, told.passing, str(told)) == (
        "refused",
        True,
        "localhost cannot be reached: Connection refused",
    )


def test_a_message_that_is_too_large_is_not_begun(server: tuple[Box, int], box: Box) -> None:
    large = parcel({**FILES, "a.pdf": bytes(16_000_000)})
    assert str(refusal(transport_to(server[1]), large)) == "The message has 22 MB, and the limit is 20 MB"
    larger = parcel({**FILES, "a.pdf": bytes(7_000_000)})
    assert str(refusal(transport_to(server[1]), larger)) == "localhost takes messages of at most 8 MB"


def test_no_secret_stands_in_the_ledger(server: tuple[Box, int], box: Box, tmp_path: Path) -> None:
    box.rcpt = f"550 5.1.1 {PASSWORD}"
    kept = kept_ledger_in(tmp_path)
    made(kept, THOSE, transport_to(server[1]))
    made(kept, THOSE, transport_to(server[1], "127.0.0.1"))
    kept.close()
    for path in (path for path in tmp_path.rglob("*") if path.is_file()):
        assert PASSWORD.encode() not in path.read_bytes()


def test_failures_pass_between_processes() -> None:
    """As every failure of ours does."""
    failure: PipelineError = DeliveryFailed("full", "No room", passing=True)
    assert str(failure) == "No room"
