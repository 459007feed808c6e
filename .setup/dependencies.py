"""Prints the handbook's page of what the program is made of: each locked package with its release and its licence.

`make handbook` runs it in the environment that the lock file gives. Licences are what the packages say of themselves;
where they say it in words of their own, or nothing, `LICENCES` says it as an SPDX expression.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata, requires
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

LICENCES = {
    "asyncssh": "GPL-2.0-or-later or EPL-2.0",
    "brotlicffi": "MIT",
    "cssselect2": "BSD-3-Clause",
    "jinja2": "BSD-3-Clause",
    "markdown-it-py": "MIT",
    "mdit-py-plugins": "MIT",
    "mdurl": "MIT",
    "pydyf": "BSD-3-Clause",
    "pymupdf": "AGPL-3.0-or-later, or bought from Artifex",
    "pypdfium2": "BSD-3-Clause, Apache-2.0",
    "pyphen": "GPL-2.0-or-later or LGPL-2.0-or-later or MPL-1.1",
    "rispy": "MIT",
    "segno": "BSD-3-Clause",
    "tinycss2": "BSD-3-Clause",
    "tinyhtml5": "MIT",
    "uharfbuzz": "Apache-2.0",
    "weasyprint": "BSD-3-Clause",
    "webencodings": "BSD-3-Clause",
}

PURPOSES = {
    "asyncssh": "deliveries by SFTP",
    "click": "the command line",
    "cryptography": "the signatures of deliveries",
    "cssselect2": "CSS selectors",
    "dulwich": "what git holds of an edition's sources and of sent texts",
    "fontpkg-atkinson-hyperlegible": "the typeface of large print",
    "fontpkg-ibm-plex-mono": "the typeface of code",
    "fontpkg-lato": "a typeface that a library may choose",
    "fontpkg-source-sans-3": "the typeface of the text",
    "fontpkg-source-serif-4": "the typeface of titles and headings",
    "fsspec": "the archive, where it is a store that a URL names",
    "fonttools": "fonts cut to the letters that are used",
    "icalendar": "calendars of reviews",
    "jinja2": "templates",
    "lxml": "XML and HTML",
    "manimgx-fonts": "the Noto fonts of signs, emoji and other scripts",
    "markdown-it-py": "reads Markdown",
    "math-core": "formulas to MathML",
    "mathra": "formulas drawn and spoken",
    "mdit-py-plugins": "footnotes, definition lists, bare addresses",
    "outloud": "what a PDF sounds like",
    "page-validation": "PDF/UA and PDF/A",
    "pikepdf": "finishes, joins and stamps PDFs",
    "pillow": "pictures",
    "pydantic": "the shape of source files",
    "pymupdf": "how a PDF is read aloud",
    "pypandoc-binary": "citations; holds pandoc, GPL-2.0-or-later",
    "pypdfium2": "reads PDFs; holds PDFium",
    "python-docx": "writes Word documents",
    "pyyaml": "reads YAML",
    "rich": "progress on a terminal",
    "rispy": "reads RIS",
    "segno": "QR codes",
    "starlette": "the live page of an editor",
    "tinycss2": "reads CSS",
    "tinyhtml5": "reads HTML",
    "tzdata": "time zones",
    "uharfbuzz": "cuts the type of EPUBs",
    "uvicorn": "serves the live page",
    "watchfiles": "tells when a text is saved",
    "weasyprint": "sets type",
    "ziafont": "holds DejaVu Sans, for signs",
    "ziamath": "holds STIX Two Math, for mathematics",
}
"""The purpose of each package that `pyproject.toml` names."""

BEFORE = """---
title: What it is made of
---

Briefings is under the AGPL, version 3 or later. These are the packages that it installs, from `requirements.lock`, each
under its own terms. None is copied into the project.

"""

AFTER = """
: Packages {#tbl-packages}

The machine brings the rest: Python (PSF-2.0), Pango, GLib and FriBidi (LGPL-2.1-or-later), HarfBuzz and Fontconfig
(MIT), FreeType (FTL or GPL-2.0-or-later). `make proof` also calls veraPDF (GPL-3.0-or-later or MPL-2.0), EPUBCheck
(BSD-3-Clause), Ace (MIT), Chromium (BSD-3-Clause) and the schemas of Word's XML, which Apache POI has with XmlBeans and
Log4j (Apache-2.0). They judge files and are part of none.

The search of the catalogue runs on MiniSearch (MIT), which `make site` and `make wheel` bring by npm as the lock file
in `.setup/site/` names it. It stands in each catalogue, with its terms.

The text field of the live page runs on CodeMirror and Lezer (MIT), which `make desk` and `make wheel` bring by npm as
the lock file in `.setup/desk/` names them. One script is made of them by esbuild (MIT), with their terms at its head.

## What follows from that

You may use Briefings for anything, and change it. What you publish with it is yours: no licence here reaches the
documents.

PyMuPDF is under the AGPL, and so is the whole. Pandoc is under the GPL and is called as a program of its
own. Whoever passes Briefings on, or lets others use a changed one over a network, offers them its source under the same
terms. Whoever only sends documents to colleges owes nothing.

The typefaces are under the Open Font License, DejaVu Sans under that of Bitstream Vera. Both allow them in documents,
and the EPUBs that enclose them hold their terms.
"""


def locked() -> dict[str, str]:
    """The release of each package that the lock file names."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    return {found[1]: found[2] for found in re.finditer(r"^([a-z0-9.-]+)==([^\s;\\]+)", text, re.MULTILINE)}


def direct() -> tuple[str, ...]:
    """The packages that the project asks for itself."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return tuple(_name(line) for line in project["dependencies"])


def licence(name: str) -> str:
    """The licence of a package, as an SPDX expression where it says one."""
    if name in LICENCES:
        return LICENCES[name]
    said = metadata(name)
    return (said.get("License-Expression") or said.get("License") or "").splitlines()[0]


def page() -> str:
    """The whole page."""
    asked, releases = direct(), locked()
    parents = dict(_parents(releases))
    rows = ["| Package | Licence | What for |", "|:---|:---|:---|"]
    for name, release in releases.items():
        purpose = PURPOSES[name] if name in asked else f"needed by {parents[name]}"
        rows.append(f"| {name} {release} | {licence(name)} | {purpose} |")
    return BEFORE + "\n".join(rows) + "\n" + AFTER


def _parents(names: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Each package with one that needs it; the last one said counts."""
    for parent in sorted(names, reverse=True):
        try:
            lines = requires(parent) or ()
        except PackageNotFoundError:  # of other machines
            continue
        yield from ((_name(line), parent) for line in lines)


def _name(line: str) -> str:
    return re.match(r"[A-Za-z0-9._-]+", line)[0].lower().replace("_", "-")  # type: ignore[index]


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201  it is what the page is made by
