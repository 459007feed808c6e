"""A document that came back: each thing that a reviewer can do, and what becomes of it."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pipeline.load.folders import read_files
from pipeline.services.comments.returned_document import ReturnedDocument, read_returned_document
from pipeline.services.importing.docx_package import W, parse_xml
from tests.support.libraries import here, written
from tests.support.word.reviewing import DANA, RHYS, ReviewedFile, reviewed
from tests.support.word.rounds import FILES, PATH, TEXT
from tests.support.word.texts import accepted

Edit = Callable[[ReviewedFile], None]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """The files of a library whose briefing was sent, with the document under its name."""
    root = written(tmp_path_factory.mktemp("round"), FILES)
    assert here(root, "comment", "walks").code == 0
    return {**read_files(root), "walks.docx": (root / "output/comment/walks.docx").read_bytes()}


@pytest.fixture(scope="module")
def back(files: Mapping[str, bytes]) -> Callable[..., ReturnedDocument]:
    """Send the document through a reviewer's hands; `now` is the source as it is by then."""

    def run(*edits: Edit, now: str = TEXT) -> ReturnedDocument:
        document = reviewed(files["walks.docx"], *edits)
        return read_returned_document("walks.docx", document, {**files, PATH: now.encode()})

    return run


def remark_lines(returned: ReturnedDocument) -> list[str]:
    """Return the line, code and sentence of each remark."""
    return [f"{remark.place.line}: {remark.code}: {remark.sentence}" for remark in returned.remarks]


def test_a_document_that_nobody_changed_proposes_nothing(back: Callable[..., ReturnedDocument]) -> None:
    returned = back()
    assert (returned.proposals, returned.remarks, returned.path) == ((), (), PATH)


def test_a_proposal_says_where_who_when_and_what(back: Callable[..., ReturnedDocument]) -> None:
    (one,) = back(lambda d: d.change("talk to", "greet")).proposals
    assert (str(one.place), one.author, one.day) == (f"{PATH}:17:3", DANA, "2026-05-04")
    assert (one.before, one.after, one.around) == ("talk to", "greet", ("", " people, and listen"))


def test_accepting_changes_those_characters_and_no_others(back: Callable[..., ReturnedDocument]) -> None:
    made = {
        "What it is": "What this is",
        "Officers": "Wardens",
        "often": "mostly",
        "people, and": "anybody and",
        "third": "the third",
        "Shops": "Markets",
        "a week": "7 days",
        "Nobody": "No one",
        "is walked again": "is not the last",
    }
    returned = back(*(lambda d, old=old, new=new: d.change(old, new) for old, new in made.items()))
    wanted = TEXT.replace("people,\n  and", "anybody and")
    for old, new in made.items():
        wanted = wanted.replace(old, new)
    assert accepted(returned) == wanted
    assert remark_lines(returned) == []


def test_typed_words_are_no_marks(back: Callable[..., ReturnedDocument]) -> None:
    """What would mean something in the source is escaped, and curly quotes go straight."""
    typed = "1. *not* a [mark] | “it’s” @home {#x} $5 # "
    returned = back(lambda d: d.change("Nobody", typed + "Nobody"))
    line = next(line for line in accepted(returned).split("\n") if "Nobody" in line)
    assert line == r"""1\. \*not\* a \[mark\] \| "it's" \@home &#123;#x&#125; \$5 # Nobody walked at night."""
    assert remark_lines(returned) == []


def test_a_whole_line_can_go(back: Callable[..., ReturnedDocument]) -> None:
    returned = back(lambda d: d.change("Said a walker,", ""))
    assert "\n> at night.\n" in accepted(returned)


