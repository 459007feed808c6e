"""The verb disclose: what is on record of a college, a text or a pack, handed over so that it can be checked."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote

import bagit
import pytest
from lxml import html

from pipeline.build.project import Project
from pipeline.cli.colleges.disclosing import opened, withheld_in
from pipeline.cli.options import SHIPPED
from pipeline.cli.sealing.verifying_bags import bag_in
from pipeline.colleges.disclosure.bag import MINISIGN_TAGS, SSH_TAGS
from pipeline.colleges.disclosure.checking import disclosure_faults, signature_fault
from pipeline.colleges.disclosure.expected import Witnessed
from pipeline.colleges.ledger.kept import file_ledger
from pipeline.core.progress import Voice
from pipeline.editions.issued.records import read_records
from pipeline.editions.sealing.keys import SIGNING_KEY, new_key
from pipeline.editions.sealing.signatures import read_public
from pipeline.load.library.folders import read_files
from tests.support import libraries
from tests.support.colleges.disclosed_library import (
    BRIEFING,
    FILES,
    PEOPLE,
    SECRET,
    done,
    files_in,
    on,
    packed_again,
)
from tests.support.publishing import rewrite

YEAR = ("--college", "north", "--from", "2025-01-01", "--to", "2025-12-31")
PAT = ("--withhold", "Pat Moor")
Bag = dict[str, bytes]


@pytest.fixture(scope="module")
def patch() -> Iterator[pytest.MonkeyPatch]:
    """The environment of the library's days."""
    with pytest.MonkeyPatch.context() as context:
        context.setenv("BRIEFINGS_SMTP_PASSWORD", SECRET)
        on(context, "2026-02-01")
        yield context


@pytest.fixture(scope="module")
def library(disclosed: Path, patch: pytest.MonkeyPatch) -> Path:
    """A library with two colleges and two editions, in its environment."""
    return disclosed


