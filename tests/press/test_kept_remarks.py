"""What the engine remarks, told where its reader finds the words that it is about."""

from dataclasses import replace

import pytest

from pipeline.build.texts import move_to_files
from pipeline.core.diagnostics import Location
from pipeline.core.messages import message
from tests.support.compose import samples

REMARK = message("made-missing-glyph", Location("briefing/foot-patrol/screen", 3), character="漢", code="U+6F22")
RECORD = "source/versions/foot-patrol/1.0/kept.json"


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("briefing/foot-patrol/screen", "output/briefings/foot-patrol/foot-patrol.pdf:3:1"),
        ("briefing/foot-patrol/large-print", "output/briefings/foot-patrol/foot-patrol-large-print.pdf:3:1"),
        (RECORD, f"{RECORD}:3:1"),
    ],
    ids=["a text", "another edition", "a kept version"],
)
def test_a_remark_on_a_text_stands_at_its_pdf(path: str, place: str) -> None:
    (remark,) = move_to_files([replace(REMARK, place=Location(path, 3))], None)
    assert str(remark.place) == place


def test_a_remark_on_the_matter_of_a_pack_stands_at_the_pack() -> None:
    pack = samples.pack()
    (remark,) = move_to_files([replace(REMARK, place=Location(f"front/{pack.id}/screen", 3))], pack)
    assert str(remark.place) == f"output/packs/{pack.id}/{pack.id}.pdf:3:1"
