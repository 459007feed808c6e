"""A hint does not lead into the next mistake, and one slip of the margin is told once."""

from __future__ import annotations

import pytest

from tests.load.library_remarks import HEAD, told

PACK = "title: P\nbriefings: [x]\n{more}"
BRIEFING = {"briefings/x.md": HEAD.format(more="", body="Words.")}
FORMATS = "screen, print, large-print, booklet, epub, html, text"


@pytest.mark.parametrize(
    ("more", "hint"),
    [
        ("formats: pdf\n", f"Write one or more of {FORMATS} in square brackets: [screen]."),
        ("formats: print\n", "Write [print], or one entry to a line after '- '."),
        ("formats: print, epub\n", "Write [print, epub], or one entry to a line after '- '."),
        ("recipients: Big College\n", "Write […, …], or one entry to a line after '- '."),
        ("recipients: '!'\n", "Write […, …], or one entry to a line after '- '."),
    ],
)
def test_an_entry_is_offered_only_where_it_would_be_known(more: str, hint: str) -> None:
    """What stands in brackets in the hint can be read; of names that only the library knows, the form alone is said."""
    said = told(BRIEFING | {"packs/p.yaml": PACK.format(more=more)})
    assert [hint for place, hint in said if place.endswith("value-wrong")] == [hint]


@pytest.mark.parametrize(
    ("more", "hint"),
    [
        ("references: 5\n", "Write […, …], or one entry to a line after '- '."),
        ("references: see below\n", "Write […, …], or one entry to a line after '- '."),
        ("tags: drugs\n", "Write […, …], or one entry to a line after '- '."),
        ("related: Foot patrol\n", "Write […, …], or one entry to a line after '- '."),
        ("practice:\n  - {text: Walk., sources: 5}\n", "Write […, …], or one entry to a line after '- '."),
        ("teaching: {outcomes: Name a harm.}\n", "Write [Name a harm.], or one entry to a line after '- '."),
    ],
)
def test_no_work_tag_or_text_is_offered_that_may_not_be_there(more: str, hint: str) -> None:
    """Whether there is one of such a name is not known where the front matter is read; free words may stand there."""
    said = told({"briefings/x.md": HEAD.format(more=more, body="Words.")})
    assert [hint for place, hint in said if place.endswith("value-wrong")] == [hint]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (
            "history:\n  - version: 1.0\ndate: 2020-01-01\nkind: first\n",
            [
                (
                    "6:1 unknown-key",
                    "'date' and 'kind' belong to the entry of 'history' above: indent them by 4 spaces.",
                ),
                ("5:5 field-missing", "Add a line 'summary: …'. Until then this entry of 'history' is left out."),
            ],
        ),
        (
            "history:\n- version: 1.0\n  date: 2020-01-01\n  summary: First.\nkind: first\n",
            [("8:1 unknown-key", "'kind' belongs to the entry of 'history' above: indent it by 2 spaces.")],
        ),
        (
            "history:\n  - {version: 1.0, date: 2020-01-01, summary: First.}\nkind: first\n",
            [("6:1 unknown-key", "'kind' belongs to the entry of 'history' above: write it into its braces.")],
        ),
        (
            "evidence:\n  method_note: Words.\nstrength: strong\n",
            [("6:1 unknown-key", "'strength' belongs to 'evidence' above: indent it by 2 spaces.")],
        ),
    ],
)
def test_a_key_at_the_margin_belongs_to_the_entry_above(more: str, expected: list[tuple[str, str]]) -> None:
    """Its entry is taken as it was meant, so that nothing else is told of it."""
    said = told({"briefings/x.md": HEAD.format(more=more, body="Words.")})
    assert sorted(said) == sorted(expected)


def test_a_key_that_no_entry_above_has_is_told_as_before() -> None:
    """Nothing is guessed of it."""
    more = "history: []\nfirst_publised: 2020-01-01\n"
    assert told({"briefings/x.md": HEAD.format(more=more, body="Words.")})[0][1] == "Did you mean 'first_published'?"