def test_two_reviewers_are_told_apart(back: Callable[..., ReturnedDocument]) -> None:
    returned = back(lambda d: d.change("Nobody", "No one"), lambda d: d.change(" walked", " went", RHYS))
    assert [(one.author, one.before, one.after) for one in returned.proposals] == [
        *((DANA, "Nobody", "No one"), (RHYS, " walked", " went"))
    ]
    assert "No one went at night." in accepted(returned)


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("(Hughes and others, 2018, page 12)", "[@hughes2018, p. 12]"),
        ("the walks", "[the walks](https://example.org/walks)"),
    ],
)
def test_what_is_locked_is_never_rewritten(back: Callable[..., ReturnedDocument], words: str, what: str) -> None:

    def change(document: ReviewedFile) -> None:
        paragraph = document.paragraph(words)
        run = next(r for r in paragraph.iter(f"{paragraph.tag[:-1]}r") if words in (r.findtext("{*}t") or ""))
        document.change_at(run, 0, 4, "")

    returned = back(change)
    assert accepted(returned) == TEXT
    assert remark_lines(returned)[0].endswith(f"back-conflict: This change would remove {what}: change it by hand.")
    assert [one.fate for one in returned.proposals] == ["touches"]


@pytest.mark.parametrize(
    ("words", "what", "line"),
    [
        ("Foot patrol", "the title", 2),
        ("What walking does.", "the summary", 3),
        ("Walking helps.", "the key finding", 4),
        ("An hour is long.", "words that are locked", 48),
        ("walk --far", "words that are locked", 42),
        ("Favourable", "a label, a number, or a line of the evidence table", 1),
    ],
)
def test_neither_is_what_is_locked_as_a_whole(
    back: Callable[..., ReturnedDocument], words: str, what: str, line: int
) -> None:
    """Front matter, notes, code and the evidence table; what was changed is named, at its key in the front matter."""

    def change(document: ReviewedFile) -> None:
        paragraph = document.paragraph(words)
        document.change_at(next(iter(paragraph.iter(f"{paragraph.tag[:-1]}r"))), 0, 2, "XX")

    returned = back(change)
    assert (accepted(returned), [one.code for one in returned.remarks]) == (TEXT, ["back-conflict"])
    assert f" {what}: " in returned.remarks[0].sentence
    assert returned.remarks[0].place.line == line


def test_marks_of_emphasis_stay(back: Callable[..., ReturnedDocument]) -> None:
    """Words that would leave two marks with nothing between them are not made."""
    returned = back(lambda d: d.change("often", ""))
    assert accepted(returned) == TEXT
    assert [one.code for one in returned.remarks] == ["back-conflict"]


def test_changes_without_tracking_are_found(back: Callable[..., ReturnedDocument]) -> None:
    returned = back(lambda d: d.change("Nobody", "Somebody", ""), lambda d: d.change("slowly", "fast"))
    assert [(one.author, one.before, one.after) for one in returned.proposals] == [
        *((DANA, "slowly", "fast"), ("", "Nobody", "Somebody"))
    ]
    assert remark_lines(returned) == ["33: back-untracked: This was changed without tracking."]
    assert accepted(returned) == TEXT.replace("slowly", "fast").replace("Nobody", "Somebody")


STRUCTURE: list[tuple[Edit, str]] = [
    (lambda d: d.split("at night."), "33: back-by-hand: Dana Bell (2026-05-04) split this paragraph."),
    (lambda d: d.split("at night.", ""), "33: back-by-hand: Somebody split this paragraph."),
    (lambda d: d.join("Officers walk"), "12: back-by-hand: Dana Bell (2026-05-04) joined this paragraph and the next."),
    (
        lambda d: d.add("Nobody", "They slept."),
        "33: back-by-hand: Dana Bell (2026-05-04) inserted a paragraph after this.",
    ),
    (lambda d: d.add("Nobody", "They slept.", ""), "33: back-by-hand: Somebody inserted a paragraph after this."),
    (lambda d: d.delete("slowly"), "16: back-by-hand: Dana Bell (2026-05-04) took this paragraph away."),
    (lambda d: d.delete("slowly", ""), "16: back-by-hand: Somebody took this paragraph away."),
    (
        lambda d: d.mark_row("Shops", "del"),
        "26: back-by-hand: Dana Bell (2026-05-04) took a row of the table 'Walks in a week' away.",
    ),
    (lambda d: d.comment("Nobody", "Is that so?", RHYS), "33: back-comment: Rhys Owen, 2026-05-04: Is that so?"),
]


