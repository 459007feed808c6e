"""The live page: what is saved is shown, only what looks different is sent, and a mistake keeps the last page."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from threading import Event
from typing import Any

import pytest
from PIL import Image

from pipeline.services.preview.live_loop import SAVED, start_watch
from tests.support import libraries
from tests.support.preview import Onlooker, browser, live_library

pytestmark = pytest.mark.proof

PAGES = "\n\n".join(
    f"Sentence {number} tells of beats, and of what was found there by night and by day." for number in range(75)
)
FOOT = libraries.briefing(f"{libraries.CITED}\n\n{PAGES}")
PATH = "source/briefings/foot-patrol.md"


@dataclass(frozen=True)
class Live:
    """A library that is shown live, and who looks at its briefing."""

    folder: Path
    pages: Onlooker

    def save(self, text: str, path: str = PATH) -> None:
        """Save a file as editors do: beside its place, and then into it."""
        place = self.folder / path
        beside = place.with_name(f".{place.name}.new")
        beside.write_text(text, encoding="utf-8")
        beside.replace(place)

    def look(self, view: str, name: str = "foot-patrol") -> Onlooker:
        """Somebody who looks at another view."""
        return Onlooker(self.pages.client, f"/of/{name}/{view}")


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A library of one briefing of some pages and a pack of it, whose first pages have come."""
    pack = "title: Nights\nbriefings: [foot-patrol]\n"
    folder = libraries.written(
        tmp_path_factory.mktemp("live"), {"briefings/foot-patrol.md": FOOT, "packs/nights.yaml": pack}
    )
    with live_library(folder, edit=True) as access, browser(access) as client:
        live = Live(folder, Onlooker(client, "/of/foot-patrol/pages"))
        live.pages.next(lambda told: told["pages"])
        yield live


def names(told: dict[str, Any]) -> list[str]:
    return [page["name"] for page in told["pages"]]


def has_error(told: dict[str, Any]) -> bool:
    return any(remark["error"] for remark in told["remarks"] or ())


def with_error(live: Live, told: dict[str, Any]) -> dict[str, Any]:
    """The event that tells an error: it comes after the pages, or as one with them."""
    return told if has_error(told) else live.pages.next(has_error)


def changed(live: Live, text: str) -> tuple[list[str], list[str], dict[str, Any]]:
    """The pictures before and after a text was saved, and what was told."""
    before = names(live.pages.last)
    live.save(text)
    told = live.pages.next(lambda told: names(told) != before)
    return before, names(told), told


def test_a_page_is_shown_as_a_picture_with_its_number(live: Live) -> None:
    first = live.pages.last["pages"][0]
    picture = Image.open(io.BytesIO(live.pages.file(first["name"])))
    assert (picture.format, picture.size) == ("JPEG", (first["width"], first["height"]))
    assert first["alt"] == f"Page 1 of {len(live.pages.last['pages'])}"


def test_only_pages_that_look_different_are_sent(live: Live) -> None:
    before, after, told = changed(live, FOOT.replace("Sentence 74 tells", "Sentence 74 [@hugues2018] tells"))
    different = [number for number, pair in enumerate(zip(before, after, strict=True), 1) if pair[0] != pair[1]]
    assert len(before) > 2
    assert 0 < len(different) < len(before)
    assert 1 not in different
    assert f"Page {different[0]} looks different." in told["state"]
    assert f"Page {different[0]} looks different." in with_error(live, told)["state"]


def test_a_saving_tells_the_line_that_it_changed(live: Live) -> None:
    line = FOOT.splitlines().index(next(row for row in FOOT.splitlines() if "Sentence 40 tells" in row)) + 1
    before = live.pages.last["round"]
    live.save(FOOT.replace("Sentence 40 tells", "Sentence 40 says"))
    told = live.pages.next(lambda told: told["round"] > before and told["holds"])
    assert told["changed"] == {"path": PATH, "line": line}
    listed = json.loads(live.pages.file(told["places"]))
    assert [spot for spot in listed["spots"] if spot[-1] == line]
    assert listed["paths"] == [PATH]


