"""Options that are refused together, so that none is ignored."""

from collections.abc import Callable
from pathlib import Path

import click
import pytest

from pipeline.cli.options import override_option
from tests.support.project import Said


def test_build_names_the_verb_that_makes_copies(tmp_path: Path, briefings: Callable[..., Said]) -> None:
    refused = briefings(tmp_path, "build", "pack", "--copies")
    assert refused.code == 2
    assert "'--copies' was withdrawn in release 2. Issue the pack, then: briefings copies PACK." in refused.err


@pytest.mark.every_service
def test_a_reason_is_given_once(tmp_path: Path, briefings: Callable[..., Said]) -> None:
    refused = briefings(tmp_path, "copies", "pack", "--override", "a=x", "--override", "a=y")
    assert (refused.code, "--override names 'a' twice. Give one reason for it." in refused.err) == (2, True)


def test_the_present_and_a_former_code_of_one_message_share_a_reason() -> None:
    @click.command()
    @override_option("CODE=REASON", "")
    def verb(reasons: dict[str, str]) -> dict[str, str]:
        return reasons

    overrides = ("proof-tags=a", "proof-untagged=b", "proof-mapping=a", "other=c")
    arguments = [argument for override in overrides for argument in ("--override", override)]
    assert verb.main(arguments, standalone_mode=False) == {"proof-tags": "a; b", "other": "c"}


@pytest.mark.every_service
@pytest.mark.parametrize(("verb", "instead"), [("replace", "'briefings deliver PACK'"), ("slip", "'briefings changes")])
def test_a_withdrawn_verb_says_what_to_use_instead(
    verb: str, instead: str, tmp_path: Path, briefings: Callable[..., Said]
) -> None:
    refused = briefings(tmp_path, verb, "pack")
    assert (refused.code, instead in refused.err) == (2, True)
