"""`rules:` of `library.yaml`: which remarks of style a house makes, and how they count."""

from collections.abc import Mapping
from types import MappingProxyType

from pydantic import Field

from pipeline.codes.rules import STYLE, Setting
from pipeline.model.source.record import Record


class Rules(Record):
    """Severity of each remark of style: `error`, `warning` or `off`; those not named are warnings."""

    withdrawn = MappingProxyType(
        dict.fromkeys(
            (
                *("title-stop", "summary-long", "summary-stop", "list-lead-in", "list-single", "list-stop"),
                *("numbers-in-figures", "doubled-word", "space-before-mark", "mark-doubled"),
            ),
            "Delete the line. A prose checker such as Vale makes this check.",
        )
    )

    all: Setting | None = None
    """All that are not named here."""
    heading_shifted: Setting | None = Field(default=None, alias="heading-shifted")
    """Headings that have the level of the title."""
    short_title_long: Setting | None = Field(default=None, alias="short-title-long")
    """Titles that are cut at the head of each page."""
    table_wide: Setting | None = Field(default=None, alias="table-wide")
    """Tables of more than 4 columns."""
    abbreviation_unused: Setting | None = Field(default=None, alias="abbreviation-unused")
    """Abbreviations that the text does not use."""
    abbreviation_once: Setting | None = Field(default=None, alias="abbreviation-once")
    """Abbreviations that the text uses only once."""
    abbreviation_first_use: Setting | None = Field(default=None, alias="abbreviation-first-use")
    """Abbreviations that are not spelled out where they first stand."""

    def settings(self) -> Mapping[str, Setting]:
        """Severity of each remark of style, by its code, as far as this house has set it."""
        said = {code: getattr(self, code.replace("-", "_")) or self.all for code in STYLE}
        return {code: setting for code, setting in said.items() if setting}
