"""The library out of its files."""

import pickle
from pathlib import Path

import pytest

from pipeline.load.briefing import ParsedBriefing, parse_briefing
from pipeline.load.folders import read_folder, read_layouts
from pipeline.load.library import load_library, read_files
from pipeline.load.markdown.maths import DeclaredMacros
from pipeline.model.library import Library

IMPRINT = "title: L\npublisher: P\n"
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU"
    b"\x00\x00\x00\nIDATx\x9cc`\x00\x00\x00\x02\x00\x01H\xaf\xa4q\x00\x00\x00\x00IEND\xaeB`\x82"
)
WORK = "- id: {key}\n  type: book\n  title: T\n  DOI: {doi}\n"


def briefing(body: str = "Words.", **fields: str) -> str:
    """A small briefing."""
    more = "".join(f"{key}: {value}\n" for key, value in fields.items())
    return f"---\ntitle: T\nsummary: S\n{more}---\n{body}\n"


def made(files: dict[str, str | bytes], imprint: str | None = IMPRINT) -> tuple[Library, list[str]]:
    """The library of files named under `source/`, and what was said."""
    whole = {f"source/{name}": text.encode() if isinstance(text, str) else text for name, text in files.items()}
    if imprint is not None:
        whole["source/library.yaml"] = imprint.encode()
    library, remarks = load_library(whole)
    return library, [f"{r.place} {r.code}: {r.sentence} {r.hint}" for r in remarks]


def test_without_library_yaml_there_is_one_remark() -> None:
    library, said = made({}, imprint=None)
    assert len(said) == 1
    assert said[0].startswith("source/library.yaml:1:1 library-missing")
    assert library.briefings == {}


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("https:///", "'https:///' is not the address of pages."),
        ("https://", "'https://' is not the address of pages."),
        (f"https://p.example/{'v' * 3000}", "'status pages' has 3,018 letters; the limit is 200."),
    ],
)
def test_status_pages_have_a_host_and_an_address_that_a_code_holds(address: str, said: str) -> None:
    _, remarks = made({}, f"{IMPRINT}status_pages: {address}\n")
    assert [one.partition(" Write")[0].partition(" Shorten")[0] for one in remarks] == [
        f"source/library.yaml:3:15 value-wrong: {said}"
    ]


@pytest.mark.every_service
def test_everything_finds_its_shelf() -> None:
    library, said = made(
        {
            "briefings/a.md": briefing(),
            "briefings/b/briefing.md": briefing("![C](p.png){alt=x}"),
            "briefings/b/p.png": PNG,
            "series/s.yaml": "title: S\nbriefings: [a]\nlanding: Hello *you*\n",
            "packs/p.yaml": "title: P\nbriefings: [a]\n",
            "references/r.yaml": WORK.format(key="k", doi="10.1/1"),
            "glossary.yaml": "t: {term: T, meaning: M}\n",
            "tags.yaml": "x: {label: X}\n",
            "colleges.yaml": "c: {name: C, type: university}\n",
            "copies.csv": "a,b\n",
            "ledger.csv": "a,b\n",
            "organisations.yaml": "o: {name: O, type: force}\n",
            "handbook/authors.md": "---\ntitle: A\n---\n",
            "handbook/pack.yaml": "title: H\npages: [authors]\n",
        }
    )
    assert said == []
    assert list(library.briefings) == ["a", "b", "handbook-authors"]
    assert library.packs["handbook"].fields.briefings == ("handbook-authors",)
    assert library.series["s"].landing.blocks
    assert library.assets["source/briefings/b/p.png"].media_type == "image/png"
    lists = (library.glossary, library.tags, library.others["colleges"], library.organisations)
    assert [len(one) for one in lists] == [1, 1, 1, 1]


def test_a_library_can_be_sent_to_another_process() -> None:
    library, _ = made({"briefings/a.md": briefing("Words [@k].")})
    assert pickle.loads(pickle.dumps(library)).briefings["a"] == library.briefings["a"]


def test_briefings_and_packs_share_their_ids() -> None:
    library, said = made(
        {"briefings/a.md": briefing(), "briefings/a/briefing.md": briefing(), "packs/a.yaml": "title: P\n"}
    )
    assert [line.split(" ")[1] for line in said] == ["id-duplicate:", "id-duplicate:"]
    assert "taken by source/briefings/a.md" in said[0]
    assert library.packs == {}


def test_broken_and_unsound_are_told_apart() -> None:
    library, _ = made(
        {
            "briefings/a.md": "---\ntitle: [\n---\n",
            "briefings/b.md": briefing("<video>"),
            "briefings/c.md": briefing("# One"),
            "packs/p.yaml": "titel: x\n",
        }
    )
    assert library.broken == {"a"}
    assert library.unsound == {"b", "p"}


