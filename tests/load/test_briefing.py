"""One file, one briefing, every mistake told with its place in the file."""

import pytest

from pipeline.load.briefing import briefing_id
from pipeline.model.body import Citation, CitationGroup, walk_nodes
from tests.load.parsing import parse

HEAD = "---\ntitle: Title\nsummary: Summary.\n---\n"


def said(text: str | bytes) -> list[str]:
    """Places and codes of what is said of a text."""
    return [f"{r.place.line}:{r.place.column} {r.code}" for r in parse(text).remarks]


def test_the_smallest_briefing_is_a_draft() -> None:
    """Title and summary are enough; everything else has a default."""
    briefing = parse(f"{HEAD}\nWords [@a].\n").briefing
    assert briefing is not None
    assert (briefing.id, briefing.fields.status, briefing.fields.version) == ("x", "draft", "0.1")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("source/briefings/hot-spots.md", "hot-spots"),
        ("source/briefings/hot-spots/briefing.md", "hot-spots"),
        ("source/handbook/authors.md", "handbook-authors"),
        ("source/handbook/decisions/fonts.md", "handbook-decisions-fonts"),
    ],
)
def test_the_path_gives_the_id(path: str, name: str) -> None:
    assert briefing_id(path) == name


def test_a_handbook_page_has_a_title_only() -> None:
    """It carries no stamp, so it has no dates and no status."""
    page = parse("---\ntitle: Authors\n---\n\n## One\n", "source/handbook/authors.md").briefing
    assert page is not None
    assert page.manual
    assert page.fields.summary == "Authors"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "1:1 file-unreadable"),
        (b" \n\n", "1:1 file-unreadable"),
        (b"---\ntitle: a\nb\x00", "3:2 file-unreadable"),
        (b"---\ntitle: caf\xe9\n", "2:11 file-unreadable"),
        (b"\x89PNG\r\n\x1a\n", "1:1 file-unreadable"),
        (b"---\ntitle: " + b"a" * 5_000_000, "2:1 file-too-large"),
        (b"a\n" * 5_000_000, "1:1 file-too-large"),
        (b"Only words.\n", "1:1 front-matter-missing"),
        (b"---\ntitle: x\n", "1:1 front-matter-missing"),
        (b"---\n- a\n---\n", "2:1 yaml-syntax"),
        (b"---\nsummary: x\n---\n", "2:1 field-missing"),
    ],
)
def test_a_file_that_is_no_briefing_is_a_sentence(content: bytes, expected: str) -> None:
    assert parse(content).briefing is None
    assert said(content)[0] == expected


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    """Places are those that the author's editor shows."""
    text = HEAD.replace("\n", "\r\n") + "\r\n[a](b.csv)\r\n"
    assert said("\ufeff" + text) == ["6:1 link-address"]


def test_mistakes_in_front_matter_and_body_are_told_together() -> None:
    text = "---\ntitle: T\nsummary: S\nstatus: nope\nreviewd: 2020-01-01\n---\n\n<video>x</video>\n\n[^1]\n"
    assert said(text) == ["4:9 value-wrong", "5:1 unknown-key", "8:1 raw-html", "10:1 footnote-unknown"]
    assert parse(text).briefing is not None


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("author: Ann", "The key for it is 'authors' here."),
        ("description: S", "Delete it: 'summary' says it here."),
        ("titel: T", "Did you mean 'title'?"),
    ],
)
def test_keys_of_other_programs_are_known(line: str, hint: str) -> None:
    found = parse(f"---\ntitle: T\nsummary: S\n{line}\n---\n\nWords.\n")
    assert [remark.hint for remark in found.remarks] == [hint]


def test_the_body_is_checked_although_the_front_matter_cannot_be_read() -> None:
    """An author should not have to mend one to hear of the other."""
    assert said("---\ntitle: a: b\n---\n[q](r.csv)\n") == ["2:9 yaml-syntax", "4:1 link-address"]


@pytest.mark.parametrize(
    ("field", "place"),
    [
        ("key_finding: Words @a here", "4:20"),
        ('key_finding: "Words: \\"so\\" @a"', "4:29"),
        ("key_finding: 'It''s @a'", "4:21"),
        ("key_finding: |\n  First\n\n  second @a", "7:10"),
        ("key_finding: >\n  First\n  second é @a", "6:12"),
        ("key_finding: Words\n  go on @a", "5:9"),
        ("evidence:\n  method_note: |-\n    - entry @a", "6:13"),
        ("practice:\n  - id: p\n    name: N\n    force: F\n    caveat: Take care @a", "8:23"),
    ],
)
def test_markdown_in_front_matter_has_its_places(field: str, place: str) -> None:
    """A citation in a block, a quoted or a plain value is found where the author wrote it."""
    briefing = parse(f"---\ntitle: T\nsummary: S\n{field}\n---\n").briefing
    assert briefing is not None
    texts = (briefing.texts.key_finding, briefing.texts.method_note, tuple(b for _, b in briefing.texts.caveats))
    (group,) = [node for node in walk_nodes(texts) if isinstance(node, CitationGroup)]
    assert isinstance(group.citations[0], Citation)
    assert f"{group.place.line}:{group.place.column}" == place


def test_alternative_text_may_stand_in_the_front_matter() -> None:
    text = (
        "---\ntitle: T\nsummary: S\nfigures:\n"
        "  - {id: f-one, file: a.svg, alt: One}\n  - {id: two, file: b.svg, alt: Two}\n"
        "---\n\n![A](a.svg){#f-one}\n\n![B](b.svg)\n"
    )
    assert said(text) == []
