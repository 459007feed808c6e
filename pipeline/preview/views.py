"""The views of a text: what each shows, and of which format it is made."""

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.model.formats import EDITIONS, EPUB, FORMATS, PAGE, PDF, FileKind, Format, format_row


@dataclass(frozen=True, slots=True)
class LiveView:
    """A view: its name in addresses and in the words of the house, and the format of which it shows a file."""

    name: str
    format: Format
    of_packs: bool = True
    narrow: bool = False
    """Whether its frame is as wide as a phone."""

    @property
    def label(self) -> str:
        """The key of its name in the words of the house."""
        return f"preview-view-{self.name}"

    @property
    def is_drawn(self) -> bool:
        """Whether it shows pictures of pages; the others show a document in a frame."""
        return format_row(self.format).paged


def _format(kind: FileKind, large: bool = False) -> Format:
    """The first format of a kind of file, in large letters or not."""
    rows = (row for row in FORMATS.values() if row.kind == kind and EDITIONS[row.edition].large == large)
    return next(rows).name


VIEWS: Mapping[str, LiveView] = {
    view.name: view
    for view in (
        LiveView("pages", _format(PDF)),
        LiveView("web", _format(PAGE), of_packs=False),
        LiveView("phone", _format(PAGE), of_packs=False, narrow=True),
        LiveView("large", _format(PDF, large=True)),
        LiveView("book", _format(EPUB), of_packs=False),
    )
}
"""The views in the order of their links, by name."""

FIRST = "pages"
"""The view that is opened first."""


@dataclass(frozen=True, slots=True)
class Target:
    """A briefing or pack in a format: what is made, and shown in one view or in several."""

    name: str
    format: Format
