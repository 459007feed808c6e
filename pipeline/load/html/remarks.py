"""Remarks on HTML that is not read: once a text and name, with how often there is more of it."""

from pipeline.core.diagnostics import Place
from pipeline.load.dialects.told_once import Tally
from pipeline.load.html.tags import TAG, short
from pipeline.model.body import Placeholder


def left_out(tally: Tally, tag: str, place: Place) -> Placeholder:
    """The placeholder for an element that is left out with all that it holds."""
    tally.count("raw-html", _name(tag), place, tag=short(tag))
    return Placeholder(f"[{short(tag)}]")


def means_nothing(tally: Tally, tag: str, place: Place) -> None:
    """Take note of a tag whose words are printed without it."""
    tally.count("html-mark", _name(tag), place, tag=short(tag))


def no_tag(tally: Tally, written: str, place: Place) -> None:
    """Take note of what looks like a tag and is printed."""
    hint = "To keep it, put a backslash before the first sign, or write it as `code`."
    said = {"text": short(written), "what": "no tag of HTML that has an end", "fate": "printed as you typed it"}
    tally.count("foreign-markup", _name(written), place, hint, **said)


def _name(tag: str) -> str:
    found = TAG.match(tag)
    return found["name"].lower() if found else tag[:2]
