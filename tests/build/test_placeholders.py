"""A library with a mistake still builds: a word in place of what is missing, DRAFT on the page, the rest as ever."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.core.messages import present
from tests.support.project import ROOT, Said, sample

FOLDER = ROOT / "tests" / "codes"
DAY = "2026-11-25"
SOUND = """---
title: Sound advice
summary: What is right with it.
status: published
version: 1.0
first_published: 2022-01-01
---

Nothing is wrong here.
"""

SHOWN = {
    "cite-unknown-key": "[hughs2018: not found]",
    "character-without-glyph": "[U+13143]",
    "division-stray": "[:::]",
    "figure-kind": "[beat.png: cannot be shown]",
    "figure-missing": "[beet.svg: cannot be shown]",
    "figure-alt-empty": "[no alternative text]",
    "figure-no-alt": "[no alternative text]",
    "figure-outside": "[figure]",
    "figure-unsafe": "[beat.svg: cannot be shown]",
    "footnote-calls-itself": "[^places]",
    "footnote-duplicate": "[note places: written twice]",
    "footnote-unknown": "[^places]",
    "link-no-address": "the study[no address]",
    "link-scheme": "[file:///C:/beats.pdf]",
    "link-unknown-anchor": "[#finding: not found]",
    "briefing-unknown": "[briefing:hot-spots: not found]",
    "link-unknown-briefing-anchor": "[briefing:hot-spots#finding: not found]",
    "link-unknown-text": "[../costing.md: not found]",
    "link-without-words": "[#fall: has no words]",
    "nesting-deep": "[left out: nested too deeply]",
    "practice-no-caveat": "[no caveat]",
    "practice-no-ref": "[no record and no caveat]",
    "practice-unknown-ref": "[night-wach: no record and no caveat]",
    "raw-html": "[<video>]",
    "words-missing": "[heading]",
}
"""What the reader of the draft sees where something is missing, by the mistake."""

UNREADABLE = (
    "file-not-text", "front-matter-missing", "front-matter-open", "yaml-alias", "yaml-syntax", "yaml-too-deep",
    "pack-member-broken", "pack-member-gone", "marking-too-high", "marking-unreadable",
)  # fmt: skip
"""Mistakes that leave no briefing to build: no front matter, no title, or a marking that forbids it."""

BUILDS = tuple(
    path.parent.parent.parent.name for path in sorted(FOLDER.glob("*/source/briefings/foot-patrol.md"))
    if ": error " in (path.parent.parent.parent / "expected.txt").read_text(encoding="utf-8")
) + tuple(
    path.parent.parent.parent.parent.name for path in sorted(FOLDER.glob("*/source/briefings/foot-patrol/briefing.md"))
    if ": error " in (path.parent.parent.parent.parent / "expected.txt").read_text(encoding="utf-8")
)  # fmt: skip
"""The codes of errors whose library has the briefing 'foot-patrol'."""

PUBLISHED = b"\nstatus: published\nfirst_published: 2022-01-01\n---\n"
"""What makes a briefing of a folder one that is not a draft by itself."""

Build = Callable[[str], tuple[Said, dict[str, str]]]


@pytest.fixture
def build(tmp_path: Path, briefings: Callable[..., Said]) -> Build:
    """Build a code's library, its briefing published and beside a sound one: what was said, and the pages by id."""

    def run(code: str) -> tuple[Said, dict[str, str]]:
        shutil.copytree(FOLDER / code / "source", tmp_path / "source")
        folder = tmp_path / "source" / "briefings"
        for path in folder.glob("**/*.md"):
            if b"\nstatus:" not in (content := path.read_bytes()):
                path.write_bytes(content.replace(b"\n---\n", PUBLISHED, 1))
        (folder / "sound-advice.md").write_text(SOUND, encoding="utf-8")
        said = briefings(tmp_path, "build", "--format", "html", "--jobs", "1", "--date", DAY)
        pages = (tmp_path / "output" / "briefings").glob("*/*.html")
        return said, {page.stem: _text(page.read_text(encoding="utf-8")) for page in pages}

    return run


def _text(page: str) -> str:
    page = re.sub(r"<(head|style|script)\b.*?</\1>", "", page, flags=re.DOTALL)
    return re.sub(r"<[^>]+>", "", page).replace("&lt;", "<").replace("&gt;", ">")


@pytest.mark.proof
@pytest.mark.parametrize("code", sample(BUILDS, len(BUILDS) // 2))
def test_a_mistake_stamps_its_briefing_and_spares_the_rest(code: str, build: Build) -> None:
    said, pages = build(code)
    assert (said.code, "Traceback" in said.err) == (1, False)
    assert f" {present(code)}: " in said.err
    in_library = "source/library.yaml:" in said.err and code != "contrast-low"
    assert ("DRAFT" in pages["sound-advice"]) == in_library
    assert ("foot-patrol" in pages) == (code not in UNREADABLE)
    own = ": error " in "".join(line for line in said.err.splitlines() if line.startswith("source/briefings/foot-pat"))
    if "foot-patrol" in pages and own:
        assert "DRAFT" in pages["foot-patrol"]
    assert SHOWN.get(code, "") in pages.get("foot-patrol", "")


@pytest.mark.parametrize("code", [code for code in SHOWN if code not in BUILDS])
def test_what_is_missing_stamps_even_where_it_is_a_warning(code: str, build: Build) -> None:
    said, pages = build(code)
    assert said.code == 0
    assert SHOWN[code] in pages["foot-patrol"]
    assert "DRAFT" in pages["foot-patrol"]


def test_a_pack_is_made_in_the_one_format_that_it_lists(
    library: Callable[..., Path], briefings: Callable[..., Said]
) -> None:
    pack = "title: Beats\nbriefings: [sound-advice]\nformats: [html]\n"
    project = library({"briefings/sound-advice.md": SOUND, "packs/beats.yaml": pack})
    said = briefings(project, "build", "beats", "--jobs", "1", "--date", DAY)
    assert said.code == 0
    assert [path.name for path in (project / "output" / "packs").rglob("*.*")] == ["beats.html"]
