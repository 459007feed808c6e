"""The command: the address that it prints, how it ends, and what it refuses."""

import re
import signal
import socket
import subprocess
from pathlib import Path

import httpx
import pytest

from pipeline.services.preview.page import BUNDLE, SCRIPT_FOLDER
from tests.support import libraries


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of one briefing in a series."""
    series = "title: Patrols\nbriefings: [foot-patrol]\n"
    return libraries.written(
        tmp_path_factory.mktemp("command"),
        {"briefings/foot-patrol.md": libraries.briefing(), "series/patrols.yaml": series},
    )


@pytest.mark.proof
@pytest.mark.parametrize(
    ("more", "end"), [((), "It has written nothing."), (("--edit",), "What you saved is written, and nothing else.")]
)
def test_the_address_opens_the_page_and_ctrl_c_ends_it_with_a_sentence(
    library: Path, more: tuple[str, ...], end: str
) -> None:
    command = [*libraries.COMMAND, "preview", "foot-patrol", "--port", "0", "--quiet", "--project", str(library), *more]
    with subprocess.Popen(command, env=libraries.environment(), stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        said = running.stdout.readline()
        found = re.fullmatch(r"Open (http://127\.0\.0\.1:\d+/enter\?key=[\w-]{32}&to=/of/foot-patrol/)\n", said)
        assert found
        with httpx.Client(follow_redirects=True, timeout=60) as client:
            page = client.get(found[1])
        assert page.url.path == "/of/foot-patrol/pages"
        assert "<h1>Foot patrol</h1>" in page.text
        assert ("/edit/foot-patrol" in page.text) is bool(more)
        assert httpx.get(str(page.url), timeout=60).status_code == 403
        running.send_signal(signal.SIGINT)
        assert running.stdout.read() == f"The live page has ended. {end}\n"
    assert running.returncode == 0
    assert not (library / "output").exists()


@pytest.mark.proof
def test_where_the_text_field_is_a_plain_one_a_line_says_how_to_get_the_other(library: Path) -> None:
    command = [*libraries.COMMAND, "preview", "--port", "0", "--edit", "--project", str(library)]
    with subprocess.Popen(command, env=libraries.environment(), stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        first = [running.stdout.readline() for _ in range(2)]  # where it is, and how it ends
        running.send_signal(signal.SIGINT)
        rest = running.stdout.read()
    assert first[0].startswith("Open ")
    assert ("'make desk'" in rest) is not (SCRIPT_FOLDER / BUNDLE).is_file()


def test_what_cannot_be_shown_is_refused_with_a_sentence(library: Path) -> None:
    unknown = libraries.here(library, "preview", "foot-patrl", "--port", "0")
    assert (unknown.code, "foot-patrol" in unknown.err) == (2, True)
    series = libraries.here(library, "preview", "patrols", "--port", "0")
    assert series.code == 2
    assert "'patrols' is no briefing and no pack" in series.err


def test_a_port_that_is_taken_is_told(library: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = libraries.here(library, "preview", "--port", str(port))
    assert said.code == 3
    assert f"Port {port} cannot be used" in said.err
    assert "--port" in said.err
