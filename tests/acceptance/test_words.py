"""The fixed words of the house: one table a language, nothing said outside of it, and no text in two languages."""

import ast
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import yaml
from lxml import etree, html

from pipeline.load.words import read_phrase_table
from pipeline.model.words import Phrases, plural_form_index
from tests.support import libraries
from tests.support.project import ROOT
from tests.support.words import CLOSES, ENGLISH, LAYOUTS, OPENS, made_up

pytestmark = pytest.mark.proof


LIBRARY = ROOT / "tests" / "layouts" / "library"

IN_TEMPLATES = re.compile(r"""words\.(?:say|count)\(\s*["']([^"']+)["']""")


def constants(tree: ast.AST) -> Iterator[str]:
    """Every piece of text in a program, of an f-string what stands before its first value."""
    for node in ast.walk(tree):
        match node:
            case ast.JoinedStr(values=[ast.Constant(value=str(start)), *_]):
                yield f"{start}*"
            case ast.Constant(value=str(said)):
                yield said


def said_in_the_program() -> set[str]:
    """Whatever may be the key of a phrase: texts of the program, and what its templates say."""
    programs = (ROOT / "pipeline").rglob("*.py")
    said = {one for path in programs for one in constants(ast.parse(path.read_text(encoding="utf-8")))}
    pages = (path.read_text(encoding="utf-8") for path in (ROOT / "layouts").rglob("*.j2"))
    return said | {key for page in pages for key in IN_TEMPLATES.findall(page)}


def test_no_phrase_is_left_over() -> None:
    said = said_in_the_program()
    starts = tuple(one.removesuffix("*") for one in said if one.endswith(("-*", "-")) and len(one) > 3)
    assert [key for key in ENGLISH.phrases if key not in said and not key.startswith(starts)] == []


# A language of one's own


def welsh(root: Path) -> Path:
    """A library in Welsh, as far as its labels go, with a table of words in which all stand in brackets."""
    shutil.copytree(LIBRARY, root, dirs_exist_ok=True)
    (root / "layouts" / "words").mkdir(parents=True)
    (root / "layouts" / "words" / "cy.yaml").write_text(made_up("cy"), encoding="utf-8")
    imprint = root / "source" / "library.yaml"
    imprint.write_text(f"language: cy\n{imprint.read_text(encoding='utf-8')}", encoding="utf-8")
    return root


@pytest.fixture(scope="session")
def translated(built_once: Callable[..., Path]) -> Path:
    """That library, built for screens."""
    return built_once("welsh", welsh, "--date", libraries.DATE, "--format", "epub", "--format", "html")


def documents(project: Path) -> Iterator[etree._Element]:
    """Every web page and every document of the books."""
    output = project / "output"
    for page in sorted(output.glob("*/*/*.html")):
        yield html.fromstring(page.read_bytes())
    for book in sorted(output.glob("*/*/*.epub")):
        with zipfile.ZipFile(book) as archive:
            for name in archive.namelist():
                if name.endswith((".xhtml", ".ncx")):
                    yield etree.fromstring(archive.read(name))


def pieces(document: etree._Element) -> Iterator[str]:
    """What a document says and what is heard of it, but for citations and references, which the style words."""
    for element in document.iter():
        if not isinstance(element.tag, str) or etree.QName(element).localname in ("style", "meta", "title"):
            continue
        own = element.get("role") == "doc-biblioref" or element.get("id", "").startswith(("ref-", "references.ref-"))
        yield from () if own else filter(None, (element.text, *map(element.get, ("aria-label", "data-label"))))
        around = element.getparent()
        cited = around is not None and "ref-" in around.get("id", "")
        yield "" if cited else element.tail or ""


def plain(words: str) -> str:
    """Words without marks, as they may be compared."""
    return re.sub(r"[\s\u00a0]+", " ", re.sub(r"[‘’“”\"'*_`]", "", words).replace("–", "-")).casefold()


BRACKETED = re.compile(f"{OPENS}[^{CLOSES}]*{CLOSES}|{OPENS}[^{CLOSES}]*$|^[^{OPENS}]*{CLOSES}")


def test_whatever_the_author_has_not_written_is_in_the_table(translated: Path) -> None:
    """On web pages and in books all words but those of the source stand in brackets."""
    sources = sorted(p for p in (translated / "source").rglob("*") if p.suffix in (".md", ".yaml"))
    source = plain(" ".join(path.read_text(encoding="utf-8") for path in sources))
    known = ("systematic review", "creative commons attribution 4.0", "© northmoor institute 2022", "night-buses")
    cited = ("beck a/ac lowe, 2021", "tarn ac eraill, 2019")  # in the list of a pack with their pages
    strange = {
        words
        for document in documents(translated)
        for piece in pieces(document)
        for part in BRACKETED.split(piece)
        if (words := plain(part).strip(" .,;:()·-")) not in source
        and re.search("[a-z]{2}", words)
        and re.sub(r"(, \d{4}) \d+$", r"\1", words) not in (*known, *cited)
        and not words.startswith("https://")
    }
    unsaid = r".* \(\d+|\d+\); .* \(\d+|[\d, ]+ and \d+"  # 'and' stands without brackets in the table
    assert {words for words in strange if not re.fullmatch(unsaid, words)} == set()


