"""Editions as others take them: a statement that in-toto's own library reads, and a bag that BagIt's own validates."""

from __future__ import annotations

import json
from pathlib import Path

import bagit
import pytest
from google.protobuf.json_format import ParseDict
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement

from pipeline.build.project import Project
from pipeline.cli.editions.handing_out import hand_out, hand_out_bag
from pipeline.cli.options import SHIPPED
from pipeline.core.errors import UsageError
from pipeline.core.progress import Voice
from pipeline.editions.issued.exports import statement
from tests.support import libraries
from tests.support.editions.records import NAMES, chain, content
from tests.support.publishing import files_of

ONE = chain()[1]
FILES = {"nights.txt": content(NAMES[1])}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A library, for its publisher."""
    house = "title: T\npublisher: Northmoor Institute\ncontact: briefings@northmoor.example\n"
    return Project(libraries.written(tmp_path / "library", {"library.yaml": house}), SHIPPED, Voice())


def test_the_statement_is_one_of_in_toto() -> None:
    """Its subjects are the files; it rests on the wordings."""
    said = json.loads(statement(ONE))
    parsed = ParseDict(said, statement_pb2.Statement())
    Statement.copy_from_pb(parsed).validate()
    assert [(one["name"], one["digest"]["sha256"]) for one in said["subject"]] == [
        (file.file, file.sha256) for file in ONE.record.files
    ]
    rests_on = said["predicate"]["buildDefinition"]["resolvedDependencies"]
    digest = ONE.record.briefings[0].digest
    assert rests_on == [{"name": "patrol@1.2", "digest": {"sha256": digest.removeprefix("words/1:")}}]


def test_the_bag_is_valid_and_a_byte_added_is_found(project: Project, tmp_path: Path) -> None:
    hand_out_bag(project, ONE, FILES, tmp_path / "bag")
    bag = bagit.Bag(str(tmp_path / "bag"))
    bag.validate()
    assert bag.info["External-Description"] == "Nights, Spring 2024"
    assert (bag.info["Source-Organization"], bag.info["Bagging-Date"]) == ("Northmoor Institute", "2024-02-01")
    held = tmp_path / "bag/data/nights.txt"
    held.write_bytes(held.read_bytes() + b".")
    with pytest.raises(bagit.BagError):
        bagit.Bag(str(tmp_path / "bag")).validate()


def test_two_bags_of_one_edition_are_the_same(project: Project, tmp_path: Path) -> None:
    bags = []
    for name in ("one", "other"):
        hand_out_bag(project, ONE, FILES, tmp_path / name)
        bags.append({path.relative_to(tmp_path / name): said for path, said in files_of(tmp_path / name).items()})
    assert bags[0] == bags[1]


def test_nothing_is_handed_out_over_another_folder(project: Project, tmp_path: Path) -> None:
    """An empty one is filled."""
    (tmp_path / "empty").mkdir()
    hand_out(FILES, tmp_path / "empty")
    assert (tmp_path / "empty/nights.txt").read_bytes() == FILES["nights.txt"]
    with pytest.raises(UsageError, match="is there already, and is not empty"):
        hand_out(FILES, tmp_path / "empty")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "library"]
