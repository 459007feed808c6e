"""Papers that somebody else wrote, each put into a library of ours."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import yaml

from tests.support import libraries
from tests.support.project import IMPRINT, SHARED, sample

CORPUS = SHARED / "corpus"
PAPERS = sorted(path.parent for path in CORPUS.glob("*/paper.md"))
LOOKED_AT = sample(PAPERS, 4)
"""Those that `make proof` looks at."""
TAKEN = {0, 1}
"""The exit codes of a build that tell of the source alone."""

_CODE = re.compile(r"^(`{3,}|~{3,}).*?^\1[^\n]*$|`+[^`]*`+|<!--.*?-->", re.DOTALL | re.MULTILINE)
_KEY = re.compile(r"(?<![\w@\\/.])-?@\{?([A-Za-z0-9_](?:[\w:.#$%&\-+?<>~/]*\w)?)")
_PICTURE = re.compile(r"!\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*([^)\s]+)")


def parts(paper: Path) -> tuple[str, str]:
    """The title and the body of a paper."""
    _, head, body = (paper / "paper.md").read_text(encoding="utf-8").split("---\n", 2)
    return str(yaml.safe_load(head)["title"]), body


def name_of(paper: Path) -> str:
    """What a paper is called in its library."""
    return f"paper-{PAPERS.index(paper) + 1}"


def wrapped(paper: Path, root: Path) -> Path:
    """A library that holds the paper: our front matter, its body, its bibliography, its figures."""
    title, body = parts(paper)
    folder = root / "source" / "briefings" / name_of(paper)
    folder.mkdir(parents=True)
    (root / "source" / "references").mkdir()
    (root / "source" / "library.yaml").write_text(IMPRINT + "formats: [screen, epub, html]\n", encoding="utf-8")
    head = yaml.safe_dump({"title": title, "summary": "A paper that somebody else wrote."}, allow_unicode=True)
    (folder / "briefing.md").write_text(f"---\n{head}---\n{body}", encoding="utf-8")
    shutil.copy(paper / "paper.bib", root / "source" / "references" / "paper.bib")
    for figure in pictures(paper):
        shutil.copy(paper / figure, folder / figure)
    return root


def built(paper: Path, built_once: Callable[..., Path]) -> Path:
    """Its library, built once for all tests that look at it."""
    return built_once(name_of(paper), partial(wrapped, paper), "--date", libraries.DATE, codes=TAKEN)


def made(paper: Path, root: Path, end: str) -> Path:
    """A file that was made of it."""
    return root / "output" / "briefings" / name_of(paper) / f"{name_of(paper)}.{end}"


def pictures(paper: Path) -> list[str]:
    """The pictures that a paper shows and that lie beside it."""
    return [name for name in _PICTURE.findall(parts(paper)[1]) if (paper / name).is_file()]


def cited(paper: Path) -> Counter[str]:
    """How often the paper cites each of the works that its bibliography has."""
    known = set(re.findall(r"^\s*@\w+\s*\{\s*([^,\s]+)\s*,", (paper / "paper.bib").read_text("utf-8"), re.MULTILINE))
    text = _CODE.sub(" ", parts(paper)[1])
    return Counter(key for key in _KEY.findall(text) if key in known)
