"""What the machine refuses is a sentence and exit 3, and no fault of the program."""

import resource
import subprocess
from pathlib import Path

import pytest

from tests.support import libraries

FULL = Path("/dev/full")


@pytest.mark.proof
@pytest.mark.skipif(not FULL.exists(), reason="this machine has no device that is always full")
@pytest.mark.parametrize("verb", ["list", "check", "explain", "--version", "--help", "list --report json"])
def test_a_list_that_cannot_be_written_is_told(tmp_path: Path, verb: str) -> None:
    """The disk where the shell puts it is full."""
    project = libraries.written(
        tmp_path / "small", {"briefings/foot-patrol.md": libraries.briefing("Words", abbreviations="{ABC: {full: A}}")}
    )
    with FULL.open("wb") as full:
        done = subprocess.run(
            [*libraries.COMMAND, "--project", str(project), *verb.split()],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            cwd=libraries.ROOT,
            env=libraries.environment(),
            check=False,
        )
    assert (done.returncode, done.stderr) == (3, "briefings: The system refused: No space left on device.\n")


def test_a_limit_of_open_files_is_not_taken_for_the_output(tmp_path: Path) -> None:
    """What names no file may be anything that the system does not give."""
    project = libraries.written(tmp_path / "small", {"briefings/foot-patrol.md": libraries.briefing("Words")})

    def few() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (10, 10))

    done = subprocess.run(
        [*libraries.COMMAND, "--project", str(project), "build", "--jobs", "2"],
        capture_output=True,
        text=True,
        cwd=libraries.ROOT,
        env=libraries.environment(),
        check=False,
        preexec_fn=few,
    )
    assert done.returncode == 3, done.stderr
    assert done.stderr.endswith(": Too many open files.\n")
    assert "cannot be written" not in done.stderr
