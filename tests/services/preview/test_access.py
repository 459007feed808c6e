"""The access of the live page: ten ways in, all shut, and the one that is open."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue
from time import sleep

import httpx
import pytest

from pipeline.services.preview.access import BODY, AccessControl
from pipeline.services.preview.live_state import Contents, Listed, LiveState, LiveText, PagePicture, ServedFile, Target
from tests.support.preview import PATIENCE, browser, served
from tests.support.words import ENGLISH

PICTURE = "/of/foot-patrol/pages/files/0a1b"
PLACES = ("/", "/of/foot-patrol/pages", "/of/foot-patrol/pages/news", PICTURE, "/own/preview.js", "/nowhere")


@pytest.fixture(scope="module")
def access() -> Iterator[AccessControl]:
    """The access of a server that shows one page."""
    state = LiveState(Contents(ENGLISH, "Evidence", (Listed("foot-patrol", "Foot patrol", False),)), SimpleQueue())
    page = LiveText(1, 1, "Foot patrol", (PagePicture("0a1b", 4, 5),))
    state.show(Target("foot-patrol", "screen"), page, {"0a1b": ServedFile("image/jpeg", b"JPEG")})
    with served(state) as access:
        yield access


@pytest.fixture(scope="module")
def client(access: AccessControl) -> Iterator[httpx.Client]:
    with browser(access) as client:
        yield client


@pytest.fixture(scope="module")
def stranger(access: AccessControl) -> Iterator[httpx.Client]:
    """Somebody on the same machine who was not."""
    with httpx.Client(base_url=f"http://127.0.0.1:{access.port}", timeout=PATIENCE) as stranger:
        yield stranger


def test_who_was_given_the_address_sees_the_page(client: httpx.Client, access: AccessControl) -> None:
    assert client.get(PICTURE).content == b"JPEG"
    assert client.get(PICTURE, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200
    named = {"Host": f"localhost:{access.port}", "Origin": f"http://localhost:{access.port}"}
    assert client.get("/of/foot-patrol/pages", headers=named).status_code == 200


def test_connections_that_ask_for_nothing_do_not_shut_the_owner_out(access: AccessControl) -> None:
    with ExitStack() as stack:
        for number in range(80):
            idle = stack.enter_context(socket.create_connection(("127.0.0.1", access.port)))
            idle.sendall(b"GET / HTTP/1.1\r\nHost: a" if number % 2 else b"")
        sleep(0.5)  # all of them have come in
        with browser(access) as owner:
            assert owner.get(PICTURE).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8642", "127.0.0.1", "127.0.0.1.evil.example:8642", ""])
def test_another_name_for_this_machine_is_refused(client: httpx.Client, host: str) -> None:
    """DNS rebinding: a page's own name is made to lead here, and its scripts count as the same origin."""
    response = client.get("/", headers={"Host": host})
    assert response.status_code in (400, 421)
    assert "Foot patrol" not in response.text


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1:{port}"])
@pytest.mark.parametrize("path", PLACES)
def test_another_origin_is_refused(client: httpx.Client, access: AccessControl, path: str, origin: str) -> None:
    response = client.get(path, headers={"Origin": origin.format(port=access.port)})
    assert response.status_code == 403
    assert not [name for name in response.headers if name.startswith("access-control")]


@pytest.mark.parametrize("path", PLACES)
def test_nobody_comes_in_without_the_cookie(stranger: httpx.Client, access: AccessControl, path: str) -> None:
    wrong = (
        {},
        {"Cookie": f"{access.cookie}={access.key}"},
        {"Cookie": f'{access.cookie}="'},
        {"Referer": access.address()},
    )
    assert {stranger.get(path, headers=headers).status_code for headers in wrong} == {403}


@pytest.mark.parametrize(
    "path",
    [
        *("../../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/library.yaml", "/etc/passwd"),
        *("....//library.yaml", "%00", "..\\..\\library.yaml", "0a1b/../../../source/library.yaml"),
    ],
)
def test_no_path_climbs_out(client: httpx.Client, path: str) -> None:
    """What is served lies in memory under its name; a path is never one of the disk."""
    for address in (f"/of/foot-patrol/pages/files/{path}", f"/own/{path}", f"/{path}", f"/of/{path}/pages"):
        assert client.get(address).status_code == 404


