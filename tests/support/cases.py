"""Files of cases: title, input and expected words, with dots between them."""

from pathlib import Path


def read_cases(path: Path) -> list[tuple[str, str, str]]:
    """Title, input and expected words of every case in a file."""
    parts = path.read_text(encoding="utf-8").split("\n.\n")
    return [(parts[n].strip(), parts[n + 1], parts[n + 2]) for n in range(0, len(parts) - 2, 3)]
