"""Who had a part in a text, and what it is about, as its record says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["author", "reviewer"]
"""What part somebody had in a text."""


@dataclass(frozen=True, slots=True)
class Credit:
    """Who had which part in a text, and where the name stands in an alphabet."""

    name: str
    file_as: str
    role: Role = "author"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a text is about: a label, and the code of a published scheme of subjects if the library knows one."""

    label: str
    scheme: str = ""
    code: str = ""
