"""Codes on pages: of the wording of a text, of the edition of a pack."""

import json
from collections.abc import Mapping

import pytest

from pipeline.core.printed_code import code_of, read_code, symbols_of
from pipeline.model.formats import Order
from pipeline.resolve.reading import view_briefings
from pipeline.resolve.resolve import EMPTY_MEMORY, ResolveMemory, ResolveResult, resolve
from pipeline.resolve.wording import compute_wording, edition_digest, wording_digest
from pipeline.services.editions.approvals import code_of_words
from tests.support.resolve.kept_versions import DAY, FILES, loaded, published
from tests.support.resolve.library_parts import RESOURCES

HOUSE = FILES["library.yaml"]
ASKED = {"library.yaml": f"{HOUSE}archive: ../archive\nstatus_pages: https://p.example/v/\n"}
PACK = {"packs/nights.yaml": "title: Nights\nedition: Autumn 2024\nbriefings: [patrol]\n"}
DRAFT = {"briefings/patrol/briefing.md": FILES["briefings/patrol/briefing.md"].replace("published", "draft")}


def resolved(files: Mapping[str, str], known: ResolveMemory = EMPTY_MEMORY) -> ResolveResult:
    """The resolution of a library of these files."""
    return resolve(loaded({**FILES, **files}), Order((), (), DAY), RESOURCES, known)


def digest(files: Mapping[str, str]) -> str:
    """The digest of the words of the briefing."""
    return wording_digest(compute_wording(view_briefings(loaded({**FILES, **files}), DAY)["patrol"]))


def edition_on_record(symbols: str, digest: str) -> dict[str, str]:
    """The record of an edition whose words have a digest, and these symbols in its code."""
    record = {"words": f"edition-words/1:{digest}", "code": symbols}
    return {"editions/days/001-spring.json": json.dumps(record)}


def digest_like(digest: str, symbols: int) -> str:
    """Another SHA-256, which begins as a digest does for so many symbols."""
    bits = int(digest.rpartition(":")[2], 16)
    return f"{bits ^ 1 << (256 - 5 * symbols - 1):064x}"


@pytest.mark.parametrize("more", ["archive: ../archive\n", "status_pages: https://p.example/v\n"])
def test_a_text_bears_the_code_that_one_would_approve(more: str) -> None:
    for changes in ({}, DRAFT):
        files = {"library.yaml": HOUSE + more, **changes}
        (text,) = resolved(files).publications
        assert text.identity.code == code_of_words(
            compute_wording(view_briefings(loaded({**FILES, **files}), DAY)["patrol"]), {}
        )


def test_without_status_pages_and_archive_no_code_is_printed() -> None:
    result = resolved(PACK)
    assert {thing.identity.coded for thing in result.everything} == {("", "")}
    assert not result.wordings


def test_a_pack_bears_the_code_of_the_edition_that_it_names() -> None:
    (pack,) = resolved({**ASKED, **PACK}).packs
    pack_digest = edition_digest("nights", "Autumn 2024", [("patrol", "1.0", digest(ASKED))])
    assert pack.identity.code == str(code_of(pack_digest))
    assert pack.members[0].identity.code == str(code_of(digest(ASKED)))
    (bare,) = resolved(
        {**ASKED, "packs/nights.yaml": PACK["packs/nights.yaml"].replace("edition: Autumn 2024\n", "")}
    ).packs
    assert bare.identity.coded == ("", "")


def test_the_status_page_goes_by_the_symbols_of_the_words() -> None:
    (text,) = resolved(ASKED).publications
    assert text.identity.status_page == f"https://p.example/v/{read_code(text.identity.code).text.casefold()}"
    (other,) = resolved({"library.yaml": f"{HOUSE}archive: ../archive\n"}).publications
    assert other.identity.coded == (text.identity.code, "")


def test_a_kept_version_bears_the_code_that_its_record_has() -> None:
    files = published({**FILES, **ASKED})
    kept = json.loads(files["versions/patrol/1.0/kept.json"])["digest"]
    new = files["briefings/patrol/briefing.md"].replace("can reduce", "may reduce")
    changed = files | PACK | {"briefings/patrol/briefing.md": new.replace("version: 1.0", "version: 1.1")}
    changed["packs/nights.yaml"] = PACK["packs/nights.yaml"].replace("[patrol]", '["patrol@1.0"]')
    result = resolved(changed)
    (pack,) = result.packs
    assert pack.members[0].identity.code == str(code_of(kept))
    assert pack.identity.code == str(code_of(edition_digest("nights", "Autumn 2024", [("patrol", "1.0", kept)])))
    assert result.publications[0].identity.code != str(code_of(kept))


def test_a_text_with_the_code_of_a_record_gets_a_longer_code() -> None:
    own_digest = digest(ASKED)
    other = digest_like(own_digest, 6)
    files = {**ASKED, **edition_on_record(str(code_of(other)), other)}
    (text,) = resolved(files).publications
    assert read_code(text.identity.code).text == symbols_of(own_digest, 7)
    assert text.identity.status_page.endswith(f"/v/{symbols_of(own_digest, 7).casefold()}")
    record = json.loads(published({**FILES, **files})["versions/patrol/1.0/kept.json"])
    assert record["code"] == text.identity.code
    assert "code" not in json.loads(published({**FILES, **ASKED})["versions/patrol/1.0/kept.json"])


def test_a_kept_version_keeps_its_code_when_another_record_shares_it() -> None:
    files = published({**FILES, **ASKED})
    own_digest = json.loads(files["versions/patrol/1.0/kept.json"])["digest"]
    longer = digest_like(own_digest, 6)
    (text,) = resolved(files | edition_on_record("0" * 10, longer)).publications
    assert text.identity.code == str(code_of(own_digest))


@pytest.mark.parametrize("broken", ["{", "[" * 100_000], ids=["open", "deep"])
def test_a_record_that_cannot_be_read_takes_no_code(broken: str) -> None:
    (text,) = resolved(
        {**ASKED, "editions/days/001-spring.json": broken, "versions/patrol/0.9/kept.json": "[]"}
    ).publications
    assert text.identity.code == str(code_of(digest(ASKED)))
