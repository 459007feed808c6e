"""Example sentences of codes, from `examples.json`: one instance each of sentences that vary with the case.

Those of codes with a folder in `tests/codes/` are written by its test; the others by hand. Reads the file beside it.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources


@cache
def examples() -> Mapping[str, tuple[str, str]]:
    """The sentence and the hint of one remark of each code that has an example."""
    text = (resources.files(__package__) / "examples.json").read_text(encoding="utf-8")
    found = json.loads(text)
    return {code: (said["says"], said.get("hint", "")) for code, said in found.items()}
