"""Answers on copies with marked changes, which bear no code and are on no record."""

from __future__ import annotations

import re

from pipeline.build.project import Project
from pipeline.cli.editions.answers import Answer
from pipeline.cli.editions.verifying_corrections import ReadPages
from pipeline.editions.issued.page_words import letters_of
from pipeline.load.library.coded import coded_versions
from pipeline.load.library.word_tables import wordbook

NUMBER = r"\d+\.\d+"


def on_marked(project: Project, read: ReadPages) -> Answer | None:
    """The answer on a file that calls itself a marked copy on its first page; none on any other."""
    words = wordbook(project.layouts).of(project.part_of_library(()).imprint.fields.language)
    first = next((text for text in read.pages.letters if text), "")
    present = letters_of((words.say("marked-present").upper(),))[0]
    status = letters_of((words.phrases["marked-status"][0],))[0]
    pattern = re.escape(status).replace(r"\{was\}", rf"(?P<was>{NUMBER})")
    found = re.search(pattern.replace(r"\{now\}", rf"(?P<now>{NUMBER}|{re.escape(present)})"), first)
    if found is None or read.codes:
        return None
    was, now = found["was"], found["now"]
    held = [one for one in coded_versions(project.files) if one.version == was and _bare(f"{one.id} ·") in first]
    text = max(held, key=lambda one: len(one.id), default=None)
    of = f"{text.title}, a" if text else "a"
    newer = "" if now == present else f"@{now}"
    again = f", or make the copy again: 'briefings changes {text.id}@{was} {text.id}{newer} --pdf'" if text else ""
    to = "the present text" if now == present else now
    return Answer(
        "",
        f"{of} copy with the changes from {was} to {to} marked",
        "cannot be said: marked copies bear no code and are on no record. Verify the text itself, by the code on its "
        f"own pages{again}.",
        grade="marked",
    )


def _bare(said: str) -> str:
    return letters_of((said,))[0]
