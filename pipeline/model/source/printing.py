"""Requests to a printer: the keys under `print:` of the library and of its packs."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from pipeline.model.source.record import Day, Line, Record

Binding = Literal["corner-stapled", "saddle-stitched", "perfect-bound", "wire-bound", "hole-punched"]
"""Binding of the leaves; `hole-punched` leaves them loose."""

Inks = Literal["black", "four"]
"""Black alone, or cyan, magenta, yellow and black."""

PrinterProof = Literal["none", "pdf", "printed"]
"""Proof that the printer shows before the run."""


class PrintOrder(Record):
    """Requests to the printer for every job."""

    paper: Line | None = None
    """The paper of the text: weight and kind, such as 100 gsm uncoated, recycled."""
    cover_paper: Line | None = None
    """The paper of the cover, such as 250 gsm uncoated; otherwise that of the text."""
    inks: Inks | None = None
    """The inks of the text; otherwise what the file holds."""
    cover_inks: Inks | None = None
    """The inks of the cover; otherwise what the file holds."""
    binding: Binding | None = None
    """How the leaves are held together."""
    finishing: Line | None = None
    """Finishing beside the binding, such as cover matt laminated outside."""
    proof: PrinterProof | None = None
    """The proof that the printer shows you before the run: nothing, a PDF or printed sheets."""
    contact: Line | None = None
    """Whom the printer asks: the mailbox or telephone of a role; otherwise the library's `contact`."""
    instructions: Line | None = None
    """Other instructions to the printer, such as Label each box with the college's name."""


class Print(PrintOrder):
    """The house's requests to its printer, and the profile of the print edition."""

    profile: Line | None = None
    """The ICC profile of the press, by its path in `source/`, such as `press.icc`; without one the edition is grey."""


class PackPrint(PrintOrder):
    """A pack's requests to the printer: they take precedence over the library's."""

    spare: int = Field(default=0, ge=0)
    """Copies beyond those that colleges take, for your own shelf; not in a numbered pack."""
    spare_to: Line | None = None
    """Where the spare copies go; otherwise to whom the printer asks."""
    deadline: Day | None = None
    """The day by which the printer needs files and order."""
    delivery_date: Day | None = None
    """The day by which the copies should be with the colleges."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.deadline and self.delivery_date and self.delivery_date < self.deadline:
            raise ValueError("'delivery_date' is before 'deadline'")
        return self

    def over(self, house: PrintOrder) -> PackPrint:
        """The pack's order, with what the house asks of every printer where the pack says nothing."""
        usual = {name: getattr(house, name) for name in PrintOrder.model_fields if getattr(self, name) is None}
        return self.model_copy(update=usual)
