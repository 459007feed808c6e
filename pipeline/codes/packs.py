"""Codes: packs."""

from pipeline.codes._code import error, warning

__all__: list[str] = []
