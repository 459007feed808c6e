"""Letters as web pages, in a browser: the mail with a delivery, its links, and the notice of a recall."""

from pathlib import Path

import pytest

from pipeline.services.colleges.letters import format_letter_as_html
from tests.reading.browser import told

pytestmark = pytest.mark.proof

FAULTS = ("asked", "sideways", "outside", "clipped", "violations")
LETTER = f"""\
The files are too large for an email. Download each one, and save it with the attached files:
- nights-autumn-2026.pdf: https://files.northmoor.example/{"0123456789abcdef" * 4}/nights-autumn-2026.pdf

Nights
Autumn 2026

For Fellbrook Learning Unit
Produced 1 October 2026

The key that signs it is RWRjDc0pZsQzZgABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f.

Please answer by mail to evidence@northmoor.example:
- Delivery oldkmsnh
- [ ] We have it, and it is whole.
"""


def test_a_letter_is_open_to_all(tmp_path: Path) -> None:
    """Axe finds nothing, wide and narrow, in light and dark; a long address makes no page wider."""
    (tmp_path / "letter.html").write_text(
        format_letter_as_html("Nights, Autumn 2026", LETTER, "en-GB"), encoding="utf-8"
    )
    found = told("page.mjs", tmp_path / "letter.html")
    assert len(found) == 4
    assert [(one["width"], kind, one[kind]) for one in found for kind in FAULTS if one[kind]] == []
