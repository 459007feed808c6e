"""The watch: it tells of what is saved in the folders of a library, also in one that was made later."""

from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from threading import Event

import pytest

from pipeline.services.preview.live_loop import SAVED, start_watch

PATIENCE = 30


@pytest.fixture
def events(tmp_path: Path) -> Iterator[SimpleQueue[str]]:
    """What is told of a library without layouts."""
    (tmp_path / "source").mkdir()
    events, stop = SimpleQueue[str](), Event()
    watch = start_watch(events, tmp_path, stop)
    yield events
    stop.set()
    watch.join(PATIENCE)


@pytest.mark.proof
def test_a_folder_that_is_made_later_is_watched(tmp_path: Path, events: SimpleQueue[str]) -> None:
    """The first file in it is told as the folder comes, a later change as it is saved."""
    (tmp_path / "layouts").mkdir()
    assert events.get(timeout=PATIENCE) == SAVED
    for number in range(2):
        (tmp_path / "layouts/tokens.css").write_text(f"/* {number} */")
        assert events.get(timeout=PATIENCE) == SAVED
