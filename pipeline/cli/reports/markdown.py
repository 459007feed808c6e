"""Words of others in Markdown that a code host shows: as code, which holds no link, mention or markup. Pure."""

import re

from pipeline.core.diagnostics import visible


def span(words: str) -> str:
    """Words within a line, as code: whatever they hold, they end where they end."""
    said = visible(words).strip() or "–"
    fence = "`" * (_longest_run(said) + 1)
    room = " " if said.startswith("`") or said.endswith("`") else ""
    return f"{fence}{room}{said}{room}{fence}"


def block(text: str) -> str:
    """Lines as a block of code: none of them ends it."""
    lines = visible(text, "\n")
    fence = "`" * max(3, _longest_run(lines) + 1)
    return f"{fence}text\n{lines}\n{fence}"


def _longest_run(text: str) -> int:
    """The length of the longest run of backticks."""
    return max((len(run) for run in re.findall("`+", text)), default=0)
