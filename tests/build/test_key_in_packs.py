"""The public key in a pack: once, and on a page with the rest of the imprint."""

from pathlib import Path

import pytest

from pipeline.services.editions.verify import extract_page_texts
from tests.support import libraries
from tests.support.editions.sealing import KEY

HOUSE = f"title: T\npublisher: P\naccessible_formats: Write to us.\nsigning: {{key: {KEY.public.minisign}}}\n"
NAMES = [f"text-{number}" for number in range(9)]


@pytest.mark.proof
@pytest.mark.parametrize("many", [5, 9])
def test_the_key_is_set_once_and_never_alone(many: int, tmp_path: Path) -> None:
    texts = {f"briefings/{name}.md": libraries.briefing(title=name.title()) for name in NAMES[:many]}
    pack = f"title: Nights\nformats: [screen]\nfront: [cover, contents]\nbriefings: [{', '.join(NAMES[:many])}]\n"
    project = libraries.written(tmp_path, {"library.yaml": HOUSE, "packs/nights.yaml": pack, **texts})
    said = libraries.here(project, "build", "nights", "--date", libraries.DATE, "--jobs", "1")
    assert said.code == 0, said
    pages = extract_page_texts((project / "output/packs/nights/nights.pdf").read_bytes())
    (page,) = [text for text in pages if KEY.public.minisign[:14] in text]
    assert "About this pack" in page
