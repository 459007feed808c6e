"""A small briefing for a round of comments, with one of everything that a document locks or shows."""

PATH = "source/briefings/walks.md"

TEXT = r"""---
title: Foot patrol
summary: What walking does.
key_finding: Walking helps.
evidence:
  findings:
    - {id: crime, outcome: Crime, studies: 24, result: favourable, sources: [hughes2018]}
---

## What it is {#what}

Officers walk in *small* places, and **often**
stay for an hour [@hughes2018, p. 12].[^hour] See
[the walks](https://example.org/walks) and [](#tbl-walks), where $x^2$ is small.

- walk slowly
- talk to people,
  and listen

3. third
4. fourth

| Place | Walks     |
|:------|----------:|
| Park  | 3 \| more |
| Shops | 5         |

: Walks in a week {#tbl-walks}

![Where they walk.](walks.svg){#fig-walks alt="A map of two streets."}

::: caution Mind {#mind}
Nobody walked at night.
:::

Beat
:   A walk that is walked again.

> Said a walker,
> at night.

```sh
walk --far
```

$$ y = 2 $$

[^hour]: An hour is long.
"""

PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="20"><rect width="40" height="20"/></svg>'

FILES = {"briefings/walks.md": TEXT, "briefings/walks.svg": PICTURE}
"""Files of its library beside the works."""
