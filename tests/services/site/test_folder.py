"""The folder of a catalogue."""

import json
from pathlib import Path

from pipeline.services.site.site import LIST, SiteFolder


def test_rows_that_were_damaged_are_written_anew(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    SiteFolder(folder).fill({"a.html": b"a", "b.html": b"b"}, "key")
    said = json.loads((folder / LIST).read_bytes())
    said["files"] |= {"a.html": None, "b.html": "whole"}
    (folder / LIST).write_text(json.dumps(said))
    site = SiteFolder(folder)
    assert not site.is_up_to_date("key")
    assert site.fill({"a.html": b"a"}, "key") == (1, 1)
    assert not (folder / "b.html").exists()
