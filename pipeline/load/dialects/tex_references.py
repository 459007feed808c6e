r"""References and labels of LaTeX in a line: `\ref{fig:x}`, `Figure~\ref{fig:x}`, `\eqref`, `\autoref`, `\label`."""

import re
from dataclasses import replace

from pipeline.core.diagnostics import Place
from pipeline.load.markdown.draft import Draft
from pipeline.load.markdown.maths import label_id
from pipeline.model.body import CrossReference, Inline, NumberReference, Text

_INSIDE = re.compile(r"\\[A-Za-z]+\*?\{([^{}\n]{1,400})\}")
_BRACKETED = "eqref"
_BARE = frozenset({"ref", _BRACKETED})
_IN_WORDS = frozenset({"autoref", "cref", "Cref", "nameref"})
_NOUN = re.compile(r"(?<![\w.])(?:figure|fig\.?|table|tab\.?|equation|eqn?\.?)[ \n~\u00a0]\Z", re.IGNORECASE)
_BETWEEN = ", "


def read_reference(draft: Draft, name: str, written: str, before: list[Inline], place: Place) -> list[Inline] | None:
    """The reference that a command makes to what this text names; None where it makes none.

    `before` is what stands before it on the line: the noun goes, as the house says 'Figure 2' in its own words.
    """
    found = _INSIDE.fullmatch(written)
    if found is None or name not in _BARE | _IN_WORDS:
        return None
    targets = [label_id(part) for part in found[1].split(",") if part.strip()]
    if not targets or not all(map(draft.names, targets)):
        return None
    targets = [draft.maths.row_of(target) for target in targets]
    noun = _without_noun(before)
    made: list[Inline] = []
    for target in targets:
        made += [Text(_BETWEEN, place)] if made else []
        in_words = name in _IN_WORDS or (noun and len(targets) == 1)
        made.append(
            CrossReference(target, (), place) if in_words else NumberReference(target, name == _BRACKETED, (), place)
        )
    return made


def _without_noun(before: list[Inline]) -> bool:
    """Take the noun off the end of the line, if it names one thing; else write its `~` and `--` as the house does."""
    last = before[-1] if before else None
    if not isinstance(last, Text):
        return False
    found = _NOUN.search(last.text)
    kept = last.text[: found.start()] if found else _unbroken(last.text)
    if kept:
        before[-1] = replace(last, text=kept)
    else:
        before.pop()
    return found is not None


def _unbroken(text: str) -> str:
    if text.endswith("~"):
        return f"{text[:-1]}\u00a0"
    return f"{text[:-2]}–" if text.endswith("--") and not text.endswith("---") else text


def label_of(written: str) -> str:
    r"""The id that `\label{…}` gives."""
    found = _INSIDE.fullmatch(written)
    return label_id(found[1]) if found else ""
