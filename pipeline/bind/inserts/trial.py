"""A finished PDF from outside is tried when its pack is read: whether it can be bound in is not found out later."""

from pipeline.bind.inserts.inserts import InsertJob, Unfit, fitted
from pipeline.core.limited_process import BrokenOff, limited
from pipeline.load.pictures.insert_faults import A4, insert_fault

PAGE = (0.0, 0.0, *A4)


SECONDS, MEGABYTES = 60, 1000
"""Limit of a trial: one of forty pages takes some seconds."""


def insert_trial(content: bytes) -> str:
    """Why a PDF cannot be bound in, as the end of a sentence; it is tried in a process of its own."""
    try:
        return limited(tried, content, SECONDS, MEGABYTES).decode()
    except BrokenOff as broken:
        return f"it cannot be read through: {str(broken)[:1].lower()}{str(broken)[1:-1]}"


def tried(content: bytes) -> bytes:
    """The same, tried here."""
    return _fault(content).encode()


def _fault(content: bytes) -> str:
    """Why a PDF cannot be bound in, as the end of a sentence; nothing where it can: it was fitted to A4."""
    if fault := insert_fault(content):
        return fault
    try:
        fitted(InsertJob("", content, (("/MediaBox", PAGE), ("/TrimBox", PAGE))))
    except Unfit as fault:
        return str(fault)
    return ""
