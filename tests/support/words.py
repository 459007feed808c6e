"""The fixed words of the house as the shipped table has them, and a made-up language that tells them from others.

Every phrase of it is read backwards in brackets: «yeK gnidnif'r». Whatever the pages of such a text say without
brackets comes from its author, or is a word that is written in the code.
"""

from pathlib import Path

import yaml

from pipeline.load.folders import read_layouts
from pipeline.load.words import read_phrase_table
from tests.support.project import ROOT

LAYOUTS = read_layouts(Path("/nowhere"), ROOT / "layouts", {})
WORDBOOK = read_phrase_table(LAYOUTS)[0]
ENGLISH = WORDBOOK.english

OPENS, CLOSES = "«", "»"


def made_up(language: str) -> str:
    """A table of words of a language in which everything is said in English within brackets, with three plurals."""
    told: dict[str, object] = {"language": language, "plural": "n == 1 ? 0 : n == 2 ? 1 : 2"}
    for key, forms in ENGLISH.phrases.items():
        said = [form if key in ("date", "date-short", "thousands", "and") else bracketed(form) for form in forms]
        told[key] = said[0] if len(forms) == 1 else [said[0], said[-1], said[-1]] if len(forms) == 2 else said
    return yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=100)


def bracketed(phrase: str) -> str:
    """The words of a phrase in brackets, and what is put into it outside of them."""
    if "{" not in phrase:
        return _around(phrase)
    head, _, rest = phrase.partition("{")
    place, _, tail = rest.partition("}")
    return f"{_around(head)}{{{place}}}{bracketed(tail) if '{' in tail else _around(tail)}"


def _around(words: str) -> str:
    bare = words.strip()
    if not any(letter.isalpha() for letter in bare):
        return words
    backwards = " ".join(word[::-1] for word in bare.split(" "))
    return words.replace(bare, f"{OPENS}{backwards}'r{CLOSES}")
