"""British typography of words as they are typed: quotation marks, rules, ranges, ellipses. Text only, never code."""

import re
from collections.abc import Iterator

_ADDRESS = re.compile(
    r"(?:(?:https?|ftp)://|mailto:|www\.|doi:|10\.\d{4,9}/)[^\s<>\"]*[^\s<>\"'.,;:!?)\]…’”]"
    r"|(?<![\w.+-])(?<![\w.+-]')[\w.+-]+(?:'[\w.+-]+)*@[\w-]+(?:\.[\w-]+)+"
)
_RULE = re.compile(r"(?<=\s)--(?=\s)|(?<=\s)-(?=\s)(?!\s+\d)|(?<=\s)-(?<!\d\s-)(?=\s)")
"""Two hyphens between words, or one: but '5 - 3' may be a sum."""
_PAGES = re.compile(r"(?<!\w)(?:pp?\.?|[Pp]ages?)\s\d+-\d+(?:(?:, | and )\d+-\d+)*(?![\w/-])")
_YEARS = re.compile(r"(?<![\w./–-])(1[5-9]\d\d|20\d\d)-(\d{4}|\d\d)(?![\w/–-]|\.\w)")
_TYPED = re.compile(r"['\"-]|\.\.\.")
"""Characters that may have to be set: words without them are returned at once."""
_BEFORE_OPENING = frozenset("([{–—-/‘“\u00a0")
_LEFT_OUT = re.compile(r"\d\ds\b|(?:n(?=['’])|em|tis|twas|til)\b", re.IGNORECASE)
"""Words that begin with an apostrophe for left-out letters: the '90s, rock 'n' roll, go get 'em."""
_YEAR = re.compile(r"\d\d\b")
_CLOSES = re.compile(r"(?<=\S)['’](?!\w)")
_AHEAD = 300
"""So far ahead is the end of a quotation looked for."""


class Typographer:
    """Sets a run of words piece by piece; what came before decides whether a mark opens or closes."""

    def __init__(self) -> None:
        self._before = ""
        self._single = False
        self._double = False

    def set(self, text: str) -> str:
        """The next words, set. Addresses stay as they are, and so do words that are set already."""
        if not _TYPED.search(text):
            self.pass_over(text)
            return text
        return "".join(self._address(part) if address else self._words(part) for part, address in _parts(text))

    def pass_over(self, text: str) -> None:
        """Words that are left as they are, such as code."""
        self._before = text[-1:] or self._before

    def _address(self, text: str) -> str:
        self.pass_over(text)
        return text

    def _words(self, text: str) -> str:
        text = _RULE.sub("–", text.replace("...", "…"))
        text = _YEARS.sub(_years, _PAGES.sub(lambda pages: pages[0].replace("-", "–"), text))
        out = []
        for index, character in enumerate(text):
            if character == "'":
                character = self._quote(text[index + 1 : index + _AHEAD])
            elif character == '"':
                character = self._double_quote()
            out.append(character)
            self._before = character
        return "".join(out)

    def _opens(self) -> bool:
        return not self._before or self._before.isspace() or self._before in _BEFORE_OPENING

    def _quote(self, rest: str) -> str:
        following = rest[:1]
        if self._opens() and not following.isspace() and not _stands_for_letters(rest):
            self._single = True
            return "‘"
        if self._before.isdigit() and not self._single and not following.isalpha():
            return "'"  # feet or minutes: a prime, left as typed
        self._single = self._single and following.isalnum()
        return "’"

    def _double_quote(self) -> str:
        if self._opens():
            self._double = True
            return "“"
        if self._before.isdigit() and not self._double:
            return '"'  # inches or seconds
        self._double = False
        return "”"


PASTED = str.maketrans(
    {
        **{"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"},
        **dict.fromkeys("\u00ad\u200b\u2060", ""),
    }
)
"""Replacements for ligatures and invisible characters pasted from a PDF or a Word document. The press makes ligatures
and breaks lines itself."""


def has_british_marks(language: str) -> bool:
    """Whether a language (a BCP 47 tag) has the quotation marks and rules of the house: English and Welsh."""
    return language.partition("-")[0].lower() in ("en", "cy")


def is_english(language: str) -> bool:
    """Whether a language (a BCP 47 tag) is English, of whatever country."""
    return language.partition("-")[0].lower() == "en"


def typeset(text: str, language: str = "en") -> str:
    """A whole text, set; one in a language with marks of its own stays as it is."""
    return Typographer().set(text) if has_british_marks(language) else text


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """The text in parts, and of each whether it is an address."""
    end = 0
    for found in _ADDRESS.finditer(text):
        yield text[end : found.start()], False
        yield found[0], True
        end = found.end()
    yield text[end:], False


def _years(found: re.Match[str]) -> str:
    """'2019–20' and '1973–2011'; '2003-08' may be a month, and 2019-1234 is no range."""
    first, last = int(found[1]), int(found[2])
    if len(found[2]) == 2:
        next_year = last == (first + 1) % 100
        rises = next_year or (last > first % 100 and last > 12)
    else:
        rises = first < last < 2100
    return f"{found[1]}–{found[2]}" if rises else found[0]


def _stands_for_letters(rest: str) -> bool:
    """Whether a mark before these words is an apostrophe. A quotation may begin with a number, if it ends too."""
    return bool(_LEFT_OUT.match(rest) or (_YEAR.match(rest) and not _CLOSES.search(rest)))
