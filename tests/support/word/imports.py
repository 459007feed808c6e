"""Documents taken into a small library, in memory."""

from collections.abc import Callable

from pipeline.load.library import load_library
from pipeline.model.source.briefing import Briefing
from pipeline.services.importing.importing import ImportOptions, ImportResult, import_document
from tests.support.project import IMPRINT, REFERENCES

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
"""A picture of one dot."""
LIBRARY = {"source/library.yaml": IMPRINT.encode(), "source/references/works.yaml": REFERENCES.encode()}


def imported(
    document: bytes,
    name: str = "foot-patrol.docx",
    files: dict[str, bytes] | None = None,
    beside: Callable[[str], bytes | None] = lambda _: None,
    **options: str,
) -> ImportResult:
    """A document taken into a library of one work, with some more files."""
    library = LIBRARY | (files or {})
    known = load_library(library)[0].bibliography
    return import_document(name, document, ImportOptions(read_neighbour=beside, **options), library, known)  # type: ignore[arg-type]


def text_of(made: ImportResult) -> str:
    """The text that was written, front matter and all."""
    return next(content.decode() for path, content in made.files.items() if path.endswith(".md"))


def body_of(made: ImportResult) -> str:
    """The text that was written, without its front matter."""
    return text_of(made).split("\n---\n", 1)[1].strip()


def remark_lines(made: ImportResult) -> list[str]:
    """Codes and sentences of what is told."""
    return [f"{one.place.line} {one.code}: {one.sentence}" for one in made.remarks]


def read_again(made: ImportResult) -> tuple[Briefing, list[str]]:
    """What `check` finds in the library with what was written: the text, and codes of remarks on it."""
    library, remarks = load_library(LIBRARY | dict(made.files))
    return next(iter(library.briefings.values())), [remark.code for remark in remarks]
