"""Libraries of which one file is damaged, built: what is wrong is told, and all else is made."""

import time
from pathlib import Path

import pytest

from tests.load import slips
from tests.support import libraries
from tests.support.project import ROOT, SEED, sample

SECONDS = 60
"""Of a processor, that a build may take."""


@pytest.mark.proof
def test_a_damaged_file_never_stops_a_build(tmp_path: Path) -> None:
    files = slips.sample()
    for path, content in files.items():
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    libraries.remember(tmp_path, ROOT)
    build = ("build", "--date", libraries.DATE, "--jobs", "1", "--format", "screen")
    assert libraries.here(tmp_path, *build).code == 0
    for path, content in sample(list(slips.mutants(files, 300, SEED)), 2):
        (tmp_path / path).write_bytes(content)
        before = time.process_time()
        said = libraries.here(tmp_path, *build)
        assert said.code in (0, 1), (path, said.err[-2000:])
        assert "Traceback" not in said.err
        assert time.process_time() - before < SECONDS, path
        (tmp_path / path).write_bytes(files[path])
