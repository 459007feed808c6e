"""The verb site: the catalogue of a library, and what does not stand in it."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
from referencing import Registry
from referencing.jsonschema import DRAFT7

from pipeline.core.digests import sha256
from tests.support import libraries
from tests.support.editions import issued_library
from tests.support.project import SHARED, files_in
from tests.support.publishing import rewrite
from tests.support.site_library import SECRET_TITLE, broken_links, library, site_of

pytestmark = pytest.mark.proof

SCHEMAS = SHARED / "schemas"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library, with its catalogue."""
    made = library(tmp_path_factory.mktemp("site") / "library")
    site_of(made)
    return made


@pytest.fixture
def site(project: Path) -> dict[str, bytes]:
    """The files of the catalogue by path."""
    return files_in(project / "output/site")


def test_every_link_within_it_leads_somewhere(site: dict[str, bytes]) -> None:
    assert broken_links(site) == []
    assert sum(path.endswith(".html") for path in site) > 10


def test_nothing_in_it_is_marked_higher_than_it_may_be(site: dict[str, bytes]) -> None:
    """Not the text, nor its pack, nor a text that names it, nor a draft; in no page, feed, index or name."""
    for path, content in site.items():
        said = f"{path}\n{content.decode('utf-8', 'replace')}"
        assert not re.search(f"{SECRET_TITLE}|zulu|Deep nights|Undercover|Informants|Unfinished words", said), path
    assert "Foot patrol" in site["series--walking/index.html"].decode()


def test_a_site_for_those_who_may_see_it_shows_it(tmp_path: Path) -> None:
    """A pack that goes out in numbered copies is told of, and not handed out."""
    made = library(tmp_path / "library")
    rewrite(made, "library.yaml", ("formats: [html, text]", "formats: [text]\nsite: {marking: {sensitive: true}}"))
    files = site_of(made)
    assert SECRET_TITLE in files["a-z.html"].decode()
    assert "zulu/zulu.txt" in files
    assert "numbered copies only" in files["deep/index.html"].decode()
    assert not any(path.startswith("deep/") and path != "deep/index.html" for path in files)
    assert broken_links(files) == []


def test_published_versions_tell_their_state_and_lead_to_their_status_pages(tmp_path: Path) -> None:
    """Those of the text that the catalogue shows; once it is marked too high none is left."""
    made = issued_library.library(tmp_path / "library")
    change = ("can reduce", "may reduce")
    issued_library.new_version(made, "1.1", "A finding is put more carefully", "substantive", change)
    files = site_of(made)
    page = files["foot-patrol/index.html"].decode()
    states = re.findall(r'<li>(1\.\d), [^:]*: (\w+)\. <a href="\.\./(v/[0-9a-z]+/index\.html)">Code', page)
    assert [(version, state) for version, state, _ in states] == [("1.1", "current"), ("1.0", "superseded")]
    assert "<h2>Superseded</h2>" in files[states[1][2]].decode()
    assert broken_links(files) == []
    rewrite(made, issued_library.BRIEFING, ("status: published", "status: published\nmarking: {sensitive: true}"))
    handed = "front: [cover, contents]\nmarking: {sensitive: true}\nrecipients: [south]"
    rewrite(made, "packs/nights.yaml", ("front: [contents]", handed))
    left = site_of(made)
    assert not [path for path in left if path.startswith(("v/", "foot-patrol/", "nights/"))]


def test_again_nothing_is_written_and_what_is_gone_goes(tmp_path: Path) -> None:
    """Files that somebody has taken away are written again."""
    made = library(
        tmp_path / "library",
        **{"briefings/other.md": libraries.briefing(status="published", first_published="2023-05-02")},
    )
    rewrite(made, "library.yaml", ("formats: [html, text]", "formats: [text]"))
    first = site_of(made)
    again = libraries.here(made, "site", "--date", libraries.DATE, "--jobs", "1")
    assert "0 written, 0 removed" in again.out
    (made / "output/site/index.html").unlink()
    assert site_of(made) == first
    (made / "source/briefings/other.md").unlink()
    last = site_of(made)
    assert {path for path in first if path not in last} == {"other/index.html", "other/other.txt"}
    assert not (made / "output/site/other").exists()


