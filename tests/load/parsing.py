"""A briefing read from its text."""

from pipeline.load.briefing import ParsedBriefing, parse_briefing


def parse(text: str | bytes, path: str = "source/briefings/x.md") -> ParsedBriefing:
    """The briefing of a text."""
    return parse_briefing(path, text if isinstance(text, bytes) else text.encode())
