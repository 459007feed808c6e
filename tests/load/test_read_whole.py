"""Files of another encoding, with marks of git or without their first line: told as what they are."""

import pytest

from pipeline.load.library import load_library

HEAD = "---\ntitle: T\nsummary: S\n---\n\n"
CONFLICT = "<<<<<<< HEAD\nOne.\n=======\nTwo.\n>>>>>>> other\n"


def told(content: str | bytes, path: str = "briefings/x.md") -> list[str]:
    """Everything told of a library with one file, but for the path."""
    files = {"source/library.yaml": b"title: L\npublisher: P\n"}
    files[f"source/{path}"] = content if isinstance(content, bytes) else content.encode()
    return [str(remark).partition(":")[2] for remark in load_library(files)[1]]


@pytest.mark.parametrize(
    ("content", "path", "places"),
    [
        (HEAD + CONFLICT, "briefings/x.md", ["6:1"]),
        (HEAD + CONFLICT.replace("=======", "||||||| base\nNone.\n======="), "briefings/x.md", ["6:1"]),
        (HEAD + CONFLICT + "\nWords.\n\n" + CONFLICT, "briefings/x.md", ["6:1", "14:1"]),
        (HEAD + "One.\n>>>>>>> other\n", "briefings/x.md", ["7:1"]),
        ("---\ntitle: T\n" + CONFLICT.replace("One", "summary: S") + "---\n\nWords.\n", "briefings/x.md", ["3:1"]),
        ("<<<<<<< HEAD\n" + HEAD, "briefings/x.md", ["1:1"]),
        ("a:\n  label: A\n" + CONFLICT, "tags.yaml", ["3:1"]),
        ("title: P\n" + CONFLICT, "packs/p.yaml", ["2:1"]),
        ("@book{a, title={T}}\n" + CONFLICT, "references/w.bib", ["2:1"]),
        ("TY  - BOOK\nTI  - T\nER  - \n" + CONFLICT, "references/w.ris", ["4:1"]),
        ("[\n" + CONFLICT + "]", "references/w.json", ["2:1"]),
    ],
)
def test_a_conflict_of_git_is_told_once(content: str, path: str, places: list[str]) -> None:
    """Where it begins, and nothing of what it would make of the rest."""
    lines = [remark.split(": ")[:2] for remark in told(content, path)]
    assert lines == [[place, "error merge-mark"] for place in places]


@pytest.mark.parametrize(
    "body",
    ["Title\n=======\n\nWords.\n", f"```\n{CONFLICT}```\n", "<<<<<<<<<\n", ">>>>>>>x\n", ">>>>>> A\n>>>>>>> B\n"],
    ids=["a heading", "an example", "more than seven", "a quotation", "a nested quotation"],
)
def test_what_only_looks_like_one_is_not_told(body: str) -> None:
    assert "merge-mark" not in "".join(told(HEAD + body))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ((HEAD + "A – B\n").encode("cp1252"), "6:3: error file-unreadable: This file cannot be read as text: "
         "it seems to be in Windows-1252, in which the character here is '–'."),
        ((HEAD + "A\n").encode("utf-16"), "1:1: error file-unreadable: This file cannot be read as text: "
         "it is in UTF-16."),
        ("\n" + HEAD, "1:1: error front-matter-missing: This briefing has no front matter.\n    hint: Delete "
         "the empty line above the first '---'."),
        ("--\ntitle: T\n---\n", "1:1: error front-matter-missing: This briefing has no front matter.\n"
         "    hint: Write '---' instead of '--'."),
        ('+++\ntitle = "T"\n+++\n', "1:1: error front-matter-missing: This briefing has no front matter.\n"
         "    hint: It is TOML: write '---' for both lines '+++', and 'title: …' for 'title = …'."),
        ("% Lamps\n% Ann\n", "1:1: error front-matter-missing: This briefing has no front matter.\n"
         "    hint: Begin the file with a line '---', then 'title: Lamps' and 'summary: …', then a line '---'. "
         "Delete the lines that begin with '%'."),
        ("title: T\n---\n", "1:1: error front-matter-missing: This briefing has no front matter.\n"
         "    hint: Put a line '---' above 'title: T'."),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_told_how_to_mend_it(content: str | bytes, said: str) -> None:
    (remark,) = told(content)
    assert remark.startswith(said)


def test_a_byte_order_mark_and_windows_line_ends_are_nothing() -> None:
    assert told(b"\xef\xbb\xbf" + (HEAD + "Words.\n").replace("\n", "\r\n").encode()) == []
