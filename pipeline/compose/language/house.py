"""Words of the house within a text that may be in another language, and with parts of the page in them."""

from markupsafe import Markup, escape

from pipeline.model.words import PLACE, Words


def speaking(words: Words, language: str) -> Markup:
    """The attributes that say which language the words of the house are in, where the text is in another."""
    own = words.language
    if own.partition("-")[0].casefold() == language.partition("-")[0].casefold():
        return Markup()
    return Markup(' lang="{0}" xml:lang="{0}"').format(own)


def put(words: Words, key: str, /, **into: object) -> Markup:
    """The phrase of a key with parts of a page, or words, put into its places."""
    return _filled(words.phrases[key][0], into)


def _filled(phrase: str, into: dict[str, object]) -> Markup:
    pieces = PLACE.split(phrase)  # every second one is a place
    return Markup("").join(
        escape(into.get(piece, "")) if number % 2 else escape(piece) for number, piece in enumerate(pieces)
    )
