"""Whatever lies in `source/`: a sentence with a place for each mistake, an exit code, no traceback, within seconds."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.core.diagnostics import Diagnostics
from pipeline.load.text import read_text
from tests.support.project import IMPRINT, REFERENCES, Said

Run = Callable[..., Said]
Write = Callable[..., Path]
FOOT_PATROL = "briefings/foot-patrol.md"
SECONDS = 15
"""Far more than any of these takes: a guard against work that grows without end, not a measurement."""


def words(body: str = "Crime fell.\n", front: str = "") -> str:
    """A small briefing."""
    return f"---\ntitle: Foot patrol\nsummary: What walking a beat does.\n{front}---\n\n{body}"


@pytest.fixture
def checked(briefings: Run) -> Callable[[Path], list[str]]:
    """What `check` says of a project, a line a remark, hints left out; the exit code must fit and nothing may crash."""

    def run(project: Path) -> list[str]:
        begun = sum(os.times()[:4])
        said = briefings(project, "check", "--all", "--date", "2026-11-25")
        assert sum(os.times()[:4]) - begun < SECONDS
        assert "Traceback" not in said.err
        assert said.code == (1 if ": error " in said.out else 0), said.err
        return [line for line in said.out.splitlines() if not line.startswith("    hint: ")]

    return run


BOMB = "a0: &a0 [x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
)  # fmt: skip
BINARY = bytes(range(256)) * 50
LONG = "x" * 5_000_000

ONE_SENTENCE: dict[str, tuple[str, str | bytes, str]] = {
    "a deep formula": (FOOT_PATROL, words(f"${'{' * 10_000}{'}' * 10_000}$\n"), ":6:2: error formula-broken: This"),
    "a huge formula": (FOOT_PATROL, words(f"$$\n{'x + ' * 20_000}y\n$$\n"), ":7:1: error formula-broken: This"),
    "a formula that loops": (FOOT_PATROL, words("$\\def\\a{\\a\\a}\\a$\n"), ":6:2: error formula-broken: This"),
    "a formula that reads": (FOOT_PATROL, words("$\\input{/etc/passwd}$\n"), ":6:2: error formula-broken: This"),
    "a formula that writes": (FOOT_PATROL, words("$\\write18{ls}$\n"), ":6:2: error formula-broken: This"),
    "a formula of rules": (FOOT_PATROL, words("$x\\rule{9cm}{9cm} y$\n"), ":6:3: error formula-broken: This"),
    "a formula in Chinese": (FOOT_PATROL, words("$x = \\text{日}$\n"), ":6:2: error formula-broken: This"),
    "a backslash": (FOOT_PATROL, words(front='owner: "50\\% x"\n'), ":4:11: error yaml-syntax: A backslash within"),
    "binary Markdown": (FOOT_PATROL, BINARY, ":3:115: error file-unreadable"),
    "binary YAML": ("tags.yaml", BINARY, ":3:115: error file-unreadable"),
    "binary imprint": ("library.yaml", BINARY, ":3:115: error file-unreadable"),
    "binary BibTeX": ("references/works.bib", BINARY, ":3:115: error file-unreadable"),
    "a zero byte": (FOOT_PATROL, words("Crime\x00fell.\n"), ":6:6: error file-unreadable"),
    "an empty imprint": ("library.yaml", "", ":1:1: error file-unreadable"),
    "an empty bibliography": ("references/works.bib", "", ":1:1: error file-unreadable"),
    "5 MB in a line of Markdown": (FOOT_PATROL, words(LONG), ":6:1: error file-too-large: This line is too large"),
    "a word of 5,001 letters": (
        FOOT_PATROL, words(f"A {'x' * 5001} b.\n"), ":6:3: error file-too-large: This word is too large",
    ),
    "51 accents on a letter": (
        FOOT_PATROL, words(f"Café {'e' + chr(769) * 51}.\n"), ":6:7: error file-too-large: This letter is too large",
    ),
    "marks and joiners": (
        FOOT_PATROL, words(f"e{(chr(769) + chr(0x200D)) * 51}\n"), ":6:2: error file-too-large: This letter",
    ),
    "5 MB in a line of YAML": ("tags.yaml", f"a: {LONG}\n", ":1:1: error file-too-large"),
    "5 MB in a line of BibTeX": ("references/works.bib", f"@book{{a, title={{{LONG}}}}}", ":1:1: error file-too-large"),
    "9 MB": (FOOT_PATROL, words("Crime fell again.\n" * 500_000), ":1:1: error file-too-large: This file is too large"),
    "200 quotations": (FOOT_PATROL, words("> " * 200 + "words\n"), ":6:1: error nesting-deep"),
    "200 boxes": (
        FOOT_PATROL,
        words("".join(f"{':' * (203 - n)} note\n" for n in range(200)) + "words\n" + "".join(
            f"{':' * (4 + n)}\n" for n in range(200))),
        ":65:1: error nesting-deep",
    ),
    "2,500 stresses": (FOOT_PATROL, words("*" * 5000 + "words" + "*" * 5000 + "\n"), ":6:1: error nesting-deep"),
    "200 lists in YAML": ("tags.yaml", f"a: {'[' * 200}{']' * 200}\n", ":1:43: error file-too-large"),
    "200 mappings in YAML": (
        FOOT_PATROL, words(front="".join(f"{' ' * n}a:\n" for n in range(200))), ":44:41: error file-too-large",
    ),
    "90,000 brackets": ("tags.yaml", f"a: {'[' * 90_000}\n", ":1:1003: error yaml-syntax: Brackets are nested"),
    "90,000 brackets in JSON": ("references/works.json", "[" * 90_000, ":1:1: error reference-syntax"),
    "an alias bomb": (FOOT_PATROL, words(front=BOMB), ":9:50: error file-too-large: This file is too large"),
    "an alias bomb of works": ("references/works.yaml", BOMB, ":6:50: error file-too-large"),
    "a zero by escape": (FOOT_PATROL, words(front='owner: "a\\0b"\n'), ":4:8: error control-character"),
    "half a character": (
        "references/works.json", '[{"id": "a", "type": "book", "title": "x \\ud800"}]',
        ":1:42: error control-character",
    ),
    "words for front matter": (FOOT_PATROL, "---\nhello\n---\n\nWords.\n", ":2:1: error yaml-syntax"),
    "no front matter in front matter": (FOOT_PATROL, "---\n---\n\nWords.\n", ":1:1: error yaml-syntax"),
    "a time zone on Mars": ("library.yaml", f"{IMPRINT}timezone: Mars/Base\n", ":3:11: error value-wrong: 'Mars/Base'"),
    "the last year there is": (
        FOOT_PATROL, words(front="first_published: 9999-12-31\n"), ":4:18: warning date-in-future",
    ),
    "a number of 5,000 digits": (
        FOOT_PATROL, words(front=f"teaching: {{minutes: {'9' * 5000}}}\n"), ":4:21: error value-wrong",
    ),
}  # fmt: skip
"""A file, what it holds, and how the one remark on it begins behind its path."""


@pytest.mark.parametrize(("path", "content", "begins"), ONE_SENTENCE.values(), ids=list(ONE_SENTENCE))
def test_one_mistake_is_one_sentence(
    path: str, content: str | bytes, begins: str, library: Write, checked: Callable[[Path], list[str]]
) -> None:
    """One file that cannot be used costs one remark."""
    (remark,) = checked(library({path: content}))
    assert remark.startswith(f"source/{path}{begins}"), remark


def test_a_table_has_at_most_200_columns(library: Write, checked: Callable[[Path], list[str]]) -> None:
    lines = "|a" * 3000 + "\n" + "|-" * 3000 + "\n" + "|b" * 3000 + "\n"
    first, _ = checked(library({FOOT_PATROL: words(lines)}))
    assert f"{FOOT_PATROL}:6:1: error job-too-large: This table has 3,000 columns; the limit is 200." in first


def test_a_text_has_at_most_1000_footnotes(library: Write, checked: Callable[[Path], list[str]]) -> None:
    calls, notes = (" ".join(f"x[^{n}]" for n in range(1001)), "".join(f"[^{n}]: Words.\n\n" for n in range(1001)))
    (remark,) = checked(library({FOOT_PATROL: words(f"{calls}\n\n{notes}")}))
    assert "error job-too-large: This text has 1,001 footnotes; the limit is 1,000." in remark


SOUND: dict[str, dict[str, str | bytes]] = {
    "a byte order mark": {
        FOOT_PATROL: b"\xef\xbb\xbf" + words().encode(), "library.yaml": b"\xef\xbb\xbf" + IMPRINT.encode(),
    },
    "lines ended as on Windows": {FOOT_PATROL: words().replace("\n", "\r\n")},
    "lines ended as on old Macs": {FOOT_PATROL: words().replace("\n", "\r")},
    "titles related in a circle": {
        FOOT_PATROL: words(front="related: [car-patrol]\n"),
        "briefings/car-patrol.md": words(front="related: [foot-patrol]\n"),
    },
    "a list of 4,000 bullets": {FOOT_PATROL: words("Crime fell in:\n\n" + "- one place\n" * 4_000)},
    "a review in a million months": {
        FOOT_PATROL: words(front="first_published: 2022-01-01\n"),
        "library.yaml": f"{IMPRINT}review_months: 999999999\n",
    },
}  # fmt: skip


@pytest.mark.parametrize("files", SOUND.values(), ids=list(SOUND))
def test_what_is_odd_but_sound_is_read(
    files: dict[str, str | bytes], library: Write, checked: Callable[[Path], list[str]]
) -> None:
    assert checked(library(files)) == []


MANY: dict[str, tuple[dict[str, str | bytes], str]] = {
    "tags": (
        {FOOT_PATROL: words(front=f"tags: [{', '.join(f't{n}' for n in range(10_000))}]\n"),
         "tags.yaml": "a: {label: A}\n"},
        "entry-unknown",
    ),
    "values": ({FOOT_PATROL: words(front=f"tags: [{', '.join(f'T {n}' for n in range(10_000))}]\n")}, "value-wrong"),
    "keys": ({FOOT_PATROL: words(front="".join(f"k{n}: 1\n" for n in range(10_000)))}, "unknown-key"),
    "links": ({FOOT_PATROL: words("".join(f"[](#a{n})\n\n" for n in range(10_000)))}, "link-unknown-anchor"),
    "members": ({"packs/p.yaml": "title: P\nbriefings:\n" + "".join(f"  - b{n}\n" for n in range(10_000))},
                "briefing-unknown"),
}  # fmt: skip


@pytest.mark.proof
@pytest.mark.parametrize(("files", "code"), MANY.values(), ids=list(MANY))
def test_ten_thousand_mistakes_are_all_told(
    files: dict[str, str | bytes], code: str, library: Write, checked: Callable[[Path], list[str]]
) -> None:
    assert sum(f" {code}: " in remark for remark in checked(library(files))) == 10_000


@pytest.mark.parametrize(
    "text",
    [
        *("<b>" * 10_000, "<b>" * 5_000 + "</i>" * 5_000, "<ul>\n\n" * 5_000, "<ul>" * 10_000, "<div>\n" * 10_000),
        *("<video>\n\n" * 5_000, "<div>" + "<pre>" * 10_000, "<div>" + "".join("`" * n + "a" for n in range(1, 400))),
    ],
    ids=["opened", "closed", "lists", "lists in lists", "blocks", "left out", "code", "ticks"],
)
def test_ten_thousand_tags_are_told_once_a_name(
    text: str, library: Write, checked: Callable[[Path], list[str]]
) -> None:
    told = [remark for remark in checked(library({FOOT_PATROL: words(f"{text}Words.\n")})) if ": " in remark]
    assert len(told) <= 3


@pytest.mark.parametrize(
    "line",
    [
        *("a" + "\u0301" * 60_000, "`" * 60_000 + "a", "-'" * 40_000, "[" * 30_000, "\U0001f468\u200d" * 20_000),
        *(":::\ta" + "\t" * 60_000 + "!", ":::\t{math} a" + "\t" * 60_000 + "b", '===!\t"' + "aa" * 30_000),
        *("$$\n" + "$$" + " " * 60_000 + "!", "\\[\n" + "\\]" + " " * 60_000 + "!", "|" + "a|" * 3_000),
    ],
    ids=["accents", "ticks", "quotes", "brackets", "joiners", "box", "formula box", "tab", "$$", "bracket", "columns"],
)
def test_a_line_of_odd_characters_is_read_soon(line: str, library: Write, checked: Callable[[Path], list[str]]) -> None:
    checked(library({FOOT_PATROL: words(line), "references/works.yaml": REFERENCES}))


@pytest.mark.every_service
@pytest.mark.parametrize(
    "channel",
    ["url: 's3" + "://a" * 20_000 + "'", "sftp: {address: 'sftp" + "://a:" * 19_000 + "', host_key: x, key: X}"],
    ids=["store", "sftp"],
)
def test_a_long_address_is_refused_soon(channel: str, library: Write, checked: Callable[[Path], list[str]]) -> None:
    college = f"north:\n  name: N\n  type: university\n  channels: {{{channel}}}\n"
    assert any(remark.startswith("source/colleges.yaml:4:") for remark in checked(library({"colleges.yaml": college})))


def test_an_empty_source_folder_is_one_sentence(tmp_path: Path, checked: Callable[[Path], list[str]]) -> None:
    (tmp_path / "source").mkdir()
    (remark,) = checked(tmp_path)
    assert remark == "source/library.yaml:1:1: error library-missing: The file source/library.yaml is missing."


def test_a_missing_project_is_one_sentence(tmp_path: Path, briefings: Run) -> None:
    said = briefings(tmp_path / "nowhere", "check")
    assert (said.code, said.out) == (2, "")
    assert "does not exist" in said.err


def test_two_files_of_one_id_are_told(library: Write, checked: Callable[[Path], list[str]]) -> None:
    project = library(
        {FOOT_PATROL: words(), "briefings/foot-patrol/briefing.md": words(), "briefings/Foot Patrol.md": words()}
    )
    codes = [remark.partition(" error ")[2].partition(":")[0] for remark in checked(project)]
    assert codes == ["file-name", "id-duplicate", "id-duplicate"]


@pytest.mark.parametrize("name", ["Hot spots.md", "café.md", "日本.md", "hot\nspots.md", "-.md"])
def test_a_name_that_cannot_be_an_id_is_told_on_one_line(
    name: str, library: Write, checked: Callable[[Path], list[str]]
) -> None:
    (remark,) = checked(library({f"briefings/{name}": words()}))
    assert " error file-name: '" in remark


def test_a_name_that_is_not_utf_8_is_told(library: Write, checked: Callable[[Path], list[str]]) -> None:
    folder = library() / "source" / "briefings"
    folder.mkdir()
    try:
        Path(os.fsdecode(os.fsencode(folder) + b"/h\xe9t.md")).write_text(words(), encoding="utf-8")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    (remark,) = checked(folder.parent.parent)
    assert remark.startswith("source/briefings/h�t.md:1:1: error file-name")


def test_a_folder_named_like_a_file_does_no_harm(library: Write, checked: Callable[[Path], list[str]]) -> None:
    project = library()
    (project / "source" / "briefings" / "x.md").mkdir(parents=True)
    assert checked(project) == []
    (project / "source" / "briefings" / "x.md" / "notes.txt").write_text("Notes.", encoding="utf-8")
    (remark,) = checked(project)
    assert remark.startswith("source/briefings/x.md/notes.txt:1:1: warning file-unknown")


def test_a_file_that_may_not_be_read_is_one_sentence(library: Write, briefings: Run) -> None:
    project = library({FOOT_PATROL: words()})
    file = project / "source" / FOOT_PATROL
    file.chmod(0)
    if os.access(file, os.R_OK):
        pytest.skip("this user may read every file")
    said = briefings(project, "check")
    assert (said.code, said.out) == (3, "")
    assert said.err == f"briefings: source/{FOOT_PATROL} cannot be read: Permission denied.\n"


def test_links_out_of_the_project_are_not_followed(
    library: Write, tmp_path: Path, checked: Callable[[Path], list[str]]
) -> None:
    """What is read lies in the project; that a link was not followed is told."""
    (tmp_path / "secret.md").write_text(words(), encoding="utf-8")
    project = library({FOOT_PATROL: words()})
    place = project / "source" / "briefings"
    (place / "leak.md").symlink_to(tmp_path / "secret.md")
    (place / "up").symlink_to(tmp_path)
    (place / "again").symlink_to(place)
    (place / "loop.md").symlink_to("loop.md")
    (place / "gone.md").symlink_to("nowhere.md")
    assert [remark.partition(" is not used: ")[2] for remark in checked(project)] == [
        "it is a link to a folder, and these are not followed.",
        "it is a link that leads nowhere.",
        "it is a link that leads out of the project.",
        "it is a link that leads nowhere.",
        "it is a link that leads out of the project.",
    ]


def test_a_link_within_the_project_is_read(library: Write, checked: Callable[[Path], list[str]]) -> None:
    project = library({FOOT_PATROL: words("Crime fell [@nobody].\n")})
    (project / "source" / "briefings" / "beat-patrol.md").symlink_to("foot-patrol.md")
    assert [remark.partition(":")[0] for remark in checked(project)] == [
        "source/briefings/beat-patrol.md", "source/briefings/foot-patrol.md",
    ]  # fmt: skip


def test_an_entity_cannot_reverse_letters(library: Write, briefings: Run) -> None:
    """As a character that is typed cannot."""
    project = library({FOOT_PATROL: words("Open &#x202e;fdp.\n")})
    assert "6:6: warning direction-character" in briefings(project, "check").out


def test_nothing_in_a_file_steers_the_terminal(library: Write, briefings: Run) -> None:
    said = briefings(library({FOOT_PATROL: words(front="status: '\u200fred'\n")}), "check")
    assert "\u200f" not in said.out
    assert r"'\u200fred' is not a status." in said.out


def test_a_space_stands_for_a_character_that_reverses_letters() -> None:
    """So places stay right. Arabic keeps those that it needs; an override it never needs."""
    text = "---\ntitle: Title\n---\n\nOpen \u202efdp.exe\u202c.\n\n\u2067\u0645\u202e\u0631\u2069\n"
    diagnostics = Diagnostics()
    assert (
        read_text("a.md", text.encode(), diagnostics)
        == "---\ntitle: Title\n---\n\nOpen  fdp.exe .\n\n\u2067\u0645 \u0631\u2069\n"
    )
    assert [str(remark.place) for remark in diagnostics.remarks] == ["a.md:5:6", "a.md:5:14", "a.md:7:3"]
