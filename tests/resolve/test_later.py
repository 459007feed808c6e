"""What is read but does nothing yet is told at its place, by `check` as by `build`."""

from __future__ import annotations

from tests.resolve.small import briefing, codes, imprint, pack


def test_a_print_edition_needs_a_printer() -> None:
    """Without a profile it is grey, and the library is told once."""
    assert codes(imprint("formats: [screen, epub, html, print]\n")) == ["print-no-profile"]
    assert codes(pack("briefings: [foot-patrol]\nformats: [print]\n"), briefing()) == ["print-no-profile"]
    assert codes(imprint("print: {profile: x}\nformats: [screen, epub, html, print]\n")) == []


def test_sections_of_packs_are_told() -> None:
    """A pack is made in every format, but it has not every section yet."""
    known = "briefings: [foot-patrol]\nformats: [screen, epub, html]\nfront: [series, note-pages]\n"
    known += "back: [practice-register, evidence-by-outcome, evidence-gaps, acronyms, changes, index]\n"
    found = codes(briefing(), pack(known))
    assert found == ["pack-section-later"] * 7