@pytest.mark.parametrize(("edit", "said"), STRUCTURE, ids=[said.split(": ")[1] for _, said in STRUCTURE])
def test_what_is_no_change_of_words_is_remark_lines(
    back: Callable[..., ReturnedDocument], edit: Edit, said: str
) -> None:
    returned = back(edit)
    assert (remark_lines(returned), accepted(returned)) == ([said], TEXT)


def test_a_paragraph_that_stands_elsewhere_is_remark_lines(back: Callable[..., ReturnedDocument]) -> None:
    def move(document: ReviewedFile) -> None:
        moved = document.paragraph("Said a walker")
        document.paragraph("Officers walk").addprevious(moved)

    returned = back(move)
    assert remark_lines(returned) == ["39: back-by-hand: Somebody moved this paragraph."]
    assert returned.remarks[0].hint.startswith(
        "If you agree, change it by hand: 'Said a walker, at night.' stands behind"
    )
    assert accepted(returned) == TEXT


def test_a_move_that_was_tracked_is_told_once(back: Callable[..., ReturnedDocument]) -> None:
    """As Word writes it: the paragraph stands in both places until somebody accepts it."""

    def move(document: ReviewedFile) -> None:
        document.add("Nobody", "walk slowly")
        document.delete("walk slowly")
        for kind, name in (("ins", "moveTo"), ("del", "moveFrom")):
            for change in list(document.root.iter(f"{W}{kind}")):
                change.tag = f"{W}{name}"

    returned = back(move)
    assert remark_lines(returned) == ["16: back-by-hand: Dana Bell (2026-05-04) moved this paragraph."]
    assert returned.remarks[0].hint.endswith("'walk slowly' to behind 'Nobody walked at night.'.")
    assert accepted(returned) == TEXT


def test_a_citation_from_elsewhere_is_remark_lines(back: Callable[..., ReturnedDocument]) -> None:
    def paste(document: ReviewedFile) -> None:
        citation = next(c for c in document.root.iter(f"{W}sdt") if "Hughes" in "".join(c.itertext()))
        around = [citation.getprevious(), citation, citation.getnext()]
        paragraph = document.paragraph("Nobody")
        for node in around:
            paragraph.append(document.tracked("ins", DANA, node) if node is citation else node)

    returned = back(paste)
    assert accepted(returned) == TEXT
    assert {one.code for one in returned.remarks} <= {"back-conflict", "back-untracked"}
    assert "back-conflict" in {one.code for one in returned.remarks}


@pytest.mark.parametrize(
    "part", ["docProps/core.xml", "word/comments.xml", "word/footnotes.xml", "word/commentsExtended.xml"]
)
def test_a_part_that_is_broken_is_no_traceback(files: Mapping[str, bytes], part: str) -> None:
    document = ReviewedFile(files["walks.docx"])
    document.comment("Nobody", "Why?")
    document.parts[part] = b"<broken"
    returned = read_returned_document("walks.docx", document.written(), files)
    assert returned.proposals == ()
    lost = [str(one.sentence) for one in returned.remarks if one.code == "import-left-out"]
    assert lost == (["Not imported: the comments, which are damaged."] if "omments" in part else [])


def test_the_source_may_go_on_meanwhile(back: Callable[..., ReturnedDocument]) -> None:
    now = TEXT.replace("## What it is", "A new beginning.\n\n## What it is").replace("walk slowly", "walk")
    returned = back(lambda d: d.change("Nobody", "No one"), now=now)
    assert returned.proposals[0].place.line == 35
    assert accepted(returned) == now.replace("Nobody", "No one")


