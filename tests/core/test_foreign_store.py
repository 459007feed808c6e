"""Whatever lies in a store is a result of the kind that is asked for, or counts as none; and none of it ever runs."""

import os
import pickle
import subprocess
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.build.output import Output
from pipeline.build.up_to_date import Artifacts
from pipeline.core.cache import Cache, _seal
from pipeline.core.diagnostics import Diagnostic, Location, Severity
from pipeline.core.records import encode_record
from pipeline.core.text.fonts import font_path
from pipeline.model.manuscript import FontFace

KEY = "ab" * 32
OTHER = "cd" * 32

REMARK = Diagnostic(Location("a.md"), Severity.ERROR, "cite-unknown-key", "No entry has this key.")


def place_of(folder: Path, key: str = KEY) -> Path:
    """Where a store has the result of a key."""
    place = folder / key[:2] / key[2:]
    place.parent.mkdir(parents=True, exist_ok=True)
    return place


def forged(folder: Path, content: bytes, key: str = KEY) -> Path:
    place = place_of(folder, key)
    place.write_bytes(_seal(key, content) + content)
    return place


class Command:
    """A value that runs a command when pickle reads it."""

    def __init__(self, *said: Any) -> None:
        self._said = said

    def __reduce__(self) -> Any:
        return self._said


def pickled(trap: Path) -> list[bytes]:
    """Pickles that run something when they are loaded, in every way that the old store knew or did not know."""
    attribute = b"\x80\x04cpipeline.store\nStore\nN}\x8c\x04findcpipeline.errors\nPressFailure\ns\x86b."
    values = [
        Command(os.mkdir, (trap,)),
        Command(os.system, (f"touch {trap}",)),
        Command(eval, (f"open({str(trap)!r},'w')",)),
    ]
    return [attribute, *(pickle.dumps(value, protocol) for value in values for protocol in (0, 2, 5))]


def test_a_pickle_is_no_result(tmp_path: Path) -> None:
    trap = tmp_path / "sprung"
    for content in pickled(trap):
        for form in (content, zlib.compress(content), encode_record(content, bytes)):
            forged(tmp_path, form)
            assert Cache(tmp_path).find(KEY, Diagnostic) is None
    assert not trap.exists()


def test_the_traps_are_real(tmp_path: Path) -> None:
    """Else nothing here shows anything."""
    pickle.loads(pickled(tmp_path / "sprung")[1])
    assert (tmp_path / "sprung").exists()


@pytest.mark.parametrize(
    "value",
    [7, "words", ("a", "b"), [REMARK], {"code": "x"}, b"bytes", None, frozenset({1})],
    ids=lambda value: repr(value)[:9],
)
def test_a_sealed_value_of_another_kind_is_none(tmp_path: Path, value: Any) -> None:
    kinds: dict[type, Any] = {
        list: tuple[Diagnostic, ...],
        dict: dict[str, str],
        tuple: tuple[str, ...],
        frozenset: frozenset[int],
    }
    plain = tuple(value) if isinstance(value, list) else value
    forged(tmp_path, encode_record(plain, kinds.get(type(value), type(value))))
    assert Cache(tmp_path).find(KEY, Diagnostic) is None
    assert Cache(tmp_path).find(KEY, FontFace) is None


def test_results_that_were_exchanged_are_none(tmp_path: Path) -> None:
    """Each is sealed with its key: one text's pages never stand for another's."""
    store = Cache(tmp_path)
    store.keep(KEY, "the words of one")
    store.keep(OTHER, "the words of another")
    one, other = place_of(tmp_path), place_of(tmp_path, OTHER)
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)
    again = Cache(tmp_path)
    assert (again.find(KEY, str), again.find(OTHER, str)) == (None, None)
    assert "Ignored 2 corrupt cache entries" in again.complaints[0]


def folder_with_more(place: Path) -> None:
    (place / "more").mkdir(parents=True)


def link_to_a_result(place: Path) -> None:
    """A link to a sound result of the same key, elsewhere."""
    elsewhere = place.parent.parent.parent / "elsewhere"
    Cache(elsewhere).keep(KEY, "words from elsewhere")
    place.symlink_to(place_of(elsewhere))


def link_to_itself(place: Path) -> None:
    place.symlink_to(place)


