"""The catalogue is made in every state that a text, a version, an edition and a recall can have."""

from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import get_args

import pytest

from pipeline.model.source.briefing import Status
from pipeline.services.editions.status import StateWord, status_pages
from pipeline.services.site.site import generated_site_files
from pipeline.services.site.values import Catalogue
from tests.support.colleges.doing import done, on
from tests.support.compose import samples
from tests.support.editions.issued_library import issue, library, new_version
from tests.support.project import files_in
from tests.support.site_catalogue import catalogue, issued
from tests.support.words import WORDBOOK

NOW: tuple[StateWord, ...] = get_args(StateWord)
SHOWN = (Status.PUBLISHED, Status.SUPERSEDED, Status.WITHDRAWN)


def site(statuses: tuple[Status, ...], states: tuple[StateWord, ...]) -> Catalogue:
    """A catalogue with a text of each status; each text and the pack have an issue in each state."""
    base = catalogue(len(statuses))
    own = tuple(issued(f"5ZK8D{n}", "Text", f"1.{n}", state) for n, state in enumerate(states))
    texts = [replace(base.by_id[f"text-{n}"], status=status, versions=own) for n, status in enumerate(statuses)]
    pack = replace(base.packs[0], editions=own)
    return replace(base, texts=tuple(texts), packs=(pack,), by_id={one.id: one for one in texts})


def pages(made: Catalogue) -> dict[str, str]:
    """The pages of a catalogue and its status pages, by path."""
    files = dict(generated_site_files(made, samples.layouts(), "", {}))
    files |= status_pages(made.coded, made.publisher, made.contact, made.day)
    return {path: content.decode() for path, content in files.items()}


@pytest.mark.parametrize("language", sorted(WORDBOOK.tables))
@pytest.mark.parametrize(("status", "state"), [*product(SHOWN, NOW)])
def test_each_state_alone_is_named_on_its_pages(status: Status, state: StateWord, language: str) -> None:
    words = WORDBOOK.tables[language]
    made = pages(replace(site((status,), (state,)), words=words))
    for page in ("text-0/index.html", "nights/index.html"):
        assert f": {words.say(f'site-state-{state}')}. <a href=" in made[page]
    assert f"<h2>{state.capitalize()}</h2>" in made["v/5zk8d0/index.html"]
    assert ('id="holds"' in made["text-0/index.html"]) == status.is_retired


def test_all_states_are_named_together() -> None:
    made = pages(site(SHOWN, NOW))
    for page in ("nights/index.html", *(f"text-{n}/index.html" for n in range(len(SHOWN)))):
        assert [made[page].count(f": {WORDBOOK.english.say(f'site-state-{state}')}. <a") for state in NOW] == [1] * len(
            NOW
        )


@pytest.mark.proof
@pytest.mark.parametrize("of", ["foot-patrol", "foot-patrol@1.0", "nights", "nights@Autumn 2024"])
def test_the_verb_makes_a_site_while_a_recall_stands_and_after_it_is_lifted(
    of: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(monkeypatch, "2025-01-10")
    project = library(tmp_path / "library")
    assert issue(project, "2024-10-01").code == 0
    new_version(project, "1.1", "A figure is put right", "correction", ("can reduce", "may reduce"))

    def told(*words: str) -> str:
        for command in (words, ("site", "--jobs", "1")):
            done(project, *command)
        site = files_in(project / "output/site")
        return (site["foot-patrol/index.html"] + site["nights/index.html"]).decode()

    assert ": recalled. <a" in told("recall", of, "--reason", "Table 2 is wrong.")
    assert ": recalled. <a" not in told("recall", "recall-1", "--lift", "Table 2 is right.")
