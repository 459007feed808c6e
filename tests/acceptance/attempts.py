"""A library that tries to reach out, a server that nothing should ask, a file that nothing should read."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.support.project import Said

SECRET = "the combination is 31-17-44"
FIGURE = '![What it shows](drawing.svg){{#fig-x alt="A drawing."}}\n\n{}'
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9"{1}>{0}'
    '<rect width="9" height="9"/></svg>'
)


@dataclass
class Loopback:
    """A server that counts who comes."""

    address: str
    asked: list[str] = field(default_factory=list)


@dataclass
class Attempt:
    """What a library was made to try: what the build said, and all that it made."""

    said: Said
    codes: set[str]
    made: dict[str, bytes]


Try = Callable[..., Attempt]
