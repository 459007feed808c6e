"""Kinds of files whose text reflows: the fields that their jobs share, and how often they say their day."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.bind.epub.documents import EpubChapter, leaves_its_code
from pipeline.bind.variable.fields import DateFields, sentences
from pipeline.build.kinds.jobs import Job, Parts
from pipeline.build.kinds.maker import says_day_once
from pipeline.model.asset import Asset
from pipeline.model.layouts import Layouts
from pipeline.model.manuscript import Metadata


@dataclass(frozen=True, slots=True, kw_only=True)
class ReflowingJob(Job):
    """Bind chapters with their pictures, as a book or as one page."""

    metadata: Metadata
    chapters: tuple[EpubChapter, ...]
    style: str
    images: tuple[Asset, ...]
    layouts: Layouts


def reflowing(parts: Parts, style: str, layouts: str) -> dict[str, Any]:
    """The fields of such a job; `layouts` is the folder of its own."""
    return {
        "metadata": parts.text.metadata,
        "chapters": parts.chapters(),
        "style": style,
        "images": parts.images(),
        "layouts": parts.templates(layouts),
        **parts.about,
    }


def dated_sentences(job: Job, path: str, chapters: Sequence[EpubChapter], least: int) -> DateFields | None:
    """The sentences that say the day: one for each place that a text keeps, and those that the file adds itself.

    It adds one with its code where none of its own chapters keeps a place for that, and else `least` where none does.
    """
    if not says_day_once(job, chapters):
        return None
    said = sentences(one.chapter for one in chapters) + leaves_its_code(chapters, job.identity)
    return DateFields(path, job.identity.language, sentences=said or least)
