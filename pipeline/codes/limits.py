"""Codes: work that would take too long, or too much memory."""

from pipeline.codes._code import error

JOB_TOO_LONG = error(
    "{sentence}",
    example="This took longer than 120 seconds, and was broken off.",
    why="A file that would take minutes or for ever holds up everybody's build. It is left out; all else is built.",
    remedy="Make what it holds simpler. Setting, binding and inspecting may take more: 'limits:' in library.yaml.",
)
JOB_TOO_LARGE = error(
    "{sentence}",
    example="This took more than 1,200 MB of memory, and was broken off.",
    why="A file that unfolds to very much takes the memory of the whole machine. It is left out; all else is built.",
    remedy="Make what it holds simpler. Setting, binding and inspecting may take more: 'limits:' in library.yaml.",
)
