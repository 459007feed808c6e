"""`rules:` of `library.yaml`: which remarks of style a house makes, and how they count."""

from collections.abc import Mapping

from pydantic import Field

from pipeline.codes.rules import STYLE, Setting
from pipeline.model.source.record import Record


class Rules(Record):
    """Severity of each remark of style: `error`, `warning` or `off`; those not named are warnings."""

    all: Setting | None = None
    """All that are not named here."""
    heading_shifted: Setting | None = Field(default=None, alias="heading-shifted")
    """Headings that have the level of the title."""
    title_stop: Setting | None = Field(default=None, alias="title-stop")
    """Titles that end with a full stop."""
    short_title_long: Setting | None = Field(default=None, alias="short-title-long")
    """Titles that are cut at the head of each page."""
    summary_long: Setting | None = Field(default=None, alias="summary-long")
    """Summaries of more than 160 characters."""
    summary_stop: Setting | None = Field(default=None, alias="summary-stop")
    """Summaries without a full stop."""
    table_wide: Setting | None = Field(default=None, alias="table-wide")
    """Tables of more than 4 columns."""
    list_lead_in: Setting | None = Field(default=None, alias="list-lead-in")
    """Lists that no line leads into."""
    list_single: Setting | None = Field(default=None, alias="list-single")
    """Lists of one bullet."""
    list_stop: Setting | None = Field(default=None, alias="list-stop")
    """Bullets that end with a full stop, a comma or a semicolon."""
    numbers_in_figures: Setting | None = Field(default=None, alias="numbers-in-figures")
    """Numbers from 10 up that are written in letters."""
    doubled_word: Setting | None = Field(default=None, alias="doubled-word")
    """Words that stand twice."""
    space_before_mark: Setting | None = Field(default=None, alias="space-before-mark")
    """Spaces before a comma, a full stop and the like."""
    mark_doubled: Setting | None = Field(default=None, alias="mark-doubled")
    """Commas, full stops and the like that stand twice."""
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
