"""The verb import, as an editor types it."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from pipeline.core.files import write_atomically
from pipeline.services.comments import import_returned
from pipeline.services.comments.returned_document import find_sent_source
from pipeline.services.importing import briefing_writer, importing
from pipeline.services.importing.docx_preparation import prepare_document
from pipeline.services.importing.word_comparison import compare_words
from tests.support.libraries import failing
from tests.support.project import REFERENCES, Said
from tests.support.word.documents import docx, para

Run = Callable[..., Said]
Library = Callable[..., Path]

WORDS = docx(
    para("Foot patrol", "Title"), para("What walking does.", "Subtitle"), para("It works (Hughes et al., 2018).")
)


def test_a_document_becomes_a_text_that_can_be_built(library: Library, briefings: Run, tmp_path: Path) -> None:
    project = library({"references/works.yaml": REFERENCES})
    document = tmp_path / "Foot patrol v3.docx"
    document.write_bytes(WORDS)
    said = briefings(project, "import", str(document))
    assert (said.code, said.out) == (0, "Written: source/briefings/foot-patrol-v3.md\n")
    assert "check" in said.err
    assert "It works [@hughes2018]." in (project / "source/briefings/foot-patrol-v3.md").read_text("utf-8")
    assert briefings(project, "check").out == ""


def test_it_is_never_done_twice(library: Library, briefings: Run, tmp_path: Path) -> None:
    project = library({"references/works.yaml": REFERENCES})
    document = tmp_path / "walks.docx"
    document.write_bytes(WORDS)
    assert briefings(project, "import", str(document)).code == 0
    before = (project / "source/briefings/walks.md").read_bytes()
    said = briefings(project, "import", str(document))
    assert (said.code, said.out.splitlines()[0]) == (
        1,
        "walks.docx:1:1: error import-stands: source/briefings/walks.md already exists.",
    )
    assert (project / "source/briefings/walks.md").read_bytes() == before
    assert briefings(project, "import", str(document), "--as", "more-walks").code == 0
    assert briefings(project, "import", str(document), "--as", "More walks").code == 2


def test_nothing_is_taken_in_while_a_file_of_references_is_broken(
    library: Library, briefings: Run, tmp_path: Path
) -> None:
    """Its works would come in as new ones. The fault is told once; other faults of a library hold nothing up."""
    project = library({"references/works.yaml": "- id: hughes2018\n  title: [\n", "briefings/draft.md": "no text"})
    documents = [tmp_path / "one.docx", tmp_path / "two.docx"]
    for document in documents:
        document.write_bytes(WORDS)
    said = briefings(project, "import", *map(str, documents))
    assert (said.code, said.out.count("source/references/works.yaml:"), "Written" in said.out) == (1, 1, False)
    (project / "source/references/works.yaml").write_text(REFERENCES, "utf-8")
    assert briefings(project, "import", *map(str, documents)).code == 0


@pytest.mark.parametrize(
    ("module", "function"),
    [
        (import_returned, find_sent_source),
        (importing, prepare_document),
        (briefing_writer, compare_words),
        (importing, write_atomically),
    ],
    ids=["returned", "preparing", "comparing", "writing"],
)
def test_a_fault_of_the_program_stops_one_document(
    library: Library,
    briefings: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    module: ModuleType,
    function: Callable[..., object],
) -> None:
    project = library({"references/works.yaml": REFERENCES})
    bad = docx(para("Title", "Title"), para("Word of bad.docx."), media={"bad.docx": b""})
    documents = {"bad.docx": bad, "one.docx": WORDS, "worse.docx": bad}
    for name, content in documents.items():
        (tmp_path / name).write_bytes(content)
    monkeypatch.setattr(module, function.__name__, failing(function, "bad"))
    said = briefings(project, "import", *(str(tmp_path / name) for name in documents))
    assert said.code == 4
    assert "bad.docx:1:1: error fault-of-ours: The program failed while it took this document in (KeyError" in said.out
    assert "Written: source/briefings/one.md\n" in said.out
    assert "Traceback" not in said.err
    assert "bad.docx:1:1: KeyError" in (project / "output/faults.log").read_text("utf-8")