@pytest.fixture(scope="module")
def folder(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bag of one college and one year."""
    place = tmp_path_factory.mktemp("north") / "north-2025"
    done(library, "disclose", *YEAR, *PAT, str(place))
    return place


@pytest.fixture(scope="module")
def bag(folder: Path) -> Bag:
    """Its files, by path."""
    return files_in(folder)


@pytest.fixture(scope="module")
def witnessed(library: Path) -> Witnessed:
    """The library as a bag is held to it."""
    files = read_files(library)
    return Witnessed(files, read_records(files), file_ledger(library).events())


def rows(bag: Mapping[str, bytes], name: str) -> list[dict[str, str]]:
    """The rows of a table in a bag."""
    return list(csv.DictReader(io.StringIO(bag[f"data/{name}"].decode("utf-8-sig"), newline="")))


@pytest.mark.proof
def test_archives_take_it(folder: Path) -> None:
    """It is a bag by the library of BagIt that archives use: complete, and each file as its manifest says."""
    assert bagit.Bag(str(folder)).validate()


def test_it_names_no_person_and_holds_no_secret(bag: Bag) -> None:
    """Of those who are named anywhere in the library, none; whatever a ledger has taken up, no secret of this place."""
    whole = "\n".join(f"{name}\n{content.decode()}" for name, content in bag.items())
    assert [name for name in (*PEOPLE, SECRET) if re.search(re.escape(name), whole, re.IGNORECASE)] == []
    assert "535 [secret withheld] of [address withheld]" in whole
    assert "sent once more: [name withheld] asked for it" in whole


def test_roles_stay(bag: Bag) -> None:
    """Who approved is told by the role, beside a name and alone."""
    approved = {row["edition"]: row["detail"] for row in rows(bag, "events.csv") if row["event"] == "issued"}
    assert approved == {
        "Autumn 2024": "Nights; approved by: [name withheld], head of evidence",
        "Spring 2025": "Nights; approved by: Head of evidence",
    }


def test_a_year_has_what_was_held_and_what_happened_then(bag: Bag) -> None:
    """Copies held since the year before are told from their plan on; later events are not."""
    told = [(row["day"], row["event"], row["college"]) for row in rows(bag, "events.csv") if row["number"]]
    kinds = [(day, event) for day, event, _ in told if event not in ("begun", "committing")]
    assert kinds == [
        *(("2024-10-02", "planned"), ("2024-10-02", "sent"), ("2024-10-09", "received")),
        *(("2025-03-02", "planned"), ("2025-03-02", "sent"), ("2025-03-02", "replaced")),
        *(("2025-03-03", "planned"), ("2025-03-03", "sent"), ("2025-03-04", "failed")),
    ]
    assert {college for _, _, college in told} == {"north"}


def test_files_are_those_that_the_college_got(bag: Bag, library: Path) -> None:
    """As they were issued, byte for byte, in the formats that went there."""
    issued = {name.removeprefix("data/editions/nights/") for name in bag if re.search(r"editions/nights/[^/]+/", name)}
    assert issued == {"001-autumn-2024/nights.txt", "002-spring-2025/nights.txt"}
    record = json.loads((library / "source/editions/nights/002-spring-2025.json").read_bytes())
    digest = next(file["sha256"] for file in record["files"] if file["file"] == "nights.txt")
    assert hashlib.sha256(bag["data/editions/nights/002-spring-2025/nights.txt"]).hexdigest() == digest


def test_anybody_can_follow_the_chain(bag: Bag) -> None:
    """Each event names the hash of the one before; of those given whole, the hash is made of what is given."""
    chain, previous = rows(bag, "ledger.csv"), "0" * 64
    for row in chain:
        assert row["previous"] == previous
        previous = row["digest"]
        if row["given"] == "whole":
            columns = [int(row["number"]), *(row[name] for name in ("at", "kind", "subject", "said", "previous"))]
            assert hashlib.sha256(json.dumps(columns).encode()).hexdigest() == row["digest"]
        elif row["given"] == "hash-only":
            assert not any(row[name] for name in ("at", "kind", "subject", "said"))
    assert {row["given"] for row in chain} == {"whole", "hash-only", "without-names"}


def test_it_says_what_was_left_out_and_why(bag: Bag) -> None:
    """Formats that went to others, sources, records without names, events of others, and what nobody keeps."""
    left = {one["what"]: one["why"] for one in json.loads(bag["data/disclosure.json"])["left_out"]}
    assert left["editions/nights/002-spring-2025/nights.html"] == "It was not sent to north."
    assert "Names of people" in left["editions/nights/001-autumn-2024.json"]
    assert "notes between editors" in left["versions/foot-patrol/1.0: 3 source files"]
    assert any(re.fullmatch(r"\d+ events of the ledger", what) for what in left)
    assert "not kept" in left["Letters, labels, manifests and signatures of 3 deliveries"]
    assert left["3 other lines of the register of copies"] == "Outside of the choice."


def test_its_page_needs_nothing_else(bag: Bag) -> None:
    """No script, nothing from elsewhere; every link leads to a file of the bag, and all that was left out is told."""
    page = html.document_fromstring(bag["data/index.html"])
    assert [one.tag for one in page.iter("script", "link", "img", "iframe", "object")] == []
    assert "url(" not in bag["data/index.html"].decode()
    links = [one.get("href", "") for one in page.iter("a")]
    assert len(links) > 8
    assert [link for link in links if f"data/{unquote(link)}" not in bag] == []
    words = "".join(map(str, page.itertext()))
    for one in json.loads(bag["data/disclosure.json"])["left_out"]:
        assert one["what"] in words
        assert one["why"] in words
    assert "North Unit, 1 January 2025 to 31 December 2025" in page.findtext(".//h1")


def test_the_same_source_gives_the_same_bytes(
    bag: Bag, library: Path, tmp_path: Path, patch: pytest.MonkeyPatch
) -> None:
    """On another day too, and in an archive: no clock is in it."""
    on(patch, "2026-08-05")
    place = tmp_path / "north-2025.zip"
    done(library, "disclose", *YEAR, *PAT, str(place))
    with zipfile.ZipFile(place) as archive:
        again = {name.removeprefix("north-2025/"): archive.read(name) for name in archive.namelist()}
    assert again == bag
    assert bag_in(place) == bag
    assert b"Bagging-Date: 2026-02-01" in bag["bag-info.txt"]


def test_verify_bears_it_out(library: Path, folder: Path) -> None:
    """The library that it came from finds every file and both chains as they are on record."""
    said = libraries.here(library, "verify", str(folder))
    assert said.code == 0, said
    assert "which: a disclosure: college north, from 2025-01-01, to 2025-12-31" in said.out
    assert "; not signed. The records and the ledger here bear it out. Nobody can say who wrote data/index" in said.out


def changed(bag: Bag, name: str, old: str, new: str) -> Bag:
    """A bag in which a file reads otherwise."""
    assert old in bag[name].decode()
    return {**bag, name: bag[name].replace(old.encode(), new.encode())}


TEXT = "data/editions/nights/002-spring-2025/nights.txt"


def test_what_was_changed_by_the_way_is_found(bag: Bag, witnessed: Witnessed) -> None:
    """A byte, a file that is gone, one that was added: the manifests know."""
    without = {name: content for name, content in bag.items() if name != TEXT}
    assert ("data/events.csv", "was changed") in faults({**bag, "data/events.csv": b"day"}, witnessed)
    assert faults({**bag, "data/more.txt": b""}, witnessed) == [("data/more.txt", "was added")]
    assert faults(without, witnessed) == [(TEXT, "is missing")]
    assert faults({**bag, "bag-info.txt": b""}, witnessed) == [("bag-info.txt", "was changed")]
    assert faults({**bag, "data/.DS_Store": b""}, witnessed) == []


def faults(bag: Mapping[str, bytes], witnessed: Witnessed) -> list[tuple[str, str]]:
    """The faults of a bag."""
    return list(disclosure_faults(bag, witnessed))


def test_a_bag_is_signed_where_the_library_names_a_key(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that was changed and packed again has no signature; without the key nothing is handed over."""
    libraries.copied(library.parent / "archive", tmp_path / "archive")
    project = libraries.copied(library, tmp_path / "library")
    public = new_key(tmp_path / "signing.key", project).public.minisign
    with (project / "source/library.yaml").open("a", encoding="utf-8") as file:
        file.write(f"signing: {{key: {public}}}\n")
    monkeypatch.delenv(SIGNING_KEY, raising=False)
    said = libraries.here(project, "disclose", *YEAR, str(tmp_path / "bag"))
    assert (said.code, f"{SIGNING_KEY} is not set." in said.err, (tmp_path / "bag").exists()) == (1, True, False)
    monkeypatch.setenv(SIGNING_KEY, str(tmp_path / "signing.key"))
    done(project, "disclose", *YEAR, str(tmp_path / "bag"))
    assert bagit.Bag(str(tmp_path / "bag")).validate()
    assert "signed by our key." in done(project, "verify", str(tmp_path / "bag")).out
    signed = files_in(tmp_path / "bag")
    assert public in signed["data/index.html"].decode()
    keys = (read_public(public),)
    assert signature_fault(signed, keys) == ""
    forged = packed_again(changed(signed, "data/index.html", "Head of evidence", "Nobody"))
    assert signature_fault(forged, keys) == "is not signed by the publisher's key"
    assert signature_fault({**signed, SSH_TAGS: b""}, keys) == f"has another signature in {SSH_TAGS}"
    without = {name: content for name, content in signed.items() if name != MINISIGN_TAGS}
    assert signature_fault(without, keys) == f"is not signed: {MINISIGN_TAGS} is missing"
    assert signature_fault(signed, ()) == "is signed, and library.yaml names no key ('signing:')"
    (tmp_path / "bag/tagmanifest-sha256.txt").write_bytes(forged["tagmanifest-sha256.txt"])
    said = libraries.here(project, "verify", str(tmp_path / "bag"))
    assert (said.code, "error verify-key: Not ours: tagmanifest-sha256.txt is not signed" in said.err) == (1, True)


def test_verify_names_what_is_wrong(library: Path, folder: Path, tmp_path: Path) -> None:
    """Each file with what became of it; an archive that was damaged too."""
    place = libraries.copied(folder, tmp_path / "bag")
    (place / TEXT).write_text("Other words.", encoding="utf-8")
    said = libraries.here(library, "verify", str(place))
    assert said.code == 1
    assert f"error verify-file: {TEXT} was changed." in said.err
    assert "1 thing in it is not as on record." in said.out


def test_words_that_people_typed_are_shown(library: Path, tmp_path: Path) -> None:
    """The command cannot know every name: it shows what a person must read before it goes out."""
    said = done(library, "disclose", *YEAR, str(tmp_path / "bag"))
    assert "Read these before you hand it on" in said.out
    assert "sent once more: Pat Moor asked for it" in said.out
    assert "issued on 1 March 2025: Nights; approved by: Head of evidence" in said.out
    assert "published on" not in said.out


def test_a_file_that_the_archive_lacks_is_told(library: Path, tmp_path: Path) -> None:
    """The bag is made all the same, says so, and holds; the command ends with 1."""
    libraries.copied(library.parent / "archive", tmp_path / "archive")
    project = libraries.copied(library, tmp_path / "library")
    record = json.loads((project / "source/editions/nights/002-spring-2025.json").read_bytes())
    digest = next(file["sha256"] for file in record["files"] if file["file"] == "nights.txt")
    (tmp_path / "archive/sha256" / digest[:2] / digest).unlink()
    said = libraries.here(project, "disclose", *YEAR, *PAT, str(tmp_path / "bag"))
    assert said.code == 1
    assert "The archive does not have 'nights.txt' of Spring 2025 ('nights')." in said.err
    about = json.loads((tmp_path / "bag/data/disclosure.json").read_bytes())
    assert {"what": TEXT.removeprefix("data/"), "why": "The archive does not have it.", "sha256": digest} in about[
        "left_out"
    ]
    assert done(project, "verify", str(tmp_path / "bag"))


def test_a_briefing_and_a_pack_are_disclosed_with_all_colleges(library: Path, tmp_path: Path) -> None:
    """Who got them, all that was issued of them, and the recall."""
    done(library, "disclose", "--briefing", "foot-patrol@1.0", "--pack", "nights", str(tmp_path / "bag"))
    found = files_in(tmp_path / "bag")
    told = rows(found, "events.csv")
    assert {row["college"] for row in told if row["event"] == "sent"} == {"north", "south"}
    assert [row["copies"] for row in told if row["event"] == "recalled"] == ["text: 2 copies"]
    assert "data/editions/nights/002-spring-2025/nights.html" in found


def test_files_with_names_wait_for_a_word(library: Path, tmp_path: Path) -> None:
    """An issued file that names somebody is left out with its hash, or given as it was published."""
    patrol = ("--withhold", "Foot patrol")
    done(library, "disclose", *YEAR, *patrol, str(tmp_path / "without"))
    about = json.loads((tmp_path / "without/data/disclosure.json").read_bytes())
    assert "It names people, as it was published: --named-files gives it." in [one["why"] for one in about["left_out"]]
    assert about["files"] == []
    done(library, "disclose", *YEAR, *patrol, "--named-files", str(tmp_path / "with"))
    assert b"Foot patrol" in (tmp_path / "with" / TEXT).read_bytes()
    assert b"given as they were published" in (tmp_path / "with/data/index.html").read_bytes()
    assert done(library, "verify", str(tmp_path / "with"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--college", "nort"), "There is no college 'nort'. Did you mean 'north'?"),
        (("--pack", "night"), "There is no pack 'night'. Did you mean 'nights'?"),
        (("--briefing", "foot-patrl"), "There is no briefing 'foot-patrl'. Did you mean 'foot-patrol'?"),
        (("--briefing", "foot-patrol@2.0"), "There is no version 'foot-patrol@2.0'. Did you mean 'foot-patrol@1.0'?"),
        (("--from", "2025-02-01", "--to", "2025-01-01"), "--from 2025-02-01 is after --to 2025-01-01."),
        (("--from", "1.2.2025"), "'1.2.2025' is no date. Write it like 2026-04-26."),
        (
            ("--college", "south", "--to", "2024-01-31"),
            "Nothing is on record of this: south, until 31 January 2024.",
        ),
        (("--date", "2025-01-01"), "--date 2025-01-01 is before the newest that is on record, of 2026-02-01."),
        (("--withhold", "Nights"), "--withhold Nights: 'nights' is what something on record is known by"),
        (("--withhold", "spring 2025"), "'Spring 2025' is what something on record is known by"),
    ],
)
def test_what_cannot_be_is_refused(library: Path, tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    """With a sentence, and nothing is written."""
    found = libraries.here(library, "disclose", *arguments, str(tmp_path / "bag"))
    assert found.code == 2
    assert said in found.err
    assert not (tmp_path / "bag").exists()


def test_nothing_is_written_over(library: Path, tmp_path: Path) -> None:
    """A file, a folder and a place among the sources are refused as they are."""
    (tmp_path / "bag").mkdir()
    (tmp_path / "bag.zip").write_bytes(b"mine")
    for name in ("bag", "bag.zip"):
        said = libraries.here(library, "disclose", str(tmp_path / name))
        assert (said.code, f"{tmp_path / name} is there already: name a new file." in said.err) == (2, True)
    assert (tmp_path / "bag.zip").read_bytes() == b"mine"
    said = libraries.here(library, "disclose", str(library / "source/bag"))
    assert (said.code, "A disclosure cannot lie in source/" in said.err) == (2, True)


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("..", "is no name for a new file or folder."),
        ("source/library.yaml/bag", "is a file."),
        (".ledger/bag", "in the archive or beside the ledger"),
        ("../archive/bag.zip", "in the archive or beside the ledger"),
    ],
)
def test_places_that_cannot_hold_it_are_refused(library: Path, place: str, said: str) -> None:
    """Before anything is made; what the library keeps is left alone."""
    found = libraries.here(library, "disclose", str(library / place))
    assert (found.code, said in found.err) == (2, True), found
    assert not (library / place / "data").exists()