def test_a_paragraph_that_changed_meanwhile_is_a_conflict(back: Callable[..., ReturnedDocument]) -> None:
    now = TEXT.replace("at night.", "at noon.")
    returned = back(lambda d: d.change("Nobody", "No one"), now=now)
    assert accepted(returned) == now
    (one,) = returned.remarks
    assert str(one).splitlines() == [
        f"{PATH}:33:1: warning back-conflict: This change is to a paragraph that has changed since the document "
        "was sent: change it by hand.",
        "    hint: Sent was 'Nobody walked at night.'; proposed is 'No one walked at night.', "
        "by Dana Bell, 2026-05-04.",
    ]


def test_other_line_ends_and_letters_stay(files: Mapping[str, bytes], tmp_path: Path) -> None:
    text = "\ufeff" + TEXT.replace("Officers", "Of\u00adficers").replace("\n", "\r\n")
    written(tmp_path, {**FILES, "briefings/walks.md": text.encode()})
    assert here(tmp_path, "comment", "walks").code == 0
    document = reviewed(
        (tmp_path / "output/comment/walks.docx").read_bytes(),
        lambda d: d.change("places, and", "spots and"),
        lambda d: d.change("people, and", "all and"),
    )
    returned = read_returned_document("walks.docx", document, read_files(tmp_path))
    assert accepted(returned) == text.replace("places, and", "spots and").replace("people,\r\n  and", "all and")


def put_in(document: ReviewedFile, xml: str) -> None:
    """Put XML that somebody tracked behind the words of the box."""
    spaces = f'xmlns:w="{W[1:-1]}" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    document.paragraph("Nobody").append(document.tracked("ins", DANA, parse_xml(f"<x {spaces}>{xml}</x>".encode())[0]))


def take_picture(document: ReviewedFile) -> None:
    """Delete the picture, tracked."""
    run = next(document.root.iter(f"{W}drawing")).getparent()
    holder = run.getparent()
    at = holder.index(run)
    holder.insert(at, document.tracked("del", DANA, run))


def take_finding(document: ReviewedFile) -> None:
    """Delete the key finding, untracked."""
    control = next(document.paragraph("Walking helps.").iterancestors(f"{W}sdt"))
    control.getparent().remove(control)


def twice(document: ReviewedFile) -> None:
    """Comment twice in the same words on one paragraph."""
    document.comment("Nobody", "Why?", DANA, "1")
    document.comment("Nobody", "Why?", DANA, "2")


SILENT: list[tuple[Edit, list[str]]] = [
    (lambda d: put_in(d, "<m:oMath><m:r><m:t>E=m</m:t></m:r></m:oMath>"), ["back-by-hand"]),
    (lambda d: put_in(d, '<w:r><w:sym w:font="Webdings" w:char="F0E0"/></w:r>'), ["back-by-hand"]),
    (take_picture, ["back-by-hand"]),
    (take_finding, ["back-by-hand"]),
    (twice, ["back-comment", "back-comment"]),
]


@pytest.mark.parametrize(("edit", "said"), SILENT, ids=["formula", "sign", "picture", "finding", "comments"])
def test_nothing_is_dropped_in_silence(back: Callable[..., ReturnedDocument], edit: Edit, said: list[str]) -> None:
    returned = back(edit)
    assert ([one.code for one in returned.remarks], accepted(returned)) == (said, TEXT)


@pytest.mark.parametrize("who", [DANA, ""])
def test_a_split_glues_no_words(back: Callable[..., ReturnedDocument], who: str) -> None:
    """Whoever splits a paragraph takes the space away; the source is not split, and keeps it."""

    def edit(document: ReviewedFile) -> None:
        run = document.run("walked at")
        at = run.findtext(f"{W}t").index(" at night")
        document.change_at(run, at, at + 1, "", who)
        document.split("at night.", who)

    returned = back(edit)
    assert ([one.code for one in returned.remarks], accepted(returned)) == (["back-by-hand"], TEXT)
