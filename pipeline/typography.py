"""British quotation marks and apostrophes out of the straight ones that are typed. Text only, never markup or code."""

from __future__ import annotations

import re

_RULE = re.compile(r"(?<=\s)--(?=\s)")
_BEFORE_OPENING = frozenset("([{–—-/‘“\u00a0")


class Typographer:
    """Sets a run of words piece by piece; what came before decides whether a mark opens or closes."""

    def __init__(self) -> None:
        self._before = ""
        self._single = False
        self._double = False

    def set(self, text: str) -> str:
        """The next words, set. Words that are set already stay as they are."""
        text = _RULE.sub("–", text.replace("...", "…"))
        out = []
        for index, character in enumerate(text):
            following = text[index + 1 : index + 2]
            if character == "'":
                character = self._quote(following)
            elif character == '"':
                character = self._double_quote()
            out.append(character)
            self._before = character
        return "".join(out)

    def pass_over(self, text: str) -> None:
        """Words that are left as they are, such as code."""
        self._before = text[-1:] or self._before

    def _opens(self) -> bool:
        return not self._before or self._before.isspace() or self._before in _BEFORE_OPENING

    def _quote(self, following: str) -> str:
        if self._opens() and not following.isdigit() and not following.isspace():
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


def typeset(text: str) -> str:
    """A whole text, set."""
    return Typographer().set(text)