def test_a_mistake_keeps_the_last_page_until_it_is_mended(live: Live) -> None:
    before = names(live.pages.last)
    live.save(FOOT.replace("title: Foot patrol", "title: [Foot patrol"))
    told = live.pages.next(lambda told: not told["holds"])
    remark = next(one for one in told["remarks"] if one["error"])
    assert names(told) == before
    assert [live.pages.file(name)[:2] for name in before] == [b"\xff\xd8"] * len(before)
    assert remark["place"].startswith(f"{PATH}:")
    assert remark["link"].startswith("/edit/foot-patrol?line=2&")
    assert told["state"].startswith("This is the last good version.")
    assert told["changed"] is None
    live.save(FOOT.replace("Sentence 74", "Sentence seventy-four"))
    mended = live.pages.next(lambda told: told["holds"] and not has_error(told))
    assert names(mended) != before


def test_a_mistake_with_which_pages_can_be_made_is_told_over_them(live: Live) -> None:
    before, after, told = changed(live, FOOT.replace("[@hughes2018]", "[@hugues2018]"))
    told = with_error(live, told)
    (remark,) = [one for one in told["remarks"] if one["error"]]
    assert after[0] != before[0]
    assert told["holds"]
    assert remark["code"] == "cite-unknown-key"
    assert "hughes2018" in remark["hint"]
    assert remark["place"].startswith(f"{PATH}:6:")
    changed(live, FOOT)


def test_remarks_of_other_files_stand_apart(live: Live) -> None:
    live.save("hughes2018: {title: A study of beats}\n", "source/references/works.yaml")
    live.save(FOOT.replace("summary:", "sumary:"))
    told = live.pages.next(lambda told: told["remarks"] and told["others"])
    assert {one["at"][0] for one in told["remarks"]} == {PATH}
    assert told["of_others"] == "1 about another file"
    assert told["others"][0]["link"].startswith(f"vscode://file{live.folder}/source/")
    assert "source/references/works.yaml" in {one["at"][0] for one in told["others"]}


def test_the_remarks_are_those_of_check(live: Live, tmp_path: Path) -> None:
    live.save(FOOT.replace("summary:", "sumary:"))
    told = live.pages.next(has_error)
    library = libraries.copied(live.folder, tmp_path / "library")
    said = libraries.here(library, "check", "foot-patrol", "--all", "--date", libraries.DATE).out
    assert all(f"{one['place']}: " in said and one["words"] in said for one in told["remarks"] if one["error"])
    live.save(FOOT)
    live.pages.next(lambda told: told["holds"] and not has_error(told))


def test_the_web_page_is_shown_in_its_frame(live: Live) -> None:
    """The file that a build would make but for its marks of pages; it may run nothing and ask for nothing."""
    web = live.look("web")
    path = web.next(lambda told: told["document"])["document"]
    answer = web.client.get(f"{web.place}/files/{path}")
    assert "Sentence 74 tells of beats" in answer.text
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox allow-same-origin" in policy.split("; ")
    assert "script-src" not in policy
    live.save(FOOT.replace("Sentence 3 tells", "Sentence 3 speaks"))
    told = web.next(lambda told: told["document"] not in ("", path))
    assert "Sentence 3 speaks of beats" in web.file(told["document"]).decode()
    web.leave()


def test_a_pack_is_shown_with_its_folios(live: Live) -> None:
    pack = live.look("pages", "nights")
    told = pack.next(lambda told: told["pages"])
    assert len(told["pages"]) > len(live.pages.last["pages"]) + 1
    pack.leave()


def test_nothing_is_written(live: Live) -> None:
    assert sorted(path.name for path in live.folder.iterdir()) == ["source"]
    assert not [path for path in live.folder.rglob("*") if path.name.endswith(".new")]


WATCH_PATIENCE = 30


@pytest.fixture
def events(tmp_path: Path) -> Iterator[SimpleQueue[str]]:
    """What is told of a library without layouts."""
    (tmp_path / "source").mkdir()
    events, stop = SimpleQueue[str](), Event()
    watch = start_watch(events, tmp_path, stop)
    yield events
    stop.set()
    watch.join(WATCH_PATIENCE)


@pytest.mark.proof
def test_a_folder_that_is_made_later_is_watched(tmp_path: Path, events: SimpleQueue[str]) -> None:
    """The first file in it is told as the folder comes, a later change as it is saved."""
    (tmp_path / "layouts").mkdir()
    assert events.get(timeout=WATCH_PATIENCE) == SAVED
    for number in range(2):
        (tmp_path / "layouts/tokens.css").write_text(f"/* {number} */")
        assert events.get(timeout=WATCH_PATIENCE) == SAVED
