"""Frames of pages: HTML with places for what is given, and for the words of the house."""

import re

from markupsafe import escape

from pipeline.model.words import Words

_PLACE = re.compile(r"\{\{ ([a-z-]+) \}\}")


def filled(frame: str, words: Words, **given: object) -> str:
    """The frame with what is given, and with the words of the house, put into its places."""

    def put(place: re.Match[str]) -> str:
        name = place[1]
        return str(escape(given[name] if name in given else _said(words, name)))

    return _PLACE.sub(put, frame)


def _said(words: Words, name: str) -> str:
    return words.language if name == "language" else words.say(f"preview-{name}")
