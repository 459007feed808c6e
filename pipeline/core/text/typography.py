"""British typography of typed text: quotation marks, dashes, ranges, ellipses. Never applied to code."""

import re
from collections.abc import Iterator

_ADDRESS = re.compile(
    r"(?:(?:https?|ftp)://|mailto:|www\.|doi:|10\.\d{4,9}/)[^\s<>\"]*[^\s<>\"'.,;:!?)\]…’”]"
    r"|(?<![\w.+-])(?<![\w.+-]')[\w.+-]+(?:'[\w.+-]+)*@[\w-]+(?:\.[\w-]+)+"
)
_DASH = re.compile(r"(?<=\s)--(?=\s)|(?<=\s)-(?=\s)(?!\s+\d)|(?<=\s)-(?<!\d\s-)(?=\s)")
"""One or two hyphens between words; '5 - 3' may be a sum."""
_PAGES = re.compile(r"(?<!\w)(?:pp?\.?|[Pp]ages?)\s\d+-\d+(?:(?:, | and )\d+-\d+)*(?![\w/-])")
_YEARS = re.compile(r"(?<![\w./–-])(1[5-9]\d\d|20\d\d)-(\d{4}|\d\d)(?![\w/–-]|\.\w)")
_TYPED = re.compile(r"['\"-]|\.\.\.")
"""Characters that may change: text without them is returned at once."""
_BEFORE_OPENING = frozenset("([{–—-/‘“\u00a0")
_ELISION = re.compile(r"\d\ds\b|(?:n(?=['’])|em|tis|twas|til)\b", re.IGNORECASE)
"""Words that begin with an apostrophe for omitted letters: the '90s, rock 'n' roll, go get 'em."""
_YEAR = re.compile(r"\d\d\b")
_CLOSES = re.compile(r"(?<=\S)['’](?!\w)")
_LOOKAHEAD = 300
"""Characters in which the end of a quotation is searched."""


class Typographer:
    """Typesets text piece by piece; the character before decides whether a mark opens or closes."""

    def __init__(self) -> None:
        self._previous = ""
        self._in_single = False
        self._in_double = False

    def set(self, text: str) -> str:
        """Return the next text, typeset. Addresses do not change, and neither does text that is typeset already."""
        if not _TYPED.search(text):
            self.pass_over(text)
            return text
        parts = []
        for part, is_address in _parts(text):
            if is_address:
                self.pass_over(part)
            parts.append(part if is_address else self._typeset(part))
        return "".join(parts)

    def pass_over(self, text: str) -> None:
        """Take note of text that is not typeset, such as code."""
        self._previous = text[-1:] or self._previous

    def _typeset(self, text: str) -> str:
        text = _DASH.sub("–", text.replace("...", "…"))
        text = _YEARS.sub(_join_years, _PAGES.sub(lambda pages: pages[0].replace("-", "–"), text))
        characters = []
        for index, character in enumerate(text):
            if character == "'":
                character = self._single_quote(text[index + 1 : index + _LOOKAHEAD])
            elif character == '"':
                character = self._double_quote()
            characters.append(character)
            self._previous = character
        return "".join(characters)

    def _opens(self) -> bool:
        return not self._previous or self._previous.isspace() or self._previous in _BEFORE_OPENING

    def _single_quote(self, rest: str) -> str:
        following = rest[:1]
        if self._opens() and not following.isspace() and not _is_apostrophe(rest):
            self._in_single = True
            return "‘"
        if self._previous.isdigit() and not self._in_single and not following.isalpha():
            return "'"  # feet or minutes: a prime, left as typed
        self._in_single = self._in_single and following.isalnum()
        return "’"

    def _double_quote(self) -> str:
        if self._opens():
            self._in_double = True
            return "“"
        if self._previous.isdigit() and not self._in_double:
            return '"'  # inches or seconds
        self._in_double = False
        return "”"


PASTED_CHARACTERS = str.maketrans(
    {
        **{"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"},
        **dict.fromkeys("\u00ad\u200b\u2060", ""),
    }
)
"""Replacements for ligatures and invisible characters pasted from a PDF or a Word document. The typesetting engine
makes ligatures and breaks lines itself."""


def has_british_marks(language: str) -> bool:
    """True if a language (a BCP 47 tag) has British quotation marks and dashes: English and Welsh."""
    return language.partition("-")[0].lower() in ("en", "cy")


def is_english(language: str) -> bool:
    """True if a language (a BCP 47 tag) is English of any country."""
    return language.partition("-")[0].lower() == "en"


def typeset(text: str, language: str = "en") -> str:
    """Typeset a whole text; a text in a language with other marks does not change."""
    return Typographer().set(text) if has_british_marks(language) else text


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """Split a text into addresses and other text; each part comes with whether it is an address."""
    end = 0
    for address in _ADDRESS.finditer(text):
        yield text[end : address.start()], False
        yield address[0], True
        end = address.end()
    yield text[end:], False


def _join_years(years: re.Match[str]) -> str:
    """'2019–20' and '1973–2011'; but '2003-08' may be a month, and 2019-1234 is not a range."""
    first, last = int(years[1]), int(years[2])
    if len(years[2]) == 2:
        next_year = last == (first + 1) % 100
        is_range = next_year or (last > first % 100 and last > 12)
    else:
        is_range = first < last < 2100
    return f"{years[1]}–{years[2]}" if is_range else years[0]


def _is_apostrophe(rest: str) -> bool:
    """True if a mark before this text is an apostrophe. A quotation may begin with a number, but is closed."""
    return bool(_ELISION.match(rest) or (_YEAR.match(rest) and not _CLOSES.search(rest)))
