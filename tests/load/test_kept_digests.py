"""Texts that use nothing new have the digest that they always had: what is published stays what it was."""

from __future__ import annotations

from pipeline.diagnostics import Desk
from pipeline.digest import digest
from pipeline.load.markdown import parse_body

TEXT = """Words *stressed* and **bold**, `code`, $x$, [a link](https://example.org "T"), [span]{lang=cy} [@a, p 2].[^n]

## A heading {#x}

- one
- two

| A | B |
|---|--:|
| c | d |

: Caption {#tbl-x}

![Figure](a.svg){#fig-x alt="A"}

> Quoted\\
> here.

::: note
Term
: Meaning
:::

[^n]: A note.
"""


def test_a_text_without_new_marks_has_its_old_digest() -> None:
    """The digest was taken before lowered, raised and deleted words had nodes of their own."""
    assert (
        digest(parse_body(TEXT, "x.md", Desk())) == "2a00985d163559d4523f2706761f571fe319989fdff881dd1db2165e32cb5a55"
    )
