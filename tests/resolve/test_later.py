"""What is read but does nothing yet is told at its place, by `check` as by `build`."""

from __future__ import annotations

from tests.support.resolve.library_parts import briefing, codes, imprint, pack


def test_a_print_edition_needs_a_printer() -> None:
    assert codes(imprint("formats: [screen, epub, html, print]\n")) == ["print-no-profile"]
    assert codes(pack("briefings: [foot-patrol]\nformats: [print]\n"), briefing()) == ["print-no-profile"]
    assert codes(imprint("print: {profile: x}\nformats: [screen, epub, html, print]\n")) == []
