"""A briefing whose words say in which line of its source they stand, and where they are found on its pages."""

import re
from collections.abc import Iterator

import pypdfium2

PATH = "source/briefings/foot-patrol.md"

LINES = """\
---
title: Foot patrol
summary: What patrols on foot do.
key_finding: |
  Patrols at005 can work at005,
  and at006 do [@hughes2018], at006.
---

Officers at009 who walk "slowly" -- at009 -- see more at009
[@hughes2018] and at010 hear more at010, as *they at010
say at011* in **three at011 places at011** and one note.[^a] Then at011
comes at012 the end at012.

## A heading at014

- An entry at016 of a list at016
  that goes on at017 here at017
- Another at018

::: note
A box at021 with words at021
and more at022 of them at022.
:::

| Place at025 | What at025 |
|:---|:---|
| Shops at027 | Less at027 theft at027 |

: Places at029 {#tbl-places}

[^a]: A note at031 on it at031.
"""
"""Each word with a number says in which line it stands."""


def numbered(pdf: bytes) -> Iterator[tuple[int, float, float, int]]:
    """The page, the middle and the number of each word that says its line."""
    document = pypdfium2.PdfDocument(pdf)
    for page, sheet in enumerate(document, 1):
        text = sheet.get_textpage()
        for found in re.finditer(r"at(\d{3})", text.get_text_range()):
            boxes = [text.get_charbox(at) for at in range(*found.span())]
            yield page, (boxes[0][0] + boxes[-1][2]) / 2, (boxes[0][1] + boxes[0][3]) / 2, int(found[1])
    document.close()
