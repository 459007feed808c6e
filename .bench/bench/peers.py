"""Other pipelines from Markdown to tagged PDF and EPUB, each at its fair best.

Pandoc reads the text and formats its citations, once for the PDF and once for its EPUB; an engine sets the PDF as
PDF/UA-1. Each has our citation style, our typeface and A4 pages with numbers, and works with all cores by `xargs -P`.
Typst sets many texts in one process, so that its fonts are read once. The HTML for Prince and WeasyPrint has a style
sheet of a few rules instead of pandoc's.

Typst and Prince are no packages of the project. `make bench` puts them into `.peers/`; a `prince` on the PATH is taken
before that one. One that is missing is told of and not measured.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata, resources
from pathlib import Path

from bench import typeset
from bench.timing import Run, run, surroundings
from tests.support.project import ROOT

PEERS = ROOT / ".peers"
PANDOC = str(resources.files("pypandoc") / "files" / "pandoc")
FAMILY = "Lato"
FONTS = "fonts"
"""The folder of the typeface, beside the texts."""

STYLE_SHEET = "peers.css"

_FACES = (("Regular", 400, "normal"), ("Italic", 400, "italic"), ("Bold", 700, "normal"), ("BoldItalic", 700, "italic"))
_CITE = f'--citeproc --csl {shlex.quote(str(ROOT / "layouts/styles/house.csl"))} --bibliography "$1.json"'
_TO_HTML = f'{shlex.quote(PANDOC)} "$1.md" --standalone {_CITE} --to html5 --css {STYLE_SHEET} --output "$1.html"'
_TO_TYPST = (
    f'{shlex.quote(PANDOC)} "$1.typst.md" --standalone {_CITE} --to typst --variable papersize=a4 '
    f'--variable mainfont={shlex.quote(FAMILY)} --output "$1.typ"'
)
_TO_EPUB = f'{shlex.quote(PANDOC)} "$1.md" {_CITE} --to epub3 --output "$1.epub"'


@dataclass(frozen=True)
class Peer:
    """A pipeline: what it is called, and three commands of the shell for the text called `$1`."""

    name: str
    source: str
    """From Markdown to what the engine takes."""
    typeset: str
    """From that to PDF; of all the texts `$@` if it takes many."""
    many: bool = False
    """Whether one process sets many texts."""

    def make(self, folder: Path, names: Sequence[str], cores: int) -> Run:
        """PDF and EPUB of every text, by so many processes at a time."""
        source = _each(f"{self.source}\n{_TO_EPUB}", cores, 1)
        return self._run(folder, names, f"{source} && {self._setting(cores, len(names))}")

    def prepare(self, folder: Path, names: Sequence[str], cores: int) -> Run:
        """What the engine takes, for every text."""
        return self._run(folder, names, _each(self.source, cores, 1))

    def set(self, folder: Path, names: Sequence[str], cores: int) -> Run:
        """The PDF of every text that is prepared."""
        return self._run(folder, names, self._setting(cores, len(names)))

    def _setting(self, cores: int, count: int) -> str:
        return _each(self.typeset, cores, -(-count // cores) if self.many else 1)

    def _run(self, folder: Path, names: Sequence[str], script: str) -> Run:
        (folder / "names").write_text("".join(f"{name}\n" for name in names), encoding="utf-8")
        return run(("sh", "-c", script), {**surroundings(), "SOURCE_DATE_EPOCH": "1800000000"}, folder)


def _each(script: str, cores: int, at_once: int) -> str:
    return f"xargs -P {cores} -n {at_once} sh -e -c {shlex.quote(script)} _ <names"


def write_styles(folder: Path) -> None:
    """The typeface, and the style sheet of the HTML that Prince and WeasyPrint are given."""
    (folder / FONTS).mkdir(parents=True)
    for name, _, _ in _FACES:
        file = f"{FAMILY}-{name}.ttf"
        (folder / FONTS / file).write_bytes((resources.files("fontpkg_lato") / "files" / file).read_bytes())
    faces = "".join(
        f'@font-face {{ font-family: "{FAMILY}"; font-weight: {weight}; font-style: {style};\n'
        f'  src: url("{FONTS}/{FAMILY}-{name}.ttf") }}\n'
        for name, weight, style in _FACES
    )
    rules = (
        "@page { size: A4; margin: 25mm; @bottom-center { content: counter(page) } }\n"
        f'html {{ font: 11pt/1.35 "{FAMILY}" }}\n'
        "table { border-collapse: collapse } th, td { padding: 2pt 6pt; border-top: 0.5pt solid }\n"
        "figure { margin: 0 } img { max-width: 100% }\n"
    )
    (folder / STYLE_SHEET).write_text(faces + rules, encoding="utf-8")


def found(wanted: Sequence[str]) -> tuple[list[Peer], list[str]]:
    """The pipelines that are here, and a sentence for each that is not."""
    here = {"Typst": _typst, "Prince": _prince, "WeasyPrint": _weasyprint}
    peers, missing = [], []
    for name, look in here.items():
        if name.lower() in wanted:
            peer = look()
            if peer:
                peers.append(peer)
            else:
                missing.append(f"{name} is not here and was not measured; `make bench` brings it into `.peers/`.")
    return peers, missing


def versions(peers: Sequence[Peer]) -> Iterator[str]:
    """Pandoc and the engines with their versions."""
    yield subprocess.run([PANDOC, "--version"], capture_output=True, text=True, check=True).stdout.split("\n")[0]
    for peer in peers:
        match peer.name:
            case "Typst":
                (own,) = metadata.distributions(path=[str(PEERS)], name="typst")
                yield f"Typst {own.version}"
            case "Prince":
                said = subprocess.run([*_prince_command(), "--version"], capture_output=True, text=True, check=True)
                number = re.search(r"\d+(\.\d+)*", said.stdout)
                yield f"Prince {number[0] if number else '?'}"
            case _:
                yield f"WeasyPrint {metadata.version('weasyprint')}"


def _typst() -> Peer | None:
    if not (PEERS / "typst").is_dir():
        return None
    command = (sys.executable, str(typeset.__file__), str(PEERS), FONTS)
    return Peer("Typst", _TO_TYPST, f'{shlex.join(command)} "$@"', many=True)


def _prince_command() -> list[str]:
    """How Prince is called: without the wrapper of its package, which takes time to start."""
    if own := shutil.which("prince"):
        return [own]
    if not (PEERS / "prince_pdf").is_dir():
        return []
    ask = "import json, prince_pdf; print(json.dumps([str(word) for word in prince_pdf.command()]))"
    env = {**os.environ, "PYTHONPATH": str(PEERS)}
    said = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True, env=env)
    return [str(word) for word in json.loads(said.stdout)]


def _prince() -> Peer | None:
    command = _prince_command()
    if not command:
        return None
    return Peer("Prince", _TO_HTML, f'{shlex.join(command)} --pdf-profile=PDF/UA-1 "$1.html" --output "$1.pdf"')


def _weasyprint() -> Peer | None:
    command = shutil.which("weasyprint", path=str(Path(sys.executable).parent)) or shutil.which("weasyprint")
    if not command:
        return None
    return Peer("WeasyPrint", _TO_HTML, f'{shlex.quote(command)} --quiet --pdf-variant pdf/ua-1 "$1.html" "$1.pdf"')
