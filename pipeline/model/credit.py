"""Contributors and subjects of a text, as its record has them."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["author", "reviewer"]
"""Part of a contributor in a text."""


@dataclass(frozen=True, slots=True)
class Credit:
    """A contributor to a text, with the part taken and the form of the name for sorting."""

    name: str
    file_as: str
    role: Role = "author"


@dataclass(frozen=True, slots=True)
class Subject:
    """Subject of a text: a label, and the code of a published scheme of subjects if the library knows one."""

    label: str
    scheme: str = ""
    code: str = ""
