"""Running the command as an author would: on a library in a folder, in a process of its own or in this one."""

import io
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import Any

from pipeline.__main__ import guarded
from pipeline.core.cache import SEAL, Cache
from pipeline.core.diagnostics import Diagnostic
from pipeline.core.records import UnreadableRecord, decode_record
from tests.support.project import IMPRINT, REFERENCES, ROOT, Said

DATE = "2024-04-26"
COMMAND = (sys.executable, "-m", "pipeline")
NOT_MADE = {".lock", ".store", "index.html"}
"""What stands in an output folder beside the things made."""

CITED = "Foot patrol can reduce crime in small places [@hughes2018]."
WIDE = "| A | B | C | D | E |\n|---|---|---|---|---|\n| a | b | c | d | e |"
"""A table of five columns, which is a remark of style."""


def environment(**more: str) -> dict[str, str]:
    """The environment of a run: this project's code, no colours, and what a test adds."""
    left_out = {"SOURCE_DATE_EPOCH", "NO_COLOR", "PYTHONDONTWRITEBYTECODE"}
    own = {name: text for name, text in os.environ.items() if name not in left_out}
    return own | {"PYTHONPATH": str(ROOT), "COLUMNS": "100"} | more


def run(project: Path | None, *arguments: str, timeout: float = 900, **env: str) -> Said:
    """What the command says, run in a process of its own."""
    shared = ("--project", str(project)) if project else ()
    done = subprocess.run(
        [*COMMAND, *shared, *arguments],
        capture_output=True,
        cwd=ROOT,
        env=environment(**env),
        timeout=timeout,
        check=False,
    )
    return Said(done.returncode, done.stdout.decode(), done.stderr.decode())


def here(project: Path, *arguments: str) -> Said:
    """What the command says, run in this process, which has its engines loaded: by one worker, and much sooner."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = guarded(["--project", str(project), *arguments])
    return Said(code, out.getvalue(), err.getvalue())


def alone(arguments: tuple[str, ...]) -> tuple[str, ...]:
    """The arguments of a build, by one worker unless they say otherwise: others would take longer to start."""
    return arguments if "--jobs" in arguments or "--executor" in arguments else (*arguments, "--jobs", "1")


def failing(function: Callable[..., Any], on: str) -> Callable[..., Any]:
    """The function, which fails where the path of its first argument has these words, or else its arguments have."""

    def instead(*given: Any, **named: Any) -> Any:
        if on in str(getattr(given[0], "path", given)):
            raise KeyError("on purpose")
        return function(*given, **named)

    return instead


def copied(source: Path, target: Path) -> Path:
    """A copy of a library with all that was built of it."""
    shutil.copytree(source, target)
    return target


def remember(project: Path, other: Path) -> None:
    """Give a library that is not built yet what the builds of another have left in its store."""
    if (store := other / "output" / ".store").is_dir():
        shutil.copytree(store, project / "output" / ".store")


def remember_verdicts(project: Path, other: Path) -> None:
    """Give a library that is not built yet what judges have said of another's files, and nothing that was made."""
    kept = Cache(project / "output" / ".store")
    for path in sorted((other / "output" / ".store").glob("??/*")):
        with suppress(UnreadableRecord):
            said = decode_record(path.read_bytes()[SEAL:], tuple[Diagnostic, ...])
            kept.keep(path.parent.name + path.name, said, tuple[Diagnostic, ...])


def written(root: Path, files: Mapping[str, str | bytes] | None = None) -> Path:
    """A small library: paths under `source/` with their text, on top of an imprint and one work."""
    shelf: dict[str, str | bytes] = {"library.yaml": IMPRINT, "references/works.yaml": REFERENCES}
    for path, text in (shelf | dict(files or {})).items():
        place = root / "source" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def briefing(body: str = CITED, title: str = "Foot patrol", **fields: str) -> str:
    """The source of a briefing."""
    more = "".join(f"{name}: {text}\n" for name, text in fields.items())
    return f"---\ntitle: {title}\nsummary: What walking a beat does to crime.\n{more}---\n\n{body}\n"


def made(project: Path) -> dict[str, bytes]:
    """Every file made, by its path under the output folder."""
    output = project / "output"
    return {
        path.relative_to(output).as_posix(): path.read_bytes()
        for path in sorted(output.rglob("*"))
        if path.is_file() and path.relative_to(output).parts[0] not in NOT_MADE
    }


def laid_open(content: bytes) -> bytes:
    """All that a made file holds, unpacked: what was embedded cannot hide in compressed streams."""
    if content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return b"\n".join(book.read(name) for name in book.namelist())
    if content[:5] == b"%PDF-":
        import pikepdf

        with pikepdf.open(io.BytesIO(content)) as pdf:
            streams = [thing for thing in pdf.objects if isinstance(thing, pikepdf.Stream)]
            return b"\n".join([content, *(_stream(stream) for stream in streams)])
    return content


def _stream(stream: object) -> bytes:
    import pikepdf

    try:
        return stream.read_bytes()  # type: ignore[attr-defined,no-any-return]
    except pikepdf.PdfError:  # a picture's own compression
        return stream.read_raw_bytes()  # type: ignore[attr-defined,no-any-return]


def pdfs(project: Path) -> list[Path]:
    """All PDFs that were built."""
    return sorted((project / "output").rglob("*.pdf"))
