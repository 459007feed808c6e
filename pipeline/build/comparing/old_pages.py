"""Pages of an older text as the layouts of today set it: where stood what has moved since."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.build.builder import Builder
from pipeline.build.project import Project
from pipeline.build.rules import PRESS, Failure
from pipeline.build.texts import composed
from pipeline.model.formats import USUAL_EDITION
from pipeline.model.publication import Publication

OldPages = Mapping[str, int]
"""The page on which each element of an older text begins, by id."""


async def old_pages(b: Builder, old: Publication) -> OldPages:
    """The pages of a text, counted from its first; none of a text that cannot be set."""
    text = composed(b, old, USUAL_EDITION)
    sheets = await b(PRESS, replace(text, epub_style="", web_style=""))
    return {} if isinstance(sheets, Failure) else dict(sheets.targets)


def pages_of(project: Project, texts: Sequence[Publication]) -> list[OldPages]:
    """The same of several texts, set side by side."""

    async def found(b: Builder) -> list[OldPages]:
        return await asyncio.gather(*(old_pages(b, text) for text in texts))

    with project.workers() as workers, project.voice.work():
        return asyncio.run(found(Builder(project, workers)))
