"""Stars, underscores and backticks that open or close nothing, which are printed as they stand."""

import re
from collections.abc import Callable, Iterator, Sequence

from markdown_it.token import Token

from pipeline.codes import body as codes
from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.load.markdown.placed_state import PlacedState

_OPENED = (
    "'{mark}' begins bold or stressed words here, and nothing ends them: put '{mark}' directly behind the last one."
)
_CLOSED = "Nothing has begun what '{mark}' ends here: put '{mark}' directly before the first word."
_KEPT = " A backslash before it keeps it as it is."
_SHORT_FORM = re.compile(r"\[[^\[\]\n]{1,60}\]:")
_CODE = "Put the same mark behind the last word of the code. A backslash before it keeps it as it is."


def mark_loose(state: PlacedState) -> None:
    """Note with every star and underscore whether it could have opened or closed something, and did not."""
    groups = [state.delimiters, *(meta["delimiters"] for meta in state.tokens_meta if meta and "delimiters" in meta)]
    for delimiters in groups:
        paired = {number for first, one in enumerate(delimiters) if one.end >= 0 for number in (first, one.end)}
        for number, one in enumerate(delimiters):
            if number not in paired and (one.open or one.close):
                token = state.tokens[one.token]
                at = token.meta["at"] - state.base
                token.meta["loose"] = (one.open, one.close, _word_before(state.src, at))


def _word_before(text: str, at: int) -> str:
    """The characters directly before a place, up to a space."""
    first = at
    while first > max(0, at - 40) and not text[first - 1].isspace():
        first -= 1
    return text[first:at]


def remarks_on_loose(tokens: Sequence[Token], place: Callable[[int], Place]) -> Iterator[Diagnostic]:
    """A remark on the first of such marks of each kind: one moves the meaning of all that follow.

    `place` is where a character of the words stands.
    """
    told: set[str] = set()
    number = 0
    while number < len(tokens):
        token = tokens[number]
        number += 1
        if token.type != "text":
            continue
        at = token.meta.get("at", 0)
        if "loose" not in token.meta:
            if "`" in token.content and "`" not in told:
                told.add("`")
                at += token.content.index("`")
                mark = "`" * (len(token.content) - len(token.content.replace("`", "")))
                yield codes.MARKUP_UNKNOWN.at(place(at), _CODE, text=mark[:3])
            continue
        run = token.content
        while number < len(tokens) and tokens[number].content == run[0] and "loose" in tokens[number].meta:
            run += tokens[number].content
            number += 1
        opens, closes, word = token.meta["loose"]
        if run == "*" and not word and number < len(tokens) and _SHORT_FORM.match(tokens[number].content):
            continue  # '*[HTML]: …', which is told as what it is
        if run[0] not in told and _is_meant(run, opens, closes, word):
            told.add(run[0])
            hint = (_OPENED if opens else _CLOSED).format(mark=run[:2]) + _KEPT
            yield codes.MARKUP_UNKNOWN.at(place(at), hint, text=run[:3])


def _is_meant(run: str, opens: bool, closes: bool, word: str) -> bool:
    """Whether a run was meant as a mark of Markdown: no sign of a product, no star behind a number, no name of code.

    `word` is what stands directly before it.
    """
    if opens and closes:
        return len(run) > 1
    if opens:
        return run != "_" or not word or word == "("
    return word.isalpha() and word[-1].islower() if len(run) == 1 else word[-1:].isalpha() or word[-1:] in (*".,;:!?",)