def test_a_library_without_a_past_says_so(tmp_path: Path) -> None:
    """And writes nothing."""
    project = libraries.written(tmp_path / "library", {name: FILES[name] for name in ("library.yaml", BRIEFING)})
    said = libraries.here(project, "disclose", str(tmp_path / "bag"))
    assert (said.code, "Nothing is on record yet." in said.err) == (2, True), said


def test_common_words_are_taken_out_of_words_alone(library: Path, tmp_path: Path) -> None:
    """Names may be words: what the bag is made of stays whole, and holds."""
    words = ("May", "Head", "Official", "Versions", "Record")
    done(library, "disclose", *YEAR, *(part for word in words for part in ("--withhold", word)), str(tmp_path / "bag"))
    found = files_in(tmp_path / "bag")
    assert "approved by: [name withheld] of evidence" in found["data/events.csv"].decode()
    assert b"<h2>Versions that were published</h2>" in found["data/index.html"]
    assert done(library, "verify", str(tmp_path / "bag"))


def test_those_are_withheld_who_made_any_version(library: Path, tmp_path: Path) -> None:
    """Packs hold texts, and earlier versions of them, that nobody asked about."""
    project = libraries.copied(library, tmp_path / "library")
    rewrite(project, BRIEFING, ("Aisha Rahman", "New Writer"))
    opened_again = Project(project, SHIPPED, Voice())
    people = withheld_in(opened_again, opened(opened_again)).people
    assert {"Aisha Rahman", "New Writer"} <= people


def test_what_does_not_hold_is_not_handed_over(library: Path, tmp_path: Path) -> None:
    """A ledger or a record that was changed says nothing that others may rely on."""
    libraries.copied(library.parent / "archive", tmp_path / "archive")
    project = libraries.copied(library, tmp_path / "library")
    record = project / "source/editions/nights/001-autumn-2024.json"
    record.write_text(record.read_text(encoding="utf-8").replace("Lee Hart", "Somebody else"), encoding="utf-8")
    said = libraries.here(project, "disclose", *YEAR, str(tmp_path / "bag"))
    assert (said.code, "error record-broken" in said.err, (tmp_path / "bag").exists()) == (1, True, False)
    assert "Nothing was handed over" in said.out
