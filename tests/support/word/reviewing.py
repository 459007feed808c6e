"""What reviewers do to a document for comment, in the XML that Word writes of it."""

import copy
import io
import zipfile
from collections.abc import Callable

from lxml import etree

from pipeline.services.importing.docx_package import Element, W, parse_xml

DAY = "2026-05-04T09:00:00Z"
DANA, RHYS = "Dana Bell", "Rhys Owen"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


class ReviewedFile:
    """A document in the hands of a reviewer."""

    def __init__(self, content: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        self.root: Element = parse_xml(self.parts["word/document.xml"])
        self.number = 9000

    def written(self) -> bytes:
        """The document as it comes back."""
        self.parts["word/document.xml"] = etree.tostring(self.root, xml_declaration=True, encoding="UTF-8")
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, content in self.parts.items():
                archive.writestr(name, content)
        return out.getvalue()

    def runs(self) -> list[Element]:
        """The runs of words that can be changed."""
        found = [run for run in self.root.iter(f"{W}r") if run.findtext(f"{W}t")]
        return [run for run in found if not any(True for _ in run.iterancestors(f"{W}sdt", f"{W}ins", f"{W}del"))]

    def run(self, words: str) -> Element:
        """The run that holds some words."""
        return next(run for run in self.runs() if words in run.findtext(f"{W}t"))

    def paragraph(self, words: str) -> Element:
        """The paragraph that holds some words, locked or not."""
        found = (p for p in self.root.iter(f"{W}p") if words in "".join(t.text or "" for t in p.iter(f"{W}t")))
        return next(found)

    def change(self, old: str, new: str, who: str = DANA) -> None:
        """Replace words; tracked, unless by nobody."""
        run = self.run(old)
        at = run.findtext(f"{W}t").index(old)
        self.change_at(run, at, at + len(old), new, who)

    def change_at(self, run: Element, start: int, end: int, new: str, who: str = DANA) -> None:
        """Replace the words of a run between two of its characters."""
        text = run.findtext(f"{W}t")
        if not who:
            run.find(f"{W}t").text = text[:start] + new + text[end:]
            return
        for words, kind in ((text[:start], ""), (text[start:end], "del"), (new, "ins"), (text[end:], "")):
            if words:
                made = self.piece(run, words, kind)
                run.addprevious(self.tracked(kind, who, made) if kind else made)
        run.getparent().remove(run)

    def piece(self, run: Element, words: str, kind: str) -> Element:
        """A run that looks like another."""
        made = copy.deepcopy(run)
        text = made.find(f"{W}t")
        text.text = words
        text.set(_SPACE, "preserve")
        if kind == "del":
            text.tag = f"{W}delText"
        return made

    def tracked(self, kind: str, who: str, *children: Element) -> Element:
        """A tracked change."""
        self.number += 1
        names = {f"{W}id": str(self.number), f"{W}author": who, f"{W}date": DAY}
        made = etree.Element(f"{W}{kind}", names)
        made.extend(children)
        return made

    def mark_end(self, paragraph: Element, kind: str, who: str) -> None:
        """Track what happened to the end of a paragraph."""
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            properties = etree.Element(f"{W}pPr")
            paragraph.insert(0, properties)
        etree.SubElement(properties, f"{W}rPr").append(self.tracked(kind, who))

    def split(self, before: str, who: str = DANA) -> None:
        """End a paragraph before some words; those behind go into one that follows."""
        run = self.run(before)
        at = run.findtext(f"{W}t").index(before)
        paragraph, text = run.getparent(), run.findtext(f"{W}t")
        second = etree.Element(f"{W}p")
        if paragraph.find(f"{W}pPr") is not None:
            second.append(copy.deepcopy(paragraph.find(f"{W}pPr")))
        behind = list(run.itersiblings())
        second.append(self.piece(run, text[at:], ""))
        second.extend(behind)
        if at:
            run.addprevious(self.piece(run, text[:at], ""))
        paragraph.remove(run)
        paragraph.addnext(second)
        if who:
            self.mark_end(paragraph, "ins", who)

    def join(self, words: str, who: str = DANA) -> None:
        """Join the paragraph of some words and the next, tracked."""
        self.mark_end(self.paragraph(words), "del", who)

    def delete(self, words: str, who: str = DANA) -> None:
        """Delete the paragraph of some words with its end, tracked; without tracking it is gone."""
        paragraph = self.paragraph(words)
        if not who:
            paragraph.getparent().remove(paragraph)
            return
        for run in [run for run in paragraph.iter(f"{W}r") if run.findtext(f"{W}t")]:
            run.addprevious(self.tracked("del", who, self.piece(run, run.findtext(f"{W}t"), "del")))
            run.getparent().remove(run)
        self.mark_end(paragraph, "del", who)

    def add(self, behind: str, words: str, who: str = DANA) -> None:
        """Put a paragraph behind that of some words, as Word does it: the end of that one is the new one."""
        paragraph = self.paragraph(behind)
        made = etree.Element(f"{W}p")
        run = self.piece(self.runs()[0], words, "")
        made.append(self.tracked("ins", who, run) if who else run)
        paragraph.addnext(made)
        if who:
            self.mark_end(paragraph, "ins", who)

    def mark_row(self, words: str, kind: str, who: str = DANA) -> None:
        """Track a row of a table as new or gone."""
        row = next(self.paragraph(words).iterancestors(f"{W}tr"))
        properties = etree.Element(f"{W}trPr")
        properties.append(self.tracked(kind, who))
        row.insert(0, properties)

    def comment(self, on: str, words: str, who: str = DANA, name: str = "1") -> None:
        """Comment on the run that holds some words."""
        run = self.run(on)
        run.addprevious(etree.Element(f"{W}commentRangeStart", {f"{W}id": name}))
        run.addnext(etree.Element(f"{W}commentRangeEnd", {f"{W}id": name}))
        names = f'w:id="{name}" w:author="{who}" w:date="{DAY}"'
        said = f"<w:comment {names}><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:comment>"
        start = f'<w:comments xmlns:w="{W[1:-1]}">'.encode()
        before = self.parts.get("word/comments.xml", start + b"</w:comments>")
        self.parts["word/comments.xml"] = before.replace(b"</w:comments>", said.encode() + b"</w:comments>")


def reviewed(content: bytes, *edits: Callable[[ReviewedFile], None]) -> bytes:
    """A document after some edits."""
    made = ReviewedFile(content)
    for edit in edits:
        edit(made)
    return made.written()
