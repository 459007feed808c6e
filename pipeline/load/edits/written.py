"""Values as they are written in YAML: plainly where that reads back as the same words, else in quotation marks."""

import textwrap
from collections.abc import Mapping, Sequence

from pipeline.core.diagnostics import Desk
from pipeline.load.library.text import INVISIBLE
from pipeline.load.yaml.documents import read_yaml
from pipeline.text.typography import PASTED

TypedValue = str | Sequence["TypedValue"] | Mapping[str, "TypedValue"]
"""Words, a list or a mapping, as somebody has typed them."""

WIDTH = 118
"""Characters of a line of text that is folded anew."""

LONG = 100
"""Characters from which on new words are folded over several lines."""

_STEP = 2
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}


def cleaned(value: TypedValue) -> TypedValue:
    """A value with line breaks of one kind, and spaces for the characters that no text may hold."""
    if isinstance(value, str):
        return INVISIBLE.sub(" ", value.replace("\r\n", "\n").replace("\r", "\n"))
    if isinstance(value, Mapping):
        return {str(cleaned(key)): cleaned(part) for key, part in value.items()}
    return [cleaned(part) for part in value]


def as_read(value: TypedValue) -> TypedValue:
    """A value as the reader gives it: without the characters that it takes out of what was pasted."""
    if isinstance(value, str):
        return value.translate(PASTED)
    if isinstance(value, Mapping):
        return {key.translate(PASTED): as_read(part) for key, part in value.items()}
    return [as_read(part) for part in value]


def key(words: str) -> str:
    """A key, in quotation marks if it needs them."""
    return words if _reads(f"{words}: x", {words: "x"}) else double(words)


def inline(value: TypedValue) -> str:
    """A value in one line, as it may stand in brackets too."""
    if isinstance(value, str):
        return value if _reads(f"[{value}]", [value]) and _reads(f"k: {value}", {"k": value}) else _quoted(value)
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key(name)}: {inline(part)}' for name, part in value.items())}}}"
    return f"[{', '.join(map(inline, value))}]"


def below(value: TypedValue, indent: int) -> str:
    """A value as it stands behind a key or dash of an indentation: words behind a space, all else in lines below."""
    if isinstance(value, str):
        return f" {_new_words(value, indent + _STEP)}"
    if not value:
        return f" {inline(value)}"
    return "\n" + lines(value, indent + _STEP)


def lines(value: TypedValue, indent: int) -> str:
    """A mapping or list that is not empty, in lines of an indentation, with no break at the end."""
    blank = " " * indent
    if isinstance(value, Mapping):
        return "\n".join(f"{blank}{key(name)}:{below(part, indent)}" for name, part in value.items())
    return "\n".join(f"{blank}-{_item(part, indent)}" for part in value)


def _item(value: TypedValue, indent: int) -> str:
    """A value as it stands behind a dash: the first key of a mapping in its line."""
    if isinstance(value, str) or not value:
        return below(value, indent)
    return " " + lines(value, indent + _STEP).lstrip(" ")


def _new_words(words: str, indent: int) -> str:
    if "\n" in words:
        return block(words, "|", indent) or double(words)
    if plain(words):
        return (len(words) > LONG and block(words, ">", indent)) or words
    return (len(words) > LONG and block(words, ">", indent)) or _quoted(words)


def plain(words: str) -> bool:
    """Whether words behind a key read as they are."""
    return "\n" not in words and _reads(f"k: {words}", {"k": words})


def single(words: str) -> str | None:
    """Words of one line in single quotation marks."""
    return None if "\n" in words else "'" + words.replace("'", "''") + "'"


def double(words: str) -> str:
    """Words in double quotation marks, which hold everything."""
    return '"' + "".join(_ESCAPES.get(letter, letter) for letter in words) + '"'


def _quoted(words: str) -> str:
    return (single(words) or double(words)) if '"' in words and "'" not in words else double(words)


def block(words: str, mark: str, indent: int, comment: str = "") -> str | None:
    """Words in a block of lines, as they are (|) or folded (>); None where a block cannot hold them.

    It ends without a break of its own: that of its last line is the one that stands behind it.
    """
    bare = words.rstrip("\n")
    ends = len(words) - len(bare)
    if not bare.strip() or bare[0].isspace() or any(line != line.rstrip() for line in bare.split("\n")):
        return None
    rows = bare.split("\n")
    if mark == ">":
        if any(row[:1].isspace() for row in rows):
            return None
        rows = [line for row in rows for line in ("", *_folded(row, indent))][1:]
    chomp = "-" if ends == 0 else "" if ends == 1 else "+"
    rows += [""] * max(0, ends - 1)
    blank = " " * indent
    return "\n".join([f"{mark}{chomp}{comment}", *(f"{blank}{row}" if row else "" for row in rows)])


def _folded(row: str, indent: int) -> list[str]:
    """A paragraph in lines; only single spaces between words become breaks."""
    if not row:
        return [""]
    kept = row.replace("  ", "\0\0")
    wrapped = textwrap.wrap(
        kept,
        max(40, WIDTH - indent),
        break_long_words=False,
        break_on_hyphens=False,
        expand_tabs=False,
        replace_whitespace=False,
    )
    return [line.replace("\0", " ") for line in wrapped]


def _reads(text: str, value: object) -> bool:
    """Whether a text is read as a value, and nothing is remarked."""
    desk = Desk()
    read = read_yaml(text, "", desk)
    return read is not None and read[0] == value and not desk.remarks and not read[1].comments
