"""Files too large for a message, put where colleges can fetch them, by their SHA-256. At the edge.

A message with links is as good as what stands behind them. So before the message goes each file is fetched as a college
would fetch it, and compared. What is there already is not put there again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from http.client import HTTPException
from urllib.parse import quote
from urllib.request import Request, urlopen

from pipeline.colleges.deliveries.store import StoreTransport
from pipeline.colleges.deliveries.transport import NotDelivered
from pipeline.core.digests import sha256


@dataclass(frozen=True, slots=True)
class LinkPlace:
    """A folder in a store, and the address at which what is in it can be fetched."""

    store: StoreTransport
    address: str
    patience: float = 60
    """Seconds that an answer from the address may take."""

    def put(self, files: Iterable[tuple[str, bytes]], links: Mapping[str, str]) -> None:
        """Put those files there that are linked to, if they are not. Raises `NotDelivered`."""
        for name, content in files:
            if name in links and self._fetched(links[name], len(content)) != content:
                self.store.write(sha256(content), name, content)
                if self._fetched(links[name], len(content)) != content:
                    reason = f"{links[name]} does not give what was put into {self.store.address}"
                    raise NotDelivered("refused", reason)

    def _fetched(self, link: str, size: int) -> bytes | None:
        """Content at an address; none where there is none."""
        return self.store.asked(partial(_fetched, link, size, self.patience), size)  # type: ignore[no-any-return]


def links_to(address: str, files: Mapping[str, str]) -> dict[str, str]:
    """The link to each file, of which the SHA-256 is given. Nobody finds a file there without knowing that."""
    return {name: f"{address.rstrip('/')}/{digest}/{quote(name)}" for name, digest in files.items()}


def _fetched(link: str, size: int, patience: float) -> bytes | None:
    asked = Request(link, headers={"Cache-Control": "no-cache", "User-Agent": "briefings"})
    try:
        with urlopen(asked, timeout=patience) as answer:  # an address of the web, as the library's keys go
            return bytes(answer.read(size + 1))
    except (OSError, HTTPException, ValueError):
        return None
