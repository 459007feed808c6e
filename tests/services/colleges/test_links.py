"""Large messages have links: to files that lay there, as they were issued, before the message went."""

import shutil
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.support import libraries
from tests.support.colleges.mail_server import Box
from tests.support.colleges.web_server import web_server
from tests.support.editions.issued_library import HOUSE, issue, library
from tests.support.project import Said
from tests.support.publishing import rewrite

COLLEGES = """\
east:
  name: East Agency
  type: agency
  licence_basis: licensed
  channels: {mail: library@east.example}
"""
FILE = "nights-autumn-2024.txt"


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library whose pack was issued, of texts that anybody may pass on."""
    project = library(tmp_path_factory.mktemp("links") / "library", **{"colleges.yaml": COLLEGES})
    assert issue(project, "2024-10-01").code == 0
    shutil.rmtree(project / "output")
    return project


@pytest.fixture
def web(tmp_path: Path) -> Path:
    """The folder that a web server hands out."""
    (tmp_path / "web").mkdir()
    return tmp_path / "web"


@pytest.fixture
def own(own: Path, web: Path) -> Iterator[Path]:
    """The library again, which puts files of all messages into the folder of the web server."""
    with web_server(web) as address:
        mail = "mail: {server: localhost, port: 2525, sender: evidence@northmoor.example, user: briefings"
        links = f"links: {{above: 0, place: 'file://{web}', address: '{address}'}}"
        (own / "source/library.yaml").write_text(f"{HOUSE}{mail}, {links}}}\n", encoding="utf-8")
        yield own


def deliver(project: Path, *more: str) -> Said:
    """Deliver the pack."""
    return libraries.here(project, "deliver", "nights", "--date", "2024-12-02", *more)


def letter_in(box: Box) -> EmailMessage:
    """The message that arrived last."""
    content = box.taken[-1].content
    assert isinstance(content, bytes)
    return message_from_bytes(content, EmailMessage, policy=policy.default)


def attached(letter: EmailMessage) -> dict[str, bytes]:
    """The files in a message."""
    return {part.get_filename() or "": bytes(part.get_payload(decode=True)) for part in letter.iter_attachments()}


@pytest.mark.proof
def test_a_link_gives_the_file_that_the_manifest_in_the_message_names(own: Path, box: Box) -> None:
    said = deliver(own)
    assert said.code == 0, said
    letter = letter_in(box)
    files = attached(letter)
    assert set(files) == {"manifest.json", "SHA256SUMS", "verify.html"}
    body = letter.get_body(("plain",))
    assert body
    lines = body.get_content().splitlines()
    assert lines[0].startswith(
        "The files are too large for an email. Download each one, and save it with the attached files"
    )
    (link,) = (line.removeprefix(f"- {FILE}: ") for line in lines if line.startswith(f"- {FILE}: http"))
    page = letter.get_body(("html",))
    assert page
    assert f'<a href="{link}">' in unescape(page.get_content())
    parcel = own.parent / "parcel"
    parcel.mkdir()
    for name, content in files.items():
        (parcel / name).write_bytes(content)
    with urlopen(link) as answer:
        (parcel / FILE).write_bytes(answer.read())
    assert "as its manifest says: 2 files" in libraries.here(own, "verify", str(parcel)).out


def test_what_lies_there_is_not_put_there_again(own: Path, box: Box, web: Path) -> None:
    assert deliver(own).code == 0
    (file,) = web.rglob(FILE)
    before = file.stat().st_mtime_ns
    assert deliver(own, "--to", "east", "--again", "Lost").code == 0
    assert (len(box.taken), file.stat().st_mtime_ns) == (2, before)


def test_no_message_goes_whose_links_lead_nowhere(own: Path, box: Box, web: Path) -> None:
    """The address is that of another folder than the one that files are put into."""
    rewrite(own, "library.yaml", (f"file://{web}", f"file://{web}-of-others"))
    said = deliver(own)
    assert (said.code, box.taken) == (5, [])
    assert "does not return the files put into file://" in said.err
    assert " failed" in said.out
