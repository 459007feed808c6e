"""Words as the measure of changes counts them: with a letter or figure; a citation, formula or picture is one."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from pipeline.markup.changes.parts import SPACE, Token, Unit, nodes_of, tokens


def count_words(part: Iterable[Unit]) -> int:
    """The number of words in units."""
    return sum(len(_counted(tokens(nodes_of(unit)))) for unit in part)


@dataclass(slots=True)
class ChangeCount:
    """The words that are new and gone so far, and the changes in which none is."""

    new: int = 0
    gone: int = 0
    otherwise: int = 0

    def add(self, was: Iterable[Token], now: Iterable[Token]) -> None:
        """Count a change, without the words that both sides of it have in one order."""
        old, fresh = _counted(was), _counted(now)
        pieces = SequenceMatcher(None, old, fresh, autojunk=False).get_matching_blocks()
        same = sum(piece.size for piece in pieces)
        self.new += len(fresh) - same
        self.gone += len(old) - same
        self.otherwise += len(old) == len(fresh) == same


def _counted(words: Iterable[Token]) -> list[str]:
    """The words that count. Signs do not, nor do numbers of notes; a table or figure counts by its label alone."""
    said = (_said(token) for token in words if token.key and token.key != SPACE)
    return [one for one in said if any(letter.isalnum() for letter in one)]


def _said(token: Token) -> str:
    is_numbered = token.key is not None and token.key[1:2] == ("numbered",)
    return re.sub(r"\d+", "#", token.text) if is_numbered else token.text
