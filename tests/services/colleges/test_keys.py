"""Files of private keys, and the verb that makes one."""

import base64
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.core.diagnostics import EnvironmentFailure, UsageError
from pipeline.services.colleges.signing_keys import SIGNING_KEY, create_key, read_signing_key
from tests.support import libraries
from tests.support.editions.issued_library import HOUSE


def test_a_key_is_for_one_person_alone(tmp_path: Path) -> None:
    """Whatever the folder allows; it is read again by its path and by its words."""
    place = tmp_path / "keys" / "signing.key"
    key = create_key(place, tmp_path / "library")
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    for said in (str(place), place.read_text(encoding="utf-8")):
        assert read_signing_key(said, tmp_path / "library").public == key.public


def test_no_key_is_written_over_another(tmp_path: Path) -> None:
    place = tmp_path / "signing.key"
    create_key(place, None)
    before = place.read_bytes()
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for taken in (place, tmp_path / "link"):
        with pytest.raises(UsageError, match="already exists, and a key is never overwritten"):
            create_key(taken, None)
    assert place.read_bytes() == before
    assert not (tmp_path / "nowhere").exists()


def test_a_key_within_the_library_is_refused(tmp_path: Path) -> None:
    """Made there or read from there, straight or by a link."""
    library = tmp_path / "library"
    library.mkdir()
    (tmp_path / "way").symlink_to(library)
    for place in (library / "signing.key", tmp_path / "way" / "signing.key"):
        with pytest.raises(UsageError, match="is in the library's folder"):
            create_key(place, library)
    create_key(tmp_path / "signing.key", library)
    (tmp_path / "signing.key").rename(library / "signing.key")
    with pytest.raises(UsageError, match="is in the library's folder"):
        read_signing_key(str(library / "signing.key"), library)


@pytest.mark.parametrize("content", ["", "words", "-----BEGIN OPENSSH PRIVATE KEY-----\nSECRET\n"])
def test_what_is_no_key_is_told_without_its_words(content: str, tmp_path: Path) -> None:
    """They may be a key after all, with a slip in it."""
    place = tmp_path / "signing.key"
    place.write_text(content, encoding="utf-8")
    place.chmod(0o600)
    with pytest.raises(EnvironmentFailure, match="is no Ed25519 key of OpenSSH without a password") as told:
        read_signing_key(str(place), tmp_path / "library")
    assert "SECRET" not in str(told.value)


SLIPS: dict[str, Callable[[str], str]] = {
    "without its lines": lambda key: "".join(key.split("\n")[1:-2]),
    "without its first line": lambda key: key.partition("\n")[2],
    "in base64": lambda key: base64.b64encode(key.encode()).decode(),
    "behind a quote": lambda key: f'"{key}"',
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_key_that_is_put_in_wrongly_is_never_shown(
    slip: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is taken for a path, so what the variable says is not repeated; not even from within the library."""
    create_key(tmp_path / "signing.key", None)
    said = SLIPS[slip]((tmp_path / "signing.key").read_text(encoding="utf-8"))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(EnvironmentFailure, match=f"{SIGNING_KEY} names cannot be read: .*'-----BEGIN …' on") as told:
        read_signing_key(said, tmp_path)
    assert not [part for part in said.split() if len(part) > 20 and part in str(told.value)]
    assert (told.value.__cause__, told.value.__suppress_context__) == (None, True)


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    """As OpenSSH refuses it; and one that is not there."""
    place = tmp_path / "signing.key"
    create_key(place, None)
    place.chmod(0o640)
    with pytest.raises(EnvironmentFailure, match="Other users can read"):
        read_signing_key(str(place), tmp_path / "library")
    with pytest.raises(EnvironmentFailure, match="names cannot be read: No such file"):
        read_signing_key(str(tmp_path / "none.key"), tmp_path / "library")


def test_the_verb_prints_the_public_key(tmp_path: Path) -> None:
    """And what goes into library.yaml; never the private one."""
    project = libraries.written(tmp_path / "library", {"library.yaml": HOUSE})
    said = libraries.here(project, "key", "new", str(tmp_path / "signing.key"))
    public = read_signing_key(str(tmp_path / "signing.key"), project).public
    assert said.code == 0, said
    assert f"signing:\n      key: {public.minisign}\n" in said.out
    assert "PRIVATE" not in said.out
    again = libraries.here(project, "key", "new", str(tmp_path / "signing.key"))
    assert (again.code, "already exists" in again.err) == (2, True)
    within = libraries.here(project, "key", "new", str(project / "signing.key"))
    assert (within.code, "is in the library's folder" in within.err) == (2, True)
