"""The command `briefings` without other people's validators: page-validation and outloud are asked for nothing.

The other pipelines of the benchmark do not ask any either. All else is the command as it is: our own checks of every
PDF, EPUB and page, the same processes, and nothing loaded before its time. A library that was built so keeps the empty
verdicts in its store.
"""

import sys
from types import ModuleType
from typing import Any

OTHERS = "pipeline.proof.listening"
"""The module that asks them, which is loaded by whoever has a file for them."""


def unasked(job: Any) -> tuple[()]:
    """Nothing."""
    return ()


def ask_nobody() -> None:
    """Put ourselves in the place of the module; a worker does it as it loads the command."""
    nobody = ModuleType(OTHERS, "Asks nobody.")
    nobody.others_proof = unasked  # type: ignore[attr-defined]
    sys.modules[OTHERS] = nobody


if __name__ in ("__main__", "__mp_main__"):
    ask_nobody()

if __name__ == "__main__":
    from pipeline import __main__

    __main__.run()
