"""Saving in the live page: only the file that was opened, only texts of this library, and never a torn file."""

import html
import json
import os
import shutil
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import httpx
import pytest

from pipeline.load.text import MOST_BYTES
from pipeline.services.preview.access import SAVED_BODY, AccessControl
from pipeline.services.preview.edit_site import LibrarySources, SourceRefused
from pipeline.services.preview.live_state import Contents, Listed, LiveState
from tests.support import libraries
from tests.support.preview import browser, served
from tests.support.words import ENGLISH

FOOT = libraries.briefing(version="1.9", tags="[patrol]  # more to come").encode()
PACK = b"title: Nights\nbriefings: [foot-patrol]\n"
PATH = "source/briefings/foot-patrol.md"
SAVE = "/edit/foot-patrol/save"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the library that all tests write into."""
    return tmp_path_factory.mktemp("saving") / "library"


@pytest.fixture(autouse=True)
def library(folder: Path) -> Path:
    """A library of a briefing and a pack of it, as it is before each test."""
    shutil.rmtree(folder, ignore_errors=True)
    files = {"briefings/foot-patrol.md": FOOT, "packs/nights.yaml": PACK, "briefings/bare.md": b"No front matter.\n"}
    return libraries.written(folder, files)


@pytest.fixture(scope="module")
def access(folder: Path) -> Iterator[AccessControl]:
    """The access of a server by which the texts of that library may be changed."""
    listed = (
        Listed("foot-patrol", "Foot patrol", False, PATH),
        Listed("nights", "Nights", True, "source/packs/nights.yaml"),
        Listed("bare", "bare", False, "source/briefings/bare.md"),
        Listed("imprint", "Imprint", False, "source/library.yaml"),
        Listed("outside", "Outside", False, "source/briefings/../../../outside.md"),
        Listed("linked", "Linked", False, "source/briefings/linked.md"),
        Listed("folder", "Folder", False, "source/briefings/folder/text.md"),
    )
    with served(LiveState(Contents(ENGLISH, "Evidence", listed), SimpleQueue()), folder, edit=True) as access:
        yield access


@pytest.fixture(scope="module")
def client(access: AccessControl) -> Iterator[httpx.Client]:
    """The browser that was given the address, as it sends what its own page asks for."""
    with browser(access) as client:
        client.headers["Origin"] = f"http://127.0.0.1:{access.port}"
        client.headers["Sec-Fetch-Site"] = "same-origin"
        yield client


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()


def save(client: httpx.Client, name: str = "foot-patrol", content: bytes = FOOT, **values: Any) -> httpx.Response:
    return client.post(f"/edit/{name}/save", json={"digest": digest(content), **values})


def test_a_whole_file_is_written(client: httpx.Client, library: Path) -> None:
    file = library / PATH
    file.chmod(0o600)
    after = FOOT.replace(b"version: 1.9", b"version: 1.10")
    response = save(client, text=after.decode())
    assert (response.status_code, response.json()["digest"]) == (200, digest(after))
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (after, 0o600)
    assert save(client, "nights", PACK, text="title: Days\n").status_code == 200
    assert (library / "source/packs/nights.yaml").read_text() == "title: Days\n"
    assert not list(file.parent.glob(".*"))


def test_a_stale_digest_is_refused_with_both_versions(client: httpx.Client, library: Path) -> None:
    """Somebody else has saved meanwhile, in whatever editor: their file stands, and both can be read."""
    theirs = FOOT.replace(b"[patrol]", b"[patrol, beats]")
    mine = FOOT.replace(b"1.9", b"2.0").decode()
    (library / PATH).write_bytes(theirs)
    response = save(client, text=mine)
    body = response.json()
    assert (response.status_code, body["sentence"]) == (412, "This file has changed since you opened it.")
    assert (library / PATH).read_bytes() == theirs
    assert [row for row, lone in body["theirs"] if lone] == ["version: 1.9", "tags: [patrol, beats]  # more to come"]
    assert [row for row, lone in body["mine"] if lone] == ["version: 2.0", "tags: [patrol]  # more to come"]
    assert save(client, content=theirs, text=mine).json()["digest"] == digest(mine.encode())


@pytest.mark.parametrize(("mark", "end"), [(b"\xef\xbb\xbf", b"\r\n"), (b"", b"\r\n"), (b"", b"\r")])
def test_a_byte_order_mark_and_line_ends_stay(client: httpx.Client, library: Path, mark: bytes, end: bytes) -> None:
    before = mark + FOOT.replace(b"\n", end)
    (library / PATH).write_bytes(before)
    assert f"\n{html.escape(FOOT.decode(), quote=False)}</textarea>" in client.get("/edit/foot-patrol").text
    after = FOOT.replace(b"version: 1.9", b"version: 2.0")
    assert save(client, content=before, text=after.decode()).status_code == 200
    assert (library / PATH).read_bytes() == mark + after.replace(b"\n", end)


def test_a_text_is_shown_to_its_last_letter(client: httpx.Client, library: Path) -> None:
    (library / PATH).write_text("\n\n<b>&amp;\n")
    assert "\n\n\n&lt;b&gt;&amp;amp;\n</textarea>" in client.get("/edit/foot-patrol").text


def test_of_two_writers_one_wins_and_the_other_is_told(client: httpx.Client, library: Path) -> None:
    bodies = [f"{number} {'x' * 100_000}\n" for number in range(4)]
    with ThreadPoolExecutor(4) as writers:
        statuses = list(writers.map(lambda body: save(client, text=body).status_code, bodies))
    assert sorted(statuses) == [200, *[412] * 3]
    assert (library / PATH).read_bytes() == bodies[statuses.index(200)].encode()


@pytest.mark.parametrize("name", ["imprint", "outside", "linked", "folder", "nowhere", "..%2flibrary", "%2e%2e"])
def test_only_texts_of_the_library_are_read_or_written(
    client: httpx.Client, library: Path, tmp_path: Path, name: str
) -> None:
    secret = library.parent / "outside.md"
    secret.write_bytes(FOOT)
    (tmp_path / "text.md").write_bytes(FOOT)
    (library / "source/briefings/linked.md").symlink_to(secret)
    (library / "source/briefings/folder").symlink_to(tmp_path)
    imprint = (library / "source/library.yaml").read_bytes()
    assert client.get(f"/edit/{name}").status_code in (403, 404)
    statuses = [save(client, name, content, text="Gone.").status_code for content in (FOOT, imprint)]
    assert set(statuses) <= {403, 404, 405}
    assert (secret.read_bytes(), (tmp_path / "text.md").read_bytes()) == (FOOT, FOOT)
    assert (library / "source/library.yaml").read_bytes() == imprint
    assert (library / "source/briefings/linked.md").is_symlink()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": None}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content-Type": "multipart/form-data; boundary=x"}, 415),
        ({"Cookie": ""}, 403),
        ({"Cookie": "preview=1"}, 403),
        ({"Transfer-Encoding": "chunked"}, 413),
    ],
)
def test_no_other_page_saves(client: httpx.Client, library: Path, headers: dict[str, str | None], status: int) -> None:
    request = client.build_request("POST", SAVE, json={"digest": digest(FOOT), "text": "Gone."})
    for name, value in headers.items():
        request.headers.pop(name, None)
        if value is not None:
            request.headers[name] = value
    response = client.send(request)
    assert response.status_code == status
    assert not [name for name in response.headers if name.startswith("access-control")]
    assert (library / PATH).read_bytes() == FOOT


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_nothing_else_can_be_posted(client: httpx.Client, method: str) -> None:
    assert client.request(method, SAVE, json={}).status_code == 405
    places = ("/", "/edit/foot-patrol", "/of/foot-patrol/pages", "/edit/a/b/save", "/edit/foot-patrol/save/x")
    assert {client.post(place, json={}).status_code for place in places} == {405}
    assert client.get(SAVE).status_code == 405


def test_a_body_that_is_too_large_is_refused(client: httpx.Client, library: Path, access: AccessControl) -> None:
    """By its length before it is read, and a source that would be too large when it is."""
    request = client.build_request("POST", SAVE, content=b"")
    head = {**dict(request.headers.items()), "content-type": "application/json", "content-length": str(SAVED_BODY + 1)}
    with socket.create_connection(("127.0.0.1", access.port), timeout=60) as line:
        line.sendall("\r\n".join([f"POST {SAVE} HTTP/1.1", *map(": ".join, head.items()), "\r\n"]).encode())
        assert line.recv(12) == b"HTTP/1.1 413"
    response = save(client, text="x" * (MOST_BYTES + 1))
    assert (response.status_code, response.json()["sentence"]) == (403, "The text is too large to save.")
    assert (library / PATH).read_bytes() == FOOT


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[" * 100_000,
        json.dumps({"digest": "0", "text": "x"}).encode(),
        json.dumps({"digest": digest(FOOT), "text": ["x"]}).encode(),
        json.dumps({"digest": digest(FOOT), "path": "/etc/passwd", "text": "x"}).encode(),
        b'{"digest": "%s", "text": "\\ud800"}' % digest(FOOT).encode(),
    ],
)
def test_what_is_no_save_is_refused(client: httpx.Client, library: Path, content: bytes) -> None:
    response = client.post(SAVE, content=content, headers={"Content-Type": "application/json"})
    assert (response.status_code, response.json()) == (400, {"sentence": "This is no save."})
    assert (library / PATH).read_bytes() == FOOT


def test_without_edit_nothing_is_there(library: Path) -> None:
    listed = (Listed("foot-patrol", "Foot patrol", False, PATH),)
    with (
        served(LiveState(Contents(ENGLISH, "Evidence", listed), SimpleQueue()), library) as access,
        browser(access) as client,
    ):
        client.headers["Origin"] = f"http://127.0.0.1:{access.port}"
        assert client.get("/edit/foot-patrol").status_code == 404
        assert save(client, text="Gone.").status_code == 405
        assert "/edit/" not in client.get("/of/foot-patrol/pages").text
    assert (library / PATH).read_bytes() == FOOT


def test_a_folder_that_may_not_be_written_is_told(library: Path, tmp_path: Path) -> None:
    sources = LibrarySources(library)
    os.mkfifo(library / "source/briefings/pipe.md")
    for path in (
        "source/briefings/pipe.md",
        "source/briefings/gone.md",
        "source/briefings",
        "../outside.md",
        "source/x.md",
    ):
        with pytest.raises(SourceRefused):
            sources.read(path)
        with pytest.raises(SourceRefused):
            sources.save(path, digest(b""), lambda before: b"x")
    assert not (library / "source/briefings/gone.md").exists()


def test_the_page_of_a_text_field_has_the_guards_of_all_others(client: httpx.Client) -> None:
    response = client.get("/edit/foot-patrol")
    assert "script-src 'self';" in response.headers["Content-Security-Policy"]
    assert "form-action 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["Cache-Control"] == "no-store"
    assert digest(FOOT) in response.text
    hostile = FOOT.replace(b"Foot patrol", b"'</textarea><script>alert(1)</script>\"{{ name }}{n0}'")
    assert save(client, text=hostile.decode()).status_code == 200
    page = client.get("/edit/foot-patrol").text
    assert "<script>alert" not in page
    assert "{{ name }}{n0}" in page
