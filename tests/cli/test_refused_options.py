"""Options that are refused together, so that none is ignored."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.project import IMPRINT, Said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--override", "a=x", "--override", "a=y"), "--override names 'a' twice. Give one reason for it."),
        (("--explain",), "--explain does not go with --copies."),
    ],
)
def test_copies_refuse_what_they_would_ignore(
    options: tuple[str, ...], said: str, tmp_path: Path, briefings: Callable[..., Said]
) -> None:
    """Exit 2, before anything is read."""
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "library.yaml").write_text(IMPRINT, encoding="utf-8")
    refused = briefings(tmp_path, "build", "pack", "--copies", *options)
    assert (refused.code, said in refused.err) == (2, True)


@pytest.mark.parametrize(("verb", "instead"), [("replace", "'briefings deliver PACK'"), ("slip", "'briefings changes")])
def test_a_withdrawn_verb_says_what_to_use_instead(
    verb: str, instead: str, tmp_path: Path, briefings: Callable[..., Said]
) -> None:
    refused = briefings(tmp_path, verb, "pack")
    assert (refused.code, instead in refused.err) == (2, True)