def test_a_link_in_the_sources_leads_nobody_out(client: httpx.Client, tmp_path: Path) -> None:
    """A symbolic link that stands where a picture would is not followed, as no file is opened at all."""
    secret = tmp_path / "secret"
    secret.write_text("secret")
    (tmp_path / "0a1c").symlink_to(secret)
    assert client.get(f"/of/foot-patrol/pages/files/{tmp_path}/0a1c").status_code == 404


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("mode", ["no-cors", "navigate", "cors"])
def test_another_page_gets_no_picture(client: httpx.Client, site: str, mode: str) -> None:
    """An `img` of another page, a frame, or a link there; another port of this machine is another page too."""
    headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": "image"}
    response = client.get(PICTURE, headers=headers)
    assert response.status_code == 403
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_body_that_is_too_large_is_refused(client: httpx.Client) -> None:
    assert client.request("GET", "/", content=b"x" * (BODY + 1)).status_code == 413
    assert client.request("GET", "/", content=iter([b"x"] * 3)).status_code == 413
    assert client.request("GET", "/", content=b"x" * 9).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_nothing_can_be_changed(client: httpx.Client, method: str) -> None:
    response = client.request(method, "/of/foot-patrol/pages")
    assert response.status_code == 405
    assert not [name for name in response.headers if name.startswith("access-control")]


def test_the_address_opens_nothing_for_another_page(stranger: httpx.Client, access: AccessControl) -> None:
    path = access.address().removeprefix(f"http://127.0.0.1:{access.port}")
    refused = (
        stranger.get(path, headers={"Host": "evil.example"}),
        stranger.get(path, headers={"Origin": "https://evil.example"}),
        stranger.get(path, headers={"Sec-Fetch-Site": "cross-site"}),
        stranger.get("/enter?key=wrong"),
        stranger.get("/enter"),
        stranger.get("/enter?key=%FF%00é"),
    )
    assert {response.status_code for response in refused} == {421, 403}
    assert not [response for response in refused if "set-cookie" in response.headers]


def test_the_address_leads_to_this_page_alone(stranger: httpx.Client, access: AccessControl) -> None:
    elsewhere = ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)")
    responses = [stranger.get(f"/enter?key={access.key}&to={to}") for to in elsewhere]
    assert {response.headers["Location"] for response in responses} == {"/"}
    stranger.cookies.clear()


def test_no_address_goes_out_in_a_referer(client: httpx.Client, stranger: httpx.Client, access: AccessControl) -> None:
    entered = stranger.get(access.address())
    stranger.cookies.clear()
    answers = [entered, *(client.get(path) for path in PLACES)]
    assert {response.headers["Referrer-Policy"] for response in answers} == {"no-referrer"}
    assert access.key not in entered.headers["Location"] + "".join(response.text for response in answers)


def test_the_cookie_is_for_this_page_alone(stranger: httpx.Client, access: AccessControl) -> None:
    cookie = stranger.get(access.address()).headers["Set-Cookie"]
    stranger.cookies.clear()
    assert cookie == f"{access.cookie}={access.ticket}; HttpOnly; Path=/; SameSite=strict"
    assert access.key not in cookie


def test_every_answer_forbids_what_is_not_needed(client: httpx.Client, stranger: httpx.Client) -> None:
    for response in (client.get("/of/foot-patrol/pages"), client.get("/nowhere"), stranger.get("/")):
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe-inline" not in policy
        assert "frame-ancestors 'none'" in policy
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "server" not in response.headers
    page = client.get("/of/foot-patrol/pages").text
    assert "<script src=" in page
    assert "style=" not in page
    assert "onload" not in page


def test_only_this_machine_is_listened_to(access: AccessControl) -> None:
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.2:{access.port}/", timeout=5)