def huge(place: Path) -> None:
    """A file of two gigabytes, of which the disk holds nothing."""
    place.touch()
    os.truncate(place, 2 * 1024**3)


def unreadable(place: Path) -> None:
    """A file that may not be read (which holds for nobody but its owner)."""
    place.write_bytes(b"words")
    place.chmod(0)


def empty(place: Path) -> None:
    place.touch()


ODD: list[Callable[[Path], Any]] = [
    *(folder_with_more, link_to_a_result, link_to_itself, huge, unreadable, empty, os.mkfifo)
]


@pytest.mark.parametrize("odd", ODD)
def test_whatever_stands_in_the_place_of_a_result_is_none_and_heals(tmp_path: Path, odd: Callable[[Path], Any]) -> None:
    odd(place_of(tmp_path / "store"))
    store = Cache(tmp_path / "store")
    assert store.find(KEY, str) is None
    store.keep(KEY, "words")
    again = Cache(tmp_path / "store")
    assert again.find(KEY, str) == "words"
    assert (len(store.complaints), len(again.complaints)) == (1, 0)
    if odd is link_to_a_result:
        assert Cache(tmp_path / "elsewhere").find(KEY, str) == "words from elsewhere"


@pytest.mark.parametrize("within", [False, True], ids=["the store", "a folder of it"])
def test_a_store_that_leads_elsewhere_is_not_read_nor_written(tmp_path: Path, within: bool) -> None:
    """Nor pruned there: a link may come with the texts. A folder takes its place."""
    elsewhere, store = tmp_path / "elsewhere", tmp_path / "store"
    Cache(elsewhere).keep(KEY, "words from elsewhere")
    if within:
        store.mkdir()
    (store / KEY[:2] if within else store).symlink_to(elsewhere / KEY[:2] if within else elsewhere)
    Cache(store).prune(frozenset())
    assert Cache(store).find(KEY, str) is None
    Cache(store).keep(KEY, "words")
    assert Cache(store).find(KEY, str) == "words"
    assert Cache(elsewhere).find(KEY, str) == "words from elsewhere"


@pytest.mark.parametrize("odd", [folder_with_more, link_to_itself, huge, empty, os.mkfifo])
def test_a_note_beside_the_results_heals_too(tmp_path: Path, odd: Callable[[Path], Any]) -> None:
    odd(tmp_path / "last-build")
    store = Cache(tmp_path)
    assert store.last() == ()
    store.keep(KEY, "words")
    assert store.cap(10**6, frozenset) == 0
    store.note_last("build", KEY)
    assert Cache(tmp_path).last() == (KEY,)
    assert Cache(tmp_path).prune(frozenset({KEY})) == 0
    assert Cache(tmp_path).find(KEY, str) == "words"


@pytest.mark.parametrize("note", [b"ab", b"../../precious", b"AB" * 32, KEY.encode() + b"\n", b"\xff" * 64, b""])
def test_a_note_that_is_no_key_is_none(tmp_path: Path, note: bytes) -> None:
    """Of two letters it would be a folder of the store itself."""
    (tmp_path / "last-build").write_bytes(note)
    Cache(tmp_path).keep(KEY, "words")
    assert Cache(tmp_path).last() == ()


def test_a_folder_of_results_that_is_a_file_heals(tmp_path: Path) -> None:
    """As does one that may not be looked into."""
    (tmp_path / KEY[:2]).write_text("in the way")
    store = Cache(tmp_path)
    assert store.find(KEY, str) is None
    assert not store.holds(KEY)
    store.keep(KEY, "words")
    (tmp_path / KEY[:2]).chmod(0)
    again = Cache(tmp_path)
    again.keep(KEY, "other words")
    assert again.find(KEY, str) == "other words"


GIT = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org"]


@pytest.fixture
def kept_by_git(tmp_path: Path) -> Path:
    """A store with a result that git tracks and one that it does not."""
    folder = tmp_path / "library" / "output" / ".store"
    Cache(folder).keep(KEY, "words that came with the texts")
    subprocess.run(["git", "init", "-q", str(tmp_path / "library")], check=True)
    subprocess.run([*GIT, "add", "-f", "."], cwd=tmp_path / "library", check=True)
    Cache(folder).keep(OTHER, "words of this machine")
    return folder