def test_a_folder_of_somebody_is_left_alone(project: Path, tmp_path: Path) -> None:
    """A catalogue is written into a new folder, or over one."""
    (tmp_path / "letter.txt").write_text("Dear all")
    said = libraries.here(project, "site", str(tmp_path), "--date", libraries.DATE, "--jobs", "1")
    assert said.code == 2
    assert "holds other files than a catalogue" in said.err
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_an_error_in_the_source_leaves_the_catalogue_as_it_is(tmp_path: Path) -> None:
    """What others read is not made of half a build."""
    made = library(tmp_path / "library")
    rewrite(made, "library.yaml", ("formats: [html, text]", "formats: [text]"))
    before = site_of(made)
    rewrite(made, "briefings/foot-patrol.md", ("[@hughes2018]", "[@nobody]"))
    said = libraries.here(made, "site", "--date", libraries.DATE, "--jobs", "1")
    assert said.code == 1
    assert "No catalogue was made" in said.out
    assert files_in(made / "output/site") == before


def test_the_feeds_say_what_there_is(site: dict[str, bytes]) -> None:
    """With sizes and types; no moment but those of the histories stands in them."""
    feed = json.loads(site["opds.json"])
    assert [one["metadata"]["title"] for one in feed["publications"]] == ["Nights", "Foot patrol", "Street lighting"]
    link = feed["publications"][1]["links"][1]
    assert link["href"] == "https://briefings.northmoor.example/foot-patrol/read.html"
    assert link["size"] > 1000
    moments = {
        said for path in ("opds.json", "atom.xml") for said in re.findall(r"\d{4}-\d\d-\d\dT", site[path].decode())
    }
    assert moments == {"2023-05-02T"}
    record = json.loads(re.findall(r'ld\+json">(.*?)</script>', site["foot-patrol/index.html"].decode())[0])
    assert (record["@type"], record["version"], record["url"]) == (
        "Report",
        "1.0",
        "https://briefings.northmoor.example/foot-patrol",
    )


def test_feeds_and_manifests_are_valid_by_their_schemas(site: dict[str, bytes]) -> None:
    """OPDS 2.0 and Readium's manifest; their patterns are JavaScript's, and Python writes named groups otherwise."""
    if not SCHEMAS.is_dir():
        pytest.skip("the schemas of OPDS and Readium are not on this machine")
    plain = [json.loads(re.sub(r"\(\?<([a-zA-Z])", r"(?P<\1", path.read_text())) for path in SCHEMAS.rglob("*.json")]
    registry = Registry().with_resources((one["$id"], DRAFT7.create_resource(one)) for one in plain if "$id" in one)

    def faults(end: str, path: str) -> list[str]:
        (schema,) = (one for one in plain if one.get("$id", "").endswith(end))
        found = jsonschema.Draft7Validator(schema, registry=registry).iter_errors(json.loads(site[path]))
        return [f"{list(fault.path)}: {fault.message[:90]}" for fault in found]

    assert faults("opds.io/schema/feed.schema.json", "opds.json") == []
    assert faults("webpub-manifest/schema/publication.schema.json", "foot-patrol/manifest.json") == []


def test_files_of_an_issued_edition_are_those_that_were_issued(tmp_path: Path) -> None:
    """Whatever today's build says; and none, which the command says, where the archive does not have them."""
    made = issued_library.library(
        tmp_path / "library", **{"library.yaml": issued_library.HOUSE + "address: https://a.b\n"}
    )
    assert issued_library.issue(made, "2024-10-01").code == 0
    record = json.loads((made / "source/editions/nights/001-autumn-2024.json").read_text(encoding="utf-8"))
    issued_library.new_version(made, "1.1", "Put more carefully", "substantive", ("can reduce", "may reduce"))
    files = site_of(made)
    assert sha256(files["nights/nights.txt"]) == record["files"][0]["sha256"]
    for file in (tmp_path / "archive").rglob(f"*{record['files'][0]['sha256'][2:]}*"):
        file.unlink()
    said = libraries.here(made, "site", "--date", "2024-11-02", "--jobs", "1")
    assert said.code == 0
    assert "No file of 'nights' is handed out, as Autumn 2024 was issued. The archive does not have" in said.err
    assert "nights/nights.txt" not in files_in(made / "output/site")
    assert broken_links(files_in(made / "output/site")) == []
