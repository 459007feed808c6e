"""Files of a library that are read when somebody asks for them."""

from pathlib import Path

import pytest

from pipeline.core.diagnostics import EnvironmentFailure
from pipeline.load.folders import FilesOnDemand, read_files


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of three files."""
    for name in ("a-b/x.md", "a/y.md", "c.yaml"):
        (tmp_path / "source" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "source" / name).write_text(name, encoding="utf-8")
    return tmp_path


def test_they_are_the_files_that_are_read_at_once_too(project: Path) -> None:
    found = FilesOnDemand(project)
    assert list(found) == list(read_files(project)) == ["source/a/y.md", "source/a-b/x.md", "source/c.yaml"]
    assert (dict(found), len(found)) == (read_files(project), 3)
    assert found.get("source/none.md") is None


def test_nothing_is_read_before_it_is_asked_for_and_nothing_twice(project: Path) -> None:
    """What nobody asks for may be gone; what somebody does must be there."""
    found = FilesOnDemand(project)
    assert found["source/c.yaml"] == b"c.yaml"
    for name in ("c.yaml", "a/y.md"):
        (project / "source" / name).unlink()
    assert (found["source/c.yaml"], "source/a/y.md" in found) == (b"c.yaml", True)
    with pytest.raises(EnvironmentFailure, match=r"^source/a/y\.md cannot be read: No such file or directory\.$"):
        found["source/a/y.md"]
