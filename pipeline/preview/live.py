"""The round of the live page: something was saved or somebody looks, and what they look at is made anew."""

import gc
from collections.abc import Callable, Mapping
from dataclasses import replace
from queue import Empty, SimpleQueue

from pipeline.core.errors import PipelineError
from pipeline.model.formats import format_row
from pipeline.preview.desk import NOTHING, Content, Desk, Shown
from pipeline.preview.documents import framed
from pipeline.preview.pictures import draw_pages
from pipeline.preview.studio import Studio
from pipeline.preview.views import Target

SAVED, END = "saved", "end"
"""Words for the queue of wishes: a file was saved, and the live page is to end. Any other says that somebody looks."""


def keep_live(desk: Desk, studio: Studio, settle: Callable[[], None] = lambda: None) -> None:
    """Make what is looked at, whenever there is something new, until the live page is to end.

    `settle` is called once, when the first pages have been made and the engines are loaded.
    """
    settled = False
    while (wishes := _heard(desk.wishes)) and END not in wishes:
        if SAVED in wishes:
            studio.read()
        for target in desk.wanted():
            if desk.shown.get(target, NOTHING).round != studio.round:
                make(desk, studio, target)
        if SAVED in wishes:
            _tidy(desk, studio)
        if desk.shown and not settled:
            settled = True
            settle()


def make(desk: Desk, studio: Studio, target: Target) -> None:
    """Make a target anew and show it; where it cannot be made, what is shown stays, and what is wrong is told.

    The pages are shown first and the remarks after them: these take a moment more.
    """
    before, failure = desk.shown.get(target, NOTHING), ""
    try:
        made = studio.file(target)
    except PipelineError as wrong:
        made, failure = None, str(wrong)
    now = replace(before, round=studio.round, holds=made is not None, failure=failure)
    if made is not None:
        now, files = _drawn(now, target, made[0].job.identity.title, made[1], desk.files_of(target))
        now = replace(now, turn=before.turn + 1)
        desk.show(target, now, files)
    try:
        remarks = studio.remarks(target)
    except PipelineError as wrong:
        remarks, now = (), replace(now, failure=failure or str(wrong))
    desk.show(target, replace(now, remarks=remarks, turn=now.turn + 1))


def _drawn(
    shown: Shown, target: Target, title: str, file: bytes, known: Mapping[str, Content]
) -> tuple[Shown, Mapping[str, Content]]:
    """What is to be shown of a file, and the files that this takes."""
    row = format_row(target.format)
    if not row.paged:
        document, files = framed(row.kind, target.name, file)
        return replace(shown, title=title, document=document), files
    pages, jpegs = draw_pages(file, {name: one.content for name, one in known.items()})
    return replace(shown, title=title, pages=pages), {name: Content("image/jpeg", jpeg) for name, jpeg in jpegs.items()}


def _heard(wishes: SimpleQueue[str]) -> set[str]:
    """All wishes that wait; waits for one."""
    heard = {wishes.get()}
    while True:
        try:
            heard.add(wishes.get_nowait())
        except Empty:
            return heard


def _tidy(desk: Desk, studio: Studio) -> None:
    """Look what there is now, and let go what nobody needs, once everybody has what they wait for."""
    try:
        desk.contents = studio.contents()
    except PipelineError:
        return  # whoever looks at a text is told
    desk.forget_unseen()
    gc.collect()