def test_what_git_tracks_is_not_read(kept_by_git: Path) -> None:
    store = Cache(kept_by_git)
    assert store.find(KEY, str) is None
    assert not store.holds(KEY)
    assert store.find(OTHER, str) == "words of this machine"
    store.keep(KEY, "words made here")
    assert store.find(KEY, str) == "words made here"
    assert store.complaints == (
        f"Git tracks the cache {kept_by_git}, so its files are not used. Remove them from git: "
        f"git rm -r --cached {kept_by_git}",
    )
    assert Cache(kept_by_git).find(KEY, str) is None


@pytest.mark.parametrize(
    "form",
    [
        *(["update-index", "--index-version", "3"], ["update-index", "--index-version", "4"]),
        *(["update-index", "--split-index"], ["-c", "core.ignorecase=true", "mv", "-f", "output", "OUTPUT"]),
    ],
    ids=lambda form: " ".join(form[-2:]),
)
def test_every_form_of_git_s_index_is_read(kept_by_git: Path, form: list[str]) -> None:
    """As it may stand in a repository of any age; on some disks capitals are the same."""
    root = kept_by_git.parent.parent
    subprocess.run([*GIT, *form], cwd=root, check=True)
    if (root / "OUTPUT").exists():
        (root / "OUTPUT").rename(root / "output")
    assert Cache(kept_by_git).find(KEY, str) is None


def test_a_repository_of_long_digests_is_read(tmp_path: Path) -> None:
    main, tree = tmp_path / "main", tmp_path / "tree"
    Cache(main / "output/.store").keep(KEY, "words")
    subprocess.run(["git", "init", "-q", "--object-format=sha256", str(main)], check=True)
    subprocess.run([*GIT, "add", "-f", "."], cwd=main, check=True)
    subprocess.run([*GIT, "commit", "-qm", "x"], cwd=main, check=True)
    subprocess.run([*GIT, "worktree", "add", "-q", str(tree)], cwd=main, check=True)
    for root in (main, tree):
        assert (root / "output/.store").is_dir()
        assert Cache(root / "output/.store").find(KEY, str) is None


def test_nothing_that_a_repository_names_is_run(kept_by_git: Path, tmp_path: Path) -> None:
    root, trap = kept_by_git.parent.parent, tmp_path / "sprung"
    for name in (
        "core.fsmonitor",
        "core.pager",
        "pager.ls-files",
        "core.sshCommand",
        "filter.x.clean",
        "filter.x.smudge",
    ):
        subprocess.run(["git", "config", name, f"touch {trap}"], cwd=root, check=True)
    (root / ".gitattributes").write_text("* filter=x\n")
    assert Cache(kept_by_git).find(KEY, str) is None
    assert not trap.exists()


@pytest.mark.parametrize("index", [b"", b"DIRC", b"DIRC\x00\x00\x00\x02\xff\xff\xff\xff", b"\x00" * 999])
def test_a_torn_index_is_none(kept_by_git: Path, index: bytes) -> None:
    """Git could do nothing with it either."""
    (kept_by_git.parent.parent / ".git/index").write_bytes(index)
    assert Cache(kept_by_git).find(OTHER, str) == "words of this machine"


@pytest.mark.parametrize(
    "package", ["unittest.__main__", "this", "antigravity", "pipeline.__main__", "fontpkg_lato.x", ""]
)
def test_a_remembered_typeface_loads_no_module(package: str) -> None:
    with pytest.raises(Exception, match="font package"):
        font_path(package, "x.ttf")


@pytest.mark.parametrize("path", ["../lamps.pdf", "briefings/../../lamps.pdf", "/etc/lamps.pdf", "lamps.pdf", ""])
def test_a_remembered_file_lies_in_the_output_folder(tmp_path: Path, path: str) -> None:
    for where, owner in (
        (path, "briefings"),
        (path, path.rpartition("/")[0]),
        ("briefings/lamps/lamps.pdf", "briefings/lamps"),
    ):
        output = Output(where, owner, "screen", "ab", 1, 1, "cd", "2024-04-26")
        Cache(tmp_path).keep(KEY, Artifacts((output,), (), OTHER, date(2024, 4, 26)))
        found = Cache(tmp_path).find(KEY, Artifacts)
        assert (found is not None) == (where != path)
