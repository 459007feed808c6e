"""Layouts with random slips: what is wrong in them is told or harmless; nothing is a traceback, all else goes on."""

import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.support.project import ROOT, Said, sample

Run = Callable[..., Said]
LAYOUTS = ROOT / "layouts"
SEEDS = sample(range(1000), 1, 10)
LAYOUT_SLIPS = 40
"""How many slips are tried of each seed."""
FORMATS = ("--format", "screen", "--format", "epub", "--format", "html")
"""The formats that are built with a slip."""
FILES = tuple(path for path in sorted(LAYOUTS.rglob("*")) if path.suffix in (".j2", ".css", ".yaml"))
PIECES = (
    *(b"{{", b"}}", b"{%", b"%}", b"{#", b"#}", b"<", b">", b"</section>", b"<!--", b"-->", b"&nbsp;", b'"', b"'"),
    *(b"{{ 1 / 0 }}", b"{{ 1 + 'a' }}", b"{{ publication }}", b"{{ a.b }}", b"<script>", b"(((((", b"{% endif %}"),
    *(b"{% endfor %}", b'{% include "pack/cover.html.j2" %}', b'<p id="title">', b"url(http://x)", b'@import "a";'),
    *(b"/*", b"*/", b"{", b"}", b";", b": ", b"- ", b"[", b"]", b"!", b"\x00", b"\x07", b"\xff", b"9" * 30),
)


def mutated(content: bytes, chance: Random) -> bytes:
    """A file with one to three slips: bytes exchanged, lost or put in; lines lost, doubled, exchanged; an end cut."""
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        lines = content.split(b"\n")
        place = chance.randrange(len(content) + 1)
        one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        match chance.randrange(7):
            case 0:
                content = content[:place] + bytes([chance.randrange(256)]) + content[place + 1 :]
            case 1:
                content = content[:place] + content[place + chance.randrange(1, 30) :]
            case 2:
                content = content[:place] + chance.choice(PIECES) + content[place:]
            case 3:
                content = b"\n".join(lines[:one] + lines[one + 1 :])
            case 4:
                content = b"\n".join([*lines[:one], lines[other], *lines[one:]])
            case 5:
                lines[one], lines[other] = lines[other], lines[one]
                content = b"\n".join(lines)
            case _:
                content = content[:place]
    return content


def put(project: Path, chance: Random) -> Path:
    """Give a project one file of layouts with slips in it; which."""
    file = chance.choice(FILES).relative_to(LAYOUTS)
    shutil.rmtree(project / "layouts", ignore_errors=True)
    (project / "layouts" / file).parent.mkdir(parents=True)
    (project / "layouts" / file).write_bytes(mutated((LAYOUTS / file).read_bytes(), chance))
    return file


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small library of two briefings, a series and a pack."""
    shutil.copytree(ROOT / "tests" / "layouts" / "library" / "source", tmp_path / "source")
    return tmp_path


def check(project: Path, briefings: Run, seed: int, times: int) -> None:
    """Check so many slips."""
    chance = Random(seed)
    for number in range(times):
        file = put(project, chance)
        result = briefings(project, "check", "--date", "2024-04-26")
        assert "Traceback" not in result.err, (seed, number, file)
        assert result.code == (1 if ": error " in result.out else 0), (seed, number, file, result.err)


@pytest.mark.proof
@pytest.mark.parametrize("seed", SEEDS)
def test_many_slips_are_told(seed: int, project: Path, briefings: Run) -> None:
    check(project, briefings, seed, LAYOUT_SLIPS)


@pytest.mark.proof
@pytest.mark.parametrize("seed", SEEDS)
def test_a_build_goes_on(seed: int, project: Path, briefings: Run) -> None:
    chance = Random(100 + seed)
    file = put(project, chance)
    result = briefings(project, "build", "--date", "2024-04-26", "--jobs", "1", *FORMATS)
    assert "Traceback" not in result.err, (seed, file)
    assert result.code in (0, 1, 4), (seed, file, result.err)
