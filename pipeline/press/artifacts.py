"""Marked content that no tag owns is told to be an artifact: decoration, repeated table heads, loose margins."""

from __future__ import annotations

import re

from pikepdf import Object, Pdf

from pipeline.errors import PressFailure
from pipeline.press.tree import walk

_MARK = re.compile(rb"^/\w+\s<</MCID (\d+)>>\sBDC$", re.MULTILINE)


def content_to_artifacts(pdf: Pdf, document: Object, owners: Object) -> None:
    """Rewrite, page by page, the marks whose element the tree does not hold."""
    reachable = {element.objgen for element in walk(document)}
    for index, page in enumerate(pdf.pages):
        entries = owners[2 * index + 1]
        loose = {mcid for mcid, owner in enumerate(entries) if owner is not None and owner.objgen not in reachable}
        if not loose:
            continue
        content = page.obj.Contents.read_bytes()
        content, changed = _unmark(content, loose)
        if changed != len(loose):
            raise PressFailure("The engine writes marked content in another way than it did: review the finish pass.")
        page.obj.Contents = pdf.make_stream(content)
        for mcid in loose:
            entries[mcid] = None


def _unmark(content: bytes, loose: set[int]) -> tuple[bytes, int]:
    changed = 0

    def artifact(mark: re.Match[bytes]) -> bytes:
        nonlocal changed
        if int(mark[1]) not in loose:
            return mark[0]
        changed += 1
        return b"/Artifact BMC"

    return _MARK.sub(artifact, content), changed
