"""A finished PDF from outside is tried when its pack is read: whether it can be bound in is not found out later."""

from __future__ import annotations

from pipeline.bind.inserts import InsertJob, Unfit, fitted
from pipeline.load.insert_faults import A4, insert_fault

PAGE = (0.0, 0.0, *A4)


def insert_trial(content: bytes) -> str:
    """Why a PDF cannot be bound in, as the end of a sentence; nothing where it can: it was fitted to A4."""
    if fault := insert_fault(content):
        return fault
    try:
        fitted(InsertJob("", content, (("/MediaBox", PAGE), ("/TrimBox", PAGE))))
    except Unfit as fault:
        return str(fault)
    return ""
