"""Texts that are nested, long or wide beyond any reader."""

from collections.abc import Callable
from itertools import pairwise


def text(body: str, front: str = "title: Hot spots\nsummary: What patrols do.\n") -> str:
    """A briefing."""
    return f"---\n{front}---\n\n{body}\n"


def table(rows: int, columns: int) -> str:
    """A table of short cells."""
    head = "|" + " a |" * columns + "\n|" + "---|" * columns + "\n"
    return head + ("|" + " b |" * columns + "\n") * rows


_DOUBLING = "".join(f"\\newcommand{{\\{one}}}{{\\{two}\\{two}}}" for one, two in pairwise("abcdefghijklmn"))

TEXTS: dict[str, Callable[[], str]] = {
    "quotes in quotes": lambda: text(">" * 5000 + " words"),
    "quotes in quotes, on lines": lambda: text("\n".join(">" * n + " words" for n in range(1, 1000))),
    "lists in lists": lambda: text("\n".join("  " * n + "- words" for n in range(1000))),
    "numbers in numbers": lambda: text("1. " * 5000 + "words"),
    "brackets": lambda: text("[" * 50_000 + "words" + "]" * 50_000),
    "open brackets": lambda: text("[words](" * 20_000),
    "open pictures": lambda: text("![" * 40_000),
    "open citations": lambda: text("[@a; " * 20_000),
    "emphasis": lambda: text("*a **b " * 12_000),
    "emphasis, closed": lambda: text("*a " * 20_000 + "b* " * 20_000),
    "stars": lambda: text("*" * 90_000 + "a" + "*" * 9_000),
    "ticks": lambda: text("".join("`" * n + " " for n in range(1, 400))),
    "angles": lambda: text("<" * 90_000),
    "addresses": lambda: text("<http://" * 12_000),
    "entities": lambda: text("&" * 90_000),
    "escapes": lambda: text("\\" * 90_000),
    "braces": lambda: text("[words]{" * 12_000 + "}" * 1000),
    "attributes": lambda: text("[words]{" + ".a " * 30_000 + "}"),
    "divisions": lambda: text("\n".join(":" * (1003 - n) + " note" for n in range(1000))),
    "letters": lambda: text("a. words\nb. words\n\n***\n\n" * 4000),
    "letters in letters": lambda: text("\n".join("   " * n + "a. words" for n in range(1000))),
    "boxes in fences in fences": lambda: text("\n".join("`" * (903 - n) + "{note}" for n in range(900))),
    "cells over cells": lambda: text("<table>" + "<tr><td rowspan=999 colspan=100>a" * 3000),
    "tables without ends": lambda: text("<table><tr><td>\n\n" * 5000),
    "footnotes in footnotes": lambda: text(
        "a[^0]\n\n" + "\n\n".join(f"[^{n}]: b[^{n + 1}] c[^{n + 1}]" for n in range(40))
    ),
    "very many footnotes": lambda: text("\n\n".join(f"a[^{n}]\n\n[^{n}]: b" for n in range(5000))),
    "definitions": lambda: text("a\n" + ": b\n" * 20_000),
    "references": lambda: text("\n".join(f"[a{n}]: b" for n in range(50_000)) + "\n\n[a0][a1]"),
    "a table of 30,000 cells": lambda: text(table(300, 100)),
    "a table of 100,000 cells": lambda: text(table(1000, 100)),
    "a long table": lambda: text(table(33_000, 3)),
    "a wide table": lambda: text(table(10, 5000)),
    "headings": lambda: text("\n\n".join(f"## Words {n}\n\ntext" for n in range(20_000))),
    "formula in formula": lambda: text("$$\n" + "\\frac{1}{" * 500 + "x" + "}" * 500 + "\n$$"),
    "a long formula": lambda: text("$$\n" + "x + " * 20_000 + "y\n$$"),
    "commands that double": lambda: text(_DOUBLING + "\n\n" + "$\\a$ " * 20_000),
    "a command with many arguments": lambda: text(
        "\\newcommand{\\a}[1]{" + "#1" * 900 + "}\n\n" + ("$\\a{" + "x" * 3000 + "}$\n\n") * 100
    ),
    "a command without an end": lambda: text("\\newcommand{\\a}{" * 10_000),
    "roots": lambda: text("$" + "\\sqrt{" * 400 + "x" + "}" * 400 + "$"),
    "very many formulas": lambda: text("\n\n".join(f"$x_{{{n}}}$ is" for n in range(5000))),
    "one word": lambda: text("a" * 99_000),
    "lines": lambda: text("word " * 18_000 + "\n\n" + "word\n" * 400_000),
    "a long title": lambda: text("Words.", f"title: {'Police ' * 9000}\nsummary: Short.\n"),
    "a long summary": lambda: text("Words.", f"title: Police\nsummary: {'Police ' * 9000}\n"),
    "very many findings": lambda: text(
        "Words.",
        "title: Police\nsummary: Short.\nevidence:\n  findings:\n"
        + "".join(f"    - outcome: Crime {n}\n      result: mixed\n" for n in range(9000)),
    ),
    "very many abbreviations": lambda: text(
        "AB " * 9000, "title: Police\nsummary: Short.\nabbreviations:\n" + "".join(f"  A{n}: B\n" for n in range(9000))
    ),
}
"""Each ends in a text that is built, or is told."""