# The table itself


def table(text: str, name: str = "cy") -> tuple[dict[str, Phrases], list[str]]:
    """The tables that there are with one of a library's own, and what is said of it."""
    files = {**LAYOUTS.files, f"words/{name}.yaml": text}
    book, remarks = read_phrase_table(replace(LAYOUTS, files=files))
    return dict(book.tables), [f"{r.place.line}:{r.place.column} {r.sentence}" for r in remarks]


@pytest.mark.parametrize(
    ("line", "said"),
    {
        "recomendation: Do": "3:16 there is no name 'recomendation'; did you mean 'recommendation'?",
        "version: Version": "3:10 'version' lacks the placeholder {number}.",
        "read-time: '{n} min'": "3:12 'read-time' has 1 forms and needs 2.",
        "plural: many": "3:9 'many' is no rule of plurals, such as n != 1.",
        "language: Cymraeg": "3:11 'Cymraeg' is no language tag, such as cy or en-GB.",
        "draft: {a: b}": "3:8 'draft' has no words.",
        "superseded-by: '{title} REPLACES IT'": "3:16 'superseded-by' must end with its placeholder.",
    }.items(),
)
def test_a_slip_in_a_table_is_told_at_its_line(line: str, said: str) -> None:
    tables, remarks = table(f"# Ours\n\n{line}\n", "en")
    assert [remark.replace("This file of labels cannot be used: ", "") for remark in remarks] == [said]
    assert tables["en"].say("draft") == "DRAFT"


def test_a_table_counts_only_when_it_is_complete() -> None:
    whole = made_up("cy")
    assert set(table(whole)[0]) == {"en", "cy"}
    tables, remarks = table(re.sub(r"(?m)^status: .*\n", "", whole))
    assert set(tables) == {"en"}
    assert remarks == ["1:1 This file of labels lacks 'status', so labels in 'cy' stay in English."]


def test_a_language_has_its_own_plurals_and_months() -> None:
    told = yaml.safe_load(made_up("pl")) | {
        "plural": "n == 1 ? 0 : n < 5 ? 1 : 2",
        "minutes": ["{n} minuta", "{n} minuty", "{n} minut"],
    }
    words = table(yaml.safe_dump(told, allow_unicode=True), "pl")[0]["pl"]
    assert [words.count("minutes", number) for number in (1, 4, 5)] == ["1 minuta", "4 minuty", "5 minut"]
    assert words.day(date(2024, 5, 1)) == f"1 {words.phrases['months'][4]} 2024"


def test_a_table_says_which_language_it_is_in_and_how_that_counts() -> None:
    """A tag for the voice that reads it, which goes with the name of the file; and a rule."""
    told = yaml.safe_load(made_up("cy"))
    for name, change, said in (
        ("fr", {}, "1:11 a table of the language 'cy' is not to be called fr.yaml."),
        ("cy", {"language": None}, "1:1 '' is no language tag, such as cy or en-GB."),
        ("cy", {"plural": "1-n"}, "2:9 '1-n' is no rule of plurals, such as n != 1."),
        ("cy", {"plural": "100/(n-3)"}, "2:9 '100/(n-3)' is no rule of plurals, such as n != 1."),
    ):
        tables, remarks = table(yaml.safe_dump(told | change, allow_unicode=True, sort_keys=False), name)
        assert set(tables) == {"en"}
        assert [remark.replace("This file of labels cannot be used: ", "") for remark in remarks] == [said]
    del told["plural"]
    assert "it does not say its 'plural'" in table(yaml.safe_dump(told, allow_unicode=True))[1][0]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("fr", "", "1:1 This file cannot be read as text: it is empty."),
        ("fr", "status: [\n", "2:1 This is not YAML: did not find expected node content."),
        ("fr", "- status\n", "1:1 it is not a list of lines such as 'name: words'."),
        (
            "de-AT",
            "language: fr\nplural: n != 1\n",
            "1:11 a table of the language 'fr' is not to be called de-AT.yaml.",
        ),
    ],
)
def test_a_table_that_cannot_be_read_is_told_once(name: str, text: str, said: str) -> None:
    tables, remarks = table(text, name)
    assert set(tables) == {"en"}
    assert [remark.replace("This file of labels cannot be used: ", "") for remark in remarks] == [said]


def test_a_rule_that_fails_for_some_number_takes_the_first_form() -> None:
    assert [plural_form_index("100/(n-300)*0", 300), plural_form_index("n", 7), plural_form_index("0-n", 7)] == [
        0,
        5,
        0,
    ]