def test_the_same_entry_twice_is_one_work() -> None:
    once = "@book{k, title = {T}, author = {Bell, Ann}, year = 2001, doi = {10.1/1}}\n"
    again = '@BOOK{k,\n  author = "Ann Bell",\n  year = {2001}, doi = {https://doi.org/10.1/1},\n  title = "T"\n}\n'
    library, said = made({"references/a.bib": once + again, "references/b.bib": once})
    assert said == []
    assert list(library.bibliography) == ["k"]


@pytest.mark.parametrize("written", ["../images/fall.png", "/images/fall.png", "../images/../images/fall.png"])
def test_a_picture_may_lie_above_the_text_or_at_the_top(written: str) -> None:
    """By its path as written, in a folder of any name; the record of it may name it otherwise."""
    library, said = made(
        {
            "briefings/a.md": briefing(f"Text\n\n![C]({written})", figures="[{id: f, file: /images/fall.png, alt: A}]"),
            "images/fall.png": PNG,
        }
    )
    assert said == []
    assert list(library.assets) == ["source/images/fall.png"]


def test_a_wrong_record_in_a_list_costs_itself() -> None:
    library, said = made({"tags.yaml": "a: {label: A}\nB c: {label: B}\nd: {lable: D}\n"})
    assert [line.split(": ")[0] for line in said] == [
        "source/tags.yaml:2:1 value-wrong",
        "source/tags.yaml:3:4 field-missing",
        "source/tags.yaml:3:5 unknown-key",
    ]
    assert list(library.tags) == ["a"]


def test_parsing_may_be_remembered() -> None:
    asked: list[str] = []

    def parse(path: str, content: bytes, macros: DeclaredMacros) -> ParsedBriefing:
        asked.append(path)
        return parse_briefing(path, content, macros)

    load_library({"source/library.yaml": IMPRINT.encode(), "source/briefings/a.md": briefing().encode()}, parse=parse)
    assert asked == ["source/briefings/a.md"]


def test_files_are_read_in_order_without_what_is_hidden_or_outside(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("x")
    source = tmp_path / "p" / "source"
    for name in ("b.yaml", "a/x.md", ".hidden/y", ".z"):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text("x")
    (source / "out.txt").symlink_to(tmp_path / "secret.txt")
    (source / "gone.txt").symlink_to(tmp_path / "nothing")
    assert list(read_files(tmp_path / "p")) == ["source/a/x.md", "source/b.yaml"]
    assert read_folder(tmp_path / "p", "layouts") == {}


def test_a_projects_layouts_win_file_by_file(tmp_path: Path) -> None:
    for name, text in {
        "shipped/briefing/a.css": "shipped",
        "shipped/briefing/b.css": "shipped",
        "shipped/styles/house.csl": "house",
        "p/layouts/briefing/a.css": "own",
        "p/source/mine.csl": "mine",
        "p/layouts/styles/apa.csl": "apa",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    layouts = read_layouts(tmp_path / "p", tmp_path / "shipped")
    assert layouts.files == {"briefing/a.css": "own", "briefing/b.css": "shipped"}
    assert layouts.styles["house"] == "house"
    assert layouts.styles["apa"] == "apa"
    assert layouts.styles["source/mine.csl"] == "mine"


LOGO = IMPRINT + "design:\n  logo: {{file: {file}, alt: Northmoor Institute}}\n"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{inside}</svg>'


def test_a_logo_that_cannot_be_used_is_told_where_it_is_named() -> None:
    _, missing = made({"mark.svg": SVG.format(inside="")}, LOGO.format(file="marc.svg"))
    assert missing == [
        "source/library.yaml:4:16 figure-missing: The picture 'marc.svg' is not in source. Did you mean 'mark.svg'?"
    ]
    _, (unsafe,) = made({"mark.svg": SVG.format(inside="<script/>")}, LOGO.format(file="mark.svg"))
    assert unsafe.startswith(
        "source/library.yaml:4:16 figure-unusable: The picture 'mark.svg' cannot be used: it has a script."
    )
    _, (outside,) = made({}, LOGO.format(file="../mark.svg"))
    assert "figure-missing" in outside
    _, (dumb,) = made({"mark.svg": SVG.format(inside="")}, IMPRINT + "design:\n  logo: {file: mark.svg}\n")
    assert "field-missing" in dumb
    assert "'alt'" in dumb


def test_files_that_word_processors_leave_are_passed_over(tmp_path: Path) -> None:
    folder = tmp_path / "source" / "briefings"
    folder.mkdir(parents=True)
    for name in ("~$a.md", ".~lock.a.md#", "a.md"):
        (folder / name).write_text("words", encoding="utf-8")
    assert list(read_files(tmp_path)) == ["source/briefings/a.md"]
