"""A library that tries to reach out, a server that nothing should ask, a file that nothing should read."""

import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.acceptance.attempts import SECRET, Attempt, Loopback
from tests.support import libraries
from tests.support.editions import issued_library
from tests.support.project import Said


@pytest.fixture(scope="module")
def loopback() -> Iterator[Loopback]:
    """A server on this machine which nothing should ever ask."""
    found = Loopback("")

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(SECRET.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    found.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield found
    server.shutdown()


@pytest.fixture
def own_issue(issued: Path, tmp_path: Path) -> Path:
    """The issued library of a test and its archive again, to change as a test likes."""
    return issued_library.copied(issued, tmp_path)


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file outside the project."""
    path = tmp_path / "secret.txt"
    path.write_text(SECRET)
    return path


@pytest.fixture
def attempt(small: Callable[..., Path], briefings: Callable[..., Said], loopback: Loopback, secret: Path) -> object:
    """Build a library that tries to reach out: `FILE` and `HTTP` in its sources stand for what it reaches for."""

    def run(files: dict[str, str], prepare: Callable[[Path], object] = lambda project: None) -> Attempt:
        filled = {n: t.replace("FILE", f"file://{secret}").replace("HTTP", loopback.address) for n, t in files.items()}
        project = small({"briefings/patrol/briefing.md": libraries.briefing(), **filled})
        prepare(project)
        before = len(loopback.asked)
        said = briefings(project, "build", "--date", libraries.DATE, "--jobs", "1")
        assert loopback.asked[before:] == []
        made = libraries.made(project)
        for name, content in made.items():
            assert SECRET.encode() not in libraries.laid_open(content), name
        assert "Traceback" not in said.err
        return Attempt(said, set(re.findall(r"(?:error|warning) ([a-z-]+):", said.err)), made)

    return run
