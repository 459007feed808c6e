"""Codes: build."""

from pipeline.codes._code import error

__all__: list[str] = []

CONTRAST_LOW = error(
    "contrast-low",
    "The accent colour {colour} has a contrast of {ratio} to 1 against white; text needs {least} to 1.",
    why="Headings, links and marks take the accent colour. A pale colour cannot be read by everybody, on paper least.",
    remedy="Choose a darker accent in `source/library.yaml`, under `design`.",
)
