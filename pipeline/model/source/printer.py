"""`library.yaml`: the printer that jobs of printed copies go to."""

from typing import Self

from pydantic import model_validator

from pipeline.model.source.college import Channels
from pipeline.model.source.record import Line, Record


class Printer(Record):
    """The printer that the job of an edition goes to: its print PDF, its tables and the job ticket."""

    name: Line = "The printer"
    """The name of the printer, as letters and the page that checks a delivery say it."""
    channels: Channels
    """The way to it: `folder`, `sftp`, `url` or `mail`."""

    @model_validator(mode="after")
    def _a_way(self) -> Self:
        if self.channels.post or self.channels.printer:
            raise ValueError("a job goes to the printer as files: by 'folder', 'sftp', 'url' or 'mail'")
        if not any(self.channels.to(name) for name in ("mail", "folder", "sftp", "url")):
            raise ValueError("name the way to the printer: 'folder', 'sftp', 'url' or 'mail'")
        return self
